// SPDX-License-Identifier: LGPL-2.1-or-later
/* Handles: open, close, restrict, and what goes directly to the device. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

#define DEVICE "/dev/alice"
#define FD_VARIABLE "ALICE_FD"

static int device_ioctl(void *context, unsigned long request, void *arg)
{
	const struct alice *a = context;
	int ret = ioctl(a->fd, request, arg);

	return ret < 0 ? -errno : ret;
}

/* Explain why INFO or DESCRIBE failed. */
int explain_info(const struct alice *a, int code, struct alice_error *e)
{
	struct quoted q;

	(void)quote(&q, a->name, strlen(a->name));
	switch (code) {
	case EBADF:
		return fail(e, ALICE_SYSTEM, code, "%s is not an open descriptor.", q.text);
	case ENOTTY:
	case EINVAL:
		return fail(e, ALICE_SYSTEM, code,
			    "%s is not the device of alice, which is " DEVICE ": it does not know alice's ioctls.",
			    q.text);
	case ENODEV:
	case ENXIO:
		return fail(e, ALICE_DRIVER, code,
			    "%s no longer reaches a hypervisor with alice_op: the driver did not find it again after a resume or a migration. The kernel log says more.",
			    q.text);
	default:
		return fail(e, ALICE_DRIVER, code, "cannot query %s: %s.",
			    q.text, errno_text(code));
	}
}

static struct alice *handle(const char *name, int fd, struct alice_error *e)
{
	struct alice *a = calloc(1, sizeof(*a));
	int flags = fd < 0 ? O_RDWR : fcntl(fd, F_GETFL);

	if (a)
		a->name = strdup(name);
	if (!a || !a->name) {
		(void)no_memory(e);
		if (fd >= 0)
			(void)close(fd);
		free(a);
		return NULL;
	}
	a->fd = fd;
	a->writable = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
	a->ioctl = device_ioctl;
	a->context = a;
	return a;
}

/* Close the handle and fail unless alice answers at the other end. */
static struct alice *checked(struct alice *a, struct alice_error *e)
{
	struct alice_info info;

	if (a && alice_get_info(a, &info, sizeof(info), e)) {
		alice_close(a);
		return NULL;
	}
	return a;
}

static bool in_group(gid_t gid)
{
	/* On the heap: NGROUPS_MAX groups may not fit on a thread's stack. */
	int count = getgroups(0, NULL);
	gid_t *groups = count > 0 ? calloc((size_t)count, sizeof(*groups)) : NULL;
	bool found = getegid() == gid;

	if (groups)
		count = getgroups(count, groups);
	while (groups && count > 0 && !found)
		found = groups[--count] == gid;
	free(groups);
	return found;
}

/* Check that a name needs no quoting in any shell. */
static bool plain(const char *name)
{
	return *name && *name != '-' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

/* EACCES: tell which group may open the node, and how to join it. */
static void explain_denied(const char *path, const char *quoted, struct alice_error *e)
{
	struct passwd user, *me = NULL;
	struct group group, *its = NULL;
	char **member;
	char room[2][4096];
	struct stat node;

	if (!stat(path, &node) && node.st_gid && node.st_mode & S_IRGRP)
		(void)getgrgid_r(node.st_gid, &group, room[0], sizeof(room[0]), &its);
	if (its && in_group(node.st_gid)) {
		(void)fail(e, ALICE_SYSTEM, EACCES,
			   "cannot open %s: permission denied, though you are in its group: an access list or a security module forbids it.",
			   quoted);
		return;
	}
	(void)getpwuid_r(geteuid(), &user, room[1], sizeof(room[1]), &me);
	for (member = its ? its->gr_mem : NULL; me && member && *member; member++)
		if (!strcmp(*member, me->pw_name))
			break;
	if (me && member && *member && plain(its->gr_name))
		(void)fail(e, ALICE_SYSTEM, EACCES,
			   "cannot open %s: permission denied. You are in the group %s, but this session began before you were added: log out and in again, or run 'newgrp %s'.",
			   quoted, its->gr_name, its->gr_name);
	else if (its && me && plain(its->gr_name) && plain(me->pw_name))
		(void)fail(e, ALICE_SYSTEM, EACCES,
			   "cannot open %s: permission denied. Members of the group %s may open it: run 'usermod -aG %s %s' as root, then log in again.",
			   quoted, its->gr_name, its->gr_name, me->pw_name);
	else
		(void)fail(e, ALICE_SYSTEM, EACCES,
			   "cannot open %s: permission denied. 'alicectl doctor' says what is missing.",
			   quoted);
}

/* Check whether this system runs on Xen, according to sysfs. */
static bool on_xen(void)
{
	char type[4] = "";
	int fd = open("/sys/hypervisor/type", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, type, sizeof(type) - 1) < 0)
		type[0] = '\0';
	(void)close(fd);
	return !strcmp(type, "xen");
}

/* Why there is no device, and what to do. */
static const char *missing(const char *path)
{
	if (strcmp(path, DEVICE) != 0)
		return "The usual device is " DEVICE ".";
	if (access("/sys/kernel", F_OK))
		return "'alicectl doctor' says what is missing.";
	if (!on_xen())
		return "This system does not run on Xen (/sys/hypervisor/type does not say so), so there is no hypervisor to call.";
	if (access("/sys/module/alice", F_OK))
		return "The module alice is not loaded: run 'modprobe alice' as root. If that is refused, the kernel log says why.";
	return "The module alice is loaded, but there is no node: 'alicectl doctor' says more.";
}

