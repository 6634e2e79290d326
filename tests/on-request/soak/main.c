// SPDX-License-Identifier: GPL-2.0-only
/*
 * A soak: for a long time, many processes make calls, and are disturbed and killed, while
 * the machine changes. At the end every call has to be accounted for.
 *
 *	before FILE		save the counters
 *	run OPTION... TOTALS	the soak; writes its totals to TOTALS
 *	after FILE TOTALS...	compare the counters with the totals
 *
 * Options of run: -p PROCESSES, -t SECONDS, -s SEED, -m MODULE removes and loads the
 * module, -c a processor, -k makes memory scarce, -u UID and -g GID are those of the
 * processes. Progress goes to descriptor 3, if it is open.
 */
#include "crowd.h"
#include "module.h"
#include "random.h"
#include "strain.h"
#include "tap.h"
#include "totals.h"
#include "worker.h"
#include "device.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where progress goes, and its interval in seconds. */
#define PROGRESS_FD	3
#define PROGRESS_EVERY	5

/* Additional seconds for a slow machine. */
#define SLOW		600

/* How many things have to happen in a soak: see goals_get(). */
#define GOALS		9

/*
 * struct soak - the options of a soak, and its results
 */
struct soak {
	double seconds;
	uint64_t seed;
	const char *module;
	bool processors;
	bool memory;
	struct crowd crowd;
	struct reloads reloads;
	struct strains *strains;
	struct totals totals;
};

static uint64_t number(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);

	if (!*text || *end)
		errx(2, "'%s' is no number", text);
	return n;
}

static void options(struct soak *soak, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "p:t:s:m:u:g:ck")) >= 0) {
		switch (c) {
		case 'p': soak->crowd.processes = (unsigned int)number(optarg); break;
		case 't': soak->seconds = (double)number(optarg); break;
		case 's': soak->seed = number(optarg); break;
		case 'm': soak->module = optarg; break;
		case 'u': soak->crowd.uid = (uid_t)number(optarg); break;
		case 'g': soak->crowd.gid = (gid_t)number(optarg); break;
		case 'c': soak->processors = true; break;
		case 'k': soak->memory = true; break;
		default: exit(2);
		}
	}
	if (!soak->crowd.processes || soak->crowd.processes > MOST_PROCESSES ||
	    !soak->seed || optind + 1 != argc)
		errx(2, "run takes 1 to %d processes, a seed above 0, and a file",
		     MOST_PROCESSES);
}

/* Start a process that strains the machine until the end. */
static void strain(struct soak *soak, void (*fn)(struct strains *))
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (pid)
		return;
	fn(soak->strains);
	_exit(0);
}

static void progress(const struct soak *soak, double passed)
{
	struct ledger sum = share_sum(0, soak->crowd.processes);
	uint64_t calls = 0;

	for (unsigned int i = 0; i < COUNTED; i++)
		calls += sum.told[i].calls;
	dprintf(PROGRESS_FD, "soak: %.0f of %.0f s: %" PRIu64 " calls, %" PRIu64 " events, %u killed, %u reloads, %u times without a processor, %u without memory\n",
		passed, soak->seconds, calls, sum.heard, soak->crowd.killed, soak->reloads.done,
		atomic_load(&soak->strains->processors),
		atomic_load(&soak->strains->memory));
}

/* How many processes have not made a request yet. */
static unsigned int idle(const struct soak *soak)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < soak->crowd.processes; i++)
		n += !share_sum(i, i + 1).requests;
	return n;
}

/*
 * struct goal - something that has to happen in a soak
 * @due: it is to happen in this one
 * @times: how many times it has happened
 */
struct goal {
	bool due;
	uint64_t times;
	const char *what;
};

static void goals_get(const struct soak *soak, struct goal goals[GOALS])
{
	struct ledger sum = share_sum(0, soak->crowd.processes);
	bool module = soak->module;
	const struct goal all[GOALS] = {
		{ true, sum.interrupted, "requests that a signal ended early" },
		{ true, sum.heard, "events that were read" },
		{ true, sum.lost, "events that were reported as lost" },
		{ true, soak->crowd.killed, "processes that were killed" },
		{ module, sum.absent, "opens that found no module" },
		{ module, soak->reloads.done, "times that the module was loaded again" },
		{ module, soak->reloads.busy, "times that an open file kept the module" },
		{ soak->processors, soak->strains->processors,
		  "times that a processor went and came back" },
		{ soak->memory, soak->strains->memory, "times that memory was short" },
	};

	memcpy(goals, all, sizeof(all));
}

