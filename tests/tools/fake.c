// SPDX-License-Identifier: GPL-2.0-only
/*
 * alicectl without Xen, with fake op tables.
 * The environment variable FAKE selects one: good (the default), hostile,
 * endless, changing, broken, counting, shrinking, guest, moving, replaced; wrong, whose only row
 * is invalid; empty, where the driver dropped that row; gone, without a table; events.
 *
 * FAKE_BATCH selects how batches behave: none (no ioctl for them), short (three
 * ops at a time), nomem (the second one fails), cut (both).
 * FAKE_MAX_BATCH is the upper bound for their ops. With FAKE_TRACE, each batch and each
 * single op is printed to stderr. FAKE_SYSFS is the directory of the counters, and
 * FAKE_OPEN the errno of open().
 * FAKE_EVENTS is a FIFO that serves as the device; a test writes events into it. With
 * FAKE_TRACE, LISTEN is printed, too.
 *
 * The device is a memfd, shared by all who have the descriptor. It contains the
 * descriptor's restriction: a byte per cmd, or nothing.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alicectl.h"

/* The longest payload. */
#define MAX_LEN 65536

static const char *fake;

/* One op: its row, its access as the driver reports it, and its function. */
struct fake_op {
	struct alice_op_desc desc;
	int access;
	int (*run)(const uint8_t *in, unsigned int in_len, uint8_t *out,
		   unsigned int out_len);
};

static int run_echo(const uint8_t *in, unsigned int in_len, uint8_t *out,
		    unsigned int out_len)
{
	if (in_len > out_len)
		return -EINVAL;
	if (in_len)
		memcpy(out, in, in_len);
	return (int)in_len;
}

static int run_nothing(const uint8_t *in, unsigned int in_len, uint8_t *out,
		       unsigned int out_len)
{
	(void)in;
	(void)in_len;
	(void)out;
	(void)out_len;
	return 0;
}

static int run_fill(const uint8_t *in, unsigned int in_len, uint8_t *out,
		    unsigned int out_len)
{
	(void)in;
	(void)in_len;
	memset(out, 0xab, out_len);
	return (int)out_len;
}

static int run_two(const uint8_t *in, unsigned int in_len, uint8_t *out,
		   unsigned int out_len)
{
	return run_fill(in, in_len, out, out_len < 2 ? out_len : 2);
}

/* Xen's error if the domain may not make the call. */
static int run_denied(const uint8_t *in, unsigned int in_len, uint8_t *out,
		      unsigned int out_len)
{
	(void)in;
	(void)in_len;
	(void)out;
	(void)out_len;
	return -EPERM;
}

static int run_fail(const uint8_t *in, unsigned int in_len, uint8_t *out,
		    unsigned int out_len)
{
	(void)in_len;
	(void)out;
	(void)out_len;
	return -(in[0] | in[1] << 8);
}

static int run_picky(const uint8_t *in, unsigned int in_len, uint8_t *out,
		     unsigned int out_len)
{
	(void)in;
	(void)in_len;
	(void)out;
	(void)out_len;
	return -EINVAL;
}

static int run_add(const uint8_t *in, unsigned int in_len, uint8_t *out,
		   unsigned int out_len)
{
	int64_t a, b, sum;

	(void)in_len;
	memcpy(&a, in, sizeof(a));
	memcpy(&b, in + sizeof(a), sizeof(b));
	if (__builtin_add_overflow(a, b, &sum))
		return -EOVERFLOW;
	memcpy(out, &sum, out_len);
	return sizeof(sum);
}

/* Counters that rise by a different number at each read. */
static int run_stats(const uint8_t *in, unsigned int in_len, uint8_t *out,
		     unsigned int out_len)
{
	static uint64_t reads[ALICE_MAX_CMDS];
	uint64_t answer[4];
	uint32_t cmd;

	(void)in_len;
	memcpy(&cmd, in, sizeof(cmd));
	if (cmd == 9 || cmd >= ALICE_MAX_CMDS ||
	    (!strcmp(fake, "shrinking") && (cmd == 3 || cmd == 5)))
		return -ENOENT;
	/* Reset before the third read. */
	if (++reads[cmd] == 3)
		reads[cmd] = 1;
	answer[0] = reads[cmd] * 100 * (cmd + 1);
	answer[1] = reads[cmd] * 7;
	answer[2] = UINT64_MAX / 2 + reads[cmd] * 3;
	answer[3] = 0;
	memcpy(out, answer, out_len < sizeof(answer) ? out_len : sizeof(answer));
	return sizeof(answer);
}

