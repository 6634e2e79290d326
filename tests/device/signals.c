// SPDX-License-Identifier: GPL-2.0-only
/*
 * EINTR: a signal that comes before the op runs keeps it from running.
 *
 * To have a signal come at that very moment, a page that the driver has to read
 * is missing, and a thread is told when the driver faults on it (userfaultfd).
 * That thread sends the signal first and only then provides the page.
 */
#include "device.h"
#include "parts.h"
#include "request.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

/* What is right before the page that is held. */
#define BEFORE (7 * PAGE)

/* For how many seconds a page that nobody reads is waited for. */
#define PATIENCE 20

/*
 * struct held - a page that is missing until somebody reads it
 * @page: where it is; before it are BEFORE bytes of memory, behind it is a hole
 * @content: what will be in it
 * @signal: whether the reader gets a signal first
 * @missed: whether anybody missed it
 */
static struct held {
	uint8_t *page;
	uint8_t content[PAGE] __attribute__((aligned(PAGE)));
	bool signal;
	bool missed;
	int uffd;
	pthread_t reader;
	pthread_t server;
} held;

static volatile sig_atomic_t handled;

static void on_signal(int number)
{
	handled += number == SIGUSR1;
}

/*
 * Serve the first miss.  A signal lets the reader miss the page again and again
 * until it is there; copying wakes it from all of these at once.
 */
static void *serve(void *arg)
{
	struct pollfd wait = { .fd = held.uffd, .events = POLLIN };
	struct uffdio_copy copy = {
		.dst = ptr(held.page),
		.src = ptr(held.content),
		.len = PAGE,
	};
	struct uffd_msg msg;

	(void)arg;
	if (poll(&wait, 1, 1000 * PATIENCE) != 1 ||
	    read(held.uffd, &msg, sizeof(msg)) != sizeof(msg))
		return NULL;
	held.missed = true;
	if (held.signal)
		pthread_kill(held.reader, SIGUSR1);
	if (do_ioctl(held.uffd, UFFDIO_COPY, &copy))
		err(2, "UFFDIO_COPY");
	return NULL;
}

static void held_setup(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range.len = PAGE,
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	held.page = (uint8_t *)guarded(BEFORE + PAGE) + BEFORE;
	held.reader = pthread_self();
	range.range.start = ptr(held.page);
	held.uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (held.uffd < 0)
		err(2, "userfaultfd");
	if (do_ioctl(held.uffd, UFFDIO_API, &api) ||
	    do_ioctl(held.uffd, UFFDIO_REGISTER, &range))
		errx(2, "userfaultfd does not work");
	if (sigaction(SIGUSR1, &action, NULL))
		err(2, "sigaction");
}

/*
 * Take the page away, to come back with the end of @len bytes of @from at its end;
 * what they have more than a page is before it.
 */
static void *hold(const void *from, size_t len)
{
	size_t before = len > PAGE ? len - PAGE : 0;

	memcpy(held.content + PAGE - (len - before),
	       (const uint8_t *)from + before, len - before);
	memcpy(held.page - before, from, before);
	if (madvise(held.page, PAGE, MADV_DONTNEED))
		err(2, "madvise");
	held.missed = false;
	handled = 0;
	if (pthread_create(&held.server, NULL, serve, NULL))
		errx(2, "pthread_create");
	return held.page + PAGE - len;
}

/* Call an op whose structure or input is held.  Returns what it returned. */
static int held_ioctl(int fd, unsigned long request, const struct alice_op *op)
{
	int n = do_ioctl(fd, request, op);

	pthread_join(held.server, NULL);
	return n;
}

static int held_echo(int fd, const void *in, void *out, uint32_t len)
{
	const struct alice_op op = {
		.cmd = ALICE_OP_ECHO,
		.in_len = len,
		.out_len = len,
		.in = ptr(in),
		.out = ptr(out),
	};

	return held_ioctl(fd, ALICE_IOC_OP, &op);
}

/* Every part of a call that is read late: with the signal EINTR, else as ever. */
static void payload_test(int fd)
{
	static const uint32_t sizes[] = { 1, 128, 129, 4096 };
	static uint8_t in[ALICE_MAX_LEN], out[ALICE_MAX_LEN];
	struct tally tally = { 0 };
	struct counts from, to;

	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		void *at;

		pattern(in, sizes[s], s);
		held.signal = false;
		at = hold(in, sizes[s]);
		memset(out, 0xa5, sizeof(out));
		is(held_echo(fd, at, out, sizes[s]),
		   sizes[s], "input of %u bytes that comes late", sizes[s]);
		ok(held.missed && !memcmp(in, out, sizes[s]),
		   "it came late, and came");

		counts_read(fd, &from);
		held.signal = true;
		at = hold(in, sizes[s]);
		memset(out, 0xa5, sizeof(out));
		is(held_echo(fd, at, out, sizes[s]),
		   -EINTR, "the same with a signal meanwhile: EINTR");
		ok(held.missed && handled == 1, "the signal was handled");
		counts_read(fd, &to);
		is((long long)counts_calls(&from, &to), 0, "nothing ran");
		for (uint32_t i = 0; i < sizes[s]; i++)
			expect(&tally, out[i] == 0xa5, "byte %u of %u", i,
			       sizes[s]);
	}
	tally_ok(&tally, "an interrupted call writes nothing");
}

static void hello_test(int fd)
{
	const struct alice_op op = { .cmd = ALICE_OP_HELLO };
	struct counts from, to;

	counts_read(fd, &from);
	held.signal = true;
	is(held_ioctl(fd, ALICE_IOC_OP, hold(&op, sizeof(op))), -EINTR,
	   "an op without payload: EINTR");
	counts_read(fd, &to);
	is((long long)counts_calls(&from, &to), 0, "nothing ran");
	is(op_ioctl(fd, &op), 0, "and it can be made again");
}

