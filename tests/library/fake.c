// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "fake.h"

/* As "hello" of version 1.0, and for ops whose effect does not matter. */
static int run_nothing(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	(void)in;
	(void)in_len;
	(void)out;
	(void)out_len;
	return 0;
}

static int run_echo(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	if (in_len > out_len)
		return -EINVAL;
	if (in_len)
		memcpy(out, in, in_len);
	return (int)in_len;
}

static int run_whoami(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	const struct {
		uint32_t domid, vcpu, bits, control;
		uint64_t uptime_ns;
		char type[8];
	} me = { 7, 1, 64, 0, UINT64_C(12345678901), "pvh" };

	(void)in;
	(void)in_len;
	if (out_len < sizeof(me))
		return -EINVAL;
	memcpy(out, &me, sizeof(me));
	return sizeof(me);
}

static int run_add(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	int64_t a[2], sum;

	if (in_len != sizeof(a) || out_len < sizeof(sum))
		return -EINVAL;
	memcpy(a, in, sizeof(a));
	if (__builtin_add_overflow(a[0], a[1], &sum))
		return -EOVERFLOW;
	memcpy(out, &sum, sizeof(sum));
	return sizeof(sum);
}

/* Fails with the requested errno. */
static int run_fail(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	uint16_t code;

	(void)out;
	(void)out_len;
	if (in_len != sizeof(code))
		return -EINVAL;
	memcpy(&code, in, sizeof(code));
	return -code;
}

static int run_short(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	(void)in;
	(void)in_len;
	memset(out, 0xab, out_len);
	return 2;
}

#define MAX_LEN 65536
#define SAME(list) .in_fmt = list, .out_fmt = list

static const struct fake_op recorded[] = {
	{ { .cmd = 0, .name = "hello", .flags = ALICE_OP_F_WRITE,
	    .summary = "write one line to the hypervisor's log" }, 0, run_nothing },
	{ { .cmd = 3, .name = "echo", .in_max = MAX_LEN, .out_max = MAX_LEN,
	    .summary = "answer with the input", SAME("data:bytes") }, 0, run_echo },
	{ { .cmd = 4, .name = "whoami", .out_max = 32, .summary = "tell about the caller",
	    .out_fmt = "domid:u32 vcpu:u32 bits:u32 control:u32 uptime_ns:u64 type:c8" },
	  0, run_whoami },
	{ { .cmd = 7, .name = "reset-stats",
	    .flags = ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN | ALICE_OP_F_CONTROL },
	  -EPERM, run_nothing },
	{ { .cmd = 8, .name = "batch", .flags = ALICE_OP_F_KERNEL, .in_min = 16,
	    .in_max = 4096, .out_max = 4096, .in_fmt = "records:bytes",
	    .out_fmt = "replies:bytes" }, -EPERM, run_nothing },
	{ { .cmd = 64, .name = "add", .in_min = 16, .in_max = 16, .out_max = 8,
	    .in_fmt = "a:s64 b:s64", .out_fmt = "sum:s64" }, 0, run_add },
	{ { .cmd = 65, .name = "mixed", .in_min = 20, .in_max = 64, .out_max = 64,
	    SAME("a:u8 b:s8 c:x16 d:u64 e:x32 f:c4 g:bytes") }, 0, run_echo },
	{ { .cmd = 66, .name = "fail", .in_min = 2, .in_max = 2, .in_fmt = "code:u16" },
	  0, run_fail },
	{ { .cmd = 67, .name = "limits", .in_min = 30, .in_max = 30, .out_max = 30,
	    SAME("a:u8 b:u16 c:u32 d:u64 e:s8 f:s16 g:s32 h:s64") }, 0, run_echo },
	{ { .cmd = 68, .name = "66", .out_max = 1 }, 0, run_nothing },
	{ { .cmd = 69, .name = "three", .in_min = 3, .in_max = 3, .out_max = 3,
	    SAME("data:bytes") }, 0, run_echo },
	{ { .cmd = 70, .name = "long", .flags = ALICE_OP_F_LONG, .in_min = 2, .in_max = 2,
	    .in_fmt = "code:u16" }, 0, run_fail },
	{ { .cmd = 71, .name = "control", .flags = ALICE_OP_F_CONTROL, .in_min = 2,
	    .in_max = 2, .in_fmt = "code:u16" }, 0, run_fail },
	{ { .cmd = 72, .name = "newer", .flags = 0x4000 }, -EPERM, run_nothing },
	{ { .cmd = 73, .name = "taken" }, -EACCES, run_nothing },
	{ { .cmd = 74, .name = "writes", .flags = ALICE_OP_F_WRITE }, -EBADF, run_nothing },
	{ { .cmd = 75, .name = "picky", .in_min = 1, .in_max = 64, .in_fmt = "name:bytes" },
	  0, run_fail },
	{ { .cmd = 12, .name = "changed", .flags = ALICE_OP_F_EVENT, .out_max = 8,
	    .out_fmt = "generation:u64" }, 0, run_nothing },
	{ { .cmd = 78, .name = "tick", .flags = ALICE_OP_F_EVENT, .out_max = 64,
	    .out_fmt = "n:u32 note:c8 rest:bytes" }, 0, run_nothing },
	{ { .cmd = 76, .name = "tock", .flags = ALICE_OP_F_EVENT | ALICE_OP_F_CONTROL },
	  0, run_nothing },
	{ { .cmd = 77, .name = "closed", .flags = ALICE_OP_F_EVENT | ALICE_OP_F_ADMIN },
	  -EPERM, run_nothing },
	/* Rows that are invalid. */
	{ { .cmd = 79, .name = "bad-event", .flags = ALICE_OP_F_EVENT, .out_max = 4,
	    .out_fmt = "a:u9" }, 0, run_nothing },
	{ { .cmd = 80, .name = "bad-in", .in_max = 4, .in_fmt = "a:u9" }, 0, run_nothing },
	{ { .cmd = 81, .name = "bad-out", .out_max = 4, .out_fmt = "n:u8 n:u8" },
	  0, run_nothing },
	{ { .cmd = 82, .name = "huge", .in_max = UINT32_MAX, .out_max = UINT32_MAX,
	    SAME("data:bytes") }, 0, run_nothing },
	{ { .cmd = 83, .name = "\33[31mred", .out_max = 4 }, 0, run_short },
	{ { .cmd = 84, .name = "misfit", .out_max = 4, .out_fmt = "n:u32" }, 0, run_short },
};

