// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events.  Op burst emits event happened, and other is for administrators: see burst.c
 * and other.c, which tests/events/guest.sh loads.
 *
 *   events ioctls   tests of LISTEN, read and poll
 *   events queues   tests of order and of lost events
 *   events wait     listen to cmds 80 and 12, try also to listen to lifecycle, and print
 *                   each event until SIGTERM
 *   events last     listen to cmd EVENT=, read until read(2) fails, and print how
 */
#define _GNU_SOURCE
#include "device.h"
#include "events.h"
#include "tap.h"
#include "tap-parts.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define OTHER	 82
/* The event of xen/ops/examples/lifecycle.c, which guests may not listen to. */
#define LIFECYCLE 86
/* A cmd without a row. */
#define NOTHING	 83

/* Open the device with O_RDWR and these flags, and listen to happened. */
static int listener(int flags)
{
	int fd = device_open(O_RDWR | flags);

	if (listen_one(fd, HAPPENED))
		errx(2, "LISTEN does not work");
	return fd;
}

/* Emit events; returns the op's result. */
static int burst(uint32_t first, uint32_t count, uint32_t len)
{
	static int fd;

	if (!fd)
		fd = device_open(O_RDWR);
	return burst_by(fd, first, count, len);
}

static int poll_now(int fd, int timeout)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, timeout) < 0 ? -errno : poll_fd.revents;
}

/* Events that were read: how many, how many were lost, and what was wrong first. */
struct seen {
	uint64_t seq, time_ns;
	uint32_t records, lost;
	const char *wrong;
};

static void require(struct seen *seen, bool right, const char *what)
{
	if (!right && !seen->wrong)
		seen->wrong = what;
}

static bool all_right(const struct seen *seen)
{
	if (seen->wrong)
		diag("wrong: %s", seen->wrong);
	return !seen->wrong;
}

/* Check the records in @buf. */
static void look(struct seen *seen, const uint8_t *buf, int len)
{
	while (len > 0) {
		struct alice_event event;
		uint32_t number, data, size;

		memcpy(&event, buf, sizeof(event));
		memcpy(&number, buf + sizeof(event), sizeof(number));
		data = event.len - (uint32_t)sizeof(number);
		size = (uint32_t)sizeof(event) + (event.len + 7) / 8 * 8;
		require(seen, event.cmd == HAPPENED && size <= (uint32_t)len && !event.reserved,
			"header");
		if (seen->wrong)
			return;
		require(seen, event.seq == seen->seq + event.lost + 1, "sequence number");
		/* The clocks of two processors differ, on a busy emulated machine by 34 ms. */
		require(seen, event.time_ns + 1000000000 >= seen->time_ns, "time");
		require(seen, filled(buf + sizeof(event) + sizeof(number), data, (uint8_t)number),
			"payload");
		require(seen, filled(buf + sizeof(event) + event.len,
				     size - event.len - sizeof(event), 0), "padding");
		seen->seq = event.seq;
		seen->time_ns = event.time_ns;
		seen->lost += event.lost;
		seen->records++;
		buf += size;
		len -= (int)size;
	}
}

/* Read and check until there is nothing, or @records came. */
static void drain(int fd, struct seen *seen, uint32_t records)
{
	static uint8_t buf[65536];
	int ret = 1;

	while (ret > 0 && seen->records < records) {
		ret = read_some(fd, buf, sizeof(buf));
		look(seen, buf, ret);
	}
	require(seen, ret > 0 || ret == -EAGAIN, "result of read");
}

