// SPDX-License-Identifier: GPL-2.0-only
/* A LONG op of a faulty hypervisor, or with a changing table. */
#include "parts.h"
#include "puppet.h"
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define CURSOR XEN_ALICE_CURSOR_LEN
#define ROOM 8
#define ENDLESS INT64_MAX
#define LONGEST (XEN_ALICE_LEN_DEFAULT - CURSOR)

/* The number of steps, the result of the last one, and changes of the table. */
static const struct {
	const char *name;
	int64_t steps, result;
	int answer;
	const char *says;
	uint32_t at, changes;
} cases[] = {
	{ "an empty answer", 0, CURSOR, 0, NULL, 0, 0 },
	{ "an empty answer after 1000 steps", 1000, CURSOR, 0, NULL, 0, 0 },
	{ "an answer", 3, CURSOR + ROOM, ROOM, NULL, 0, 0 },
	{ "an answer without a cursor", 0, 0, -EIO, "answered 0", 0, 0 },
	{ "one with a part of it", 3, CURSOR - 1, -EIO, "answered 31", 0, 0 },
	{ "one byte too many", 3, CURSOR + ROOM + 1, -EIO, "answered 41", 0, 0 },
	{ "an errno after three steps", 3, -ENOENT, -ENOENT, NULL, 0, 0 },
	{ "errno 512", 3, -512, -EIO, "answered -512", 0, 0 },
	{ "ESTALE and the same table", 3, -XEN_ALICE_ESTALE, -EIO, NULL, 0, 0 },
	{ "ten changes before the first step", 3, CURSOR, 0, NULL, HOSTILE_AT_PROBE, 10 },
	{ "a change before every call", 3, CURSOR, -ESTALE, NULL, HOSTILE_AT_PROBE, UINT32_MAX },
	{ "a change behind each of 50 steps", 50, CURSOR, 0, NULL, HOSTILE_AT_STEP, UINT32_MAX },
	{ "no end", ENDLESS, CURSOR, -EINTR, NULL, 0, 0 },
};

/* The row after the first step, and the result of the second one. */
static const struct {
	const char *name;
	uint32_t cmd, flags, in_max;
	int answer;
} rows_then[] = {
	{ "the same", HOSTILE_PROBE, XEN_ALICE_OP_F_LONG, LONGEST, 0 },
	{ "other lengths", HOSTILE_PROBE, XEN_ALICE_OP_F_LONG, LONGEST - 1, -ESTALE },
	{ "without LONG", HOSTILE_PROBE, 0, LONGEST, -ESTALE },
	{ "the kernel's own", HOSTILE_PROBE, XEN_ALICE_OP_F_KERNEL, LONGEST, -EPERM },
	{ "too short for the input", HOSTILE_PROBE, XEN_ALICE_OP_F_LONG, ROOM - 1, -EINVAL },
	{ "another op's", HOSTILE_PROBE + 1, XEN_ALICE_OP_F_LONG, LONGEST, -EOPNOTSUPP },
};

static void on_alarm(int number)
{
	(void)number;
}

static int call(int fd, uint8_t *out)
{
	static const uint8_t in[ROOM] = "abcdefg";

	return op_call(fd, HOSTILE_PROBE, in, sizeof(in), out, ROOM);
}

/* Add a LONG op to the table.  Returns its row. */
static struct xen_alice_op_desc *puppet_long(void)
{
	struct xen_alice_op_desc *row;
	uint32_t at = 0;

	puppet_reset();
	while (puppet.row[at].desc.cmd != HOSTILE_PROBE)
		at++;
	row = &puppet.row[at].desc;
	row->flags = XEN_ALICE_OP_F_LONG;
	row->in_max = row->out_max = LONGEST;
	puppet_write(row, sizeof(*row), true);
	return row;
}

/* Set the number of steps, the last result, and when the table changes. */
static void tell_steps(int64_t steps, int64_t result, uint32_t at, uint32_t changes)
{
	puppet.probe_steps = steps;
	puppet.probe_result = result;
	puppet.raise_at = at;
	puppet.raise_left = changes;
	TELL(probe_steps);
	TELL(probe_result);
	TELL(raise_at);
	TELL(raise_left);
}

static void answers_test(int fd)
{
	/* Repeatedly, as the first one can come before the call. */
	const struct itimerval soon = { { 0, 200000 }, { 0, 200000 } }, never = { 0 };
	struct xen_alice_op_desc *row = puppet_long();

	ok(table_read(fd) && row_of(HOSTILE_PROBE)->in_max == row->in_max,
	   "an op of many steps can have the longest payload but a cursor");
	signal(SIGALRM, on_alarm);
	for (unsigned int c = 0; c < ARRAY_SIZE(cases); c++) {
		const uint64_t calls = driver_count("counters/calls");
		const int answer = cases[c].answer;
		uint8_t out[ROOM + 1];

		tell_steps(cases[c].steps, cases[c].result, cases[c].at, cases[c].changes);
		memset(out, 0xa5, sizeof(out));
		said_begin();
		setitimer(ITIMER_REAL, cases[c].steps == ENDLESS ? &soon : &never, NULL);
		is(call(fd, out), answer, "%s: %d", cases[c].name, answer);
		setitimer(ITIMER_REAL, &never, NULL);
		said_end();
		ok(cases[c].says ? said_ok(1, cases[c].says) : !said_lines,
		   "%s: %s", cases[c].name, cases[c].says ? "a line says so" : "no line");
	/* The op writes nothing: the output is the input. */
		ok(answer == ROOM ? !memcmp(out, "abcdefg", ROOM) : filled(out, sizeof(out), 0xa5),
		   "%s: what came out", cases[c].name);
		is((long long)(driver_count("counters/calls") - calls), 1, "%s: counted once",
		   cases[c].name);
	}
	is(ASK(outside), 0, "no call had other lengths than the row and a cursor");
}

static void rows_test(int fd)
{
	for (unsigned int r = 0; r < ARRAY_SIZE(rows_then); r++) {
		uint64_t calls, errors;
		uint8_t out[ROOM];

		puppet.step_row = *puppet_long();
		puppet.step_row.cmd = rows_then[r].cmd;
		puppet.step_row.flags = rows_then[r].flags;
		puppet.step_row.in_max = rows_then[r].in_max;
		TELL(step_row);
		tell_steps(1, CURSOR, HOSTILE_AT_STEP, 1);
		calls = driver_count("counters/calls");
		errors = driver_count("counters/errors");
		is(call(fd, out), rows_then[r].answer, "its row becomes %s", rows_then[r].name);
		ok(driver_count("counters/calls") == calls + 1 &&
		   driver_count("counters/errors") == errors + (rows_then[r].answer < 0),
		   "its row becomes %s: counted once", rows_then[r].name);
	}
	is(ASK(probes), 1, "the second step is not made by the row of the first");
}

/* Needs the module loaded, and none of its log lines suppressed by the rate limit. */
void part_long(void)
{
	int fd = device_open(O_RDWR);

	answers_test(fd);
	rows_test(fd);
	puppet_reset();
	close(fd);
}
