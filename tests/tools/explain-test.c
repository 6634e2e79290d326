// SPDX-License-Identifier: GPL-2.0-only
/* From an errno and a situation to a sentence that says what to do. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "explain.h"
#include "tap.h"
#include "text.h"

static const struct situation nobody = {
	.path = DEVICE_PATH,
	.err = EACCES,
	.xen = ANSWER_YES,
	.module = ANSWER_YES,
	.mode = S_IFCHR | 0660,
	.group = "alice",
	.person.user = "bob",
};

static struct err err;

/* One sentence, that is one for a terminal. */
static void check(int status, int want_status, const char *want,
		  const char *name)
{
	bool fine = status == want_status && strstr(err.text, want) &&
		    text_printable((uint8_t *)err.text, strlen(err.text), false) &&
		    err.text[strlen(err.text) - 1] == '.';

	if (!ok(fine, "%s", name))
		diag("status %d: %s\n# want: %s", status, err.text, want);
}

static void open_says(const struct situation *s, const char *want,
		      const char *name)
{
	check(explain_situation(&err, s), STATUS_NO_DEVICE, want, name);
}

static void test_open(void)
{
	struct situation s = nobody;

	open_says(&s, "You (bob) are not in the group alice: have root run 'adduser bob alice'",
		  "not in the group");
	s.person.member = true;
	open_says(&s, "this session began before you were: log out and in again, or run 'newgrp alice'",
		  "in the group, but not this session");
	s.person.session = true;
	open_says(&s, "something else forbids it", "in the group, and still denied");
	s.mode = S_IFCHR | 0600;
	open_says(&s, "root's alone", "a node for its owner alone");
	s = nobody;
	s.root_group = true;
	open_says(&s, "root's alone", "a node of root's group");

	s = nobody;
	s.err = ENOENT;
	s.module = ANSWER_NO;
	open_says(&s, "modprobe alice", "no module");
	s.module = ANSWER_UNKNOWN;
	s.xen = ANSWER_UNKNOWN;
	open_says(&s, "modprobe alice", "no node, and no sysfs");
	s.module = ANSWER_YES;
	s.xen = ANSWER_YES;
	open_says(&s, "udev has not made its node", "a module without a node");
	s.xen = ANSWER_NO;
	open_says(&s, "does not run on Xen", "no Xen");
	s.path = "/dev/al\33ce";
	open_says(&s, "cannot open '/dev/al\\x1bce': there is no such device. There is nothing under that name; the usual device is /dev/alice",
		  "another path");

	s = nobody;
	s.err = ENODEV;
	open_says(&s, "no driver behind it", "a node without a driver");
	s.err = EPERM;
	open_says(&s, "container", "a device that a container may not use");
	s.err = EISDIR;
	open_says(&s, "It is not the device of alice", "a directory");
	s.err = EMFILE;
	open_says(&s, strerror(EMFILE), "any other errno");
}

static void test_info(void)
{
	check(explain_info(&err, "/dev/null", ENOTTY), STATUS_NO_DEVICE,
	      "'/dev/null' is not the device of alice", "another device");
	check(explain_info(&err, DEVICE_PATH, ENODEV), STATUS_NO_DEVICE,
	      "after a resume or a migration", "a device without its hypervisor");
	check(explain_info(&err, DEVICE_PATH, E2BIG), STATUS_NO_DEVICE,
	      "older than this program", "an older driver");
	check(explain_info(&err, DEVICE_PATH, EIO), STATUS_NO_DEVICE,
	      strerror(EIO), "a driver's other errno");
}

static void call_says(int errnum, __u32 flags, int access, bool root,
		      const char *want, const char *name)
{
	struct alice_op_desc desc = {
		.name = "op", .flags = flags, .in_min = 4, .in_max = 8,
	};
	struct failed_call c = {
		.desc = &desc, .access = access, .err = errnum, .in_len = 4,
		.root = root,
	};

	check(explain_call(&err, &c), STATUS_REFUSED, want, name);
}

static void test_perm(void)
{
	const __u32 admin = ALICE_OP_F_ADMIN, control = ALICE_OP_F_CONTROL;

	call_says(EPERM, 0, 0, true, "boot parameter alice=",
		  "EPERM of the hypervisor's");
	call_says(EPERM, admin, 0, true, "boot parameter alice=",
		  "EPERM of the hypervisor's, for root");
	call_says(EPERM, control, 0, true, "control domain (dom0) only",
		  "EPERM outside of the control domain");
	call_says(EPERM, admin | control, 0, true, "control domain (dom0) only",
		  "EPERM for root outside of the control domain");
	call_says(EPERM, admin, -EPERM, false, "CAP_SYS_ADMIN: run this as root",
		  "EPERM without the capability");
	call_says(EPERM, admin | control, -EPERM, false, "CAP_SYS_ADMIN: run this as root",
		  "EPERM without the capability comes first");
	call_says(EPERM, admin, -EPERM, true, "containers",
		  "EPERM for root without the capability");
	call_says(EPERM, ALICE_OP_F_KERNEL, -EPERM, true, "the kernel's own",
		  "EPERM of a KERNEL op");
	call_says(EPERM, 0x8000, -EPERM, true, "a flag that the driver does not know",
		  "EPERM of an op with an unknown flag");
	call_says(EPERM, admin | 0xffff0000, -EPERM, false, "CAP_SYS_ADMIN: run this as root",
		  "EPERM of an op with flags that only tell");
	call_says(EPERM, 0, -EPERM, true, "the driver does not let you",
		  "EPERM of the driver's, for no known reason");
}

