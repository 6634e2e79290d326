// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's counters in sysfs: each thing that a program does counts where it
 * should, and nowhere else.
 */
#include "device.h"
#include "parts.h"
#include "request.h"
#include "tap.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSFS "/sys/class/misc/alice/"
#define MOST 32

/* All counters, by their paths below SYSFS. */
static struct counter {
	char path[300];
	unsigned long long before;
	unsigned long long want;
	unsigned long long most;
} counters[MOST];
static unsigned int count;

static unsigned long long value(const char *path)
{
	char name[400];
	unsigned long long n;
	FILE *file;

	snprintf(name, sizeof(name), SYSFS "%s", path);
	file = fopen(name, "r");
	if (!file || fscanf(file, "%llu\n", &n) != 1 || fgetc(file) != EOF)
		errx(2, "%s is no counter", name);
	fclose(file);
	return n;
}

static void find(const char *directory)
{
	char name[400];
	struct dirent *entry;
	DIR *dir;

	snprintf(name, sizeof(name), SYSFS "%s", directory);
	dir = opendir(name);
	if (!dir)
		err(2, "%s", name);
	while ((entry = readdir(dir)) && count < MOST) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(counters[count++].path, sizeof(counters->path), "%s/%s",
			 directory, entry->d_name);
	}
	closedir(dir);
}

static void begin(void)
{
	for (unsigned int i = 0; i < count; i++) {
		counters[i].before = value(counters[i].path);
		counters[i].want = 0;
		counters[i].most = 0;
	}
}

/* Expect a counter to rise by @least at least, and @most at most. */
static void rises_within(const char *path, unsigned int least, unsigned int most)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(counters[i].path, path))
			continue;
		counters[i].want += least;
		counters[i].most += most;
		return;
	}
	errx(2, "there is no counter %s", path);
}

static void rises(const char *path, unsigned int by)
{
	rises_within(path, by, by);
}

/* Every counter rose by what was expected since begin(). */
static void end(const char *what)
{
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < count; i++) {
		unsigned long long by = value(counters[i].path) -
					counters[i].before;

		expect(&tally, by >= counters[i].want && by <= counters[i].most,
		       "%s: %s: %llu, want %llu to %llu", what,
		       counters[i].path, by, counters[i].want, counters[i].most);
	}
	tally_ok(&tally, "%s: every counter", what);
}

static void sent(unsigned int calls, unsigned int in, unsigned int out)
{
	rises("counters/calls", calls);
	rises("counters/in_bytes", in);
	rises("counters/out_bytes", out);
}

static void single_test(int fd)
{
	static uint8_t buf[ALICE_MAX_LEN];
	const uint32_t past = UINT32_MAX;

	begin();
	op_call(fd, ALICE_OP_ECHO, NULL, 0, NULL, 0);
	op_call(fd, ALICE_OP_ECHO, buf, 100, buf, 100);
	op_call(fd, ALICE_OP_ECHO, buf, 4096, buf, 4096);
	op_call(fd, ALICE_OP_VERSION, NULL, 0, buf, 4096);
	sent(4, 100 + 4096, 100 + 4096 + 16);
	end("calls");

	begin();
	op_call(fd, ALICE_OP_DESCRIBE, &past, 4, buf, 4096);
	op_call(fd, ALICE_OP_VERSION, NULL, 0, buf, 15);
	sent(2, 0, 0);
	rises("counters/errors", 2);
	end("calls that Xen refuses");
}

static void batch_test(int fd)
{
	enum { COUNT = 500 };
	static struct alice_op ops[COUNT];
	static int32_t results[COUNT];
	static uint8_t buf[ALICE_MAX_LEN];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = COUNT,
		.op_size = sizeof(*ops),
	};

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i].cmd = i == 7 ? 1000 : ALICE_OP_ECHO;
	ops[3].in_len = 24;
	ops[3].out_len = 24;
	ops[3].in = ptr(buf);
	ops[3].out = ptr(buf);
	ops[5].in_len = 24;
	ops[5].in = ptr(buf);
	begin();
	do_ioctl(fd, ALICE_IOC_BATCH, &batch);
	sent(COUNT - 1, 24, 24);
	rises("counters/errors", 1);
	/* Xen may end some entries early, for something else. */
	rises_within("counters/batches", 1, 10);
	rises("refused/eopnotsupp", 1);
	end("a batch of 500, one unknown, one without room for its answer");
}