#define SAME(fmt) .in_fmt = fmt, .out_fmt = fmt

static const struct fake_op good[] = {
	{ { .cmd = 0, .name = "hello", .flags = ALICE_OP_F_WRITE,
	    .summary = "say hello" }, 0, run_nothing },
	{ { .cmd = 3, .name = "echo", .in_max = MAX_LEN, .out_max = MAX_LEN,
	    .summary = "answer with the request", SAME("data:bytes") },
	  0, run_echo },
	{ { .cmd = 7, .name = "reset-stats", .flags = ALICE_OP_F_WRITE |
	    ALICE_OP_F_ADMIN | ALICE_OP_F_CONTROL, .summary = "start counting anew" },
	  -EPERM, run_nothing },
	{ { .cmd = 8, .name = "batch", .flags = ALICE_OP_F_KERNEL, .in_min = 16,
	    .in_max = MAX_LEN, .out_max = MAX_LEN, .in_fmt = "records:bytes",
	    .out_fmt = "replies:bytes", .summary = "many ops at once" },
	  -EPERM, run_echo },
	{ { .cmd = 64, .name = "add", .in_min = 16, .in_max = 16, .out_max = 8,
	    .in_fmt = "a:s64 b:s64", .out_fmt = "sum:s64", .summary = "a + b" },
	  0, run_add },
	{ { .cmd = 65, .name = "mixed", .in_min = 20, .in_max = 64, .out_max = 64,
	    SAME("a:u8 b:s8 c:x16 d:u64 e:x32 f:c4 g:bytes") }, 0, run_echo },
	{ { .cmd = 66, .name = "fail", .in_min = 2, .in_max = 2,
	    .in_fmt = "errno:u16" }, 0, run_fail },
	{ { .cmd = 67, .name = "ops", .out_max = 2, .out_fmt = "n:x16" },
	  0, run_fill },
	{ { .cmd = 68, .name = "67", .out_max = 1, .out_fmt = "n:x8" },
	  0, run_fill },
	{ { .cmd = 69, .name = "new", .flags = 0x30000 }, 0, run_nothing },
	{ { .cmd = 70, .name = "later", .flags = ALICE_OP_F_WRITE | 0x4000 },
	  -EPERM, run_nothing },
	{ { .cmd = 71, .name = "picky", .in_min = 9, .in_max = MAX_LEN,
	    .in_fmt = "a:s8 b:c8 c:bytes" }, 0, run_picky },
};

static const struct fake_op hostile[] = {
	{ { .cmd = 3, .name = "echo", .in_max = MAX_LEN, .out_max = MAX_LEN,
	    .summary = "answer with the request", SAME("data:bytes") },
	  0, run_echo },
	{ { .cmd = 70, .name = "short", .out_max = 4, .out_fmt = "n:u32" },
	  0, run_two },
	{ { .cmd = 71, .name = "long", .out_max = 5, .out_fmt = "n:u32" },
	  0, run_fill },
	{ { .cmd = 72, .name = "mute", .out_max = 4 }, 0, run_fill },
	{ { .cmd = 73, .name = "bad-in", .in_max = 4, .out_max = 4,
	    .in_fmt = "a:u9", .out_fmt = "n:bytes" }, 0, run_echo },
	{ { .cmd = 74, .name = "bad-out", .in_max = 4, .out_max = 4,
	    .in_fmt = "a:bytes", .out_fmt = "n:u8 n:u8" }, 0, run_echo },
	{ { .cmd = 75, .name = "small-in", .in_min = 4, .in_max = 8,
	    .in_fmt = "a:u8", .out_max = 8 }, 0, run_echo },
	{ { .cmd = 76, .name = "huge", .in_max = UINT32_MAX,
	    .out_max = UINT32_MAX, SAME("data:bytes") }, 0, run_echo },
	{ { .cmd = 77, .name = "inverted", .in_min = 8, .in_max = 4,
	    .in_fmt = "data:bytes" }, 0, run_echo },
	{ { .cmd = 78, .name = "\33[31mred", .summary = "\33[2Jclear",
	    .flags = 0x40, .in_fmt = "\33[31m:u8" }, -4000, run_nothing },
	{ { .cmd = 3, .name = "echo2" }, 0, run_nothing },
	{ { .cmd = 79, .name = "echo" }, 0, run_nothing },
	{ { .cmd = 80, .name = "" }, 0, run_nothing },
	{ { .cmd = 4096, .name = "far" }, 0, run_nothing },
	{ { .cmd = 81, .name = "aaaaaaaaaaaaaaaaaaaaaaaa",
	    .summary = "the next field begins where this name does not end",
	    .in_fmt = "a:c8 b:c8 c:c8 d:c8 e:c8 f:c8 g:c8 h:c8 i:c8 j:c8 k:c8 l:c8xx",
	    .out_fmt = "a:c8 b:c8 c:c8 d:c8 e:c8 f:c8 g:c8 h:c8 i:c8 j:c8 k:c8 l:c8xx" },
	  0, run_nothing },
};