/* Whether something that has to happen has not happened yet. */
static bool early(const struct soak *soak)
{
	struct goal goals[GOALS];

	goals_get(soak, goals);
	for (unsigned int i = 0; i < GOALS; i++)
		if (goals[i].due && !goals[i].times)
			return true;
	return idle(soak);
}

/*
 * Continue until the time is over, or up to SLOW seconds longer, until everything has
 * happened.
 */
static void pass_time(struct soak *soak)
{
	double start = seconds_now(), now = start, told = start, reload = start;

	while (now < start + soak->seconds ||
	       (early(soak) && now < start + soak->seconds + SLOW)) {
		crowd_tick();
		now = seconds_now();
		if (soak->module && now >= reload) {
			module_reload(&soak->reloads, &soak->totals, crowd_tick);
			reload = seconds_now() + 1 +
				 random_below(&soak->crowd.random, 3);
		}
		if (now >= told + PROGRESS_EVERY) {
			progress(soak, now - start);
			told = now;
		}
	}
}

/* The table's generation; in a guest, the table is read only when it changes. */
static uint64_t generation(void)
{
	struct alice_info info = { 0 };
	int fd = device_open(O_RDONLY);

	if (do_ioctl(fd, ALICE_IOC_INFO, &info))
		errx(2, "ALICE_IOC_INFO does not work");
	close(fd);
	return info.generation;
}

static void goals_test(const struct soak *soak)
{
	struct goal goals[GOALS];

	goals_get(soak, goals);
	for (unsigned int i = 0; i < GOALS; i++)
		if (goals[i].due)
			ok(goals[i].times, "%" PRIu64 " %s", goals[i].times, goals[i].what);
}

static void soak_judge(const struct soak *soak, unsigned int hung)
{
	struct ledger sum = share_sum(0, soak->crowd.processes);

	is(idle(soak), 0, "every one of %u processes made requests", soak->crowd.processes);
	is((long long)sum.wrong, 0, "every answer of %" PRIu64 " requests is right",
	   sum.requests);
	if (sum.wrong)
		diag("%s", sum.what);
	is((long long)(sum.heard + sum.lost + sum.moved), (long long)sum.due,
	   "all events were read or reported as lost, except for %" PRIu64 " during a move",
	   sum.moved);
	goals_test(soak);
	is(hung, 0, "every process ended when it was told to");
	is(soak->crowd.died, 0, "and none before");
	/* A domain that does not move keeps its event queue. */
	if (soak->module) {
		is((long long)sum.moved, 0, "no domain moved");
		is(soak->reloads.wrong, 0, "the module came and went as it was told to");
	}
	is(soak->strains->wrong, 0, "processors and memory could be taken and given back");
}

static void run(int argc, char **argv)
{
	struct soak soak = { .seconds = 600, .seed = 1, .crowd.processes = 64 };
	unsigned int hung;

	options(&soak, argc, argv);
	diag("seed %" PRIu64, soak.seed);
	soak.crowd.random = soak.seed;
	share_make();
	soak.strains = strains_make();
	if (soak.module)
		module_init(soak.module);
	crowd_start(&soak.crowd);
	if (soak.processors)
		strain(&soak, strain_processors);
	if (soak.memory)
		strain(&soak, strain_memory);
	pass_time(&soak);
	hung = crowd_end();
	while (wait(NULL) > 0)
		;
	soak_judge(&soak, hung);
	soak.totals.programs = share_sum(0, soak.crowd.processes);
	soak.totals.asked = soak.totals.programs.asked;
	if (!soak.module) {
		totals_take(&soak.totals);
		soak.totals.reads = generation();
		soak.totals.asked++;
	}
	totals_write(&soak.totals, argv[optind]);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "before")) {
		books_open(argv[2]);
		return 0;
	}
	if (argc > 2 && !strcmp(argv[1], "run")) {
		run(argc - 1, argv + 1);
	} else if (argc > 3 && !strcmp(argv[1], "after")) {
		books_judge(argv[2], argv + 3);
	} else {
		fprintf(stderr, "usage: %s before FILE | run [OPTION]... TOTALS | after FILE TOTALS...\n",
			argv[0]);
		return 2;
	}
	return tap_done();
}
