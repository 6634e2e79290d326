// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "backend.h"
#include "explain.h"
#include "files.h"
#include "table.h"
#include "text.h"

#define DMESG "'dmesg | grep alice' as root"

static const char *missing_reason(const struct situation *s)
{
	if (strcmp(s->path, DEVICE_PATH) != 0)
		return "There is nothing under that name; the usual device is " DEVICE_PATH ", which is used without --device.";
	if (s->xen == ANSWER_NO)
		return "This system does not run on Xen (/sys/hypervisor/type does not say so), so there is no hypervisor to call.";
	if (s->module == ANSWER_YES)
		return "The module alice is loaded, but udev has not made its node: try again in a moment; if it stays away, see 'ls -l /sys/class/misc/alice' and " DMESG ".";
	return "The module alice is not loaded: run 'modprobe alice' as root. If that is refused, the kernel log says why (" DMESG "), for example that this hypervisor has no alice_op.";
}

static const char *denied_reason(const struct situation *s)
{
	static const mode_t group_rw = S_IRGRP | S_IWGRP;

	if (s->root_group || !(s->mode & group_rw))
		return "The node is root's alone. Where the udev rule of alice is installed, 'udevadm trigger /dev/alice' as root gives it to the group alice; until then only root can use it.";
	if (s->person.session)
		return "You are in the node's group, so something else forbids it: a security module (AppArmor, SELinux) or an access list; see 'getfacl' on the node and the kernel log.";
	return NULL;
}

static int explain_denied(struct err *e, const struct situation *s,
			  const char *path)
{
	const char *reason = denied_reason(s);

	if (reason)
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open %s: permission denied. %s", path, reason);
	if (s->person.member)
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open %s: permission denied. You are in the group %s, but this session began before you were: log out and in again, or run 'newgrp %s'.",
			    path, s->group, s->group);
	return fail(e, STATUS_NO_DEVICE,
		    "cannot open %s: permission denied. You (%s) are not in the group %s: have root run 'adduser %s %s', then log out and in again.",
		    path, s->person.user, s->group, s->person.user, s->group);
}

int explain_situation(struct err *e, const struct situation *s)
{
	struct quoted q;

	(void)quote_str(&q, s->path);
	switch (s->err) {
	case ENOENT:
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open %s: there is no such device. %s",
			    q.text, missing_reason(s));
	case EACCES:
		return explain_denied(e, s, q.text);
	case EPERM:
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open %s: not permitted. The node's owner and mode are not what forbids it: in a container, the device must be allowed to it.",
			    q.text);
	case ENXIO:
	case ENODEV:
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open %s: there is a node, but no driver behind it. Run 'modprobe alice' as root; a node left over from an earlier module can be removed.",
			    q.text);
	case EISDIR:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open %s: %s. It is not the device of alice, which is " DEVICE_PATH ".",
			    q.text, strerror(s->err));
	default:
		return fail(e, STATUS_NO_DEVICE, "cannot open %s: %s.", q.text,
			    strerror(s->err));
	}
}

/* Whether sysfs, where the answers are, is there at all. */
static enum answer by_sysfs(bool yes)
{
	if (yes)
		return ANSWER_YES;
	return files_there("/sys/kernel") ? ANSWER_NO : ANSWER_UNKNOWN;
}

enum answer under_xen(void)
{
	char type[8];

	return by_sysfs(files_line("/sys/hypervisor/type", type, sizeof(type)) &&
			!strcmp(type, "xen"));
}

enum answer module_loaded(void)
{
	return by_sysfs(files_there("/sys/module/alice"));
}

/* Who may open the node, and who asks. */
static void look_at_node(struct situation *s)
{
	const struct group *group;
	struct stat node = { .st_gid = 0 };
	bool there = !stat(s->path, &node);

	system_person(&s->person, node.st_gid);
	if (!there)
		return;
	s->mode = node.st_mode;
	s->root_group = node.st_gid == 0;
	group = getgrgid(node.st_gid);
	if (group)
		(void)snprintf(s->group, sizeof(s->group), "%s", group->gr_name);
	else
		(void)snprintf(s->group, sizeof(s->group), "%u",
			       (unsigned int)node.st_gid);
}

