// SPDX-License-Identifier: GPL-2.0-only
/*
 * Structures smaller and larger than the driver's, as older or newer programs have them. Each
 * structure ends right before a hole, so that accessing one byte too many is an EFAULT.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The largest size that an ioctl's number can carry. */
#define MAX_SIZE 16383

static uint8_t *area;

/* Sizes above @size to try. */
static unsigned int larger(unsigned int size, unsigned int i)
{
	static const unsigned int some[] = {
		512, 4095, 4096, 4097, 8192, MAX_SIZE,
	};

	if (i < 64)
		return size + 1 + i;
	return i - 64 < ARRAY_SIZE(some) ? some[i - 64] : 0;
}

static unsigned long sized(unsigned long request, unsigned int size)
{
	return _IOC(_IOC_DIR(request), _IOC_TYPE(request), _IOC_NR(request),
		    size);
}

/* Make the ioctl with the first @size bytes of @from. */
static int submit(int fd, unsigned long request, const void *from,
		  unsigned int known, unsigned int size)
{
	uint8_t *at = at_end(area, MAX_SIZE, size);

	memset(at, 0, size);
	memcpy(at, from, size < known ? size : known);
	return do_ioctl(fd, sized(request, size), at);
}

static struct alice_op echo_op(void)
{
	static uint8_t in[8], out[16];

	return (struct alice_op){
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = sizeof(in),
		.out_len = sizeof(out),
		.in = ptr(in),
		.out = ptr(out),
	};
}

static void op_smaller_test(int fd)
{
	struct tally tally = { 0 };

	for (unsigned int size = 1; size <= sizeof(struct alice_op); size++) {
		struct alice_op op = echo_op(), zeroed = { 0 };
		int n, want;

		memcpy(&zeroed, &op, size);
		want = op_ioctl(fd, &zeroed);
		n = submit(fd, ALICE_IOC_OP, &op, sizeof(op), size);
		expect(&tally, n == want, "%u bytes: %d, want %d", size, n, want);
	}
	tally_ok(&tally, "OP: what a smaller structure lacks is zero");

	/* A known result: only cmd, a call without payload. */
	is(submit(fd, ALICE_IOC_OP, &(struct alice_op){ .cmd = XEN_ALICE_OP_ECHO },
		  sizeof(struct alice_op), 4), 0, "OP: of cmd alone, echo of nothing");
	is(submit(fd, ALICE_IOC_OP, &(struct alice_op){ .cmd = 1023 },
		  sizeof(struct alice_op), 4), -EOPNOTSUPP, "OP: of an unknown cmd alone");
	is(submit(fd, ALICE_IOC_OP, &(struct alice_op){ .flags = 1 },
		  sizeof(struct alice_op), 5), -EINVAL, "OP: of 5 bytes, the last a flag");
}

static void op_larger_test(int fd)
{
	const struct alice_op op = echo_op();
	struct tally zero = { 0 }, more = { 0 }, hole = { 0 };
	unsigned int size;

	for (unsigned int i = 0; (size = larger(sizeof(op), i)); i++) {
		unsigned int extra[3] = { sizeof(op), (sizeof(op) + size) / 2,
					  size - 1 };
		uint8_t *at = at_end(area, MAX_SIZE, size);
		unsigned int bit = 1u << (i % 8);

		expect(&zero, submit(fd, ALICE_IOC_OP, &op, sizeof(op), size) ==
		       8, "%u bytes", size);
		for (unsigned int e = 0; e < 3; e++) {
			at[extra[e]] = (uint8_t)bit;
			expect(&more, do_ioctl(fd, sized(ALICE_IOC_OP, size), at)
			       == -E2BIG, "%u bytes, byte %u set", size,
			       extra[e]);
			at[extra[e]] = 0;
		}
		/* With one byte more, the structure ends in the hole. */
		expect(&hole, size == MAX_SIZE ||
		       do_ioctl(fd, sized(ALICE_IOC_OP, size + 1), at) ==
		       -EFAULT, "%u bytes, the last in a hole", size + 1);
	}
	tally_ok(&zero, "OP: a larger structure, zero where it is unknown");
	tally_ok(&more, "OP: not zero there: E2BIG");
	tally_ok(&hole, "OP: not readable there: EFAULT");
}