#define STATS(run) { { .cmd = 6, .name = "stats", .in_min = 4, .in_max = 4, \
	.flags = ALICE_OP_F_CONTROL, .out_max = 32, .in_fmt = "cmd:u32", \
	.out_fmt = "calls:u64 errors:u64 in_bytes:u64 out_bytes:u64" }, \
	0, run }

static const struct fake_op counting[] = {
	{ { .cmd = 0, .name = "hello", .flags = ALICE_OP_F_WRITE }, 0, run_nothing },
	{ { .cmd = 3, .name = "echo", .in_max = MAX_LEN, .out_max = MAX_LEN,
	    SAME("data:bytes") }, 0, run_echo },
	STATS(run_stats),
	{ { .cmd = 5, .name = "memory" }, 0, run_nothing },
};

static const struct fake_op shrunk[] = {
	{ { .cmd = 0, .name = "hello", .flags = ALICE_OP_F_WRITE }, 0, run_nothing },
	STATS(run_stats),
};

static const struct fake_op guest[] = {
	STATS(run_denied),
	{ { .cmd = 64, .name = "census", .flags = ALICE_OP_F_CONTROL,
	    .out_max = 4, .out_fmt = "n:u32" }, 0, run_denied },
};

static const struct fake_op wrong[] = {
	{ { .cmd = 3, .name = "ECHO" }, 0, run_nothing },
};

#define EVENT(bits) .flags = ALICE_OP_F_EVENT | (bits)

static const struct fake_op events[] = {
	{ { .cmd = 3, .name = "echo", .in_max = MAX_LEN, .out_max = MAX_LEN,
	    .summary = "answer with the request", SAME("data:bytes") },
	  0, run_echo },
	{ { .cmd = 12, .name = "changed", EVENT(0), .out_max = 8,
	    .out_fmt = "generation:u64", .summary = "the op table is another one" }, 0, NULL },
	{ { .cmd = 70, .name = "tick", EVENT(0), .out_max = 64,
	    .out_fmt = "n:u32 by:c8 data:bytes", .summary = "a clock" }, 0, NULL },
	{ { .cmd = 71, .name = "plain", EVENT(ALICE_OP_F_LIVE) }, 0, NULL },
	{ { .cmd = 72, .name = "secret", EVENT(ALICE_OP_F_ADMIN) }, -EPERM, NULL },
	{ { .cmd = 73, .name = "fixed", EVENT(0), .out_max = 4, .out_fmt = "n:x32" }, 0, NULL },
	{ { .cmd = 74, .name = "dom0", EVENT(ALICE_OP_F_CONTROL) }, 0, NULL },
	{ { .cmd = 75, .name = "watch", EVENT(0), .out_max = 4, .out_fmt = "a:u9" }, 0, NULL },
};

static const struct fake_op *ops = good;
static unsigned int count = sizeof(good) / sizeof(good[0]);

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static bool restricted(int fd)
{
	struct stat file;

	return !fstat(fd, &file) && file.st_size;
}

/* The access of an op, from the op table and the restriction. */
static int access_of(int fd, const struct fake_op *op)
{
	char left;

	if (restricted(fd) && (pread(fd, &left, 1, op->desc.cmd) != 1 || !left))
		return -EACCES;
	return op->access;
}

static bool moved;

