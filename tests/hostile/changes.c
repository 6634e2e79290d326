// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table changes while programs run: they see the current table at once, and no call
 * uses an earlier one.
 */
#include "parts.h"
#include "puppet.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

/* The test's own row. */
#define RED OWN
#define RED_CMD 65

static int fd;

static struct alice_info info(void)
{
	struct alice_info info = { 0 };

	if (do_ioctl(fd, ALICE_IOC_INFO, &info))
		errx(2, "ALICE_IOC_INFO");
	return info;
}

/* The row of an op, from DESCRIBE on this file, or NULL. */
static const struct alice_describe *row_now(int file, uint32_t cmd)
{
	table_read(file);
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == cmd)
			return &table[i];
	return NULL;
}

static int call(int file, uint32_t cmd, uint32_t in_len, uint64_t generation)
{
	static const uint8_t in[64];
	const struct alice_op op = {
		.cmd = cmd,
		.in_len = in_len,
		.in = ptr(in),
		.generation = generation,
	};

	return op_ioctl(file, &op);
}

/* The same as a batch of two; 1 if their results differ. */
static int call_batched(int file, uint32_t cmd, uint32_t in_len, uint64_t generation)
{
	static const uint8_t in[64];
	const struct alice_op op = {
		.cmd = cmd,
		.in_len = in_len,
		.in = ptr(in),
		.generation = generation,
	}, ops[2] = { op, op };
	int32_t results[2] = { 77, 77 };
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = 2,
		.op_size = sizeof(op),
	};
	int n = do_ioctl(file, ALICE_IOC_BATCH, &batch);

	if (n < 0)
		return n;
	return n == 2 && results[0] == results[1] ? results[0] : 1;
}

/* A call, and a batch of the same, return @want. */
static bool both(int file, uint32_t in_len, uint64_t generation, int want)
{
	int single = call(file, RED_CMD, in_len, generation);
	int batched = call_batched(file, RED_CMD, in_len, generation);

	if (single != want || batched != want)
		diag("single %d, batched %d, not %d", single, batched, want);
	return single == want && batched == want;
}

/* Replace the row, with other lengths and flags. */
static void tell_red(uint32_t in_len, uint32_t flags)
{
	puppet_row(RED, RED_CMD, "red");
	puppet.row[RED].desc.in_min = in_len;
	puppet.row[RED].desc.in_max = in_len;
	puppet.row[RED].desc.flags = flags;
	TELL_CHANGE(row[RED]);
}

static void tell_rows(uint32_t n)
{
	puppet.version.ops = n;
	TELL_CHANGE(version.ops);
}

/* How many rows except RED's have the generation @since. */
static unsigned int of_generation(uint64_t since)
{
	unsigned int n = 0;

	table_read(fd);
	for (unsigned int i = 0; i < rows; i++)
		n += table[i].since == since && table[i].desc.cmd != RED_CMD;
	return n;
}

static void seen_test(void)
{
	is((long long)info().generation, 1, "generation at first");
	is(of_generation(1), OWN, "and each row's");
	is(call(fd, RED_CMD, 0, 0), -EOPNOTSUPP, "an op that is not there");

	tell_red(8, 0);
	tell_rows(OWN + 1);
	is(call(fd, RED_CMD, 8, 0), 0, "a row is added: a call that missed before finds it");
	is(info().ops, OWN + 1, "a row is added: INFO");
	is((long long)info().generation, 2, "a row is added: generation");
	is((long long)row_now(fd, RED_CMD)->since, 2, "a row is added: its generation");
	is(of_generation(1), OWN, "a row is added: others keep theirs");

	tell_red(16, ALICE_OP_F_WRITE);
	is(call(fd, RED_CMD, 8, 0), -EINVAL, "it is replaced: the old lengths are wrong");
	is(call(fd, RED_CMD, 16, 0), 0, "it is replaced: the new ones are right");
	is((long long)row_now(fd, RED_CMD)->since, 3, "it is replaced: its generation");
	is(row_now(fd, RED_CMD)->desc.in_max, 16, "it is replaced: DESCRIBE");
	is(of_generation(1), OWN, "it is replaced: others keep theirs");

	tell_rows(OWN + 1);
	is(call(fd, RED_CMD, 16, 0), 0, "another generation of the same table: a call");
	is((long long)info().generation, 3, "another generation of the same table is none");

	puppet.version.max_len = XEN_ALICE_LEN_MOST;
	TELL_CHANGE(version.max_len);
	is(info().max_len, XEN_ALICE_LEN_MOST, "longer payloads: INFO");
	is((long long)info().generation, 4, "longer payloads: generation");
	is((long long)row_now(fd, RED_CMD)->since, 3, "longer payloads: rows keep theirs");

	tell_rows(OWN);
	is(call(fd, RED_CMD, 16, 0), -EOPNOTSUPP, "it is gone: a call");
	ok(!row_now(fd, RED_CMD), "it is gone: DESCRIBE");
	is((long long)info().generation, 5, "it is gone: generation");

	tell_rows(OWN + 1);
	is((long long)row_now(fd, RED_CMD)->since, 6, "it is back: a row like any other new one");
	is(ASK(outside), 0, "no call had the lengths of another table");
}

