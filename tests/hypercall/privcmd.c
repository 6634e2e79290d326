// SPDX-License-Identifier: GPL-2.0-only
/*
 * alice_op through privcmd, from the memory of a process: the call of the tutorials,
 * and pointers to memory that only a process has.
 */
#include "calls.h"
#include "device.h"
#include "privcmd.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int privcmd;

#define LONGEST XEN_ALICE_LEN_DEFAULT

static int call(uint32_t cmd, uint64_t arg, uint32_t in_len, uint32_t out_len)
{
	struct privcmd_hypercall hypercall = {
		.op = XEN_ALICE_HYPERCALL_NR,
		.arg = { cmd, arg, in_len, out_len, 0 },
	};

	return do_ioctl(privcmd, IOCTL_PRIVCMD_HYPERCALL, &hypercall);
}

/* Exactly as in the tutorials. */
static void tutorial_test(int fd)
{
	struct privcmd_hypercall hypercall = {
		XEN_ALICE_HYPERCALL_NR, { 0, 0, 0, 0, 0 },
	};
	struct counts from, to;

	counts_read(fd, &from);
	is(do_ioctl(privcmd, IOCTL_PRIVCMD_HYPERCALL, &hypercall), 0,
	   "privcmd: the call with five zeros");
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, XEN_ALICE_OP_HELLO,
			(struct xen_alice_stats){ .calls = 1 }, "hello"),
	   "privcmd: it is one hello");
}

static void pointers_test(uint8_t *page)
{
	struct tally tally = { 0 };
	static const uint64_t bad[] = {
		0, 0x0000800000000000, 0xffff800000000000, 0xffff830000000000,
		0xffffffffffffffff,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		int n = call(XEN_ALICE_OP_ECHO, bad[i], 16, 16);

		expect(&tally, n == -EFAULT, "echo at %#llx: %d",
		       (unsigned long long)bad[i], n);
		n = call(XEN_ALICE_OP_WHOAMI, bad[i], 0, 32);
		expect(&tally, n == -EFAULT, "whoami at %#llx: %d",
		       (unsigned long long)bad[i], n);
	}
	tally_ok(&tally, "privcmd: a pointer to nowhere or into Xen: EFAULT");

	memset(page, 0x5a, LONGEST);
	is(call(XEN_ALICE_OP_ECHO, ptr(page), LONGEST, LONGEST), LONGEST,
	   "privcmd: echo of %u bytes in place", LONGEST);
	is(call(XEN_ALICE_OP_ECHO, ptr(page + 1), LONGEST, LONGEST), -EFAULT,
	   "privcmd: one of them in a hole: EFAULT");
	is(call(XEN_ALICE_OP_ECHO, ptr(page + LONGEST - 8), 16, 16), -EFAULT,
	   "privcmd: a payload that ends in a hole: EFAULT");
}

/* A program can pass the tag of the table that it knows, or none. */
static void tags_test(uint8_t *page)
{
	struct xen_alice_version version;
	uint32_t right, stale;

	is(call(XEN_ALICE_OP_VERSION, ptr(page), 0, 4096), sizeof(version),
	   "privcmd: version");
	memcpy(&version, page, sizeof(version));
	right = (version.generation & XEN_ALICE_TAG) << XEN_ALICE_CMD_TAG_SHIFT;
	stale = right ^ 1u << XEN_ALICE_CMD_TAG_SHIFT;
	is(call(XEN_ALICE_OP_ECHO | right, ptr(page), 16, 16), 16,
	   "privcmd: the right tag");
	is(call(XEN_ALICE_OP_ECHO | stale, ptr(page), 16, 16), -ESTALE,
	   "privcmd: a stale tag: ESTALE");
	for (uint32_t room = 0; room < sizeof(version); room++) {
		memset(page, 0xa5, 64);
		if (call(XEN_ALICE_OP_VERSION, ptr(page), 0, room) == (int)room &&
		    !memcmp(page, &version, room) && page[room] == 0xa5)
			continue;
		is(room, sizeof(version), "privcmd: version fills its room");
	}
}

/* Memory that Xen can read, followed by a hole; opens privcmd. */
static uint8_t *xen_memory(void)
{
	int buffer = open(PRIVCMD_BUFFER, O_RDWR);
	uint8_t *page = mmap(guarded(LONGEST), LONGEST, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_FIXED, buffer, 0);

	privcmd = open(PRIVCMD, O_RDWR);
	if (privcmd < 0 || page == MAP_FAILED)
		err(2, PRIVCMD);
	return page;
}

/* Make Xen copy an input that ends in a hole.  Returns the call's result. */
int privcmd_cut_short(void)
{
	uint8_t *page = xen_memory();

	memset(page, 0xa5, LONGEST);
	return call(XEN_ALICE_OP_ECHO, ptr(page + LONGEST - 4096), 8192, 8192);
}

void part_privcmd(void)
{
	int fd = device_open(O_RDWR);
	uint8_t *page = xen_memory();

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	tutorial_test(fd);
	pointers_test(page);
	tags_test(page);
	close(fd);
}
