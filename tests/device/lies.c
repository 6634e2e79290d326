// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of a hypervisor that lies (tests/lab/variants/hostile.c): what a program
 * sees of it.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The variant's op that answers what was chosen. */
#define PROBE 64

static const uint32_t sizes[] = { 0, 1, 127, 128, 129, 4095, 4096 };

static uint8_t in[ALICE_MAX_LEN], out[2 * ALICE_MAX_LEN];

static bool filled(const uint8_t *p, size_t len, uint8_t with)
{
	while (len--)
		if (*p++ != with)
			return false;
	return true;
}

/* Its table is right, and probe answers nothing. */
void part_honest(void)
{
	int fd = device_open(O_RDWR);

	ok(table_read(fd) && rows == 4, "the table has four rows");
	is(op_call(fd, ALICE_OP_HELLO, NULL, 0, NULL, 0), 0, "hello");
	is(op_call(fd, PROBE, in, 100, out, 100), 0, "probe answers nothing");
	close(fd);
}

/* A row with a flag that this driver does not know is closed to programs. */
void part_closed(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows == 4, "the table has four rows"))
		return;
	is(table[3].desc.cmd, PROBE, "the last row is probe");
	is(table[3].desc.flags, 0x80000000, "with a flag that nobody knows");
	is(table[3].access, -EPERM, "DESCRIBE says EPERM");
	is(op_call(fd, PROBE, in, 100, out, 100), -EPERM, "and so does a call");
	close(fd);
}

/* An answer that cannot be: EIO, and not a byte of anything. */
void part_nonsense(void)
{
	int fd = device_open(O_RDWR);
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (unsigned int o = 0; o < ARRAY_SIZE(sizes); o++) {
			int n;

			memset(out, 0xa5, sizeof(out));
			n = op_call(fd, PROBE, in, sizes[i], out, sizes[o]);
			expect(&tally, n == -EIO, "%u in, room %u: %d",
			       sizes[i], sizes[o], n);
			expect(&tally, filled(out, sizeof(out), 0xa5),
			       "%u in, room %u: memory was written to",
			       sizes[i], sizes[o]);
		}
	}
	tally_ok(&tally, "an answer that cannot be: EIO");
	close(fd);
}

/*
 * The hypervisor says that it wrote a page, and wrote nothing: what comes out is
 * what went in, and zeros.
 */
void part_unwritten(void)
{
	int fd = device_open(O_RDWR);
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		int n;

		memset(in, 0x5a, sizeof(in));
		memset(out, 0xa5, sizeof(out));
		n = op_call(fd, PROBE, in, sizes[i], out, sizeof(out));
		expect(&tally, n == ALICE_MAX_LEN, "%u in: %d", sizes[i], n);
		expect(&tally, filled(out, sizes[i], 0x5a) &&
		       filled(out + sizes[i], ALICE_MAX_LEN - sizes[i], 0),
		       "%u in: something else came out", sizes[i]);
	}
	tally_ok(&tally, "an answer that was never written: nothing of the kernel's");
	close(fd);
}