static void explain_open(const char *path, int code, struct alice_error *e)
{
	struct quoted q;

	(void)quote(&q, path, strlen(path));
	switch (code) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		(void)fail(e, ALICE_SYSTEM, code, "cannot open %s: there is no such device. %s",
			   q.text, missing(path));
		break;
	case EACCES:
		explain_denied(path, q.text, e);
		break;
	case EPERM:
		(void)fail(e, ALICE_SYSTEM, code,
			   "cannot open %s: not permitted. The node's mode does not forbid it: the container or the service must be allowed to use the device.",
			   q.text);
		break;
	default:
		(void)fail(e, ALICE_SYSTEM, code, "cannot open %s: %s.", q.text,
			   errno_text(code));
	}
}

static struct alice *open_path(const char *path, struct alice_error *e)
{
	/* The path can be something else, such as a FIFO: do not block in open(). */
	const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, O_RDWR | flags);

	if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EROFS))
		fd = open(path, O_RDONLY | flags);
	if (fd < 0) {
		explain_open(path, errno, e);
		return NULL;
	}
	return checked(handle(path, fd, e), e);
}

/* Use the descriptor that ALICE_FD names. */
static struct alice *open_inherited(const char *text, struct alice_error *e)
{
	uint64_t fd = UINT64_MAX;
	struct alice *a = NULL;
	struct quoted q;

	if (!number_parse(text, &fd) || fd > INT_MAX)
		(void)fail(e, ALICE_SYSTEM, EBADF, "it is not the number of a descriptor.");
	else
		a = alice_open_fd((int)fd, e);
	if (!a)
		prefix(e, FD_VARIABLE " is %s: ", quote(&q, text, strlen(text)));
	return a;
}

struct alice *alice_open(const char *path, struct alice_error *e)
{
	/* If ALICE_FD is invalid, do not fall back: the descriptor may be a restricted one. */
	const char *fd = path ? NULL : secure_getenv(FD_VARIABLE);

	return fd ? open_inherited(fd, e) : open_path(path ? path : DEVICE, e);
}

static int duplicate(int fd, struct alice_error *e)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return own >= 0 ? own : fail(e, ALICE_SYSTEM, errno, "cannot use descriptor %d: %s.",
				     fd, errno_text(errno));
}

struct alice *alice_open_fd(int fd, struct alice_error *e)
{
	int own = duplicate(fd, e);
	char name[32];

	if (own < 0)
		return NULL;
	(void)snprintf(name, sizeof(name), "descriptor %d", fd);
	return checked(handle(name, own, e), e);
}

struct alice *alice_open_by(alice_ioctl *way, void *context, int fd, const char *name,
			    struct alice_error *e)
{
	int own = fd < 0 ? -1 : duplicate(fd, e);
	struct alice *a;

	if (fd >= 0 && own < 0)
		return NULL;
	a = handle(name, own, e);
	if (a) {
		a->ioctl = way;
		a->context = context;
		a->writable = true;
	}
	return checked(a, e);
}

void alice_close(struct alice *a)
{
	if (!a)
		return;
	if (a->fd >= 0)
		(void)close(a->fd);
	events_free(a);
	free(a->rows);
	free(a->name);
	free(a);
}

int alice_fd(const struct alice *a)
{
	return a->fd;
}

bool alice_writable(const struct alice *a)
{
	return a->writable;
}

int alice_get_info(const struct alice *a, struct alice_info *info, size_t size,
		   struct alice_error *e)
{
	int ret = a->ioctl(a->context,
			   _IOC(_IOC_READ, ALICE_IOC_TYPE, _IOC_NR(ALICE_IOC_INFO), size), info);

	return ret < 0 ? explain_info(a, -ret, e) : 0;
}

int alice_restrict_to(struct alice *a, const char *const *names, unsigned int count,
		      struct alice_error *e)
{
	__u32 cmds[ALICE_MAX_CMDS];
	struct alice_restrict ops = { .cmds = (uintptr_t)cmds, .count = count };
	const struct alice_describe *row;
	struct alice_info info;
	unsigned int i;
	int ret;

	if (count > ALICE_MAX_CMDS)
		return fail(e, ALICE_CALLER, EINVAL, "too many ops: there can be at most %u",
			    ALICE_MAX_CMDS);
	/* In an old table, the numbers could be those of other ops. */
	ret = alice_refresh(a, e);
	if (ret < 0)
		return ret;
	for (i = 0; i < count; i++) {
		row = row_find(a, names[i]);
		if (!row)
			return no_row(a, names[i], false, e);
		cmds[i] = row->desc.cmd;
	}
	ret = a->ioctl(a->context, ALICE_IOC_RESTRICT, &ops);
	if (ret < 0)
		return fail(e, ALICE_DRIVER, -ret, "the device cannot be restricted: %s.",
			    errno_text(-ret));
	/* The "access" members of the rows have changed. */
	a->read = false;
	ret = alice_get_info(a, &info, sizeof(info), e);
	if (!ret && info.generation != a->generation)
		ret = fail(e, ALICE_XEN, EAGAIN,
			   "the op table changed meanwhile: the device is restricted, but possibly to other ops");
	return ret;
}

int alice_number(const struct alice *a, unsigned int cmd, const void *in, size_t in_len,
		 void *out, size_t out_len)
{
	struct alice_op op = {
		.cmd = cmd,
		.in_len = (__u32)in_len,
		.out_len = (__u32)out_len,
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
	};

	if (in_len > UINT32_MAX || out_len > UINT32_MAX)
		return -EINVAL;
	return a->ioctl(a->context, ALICE_IOC_OP, &op);
}
