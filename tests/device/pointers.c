// SPDX-License-Identifier: GPL-2.0-only
/*
 * Payload pointers: invalid, crossing into a hole, overlapping; and that only the answer
 * is written.
 */
#define _GNU_SOURCE
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Around the limits of the driver's stack buffer, a page, and its cached buffer. */
static const uint32_t sizes[] = { 1, 7, 8, 127, 128, 129, 4095, 4096, 4097, 8192, 8193, 20000 };

#define LONGEST (5 * 4096)
#define CANARY 0xa5

static uint8_t buf[3 * LONGEST], want[LONGEST];

static int echo(int fd, uint64_t in, uint64_t out, uint32_t len)
{
	const struct alice_op op = {
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = len,
		.out_len = len,
		.in = in,
		.out = out,
	};

	return op_ioctl(fd, &op);
}

/* Addresses that no program has mapped, in either half and at the boundaries. */
static unsigned int bad_address(unsigned int i, uint64_t *address)
{
	const uint64_t some[] = {
		0, 1, 4095, ptr(unmapped()),
		ptr(unmapped()) + 1,
		0x00007ffffffff000, 0x0000800000000000, 0x8000000000000000,
		0xffff800000000000, 0xffff888000000000, 0xffffffff81000000,
		0xffffffffff600000, 0xfffffffffffff000, 0xffffffffffffffff,
		/* Cut to 32 bits, this is a valid address. */
		ptr(buf) + 0x100000000 * (sizeof(void *) == 4),
		ptr(buf) | 0xdead000000000000,
	};

	/* In a 64-bit program, the last but one is valid as it is. */
	if (i == ARRAY_SIZE(some) - 2 && sizeof(void *) != 4)
		*address = some[3];
	else if (i < ARRAY_SIZE(some))
		*address = some[i];
	return i < ARRAY_SIZE(some);
}

/* A batch of two echoes, with its structures at any address. */
static int batch(int fd, uint64_t ops, uint64_t results)
{
	const struct alice_batch batch = {
		.ops = ops,
		.results = results,
		.count = 1,
		.op_size = sizeof(struct alice_op),
	};

	return do_ioctl(fd, ALICE_IOC_BATCH, &batch);
}

static void bad_pointer_test(int fd)
{
	struct tally in = { 0 }, many = { 0 }, cmds = { 0 };
	struct counts from, to;
	uint64_t address;

	counts_read(fd, &from);
	for (unsigned int i = 0; bad_address(i, &address); i++) {
		const struct alice_restrict restriction = {
			.cmds = address,
			.count = 1,
		};

		expect(&cmds, do_ioctl(fd, ALICE_IOC_RESTRICT, &restriction) ==
		       -EFAULT, "cmds at %#llx", (unsigned long long)address);
		expect(&many, batch(fd, address, ptr(buf)) == -EFAULT,
		       "ops at %#llx", (unsigned long long)address);
		for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++)
			expect(&in, echo(fd, address, ptr(buf), sizes[s]) ==
			       -EFAULT, "%u bytes from %#llx", sizes[s],
			       (unsigned long long)address);
	}
	tally_ok(&in, "input at an unmapped address: EFAULT");
	tally_ok(&many, "a batch at an unmapped address: EFAULT");
	tally_ok(&cmds, "a restriction at an unmapped address: EFAULT");
	counts_read(fd, &to);
	is((long long)counts_ops(&from, &to), 0,
	   "none of them reached the hypervisor");
}

/* As with read(2): the op runs, and only then writing its answer fails. */
static void bad_answer_test(int fd)
{
	static const struct alice_op ops[] = {
		/* Xen may leave the second one for another entry, which never comes. */
		{ .cmd = XEN_ALICE_OP_ECHO },
	};
	struct tally out = { 0 }, many = { 0 };
	struct xen_alice_stats ran = { 0 };
	struct counts from, to;
	uint64_t address;

	counts_read(fd, &from);
	for (unsigned int i = 0; bad_address(i, &address); i++) {
		for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
			expect(&out, echo(fd, ptr(buf), address, sizes[s]) ==
			       -EFAULT, "%u bytes to %#llx", sizes[s],
			       (unsigned long long)address);
			ran.calls++;
			ran.in_bytes += sizes[s];
			ran.out_bytes += sizes[s];
		}
		expect(&many, batch(fd, ptr(ops), address) == -EFAULT,
		       "results at %#llx", (unsigned long long)address);
		ran.calls += ARRAY_SIZE(ops);
	}
	counts_read(fd, &to);
	tally_ok(&out, "an answer to an unmapped address: EFAULT");
	tally_ok(&many, "results to an unmapped address: EFAULT");
	ok(counts_delta(&from, &to, XEN_ALICE_OP_ECHO, ran, "echo"),
	   "each of them ran, once");
}

/* Payloads that begin in memory and end in a hole. */
static void crossing_test(int fd)
{
	uint8_t *area = guarded(2 * LONGEST);
	struct tally fits = { 0 }, in = { 0 }, out = { 0 };
	struct counts from, to;
	unsigned int ran = 0;

	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		uint8_t *at = at_end(area, 2 * LONGEST, sizes[s]);

		pattern(at, sizes[s], s);
		memcpy(want, at, sizes[s]);
		expect(&fits, echo(fd, ptr(at), ptr(at), sizes[s]) ==
		       (int)sizes[s] && !memcmp(at, want, sizes[s]),
		       "%u bytes", sizes[s]);
	}
	tally_ok(&fits, "payloads that end right before a hole");

	counts_read(fd, &from);
	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		uint8_t *end = at_end(area, 2 * LONGEST, 0);

		for (uint32_t over = 1; over <= sizes[s] && over < 9; over++) {
			uint8_t *at = end - sizes[s] + over;

			expect(&in, echo(fd, ptr(at), ptr(buf), sizes[s]) ==
			       -EFAULT, "%u bytes, %u too far", sizes[s], over);
			expect(&out, echo(fd, ptr(buf), ptr(at), sizes[s]) ==
			       -EFAULT, "%u bytes, %u too far", sizes[s], over);
			ran++;
		}
	}
	tally_ok(&in, "input that ends in a hole: EFAULT");
	tally_ok(&out, "room that ends in a hole: EFAULT");
	counts_read(fd, &to);
	is((long long)counts_calls(&from, &to), ran, "of these the second ran");
}

