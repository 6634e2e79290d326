// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long a caller waits for its hellos, alone and beside hostile processes. It is measured
 * by the clock, so only ratios are meaningful: processes that only compute occupy the CPUs as
 * much, without calls that delay the caller.
 */
#include "device.h"
#include "hostile.h"
#include "parts.h"
#include "sample.h"
#include "tap.h"

#include <fcntl.h>
#include <unistd.h>

/* How long to measure each case. */
#define TURN_NS 3000000000ull

/*
 * Upper bound for the wait, compared with computing processes: the host has other load,
 * and scheduling varies.
 */
#define TIMES 5

static struct sample sample;

/* Call hello for that time. */
static void measure(int fd)
{
	uint64_t now = now_ns(), end = now + TURN_NS, from;

	sample.count = 0;
	while (now < end) {
		from = now;
		op_call(fd, XEN_ALICE_OP_HELLO, NULL, 0, NULL, 0);
		now = now_ns();
		sample_add(&sample, now - from);
	}
	sample_sort(&sample);
}

/* struct waits - how long a caller waited */
struct waits {
	unsigned int calls;
	uint32_t median;
	uint32_t most;
};

static struct waits beside(int fd, enum hostility what, unsigned int count)
{
	struct waits waits;
	pid_t pids[MOST_HOSTILE];

	for (unsigned int i = 0; i < count; i++)
		pids[i] = hostile_start(what);
	if (count)
		hostile_wait(count);
	measure(fd);
	for (unsigned int i = 0; i < count; i++)
		hostile_kill(pids[i]);

	waits = (struct waits){ sample.count, sample_at(&sample, 0.5),
				sample_at(&sample, 1) };
	diag("beside %u, %s: %u hellos; in us, half below %.1f, 99 %% %.1f, 99.9 %% %.1f, all %.1f",
	     count, hostility_names[what], waits.calls, waits.median / 1e3,
	     sample_at(&sample, 0.99) / 1e3, sample_at(&sample, 0.999) / 1e3,
	     waits.most / 1e3);
	return waits;
}

void part_callers(void)
{
	static const enum hostility kinds[] = {
		LARGE, PAGES, SMALL, WIDE, STATS, HELLOS, WRONG,
	};
	static const unsigned int counts[] = { 1, MOST_HOSTILE };
	int fd = device_open(O_RDWR);

	beside(fd, NOBODY, 0);
	for (size_t n = 0; n < ARRAY_SIZE(counts); n++) {
		struct waits spin = beside(fd, SPIN, counts[n]);

		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			const char *name = hostility_names[kinds[i]];
			struct waits got = beside(fd, kinds[i], counts[n]);

			ok(got.calls * TIMES >= spin.calls,
			   "%u of %s: a caller gets as much done as beside programs that compute",
			   counts[n], name);
			ok(got.most <= spin.most * TIMES + 10000000,
			   "%u of %s: and does not wait longer", counts[n], name);
		}
	}
	close(fd);
}
