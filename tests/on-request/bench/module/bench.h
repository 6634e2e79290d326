/* SPDX-License-Identifier: GPL-2.0-only */
/* The interface of the module bench. */
#ifndef BENCH_H
#define BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Upper bound for a payload. */
#define BENCH_MAX_LEN	65536

/**
 * struct bench_raw - hypercalls in a loop, from kernel memory
 * @cmd: the op
 * @in_len: length of its input, in bytes, up to BENCH_MAX_LEN
 * @out_len: length of its answer, and the room for it, in bytes, up to BENCH_MAX_LEN
 * @loops: number of calls
 * @refill: copy the input to the buffer before each call, as the answer overwrites it
 * @result: result of the last call (out)
 * @in: user pointer to the input
 * @ticks: increase of the time stamp counter (out)
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

/**
 * struct bench_copy - the kernel's copies of a payload, in a loop
 * @in: user pointer to the input
 * @out: user pointer for the answer
 * @len: length of both, in bytes, up to BENCH_MAX_LEN
 * @loops: number of times
 * @ticks: increase of the time stamp counter (out)
 */
struct bench_copy {
	__u64 in;
	__u64 out;
	__u32 len;
	__u32 loops;
	__u64 ticks;
};

/* Does nothing: the cost of an empty ioctl. */
#define BENCH_NULL	_IO('n', 0)
#define BENCH_RAW	_IOWR('n', 1, struct bench_raw)
#define BENCH_COPY	_IOWR('n', 2, struct bench_copy)

#endif