static void test_errors(void)
{
	static const uint32_t echo[] = { HAPPENED, XEN_ALICE_OP_ECHO };
	static const uint32_t none[] = { NOTHING };
	static const uint32_t large[] = { ALICE_MAX_CMDS };
	static const uint32_t events[] = { HAPPENED, OTHER, XEN_ALICE_OP_CHANGED };
	static const struct {
		const char *text;
		struct alice_restrict request;
		int want;
	} cases[] = {
		{ "three events", { 0, 3, 0 }, 0 },
		{ "a flag", { 0, 3, 1 }, -EINVAL },
		{ "an op among them", { 1, 2, 0 }, -EINVAL },
		{ "no such row", { 2, 1, 0 }, -EOPNOTSUPP },
		{ "a cmd that is too large", { 3, 1, 0 }, -EINVAL },
		{ "too many", { 0, ALICE_MAX_CMDS + 1, 0 }, -EINVAL },
		{ "none", { 0, 0, 0 }, 0 },
	};
	static const uint32_t *const lists[] = { events, echo, none, large };
	int fd = device_open(O_RDWR);
	struct alice_restrict bad = { .cmds = ptr(unmapped()), .count = 1 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct alice_restrict request = cases[i].request;

		request.cmds = ptr(lists[request.cmds]);
		is(do_ioctl(fd, ALICE_IOC_LISTEN, &request), cases[i].want, "LISTEN to %s",
		   cases[i].text);
	}
	is(do_ioctl(fd, ALICE_IOC_LISTEN, &bad), -EFAULT, "LISTEN with cmds that cannot be read");
	is(restrict_to(fd, &events[1], 1), 0, "restricted to one event");
	is(listen_one(fd, HAPPENED), -EACCES, "LISTEN to another");
	is(listen_one(fd, OTHER), 0, "LISTEN to that one");
	is(op_call(fd, OTHER, NULL, 0, NULL, 0), -EOPNOTSUPP, "it is no op");
	close(fd);
}

static int as_user(void *unused)
{
	int fd = device_open(O_RDWR), ret;

	(void)unused;
	drop_admin();
	ret = listen_one(fd, OTHER);
	return ret == -EPERM && !listen_one(fd, HAPPENED);
}

static void test_ioctls(void)
{
	uint8_t buf[2 * MOST];
	struct seen seen = { 0 };
	int fd = device_open(O_RDWR | O_NONBLOCK);

	is(read_some(fd, buf, sizeof(buf)), -EINVAL, "read without LISTEN");
	is(poll_now(fd, 0), POLLERR, "poll");
	close(fd);
	test_errors();
	is(in_child(as_user, NULL), 1, "an event for administrators");

	fd = listener(O_NONBLOCK);
	is(read_some(fd, buf, sizeof(buf)), -EAGAIN, "read before anything happened");
	is(poll_now(fd, 0), 0, "poll");
	burst(1, 3, 5);
	is(poll_now(fd, 1000), POLLIN, "poll once it happened");
	is(read_some(fd, buf, 47), -EINVAL, "read with room for less than the first record");
	is(read_some(fd, buf, 0), -EINVAL, "and with none");
	is(read_some(fd, unmapped(), sizeof(buf)), -EFAULT, "read to an unmapped address");
	is(read_some(fd, buf, 95), 48, "read with room for one");
	look(&seen, buf, 48);
	is(read_some(fd, buf + 16, sizeof(buf) - 16), 96, "and for all");
	look(&seen, buf + 16, 96);
	ok(all_right(&seen) && seen.records == 3 && seen.seq == 3, "they are right, and in order");
	is(poll_now(fd, 0), 0, "then there is nothing");
	burst(4, 1, 0);
	is(listen_to(fd, NULL, 0), 0, "LISTEN to nothing");
	drain(fd, &seen, 4);
	ok(all_right(&seen) && seen.records == 4, "what happened before is there");
	is(read_some(fd, buf, sizeof(buf)), -EINVAL, "and then nothing ever");
	is(poll_now(fd, 0), POLLERR, "poll");
	close(fd);

	fd = listener(0);
	burst(1, 1, ALICE_EVENT_LEN - 4);
	is(read_some(fd, buf, sizeof(buf)), MOST, "the longest");
	close(fd);

	fd = listener(O_NONBLOCK);
	is(restrict_to(fd, NULL, 0), 0, "restricted to nothing");
	burst(1, 1, 0);
	is(read_some(fd, buf, sizeof(buf)), -EINVAL, "it gets no more events");
	is(poll_now(fd, 0), POLLERR, "poll");
	close(fd);
}

