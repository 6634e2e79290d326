// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that is moved from Xen to Xen while its programs have the device open: which op
 * table they see, what their open files can do, and what a program sees that calls all the
 * time.
 *
 * Op add, from docs/adding-an-op.md, is in some of the tables, and a Xen without
 * alice_op has no table. GENERATION and TABLE in the environment say what to expect.
 * The inherited files were opened before the first move.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADD 64
#define OWN_OPS 13

/* Descriptors of files that are unrestricted; restricted to echo; to echo and add. */
enum { ALL = 3, ECHO, ECHO_ADD };

/* Tells the program that calls all the time to stop. */
#define STOP "/stop"

static const char *word(const char *name)
{
	const char *value = getenv(name);

	if (!value)
		errx(2, "%s is not in the environment", name);
	return value;
}

static struct alice_info info_of(int fd)
{
	struct alice_info info = { 0 };

	if (do_ioctl(fd, ALICE_IOC_INFO, &info))
		errx(2, "ALICE_IOC_INFO does not work");
	return info;
}

static int echo_by(int fd, uint64_t generation)
{
	char in[8] = "rabbits", out[8];
	const struct alice_op op = {
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = sizeof(in),
		.out_len = sizeof(out),
		.in = ptr(in),
		.out = ptr(out),
		.generation = generation,
	};
	int n = op_ioctl(fd, &op);

	if (n < 0)
		return n;
	return n == sizeof(out) && !strcmp(out, in) ? 0 : -EIO;
}

/* Call add(2, 2).  Returns 0, or -errno; -EIO for a wrong sum. */
static int add_by(int fd, uint64_t generation)
{
	const int64_t two[2] = { 2, 2 };
	int64_t sum = 0;
	const struct alice_op op = {
		.cmd = ADD,
		.in_len = sizeof(two),
		.out_len = sizeof(sum),
		.in = ptr(two),
		.out = ptr(&sum),
		.generation = generation,
	};
	int n = op_ioctl(fd, &op);

	if (n < 0)
		return n;
	return n == sizeof(sum) && sum == 4 ? 0 : -EIO;
}

static int echo(int fd)
{
	return echo_by(fd, 0);
}

static int add(int fd)
{
	return add_by(fd, 0);
}

/* The row of a cmd from DESCRIBE, or NULL. */
static const struct alice_describe *described(int fd, uint32_t cmd)
{
	if (!table_read(fd))
		errx(2, "ALICE_IOC_DESCRIBE does not work");
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == cmd)
			return &table[i];
	return NULL;
}

/* The access of add on this file; 1 if there is no row. */
static int add_access(int fd)
{
	const struct alice_describe *row = described(fd, ADD);

	return row ? row->access : 1;
}

/* The current table: none, the project's own ops, or these and add. */
enum state { NONE, OWN, MORE };

static enum state state(void)
{
	static const char *const names[] = { "none", "own", "more" };

	for (enum state s = NONE; s <= MORE; s++)
		if (!strcmp(word("TABLE"), names[s]))
			return s;
	errx(2, "TABLE is none, own or more");
}

static unsigned int ops_of(enum state state)
{
	return state == NONE ? 0 : OWN_OPS + (state == MORE);
}

/* A file on which add returns @want if the table has it. */
static void file_test(int fd, enum state state, int want, const char *name)
{
	int echoes = state == NONE ? -EOPNOTSUPP : 0;
	bool there = state == MORE;
	const struct alice_op ops[] = {
		{ .cmd = XEN_ALICE_OP_ECHO }, { .cmd = ADD }, { .cmd = XEN_ALICE_OP_ECHO },
	};
	int32_t results[3] = { 77, 77, 77 };
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = ARRAY_SIZE(ops),
		.op_size = sizeof(*ops),
	};

	is(!!(info_of(fd).flags & ALICE_INFO_RESTRICTED), fd != ALL,
	   "%s: INFO: restricted or not, as before", name);
	is(echo(fd), echoes, "%s: what echo answers", name);
	is(add_access(fd), there ? want : 1, "%s: what DESCRIBE says of add", name);
	is(add(fd), there ? want : -EOPNOTSUPP, "%s: what add answers", name);
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), 3, "%s: a batch", name);
	/* Without input, add is refused with EINVAL if nothing else is wrong. */
	ok(results[0] == echoes && results[2] == echoes &&
	   results[1] == (!there ? -EOPNOTSUPP : want ? want : -EINVAL),
	   "%s: its results: %d %d %d", name, results[0], results[1], results[2]);
}

/* CONTROL ops are for the control domain only, which DESCRIBE does not know. */
static void control_test(void)
{
	static uint8_t in[XEN_ALICE_BATCH_LEN], out[XEN_ALICE_BATCH_LEN];
	struct tally control = { 0 }, rest = { 0 };

	table_read(ALL);
	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *d = &table[i].desc;
		int n = op_call(ALL, d->cmd, in, d->in_min, out, d->out_max);

		if (d->flags & ALICE_OP_F_CONTROL)
			expect(&control, n == -EPERM && !table[i].access,
			       "%s: %d, foreseen %d", d->name, n,
			       table[i].access);
		else if (d->flags & ALICE_OP_F_EVENT)
			expect(&rest, n == -EOPNOTSUPP, "%s: %d", d->name, n);
		else
			expect(&rest, table[i].access ? n == table[i].access :
			       n >= 0, "%s: %d, foreseen %d", d->name, n,
			       table[i].access);
	}
	tally_ok(&control, "CONTROL ops: EPERM, by the hypervisor");
	tally_ok(&rest, "the other ops, as DESCRIBE says");
}

