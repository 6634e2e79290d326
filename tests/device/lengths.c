// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lengths for every op of the table, from 0 to beyond every limit.  Calls that the driver
 * refuses must not reach the hypervisor; too little room for the answer is for the hypervisor
 * to refuse.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Every length below this is tried; and the upper bound for payloads. */
#define NEAR 4160
#define MOST XEN_ALICE_LEN_MOST

static uint8_t in[MOST], out[MOST];

/* Lengths around Xen's limit, and those where sums and signs overflow. */
static const uint32_t far[] = {
	8191, 8192, 65535, 65536, 65537, 65544, 0x00100000, 0x00100001, 0x7fffffff,
	0x80000000, 0x80000001, 0xfffff000, 0xfffffffe, 0xffffffff,
};

/* Around the limits of the driver's stack buffer, a page, and its cached buffer. */
static const uint32_t border[] = { 0, 1, 2, 127, 128, 129, 4095, 4096, 4097, 8191, 8192, 8193 };

/* Can a program call it at all? */
static bool callable(const struct alice_describe *row)
{
	return !row->access && !(row->desc.flags & ALICE_OP_F_EVENT) &&
	       (!(row->desc.flags & ALICE_OP_F_CONTROL) ||
		control_domain());
}

/* Is its answer cut to the room? */
static bool answers_part(const struct alice_op_desc *desc)
{
	return desc->cmd == XEN_ALICE_OP_VERSION ||
	       desc->cmd == XEN_ALICE_OP_DESCRIBE;
}

/* in_len of every size: the driver refuses those that the table forbids. */
static void in_test(int fd, const struct alice_describe *row)
{
	const struct alice_op_desc *desc = &row->desc;
	struct tally outside = { 0 };
	struct counts from, to;
	int want = desc->flags & ALICE_OP_F_EVENT ? -EOPNOTSUPP :
		   row->access ? row->access : -EINVAL;

	counts_read(fd, &from);
	for (uint32_t i = 0; i < NEAR + ARRAY_SIZE(far); i++) {
		uint32_t len = i < NEAR ? i : far[i - NEAR];
		int n;

		if (len >= desc->in_min && len <= desc->in_max)
			continue;
		n = op_call(fd, desc->cmd, in, len, out, desc->out_max);
		expect(&outside, n == want, "in_len %u: %d, want %d", len, n,
		       want);
	}
	tally_ok(&outside, "%s: in_len outside %u to %u", desc->name,
		 desc->in_min, desc->in_max);
	counts_read(fd, &to);
	is((long long)counts_ops(&from, &to), 0,
	   "%s: none of them reached the hypervisor", desc->name);
}

/*
 * One valid in_len, and every room around the length of the answer. Adds the expected counts
 * of the hypervisor to @want.
 */
static void room_sweep(int fd, const struct alice_op_desc *desc, uint32_t len,
		       struct xen_alice_stats *want, struct tally *tally)
{
	int answer = op_call(fd, desc->cmd, in, len, out, sizeof(out));
	int n;

	want->calls++;
	if (!expect(tally, answer >= 0 && answer <= (int)desc->out_max,
		    "in_len %u: %d", len, answer)) {
		want->errors++;
		return;
	}
	want->in_bytes += len;
	want->out_bytes += (uint32_t)answer;

	for (uint32_t i = 0; i < 10 + ARRAY_SIZE(far); i++) {
		uint32_t room = i < 10 ? (uint32_t)answer + i - 5 : far[i - 10];

		if (i < 5 && (uint32_t)answer < 5 - i)
			room = 0;
		n = op_call(fd, desc->cmd, in, len, out, room);
		want->calls++;
		if (answers_part(desc) && room < (uint32_t)answer) {
			expect(tally, n == (int)room, "room %u: %d", room, n);
			want->in_bytes += len;
			want->out_bytes += room;
			continue;
		}
		if (room < (uint32_t)answer) {
			expect(tally, n == -EINVAL,
			       "in_len %u, room %u of %d: %d", len, room,
			       answer, n);
			want->errors++;
			continue;
		}
		expect(tally, n == answer, "in_len %u, room %u: %d, want %d",
		       len, room, n, answer);
		want->in_bytes += len;
		want->out_bytes += (uint32_t)answer;
	}
}

static void out_test(int fd, const struct alice_describe *row)
{
	const struct alice_op_desc *desc = &row->desc;
	struct xen_alice_stats want = { 0 };
	struct tally tally = { 0 };
	struct counts from, to;

	counts_read(fd, &from);
	for (unsigned int i = 0; i < ARRAY_SIZE(border); i++)
		if (border[i] > desc->in_min && border[i] < desc->in_max)
			room_sweep(fd, desc, border[i], &want, &tally);
	room_sweep(fd, desc, desc->in_min, &want, &tally);
	room_sweep(fd, desc, desc->in_max, &want, &tally);
	tally_ok(&tally, "%s: every room for its answer", desc->name);
	counts_read(fd, &to);

	/* These two change the counters that the test reads. */
	if (desc->cmd == XEN_ALICE_OP_STATS || desc->cmd == XEN_ALICE_OP_RESET_STATS)
		return;
	ok(counts_delta(&from, &to, desc->cmd, want, desc->name),
	   "%s: each of them was counted", desc->name);
}

/* With length 0 the pointer is ignored. */
static void no_pointer_test(int fd)
{
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_HELLO,
		.in = UINT64_MAX,
		.out = UINT64_MAX - 7,
	};

	is(op_ioctl(fd, &op), 0, "with lengths of 0, invalid pointers are ignored");
	op.cmd = XEN_ALICE_OP_ECHO;
	is(op_ioctl(fd, &op), 0, "also for an op with payloads");
	op.cmd = XEN_ALICE_OP_HELLO;
	op.out_len = UINT32_MAX;
	is(op_ioctl(fd, &op), 0, "and if the op does not use the room");
}

void part_lengths(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	for (unsigned int i = 0; i < rows; i++) {
		in_test(fd, &table[i]);
		if (callable(&table[i]))
			out_test(fd, &table[i]);
	}
	no_pointer_test(fd);
	close(fd);
}
