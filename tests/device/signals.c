// SPDX-License-Identifier: GPL-2.0-only
/*
 * A signal arrives during a call, while the driver waits for a missing page: a single op
 * finishes as usual, and a batch ends after its round.
 */
#include "device.h"
#include "held.h"
#include "parts.h"
#include "request.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

/* How many ops of a batch the driver reads at once. */
#define ROUND 64

#define UNTOUCHED ((int32_t)0xa5a5a5a5)

static volatile sig_atomic_t handled;

static void on_signal(int number)
{
	handled += number == SIGUSR1;
}

static void signal_reader(pthread_t reader)
{
	pthread_kill(reader, SIGUSR1);
}

static bool signalled(void)
{
	bool missed = held_missed();
	bool once = handled == 1;

	handled = 0;
	return missed && once;
}

/* Every part of a call is read late. */
static void payload_test(int fd)
{
	static const uint32_t sizes[] = { 1, 128, 4096, 8193, 20000 };
	static uint8_t in[20000], out[20000];
	struct counts from, to;

	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		void *at;

		pattern(in, sizes[s], s);
		memset(out, 0xa5, sizeof(out));
		at = hold(in, sizes[s], signal_reader);
		counts_read(fd, &from);
		is(op_call(fd, XEN_ALICE_OP_ECHO, at, sizes[s], out, sizes[s]), sizes[s],
		   "input of %u bytes that comes late, and a signal before it",
		   sizes[s]);
		counts_read(fd, &to);
		ok(signalled() && !memcmp(in, out, sizes[s]),
		   "it came late, with the signal, and was echoed");
		is((long long)counts_calls(&from, &to), 1, "it ran once");
	}
}

static void hello_test(int fd)
{
	const struct alice_op op = { .cmd = XEN_ALICE_OP_HELLO };
	struct counts from, to;

	counts_read(fd, &from);
	is(op_ioctl(fd, hold(&op, sizeof(op), signal_reader)), 0,
	   "an op without payload, whose structure comes late");
	counts_read(fd, &to);
	ok(signalled(), "the signal was handled");
	is((long long)counts_calls(&from, &to), 1, "it ran once");
}

/* A signal does not change the error of a faulty request. */
static void order_test(const struct files *files)
{
	struct tally tally = { 0 };
	struct counts from, to;

	counts_read(files->fds[1][0], &from);
	for (unsigned int f = FAULT_FLAG; f < FAULTS; f++) {
		struct request r = request_with(files, FAULT(f));
		int n = do_ioctl(r.fd, r.ioctl,
				 hold(&r.op, sizeof(r.op), signal_reader));

		expect(&tally, n == -request_errno(FAULT(f)),
		       "%s: %d, want %d", faults_name(FAULT(f)), n,
		       -request_errno(FAULT(f)));
		expect(&tally, signalled(), "%s: no signal came",
		       faults_name(FAULT(f)));
	}
	tally_ok(&tally, "of a signal and a fault, the fault wins");
	counts_read(files->fds[1][0], &to);
	is((long long)counts_ops(&from, &to), 0, "nothing ran");
}

static int batch(int fd, const void *ops, uint32_t op_size, int32_t *results,
		 uint32_t count)
{
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = count,
		.op_size = op_size,
	};

	return do_ioctl(fd, ALICE_IOC_BATCH, &batch);
}

/*
 * The last page of @count echoes comes late, after a signal: the batch ends after the round
 * that reads it, and the returned count is the number of ops that ran. Xen may end an entry
 * early, so that round can begin with any op up to the first of that page.
 */
static void late_batch(int fd, uint32_t count, size_t op_size, const char *what)
{
	const size_t size = count * op_size;
	const size_t late = size > HELD_PAGE ? (size - HELD_PAGE) / op_size : 0;
	const int most = (int)(late + ROUND < count ? late + ROUND : count);
	enum { MOST = 3 * ROUND };
	static uint8_t ops[MOST * 48];
	int32_t results[MOST];
	struct tally rest = { 0 };
	struct counts from, to;
	void *at;
	int n;

	memset(ops, 0, sizeof(ops));
	for (uint32_t i = 0; i < count; i++)
		memcpy(ops + i * op_size,
		       &(struct alice_op){ .cmd = XEN_ALICE_OP_ECHO },
		       sizeof(struct alice_op));
	memset(results, 0xa5, sizeof(results));
	at = hold(ops, count * op_size, signal_reader);
	counts_read(fd, &from);
	n = batch(fd, at, (uint32_t)op_size, results, count);
	counts_read(fd, &to);
	ok(signalled(), "%s: the signal was handled", what);
	ok(n > 0 && n <= most, "%s: %d of %u were attempted", what, n, count);
	ok(counts_delta(&from, &to, XEN_ALICE_OP_ECHO,
			(struct xen_alice_stats){ .calls = (uint64_t)n }, what),
	   "%s: so many ran", what);
	for (int i = 0; i < MOST; i++)
		expect(&rest, results[i] == (i < n ? 0 : UNTOUCHED), "%s: result %d: %d",
		       what, i, results[i]);
	tally_ok(&rest, "%s: so many results", what);
}

/* A signal in the first of several rounds: the other rounds are not attempted. */
static void first_round_test(int fd)
{
	enum { COUNT = 3 * ROUND };
	static struct alice_op ops[COUNT];
	int32_t results[COUNT];
	uint8_t in[64] = { 0 }, out[64];
	struct counts from, to;
	int n;

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i].cmd = XEN_ALICE_OP_ECHO;
	ops[5].in_len = sizeof(in);
	ops[5].out_len = sizeof(out);
	ops[5].out = ptr(out);
	ops[5].in = ptr(hold(in, sizeof(in), signal_reader));
	counts_read(fd, &from);
	n = batch(fd, ops, sizeof(*ops), results, COUNT);
	counts_read(fd, &to);
	ok(signalled(), "a signal in the first of three rounds");
	ok(n > 0 && n <= ROUND, "of which one is attempted: %d ops", n);
	is((long long)(counts_calls(&from, &to)), n + 1, "and they ran, in one entry");
}

void part_signals(void)
{
	const struct files files = files_open();
	struct sigaction action = { .sa_handler = on_signal };
	int fd = files.fds[1][0];

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	/* Without SA_RESTART: still no EINTR. */
	if (sigaction(SIGUSR1, &action, NULL))
		err(2, "sigaction");
	held_setup();
	payload_test(fd);
	hello_test(fd);
	order_test(&files);
	late_batch(fd, 1, sizeof(struct alice_op), "batch of 1");
	late_batch(fd, 8, sizeof(struct alice_op), "batch of 8");
	late_batch(fd, 8, sizeof(struct alice_op) + 8, "batch of 8 longer structures");
	late_batch(fd, 3 * ROUND, sizeof(struct alice_op), "batch of three rounds");
	first_round_test(fd);
	files_close(&files);
}
