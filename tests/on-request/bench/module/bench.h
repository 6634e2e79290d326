/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests/on-request/bench says to the module bench. */
#ifndef BENCH_H
#define BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The most bytes of a payload. */
#define BENCH_MAX_LEN	65536

/**
 * struct bench_raw - hypercalls in a loop, from kernel memory
 * @cmd: the op
 * @in_len: length of its input, in bytes, up to BENCH_MAX_LEN
 * @out_len: length of its answer, and the room for it, in bytes, up to BENCH_MAX_LEN
 * @loops: how often
 * @refill: put the input back before each call, where the last answer was
 * @result: what the last one answered (out)
 * @in: user pointer to the input
 * @ticks: what the processor's counter rose by (out)
 */
struct bench_raw {
	__u32 cmd;
	__u32 in_len;
	__u32 out_len;
	__u32 loops;
	__u32 refill;
	__s32 result;
	__u64 in;
	__u64 ticks;
};

/* Nothing: what a program pays for an ioctl that does nothing. */
#define BENCH_NULL	_IO('n', 0)
#define BENCH_RAW	_IOWR('n', 1, struct bench_raw)

#endif