int explain_open(struct err *e, const char *path, int err)
{
	struct situation s = {
		.path = path,
		.err = err,
		.xen = under_xen(),
		.module = module_loaded(),
	};

	look_at_node(&s);
	return explain_situation(e, &s);
}

int explain_info(struct err *e, const char *path, int err)
{
	struct quoted q;

	(void)quote_str(&q, path);
	switch (err) {
	case ENOTTY:
	case EINVAL:
		return fail(e, STATUS_NO_DEVICE,
			    "%s is not the device of alice: it does not know alice's ioctls. The usual device is " DEVICE_PATH ".",
			    q.text);
	case ENODEV:
	case ENXIO:
		return fail(e, STATUS_NO_DEVICE,
			    "%s no longer reaches the hypervisor: after a resume or a migration it found none with alice_op; see " DMESG ".",
			    q.text);
	case E2BIG:
		return fail(e, STATUS_NO_DEVICE,
			    "%s: the driver is older than this program: install both from one version, and load the module again.",
			    q.text);
	default:
		return fail(e, STATUS_NO_DEVICE,
			    "%s does not say what it offers: %s; see " DMESG ".",
			    q.text, strerror(err));
	}
}

int explain_inherited(struct err *e, const char *fd, int err)
{
	struct quoted q;

	(void)quote_str(&q, fd);
	switch (err) {
	case EBADF:
		return fail(e, STATUS_NO_DEVICE,
			    DEVICE_FD_VARIABLE " says %s, and no descriptor with that number is open. Whoever sets it has to hand the device down; without it, alicectl opens " DEVICE_PATH ".",
			    q.text);
	case ENOTTY:
	case EINVAL:
		return fail(e, STATUS_NO_DEVICE,
			    DEVICE_FD_VARIABLE " says %s, and that descriptor is not the device of alice. Whoever sets it has to hand the device down; without it, alicectl opens " DEVICE_PATH ".",
			    q.text);
	default:
		return explain_info(e, DEVICE_FD_VARIABLE, err);
	}
}

/* What an op can answer, its symbol, and what to do about it. */
static const struct reason {
	int err;
	const char *name;
	const char *text;
} reasons[] = {
	{ EPERM, "EPERM", "it is not permitted" },
	{ ENOENT, "ENOENT", "the op finds no such thing" },
	{ EINTR, "EINTR", "a signal, or a stop, came before it was done, and what it did until then stays done" },
	{ EIO, "EIO", "the answer made no sense: the op answered more than there was room for, or an errno that no op may; if the op is yours, see 'Errors' in docs/adding-an-op.md, and if not, " DMESG },
	{ ENXIO, "ENXIO", "there is no such thing any more" },
	{ E2BIG, "E2BIG", "the driver is older than this program: install both from one version" },
	{ EBADF, "EBADF", "the op has a side effect, and you may open the device for reading only: write permission on the node is needed" },
	{ EAGAIN, "EAGAIN", "it cannot be done at this moment: try again" },
	{ ENOMEM, "ENOMEM", "memory ran out, in this kernel or in the hypervisor: try again when there is more" },
	{ EACCES, "EACCES", "the device is restricted to other ops ('alicectl --only'), and what was taken away does not come back: 'alicectl ops' shows what is left" },
	{ EFAULT, "EFAULT", "memory of the request or of the answer could not be reached, and the op may have run; this is a bug in alicectl or in the driver" },
	{ EEXIST, "EEXIST", "what it would make exists already" },
	{ ENODEV, "ENODEV", "the driver no longer reaches the hypervisor's alice_op; see " DMESG },
	{ EINVAL, "EINVAL", "the hypervisor found the request wrong" },
	{ ENOTTY, "ENOTTY", "the driver does not know this request: install driver and program from one version" },
	{ ENOSPC, "ENOSPC", "there is no room for what it would make" },
	{ ERANGE, "ERANGE", "a value is outside what the op takes" },
	{ EDOM, "EDOM", "a value is outside what the op takes" },
	{ ENOSYS, "ENOSYS", "the hypervisor has no alice_op under this number: it is another hypervisor than the one wired for alice, or was wired with another number" },
	{ ENODATA, "ENODATA", "there is nothing to answer" },
	{ EOVERFLOW, "EOVERFLOW", "the result is too large for its field" },
	{ ESRCH, "ESRCH", "the op finds no such domain or thing" },
	{ EOPNOTSUPP, "EOPNOTSUPP", "the hypervisor no longer has this op: 'alicectl ops' shows what it has" },
	{ ETIMEDOUT, "ETIMEDOUT", "it took too long: try again" },
	{ ESTALE, "ESTALE", "the hypervisor's op table changed since it was read, or does not stand still: call it again" },
	{ EMSGSIZE, "EMSGSIZE", "the request is too long for the op" },
	{ ENOBUFS, "ENOBUFS", "there is no room for the answer" },
};

