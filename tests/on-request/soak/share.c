// SPDX-License-Identifier: GPL-2.0-only
#include "share.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct share *share;

void share_make(void)
{
	pthread_mutexattr_t shared;

	share = mmap(NULL, sizeof(*share), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (share == MAP_FAILED)
		err(2, "mmap");
	if (pthread_mutexattr_init(&shared) ||
	    pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED) ||
	    pthread_mutex_init(&share->telling, &shared))
		errx(2, "no mutex");
}

/*
 * Enter, if the gate is open.  Who closes it checks afterwards whether somebody is inside,
 * so neither misses the other.
 */
bool share_enter(struct slot *slot)
{
	atomic_store(&slot->inside, true);
	if (!atomic_load(&share->closed))
		return true;
	atomic_store(&slot->inside, false);
	return false;
}

void share_leave(struct slot *slot)
{
	atomic_store(&slot->inside, false);
}

/* Must processes leave after the current request? */
bool share_hurry(void)
{
	return atomic_load(&share->closed) || atomic_load(&share->stop);
}

/* Is nobody inside? */
bool share_empty(void)
{
	for (unsigned int i = 0; i < MOST_PROCESSES; i++)
		if (atomic_load(&share->slots[i].inside))
			return false;
	return true;
}

static void add(struct ledger *sum, const struct ledger *ledger)
{
	for (unsigned int i = 0; i < COUNTED; i++) {
		sum->begun[i] += ledger->begun[i];
		sum->told[i].calls += ledger->told[i].calls;
		sum->told[i].errors += ledger->told[i].errors;
		sum->told[i].in_bytes += ledger->told[i].in_bytes;
		sum->told[i].out_bytes += ledger->told[i].out_bytes;
	}
	sum->requests += ledger->requests;
	sum->interrupted += ledger->interrupted;
	sum->absent += ledger->absent;
	sum->asked += ledger->asked;
	sum->due += ledger->due;
	sum->heard += ledger->heard;
	sum->lost += ledger->lost;
	sum->moved += ledger->moved;
	sum->wrong += ledger->wrong;
	if (!sum->what[0])
		memcpy(sum->what, ledger->what, sizeof(sum->what));
}

/* Sum of the slots from @from up to @to. */
struct ledger share_sum(unsigned int from, unsigned int to)
{
	struct ledger sum = { 0 };

	for (unsigned int i = from; i < to; i++)
		for (unsigned int thread = 0; thread < THREADS; thread++)
			add(&sum, &share->slots[i].ledgers[thread]);
	return sum;
}

/* Record an impossible answer. */
void wrong(struct ledger *ledger, const char *fmt, ...)
{
	va_list args;

	if (ledger->wrong++)
		return;
	va_start(args, fmt);
	vsnprintf(ledger->what, sizeof(ledger->what), fmt, args);
	va_end(args);
}