/* Of a signal and any fault the fault is answered: EINTR comes last. */
static void order_test(const struct files *files)
{
	struct tally tally = { 0 };
	struct counts from, to;

	counts_read(files->fds[1][0], &from);
	held.signal = true;
	for (unsigned int f = FAULT_FLAG; f < FAULTS; f++) {
		struct request r = request_with(files, FAULT(f));
		int n = held_ioctl(r.fd, r.ioctl, hold(&r.op, sizeof(r.op)));

		expect(&tally, n == -request_errno(FAULT(f)),
		       "%s: %d, want %d", faults_name(FAULT(f)), n,
		       -request_errno(FAULT(f)));
		expect(&tally, held.missed && handled == 1,
		       "%s: no signal came", faults_name(FAULT(f)));
	}
	tally_ok(&tally, "of a signal and a fault, the fault wins");
	counts_read(files->fds[1][0], &to);
	is((long long)counts_calls(&from, &to), 0, "nothing ran");
}

/* Make a batch of which a part is held.  Returns what it returned. */
static int held_batch(int fd, const void *ops, uint32_t op_size,
		      int32_t *results, uint32_t count)
{
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = count,
		.op_size = op_size,
	};
	int n = do_ioctl(fd, ALICE_IOC_BATCH, &batch);

	pthread_join(held.server, NULL);
	return n;
}

/* The ops of the second page of a batch come late: a signal finds the first done. */
static void batch_test(int fd)
{
	enum { COUNT = MOST_RECORDS + PAGE / sizeof(struct alice_op) };
	static struct alice_op ops[COUNT];
	static int32_t results[COUNT];
	struct tally rest = { 0 };
	struct counts from, to;

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i].cmd = ALICE_OP_ECHO;
	held.signal = false;
	is(held_batch(fd, hold(ops, sizeof(ops)), sizeof(*ops), results, COUNT), COUNT,
	   "a batch whose second part comes late");
	ok(held.missed, "it came late, and came");

	memset(results, 0xa5, sizeof(results));
	counts_read(fd, &from);
	held.signal = true;
	is(held_batch(fd, hold(ops, sizeof(ops)), sizeof(*ops), results, COUNT),
	   MOST_RECORDS,
	   "the same with a signal meanwhile: the first part");
	ok(held.missed && handled == 1, "the signal was handled");
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, ALICE_OP_ECHO,
			(struct xen_alice_stats){ .calls = MOST_RECORDS }, "first"),
	   "as many ops ran");
	for (unsigned int i = 0; i < COUNT; i++)
		expect(&rest, results[i] == (i < MOST_RECORDS ? 0 :
					     (int32_t)0xa5a5a5a5),
		       "result %u: %d", i, results[i]);
	tally_ok(&rest, "the results of the first part, and of no other");
}

/* A signal came before anything of a batch ran; @results were filled with 0xa5. */
static void nothing_done(int fd, const struct counts *from,
			 const int32_t *results)
{
	struct counts to;

	ok(held.missed && handled == 1, "the signal was handled");
	counts_read(fd, &to);
	is((long long)counts_calls(from, &to), 0, "nothing ran");
	is(results[0], (int32_t)0xa5a5a5a5, "no result was written");
}

/* A signal while the first page is being packed: nothing of it runs. */
static void batch_payload_test(int fd)
{
	static const unsigned int counts[] = { 1, 2, 8 };
	static uint8_t in[64], out[64];
	int32_t results[8];
	struct alice_op ops[8] = { { 0 } };
	struct counts from;

	for (unsigned int c = 0; c < ARRAY_SIZE(counts); c++) {
		unsigned int late = counts[c] - 1;

		for (unsigned int i = 0; i < counts[c]; i++)
			ops[i] = (struct alice_op){ .cmd = ALICE_OP_ECHO };
		held.signal = true;
		ops[late].in_len = ops[late].out_len = sizeof(in);
		ops[late].in = ptr(hold(in, sizeof(in)));
		ops[late].out = ptr(out);
		memset(results, 0xa5, sizeof(results));
		counts_read(fd, &from);
		is(held_batch(fd, ops, sizeof(*ops), results, counts[c]), -EINTR,
		   "batch of %u, the last's input comes late, a signal before: EINTR",
		   counts[c]);
		nothing_done(fd, &from, results);
	}
}

/* Ops of a newer program: they are read one by one, and a signal is found in between. */
static void batch_wide_test(int fd)
{
	enum { COUNT = 8 };
	static const struct {
		struct alice_op op;
		uint64_t newer;
	} ops[COUNT];
	int32_t results[COUNT];
	struct counts from;

	held.signal = false;
	is(held_batch(fd, hold(ops, sizeof(ops)), sizeof(*ops), results, COUNT), COUNT,
	   "a batch of longer structures that come late");
	ok(held.missed, "they came late, and came");

	memset(results, 0xa5, sizeof(results));
	counts_read(fd, &from);
	held.signal = true;
	is(held_batch(fd, hold(ops, sizeof(ops)), sizeof(*ops), results, COUNT), -EINTR,
	   "the same with a signal meanwhile: EINTR");
	nothing_done(fd, &from, results);
}

void part_signals(void)
{
	const struct files files = files_open();
	int fd = files.fds[1][0];

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	held_setup();
	payload_test(fd);
	hello_test(fd);
	order_test(&files);
	batch_test(fd);
	batch_wide_test(fd);
	batch_payload_test(fd);
	files_close(&files);
}
