// SPDX-License-Identifier: GPL-2.0-only
#include "module.h"
#include "device.h"

#include <err.h>
#include <fcntl.h>

uint8_t memory[MEMORY_SIZE], long_memory[BATCH_TEST_SIZE];

static long submit(struct batch_test *call, void *data, uint32_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/batch-test", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(2, "/dev/batch-test");
	call->data = ptr(data);
	call->size = size;
	if (do_ioctl(fd, BATCH_TEST_CALL, call))
		errx(2, "/dev/batch-test does not work");
	return call->result;
}

/* Call with memory[].  Returns Xen's result. */
long module_call(uint32_t cmd, uint32_t in_len, uint32_t out_len)
{
	struct batch_test call = {
		.cmd = cmd,
		.in_len = in_len,
		.out_len = out_len,
	};

	return submit(&call, memory, sizeof(memory));
}

/* The same with long_memory[]. */
long module_call_long(uint32_t cmd, uint32_t in_len, uint32_t out_len)
{
	struct batch_test call = {
		.cmd = cmd,
		.in_len = in_len,
		.out_len = out_len,
	};

	return submit(&call, long_memory, sizeof(long_memory));
}

/* The same with NULL. */
long module_call_null(uint32_t cmd, uint32_t in_len, uint32_t out_len)
{
	struct batch_test call = {
		.cmd = cmd,
		.in_len = in_len,
		.out_len = out_len,
		.null = 1,
	};

	return submit(&call, memory, sizeof(memory));
}
