/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the processes of a soak share: what each of them did, in memory that outlives
 * it when it is killed, and a gate that keeps them away from a module that goes.
 */
#ifndef TESTS_SOAK_SHARE_H
#define TESTS_SOAK_SHARE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <alice.h> /* xen/public */

/* The most processes, and the threads that each of them can have. */
#define MOST_PROCESSES	64
#define THREADS		2

/* This project's rows have the numbers below. Op burst and its event are two more. */
#define OPS		13
#define ROWS		(OPS + 2)

/* Where calls are counted op by op, burst comes last. */
#define OF_BURST	OPS
#define COUNTED		(OPS + 1)

/*
 * struct ledger - what one thread did; it alone writes here
 * @begun: calls of each op that it was about to make, but for those of which it knows that
 *	they were not
 * @told: what it was told of those that it did make
 * @requests: ioctls and opens, whatever came of them
 * @interrupted: of them, ended early by a signal
 * @absent: of them, there was no module or no node
 * @asked: how often the driver had to ask the hypervisor for its version for them
 * @due: events that happened while a file listened, once a file
 * @heard: of them, read
 * @lost: of them, told as lost
 * @moved: of them, neither, where the domain has moved: its queue stayed behind
 * @wrong: answers that cannot be
 * @what: the first of these, in words
 *
 * Who is killed leaves calls begun of which it was not told, at most those of one
 * request a thread.
 */
struct ledger {
	uint64_t begun[COUNTED];
	struct xen_alice_stats told[COUNTED];
	uint64_t requests;
	uint64_t interrupted;
	uint64_t absent;
	uint64_t asked;
	uint64_t due;
	uint64_t heard;
	uint64_t lost;
	uint64_t moved;
	uint64_t wrong;
	char what[120];
};

/*
 * struct slot - one of the processes, and those that took its place
 * @inside: it has the device open, or is about to, and makes calls
 */
struct slot {
	atomic_bool inside;
	struct ledger ledgers[THREADS];
};

/*
 * struct share - all of them
 * @closed: nobody may come inside
 * @stop: everybody is to end
 * @telling: held to have events happen, so that they do in the order of their numbers
 * @next: the number of the next one
 */
struct share {
	atomic_bool closed;
	atomic_bool stop;
	pthread_mutex_t telling;
	uint32_t next;
	struct slot slots[MOST_PROCESSES];
};

extern struct share *share;

void share_make(void);
bool share_enter(struct slot *slot);
void share_leave(struct slot *slot);
bool share_hurry(void);
bool share_empty(void);
struct ledger share_sum(unsigned int from, unsigned int to);

void wrong(struct ledger *ledger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