static int fake_info(int fd, struct alice_info *info)
{
	static __u64 generation = 1;

	*info = (struct alice_info){
		.abi_major = 1, .hypercall_nr = 47, .ops = count,
		.max_len = MAX_LEN, .max_batch = 1024, .flags = ALICE_INFO_BATCH,
		.generation = generation, .features = ALICE_FEATURE_PHYS,
	};
	if (*env("FAKE_MAX_BATCH"))
		info->max_batch = (__u32)strtoul(env("FAKE_MAX_BATCH"), NULL, 0);
	if (restricted(fd))
		info->flags |= ALICE_INFO_RESTRICTED;
	generation += !strcmp(fake, "changing");
	if (!strcmp(fake, "gone"))
		info->generation = 0;
	/* Another hypervisor, with another table, as soon as an op was called. */
	if (!strcmp(fake, "moving") && moved) {
		ops = counting;
		count = sizeof(counting) / sizeof(counting[0]);
		info->generation = 2;
	}
	if (!strcmp(fake, "shrinking") && moved) {
		ops = shrunk;
		count = sizeof(shrunk) / sizeof(shrunk[0]);
		info->generation = 2;
	}
	return !strcmp(fake, "broken") ? -EIO : 0;
}

static int fake_describe(int fd, struct alice_describe *row)
{
	unsigned int index = row->index;

	if (!strcmp(fake, "endless"))
		index %= count;
	if (index >= count)
		return -ENOENT;
	row->access = access_of(fd, &ops[index]);
	row->since = 1;
	row->desc = ops[index].desc;
	return 0;
}

static int fake_call(int fd, struct alice_op *op)
{
	const uint8_t *in = (const uint8_t *)(uintptr_t)op->in;
	uint8_t *out = (uint8_t *)(uintptr_t)op->out;
	unsigned int i;

	moved = true;
	for (i = 0; i < count && ops[i].desc.cmd != op->cmd; i++)
		;
	if (i == count)
		return -EOPNOTSUPP;
	if (!strcmp(fake, "replaced") && op->generation == 1)
		return -ESTALE;
	if (access_of(fd, &ops[i]))
		return access_of(fd, &ops[i]);
	if (op->in_len < ops[i].desc.in_min || op->in_len > ops[i].desc.in_max)
		return -EINVAL;
	return ops[i].run(in, op->in_len, out, op->out_len);
}

/* As in the contract. */
static int fake_batch(int fd, struct alice_batch *batch)
{
	const struct alice_op *op = (const struct alice_op *)(uintptr_t)batch->ops;
	__s32 *results = (__s32 *)(uintptr_t)batch->results;
	__u32 limit = batch->count, i;
	static unsigned int calls;
	struct alice_info info;

	fake_info(fd, &info);
	if (*env("FAKE_TRACE"))
		fprintf(stderr, "batch of %u\n", batch->count);
	if (!batch->count || batch->count > info.max_batch ||
	    batch->op_size != sizeof(*op) || batch->reserved ||
	    batch->flags > ALICE_BATCH_STOP_ON_ERROR)
		return -EINVAL;
	calls++;
	if ((!strcmp(env("FAKE_BATCH"), "nomem") || !strcmp(env("FAKE_BATCH"), "cut")) && calls > 1)
		return -ENOMEM;
	if ((!strcmp(env("FAKE_BATCH"), "short") || !strcmp(env("FAKE_BATCH"), "cut")) && limit > 3)
		limit = 3;
	for (i = 0; i < limit; i++) {
		struct alice_op one = op[i];

		results[i] = fake_call(fd, &one);
		if (results[i] < 0 && batch->flags)
			return (int)i + 1;
	}
	return (int)limit;
}

static int fake_restrict(int fd, struct alice_restrict *r)
{
	const __u32 *cmds = (const __u32 *)(uintptr_t)r->cmds;
	char before[ALICE_MAX_CMDS], after[ALICE_MAX_CMDS] = { 0 };
	__u32 i;

	if (r->flags || r->count > ALICE_MAX_CMDS)
		return -EINVAL;
	memset(before, 1, sizeof(before));
	if (restricted(fd) && pread(fd, before, sizeof(before), 0) < 0)
		return -errno;
	for (i = 0; i < r->count; i++) {
		if (cmds[i] >= ALICE_MAX_CMDS)
			return -EINVAL;
		after[cmds[i]] = before[cmds[i]];
	}
	return pwrite(fd, after, sizeof(after), 0) < 0 ? -errno : 0;
}

