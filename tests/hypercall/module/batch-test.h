/* SPDX-License-Identifier: GPL-2.0-only */
/* The interface of the module batch-test. */
#ifndef BATCH_TEST_H
#define BATCH_TEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Upper bound for a call's memory, whatever lengths it passes. */
#define BATCH_TEST_SIZE	(3 * 65536)

/**
 * struct batch_test - one call of alice_op, passed on unchanged
 * @cmd: first argument; with PHYS, the memory is passed by physical address
 * @in_len: third argument; can have any value
 * @out_len: fourth argument; can have any value
 * @null: pass NULL instead of the memory
 * @size: size of the memory, at most %BATCH_TEST_SIZE bytes
 * @reserved: 0
 * @result: Xen's result (out)
 * @data: user pointer to @size bytes: the memory before and after
 */
struct batch_test {
	__u32 cmd;
	__u32 in_len;
	__u32 out_len;
	__u32 null;
	__u32 size;
	__u32 reserved;
	__s64 result;
	__u64 data;
};

#define BATCH_TEST_CALL	_IOWR('b', 0, struct batch_test)

#endif
