/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory shared by the processes of a soak: their accounts, which survive a process that is
 * killed, and a gate that closes before the module is removed.
 */
#ifndef TESTS_SOAK_SHARE_H
#define TESTS_SOAK_SHARE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <alice.h> /* xen/public */

/* Upper bounds for processes, and for the threads of each. */
#define MOST_PROCESSES	64
#define THREADS		2

/* This project's cmds are below this. Op burst and its event are two more. */
#define OPS		13
#define ROWS		(OPS + 2)

/* In counters by op, burst is the last. */
#define OF_BURST	OPS
#define COUNTED		(OPS + 1)

/*
 * struct ledger - the account of one thread, which alone writes it
 * @begun: calls of each op that it started, except those that it knows were
 *	not made
 * @told: results of the calls that returned
 * @requests: ioctls and opens, whatever their result
 * @interrupted: of them, ended early by a signal
 * @absent: of them, failed without a module or node
 * @asked: how many times the driver had to ask the hypervisor for its version for them
 * @due: events that were emitted while a file listened, counted for each file
 * @heard: of them, read
 * @lost: of them, reported as lost
 * @moved: of them, neither, because the domain moved: its queue stayed behind
 * @wrong: impossible answers
 * @what: the first of these, in words
 *
 * A killed thread leaves calls begun without a result, at most those of one request.
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
 * struct slot - one of the processes, and its successors
 * @inside: it has the device open, or will open it, and makes calls
 */
struct slot {
	atomic_bool inside;
	struct ledger ledgers[THREADS];
};

/*
 * struct share - all of them
 * @closed: nobody may enter
 * @stop: all processes have to end
 * @telling: held while emitting events, so that they are in the order of their numbers
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
