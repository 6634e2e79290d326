// SPDX-License-Identifier: GPL-2.0-only
/* The LONG op of tests/live/steps.c, through the device. */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS 68
#define ENDLESS UINT64_MAX
#define MOST (XEN_ALICE_LEN_DEFAULT - XEN_ALICE_CURSOR_LEN)
#define FIXED ((int)sizeof(struct answer) - MOST)
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

static struct request {
	uint64_t steps;
	uint8_t data[MOST];
} request;

static struct answer {
	uint64_t done, sum;
	uint8_t data[MOST];
} answer;

/* A request with @len bytes of data. */
static struct alice_op steps_op(uint64_t steps, uint32_t len)
{
	request.steps = steps;
	return (struct alice_op){
		.cmd = STEPS,
		.in_len = (uint32_t)sizeof(request.steps) + len,
		.out_len = (uint32_t)FIXED + len,
		.in = ptr(&request),
		.out = ptr(&answer),
	};
}

static int steps_call(int fd, uint64_t steps, uint32_t len)
{
	const struct alice_op op = steps_op(steps, len);

	return op_ioctl(fd, &op);
}

static void answers_test(int fd)
{
	static const struct {
		uint64_t steps;
		uint32_t len;
	} cases[] = {
		{ 1, 0 }, { 2, 0 }, { 2, 1 }, { 1000, 7 }, { 1000, 100 }, { 3, 4096 },
		{ 5, 9000 }, { 2, MOST - FIXED },
	};

	pattern(request.data, sizeof(request.data), 1);
	for (unsigned int c = 0; c < ARRAY_SIZE(cases); c++) {
		const uint32_t len = cases[c].len;
		const uint64_t calls = driver_count("counters/calls");
		const uint64_t in_bytes = driver_count("counters/in_bytes");
		const uint64_t out_bytes = driver_count("counters/out_bytes");
		const struct xen_alice_stats from = stats_of(fd, STEPS);
		struct xen_alice_stats to;
		uint64_t sum = 0;

		for (uint32_t i = 0; i < len; i++)
			sum += request.data[i];
		memset(&answer, 0xa5, sizeof(answer));
		is(steps_call(fd, cases[c].steps, len), FIXED + (int)len,
		   "%llu steps with %u bytes", (unsigned long long)cases[c].steps, len);
		ok(answer.done == cases[c].steps && answer.sum == cases[c].steps * sum &&
		   !memcmp(answer.data, request.data, len) &&
		   filled(answer.data + len, MOST - len, 0xa5),
		   "each had the input, and the last one answered");
		to = stats_of(fd, STEPS);
		ok(to.calls == from.calls + cases[c].steps && to.errors == from.errors &&
		   to.in_bytes == from.in_bytes + XEN_ALICE_CURSOR_LEN + 8 + len &&
		   to.out_bytes == from.out_bytes + XEN_ALICE_CURSOR_LEN + (uint64_t)FIXED + len,
		   "the hypervisor counted each, and the payload once");
	/* Op stats was called twice in between. */
		is((long long)(driver_count("counters/calls") - calls), 3, "the driver counted one call");
		is((long long)(driver_count("counters/in_bytes") - in_bytes), 8 + len + 2 * 4,
		   "with its input");
		is((long long)(driver_count("counters/out_bytes") - out_bytes),
		   FIXED + len + 2 * (long long)sizeof(to), "and its answer");
	}
}

static void lengths_test(int fd)
{
	static const struct {
		const char *name;
		uint32_t in_len, out_len;
		int result;
	} cases[] = {
		{ "too short an input", 7, 16, -EINVAL },
		{ "the shortest", 8, 16, FIXED },
		{ "too long an input", MOST + 1, MOST, -EINVAL },
		{ "no room", 8, 0, -EINVAL },
		{ "too little room", 8, FIXED - 1, -EINVAL },
		{ "too little room for the data", 9, FIXED, -EINVAL },
		{ "more room than there can be", 8, UINT32_MAX, FIXED },
	};
	const struct alice_op_desc *row = row_of(STEPS);

	ok(row && row->flags == (ALICE_OP_F_LONG | ALICE_OP_F_LIVE) && row->in_min == 8 &&
	   row->in_max == MOST && row->out_max == MOST,
	   "lengths in the table are without the cursor");
	for (unsigned int c = 0; c < ARRAY_SIZE(cases); c++) {
		struct alice_op op = steps_op(1, 0);

		op.in_len = cases[c].in_len;
		op.out_len = cases[c].out_len;
		is(op_ioctl(fd, &op), cases[c].result, "%s", cases[c].name);
	}
}