struct fake fake_recorded(void)
{
	return (struct fake){
		.ops = recorded,
		.count = sizeof(recorded) / sizeof(recorded[0]),
		.generation = 1,
		.since = 1,
	};
}

static int access_to(const struct fake *f, const struct fake_op *op)
{
	return f->restricted && f->allowed != op->desc.cmd ? -EACCES : op->access;
}

static int describe(struct fake *f, struct alice_describe *row)
{
	if (f->on_describe)
		f->on_describe(f);
	if (row->index >= f->count)
		return -ENOENT;
	row->access = access_to(f, &f->ops[row->index]);
	row->since = f->since;
	row->desc = f->ops[row->index].desc;
	return 0;
}

/* The driver's checks, in the order of the contract. */
static int call(struct fake *f, const struct alice_op *op)
{
	const struct fake_op *known = NULL;
	unsigned int i;

	for (i = 0; i < f->count; i++)
		if (f->ops[i].desc.cmd == op->cmd)
			known = &f->ops[i];
	if (!known)
		return -EOPNOTSUPP;
	if (op->generation && f->since > op->generation)
		return -ESTALE;
	if (access_to(f, known))
		return access_to(f, known);
	if (op->in_len < known->desc.in_min || op->in_len > known->desc.in_max)
		return -EINVAL;
	f->calls++;
	return known->run((const void *)(uintptr_t)op->in, op->in_len,
			  (void *)(uintptr_t)op->out, op->out_len);
}

static int restrict_to(struct fake *f, const struct alice_restrict *r)
{
	if (f->restrict_error)
		return f->restrict_error;
	if (r->count != 1)
		return -EINVAL;
	f->restricted = true;
	f->allowed = *(const __u32 *)(uintptr_t)r->cmds;
	if (f->on_restrict)
		f->on_restrict(f);
	return 0;
}

/* The driver's checks, and a hypervisor that refuses CONTROL events to this domain. */
static int listen_to(struct fake *f, const struct alice_restrict *r)
{
	const __u32 *cmds = (const void *)(uintptr_t)r->cmds;
	unsigned int i, k;

	f->listens++;
	if (f->no_events)
		return f->no_events;
	for (i = 0; i < r->count; i++) {
		for (k = 0; k < f->count && f->ops[k].desc.cmd != cmds[i]; k++)
			;
		if (k == f->count)
			return -EOPNOTSUPP;
		if (!(f->ops[k].desc.flags & ALICE_OP_F_EVENT))
			return -EINVAL;
		if (access_to(f, &f->ops[k]))
			return access_to(f, &f->ops[k]);
		if (f->ops[k].desc.flags & ALICE_OP_F_CONTROL)
			return -EPERM;
	}
	f->listening = r->count;
	f->listened = r->count ? cmds[0] : 0;
	if (f->on_listen)
		f->on_listen(f);
	return 0;
}

static int batch(struct fake *f, const struct alice_batch *b)
{
	const struct alice_op *ops = (const void *)(uintptr_t)b->ops;
	__s32 *results = (void *)(uintptr_t)b->results;
	unsigned int limit = f->limit && f->limit < b->count ? f->limit : b->count, i;

	if (f->no_batch)
		return -ENOTTY;
	if (f->batch_error)
		return f->batch_error;
	if (!b->count || b->count > 8 || b->op_size != sizeof(*ops) || b->reserved)
		return -EINVAL;
	for (i = 0; i < limit; i++) {
		results[i] = call(f, &ops[i]);
		if (results[i] < 0 && b->flags & ALICE_BATCH_STOP_ON_ERROR)
			limit = i + 1 + (f->late && i + 1 < limit);
	}
	return (int)limit;
}

int fake_ioctl(void *context, unsigned long request, void *arg)
{
	struct fake *f = context;

	switch (request) {
	case ALICE_IOC_INFO:
		if (f->info_error)
			return f->info_error;
		*(struct alice_info *)arg = (struct alice_info){
			.abi_major = 1, .hypercall_nr = 47, .ops = f->count,
			.max_len = MAX_LEN, .max_batch = 8, .generation = f->generation,
		};
		return 0;
	case ALICE_IOC_DESCRIBE:
		return describe(f, arg);
	case ALICE_IOC_OP:
		return call(f, arg);
	case ALICE_IOC_BATCH:
		return batch(f, arg);
	case ALICE_IOC_RESTRICT:
		return restrict_to(f, arg);
	case ALICE_IOC_LISTEN:
		return listen_to(f, arg);
	default:
		return -ENOTTY;
	}
}