/* A call that the old row forbids may be allowed by the new one. */
static void refused_test(void)
{
	tell_red(24, 0);
	is(call(fd, RED_CMD, 24, 0), 0, "other lengths: a call that the old ones refuse");
	tell_red(32, 0);
	is(call_batched(fd, RED_CMD, 32, 0), 0, "and a batch");
	tell_red(32, ALICE_OP_F_KERNEL);
	is(call(fd, RED_CMD, 32, 0), -EPERM, "other flags: they refuse a call");
	tell_red(32, 0);
	is(call_batched(fd, RED_CMD, 32, 0), 0, "other flags: a batch that the old ones refuse");
	tell_red(16, ALICE_OP_F_WRITE);
}

/* A program names its row's generation; the op must not run if the row is newer. */
static void generation_test(void)
{
	uint64_t since = row_now(fd, RED_CMD)->since;

	ok(both(fd, 16, since, 0), "generation of the row: it is called");
	ok(both(fd, 16, since + 1, 0), "a newer one: it is called");
	ok(both(fd, 16, UINT64_MAX, 0), "the newest: it is called");
	puppet.probes = 0;
	TELL(probes);
	ok(both(fd, 16, since - 1, -ESTALE), "an older one: ESTALE");
	ok(both(fd, 99, since - 1, -ESTALE), "which comes before a wrong length");
	tell_red(16, 0);
	ok(both(fd, 16, since, -ESTALE), "the row is replaced: ESTALE");
	ok(both(fd, 16, since + 1, 0) && ASK(probes) == 3, "and not with the new one");
	is(info().generation - since, 1, "which INFO tells, too");
}

static void restrict_test(void)
{
	const uint32_t cmds[] = { HOSTILE_PROBE, RED_CMD };
	int before = device_open(O_RDWR), after = device_open(O_RDWR);

	tell_rows(OWN);
	is(restrict_to(before, cmds, 2), 0, "a file is restricted to an op that is not there");
	tell_rows(OWN + 1);
	is(restrict_to(after, cmds, 2), 0, "another when it is");
	ok(both(before, 16, 0, -EACCES), "a later op is not in a restriction");
	is(row_now(before, RED_CMD)->access, -EACCES, "and DESCRIBE says so");
	ok(both(after, 16, 0, 0), "one that was there is");
	is(row_now(after, RED_CMD)->access, 0, "and DESCRIBE says so");
	tell_rows(OWN + 1);
	ok(both(after, 16, 0, 0), "another generation of the same table takes nothing away");
	tell_red(16, ALICE_OP_F_WRITE);
	ok(both(after, 16, 0, -EACCES), "a replaced op is not in a restriction");
	is(call(after, HOSTILE_PROBE, 0, 0), 0, "the others are");
	is(restrict_to(before, cmds, 2), 0, "to restrict it again");
	ok(both(before, 16, 0, -EACCES), "gives nothing back");
	ok(both(fd, 16, 0, 0), "a file without a restriction has it all");
	close(before);
	close(after);
}

/* A table that changes at every call: the call ends soon, whether it succeeds or not. */
static void restless_test(void)
{
	static const struct {
		const char *name;
		uint32_t at, left;
		int single, batched;
	} cases[] = {
		{ "ten changes at calls", HOSTILE_AT_PROBE, 10, 0, 0 },
		{ "changes at every call", HOSTILE_AT_PROBE, UINT32_MAX, -ESTALE, 0 },
		{ "ten changes at batches", HOSTILE_AT_BATCH, 10, 0, 0 },
		{ "changes at every batch", HOSTILE_AT_BATCH, UINT32_MAX, 0, -ESTALE },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		puppet.versions = 0;
		puppet.raise_at = cases[i].at;
		puppet.raise_left = cases[i].left;
		TELL(versions);
		TELL(raise_at);
		TELL(raise_left);
		is(call(fd, HOSTILE_PROBE, 0, 0), cases[i].single, "%s: a call", cases[i].name);
		is(call_batched(fd, HOSTILE_PROBE, 0, 0), cases[i].batched, "%s: a batch",
		   cases[i].name);
		ok(ASK(versions) >= 10 && puppet.versions <= 20, "%s: the table is read %u times",
		   cases[i].name, puppet.versions);
	}

	puppet.raise_at = HOSTILE_AT_VERSION;
	TELL_CHANGE(raise_at);
	said_begin();
	is(call(fd, HOSTILE_PROBE, 0, 0), -ESTALE, "a table that cannot be read: a call");
	said_end();
	ok(said_ok(1, "could not be read (error 11)"), "a table that cannot be read: a line");
	is(info().ops, OWN + 1, "a table that cannot be read: the old one is there");
	puppet.raise_at = 0;
	TELL(raise_at);
	is(call(fd, HOSTILE_PROBE, 0, 0), 0, "it can be read again: a call");
}

