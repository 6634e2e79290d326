// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's counters in sysfs: each action of a program counts in the right one, and
 * in no other.
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

#define MOST 32

/* All counters, by path below DRIVER_SYSFS. */
static struct counter {
	char path[300];
	unsigned long long before;
	unsigned long long want;
	unsigned long long most;
} counters[MOST];
static unsigned int count;

static void find(const char *directory)
{
	char name[400];
	struct dirent *entry;
	DIR *dir;

	snprintf(name, sizeof(name), DRIVER_SYSFS "%s", directory);
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
		counters[i].before = driver_count(counters[i].path);
		counters[i].want = 0;
		counters[i].most = 0;
	}
}

/* Expect a counter to rise by @least to @most. */
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

/* Test that every counter rose as expected since begin(). */
static void end(const char *what)
{
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < count; i++) {
		unsigned long long by = driver_count(counters[i].path) -
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
	static uint8_t buf[XEN_ALICE_BATCH_LEN];
	const uint32_t past = UINT32_MAX;

	begin();
	op_call(fd, XEN_ALICE_OP_ECHO, NULL, 0, NULL, 0);
	op_call(fd, XEN_ALICE_OP_ECHO, buf, 100, buf, 100);
	op_call(fd, XEN_ALICE_OP_ECHO, buf, 4096, buf, 4096);
	op_call(fd, XEN_ALICE_OP_MEMORY, NULL, 0, buf, 4096);
	sent(4, 100 + 4096, 100 + 4096 + 24);
	end("calls");

	begin();
	op_call(fd, XEN_ALICE_OP_DESCRIBE, &past, 4, buf, 4096);
	op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, buf, 31);
	sent(2, 0, 0);
	rises("counters/errors", 2);
	end("calls that Xen refuses");

	begin();
	op_call(fd, XEN_ALICE_OP_ECHO, buf, 100, unmapped(), 100);
	sent(1, 100, 100);
	end("a call whose answer has no place");
}

static void batch_test(int fd)
{
	enum { COUNT = 500 };
	static struct alice_op ops[COUNT];
	static int32_t results[COUNT];
	static uint8_t buf[XEN_ALICE_BATCH_LEN];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = COUNT,
		.op_size = sizeof(*ops),
	};

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i].cmd = i == 7 ? 1000 : XEN_ALICE_OP_ECHO;
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
	/* 64 in each, except for the unknown one; Xen may end some early. */
	rises_within("counters/batches", 9, 20);
	rises("refused/eopnotsupp", 1);
	end("a batch of 500, one unknown, one without room for its answer");
}

