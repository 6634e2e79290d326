// SPDX-License-Identifier: GPL-2.0-only
/*
 * alice_op by way of privcmd, from the memory of a process: the tutorials' call,
 * and pointers that are a process's own affair.
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

static int call(uint32_t cmd, uint64_t arg, uint32_t in_len, uint32_t out_len)
{
	struct privcmd_hypercall hypercall = {
		.op = ALICE_HYPERCALL_NR,
		.arg = { cmd, arg, in_len, out_len, 0 },
	};

	return do_ioctl(privcmd, IOCTL_PRIVCMD_HYPERCALL, &hypercall);
}

/* Exactly what the tutorials do. */
static void tutorial_test(int fd)
{
	struct privcmd_hypercall hypercall = {
		ALICE_HYPERCALL_NR, { 0, 0, 0, 0, 0 },
	};
	struct counts from, to;

	counts_read(fd, &from);
	is(do_ioctl(privcmd, IOCTL_PRIVCMD_HYPERCALL, &hypercall), 0,
	   "privcmd: the call with five zeros");
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, ALICE_OP_HELLO,
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
		int n = call(ALICE_OP_ECHO, bad[i], 16, 16);

		expect(&tally, n == -EFAULT, "echo at %#llx: %d",
		       (unsigned long long)bad[i], n);
		n = call(ALICE_OP_WHOAMI, bad[i], 0, 32);
		expect(&tally, n == -EFAULT, "whoami at %#llx: %d",
		       (unsigned long long)bad[i], n);
	}
	tally_ok(&tally, "privcmd: a pointer to nowhere or into Xen: EFAULT");

	memset(page, 0x5a, 4096);
	is(call(ALICE_OP_ECHO, ptr(page), 4096, 4096), 4096,
	   "privcmd: echo of a page in place");
	is(call(ALICE_OP_ECHO, ptr(page + 4088), 16, 16), -EFAULT,
	   "privcmd: a payload that ends in a hole: EFAULT");
}

void part_privcmd(void)
{
	int fd = device_open(O_RDWR);
	int buffer = open(PRIVCMD_BUFFER, O_RDWR);
	uint8_t *page = guarded(4096);

	privcmd = open(PRIVCMD, O_RDWR);
	page = mmap(page, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		    buffer, 0);
	if (privcmd < 0 || page == MAP_FAILED)
		err(2, PRIVCMD);
	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	tutorial_test(fd);
	pointers_test(page);
	close(fd);
}
