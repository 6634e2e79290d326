// SPDX-License-Identifier: GPL-2.0-only
/* Ten thousand calls of hello, as fast as possible. */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <fcntl.h>
#include <unistd.h>

#define HELLOS 10000

void part_hellos(void)
{
	int fd = device_open(O_RDWR);
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < HELLOS; i++)
		expect(&tally, !op_call(fd, XEN_ALICE_OP_HELLO, NULL, 0, NULL, 0),
		       "hello %u", i);
	tally_ok(&tally, "%d hellos", HELLOS);
	close(fd);
}
