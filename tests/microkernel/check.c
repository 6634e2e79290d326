// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

#include <string.h>

const struct way *way = &ways[0];

/* The arena before a call, and as expected after it. */
static uint8_t before[ARENA_WHOLE], after[ARENA_WHOLE];

/* How much of it a call can access. */
static uint32_t span;

static uint32_t span_of(const struct call *call)
{
	uint32_t len = call->in_len > call->out_len ? call->in_len : call->out_len;
	uint32_t reach = arena_reach(call->arg, READ_ACCESS), end;

	if (len > model_max_len)
		len = model_max_len;
	if (len > reach)
		len = reach;
	if (!len)
		return ARENA_SIZE;
	end = (uint32_t)(call->arg - (unsigned long)arena) + len;
	return end < ARENA_SIZE ? ARENA_SIZE : (end + PAGE - 1) / PAGE * PAGE;
}

/* Copy the part that can be read. */
static void snapshot(uint8_t *to)
{
	for (uint32_t page = 0; page < span / PAGE; page++)
		if (arena_access_of(page) >= READ_ACCESS)
			memcpy(to + page * PAGE, arena + page * PAGE, PAGE);
}

/* What the model may know of a call's memory, in copies of limited size. */
static void look(const struct call *call, long result, struct view *view)
{
	static uint8_t in[ARENA_WHOLE], got[ARENA_WHOLE];
	unsigned long at = call->arg - (unsigned long)arena;

	view->readable = arena_reach(call->arg, READ_ACCESS);
	view->writable = arena_reach(call->arg, WRITE_ACCESS);
	view->in = in;
	view->got = got;
	view->result = result;
	/* @got is used only for answers that cannot be predicted, which are not longer. */
	memset(got, 0, 2 * XEN_ALICE_BATCH_LEN);
	if (view->readable) {
		uint32_t len = span - (uint32_t)at;

		if (len > view->readable)
			len = view->readable;
		memcpy(in, before + at, len);
		memcpy(got, arena + at, len);
	}
}

/*
 * The first byte of the arena that is not as expected, or its end.  An answer that a fault
 * interrupted may be partly written.
 */
static uint32_t first_wrong(bool cut_off)
{
	for (uint32_t i = 0; i < span; i++) {
		if (!(i % PAGE) && (arena_access_of(i / PAGE) < READ_ACCESS ||
				    !memcmp(arena + i, after + i, PAGE)))
			i += PAGE - 1;
		else if (arena[i] != after[i] &&
			 !(cut_off && arena[i] == before[i]))
			return i;
	}
	return span;
}

/* Compare a call's result and memory with the model. */
static bool judge(struct tally *tally, const struct call *call, long got)
{
	unsigned long at = call->arg - (unsigned long)arena;
	static struct answer want;
	struct view view;
	uint32_t len, wrong;

	look(call, got, &view);
	model_call(call, way->caller, &view, &want);
	memcpy(after, before, span);
	len = want.len < view.writable ? want.len : view.writable;
	if (len)
		memcpy(after + at, want.bytes, len);
	if (!expect(tally, got == want.result,
		    "%s: cmd %x at %lx, in %u, out %u: %ld, want %d",
		    way->name, call->cmd, call->arg, call->in_len,
		    call->out_len, got, want.result))
		return false;
	wrong = first_wrong(want.result < 0 && want.len);
	return wrong == span ||
	       expect(tally, false,
		      "%s: cmd %x at %lx, in %u, out %u: %ld, and byte %ld is %x, want %x",
		      way->name, call->cmd, call->arg, call->in_len,
		      call->out_len, got, (long)(wrong - at), arena[wrong],
		      after[wrong]);
}

/* Does the model know the op?  An op of somebody else can do anything. */
static bool foreseen(const struct call *call)
{
	struct view view;

	if (model_count == MODEL_ROWS)
		return true;
	look(call, 0, &view);
	return model_foresees(call, &view);
}

/**
 * check() - make a call; its result, all memory and the model have to match
 * @tally: where it is counted
 * @call: the call; it is skipped if it could run an op that the model does not know
 *
 * Return: whether they match.
 */
bool check(struct tally *tally, const struct call *call)
{
	struct call made = *call;
	struct arena_state was = arena_state();
	bool phys, right = true;

	made.cmd |= way->word;
	phys = made.cmd & XEN_ALICE_CMD_PHYS && way->caller->phys;
	if (phys)
		arena_every(WRITE_ACCESS);
	span = span_of(&made);
	snapshot(before);
	if (foreseen(&made)) {
		long got;

	/* Then the mapping must not matter. */
		if (phys)
			arena_every(NO_ACCESS);
		got = way->enter(&made);
		if (phys)
			arena_every(WRITE_ACCESS);
		right = judge(tally, &made, got);
	}
	arena_restore(&was);
	return right;
}

/**
 * check_answer() - like check(), for a call that was made and changed no memory
 * @tally: where it is counted
 * @call: the call
 * @got: its result
 *
 * Return: whether result, arena and model match.
 */
bool check_answer(struct tally *tally, const struct call *call, long got)
{
	span = span_of(call);
	snapshot(before);
	return judge(tally, call, got);
}

/**
 * check_counters() - check the counters of all ops, as the control domain
 * @tally: where it is counted
 *
 * This shows what ran and what did not.
 *
 * Return: whether they are right.
 */
bool check_counters(struct tally *tally)
{
	const struct call call = {
		.cmd = XEN_ALICE_OP_STATS, .arg = (unsigned long)arena + ARENA_BEGIN,
		.in_len = sizeof(struct xen_alice_stats_of),
		.out_len = sizeof(struct xen_alice_stats),
	};
	const struct way *was = way;
	bool right = true;

	way = &ways[0];
	for (unsigned int i = 0; i < model_count; i++) {
		memcpy(arena + ARENA_BEGIN, &model_rows[i].cmd, 4);
		right &= check(tally, &call);
	}
	way = was;
	return right;
}
