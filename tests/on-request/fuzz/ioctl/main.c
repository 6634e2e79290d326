// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the ioctls of /dev/alice: requests from four threads on shared open files, each
 * compared with a model of the contract.  See usage().
 */
#include "coverage.h"
#include "device.h"
#include "random.h"
#include "request.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4
#define WRONG_SHOWN 5

static struct options {
	uint64_t seed;
	unsigned int seconds;
	unsigned int least;
	const char *replay;
	const char *keep;
	const char *coverage;
} options = { .seconds = 10 };

static int files[OPENS];
static atomic_ullong requests, wrongs;
static atomic_bool over;
static struct worker *workers[THREADS];
static _Thread_local volatile sig_atomic_t signals;
static pthread_mutex_t report_lock = PTHREAD_MUTEX_INITIALIZER;

static void usage(const char *name)
{
	fprintf(stderr,
		"usage: %s [OPTION]...\n"
		"  --seed N         seed of the random numbers (default: the time)\n"
		"  --seconds N      duration (default: %u)\n"
		"  --least N        fail if fewer places of the driver were reached\n"
		"  --replay FILE    first repeat the requests of a file, one per line\n"
		"  --keep FILE      write the inputs that reached new code\n"
		"  --coverage FILE  write the reached addresses\n",
		name, options.seconds);
}

/* Report a failure, with the input for --replay. */
static void report(const struct worker *worker, const struct input *input)
{
	pthread_mutex_lock(&report_lock);
	if (atomic_fetch_add(&wrongs, 1) < WRONG_SHOWN) {
		printf("# wrong: %s\n# input: ", worker->why);
		input_print(input, stdout);
		fflush(stdout);
	}
	pthread_mutex_unlock(&report_lock);
}

static void run(struct worker *worker, struct input *input, struct coverage *coverage)
{
	coverage_begin(coverage);
	if (!request_run(worker, input))
		report(worker, input);
	if (coverage_news(coverage))
		input_keep(input);
	atomic_fetch_add(&requests, 1);
}

static struct worker *worker_make(void)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		err(2, "calloc");
	worker->as = files;
	worker->admin = true;
	request_init(worker);
	return worker;
}

/* Repeat the requests of the file, which earlier runs have found. */
static void replay(struct worker *worker, struct coverage *coverage)
{
	FILE *from = fopen(options.replay, "r");
	struct input input;
	char line[1024];

	if (!from)
		err(2, "%s", options.replay);
	while (fgets(line, sizeof(line), from))
		if (line[0] != '#' && input_parse(&input, line))
			run(worker, &input, coverage);
	fclose(from);
}

/* The last thread is no administrator. */
static void *fuzz(void *arg)
{
	uintptr_t number = (uintptr_t)arg;
	uint64_t random = options.seed * 2654435761u + number + 1;
	struct worker *worker = workers[number];
	struct coverage coverage;
	struct input input;

	memory_make(&worker->memory, &random);
	worker->signals = &signals;
	if (number == THREADS - 1) {
		drop_admin();
		worker->admin = false;
	}
	coverage_open(&coverage);
	if (options.replay)
		replay(worker, &coverage);
	while (!over) {
		input_make(&input, &random);
		run(worker, &input, &coverage);
	}
	return worker;
}

/* Changes memory during calls, and restrictions of open files. */
static void *shake(void *arg)
{
	uint64_t random = options.seed + (uintptr_t)arg + 7;

	while (!over) {
		memory_shake(&random);
		request_disturb(workers[random_below(&random, THREADS)]);
		usleep(50);
	}
	return NULL;
}

static void on_signal(int sig)
{
	(void)sig;
	signals++;
}

/* Send signals to random threads, until the time is over. */
static void conduct(pthread_t *threads)
{
	time_t end = time(NULL) + options.seconds, next = 0;
	uint64_t random = options.seed + 3;

	while (time(NULL) < end) {
		usleep(2000);
		pthread_kill(threads[random_below(&random, THREADS)], SIGUSR1);
		if (time(NULL) < next)
			continue;
		next = time(NULL) + 10;
		fprintf(stderr, "%llu requests, %u places, %u inputs kept\n",
			(unsigned long long)requests, coverage_count(), inputs_kept());
	}
	over = true;
}

static void write_to(const char *path, void (*fn)(FILE *to))
{
	FILE *to = path ? fopen(path, "w") : NULL;

	if (!path)
		return;
	if (!to)
		err(2, "%s", path);
	fn(to);
	if (fclose(to))
		err(2, "%s", path);
}

static void parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' },
		{ "least", required_argument, NULL, 'l' },
		{ "replay", required_argument, NULL, 'r' },
		{ "keep", required_argument, NULL, 'k' },
		{ "coverage", required_argument, NULL, 'c' },
		{ 0 },
	};
	int option;

	options.seed = (uint64_t)time(NULL);
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 's':
			options.seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			options.seconds = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'l':
			options.least = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'r':
			options.replay = optarg;
			break;
		case 'k':
			options.keep = optarg;
			break;
		case 'c':
			options.coverage = optarg;
			break;
		default:
			usage(argv[0]);
			exit(2);
		}
	}
	if (optind < argc) {
		usage(argv[0]);
		exit(2);
	}
}

static void open_files(void)
{
	files[OPEN_WRITE] = device_open(O_RDWR);
	files[OPEN_READ] = device_open(O_RDONLY);
	files[OPEN_FEW] = device_open(O_RDWR);
	if (!table_read(files[OPEN_WRITE]))
		errx(2, "no op table");
	call_init();
	if (restrict_to(files[OPEN_FEW], open_few, open_few_count))
		errx(2, "ALICE_IOC_RESTRICT does not work");
}

int main(int argc, char **argv)
{
	struct sigaction interrupt = { .sa_handler = on_signal };
	pthread_t threads[THREADS], shaker;

	parse(argc, argv);
	diag("seed %llu", (unsigned long long)options.seed);
	open_files();
	memory_init();
	for (unsigned int i = 0; i < THREADS; i++)
		workers[i] = worker_make();
	sigaction(SIGUSR1, &interrupt, NULL);
	if (pthread_create(&shaker, NULL, shake, NULL))
		err(2, "pthread_create");
	for (uintptr_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, fuzz, (void *)i))
			err(2, "pthread_create");
	conduct(threads);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_join(shaker, NULL);

	write_to(options.keep, inputs_write);
	write_to(options.coverage, coverage_write);
	diag("%llu requests, %u places, %u inputs kept", (unsigned long long)requests,
	     coverage_count(), inputs_kept());
	ok(requests > 1000, "requests were made");
	is((long long)wrongs, 0, "and none of them was wrong");
	if (options.least)
		ok(coverage_count() >= options.least, "%u places of the driver were reached",
		   options.least);
	return tap_done();
}
