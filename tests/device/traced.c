// SPDX-License-Identifier: GPL-2.0-only
/* Calls whose trace events tests/device/guest.sh compares. */
#include "device.h"
#include "parts.h"

#include <fcntl.h>
#include <unistd.h>

static void batch(int fd, const void *ops, uint32_t op_size, uint32_t count,
		  uint32_t flags)
{
	int32_t results[3];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = count,
		.op_size = op_size,
		.flags = flags,
	};

	do_ioctl(fd, ALICE_IOC_BATCH, &batch);
}

void part_traced(void)
{
	const struct alice_op ops[3] = {
		{ .cmd = XEN_ALICE_OP_ECHO },
		{ .cmd = 1000, .in_len = 1, .out_len = 2 },
		{ .cmd = XEN_ALICE_OP_ECHO },
	};
	/* From a newer program: the driver cannot know what the additional fields mean. */
	const struct {
		struct alice_op op;
		uint64_t newer;
	} wide[3] = {
		{ { .cmd = 5 }, 1 }, { { .cmd = XEN_ALICE_OP_ECHO }, 0 },
		{ { .cmd = 5 }, 1 },
	};
	char in[20] = "down the rabbit hole", out[21];
	int fd = device_open(O_RDWR);

	op_call(fd, XEN_ALICE_OP_ECHO, in, sizeof(in), out, sizeof(out));
	op_call(fd, XEN_ALICE_OP_DESCRIBE, NULL, 0, NULL, 0);
	batch(fd, ops, sizeof(*ops), 1, 0);
	batch(fd, ops, sizeof(*ops), 3, ALICE_BATCH_STOP_ON_ERROR);
	batch(fd, ops, sizeof(*ops), 3, ALICE_BATCH_STOP_ON_ERROR);
	do_ioctl(fd, _IOW(ALICE_IOC_TYPE, 2, wide[0]), &wide[0]);
	batch(fd, wide, sizeof(*wide), 1, 0);
	batch(fd, wide, sizeof(*wide), 3, 0);
	close(fd);
}
