// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls op 64 while it is loaded and unloaded: tests/live/guest.sh has two versions of it.
 * The first adds, for everybody; the second subtracts, and needs a file open for writing.
 *
 *   live THREADS      call until SIGTERM, in half of the threads with a file that is open
 *                     for reading only; report as TAP whether all answers were right
 *   live restricted   restrict a file to the current op 64; after each line on standard input,
 *                     call it and print the result
 *   live long         tests of a LONG op
 *   live endless      call an endless LONG op until SIGTERM, and print its result
 *   live cycle TIMES FILE FILE
 *                     load and unload the op of one of these payloads, in turn
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OP 64
#define MOST_THREADS 64

struct caller {
	pthread_t thread;
	bool writes;
	unsigned long added, subtracted, gone, not_open, wrong;
	int last_wrong;
};

static atomic_bool stop;

/* One call; returns what the op answered, or a negative errno value. */
static int64_t call(int fd, int64_t a, int64_t b)
{
	int64_t in[2] = { a, b }, out;
	int ret = op_call(fd, OP, in, sizeof(in), &out, sizeof(out));

	if (ret < 0)
		return ret;
	return ret == sizeof(out) ? out : -EIO;
}

static void *caller_loop(void *arg)
{
	struct caller *c = arg;
	int fd = device_open(c->writes ? O_RDWR : O_RDONLY);

	for (int64_t i = 1; !atomic_load(&stop); i++) {
		int64_t got = call(fd, 1000 * i, i);

		if (got == 1001 * i)
			c->added++;
		else if (got == 999 * i && c->writes)
			c->subtracted++;
		else if (got == -EOPNOTSUPP)
			c->gone++;
		else if (got == -EBADF && !c->writes)
			c->not_open++;
		else
			c->last_wrong = (int)got, c->wrong++;
	}
	close(fd);
	return NULL;
}

static void crowd(unsigned int threads)
{
	static struct caller callers[MOST_THREADS];
	struct caller sum[2] = { 0 };
	sigset_t term;
	int sig;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &term, NULL);
	for (unsigned int i = 0; i < threads; i++) {
		callers[i].writes = i % 2;
		if (pthread_create(&callers[i].thread, NULL, caller_loop, &callers[i]))
			errx(2, "pthread_create");
	}
	sigwait(&term, &sig);
	atomic_store(&stop, true);
	for (unsigned int i = 0; i < threads; i++) {
		struct caller *s = &sum[callers[i].writes];

		pthread_join(callers[i].thread, NULL);
		s->added += callers[i].added;
		s->subtracted += callers[i].subtracted;
		s->gone += callers[i].gone;
		s->not_open += callers[i].not_open;
		s->wrong += callers[i].wrong;
		if (callers[i].wrong)
			diag("answered %d", callers[i].last_wrong);
	}
	for (int writes = 0; writes < 2; writes++) {
		struct caller *s = &sum[writes];
		const char *how = writes ? "for writing" : "for reading";

		diag("open %s: added %lu, subtracted %lu, gone %lu, EBADF %lu", how, s->added,
		     s->subtracted, s->gone, s->not_open);
		ok(s->wrong == 0, "open %s: every answer is that of an op that was there", how);
		ok(s->added && s->gone && (writes ? s->subtracted : s->not_open),
		   "open %s: calls met both ops, and no op", how);
	}
}

static void restricted(void)
{
	const uint32_t cmds[] = { OP };
	int fd = device_open(O_RDWR);
	char line[80];

	if (restrict_to(fd, cmds, 1))
		err(2, "RESTRICT");
	printf("%lld\n", (long long)call(fd, 40, 2));
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		printf("%lld\n", (long long)call(fd, 40, 2));
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	unsigned int threads = argc == 2 ? (unsigned int)atoi(argv[1]) : 0;

	if (argc == 2 && !strcmp(argv[1], "restricted")) {
		restricted();
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "endless")) {
		printf("%d\n", long_endless());
		return 0;
	}
	if (argc == 5 && !strcmp(argv[1], "cycle") && atoi(argv[2]) > 0)
		cycle_test((unsigned int)atoi(argv[2]), &argv[3]);
	else if (argc == 2 && !strcmp(argv[1], "long"))
		long_test();
	else if (threads && threads <= MOST_THREADS)
		crowd(threads);
	else
		errx(2, "usage: live THREADS | restricted | long | endless | cycle TIMES FILE FILE");
	return tap_done();
}
