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
	share = mmap(NULL, sizeof(*share), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (share == MAP_FAILED)
		err(2, "mmap");
}

/*
 * Go inside, if the gate is open.  Whoever closes it looks afterwards who is inside,
 * so each sees the other.
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

/* Is who is inside to leave, as soon as its request is done? */
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
	for (unsigned int cmd = 0; cmd < OPS; cmd++) {
		sum->begun[cmd] += ledger->begun[cmd];
		sum->told[cmd].calls += ledger->told[cmd].calls;
		sum->told[cmd].errors += ledger->told[cmd].errors;
		sum->told[cmd].in_bytes += ledger->told[cmd].in_bytes;
		sum->told[cmd].out_bytes += ledger->told[cmd].out_bytes;
	}
	sum->requests += ledger->requests;
	sum->interrupted += ledger->interrupted;
	sum->absent += ledger->absent;
	sum->asked += ledger->asked;
	sum->wrong += ledger->wrong;
	if (!sum->what[0])
		memcpy(sum->what, ledger->what, sizeof(sum->what));
}

/* What slots @from up to @to did. */
struct ledger share_sum(unsigned int from, unsigned int to)
{
	struct ledger sum = { 0 };

	for (unsigned int i = from; i < to; i++)
		for (unsigned int thread = 0; thread < THREADS; thread++)
			add(&sum, &share->slots[i].ledgers[thread]);
	return sum;
}

/* Note an answer that cannot be. */
void wrong(struct ledger *ledger, const char *fmt, ...)
{
	va_list args;

	if (ledger->wrong++)
		return;
	va_start(args, fmt);
	vsnprintf(ledger->what, sizeof(ledger->what), fmt, args);
	va_end(args);
}
