// SPDX-License-Identifier: GPL-2.0-only
/* The op table and its changes, and restricted devices. */
#include <errno.h>
#include <string.h>

#include "parts.h"
#include "tap.h"

static int run_same(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	if (in_len > out_len)
		return -EINVAL;
	memcpy(out, in, in_len);
	return (int)in_len;
}

static const struct fake_op changed[] = {
	{ { .cmd = 64, .name = "add", .in_min = 8, .in_max = 8, .out_max = 8,
	    .in_fmt = "a:s64", .out_fmt = "sum:s64" }, 0, run_same },
};

static void test_table(struct alice *a)
{
	const struct alice_describe *row;
	struct alice_call *c;
	struct alice_error e;
	unsigned int count = 0;

	ok(alice_refresh(a, NULL) == 1 && alice_refresh(a, NULL) == 0,
	   "the table is read once");
	while (alice_row(a, count))
		count++;
	is(count, device.count, "all of its rows");
	row = alice_find(a, "0x40", NULL);
	ok(row && !strcmp(row->desc.name, "add"), "an op by its number");
	row = alice_find(a, "66", NULL);
	ok(row && row->desc.cmd == 68, "a name that looks like a number goes first");

	/* All rows are newer, but unchanged. */
	c = filled(a, "add");
	device.generation = device.since = 2;
	device.calls = 0;
	ok(alice_call_do(c, NULL) == 8 && device.calls == 1,
	   "a call of an op that only moved is made");
	/* Another op has its name and number. */
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = device.since = 3;
	ok(alice_call_do(c, &e) == -ESTALE && said(&e, ESTALE, ALICE_DRIVER, "another op"),
	   "one of an op that was replaced is not");
	alice_call_free(c);
	ok(!alice_call_new(a, "echo", &e) && said(&e, ENOENT, ALICE_CALLER, "no op 'echo'") &&
	   alice_find(a, "add", NULL)->desc.in_max == 8, "and then the table is the new one");
	device = fake_recorded();
	device.generation = device.since = 4;
	c = alice_run(a, NULL, "echo", "x", NULL);
	ok(c, "an op that came since is found");
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = device.since = 5;
	alice_call_free(c);
	c = alice_run(a, NULL, "add", "a=1", NULL);
	ok(c, "words that fit the op as it is now are taken");
	alice_call_free(c);
	device = fake_recorded();
	device.generation = device.since = 6;
	c = alice_run(a, NULL, "echo", "x", NULL);
	/* The op is gone, and the table was not read again. */
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = device.since = 7;
	ok(alice_call_do(c, &e) == -EOPNOTSUPP &&
	   said(&e, EOPNOTSUPP, ALICE_XEN, "no longer has it") && !alice_row(a, 1),
	   "a call of an op that is gone has the table read again");
	alice_call_free(c);
}

/* A call that is created after a batch met another table uses that table. */
static void test_outdated(void)
{
	struct alice *a = opened();
	struct alice_call *calls[2] = { filled(a, "add"), filled(a, "whoami") };

	device.generation = device.since = 2;
	ok(alice_call_many(a, calls, 2, 0, NULL) == 2 &&
	   alice_result(calls[0], NULL) == -ESTALE && alice_result(calls[1], NULL) == -ESTALE,
	   "a batch of ops that moved calls none of them");
	ok(alice_row(a, 0)->since == 2, "and has the table read again");
	alice_call_free(calls[0]);
	calls[0] = filled(a, "add");
	ok(alice_call_many(a, calls, 1, 0, NULL) == 1 && alice_result(calls[0], NULL) == 8,
	   "so that they can be begun anew");
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = 3;
	ok(alice_call_many(a, calls + 1, 1, 0, NULL) == 1 &&
	   alice_result(calls[1], NULL) == -EOPNOTSUPP && !alice_row(a, 1),
	   "also where one of them is gone");
	alice_call_free(calls[0]);
	alice_call_free(calls[1]);
	alice_close(a);
}

static void never_still(struct fake *f)
{
	f->generation++;
}

static void test_restrict(void)
{
	const char *const names[] = { "echo", "0x40" }, *const nosuch[] = { "nosuch" };
	struct alice *a = opened();
	struct alice_error e;

	ok(alice_refresh(a, NULL) == 1 && !alice_find(a, "add", NULL)->access &&
	   alice_restrict_to(a, names, 1, NULL) == 0, "a device is restricted");
	ok(!alice_find(a, "echo", NULL)->access &&
	   alice_find(a, "add", NULL)->access == -EACCES, "and its rows say so");
	ok(alice_restrict_to(a, names, 2, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_DRIVER, "the device cannot be restricted: "),
	   "one that cannot be");
	ok(alice_restrict_to(a, nosuch, 1, &e) == -ENOENT &&
	   said(&e, ENOENT, ALICE_CALLER, "no op 'nosuch'"), "nor to what there is not");
	device.info_error = -ENODEV;
	ok(alice_restrict_to(a, nosuch, 1, &e) == -ENODEV && e.code == ENODEV &&
	   alice_restrict_to(a, nosuch, 1, NULL) == -ENODEV, "or where that cannot be known");
	alice_close(a);
}

/* By number, if it is certain which op that is. */
static void test_restrict_changed(void)
{
	static const struct fake_op other[] = { { { .cmd = 64, .name = "other" }, 0, NULL } };
	const char *const names[] = { "add" };
	struct alice *a = opened();
	struct alice_error e;

	ok(alice_find(a, "add", NULL)->desc.cmd == 64, "an op is in the table");
	device.ops = other;
	device.count = COUNT(other);
	device.generation++;
	ok(alice_restrict_to(a, names, 1, &e) == -ENOENT && !device.restricted,
	   "none is restricted to the op that took its number");
	device = fake_recorded();
	device.on_restrict = never_still;
	ok(alice_restrict_to(a, names, 1, &e) == -EAGAIN && device.restricted &&
	   said(&e, EAGAIN, ALICE_XEN, "possibly to other ops"),
	   "nor is it hidden that another one may have");
	alice_close(a);
}

static void test_moving(void)
{
	struct alice *a = opened();
	struct alice_error e;

	device.on_describe = never_still;
	ok(alice_refresh(a, &e) == -EAGAIN && said(&e, EAGAIN, ALICE_XEN, "changed every time"),
	   "a table that never stands still");
	device.on_describe = NULL;
	ok(alice_refresh(a, NULL) == 1, "and one that does again");
	device.info_error = -ENODEV;
	ok(alice_refresh(a, &e) == -ENODEV &&
	   said(&e, ENODEV, ALICE_DRIVER, "no longer reaches a hypervisor") && alice_row(a, 0),
	   "a device that fails leaves the table that was read");
	device.info_error = 0;
	device.generation = 0;
	ok(alice_refresh(a, &e) == -ENXIO, "a device without a table");
	alice_close(a);
}

void part_table(void)
{
	struct alice *a = opened();

	test_table(a);
	alice_close(a);
	test_moving();
	test_outdated();
	test_restrict();
	test_restrict_changed();
}