static const struct reason *find_reason(int err)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].err == err)
			return &reasons[i];
	return NULL;
}

const char *explain_errno_name(int err)
{
	const struct reason *reason = find_reason(err);

	return reason ? reason->name : NULL;
}

__u32 explain_flags(const struct failed_call *c)
{
	const __u32 open = ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN |
			   ALICE_OP_F_CONTROL | ALICE_OP_F_LONG;
	const __u32 flags = c->desc->flags & ALICE_OP_F_LOW;

	if (c->access == -EBADF)
		return ALICE_OP_F_WRITE;
	if (c->access != -EPERM)
		return 0;
	if (flags & ALICE_OP_F_KERNEL)
		return ALICE_OP_F_KERNEL;
	return flags & ~open ? flags & ~open : flags & ALICE_OP_F_ADMIN;
}

/* Who refused, the driver or the hypervisor, and for which of their reasons. */
static const char *perm_reason(const struct failed_call *c)
{
	const __u32 closing = explain_flags(c);

	if (c->access == -EPERM) {
		if (closing == ALICE_OP_F_KERNEL)
			return "the driver lets no program call it: it is the kernel's own";
		if (closing && closing != ALICE_OP_F_ADMIN)
			return "the op has a flag that the driver does not know, which closes it to programs: a newer driver may know it";
		if (closing && !c->root)
			return "the op needs the capability CAP_SYS_ADMIN: run this as root";
		if (closing)
			return "the op needs the capability CAP_SYS_ADMIN, which this root does not have: run this outside of containers";
		return "the driver does not let you call it; see " DMESG;
	}
	if (c->desc->flags & ALICE_OP_F_CONTROL)
		return "it can be called from the control domain (dom0) only; if this is dom0, Xen was booted with alice=off, or FLASK's policy keeps it from dom0";
	return "the hypervisor does not let this domain call it: Xen's boot parameter alice= says which domains may, and a policy for FLASK, which ops; see 'xl info xen_commandline' and 'xl dmesg' in dom0";
}

static int explain_reason(struct err *e, int err, const char *advice,
			  const char *values)
{
	const struct reason *reason = find_reason(err);

	if (reason)
		return fail(e, STATUS_REFUSED, "%s%s%s (%s).", reason->text,
			    advice, values, reason->name);
	return fail(e, STATUS_REFUSED, "%s (errno %d).", strerror(err), err);
}

int explain_errno(struct err *e, int err)
{
	return explain_reason(e, err, "", "");
}

/* Whether an errno of an op is about the values that it was given. */
static bool by_values(const struct failed_call *c)
{
	if (c->access || !c->desc->in_max)
		return false;
	return c->err == ENOENT || c->err == EINVAL || c->err == ESRCH ||
	       c->err == ERANGE || c->err == EDOM;
}

int explain_access(struct err *e, const struct failed_call *c)
{
	if (c->err == EPERM)
		return fail(e, STATUS_REFUSED, "%s (EPERM).", perm_reason(c));
	if (!by_values(c))
		return explain_errno(e, c->err);
	return explain_reason(e, c->err, c->values[0] ? "; check its values: "
						      : "; check its values",
			      c->values);
}

int explain_call(struct err *e, const struct failed_call *c)
{
	struct quoted q;
	int ret;

	(void)table_name(c->desc, &q);
	if (c->err == EINVAL && (c->in_len < c->desc->in_min ||
				 c->in_len > c->desc->in_max))
		return fail(e, STATUS_REFUSED,
			    "%s was refused: it takes %u to %u bytes, and the request had %u (EINVAL).",
			    q.text, c->desc->in_min, c->desc->in_max, c->in_len);
	ret = explain_access(e, c);
	err_prefix(e, "%s %s: ", q.text,
		   c->access || c->err == EPERM || c->err == EACCES
		   ? "was refused" : "failed");
	return ret;
}