/* Read-only memory is valid for input, and an EFAULT for the answer. */
static void read_only_test(int fd)
{
	uint8_t *area = guarded(LONGEST);
	struct tally in = { 0 }, out = { 0 };
	struct counts from, to;

	pattern(area, LONGEST, 1);
	memcpy(want, area, LONGEST);
	if (mprotect(area, LONGEST, PROT_READ))
		err(2, "mprotect");
	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		expect(&in, echo(fd, ptr(area), ptr(buf), sizes[s]) ==
		       (int)sizes[s] && !memcmp(buf, want, sizes[s]),
		       "%u bytes", sizes[s]);
		counts_read(fd, &from);
		memset(buf, CANARY, sizes[s]);
		expect(&out, echo(fd, ptr(buf), ptr(area), sizes[s]) == -EFAULT,
		       "%u bytes", sizes[s]);
		expect(&out, !memcmp(area, want, LONGEST),
		       "%u bytes: written nevertheless", sizes[s]);
		counts_read(fd, &to);
		expect(&out, counts_calls(&from, &to) == 1,
		       "%u bytes: it did not run once", sizes[s]);
	}
	tally_ok(&in, "input from read-only memory");
	tally_ok(&out, "an answer to read-only memory: EFAULT, and it ran");
}

/* Input and answer at the same address, or overlapping by any distance. */
static void overlap_test(int fd)
{
	struct tally tally = { 0 };

	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		for (int by = -64; by <= 64; by++) {
			uint8_t *in = buf + LONGEST, *out = in + by;
			int n;

			pattern(in, sizes[s], s + (uint32_t)by);
			memcpy(want, in, sizes[s]);
			n = echo(fd, ptr(in), ptr(out), sizes[s]);
			expect(&tally, n == (int)sizes[s] &&
			       !memcmp(out, want, sizes[s]),
			       "%u bytes, %d apart: %d", sizes[s], by, n);
		}
	}
	tally_ok(&tally, "input and answer that overlap");
}

/* Every alignment of both pointers. */
static void alignment_test(int fd)
{
	struct tally tally = { 0 };
	uint8_t *out = buf + 2 * LONGEST - 64;

	for (unsigned int a = 0; a < 16; a++) {
		for (unsigned int b = 0; b < 16; b++) {
			uint32_t len = sizes[(a + b) % ARRAY_SIZE(sizes)];

			pattern(buf + a, len, a * 16 + b);
			expect(&tally, echo(fd, ptr(buf + a), ptr(out + b), len)
			       == (int)len && !memcmp(buf + a, out + b, len),
			       "%u bytes at +%u and +%u", len, a, b);
		}
	}
	tally_ok(&tally, "every alignment of input and answer");
}

/* Bytes of the room that are not answer do not change. */
static void untouched_test(int fd)
{
	enum { SIZE = 3 * 4096 };
	static const uint32_t rooms[] = {
		4096, 4097, 8192, 65536, 0x7fffffff, 0x80000000, 0xffffffff,
	};
	uint8_t *room = buf + 64;
	struct tally tally = { 0 };

	for (unsigned int r = 0; r < ARRAY_SIZE(rooms); r++) {
		for (uint32_t len = 0; len <= 300; len++) {
			int n;

			pattern(want, len, len);
			memset(buf, CANARY, SIZE);
			n = op_call(fd, XEN_ALICE_OP_ECHO, want, len, room,
				    rooms[r]);
			expect(&tally, n == (int)len &&
			       !memcmp(room, want, len) && filled(buf, 64, CANARY) &&
			       filled(room + len, SIZE - 64 - len, CANARY),
			       "%u bytes into room for %u: %d", len, rooms[r], n);
		}
	}
	tally_ok(&tally, "bytes around the answer stay as they were");
}

/* If an op fails, the room does not change. */
static void failed_test(int fd)
{
	const uint32_t past = 0xffffffff;
	struct tally tally = { 0 };

	memset(buf, CANARY, sizeof(buf));
	expect(&tally, op_call(fd, XEN_ALICE_OP_DESCRIBE, &past, sizeof(past), buf,
			       4096) == -ENOENT, "describe past the end");
	expect(&tally, op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, buf, 31) == -EINVAL,
	       "whoami into 31 bytes");
	expect(&tally, op_call(fd, XEN_ALICE_OP_ECHO, want, 200, buf, 199) ==
	       -EINVAL, "echo of 200 bytes into 199");
	expect(&tally, op_call(fd, 1023, want, 8, buf, 4096) == -EOPNOTSUPP,
	       "no op");
	expect(&tally, filled(buf, sizeof(buf), CANARY), "the room was written to");
	tally_ok(&tally, "a call that fails writes nothing");
}

void part_pointers(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	bad_pointer_test(fd);
	bad_answer_test(fd);
	crossing_test(fd);
	read_only_test(fd);
	overlap_test(fd);
	alignment_test(fd);
	untouched_test(fd);
	failed_test(fd);
	close(fd);
}
