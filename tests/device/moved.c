// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that is moved from Xen to Xen, while its programs have the device open:
 * what they see of the op table in force, what their open files can do, and what
 * a program gets that calls all the time.
 *
 * Op add, of docs/adding-an-op.md, is in some of the tables, and on a Xen without
 * alice_op there is no table. GENERATION and TABLE in the environment say what is to
 * be seen. Files are inherited that the guest opened before the first move.
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
#define OWN_OPS 9

/* Descriptors of files that may do everything; echo alone; echo and add. */
enum { ALL = 3, ECHO, ECHO_ADD };

/* Tells a program that calls all the time that it is enough. */
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

static int echo(int fd)
{
	char out[8];
	int n = op_call(fd, ALICE_OP_ECHO, "rabbits", 8, out, sizeof(out));

	if (n < 0)
		return n;
	return n == sizeof(out) && !strcmp(out, "rabbits") ? 0 : -EIO;
}

/* Two and two.  Returns 0, or -errno; -EIO for a wrong sum. */
static int add(int fd)
{
	const int64_t two[2] = { 2, 2 };
	int64_t sum = 0;
	int n = op_call(fd, ADD, two, sizeof(two), &sum, sizeof(sum));

	if (n < 0)
		return n;
	return n == sizeof(sum) && sum == 4 ? 0 : -EIO;
}

/* What DESCRIBE says of add on this file; 1 where it has no row. */
static int add_access(int fd)
{
	if (!table_read(fd))
		errx(2, "ALICE_IOC_DESCRIBE does not work");
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == ADD)
			return table[i].access;
	return 1;
}

/* What is in force: no table, the project's own ops, these and add. */
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

/* A file on which add answers @want where the table has it. */
static void file_test(int fd, enum state state, int want, const char *name)
{
	int echoes = state == NONE ? -EOPNOTSUPP : 0;
	bool there = state == MORE;
	const struct alice_op ops[] = {
		{ .cmd = ALICE_OP_ECHO }, { .cmd = ADD }, { .cmd = ALICE_OP_ECHO },
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
	/* Without its input, add is refused for that where nothing else is wrong. */
	ok(results[0] == echoes && results[2] == echoes &&
	   results[1] == (!there ? -EOPNOTSUPP : want ? want : -EINVAL),
	   "%s: its results: %d %d %d", name, results[0], results[1], results[2]);
}

/* CONTROL ops are the control domain's, and DESCRIBE knows. */
static void control_test(void)
{
	static uint8_t in[ALICE_MAX_LEN], out[ALICE_MAX_LEN];
	struct tally control = { 0 }, rest = { 0 };

	table_read(ALL);
	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *d = &table[i].desc;
		int n = op_call(ALL, d->cmd, in, d->in_min, out, d->out_max);

		if (d->flags & ALICE_OP_F_CONTROL)
			expect(&control, n == -EPERM && table[i].access == n,
			       "%s: %d, foreseen %d", d->name, n,
			       table[i].access);
		else
			expect(&rest, table[i].access ? n == table[i].access :
			       n >= 0, "%s: %d, foreseen %d", d->name, n,
			       table[i].access);
	}
	tally_ok(&control, "CONTROL ops: EPERM, as DESCRIBE says");
	tally_ok(&rest, "the other ops, as DESCRIBE says");
}

/* After a move, and before the first. */
void part_moved(void)
{
	struct alice_info info = info_of(ALL);

	is((long long)info.generation, atoll(word("GENERATION")), "generation");
	is(info.ops, ops_of(state()), "INFO: how many ops there are");
	file_test(ALL, state(), 0, "a file opened before");
	file_test(ECHO, state(), -EACCES, "one that may echo");
	file_test(ECHO_ADD, state(), 0, "one that may echo, and add where it is");
	if (state() != NONE)
		control_test();
}

/* Restrict the inherited files, on a Xen that does not have add. */
void part_narrow(void)
{
	const uint32_t cmds[] = { ALICE_OP_ECHO, ADD };

	is(restrict_to(ECHO, cmds, 1), 0, "a file is restricted to echo");
	is(restrict_to(ECHO_ADD, cmds, 2), 0,
	   "another to echo, and to a cmd that the table does not have yet");
}

/* Is it what an op answers with this table, if that has it, or a signal's doing? */
static bool answer_ok(int answer, bool there)
{
	return answer == -EINTR || answer == (there ? 0 : -EOPNOTSUPP);
}

/*
 * Call until it is enough.  Moves show as another generation; a call that began and
 * ended with the same one is what that one's table makes it.
 */
void part_busy(void)
{
	struct tally right = { 0 };
	unsigned int cut = 0, moves = 0, calls = 0;
	uint64_t generation = info_of(ALL).generation;

	while (access(STOP, F_OK)) {
		struct alice_info before = info_of(ALL), after;
		int echoed = echo(ALL), added = add(ALL);

		after = info_of(ALL);
		calls += 2;
		cut += (echoed == -EINTR) + (added == -EINTR);
		moves += after.generation != generation;
		generation = after.generation;
		if (before.generation == generation)
			expect(&right, answer_ok(echoed, before.ops) &&
			       answer_ok(added, before.ops > OWN_OPS),
			       "%u ops: echo %d, add %d", before.ops, echoed, added);
		usleep(5000);
	}
	tally_ok(&right, "every call of %u is right; a signal cut %u", calls, cut);
	is(moves, atoll(word("MOVES")), "it saw every move");
}