/* Which flags are the reason, and are not to be named once more beside it. */
static void test_flags(void)
{
	static const struct { __u32 flags; int access; __u32 want; } cases[] = {
		{ 0xf, 0, 0 },
		{ 0xf, -EACCES, 0 },
		{ 0xf, -EBADF, ALICE_OP_F_WRITE },
		{ 0xf, -EPERM, ALICE_OP_F_KERNEL },
		{ 0x47, -EPERM, 0x40 },
		{ 0x10007, -EPERM, ALICE_OP_F_ADMIN },
		{ ALICE_OP_F_WRITE | ALICE_OP_F_CONTROL, -EPERM, 0 },
	};
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct alice_op_desc desc = { .flags = cases[i].flags };
		const struct failed_call c = {
			.desc = &desc, .access = cases[i].access,
		};

		expect(&t, explain_flags(&c) == cases[i].want, "case %zu: 0x%x",
		       i, explain_flags(&c));
	}
	tally_ok(&t, "the flags by which the driver refuses");
	call_says(EBADF, ALICE_OP_F_WRITE, -EBADF, false,
		  "op was refused: the op has a side effect", "EBADF of the driver's");
}

/* Everything that the contract and the driver can answer. */
static void test_call(void)
{
	static const struct { int err; const char *want; } cases[] = {
		{ EACCES, "restricted" }, { EBADF, "write permission" },
		{ EINVAL, "wrong; check its values (" }, { EFAULT, "may have run" },
		{ ESTALE, "call it again" }, { ENOENT, "no such thing" },
		{ EOPNOTSUPP, "alicectl ops" }, { ENOSYS, "no alice_op" },
		{ ENOMEM, "memory" }, { EIO, "made no sense" },
		{ ENOTTY, "one version" }, { E2BIG, "older than this program" },
		{ EOVERFLOW, "too large" }, { EAGAIN, "try again" },
		{ ENODEV, "no longer reaches" },
		{ ERANGE, "outside" }, { ETIMEDOUT, "too long" },
	};
	struct alice_op_desc desc = { .name = "op", .in_min = 4, .in_max = 8 };
	struct failed_call c = { .desc = &desc, .err = EINVAL, .in_len = 9 };
	struct tally t = { 0 };
	size_t i;
	int n;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char name[32], symbol[32];

		snprintf(symbol, sizeof(symbol), "(%s).",
			 explain_errno_name(cases[i].err));
		snprintf(name, sizeof(name), "%s", explain_errno_name(cases[i].err));
		call_says(cases[i].err, 0, 0, false, cases[i].want, name);
		expect(&t, strstr(err.text, symbol), "%s: %s", symbol, err.text);
	}
	tally_ok(&t, "each ends with its symbol");
	ok(!explain_errno_name(EBUSY), "the contract has no EBUSY");

	check(explain_call(&err, &c), STATUS_REFUSED,
	      "it takes 4 to 8 bytes, and the request had 9 (EINVAL).",
	      "EINVAL of a request that is too long");
	c.in_len = 3;
	check(explain_call(&err, &c), STATUS_REFUSED,
	      "and the request had 3 (EINVAL).",
	      "EINVAL of a request that is too short");

	c.in_len = 4;
	snprintf(c.values, sizeof(c.values), "a=1 b=2");
	check(explain_call(&err, &c), STATUS_REFUSED,
	      "wrong; check its values: a=1 b=2 (EINVAL).",
	      "EINVAL of values that are known");
	c.in_len = 0;
	desc.in_min = 0;
	desc.in_max = 0;
	c.values[0] = '\0';
	check(explain_call(&err, &c), STATUS_REFUSED, "wrong (EINVAL).",
	      "EINVAL of an op without input");

	memset(desc.name, '\33', sizeof(desc.name));
	for (n = 1; n < 4096; n++) {
		c.err = n;
		expect(&t, explain_call(&err, &c) == STATUS_REFUSED &&
		       text_printable((uint8_t *)err.text, strlen(err.text), false) &&
		       strlen(err.text) < sizeof(err.text) - 1 &&
		       err.text[strlen(err.text) - 1] == '.',
		       "errno %d: %s", n, err.text);
	}
	tally_ok(&t, "every errno has a sentence, also for an op with a bad name");
}

int main(void)
{
	test_open();
	test_info();
	test_perm();
	test_flags();
	test_call();
	return tap_done();
}
