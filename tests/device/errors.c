// SPDX-License-Identifier: GPL-2.0-only
/*
 * The errors of the ioctls and their order.  The order is tested with every set of
 * faults that a request can have: the first one has to win.  Nothing refused by
 * the driver may reach the hypervisor, whose counters are checked throughout. ESTALE needs a
 * changed table: see moved.c.
 */
#include "device.h"
#include "parts.h"
#include "request.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Make the request, with its structure right before a hole. */
static int submit(const struct request *r)
{
	static void *area;

	if (!area)
		area = guarded(sizeof(r->op));
	memcpy(at_end(area, sizeof(r->op), r->readable), &r->op, r->readable);
	return do_ioctl(r->fd, r->ioctl,
			at_end(area, sizeof(r->op), r->readable));
}

/* Every request that has both faults; the result shows their order. */
static unsigned int pair_failures(const struct files *files, unsigned int pair)
{
	struct tally tally = { 0 };
	struct counts from, to;

	counts_read(files->fds[1][0], &from);
	for (unsigned int faults = 1; faults <= ALL_FAULTS; faults++) {
		struct request r;
		int n;

		if ((faults & pair) != pair)
			continue;
		r = request_with(files, faults);
		n = submit(&r);
		expect(&tally, n == -request_errno(faults),
		       "%s (%s): got %d, want %d", faults_name(faults),
		       files->admin ? "admin" : "not admin", n,
		       -request_errno(faults));
	}
	counts_read(files->fds[1][0], &to);
	expect(&tally, !counts_ops(&from, &to),
	       "%s: %llu calls reached the hypervisor", faults_name(pair),
	       (unsigned long long)counts_ops(&from, &to));
	return tally.bad;
}

static void order_test(const struct files *files)
{
	const char *who = files->admin ? "admin" : "not admin";

	for (unsigned int a = 0; a < FAULTS; a++) {
		is(pair_failures(files, FAULT(a)), 0, "%s: %s alone and with others",
		   who, faults_name(FAULT(a)));
		for (unsigned int b = a + 1; b < FAULTS; b++)
			is(pair_failures(files, FAULT(a) | FAULT(b)), 0,
			   "%s: of %s the first wins", who,
			   faults_name(FAULT(a) | FAULT(b)));
	}
}

/* A request without faults succeeds: else the tests above would prove nothing. */
static void none_test(const struct files *files)
{
	struct request r = request_with(files, 0);
	struct counts from, to;

	counts_read(files->fds[1][0], &from);
	is(submit(&r), 16, "without a fault the same request succeeds");
	counts_read(files->fds[1][0], &to);
	is((long long)counts_calls(&from, &to), 1, "and is one call");
	r = request_with(files, 0);
	r.fd = files->fds[0][0];
	is(submit(&r), 16, "also on a file that is open for reading");
}

static int unprivileged(void *arg)
{
	struct files files = *(struct files *)arg;
	unsigned int bad = 0;

	drop_admin();
	files.admin = false;
	for (unsigned int a = 0; a < FAULTS; a++)
		for (unsigned int b = a; b < FAULTS; b++)
			bad += pair_failures(&files, FAULT(a) | FAULT(b));
	fflush(stdout);
	return bad > 100 ? 100 : (int)bad;
}

static void flags_test(int fd)
{
	uint8_t out[16] = { 0 };
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_ECHO,
		.out_len = sizeof(out),
		.out = ptr(out),
	};
	struct tally tally = { 0 };

	for (unsigned int bit = 0; bit < 32; bit++) {
		op.flags = 1u << bit;
		expect(&tally, op_ioctl(fd, &op) == -EINVAL, "flag bit %u", bit);
	}
	op.flags = 0;
	expect(&tally, !op_ioctl(fd, &op), "no flag");
	tally_ok(&tally, "no flag bit is known: EINVAL");
}

static void cmds_test(int fd)
{
	static const uint32_t far[] = {
		1024, 1025, 2048, 4096, 65535, 65536, 65539, 0x7fffffff,
		0x80000000, 0x80000003, 0xfffffffe, 0xffffffff,
	};
	struct tally tally = { 0 };
	struct counts from, to;

	counts_read(fd, &from);
	for (uint32_t i = 0; i < ALICE_MAX_CMDS + ARRAY_SIZE(far); i++) {
		uint32_t cmd = i < ALICE_MAX_CMDS ? i : far[i - ALICE_MAX_CMDS];

		if (!row_of(cmd))
			expect(&tally, op_call(fd, cmd, NULL, 0, NULL, 0) ==
			       -EOPNOTSUPP, "cmd %u", cmd);
	}
	tally_ok(&tally, "every cmd that the table lacks: EOPNOTSUPP");
	counts_read(fd, &to);
	is((long long)counts_ops(&from, &to), 0, "none was called");
}