/* An op that was not attempted is not counted, even if it would be refused. */
static void stopped_test(int fd)
{
	const uint32_t past = UINT32_MAX;
	const struct alice_op ops[2] = {
		{ .cmd = XEN_ALICE_OP_DESCRIBE, .in_len = 4, .in = ptr(&past) },
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

/* Refusals of a single op. */
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

/*
 * Requests that are refused as a whole, and ops of a batch that are refused for their size:
 * each is counted once, whatever the ioctl.
 */
static void requests_test(void)
{
	static const uint32_t large = ALICE_MAX_CMDS;
	static const struct alice_op op = { .cmd = XEN_ALICE_OP_ECHO };
	static int32_t results[2];
	static const struct {
		struct alice_op op;
		uint64_t newer;
	} wide[2] = { { { .cmd = XEN_ALICE_OP_ECHO }, 1 }, { { 0 }, 1 } };
	const struct alice_batch none = { .op_size = sizeof(op) };
	const struct alice_batch huge = { .count = 1, .op_size = 4097 };
	const struct alice_batch lost = {
		.ops = ptr(unmapped()), .count = 1, .op_size = sizeof(op),
	};
	const struct alice_batch one_wide = {
		.ops = ptr(wide), .results = ptr(results), .count = 1,
		.op_size = sizeof(*wide),
	};
	const struct alice_batch two_wide = {
		.ops = ptr(wide), .results = ptr(results), .count = 2,
		.op_size = sizeof(*wide),
	};
	const struct alice_restrict flag = { .flags = 1 };
	const struct alice_restrict far = { .cmds = ptr(&large), .count = 1 };
	const struct alice_restrict away = { .cmds = ptr(unmapped()), .count = 1 };
	struct alice_describe past = { .index = UINT32_MAX };
	struct alice_info info;
	/* Larger than the driver's, with a non-zero byte. */
	static uint8_t larger[512];
	const struct {
		unsigned long request;
		const void *arg;
		const char *counter; /* NULL for none */
		unsigned int by;
		const char *name;
	} requests[] = {
		{ ALICE_IOC_INFO, &info, NULL, 0, "INFO" },
		{ ALICE_IOC_DESCRIBE, &table[0], NULL, 0, "DESCRIBE" },
		{ ALICE_IOC_DESCRIBE, &past, NULL, 0, "DESCRIBE past the end" },
		{ _IO(ALICE_IOC_TYPE, 77), NULL, NULL, 0, "no ioctl" },
		{ ALICE_IOC_INFO, unmapped(), "refused/efault", 1, "INFO to a hole" },
		{ ALICE_IOC_DESCRIBE, unmapped(), "refused/efault", 1, "DESCRIBE from a hole" },
		{ ALICE_IOC_OP, unmapped(), "refused/efault", 1, "OP from a hole" },
		{ ALICE_IOC_BATCH, unmapped(), "refused/efault", 1, "BATCH from a hole" },
		{ ALICE_IOC_RESTRICT, unmapped(), "refused/efault", 1, "RESTRICT from a hole" },
#define LARGER(dir, nr, type) _IOC(dir, ALICE_IOC_TYPE, nr, sizeof(type) + 1), \
	larger + sizeof(larger) / 2 - sizeof(type), "refused/e2big", 1
		{ LARGER(_IOC_READ | _IOC_WRITE, 1, struct alice_describe), "DESCRIBE, too large" },
		{ LARGER(_IOC_WRITE, 2, struct alice_op), "OP, too large" },
		{ LARGER(_IOC_WRITE, 3, struct alice_batch), "BATCH, too large" },
		{ LARGER(_IOC_WRITE, 4, struct alice_restrict), "RESTRICT, too large" },
#undef LARGER
		{ ALICE_IOC_BATCH, &none, "refused/einval", 1, "BATCH of none" },
		{ ALICE_IOC_BATCH, &huge, "refused/e2big", 1, "BATCH of huge ops" },
		{ ALICE_IOC_BATCH, &lost, "refused/efault", 1, "BATCH of ops in a hole" },
		{ ALICE_IOC_BATCH, &one_wide, "refused/e2big", 1, "BATCH of an op too large" },
		{ ALICE_IOC_BATCH, &two_wide, "refused/e2big", 2, "BATCH of two ops too large" },
		{ ALICE_IOC_RESTRICT, &flag, "refused/einval", 1, "RESTRICT with a flag" },
		{ ALICE_IOC_RESTRICT, &far, "refused/einval", 1, "RESTRICT to no cmd" },
		{ ALICE_IOC_RESTRICT, &away, "refused/efault", 1, "RESTRICT to a hole" },
	};
	int fd = device_open(O_RDWR);

	larger[sizeof(larger) / 2] = 1;
	for (unsigned int i = 0; i < ARRAY_SIZE(requests); i++) {
		begin();
		do_ioctl(fd, requests[i].request, requests[i].arg);
		if (requests[i].counter)
			rises(requests[i].counter, requests[i].by);
		end(requests[i].name);
	}
	close(fd);
}

static void find_all(void)
{
	find("counters");
	find("refused");
	is(count, 5 + 9, "so many counters");
	/* ESTALE needs a changed table, and requests are never refused by a signal. */
	ok(!access(DRIVER_SYSFS "refused/estale", R_OK) && access(DRIVER_SYSFS "refused/eintr", F_OK),
	   "estale is among them, eintr is not");
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
	requests_test();
}
