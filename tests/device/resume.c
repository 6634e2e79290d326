// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a domain that has no privilege and is saved and restored while this runs:
 * what such a domain may do, and that an open file goes on working.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* For how long the other side may take to save and restore, in seconds. */
#define PATIENCE 300

static uint64_t generation(int fd)
{
	struct alice_info info = { 0 };

	do_ioctl(fd, ALICE_IOC_INFO, &info);
	return info.generation;
}

static int echo(int fd)
{
	char out[8];

	return op_call(fd, ALICE_OP_ECHO, "rabbits", 8, out, 8) == 8 &&
	       !strcmp(out, "rabbits");
}

/* CONTROL ops are the control domain's, and DESCRIBE knows. */
static void control_test(int fd)
{
	static uint8_t in[ALICE_MAX_LEN], out[ALICE_MAX_LEN];
	struct tally control = { 0 }, rest = { 0 };

	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *d = &table[i].desc;
		int n = op_call(fd, d->cmd, in, d->in_min, out, d->out_max);

		if (d->flags & ALICE_OP_F_CONTROL)
			expect(&control, n == -EPERM && table[i].access == n,
			       "%s: %d, foreseen %d", d->name, n,
			       table[i].access);
		else
			expect(&rest, table[i].access ? n == table[i].access :
			       n >= 0, "%s: %d, foreseen %d", d->name, n,
			       table[i].access);
	}
	tally_ok(&control, "a guest's CONTROL ops: EPERM, as DESCRIBE says");
	tally_ok(&rest, "a guest's other ops, as DESCRIBE says");
}

/* A file that is restricted to echo. */
static void restricted_test(int fd, const char *when)
{
	struct alice_info info = { 0 };

	do_ioctl(fd, ALICE_IOC_INFO, &info);
	ok(info.flags & ALICE_INFO_RESTRICTED, "%s: a restricted file", when);
	ok(echo(fd), "%s: a restricted file: echo is left to it", when);
	is(op_call(fd, ALICE_OP_VERSION, NULL, 0, NULL, 0), -EACCES,
	   "%s: a restricted file: version is not", when);
}

/* A batch, on whatever hypervisor. */
static void batch_test(int fd, const char *when)
{
	const struct alice_op ops[3] = {
		{ .cmd = ALICE_OP_ECHO }, { .cmd = 1000 }, { .cmd = ALICE_OP_ECHO },
	};
	int32_t results[3] = { 77, 77, 77 };
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = ARRAY_SIZE(ops),
		.op_size = sizeof(*ops),
	};

	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), 3, "%s: a batch", when);
	ok(!results[0] && results[1] == -EOPNOTSUPP && !results[2],
	   "%s: its results", when);
}

void part_resume(void)
{
	const uint32_t only[] = { ALICE_OP_ECHO };
	int fd = device_open(O_RDWR), narrow = device_open(O_RDWR);
	struct xen_alice_whoami before = { 0 }, after = { 0 };

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	op_call(fd, ALICE_OP_WHOAMI, NULL, 0, &before, sizeof(before));
	ok(before.domid > 0 && !before.control, "a guest, domain %u",
	   before.domid);
	control_test(fd);
	is((long long)generation(fd), 1, "generation 1");
	ok(echo(fd), "echo");
	is(restrict_to(narrow, only, 1), 0, "RESTRICT to echo");
	restricted_test(narrow, "before");
	batch_test(fd, "before");

	diag("ready to be saved");
	for (time_t start = time(NULL); generation(fd) == 1 &&
	     time(NULL) - start < PATIENCE;)
		usleep(100000);

	is((long long)generation(fd), 2, "restored: generation 2");
	ok(echo(fd), "restored: echo, on the same open file");
	op_call(fd, ALICE_OP_WHOAMI, NULL, 0, &after, sizeof(after));
	ok(after.domid > before.domid, "restored: it is domain %u now",
	   after.domid);
	ok(table_read(fd) && rows, "restored: the op table");
	control_test(fd);
	restricted_test(narrow, "restored");
	batch_test(fd, "restored");
	close(narrow);
	close(fd);
}