/* The only newer row: a program that names an older generation gets ESTALE. */
static void stale_test(void)
{
	const struct alice_describe *row = described(ALL, ADD);
	uint64_t since = row ? row->since : 0;

	is((long long)since, 2, "add: since the second generation");
	is(add_by(ALL, since - 1), -ESTALE, "add, by a program that knows an older table");
	is(add_by(ALL, since), 0, "by one that knows this one");
	is(add_by(ALL, UINT64_MAX), 0, "and by one that knows any");
	is(add_by(ECHO, since - 1), -ESTALE, "ESTALE comes before EACCES");
	is(add_by(ECHO, since), -EACCES, "which comes then");
	is(echo_by(ALL, since - 1), 0, "echo is as it was");
}

/* Every row except add's is as it was when the module was loaded. */
static void since_test(void)
{
	struct tally tally = { 0 };

	table_read(ALL);
	for (unsigned int i = 0; i < rows; i++)
		expect(&tally, table[i].desc.cmd == ADD || table[i].since == 1,
		       "%s: since %llu", table[i].desc.name,
		       (unsigned long long)table[i].since);
	tally_ok(&tally, "rows that are the same keep their generation");
}

/* Part for after a move, or before the first. */
void part_moved(void)
{
	struct alice_info info = info_of(ALL);

	is((long long)info.generation, atoll(word("GENERATION")), "generation");
	is(info.ops, ops_of(state()), "INFO: how many ops there are");
	file_test(ALL, state(), 0, "a file opened before");
	file_test(ECHO, state(), -EACCES, "one that may echo");
	/* Add's number was named when the table had no add. */
	file_test(ECHO_ADD, state(), -EACCES, "one that may echo, and was to add");
	if (state() == MORE)
		stale_test();
	if (state() != NONE) {
		since_test();
		control_test();
	}
}

/* Restrict the inherited files, on a Xen that does not have add. */
void part_narrow(void)
{
	const uint32_t cmds[] = { XEN_ALICE_OP_ECHO, ADD };

	is(restrict_to(ECHO, cmds, 1), 0, "a file is restricted to echo");
	is(restrict_to(ECHO_ADD, cmds, 2), 0,
	   "another to echo, and to a cmd that the table does not have yet");
}

/*
 * How many times the kernel has begun or ended a suspend for a move: the sum is odd during
 * one.
 */
static unsigned int stops(void)
{
	static unsigned int count;
	static int log = -1;
	char line[2000];
	ssize_t n;

	if (log < 0)
		log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (log < 0)
		err(2, "/dev/kmsg");
	/* EPIPE: lines were lost. */
	while ((n = read(log, line, sizeof(line) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			errx(2, "lines of /dev/kmsg were lost");
		line[n] = '\0';
			/* Newer kernels also log that they "completed" it. */
		count += strstr(line, ";Restarting tasks") ||
			 (strstr(line, ";Freezing user space") &&
			  !strstr(line, "completed"));
	}
	return count;
}

/* Call an op alone, or as the first or the second of a batch. */
static int call(unsigned int how)
{
	const int64_t two[2] = { 2, 2 };
	int64_t sums[2];
	struct alice_op ops[3] = { { .cmd = XEN_ALICE_OP_ECHO } };
	int32_t results[3];
	struct alice_batch batch = {
		.ops = ptr(ops + (how == 1)),
		.results = ptr(results),
		.count = 2,
		.op_size = sizeof(*ops),
	};

	if (how == 0)
		return add(ALL);
	for (unsigned int i = 1; i < 3; i++)
		ops[i] = (struct alice_op){
			.cmd = ADD,
			.in_len = sizeof(two),
			.out_len = sizeof(*sums),
			.in = ptr(two),
			.out = ptr(&sums[i - 1]),
		};
	if (do_ioctl(ALL, ALICE_IOC_BATCH, &batch) != 2)
		return -EIO;
	return results[1] < 0 ? results[1] :
	       results[1] == sizeof(*sums) && sums[how == 1] == 4 ? 0 : -EIO;
}

/*
 * Call until told to stop.  Almost every move falls into the sleep, so that the next call
 * is the first with the new table; and unless the guest was moved between the call and
 * INFO, the result has to match that table.
 */
void part_busy(void)
{
	struct tally right = { 0 };
	unsigned int seen = stops(), first = seen, moves = 0, calls = 0;
	uint64_t generation = 1;

	while (access(STOP, F_OK)) {
		unsigned int before = stops();
		int echoed = calls % 4 == 3 ? echo(ALL) : 0;
		int added = calls % 4 == 3 ? 0 : call(calls % 4);
		struct alice_info info = info_of(ALL);

		calls++;
		if (before == stops() && before % 2 == first % 2) {
			if (calls % 4)
				expect(&right, added == (info.ops > OWN_OPS ? 0 :
							 -EOPNOTSUPP),
				       "%u ops: add %d", info.ops, added);
			else
				expect(&right, echoed == (info.ops ? 0 : -EOPNOTSUPP),
				       "%u ops: echo %d", info.ops, echoed);
		}
		expect(&right, !info.generation || info.generation >= generation,
		       "generation %llu after %llu",
		       (unsigned long long)info.generation,
		       (unsigned long long)generation);
		generation = info.generation > generation ? info.generation : generation;
		if (before > seen + 1) {
			moves += (before - seen) / 2;
			seen += (before - seen) / 2 * 2;
		}
		usleep(5000);
	}
	tally_ok(&right, "every call of %u is right, from the first of a table on", calls);
	is(moves, atoll(word("MOVES")), "it saw every move");
}