/* A transient failure: no memory; or no answer at all. */
static void transient_test(void)
{
	uint64_t generation = info().generation;

	puppet.version_result = -ENOMEM;
	TELL_CHANGE(version_result);
	said_begin();
	is(call(fd, HOSTILE_PROBE, 0, 0), -ENOMEM, "no memory for version: a call");
	said_end();
	ok(said_ok(1, "could not be read (error 12)"), "no memory for version: a line");
	is(info().ops, OWN + 1, "no memory for version: the old table");
	puppet.version_result = sizeof(puppet.version);
	TELL(version_result);
	is(call(fd, HOSTILE_PROBE, 0, 0), 0, "memory again: a call");

	puppet.row[0].result = -ENOMEM;
	TELL_CHANGE(row[0].result);
	is(call(fd, HOSTILE_PROBE, 0, 0), -ENOMEM, "no memory for a row: a call");
	is(info().ops, OWN + 1, "no memory for a row: the old table");
	puppet.row[0].result = sizeof(puppet.row[0].desc);
	TELL(row[0].result);
	is(call(fd, HOSTILE_PROBE, 0, 0), 0, "memory again: a call");
	is(info().ops, OWN + 1, "memory again: all rows are there");

	puppet.version.magic++;
	TELL_CHANGE(version.magic);
	said_begin();
	is(call(fd, HOSTILE_PROBE, 0, 0), -EOPNOTSUPP, "another hypercall: a call");
	said_end();
	ok(said_lines && strstr(said[0], "not as alice_op does"), "another hypercall: a line");
	is(info().ops, 0, "another hypercall: there is no table");
	is((long long)info().generation, 0, "another hypercall: and no generation");
	puppet.version.magic--;
	TELL(version.magic);
	is(call(fd, HOSTILE_PROBE, 0, 0), 0, "alice_op again: a call");
	is(info().generation - generation, 0, "the table is as it was");
}

#define CALLERS 8

static pthread_barrier_t barrier;
static volatile bool enough;

static void *meet(void *arg)
{
	int *result = arg;

	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	*result = call(fd, HOSTILE_PROBE, 0, 0);
	return NULL;
}

/* Many callers meet a new table at once: it is read once. */
static void crowd_test(void)
{
	struct tally tally = { 0 };

	for (unsigned int round = 0; round < 20; round++) {
		pthread_t threads[CALLERS];
		int results[CALLERS];

		pthread_barrier_init(&barrier, NULL, CALLERS + 1);
		for (unsigned int i = 0; i < CALLERS; i++)
			if (pthread_create(&threads[i], NULL, meet, &results[i]))
				errx(2, "pthread_create");
		pthread_barrier_wait(&barrier);
		puppet.describes = 0;
		puppet.versions = 0;
		TELL(describes);
		TELL(versions);
		tell_rows(OWN + 1);
		pthread_barrier_wait(&barrier);
		for (unsigned int i = 0; i < CALLERS; i++) {
			pthread_join(threads[i], NULL);
			expect(&tally, !results[i], "caller %u: %d", i, results[i]);
		}
		expect(&tally, ASK(describes) == OWN + 1, "%u rows were read",
		       puppet.describes);
		expect(&tally, ASK(versions) >= 1 && puppet.versions <= CALLERS,
		       "version was called %u times", puppet.versions);
		pthread_barrier_destroy(&barrier);
	}
	tally_ok(&tally, "eight callers meet a new table: it is read once");
}

/* Call with 8 bytes and with 16: one of them is valid in the driver's table. */
static void *press(void *arg)
{
	bool batch = arg;

	for (unsigned int i = 0; !enough; i++) {
		uint32_t len = i % 2 ? 8 : 16;
		int ret = batch ? call_batched(fd, RED_CMD, len, 0) :
				  call(fd, RED_CMD, len, 0);

		if (ret < 0 && ret != -EINVAL && ret != -ESTALE)
			errx(2, "a call amid changes: %d", ret);
	}
	return NULL;
}

static void race_test(void)
{
	pthread_t threads[2];

	puppet.outside = 0;
	puppet.probes = 0;
	TELL(outside);
	TELL(probes);
	for (uintptr_t i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, press, (void *)i))
			errx(2, "pthread_create");
	for (unsigned int i = 0; i < 300; i++) {
		tell_red(i % 2 ? 8 : 16, 0);
		usleep(2000);
	}
	enough = true;
	for (unsigned int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	ok(ASK(probes) > 0, "the row is replaced 300 times: %u calls went out", puppet.probes);
	is(ASK(outside), 0, "and none by an old row");
}

void part_changes(void)
{
	puppet_reset();
	if (!is(module_load(), 0, "loading"))
		return;
	fd = device_open(O_RDWR);
	seen_test();
	refused_test();
	generation_test();
	restrict_test();
	restless_test();
	transient_test();
	crowd_test();
	race_test();
	close(fd);
	module_unload();
}
