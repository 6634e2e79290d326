// SPDX-License-Identifier: GPL-2.0-only
#include "listener.h"
#include "device.h"
#include "events.h"
#include "random.h"
#include "request.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* The most events at once, of which the hypervisor's queue has no room for all. */
#define MOST_TOLD	300
#define MOST_DATA	200

/*
 * So many of MOST_DATA have room there, and so many times as many have none in the queue
 * of a file.
 */
#define ROOM_FOR	60
#define ROUNDS		8

/* How often one event is had happen until it is heard; a guest may move meanwhile. */
#define PATIENT		20

/*
 * struct hearing - what one open file was told
 * @maker: whose chance and ledger are used
 * @fd: the file
 * @begun: it was told something
 * @number: the number of the event that it was told last
 * @seq: and what that has for seq
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
 * Take an event into the books. Its number is one above that of the event before it,
 * but for those that are told as lost.
 */
static void hear(struct hearing *hearing, const struct alice_event *event, uint32_t number)
{
	struct ledger *ledger = hearing->maker->ledger;
	uint32_t missed = number - hearing->number - 1;

	if (hearing->begun) {
		ledger->heard++;
		ledger->lost += event->lost;
		/* Where a domain has moved, seq begins again. */
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

/* Look at the record at @buf, with @len bytes behind it.  Returns its length. */
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

/* Is there something to read?  A signal is no answer. */
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

/* Have it happen; the caller holds share->telling. */
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
	/* As burst_by() sends them. */
	ledger->told[OF_BURST].in_bytes += 3 * sizeof(uint32_t);
}

static void tell(struct hearing *hearing, uint32_t most)
{
	uint32_t count = 1 + below(hearing, most), len = below(hearing, MOST_DATA + 1);

	pthread_mutex_lock(&share->telling);
	tell_locked(hearing, count, len);
	pthread_mutex_unlock(&share->telling);
}

/* Have it happen, and hear all of it, so often that whoever does not read loses some. */
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
 * Have it happen until that is heard, while it happens for nobody else: then all that
 * happened before was heard, or told as lost.
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

/* Listen, have it happen, or read: none of it all the time, so that some is lost. */
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

/* Listen by this file, which nobody else has, for a while. */
void listener_work(struct maker *maker, int fd)
{
	struct hearing hearing = { .maker = maker, .fd = fd };
	uint32_t from;

	pthread_mutex_lock(&share->telling);
	listen_again(&hearing);
	hear_until_now(&hearing);
	from = share->next;
	pthread_mutex_unlock(&share->telling);

	/* However short it is, some is lost. */
	tell(&hearing, MOST_TOLD);
	for (uint32_t n = below(&hearing, 200); n && !share_hurry(); n--)
		act(&hearing);

	pthread_mutex_lock(&share->telling);
	hear_until_now(&hearing);
	maker->ledger->due += share->next - from;
	pthread_mutex_unlock(&share->telling);
}