static int batch(int fd, const struct alice_op *ops, int32_t *results, uint32_t count)
{
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = count,
		.op_size = sizeof(*ops),
	};

	memset(results, 0xa5, count * sizeof(*results));
	return do_ioctl(fd, ALICE_IOC_BATCH, &batch);
}

static volatile sig_atomic_t handled;

static void on_signal(int number)
{
	(void)number;
	handled++;
}

/* Send SIGALRM every tenth of a second: the first one can come before the call. */
static void alarms(bool on)
{
	const struct itimerval soon = { { 0, 100000 }, { 0, 100000 } }, never = { 0 };

	/* signal() implies SA_RESTART. */
	signal(SIGALRM, on_signal);
	setitimer(ITIMER_REAL, on ? &soon : &never, NULL);
}

static void batch_test(int fd)
{
	static uint8_t echoed[2][8];
	struct alice_op echo = {
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = sizeof(echoed[0]),
		.out_len = sizeof(echoed[0]),
		.in = ptr("12345678"),
	};
	struct alice_op ops[3];
	int32_t results[3];

	echo.out = ptr(echoed[0]);
	ops[0] = echo;
	echo.out = ptr(echoed[1]);
	ops[2] = echo;
	ops[1] = steps_op(100, 0);
	is(batch(fd, ops, results, 3), 3, "amid a batch");
	ok(results[0] == 8 && results[1] == FIXED && results[2] == 8 && answer.done == 100 &&
	   !memcmp(echoed[1], "12345678", 8), "all have their answers");

	ops[1] = steps_op(ENDLESS, 0);
	alarms(true);
	while (batch(fd, ops, results, 3) == 1)
		;
	alarms(false);
	ok(results[0] == 8 && results[1] == -EINTR && results[2] == UNTOUCHED,
	   "a signal there ends the batch, with EINTR as the last result");
}

/*
 * A child calls an endless op, and gets a signal, or SIGCONT, from time to time.
 * Returns its exit status: 0 if the op returned EINTR.
 */
static int until_ended(int signal)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (!pid)
		_exit(steps_call(device_open(O_RDWR), ENDLESS, 0) != -EINTR);
	while (!waitpid(pid, &status, WNOHANG)) {
		usleep(200000);
		kill(pid, signal);
		kill(pid, SIGCONT);
	}
	return status;
}

static void signals_test(int fd)
{
	const uint64_t errors = driver_count("counters/errors");
	int status;

	handled = 0;
	alarms(true);
	is(steps_call(fd, ENDLESS, 0), -EINTR, "a signal ends an op between two steps");
	alarms(false);
	ok(handled, "and is handled");
	is((long long)(driver_count("counters/errors") - errors), 1, "which is an error");
	status = until_ended(SIGSTOP);
	ok(WIFEXITED(status) && !WEXITSTATUS(status), "a stop does, too");
	status = until_ended(SIGKILL);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a killed program is gone");
}

static void *endless(void *arg)
{
	static int result;

	result = steps_call(*(int *)arg, ENDLESS, 0);
	return &result;
}

/* Wait until the op has made another step. */
static void next_step(int watch)
{
	const uint64_t before = stats_of(watch, STEPS).calls;

	while (stats_of(watch, STEPS).calls == before)
		usleep(1000);
}

static void restricted_test(int watch)
{
	static const uint32_t cmds[] = { STEPS };
	int fd = device_open(O_RDWR);
	uint64_t refused = driver_count("refused/eacces");
	pthread_t thread;
	void *result;

	if (pthread_create(&thread, NULL, endless, &fd))
		errx(2, "pthread_create");
	next_step(watch);
	is(restrict_to(fd, cmds, 1), 0, "a restriction to an op that runs");
	next_step(watch);
	is(restrict_to(fd, NULL, 0), 0, "one that takes it away");
	pthread_join(thread, &result);
	is(*(int *)result, -EACCES, "ends it before its next step");
	is((long long)(driver_count("refused/eacces") - refused), 0,
	   "which was a call, and no refusal");
	close(fd);
}

/* Call the op until a signal, and return its result. */
int long_endless(void)
{
	signal(SIGTERM, on_signal);
	return steps_call(device_open(O_RDWR), ENDLESS, 0);
}

void long_test(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd), "the table is read"))
		return;
	lengths_test(fd);
	answers_test(fd);
	batch_test(fd);
	signals_test(fd);
	restricted_test(fd);
	close(fd);
}