/* An op that was not attempted counts nowhere, although it would be refused. */
static void stopped_test(int fd)
{
	const uint32_t past = UINT32_MAX;
	const struct alice_op ops[2] = {
		{ .cmd = ALICE_OP_DESCRIBE, .in_len = 4, .in = ptr(&past) },
		{ .cmd = 1000 },
	};
	int32_t results[2];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = ARRAY_SIZE(ops),
		.op_size = sizeof(*ops),
		.flags = ALICE_BATCH_STOP_ON_ERROR,
	};

	begin();
	do_ioctl(fd, ALICE_IOC_BATCH, &batch);
	sent(1, 0, 0);
	rises("counters/errors", 1);
	rises("counters/batches", 1);
	end("a batch that stops before an unknown op");
}

/* Of the faults that are one op's. */
static void refused_test(void)
{
	static const struct {
		enum fault fault;
		const char *path;
	} refusals[] = {
		{ FAULT_FLAG, "refused/einval" },
		{ FAULT_CMD, "refused/eopnotsupp" },
		{ FAULT_RESTRICT, "refused/eacces" },
		{ FAULT_PERM, "refused/eperm" },
		{ FAULT_MODE, "refused/ebadf" },
		{ FAULT_LEN, "refused/einval" },
		{ FAULT_PTR, "refused/efault" },
	};
	const struct files files = files_open();

	for (unsigned int i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct request r = request_with(&files, FAULT(refusals[i].fault));
		int32_t results[2];
		const struct alice_op ops[2] = { r.op, r.op };
		struct alice_batch batch = {
			.ops = ptr(ops),
			.results = ptr(results),
			.count = 1,
			.op_size = sizeof(*ops),
		};

		begin();
		op_ioctl(r.fd, &r.op);
		rises(refusals[i].path, 1);
		end(faults_name(FAULT(refusals[i].fault)));

		begin();
		do_ioctl(r.fd, ALICE_IOC_BATCH, &batch);
		batch.count = 2;
		do_ioctl(r.fd, ALICE_IOC_BATCH, &batch);
		batch.flags = ALICE_BATCH_STOP_ON_ERROR;
		do_ioctl(r.fd, ALICE_IOC_BATCH, &batch);
		rises(refusals[i].path, 1 + 2 + 1);
		end("the same in batches");
	}
	files_close(&files);
}

/* What is no op counts nowhere. */
static void other_test(int fd)
{
	struct alice_info info;

	begin();
	do_ioctl(fd, ALICE_IOC_INFO, &info);
	do_ioctl(fd, ALICE_IOC_DESCRIBE, &table[0]);
	do_ioctl(fd, ALICE_IOC_OP, unmapped());
	do_ioctl(fd, ALICE_IOC_BATCH, unmapped());
	end("INFO, DESCRIBE and requests that cannot be read");
}

static void find_all(void)
{
	find("counters");
	find("refused");
	is(count, 5 + 9, "so many counters");
}

/*
 * A hypervisor that ends each entry after seven ops (tests/lab/variants/hostile.c):
 * the ops behind them are neither lost nor called twice, and those that the driver
 * refuses count once, however often it came to them.
 */
void part_batch_early(void)
{
	enum { COUNT = 30, REFUSED = COUNT / 5, RUN = COUNT - REFUSED };
	struct alice_op ops[COUNT] = { { 0 } };
	int32_t results[COUNT];
	struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = COUNT,
		.op_size = sizeof(*ops),
	};
	int fd = device_open(O_RDWR);
	struct tally tally = { 0 };

	find_all();
	for (unsigned int i = 0; i < COUNT; i++)
		ops[i].cmd = i % 5 == 2 ? 1000 : 64;
	begin();
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), COUNT, "all are attempted");
	for (unsigned int i = 0; i < COUNT; i++)
		expect(&tally, results[i] == (i % 5 == 2 ? -EOPNOTSUPP : 0),
		       "op %u: %d", i, results[i]);
	tally_ok(&tally, "each has its own result");
	sent(RUN, 0, 0);
	rises("counters/batches", (RUN + 6) / 7);
	rises("refused/eopnotsupp", REFUSED);
	end("entries that end early");

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i].cmd = i == 17 ? 1000 : 64;
	batch.flags = ALICE_BATCH_STOP_ON_ERROR;
	begin();
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), 18, "up to the first failure");
	sent(17, 0, 0);
	rises("counters/batches", 3);
	rises("refused/eopnotsupp", 1);
	end("the same with STOP_ON_ERROR");
	close(fd);
}

void part_counters(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	find_all();
	single_test(fd);
	batch_test(fd);
	stopped_test(fd);
	refused_test();
	other_test(fd);
}
