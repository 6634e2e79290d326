// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases that no op of this project has, by ops that suite hypercall adds to Xen: wrong
 * results, and looking at, and taking, a CPU's buffers.
 */
#include "calls.h"
#include "device.h"
#include "module.h"
#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* As in the suite. */
enum { ANSWER = 64, BEHIND, TAKE, BUFFERS, STEPS };
enum taken_by { LIVING, GONE, REUSED };

/* Room for the answer of ANSWER, which does not write what it claims. */
#define ROOM 8

/* What an op returns, and the result of the call. */
static void answer_test(void)
{
	static const struct {
		int32_t says;
		long is;
	} answers[] = {
		{ 0, 0 },
		{ 1, 1 },
		{ ROOM, ROOM },
		{ ROOM + 1, -EIO },
		{ 4096, -EIO },
		{ INT_MAX, -EIO },
		{ -EPERM, -EPERM },
		{ -EINVAL, -EINVAL },
		{ -ENOSYS, -EIO },
		{ -XEN_ALICE_ERESTART, -EIO },
		{ -115, -115 },
		{ -XEN_ALICE_ESTALE, -EIO },
		{ -117, -117 },
		{ -511, -511 },
		{ -512, -EIO },
		{ INT_MIN, -EIO },
	};
	const uint32_t was = stats_call(ANSWER).errors;
	static const uint8_t zeros[ROOM];
	struct tally tally = { 0 };
	uint32_t errors = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(answers); i++) {
		int32_t says = answers[i].says;
		long want = answers[i].is, n;

		memset(memory, 0xa5, sizeof(memory));
		memcpy(memory, &says, sizeof(says));
		n = module_call(ANSWER, sizeof(says), ROOM);
		expect(&tally, n == want, "%d: %ld", says, n);
		if (want > 0)
			expect(&tally, !memcmp(memory, zeros, (size_t)want),
			       "%d: what it did not write", says);
		expect(&tally, memory[want > 4 ? want : 4] == 0xa5,
		       "%d: behind the answer", says);
		errors += want < 0;
	}
	tally_ok(&tally, "results of an op; EIO for those that would say that it did not run");
	is((long long)stats_call(ANSWER).errors - was, errors, "errors are counted");

	memset(memory, 0, 64);
	memory[8] = ANSWER;
	memory[12] = 4;
	memory[14] = ROOM;
	memcpy(memory + 16, &(int32_t){ -XEN_ALICE_ESTALE }, 4);
	is(module_call(XEN_ALICE_OP_BATCH, 24, 64), 8, "a batch of it");
	is((int8_t)memory[0], -EIO, "its reply is EIO, too");
}

/* Are there zeros behind an op's input, up to a page? */
static bool zeros_behind(struct tally *tally, const char *after)
{
	static const uint32_t lens[] = { 0, 1, 7, 8, 100, 4096 };
	bool clean = true;

	for (unsigned int i = 0; i < ARRAY_SIZE(lens); i++) {
		long n;

		memset(memory, 0x5a, sizeof(memory));
		n = module_call(BEHIND, lens[i], 4096);
		clean &= expect(tally, n == 4096 && filled(memory, 4096, 0),
				"after %s, input of %u: %ld", after, lens[i], n);
	}
	return clean;
}

static void behind_test(void)
{
	struct tally tally = { 0 };

	memset(long_memory, 0xa5, sizeof(long_memory));
	is(module_call_long(XEN_ALICE_OP_ECHO, 65536, 65536), 65536, "a long call");
	zeros_behind(&tally, "a long call");
	is(module_call_long(XEN_ALICE_OP_ECHO, 65536, 0), -EINVAL, "one that fails");
	zeros_behind(&tally, "one that fails");
	is(privcmd_cut_short(), -EFAULT, "one whose input can be read in part");
	zeros_behind(&tally, "one whose input can be read in part");
	tally_ok(&tally, "an op finds zeros behind its input");
}

/* Test how many buffers this CPU has, and how many are taken by others. */
static void buffers_are(struct tally *tally, uint32_t all, uint32_t taken,
			const char *when)
{
	uint32_t got[2] = { 0 };

	module_call(BUFFERS, 0, sizeof(got));
	memcpy(got, memory, sizeof(got));
	expect(tally, got[0] == all && got[1] == taken + 1,
	       "%s: %u buffers, %u taken", when, got[0], got[1]);
}

