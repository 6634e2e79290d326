// SPDX-License-Identifier: GPL-2.0-only
#include "listener.h"
#include "device.h"
#include "events.h"
#include "random.h"
#include "request.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* Upper bound for events at once: too many for the hypervisor's queue. */
#define MOST_TOLD	300
#define MOST_DATA	200

/*
 * The hypervisor's queue has room for this many events of MOST_DATA, and a file's queue
 * not even for this many times as many.
 */
#define ROOM_FOR	60
#define ROUNDS		8

/* How many times to emit an event until it is received; a guest may move meanwhile. */
#define PATIENT		20

/*
 * struct hearing - the events of one open file
 * @maker: its random numbers and ledger are used
 * @fd: the file
 * @begun: it has received an event
 * @number: number of the last event
 * @seq: seq of the last event
 */
struct hearing {
	struct maker *maker;
	int fd;
	bool begun;
	uint32_t number;
	uint64_t seq;
	uint8_t buf[32768] __attribute__((aligned(8)));
};

static uint32_t below(struct hearing *hearing, uint32_t n)
{
	return random_below(&hearing->maker->random, n);
}

/*
 * Account for an event. Its number is one above that of the event before it, except for
 * those reported as lost.
 */
static void hear(struct hearing *hearing, const struct alice_event *event, uint32_t number)
{
	struct ledger *ledger = hearing->maker->ledger;
	uint32_t missed = number - hearing->number - 1;

	if (hearing->begun) {
		ledger->heard++;
		ledger->lost += event->lost;
	/* After a move of the domain, seq starts again. */
		if (missed > event->lost && event->seq <= hearing->seq)
			ledger->moved += missed - event->lost;
		else if (missed != event->lost)
			wrong(ledger, "event %u came after %u, and tells of %u lost ones",
			      number, hearing->number, event->lost);
	}
	hearing->begun = true;
	hearing->number = number;
	hearing->seq = event->seq;
}

/* Check the record at @buf, followed by @len bytes.  Returns its length. */
static uint32_t hear_record(struct hearing *hearing, const uint8_t *buf, uint32_t len)
{
	const uint32_t head = sizeof(struct alice_event);
	struct alice_event event;
	uint32_t number, size;

	memcpy(&event, buf, sizeof(event));
	memcpy(&number, buf + head, sizeof(number));
	size = head + (event.len + 7) / 8 * 8;
	if (event.cmd != HAPPENED || event.len < sizeof(number) || size > len ||
	    !filled(buf + head + sizeof(number), event.len - sizeof(number),
		    (uint8_t)number)) {
		wrong(hearing->maker->ledger, "event %u: cmd %u, %u bytes", number,
		      event.cmd, event.len);
		return len;
	}
	hear(hearing, &event, number);
	return size;
}

/* Read once, and wait if there is nothing. */
static void hear_some(struct hearing *hearing)
{
	struct ledger *ledger = hearing->maker->ledger;
	uint32_t room = (uint32_t)sizeof(hearing->buf) >> below(hearing, 7);
	int ret = read_some(hearing->fd, hearing->buf, room);

	ledger->requests++;
	ledger->interrupted += ret == -EINTR;
	if (ret <= 0 && ret != -EINTR)
		wrong(ledger, "read of events: %d", ret);
	for (uint32_t at = 0; ret > 0 && at < (uint32_t)ret;)
		at += hear_record(hearing, hearing->buf + at, (uint32_t)ret - at);
}

/* Is there something to read?  Ignores signals. */
static bool there_is_more(struct hearing *hearing)
{
	struct pollfd poll_fd = { .fd = hearing->fd, .events = POLLIN };
	int ret;

	do {
		ret = poll(&poll_fd, 1, 0);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0 || (ret && poll_fd.revents != POLLIN))
		wrong(hearing->maker->ledger, "poll: %d, %d", ret, poll_fd.revents);
	return ret > 0;
}

static void hear_all(struct hearing *hearing)
{
	while (there_is_more(hearing))
		hear_some(hearing);
}

/* Emit events; the caller holds share->telling. */
static void tell_locked(struct hearing *hearing, uint32_t count, uint32_t len)
{
	struct ledger *ledger = hearing->maker->ledger;
	int ret;

	ledger->requests++;
	ledger->begun[OF_BURST]++;
	ret = burst_by(hearing->fd, share->next, count, len);
	if (ret) {
		ledger->begun[OF_BURST]--;
		if (ret != -ENOMEM)
			wrong(ledger, "%u events, %u bytes each: %d", count, len, ret);
		return;
	}
	share->next += count;
	ledger->told[OF_BURST].calls++;
	/* The input of burst_by(). */
	ledger->told[OF_BURST].in_bytes += 3 * sizeof(uint32_t);
}

static void tell(struct hearing *hearing, uint32_t most)
{
	uint32_t count = 1 + below(hearing, most), len = below(hearing, MOST_DATA + 1);

	pthread_mutex_lock(&share->telling);
	tell_locked(hearing, count, len);
	pthread_mutex_unlock(&share->telling);
}

/* Emit events and read all of them, so many that files that are not read lose some. */
static void flood(struct hearing *hearing)
{
	uint32_t len = MOST_DATA - below(hearing, MOST_DATA / 2);

	pthread_mutex_lock(&share->telling);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		tell_locked(hearing, ROOM_FOR, len);
		hear_all(hearing);
	}
	pthread_mutex_unlock(&share->telling);
}

static void listen_again(struct hearing *hearing)
{
	int ret = listen_one(hearing->fd, HAPPENED);

	hearing->maker->ledger->requests++;
	hearing->maker->ledger->asked++;
	if (ret)
		wrong(hearing->maker->ledger, "LISTEN: %d", ret);
}

/*
 * Emit an event until it is received, while nobody else emits: then all earlier events
 * were received or reported as lost.
 */
static void hear_until_now(struct hearing *hearing)
{
	unsigned int i = 0;

	do {
		tell_locked(hearing, 1, 0);
		hear_all(hearing);
	} while (++i < PATIENT && (!hearing->begun || hearing->number != share->next - 1));
	if (i == PATIENT)
		wrong(hearing->maker->ledger, "event %u is not heard", share->next - 1);
}

/* Listen, emit or read: each only sometimes, so that events are lost. */
static void act(struct hearing *hearing)
{
	switch (below(hearing, 16)) {
	case 0:
		listen_again(hearing);
		break;
	case 1:
		tell(hearing, MOST_TOLD);
		break;
	case 2:
		flood(hearing);
		break;
	case 3: case 4: case 5:
		tell(hearing, 10);
		break;
	case 6: case 7: case 8:
		hear_some(hearing);
		break;
	default:
		hear_all(hearing);
	}
}

/* Listen with this file, which only this process has, for a while. */
void listener_work(struct maker *maker, int fd)
{
	struct hearing hearing = { .maker = maker, .fd = fd };
	uint32_t from;

	pthread_mutex_lock(&share->telling);
	listen_again(&hearing);
	hear_until_now(&hearing);
	from = share->next;
	pthread_mutex_unlock(&share->telling);

	/* However short the run, some events are lost. */
	tell(&hearing, MOST_TOLD);
	for (uint32_t n = below(&hearing, 200); n && !share_hurry(); n--)
		act(&hearing);

	pthread_mutex_lock(&share->telling);
	hear_until_now(&hearing);
	maker->ledger->due += share->next - from;
	pthread_mutex_unlock(&share->telling);
}