/* A structure that is only written: as much as fits, and not a byte more. */
static void info_test(int fd)
{
	struct tally smaller = { 0 }, greater = { 0 };
	struct alice_info info;
	unsigned int size;

	do_ioctl(fd, ALICE_IOC_INFO, &info);
	for (size = 1; size <= sizeof(info); size++) {
		uint8_t *at = at_end(area, MAX_SIZE, size);

		memset(at - 8, 0xa5, size + 8);
		expect(&smaller, !do_ioctl(fd, sized(ALICE_IOC_INFO, size), at)
		       && !memcmp(at, &info, size) && at[-1] == 0xa5,
		       "%u bytes", size);
	}
	for (unsigned int i = 0; (size = larger(sizeof(info), i)); i++) {
		uint8_t *at = at_end(area, MAX_SIZE, size);
		struct tally rest = { 0 };

		memset(at, 0xa5, size);
		expect(&greater, !do_ioctl(fd, sized(ALICE_IOC_INFO, size), at)
		       && !memcmp(at, &info, sizeof(info)), "%u bytes", size);
		for (unsigned int b = sizeof(info); b < size; b++)
			expect(&rest, !at[b], "%u bytes: byte %u not cleared",
			       size, b);
		expect(&greater, !rest.bad, "%u bytes", size);
	}
	tally_ok(&smaller, "INFO: as much as a smaller structure has room for");
	tally_ok(&greater, "INFO: the unknown part of a larger one is zero");
}

static void describe_test(int fd)
{
	const struct alice_describe *row = &table[rows - 1];
	struct tally smaller = { 0 }, zero = { 0 }, more = { 0 };
	unsigned int size;

	for (size = 1; size <= sizeof(*row); size++) {
		uint8_t *at = at_end(area, MAX_SIZE, size);

		memset(at, 0xa5, size);
		memcpy(at, &row->index, size < 4 ? size : 4);
		expect(&smaller,
		       !do_ioctl(fd, sized(ALICE_IOC_DESCRIBE, size), at) &&
		       !memcmp(at, row, size), "%u bytes", size);
	}
	for (unsigned int i = 0; (size = larger(sizeof(*row), i)); i++) {
		uint8_t *at = at_end(area, MAX_SIZE, size);

	/* Where the driver only writes, garbage is ignored. */
		memset(at, 0, size);
		memset(at, 0xa5, sizeof(*row));
		memcpy(at, &row->index, 4);
		expect(&zero,
		       !do_ioctl(fd, sized(ALICE_IOC_DESCRIBE, size), at) &&
		       !memcmp(at, row, sizeof(*row)), "%u bytes", size);
		for (unsigned int b = sizeof(*row); b < size;
		     b += size - sizeof(*row) > 99 ? 99 : 1) {
			at[b] = 1;
			expect(&more,
			       do_ioctl(fd, sized(ALICE_IOC_DESCRIBE, size),
					at) == -E2BIG,
			       "%u bytes, byte %u set", size, b);
			at[b] = 0;
		}
	}
	tally_ok(&smaller, "DESCRIBE: as much as a smaller structure has room for");
	tally_ok(&zero, "DESCRIBE: a larger structure, zero where it is unknown");
	tally_ok(&more, "DESCRIBE: not zero there: E2BIG");
}

/* A batch of one echo(8), with results that can be written. */
static struct alice_batch echo_batch(void)
{
	static struct alice_op op;
	static int32_t result;

	op = echo_op();
	return (struct alice_batch){
		.ops = ptr(&op),
		.results = ptr(&result),
		.count = 1,
		.op_size = sizeof(op),
	};
}

/* Expected results of an ioctl for every other size of its structure. */
static void sizes_test(int fd, unsigned long request, const void *from,
		       int (*smaller)(unsigned int size), int whole,
		       const char *name)
{
	unsigned int known = _IOC_SIZE(request), size;
	struct tally less = { 0 }, zero = { 0 }, more = { 0 };

	for (size = 1; size < known; size++) {
		int n = submit(fd, request, from, known, size);

		expect(&less, n == smaller(size), "%u bytes: %d, want %d", size,
		       n, smaller(size));
	}
	for (unsigned int i = 0; (size = larger(known, i)); i++) {
		uint8_t *at = at_end(area, MAX_SIZE, size);
		int n = submit(fd, request, from, known, size);

		expect(&zero, n == whole, "%u bytes: %d", size, n);
		for (unsigned int b = known; b < size;
		     b += size - known > 99 ? 99 : 1) {
			at[b] = 0x80;
			expect(&more, do_ioctl(fd, sized(request, size), at) ==
			       -E2BIG, "%u bytes, byte %u set", size, b);
			at[b] = 0;
		}
	}
	tally_ok(&less, "%s: what a smaller structure lacks is zero", name);
	tally_ok(&zero, "%s: a larger structure, zero where it is unknown", name);
	tally_ok(&more, "%s: not zero there: E2BIG", name);
}