static void test_order(void)
{
	enum { TIMES = 2000, EACH = 3 };
	int fd = listener(O_NONBLOCK), also = listener(O_NONBLOCK), other;
	struct seen seen = { 0 }, seen_also = { 0 };
	uint8_t buf[MOST];

	other = device_open(O_RDWR | O_NONBLOCK);
	listen_one(other, OTHER);
	for (uint32_t i = 0; i < TIMES; i++) {
		burst(i * EACH, EACH, i % 301);
		drain(fd, &seen, UINT32_MAX);
		drain(also, &seen_also, UINT32_MAX);
	}
	ok(all_right(&seen) && seen.records == TIMES * EACH && !seen.lost,
	   "of all lengths, all come, and in order: %u", seen.records);
	ok(all_right(&seen_also) && seen_also.records == TIMES * EACH && !seen_also.lost,
	   "to both that listen");
	is(read_some(other, buf, sizeof(buf)), -EAGAIN, "and not to one that does not");
	close(fd);
	close(also);
	close(other);
}

/* Events lost in the hypervisor, and in a file's own queue. */
static void test_lost(void)
{
	enum { TIMES = 1000, EACH = 1000 };
	int fd = listener(O_NONBLOCK), slow;
	struct seen seen = { 0 };

	for (uint32_t i = 0; i < TIMES; i++)
		burst(i * EACH, EACH, 4);
	drain(fd, &seen, UINT32_MAX);
	burst(0, 1, 0);
	drain(fd, &seen, UINT32_MAX);
	ok(all_right(&seen) && seen.records && seen.lost &&
	   seen.records + seen.lost == TIMES * EACH + 1,
	   "a million: each is read (%u) or lost (%u)", seen.records, seen.lost);
	close(fd);

	fd = listener(O_NONBLOCK);
	slow = listener(O_NONBLOCK);
	seen = (struct seen){ 0 };
	for (uint32_t i = 0; i < 4000; i++) {
		burst(i, 1, 4);
		drain(fd, &seen, UINT32_MAX);
	}
	ok(all_right(&seen) && seen.records == 4000 && !seen.lost,
	   "one that never reads costs another no event");
	seen = (struct seen){ 0 };
	drain(slow, &seen, UINT32_MAX);
	burst(0, 1, 0);
	drain(slow, &seen, UINT32_MAX);
	ok(all_right(&seen) && seen.lost && seen.records + seen.lost == 4001,
	   "and its own lost ones are reported: %u, and %u read", seen.lost, seen.records);
	close(fd);
	close(slow);
}

static void on_signal(int sig)
{
	(void)sig;
}

struct reader {
	pthread_t thread;
	int fd, ret;
	struct seen seen;
	atomic_bool *stop;
};

static void *read_once(void *arg)
{
	struct reader *reader = arg;
	uint8_t buf[MOST];

	reader->ret = read_some(reader->fd, buf, sizeof(buf));
	look(&reader->seen, buf, reader->ret);
	return NULL;
}

/* The result of its read, or -ETIME if that takes ten seconds. */
static int result_of(struct reader *reader)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 10;
	if (!pthread_timedjoin_np(reader->thread, NULL, &end))
		return reader->ret;
	pthread_cancel(reader->thread);
	pthread_join(reader->thread, NULL);
	return -ETIME;
}

/* A restriction that excludes the last event ends the wait for it. */
static void test_restricted(void)
{
	const uint32_t happened = HAPPENED;
	struct reader reader = { .fd = listener(0) };

	pthread_create(&reader.thread, NULL, read_once, &reader);
	usleep(200000);
	is(restrict_to(reader.fd, &happened, 1), 0, "restricted to what it listens to");
	usleep(200000);
	is(pthread_tryjoin_np(reader.thread, NULL), EBUSY, "it waits on");
	is(restrict_to(reader.fd, NULL, 0), 0, "restricted to nothing");
	is(result_of(&reader), -EINVAL, "then read ends");
	close(reader.fd);
}