/*
 * A vcpu sleeps in a copy and has taken all buffers of the CPU, which contain its
 * data. It wakes up later, or never: its domain is gone, or another one has
 * its number.
 */
static void take_test(enum taken_by who, const char *name)
{
	const bool living = who == LIVING;
	struct tally tally = { 0 };

	memcpy(memory, &(uint32_t){ who }, 4);
	is(module_call(TAKE, 4, 0), 0, "%s: buffers are taken", name);
	for (unsigned int i = 0; i < 100; i++) {
		long n;

		memcpy(memory, "white rabbit", 12);
		n = module_call(XEN_ALICE_OP_ECHO, 12, 12);
		expect(&tally, n == 12, "call %u: %ld", i, n);
	}
	zeros_behind(&tally, name);
	buffers_are(&tally, living ? 2 : 1, living, name);
	tally_ok(&tally, "%s: others call all the same", name);
}

/* A LONG op: a cursor before its input and its answer, of one word each. */
static void steps_test(void)
{
	static const struct {
		const char *name;
		uint32_t in_len, out_len;
		long result;
	} lengths[] = {
		{ "no cursor", 0, 64, -EINVAL },
		{ "the cursor of the input cut short", 31, 64, -EINVAL },
		{ "the input cut short", 35, 64, -EINVAL },
		{ "too long an input", 37, 64, -EINVAL },
		{ "no room for a cursor", 36, 0, -EINVAL },
		{ "too little room for a cursor", 36, 31, -EINVAL },
		{ "too little room for the answer", 36, 35, -EINVAL },
		{ "room enough", 36, 36, 36 },
	};
	const uint64_t calls = stats_call(STEPS).calls, errors = stats_call(STEPS).errors;
	struct {
		uint32_t at, rest[7], payload, behind[55];
	} *const arg = (void *)memory;
	const struct xen_alice_batch_record record = {
		.cmd = STEPS, .in_len = 36, .out_len = 36,
	};
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(lengths); i++) {
		memset(memory, 0, 64);
		is(module_call(STEPS, lengths[i].in_len, lengths[i].out_len), lengths[i].result,
		   "an op of many steps: %s", lengths[i].name);
	}

	memset(memory, 0xa5, sizeof(memory));
	memset(memory, 0, XEN_ALICE_CURSOR_LEN);
	arg->payload = 4;
	for (uint32_t i = 1; i < 4; i++) {
		long n = module_call(STEPS, 36, 64);

		expect(&tally, n == -XEN_ALICE_ERESTART, "step %u: %ld", i, n);
		expect(&tally, arg->at == i && filled(arg->rest, sizeof(arg->rest), 0),
		       "step %u: its cursor is at %u", i, arg->at);
		expect(&tally, arg->payload == 4 &&
		       filled(arg->behind, sizeof(arg->behind), 0xa5),
		       "step %u: more than the cursor was written", i);
	}
	tally_ok(&tally, "three steps: ERESTART, and only the cursor");
	is(module_call(STEPS, 36, 64), 36, "the fourth is the last");
	ok(arg->at == 4 && arg->payload == 4, "and answers behind the cursor");
	is((long long)(stats_call(STEPS).calls - calls), ARRAY_SIZE(lengths) + 4,
	   "each step is counted");
	is((long long)(stats_call(STEPS).errors - errors), ARRAY_SIZE(lengths) - 1,
	   "and is no error");

	memset(memory, 0, 64);
	memcpy(memory + sizeof(struct xen_alice_batch), &record, sizeof(record));
	is(module_call(XEN_ALICE_OP_BATCH, 56, 64), 8, "a batch of it");
	is((int8_t)memory[0], -EINVAL, "its reply is EINVAL");
}

void part_variant(void)
{
	stay_on(0);
	answer_test();
	steps_test();
	behind_test();
	take_test(GONE, "a domain that is gone");
	take_test(REUSED, "a domain whose number another has");
	take_test(LIVING, "a living domain");
	take_test(LIVING, "another one");
}
