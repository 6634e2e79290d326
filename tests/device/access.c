// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may call what: the user that runs this, through a file that is open for reading, for
 * writing, or for both, without CAP_SYS_ADMIN or with it only in a user namespace.  DESCRIBE
 * has to predict what the driver does.
 */
#define _GNU_SOURCE
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The errno by which the driver refuses an op with these flags, or 0. */
static int foreseen(uint32_t flags, bool writable, bool admin)
{
	if (flags & ALICE_OP_F_KERNEL)
		return -EPERM;
	if ((flags & ALICE_OP_F_ADMIN) && !admin)
		return -EPERM;
	if ((flags & ALICE_OP_F_WRITE) && !writable)
		return -EBADF;
	return 0;
}

/* Compare the contract, DESCRIBE, and a call, for each row. */
static unsigned int mismatches(int fd, bool writable, bool admin)
{
	static uint8_t in[XEN_ALICE_BATCH_LEN], out[XEN_ALICE_BATCH_LEN];
	struct tally tally = { 0 };
	int watch = device_open(O_RDONLY);

	for (unsigned int i = 0; i < rows; i++) {
		struct alice_describe d = { .index = i };
		struct counts from, to;
		int refusal, want, n;

		do_ioctl(fd, ALICE_IOC_DESCRIBE, &d);
		want = refusal = foreseen(d.desc.flags, writable, admin);
		/* Xen decides about CONTROL, and DESCRIBE does not guess. */
		if (!want && (d.desc.flags & ALICE_OP_F_CONTROL) &&
		    !control_domain())
			want = -EPERM;
		expect(&tally, d.access == refusal,
		       "%s: DESCRIBE says %d, want %d", d.desc.name, d.access,
		       refusal);
		if (d.desc.flags & ALICE_OP_F_EVENT)
			want = refusal = -EOPNOTSUPP;
		counts_read(watch, &from);
		n = op_call(fd, d.desc.cmd, in, d.desc.in_min, out,
			    d.desc.out_max);
		counts_read(watch, &to);
		expect(&tally, want ? n == want : n >= 0,
		       "%s: a call answers %d, want %d", d.desc.name, n, want);
		if (refusal)
			expect(&tally, !counts_ops(&from, &to),
			       "%s: it reached the hypervisor", d.desc.name);
	}
	close(watch);
	return tally.bad + !tally.cases;
}

static void files_test(bool admin, const char *who)
{
	static const struct {
		int flags;
		bool writable;
		const char *name;
	} modes[] = {
		{ O_RDONLY, false, "reading" },
		{ O_WRONLY, true, "writing" },
		{ O_RDWR, true, "both" },
	};

	for (unsigned int m = 0; m < ARRAY_SIZE(modes); m++) {
		int fd = device_open(modes[m].flags);

		is(mismatches(fd, modes[m].writable, admin), 0,
		   "%s, open for %s: every op as DESCRIBE foresees", who,
		   modes[m].name);
		close(fd);
	}
}

static int without_admin(void *arg)
{
	int fd = *(int *)arg;

	drop_admin();
	return mismatches(fd, true, false) != 0;
}

/* Root in a new user namespace has every capability there, and none here. */
static int in_namespace(void *arg)
{
	int fd = *(int *)arg;

	if (unshare(CLONE_NEWUSER)) {
		diag("unshare: %s", strerror(errno));
		return 2;
	}
	return mismatches(fd, true, false) != 0;
}

/* A file stays open, but each call checks its user's rights again. */
static int after_setuid(void *arg)
{
	int fd = *(int *)arg;

	if (setgid(65534) || setuid(65534))
		return 2;
	if (open(DEVICE, O_RDWR) >= 0 || errno != EACCES)
		return 3;
	/* mismatches() opens the device, which this user may not. */
	if (op_call(fd, XEN_ALICE_OP_RESET_STATS, NULL, 0, NULL, 0) != -EPERM)
		return 4;
	return op_call(fd, XEN_ALICE_OP_HELLO, NULL, 0, NULL, 0) != 0;
}

void part_access(void)
{
	bool admin = !geteuid();
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	files_test(admin, admin ? "root" : "a user");
	is(in_child(in_namespace, &fd), 0,
	   "root of a user namespace is no administrator");
	if (admin) {
		is(in_child(without_admin, &fd), 0,
		   "root without CAP_SYS_ADMIN is no administrator");
		is(in_child(after_setuid, &fd), 0,
		   "a file opened by root, used by nobody");
	}
	close(fd);
}