/* A smaller structure lacks count, or op_size's low byte: EINVAL. */
static int batch_smaller(unsigned int size)
{
	return size <= offsetof(struct alice_batch, op_size) ? -EINVAL : 1;
}

/* Without count it allows no op, which is valid. */
static int restrict_smaller(unsigned int size)
{
	(void)size;
	return 0;
}

static void batch_restrict_test(int fd)
{
	const struct alice_batch batch = echo_batch();
	const uint32_t cmds[] = { XEN_ALICE_OP_ECHO };
	const struct alice_restrict only = { .cmds = ptr(cmds), .count = 1 };
	int restricted = device_open(O_RDWR);

	sizes_test(fd, ALICE_IOC_BATCH, &batch, batch_smaller, 1, "BATCH");
	sizes_test(restricted, ALICE_IOC_RESTRICT, &only, restrict_smaller, 0,
		   "RESTRICT");
	close(restricted);
}

/* The beginning of a page, after a hole. */
static uint8_t *behind_hole(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *hole = guarded(2 * page);

	if (mprotect(hole, page, PROT_NONE))
		err(2, "mprotect");
	return hole + page;
}

/* The order of the errors, if the structure is larger. */
static void order_test(int fd)
{
	int32_t result;
	struct alice_batch batch = { .results = ptr(&result), .count = 1 };
	struct alice_op op = echo_op();
	struct counts from, to;
	uint8_t *at = at_end(area, MAX_SIZE, sizeof(op) + 8);
	uint8_t *rest = behind_hole();

	counts_read(fd, &from);
	memset(at, 0, sizeof(op) + 8);
	rest[7] = 1;
	op.flags = 1;
	memcpy(at, &op, sizeof(op));
	at[sizeof(op) + 7] = 1;
	is(do_ioctl(fd, sized(ALICE_IOC_OP, sizeof(op) + 8), at), -E2BIG,
	   "OP: E2BIG comes before what the structure says");
	/* The rest is read up to the hole, or to the first non-zero byte. */
	is(do_ioctl(fd, sized(ALICE_IOC_OP, sizeof(op) + 16), at), -E2BIG,
	   "OP: E2BIG comes before EFAULT of what is behind");
	at[sizeof(op) + 7] = 0;
	is(do_ioctl(fd, sized(ALICE_IOC_OP, sizeof(op) + 16), at), -EFAULT,
	   "OP: and EFAULT where all before the hole is zero");
	at[sizeof(op) + 7] = 1;
	is(do_ioctl(fd, sized(ALICE_IOC_OP, sizeof(op) + 8), rest - sizeof(op)), -E2BIG,
	   "OP: E2BIG comes before EFAULT of the part that is known");
	rest[7] = 0;
	is(do_ioctl(fd, sized(ALICE_IOC_OP, sizeof(op) + 8), rest - sizeof(op)), -EFAULT,
	   "OP: and EFAULT where the rest is zero");
	is(do_ioctl(fd, _IOC(_IOC_READ, ALICE_IOC_TYPE, 2, sizeof(op) + 8), at), -ENOTTY,
	   "OP: and ENOTTY before E2BIG");
	at[sizeof(op) + 7] = 0;
	batch.ops = ptr(at);
	batch.op_size = sizeof(op) + 16;
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), -EFAULT,
	   "BATCH: EFAULT of what is behind its first op");
	at = at_end(area, MAX_SIZE, sizeof(batch) + 8);
	memset(at, 0, sizeof(batch) + 8);
	memcpy(at, &batch, sizeof(batch));
	is(do_ioctl(fd, sized(ALICE_IOC_BATCH, sizeof(batch) + 16), at), -EFAULT,
	   "BATCH: EFAULT of what is behind itself");
	counts_read(fd, &to);
	is((long long)counts_calls(&from, &to), 0, "nothing of this was called");
}

void part_structs(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	area = guarded(MAX_SIZE);
	op_smaller_test(fd);
	op_larger_test(fd);
	info_test(fd);
	describe_test(fd);
	batch_restrict_test(fd);
	order_test(fd);
	close(fd);
}