/* Every number, direction and size that is not one of our ioctls. */
static void unknown_ioctl_test(int fd)
{
	static const unsigned int types[] = { 0, 'P', 0x28, 0xA7, 0xA9, 0xff };
	static const unsigned int dirs[] = {
		_IOC_NONE, _IOC_READ, _IOC_WRITE, _IOC_READ | _IOC_WRITE,
	};
	static const unsigned long known[] = {
		ALICE_IOC_INFO, ALICE_IOC_DESCRIBE, ALICE_IOC_OP,
		ALICE_IOC_BATCH, ALICE_IOC_RESTRICT, ALICE_IOC_LISTEN,
	};
	static uint8_t area[512];
	struct tally dir = { 0 }, nr = { 0 }, type = { 0 }, size = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		unsigned int len = _IOC_SIZE(known[i]);

		for (unsigned int d = 0; d < ARRAY_SIZE(dirs); d++) {
			if (dirs[d] == _IOC_DIR(known[i]))
				continue;
			expect(&dir, do_ioctl(fd, _IOC(dirs[d], ALICE_IOC_TYPE,
						       i, len), area) == -ENOTTY,
			       "nr %u with direction %u", i, dirs[d]);
		}
		expect(&size, do_ioctl(fd, _IOC(_IOC_DIR(known[i]),
						ALICE_IOC_TYPE, i, 0), area) ==
		       -ENOTTY, "nr %u of size 0", i);
		for (unsigned int t = 0; t < ARRAY_SIZE(types); t++)
			expect(&type, do_ioctl(fd, _IOC(_IOC_DIR(known[i]),
							types[t], i, len),
					       area) == -ENOTTY,
			       "nr %u of type %#x", i, types[t]);
	}
	for (unsigned int n = ARRAY_SIZE(known); n < 256; n++)
		for (unsigned int d = 0; d < ARRAY_SIZE(dirs); d++)
			expect(&nr, do_ioctl(fd, _IOC(dirs[d], ALICE_IOC_TYPE,
						      n, 32), area) == -ENOTTY,
			       "nr %u with direction %u", n, dirs[d]);
	tally_ok(&dir, "a wrong direction: ENOTTY");
	tally_ok(&size, "a size of 0: ENOTTY");
	tally_ok(&type, "another type: ENOTTY");
	tally_ok(&nr, "another number: ENOTTY");
}

/* INFO and DESCRIBE with a structure that cannot be written. */
static void unwritable_test(int fd)
{
	struct tally tally = { 0 };
	struct alice_describe *d = guarded(sizeof(*d));

	expect(&tally, do_ioctl(fd, ALICE_IOC_INFO, unmapped()) == -EFAULT,
	       "INFO into a hole");
	expect(&tally, do_ioctl(fd, ALICE_IOC_INFO, NULL) == -EFAULT,
	       "INFO into NULL");
	expect(&tally, do_ioctl(fd, ALICE_IOC_INFO,
				at_end(d, sizeof(*d), 63)) == -EFAULT,
	       "INFO into a page's last 63 bytes");
	expect(&tally, do_ioctl(fd, ALICE_IOC_DESCRIBE, unmapped()) == -EFAULT,
	       "DESCRIBE in a hole");
	expect(&tally, do_ioctl(fd, ALICE_IOC_DESCRIBE,
				at_end(d, sizeof(*d), 263)) == -EFAULT,
	       "DESCRIBE in a page's last 263 bytes");
	expect(&tally, do_ioctl(fd, ALICE_IOC_OP, NULL) == -EFAULT,
	       "OP from NULL");
	expect(&tally, do_ioctl(fd, ALICE_IOC_BATCH, unmapped()) == -EFAULT,
	       "BATCH from a hole");
	expect(&tally, do_ioctl(fd, ALICE_IOC_RESTRICT, unmapped()) == -EFAULT,
	       "RESTRICT from a hole");
	tally_ok(&tally, "a structure that cannot be used: EFAULT");
}

void part_errors(void)
{
	struct files files = files_open();
	int fd = files.fds[1][0];

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	none_test(&files);
	order_test(&files);
	if (files.admin)
		is(in_child(unprivileged, &files), 0,
		   "the same order without CAP_SYS_ADMIN");
	flags_test(fd);
	cmds_test(fd);
	unknown_ioctl_test(fd);
	unwritable_test(fd);
	files_close(&files);
}
