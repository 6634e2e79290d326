/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests/hypercall says to the module batch-test. */
#ifndef BATCH_TEST_H
#define BATCH_TEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The most bytes of memory that a call can have, whatever lengths it names. */
#define BATCH_TEST_SIZE	(3 * 65536)

/**
 * struct batch_test - one call of alice_op, exactly as it is given here
 * @cmd: first argument; with PHYS, the memory goes by its physical address
 * @in_len: third argument; may be anything
 * @out_len: fourth argument; may be anything
 * @null: pass NULL instead of the memory
 * @size: how much memory there is, at most %BATCH_TEST_SIZE bytes
 * @reserved: 0
 * @result: what Xen answered (out)
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
