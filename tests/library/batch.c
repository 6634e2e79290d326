// SPDX-License-Identifier: GPL-2.0-only
/* Many calls. */
#include <errno.h>
#include <stdint.h>

#include "parts.h"
#include "tap.h"

#define MANY 20

static const struct { const char *name; bool no_batch, late; unsigned int limit; } ways[] = {
	{ "in batches", false, false, 0 }, { "in batches that end early", false, false, 3 },
	{ "in batches that end late", false, true, 0 }, { "one by one", true, false, 0 },
};

/* The index of the call that fails, if one does. */
#define FAILING 11

static void many(const char *name, unsigned int flags, bool fails, int want)
{
	struct alice *a = alice_open_by(fake_ioctl, &device, -1, name, NULL);
	struct alice_call *calls[MANY];
	struct tally t = { 0 };
	int64_t sum;
	int n, i;

	for (i = 0; i < MANY; i++) {
		calls[i] = alice_call_new(a, "add", NULL);
		(void)alice_set_s64(calls[i], "a", fails && i == FAILING ? INT64_MAX : i, NULL);
		(void)alice_set_s64(calls[i], "b", fails && i == FAILING ? INT64_MAX : 2 * i,
				    NULL);
	}
	device.calls = 0;
	n = alice_call_many(a, calls, MANY, flags, NULL);
	expect(&t, n == want && (int)device.calls == want, "%d, %u ran", n, device.calls);
	for (i = 0; i < MANY; i++) {
		int ret = alice_result(calls[i], NULL);

		expect(&t, ret == (i >= want ? -EINPROGRESS :
				   fails && i == FAILING ? -EOVERFLOW : 8), "%d: %d", i, ret);
		expect(&t, ret < 0 || (!alice_get_s64(calls[i], "sum", &sum, NULL) &&
				       sum == 3 * i), "%d", i);
		alice_call_free(calls[i]);
	}
	tally_ok(&t, "%s%s%s", name, fails ? ", one fails" : "",
		 flags ? ", which ends it" : "");
	alice_close(a);
}

static void test_many(void)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		device = fake_recorded();
		device.no_batch = ways[i].no_batch;
		device.late = ways[i].late;
		device.limit = ways[i].limit;
		many(ways[i].name, 0, false, MANY);
		many(ways[i].name, 0, true, MANY);
		many(ways[i].name, ALICE_BATCH_STOP_ON_ERROR, true,
		     FAILING + 1 + ways[i].late);
	}
}

static void test_many_wrong(void)
{
	struct alice *a = opened(), *b = opened();
	struct alice_call *calls[3] = { filled(a, "add"), alice_call_new(a, "add", NULL) };
	struct alice_error e;

	device.calls = 0;
	ok(alice_call_many(a, calls, 2, 0, &e) == -EINVAL && !device.calls &&
	   said(&e, EINVAL, ALICE_CALLER, "a is missing"), "many, of which one is not complete");
	ok(alice_call_many(b, calls, 1, 0, &e) == -EINVAL && !device.calls &&
	   said(&e, EINVAL, ALICE_CALLER, "another handle"), "one of another handle");
	ok(alice_call_do(calls[0], NULL) == 8, "one that was made before");
	calls[2] = calls[0];
	ok(alice_call_many(a, calls + 1, 2, 0, NULL) == -EINVAL &&
	   alice_result(calls[0], NULL) == -EINPROGRESS, "it is not called if those before it are not");
	ok(alice_call_many(a, calls, 0, 0, NULL) == 0, "none at all");
	alice_call_free(calls[0]);
	alice_call_free(calls[1]);
	alice_close(b);
	alice_close(a);
}

/* As for a single call without memory; see test_refused(). */
static void test_no_memory(void)
{
	const char *const names[] = { "add" };
	struct alice *a = opened();
	struct alice_call *call = filled(a, "add");
	struct alice_error e;

	device.batch_error = device.restrict_error = -ENOMEM;
	ok(alice_call_many(a, &call, 1, 0, &e) == -ENOMEM &&
	   said(&e, ENOMEM, ALICE_SYSTEM, "the batch failed: "), "a batch without memory");
	ok(alice_restrict_to(a, names, 1, &e) == -ENOMEM &&
	   said(&e, ENOMEM, ALICE_SYSTEM, "cannot be restricted: "), "a restriction");
	device.info_error = -ENOMEM;
	ok(alice_refresh(a, &e) == -ENOMEM && said(&e, ENOMEM, ALICE_SYSTEM, "cannot query"),
	   "a table");
	device.batch_error = -EINVAL;
	device.info_error = 0;
	ok(alice_call_many(a, &call, 1, 0, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_DRIVER, "the batch failed: "), "what else a batch fails with");
	alice_call_free(call);
	alice_close(a);
}

void part_batch(void)
{
	test_many();
	test_many_wrong();
	test_no_memory();
}
