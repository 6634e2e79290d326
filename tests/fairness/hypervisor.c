// SPDX-License-Identifier: GPL-2.0-only
/*
 * For how many instructions an op holds a processor in the hypervisor, entry and return
 * included, beside copying a page in and out: hypercalls of a module, in a machine whose
 * clock counts instructions.
 */
#include "../modules/bench/bench.h"
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TRIES 20

static int bench;
static uint8_t page[ALICE_MAX_LEN] __attribute__((aligned(8)));

/* What the longest of the last calls took, be it for an interrupt. */
static uint64_t most;

/* The least of some calls, none of which an interrupt made longer. */
static uint64_t cost(uint32_t cmd, uint32_t in_len, uint32_t out_len)
{
	uint64_t least = UINT64_MAX;

	most = 0;
	for (unsigned int i = 0; i < TRIES; i++) {
		struct bench_raw raw = {
			.cmd = cmd, .in_len = in_len, .out_len = out_len,
			.loops = 1, .in = ptr(page),
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

/* As many records of an op, with so long an input and room, as a page takes. */
static uint64_t batch_cost(uint32_t cmd, uint16_t in_len, uint16_t out_len,
			   unsigned int *records)
{
	uint32_t in_size = 8 + (in_len + 7u) / 8 * 8;
	uint32_t out_size = 8 + (out_len + 7u) / 8 * 8;
	uint32_t at = sizeof(struct xen_alice_batch), room = 0;

	memset(page, 0, sizeof(page));
	for (*records = 0; at + in_size <= sizeof(page) &&
	     room + out_size <= sizeof(page); ++*records) {
		*(struct xen_alice_batch_record *)(void *)(page + at) =
			(struct xen_alice_batch_record){ cmd, in_len, out_len };
		at += in_size;
		room += out_size;
	}
	return cost(ALICE_OP_BATCH, at, room);
}

void part_hypervisor(void)
{
	uint64_t copy;

	bench = open("/dev/bench", O_RDWR);
	if (bench < 0 || !table_read(device_open(O_RDWR)))
		err(2, "/dev/bench");
	copy = cost(ALICE_OP_ECHO, ALICE_MAX_LEN, ALICE_MAX_LEN);
	diag("echo of a page, which is its copies: %llu instructions",
	     (unsigned long long)copy);
	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *d = &table[i].desc;
		unsigned int records;
		uint64_t got;

		if (d->cmd == ALICE_OP_BATCH)
			continue;
		memset(page, 0, sizeof(page));
		got = cost(d->cmd, d->in_max, d->out_max);
		ok(got <= copy, "%s: %llu instructions, no more than copying a page",
		   d->name, (unsigned long long)got);
		diag("%s: the longest of %d calls: %llu", d->name, TRIES,
		     (unsigned long long)most);
		got = batch_cost(d->cmd, (uint16_t)d->in_min,
				 (uint16_t)(d->cmd == ALICE_OP_ECHO ? 0 : d->out_max),
				 &records);
		diag("a batch of %u of %s: %llu instructions, %.2f copies of a page",
		     records, d->name, (unsigned long long)got,
		     (double)got / (double)copy);
	}
}
