// SPDX-License-Identifier: GPL-2.0-only
/*
 * The latency of an event: from the hypervisor's call to the read by a program that
 * waits in poll(), through /dev/alice and through /dev/xen/evtchn.
 */
#include "device.h"
#include "measure.h"
#include "parts.h"

#include <err.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>
#include <xen/xen.h>
/* The header below needs it. */
#include <xen/evtchn.h>

/* From tests/on-request/bench/ops.c. */
enum { TOLD = 90, TELL = 91, UNTOLD = 93, CHANNEL = 94 };

#define EVTCHN "/dev/xen/evtchn"
#define SAMPLES 20
#define UNTOLD_COUNT 1000
#define MOST 256

/* Shared by the reader and the caller. */
struct shared {
	/* How many times the reader has read, and its counter at the last time. */
	atomic_uint reads;
	uint64_t ticks;
};

/* A way to wait: wait for what @count events are, and take it. */
struct way {
	int fd;
	uint32_t port, count;
};

static struct shared *shared;
static int alice;

static void call(uint32_t cmd, const void *in, uint32_t in_len, void *out,
		 uint32_t out_len)
{
	if (op_call(alice, cmd, in, in_len, out, out_len) != (int)out_len)
		errx(2, "op %u does not work", cmd);
}

static void read_all(const struct way *way)
{
	static uint8_t records[MOST * (sizeof(struct alice_event) + 8)];
	struct pollfd poll_fd = { .fd = way->fd, .events = POLLIN };
	ssize_t len, want = way->port ? (ssize_t)sizeof(uint32_t) :
			way->count * (ssize_t)(sizeof(struct alice_event) + 8);

	if (poll(&poll_fd, 1, -1) != 1)
		err(2, "poll");
	len = read(way->fd, records, sizeof(records));
	if (len != want)
		errx(2, "read: %zd, not %zd", len, want);
	shared->ticks = __rdtsc();
	/* Unmask the channel, so that it can be raised again. */
	if (way->port && write(way->fd, records, (size_t)len) != len)
		err(2, "%s", EVTCHN);
}

/* Runs with real-time priority, as soon as there is an event. */
static _Noreturn void reader(const struct way *way)
{
	const struct sched_param first = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &first))
		err(2, "sched_setscheduler");
	for (;;) {
		atomic_fetch_add(&shared->reads, 1);
		read_all(way);
	}
}

static void wait_for_reads(unsigned int reads)
{
	while (atomic_load(&shared->reads) < reads)
		sched_yield();
}

/* Reading the counter can trap into the hypervisor: the least cost of that. */
static uint64_t least_read(void)
{
	uint64_t best = UINT64_MAX;

	for (unsigned int i = 0; i < SAMPLES; i++) {
		uint64_t from = __rdtsc(), ticks = __rdtsc() - from;

		if (ticks < best)
			best = ticks;
	}
	return best;
}

static double wake(const struct way *way)
{
	const uint32_t in[] = { way->count, way->port };
	uint64_t ticks, best = UINT64_MAX;
	pid_t pid;

	atomic_store(&shared->reads, 0);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid)
		reader(way);
	for (unsigned int i = 1; i <= SAMPLES; i++) {
		wait_for_reads(i);
		call(TELL, in, sizeof(in), &ticks, sizeof(ticks));
		wait_for_reads(i + 1);
		if (shared->ticks - ticks < best)
			best = shared->ticks - ticks;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return (double)(best - least_read());
}

static int listener(void)
{
	const uint32_t told = TOLD;
	const struct alice_restrict listen = { .cmds = ptr(&told), .count = 1 };
	int fd = open_or_die(DEVICE);

	if (ioctl(fd, ALICE_IOC_LISTEN, &listen))
		err(2, "ALICE_IOC_LISTEN");
	return fd;
}

/* A channel from the hypervisor, bound through /dev/xen/evtchn alone. */
static struct way channel(void)
{
	struct ioctl_evtchn_bind_interdomain bind = { .remote_domain = DOMID_SELF };
	struct way way = { .fd = open_or_die(EVTCHN) };

	call(CHANNEL, NULL, 0, &way.port, sizeof(way.port));
	bind.remote_port = way.port;
	if (ioctl(way.fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind) < 0)
		err(2, "%s", EVTCHN);
	return way;
}

void part_events(void)
{
	static const uint32_t counts[] = { 1, 16, MOST };
	const uint32_t untold = UNTOLD_COUNT;
	struct way way = { 0 };
	uint64_t ticks;

	alice = open_or_die(DEVICE);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(2, "mmap");

	call(UNTOLD, &untold, sizeof(untold), &ticks, sizeof(ticks));
	figure("event.untold", (double)ticks, UNTOLD_COUNT);
	way = channel();
	figure("event.channel", wake(&way), 1);
	close(way.fd);
	way = (struct way) { .fd = listener() };
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		way.count = counts[i];
		figure(name("event.%u", way.count), wake(&way), way.count);
	}
}