static const struct fake_op *find(__u32 cmd)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (ops[i].desc.cmd == cmd)
			return &ops[i];
	return NULL;
}

/* As in the contract, for a domain that is not the control domain. */
static int fake_listen(int fd, const struct alice_restrict *r)
{
	const __u32 *cmds = (const __u32 *)(uintptr_t)r->cmds;
	const struct fake_op *event;
	__u32 i;

	if (strcmp(fake, "events") != 0)
		return -EOPNOTSUPP;
	for (i = 0; i < r->count; i++) {
		event = find(cmds[i]);
		if (!event)
			return -EOPNOTSUPP;
		if (!(event->desc.flags & ALICE_OP_F_EVENT))
			return -EINVAL;
		if (access_of(fd, event))
			return access_of(fd, event);
		if (event->desc.flags & ALICE_OP_F_CONTROL)
			return -EPERM;
	}
	if (*env("FAKE_TRACE")) {
		fprintf(stderr, "listen");
		for (i = 0; i < r->count; i++)
			fprintf(stderr, " %u", cmds[i]);
		fprintf(stderr, "\n");
	}
	return 0;
}

static void choose_table(void)
{
	static const struct {
		const char *name;
		const struct fake_op *ops;
		unsigned int count;
	} tables[] = {
		{ "hostile", hostile, sizeof(hostile) / sizeof(hostile[0]) },
		{ "counting", counting, sizeof(counting) / sizeof(counting[0]) },
		{ "shrinking", counting, sizeof(counting) / sizeof(counting[0]) },
		{ "guest", guest, sizeof(guest) / sizeof(guest[0]) },
		{ "wrong", wrong, sizeof(wrong) / sizeof(wrong[0]) },
		{ "events", events, sizeof(events) / sizeof(events[0]) },
		{ "empty", NULL, 0 },
		{ "gone", NULL, 0 },
	};
	size_t i;

	fake = *env("FAKE") ? env("FAKE") : "good";
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (strcmp(tables[i].name, fake) != 0)
			continue;
		ops = tables[i].ops;
		count = tables[i].count;
	}
}

/* The device is a memfd, and its ioctls are handled here. */
int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_ioctl(int fd, unsigned long request, void *arg);
int __real_ioctl(int fd, unsigned long request, void *arg);

int __wrap_open(const char *path, int flags, ...)
{
	if (strcmp(path, "/dev/alice") != 0)
		return __real_open(path, flags);
	if (*env("FAKE_OPEN")) {
		errno = atoi(env("FAKE_OPEN"));
		return -1;
	}
	if (*env("FAKE_EVENTS"))
		return __real_open(env("FAKE_EVENTS"), flags);
	return memfd_create("alice", MFD_CLOEXEC);
}

static int answer(int fd, unsigned long request, void *arg)
{
	switch (request) {
	case ALICE_IOC_INFO:
		return fake_info(fd, arg);
	case ALICE_IOC_DESCRIBE:
		return fake_describe(fd, arg);
	case ALICE_IOC_OP:
		if (*env("FAKE_TRACE"))
			fprintf(stderr, "op\n");
		return fake_call(fd, arg);
	case ALICE_IOC_BATCH:
		return strcmp(env("FAKE_BATCH"), "none") ? fake_batch(fd, arg) : -ENOTTY;
	case ALICE_IOC_LISTEN:
		return fake_listen(fd, arg);
	default:
		return fake_restrict(fd, arg);
	}
}

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	if (_IOC_TYPE(request) != ALICE_IOC_TYPE)
		return __real_ioctl(fd, request, arg);
	if (!fake)
		choose_table();
	ret = answer(fd, request, arg);
	if (ret < 0)
		errno = -ret;
	return ret < 0 ? -1 : ret;
}

void sysfs_of(const struct alice *a, char *dir, size_t size)
{
	(void)a;
	snprintf(dir, size, "%s", env("FAKE_SYSFS"));
}

int privcmd_open(struct alice **a, const struct options *o, struct alice_error *e)
{
	(void)a;
	return fail(e, STATUS_NO_DEVICE, "no privcmd in here, number %u", o->number);
}
