// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many instructions a call spends in the hypervisor, including entry and return:
 * hypercalls from a module, on a machine whose clock counts instructions. The upper bound
 * for all others is the copy of the longest payload, in and out.
 */
#include "../bench/module/bench.h"
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TRIES 20

static int bench;
static uint8_t payload[XEN_ALICE_LEN_DEFAULT] __attribute__((aligned(8)));

/* The longest of the last calls, including interrupts. */
static uint64_t most;

/* The minimum of some calls, which has no interrupt. */
static uint64_t cost(uint32_t cmd, uint32_t in_len, uint32_t out_len)
{
	uint64_t least = UINT64_MAX;

	most = 0;
	for (unsigned int i = 0; i < TRIES; i++) {
		struct bench_raw raw = {
			.cmd = cmd, .in_len = in_len, .out_len = out_len,
			.loops = 1, .in = ptr(payload),
		};

		if (do_ioctl(bench, BENCH_RAW, &raw))
			errx(2, "the module's hypercall does not work");
		if (raw.result < 0)
			errx(2, "op %u: %d", cmd, raw.result);
		if (raw.ticks < least)
			least = raw.ticks;
		if (raw.ticks > most)
			most = raw.ticks;
	}
	return least;
}

/* A page full of records of an op, with this length of input and room. */
static uint64_t batch_cost(uint32_t cmd, uint16_t in_len, uint16_t out_len,
			   unsigned int *records)
{
	uint32_t in_size = 8 + (in_len + 7u) / 8 * 8;
	uint32_t out_size = 8 + (out_len + 7u) / 8 * 8;
	uint32_t at = sizeof(struct xen_alice_batch), room = 0;

	memset(payload, 0, sizeof(payload));
	for (*records = 0; at + in_size <= XEN_ALICE_BATCH_LEN &&
	     room + out_size <= XEN_ALICE_BATCH_LEN; ++*records) {
		*(struct xen_alice_batch_record *)(void *)(payload + at) =
			(struct xen_alice_batch_record){ cmd, in_len, out_len };
		at += in_size;
		room += out_size;
	}
	return cost(XEN_ALICE_OP_BATCH, at, room);
}

/* Report the cost of a page full of one op: Xen can end the batch after each op. */
static void batch_tell(const struct alice_op_desc *d, uint64_t page)
{
	unsigned int records;
	uint64_t got = batch_cost(d->cmd, (uint16_t)d->in_min,
				  (uint16_t)(d->cmd == XEN_ALICE_OP_ECHO ? 0 : d->out_max),
				  &records);

	diag("a batch of %u of %s: %llu instructions, %.2f copies of a page", records,
	     d->name, (unsigned long long)got, (double)got / (double)page);
}

void part_hypervisor(void)
{
	uint64_t page, longest;

	bench = open("/dev/bench", O_RDWR);
	if (bench < 0 || !table_read(device_open(O_RDWR)))
		err(2, "/dev/bench");
	page = cost(XEN_ALICE_OP_ECHO, 4096, 4096);
	diag("echo of a page, which is its copies: %llu instructions",
	     (unsigned long long)page);
	longest = cost(XEN_ALICE_OP_ECHO, XEN_ALICE_LEN_DEFAULT, XEN_ALICE_LEN_DEFAULT);
	ok(longest <= XEN_ALICE_LEN_DEFAULT / 4096 * page,
	   "echo of %d bytes: %llu instructions, no more than copying as many pages",
	   XEN_ALICE_LEN_DEFAULT, (unsigned long long)longest);
	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *d = &table[i].desc;
		uint64_t got;

		if (d->cmd == XEN_ALICE_OP_BATCH || d->flags & ALICE_OP_F_EVENT)
			continue;
		batch_tell(d, page);
		if (d->cmd == XEN_ALICE_OP_ECHO)
			continue;
		memset(payload, 0, sizeof(payload));
		got = cost(d->cmd, d->in_max, d->out_max);
		ok(got <= page, "%s: %llu instructions, no more than copying a page",
		   d->name, (unsigned long long)got);
		diag("%s: the longest of %d calls: %llu", d->name, TRIES,
		     (unsigned long long)most);
	}
}