static void test_signals(void)
{
	for (int restart = 0; restart < 2; restart++) {
		struct sigaction action = { .sa_handler = on_signal,
					    .sa_flags = restart ? SA_RESTART : 0 };
		struct reader reader = { .fd = listener(0) };

		sigaction(SIGUSR1, &action, NULL);
		pthread_create(&reader.thread, NULL, read_once, &reader);
		usleep(200000);
		pthread_kill(reader.thread, SIGUSR1);
		usleep(200000);
		burst(1, 1, 0);
		is(result_of(&reader), restart ? 40 : -EINTR, "a signal while read waits%s",
		   restart ? ", with SA_RESTART" : "");
		close(reader.fd);
	}
}

static void *read_until(void *arg)
{
	struct reader *reader = arg;
	struct {
		struct alice_event event;
		uint64_t payload;
	} record;

	while (!*reader->stop && poll_now(reader->fd, 100) >= 0) {
		int ret = read_some(reader->fd, &record, sizeof(record));

		require(&reader->seen, ret == sizeof(record) || ret == -EAGAIN, "result of read");
		if (ret < 0)
			continue;
		reader->seen.records++;
		reader->seen.lost += record.event.lost;
	}
	return NULL;
}

/* Threads that share a file share its events. */
static void test_shared(void)
{
	enum { THREADS = 8, TIMES = 5000 };
	struct reader readers[THREADS] = { 0 };
	int fd = listener(O_NONBLOCK);
	atomic_bool stop = false;
	struct seen all = { 0 }, last = { 0 };

	for (int i = 0; i < THREADS; i++) {
		readers[i].fd = fd;
		readers[i].stop = &stop;
		pthread_create(&readers[i].thread, NULL, read_until, &readers[i]);
	}
	for (uint32_t i = 0; i < TIMES; i++) {
		burst(i, 1, 0);
		if (i % 100 == 0)
			usleep(1000);
	}
	while (poll_now(fd, 0) == POLLIN)
		usleep(1000);
	stop = true;
	for (int i = 0; i < THREADS; i++) {
		pthread_join(readers[i].thread, NULL);
		all.records += readers[i].seen.records;
		all.lost += readers[i].seen.lost;
		require(&all, !readers[i].seen.wrong, readers[i].seen.wrong);
	}
	burst(0, 1, 0);
	drain(fd, &last, UINT32_MAX);
	diag("%u records, %u lost", all.records, all.lost + last.lost);
	ok(all_right(&all) && all.records + all.lost + last.records + last.lost == TIMES + 1,
	   "threads that share a file get each event once");
	close(fd);
}

static void queues(void)
{
	test_order();
	test_lost();
	test_restricted();
	test_signals();
	test_shared();
}

static void wait_for(void)
{
	static const uint32_t cmds[] = { HAPPENED, XEN_ALICE_OP_CHANGED };
	static const uint32_t more[] = { HAPPENED, XEN_ALICE_OP_CHANGED, LIFECYCLE };
	int fd = device_open(O_RDWR), ret = listen_to(fd, cmds, 2);
	uint64_t bytes[MOST / 8] = { 0 };
	const struct alice_event *event = (const void *)bytes;

	printf("heard listens %d\n", ret);
	printf("heard then %d\n", listen_to(fd, more, 3));
	fflush(stdout);
	while (!ret && read_some(fd, bytes, sizeof(bytes)) > 0) {
		printf("heard %u %u\n", event->cmd, event->lost);
		fflush(stdout);
	}
	exit(0);
}

/* Listen to EVENT=, stop if STOP= is set, and read until that fails. */
static void wait_for_last(void)
{
	uint8_t buf[MOST];
	int fd = device_open(O_RDWR);
	int ret = listen_one(fd, (uint32_t)atoi(getenv("EVENT")));

	printf("heard listens %d\n", ret);
	fflush(stdout);
	if (getenv("STOP"))
		raise(SIGSTOP);
	do
		ret = read_some(fd, buf, sizeof(buf));
	while (ret > 0);
	printf("heard end %d\n", ret);
	exit(0);
}

int main(int argc, char **argv)
{
	static const struct tap_part parts[] = {
		{ "ioctls", test_ioctls },
		{ "queues", queues },
		{ "wait", wait_for },
		{ "last", wait_for_last },
	};

	return tap_parts(parts, ARRAY_SIZE(parts), argc, argv);
}
