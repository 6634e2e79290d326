// SPDX-License-Identifier: GPL-2.0-only
#include "model.h"

#include "machine.h"

#include <string.h>

/**
 * struct payload - an op during execution
 * @in: its input
 * @in_len: the input's length
 * @out: where its answer goes
 * @room: the upper bound of the answer's length
 * @got: Xen's answer.  It is used only for values that cannot be predicted, and only if
 *	it is plausible.
 * @result: Xen's result, which cannot be predicted either if Xen ended a batch early
 * @partial: Xen's answer reached the end of writable memory
 */
struct payload {
	const uint8_t *in;
	uint32_t in_len;
	uint8_t *out;
	uint32_t room;
	const uint8_t *got;
	long result;
	bool partial;
};

/* The expected counters: nobody else makes calls. */
static struct xen_alice_stats counters[MODEL_ROWS + MODEL_OTHERS];

/* The rows of ops that the model does not know, from describe. */
static struct xen_alice_op_desc others[MODEL_OTHERS];

enum model_access model_access;
uint64_t model_generation;
uint32_t model_count = MODEL_ROWS;
uint32_t model_max_len = XEN_ALICE_LEN_DEFAULT;

/* The current caller. */
static const struct caller *caller;

/* Each domain's event queue, and its port, or 0 before events-open. */
static struct {
	bool opened;
	uint32_t port;
} queues[2];

/* Xen's times never go below this. */
static uint64_t latest;

/* The parts of a cmd. */
#define NUMBER 0x3ffu
#define TAG 0xfffffu

/* Flags of the contract for ops that are present at boot. */
#define FLAGS 0x3fu

/* A larger uptime is not plausible. */
#define LONGEST_UPTIME 3600000000000ull

static int32_t put(const struct payload *p, const void *bytes, uint32_t len)
{
	if (len > p->room)
		return -XEN_EINVAL;
	/* memcpy() may not get NULL, even for no bytes. */
	if (len)
		memcpy(p->out, bytes, len);
	return (int32_t)len;
}

/* Write as much as there is room for. */
static int32_t put_part(const struct payload *p, const void *bytes, uint32_t len)
{
	return put(p, bytes, len < p->room ? len : p->room);
}

static int32_t hello(const struct payload *p)
{
	return put(p, NULL, 0);
}

/*
 * The first generation cannot be predicted, but it has a tag.  Whether ops can be loaded
 * depends on Xen's configuration.
 */
static int32_t version(const struct payload *p)
{
	const struct xen_alice_version *got = (const void *)p->got;
	struct xen_alice_version v = {
		.magic = 0x414c4345, .major = 1, .minor = 0,
		.max_len = model_max_len,
		.features = caller->phys | XEN_ALICE_FEATURE_LONG |
			    XEN_ALICE_FEATURE_EVENTS |
			    (got->features & XEN_ALICE_FEATURE_LIVE),
	};

	if (!model_generation && !p->partial && p->room >= sizeof(v) &&
	    got->generation & TAG) {
		model_generation = got->generation;
		if (got->ops > MODEL_ROWS && got->ops <= MODEL_ROWS + MODEL_OTHERS)
			model_count = got->ops;
	}
	v.ops = model_count;
	v.generation = model_generation;
	return put_part(p, &v, sizeof(v));
}

/* Printable text, padded with zeros; or no text, if that is allowed. */
static bool text_ok(const char *text, uint32_t size, bool empty)
{
	uint32_t len = 0;

	while (len < size && text[len] >= ' ' && text[len] <= '~')
		len++;
	for (uint32_t i = len; i < size; i++)
		if (text[i])
			return false;
	return (len || empty) && len < size;
}

/* A valid name that no earlier row has. */
static bool name_ok(const char *name, const struct model_row *row)
{
	if (!text_ok(name, XEN_ALICE_NAME_LEN, false))
		return false;
	for (const char *c = name; *c; c++)
		if ((*c < 'a' || *c > 'z') && (*c < '0' || *c > '9') && *c != '-')
			return false;
	while (row-- > model_rows)
		if (row->name && !strncmp(name, row->name, XEN_ALICE_NAME_LEN))
			return false;
	return true;
}

/* Is this valid as the next row, of an op that the model does not know? */
static bool other_ok(const struct xen_alice_op_desc *d, const struct model_row *row)
{
	return d->cmd >= XEN_ALICE_OP_USER && d->cmd > row[-1].cmd && d->cmd <= NUMBER &&
	       !(d->flags & ~FLAGS) && !d->reserved && d->in_min <= d->in_max &&
	       d->in_max <= model_max_len && d->out_max <= model_max_len &&
	       name_ok(d->name, row) &&
	       text_ok(d->summary, sizeof(d->summary), false) &&
	       text_ok(d->in_fmt, sizeof(d->in_fmt), true) &&
	       text_ok(d->out_fmt, sizeof(d->out_fmt), true);
}

/* The first answer is recorded, and later ones have to be the same. */
static int32_t describe_other(const struct payload *p, uint32_t index)
{
	struct xen_alice_op_desc *desc = &others[index - MODEL_ROWS];
	const struct xen_alice_op_desc *got = (const void *)p->got;
	struct model_row *row = &model_rows[index];

	if (!row->name && !p->partial && p->room >= sizeof(*desc) &&
	    other_ok(got, row)) {
		*desc = *got;
		row->cmd = desc->cmd;
		row->name = desc->name;
	}
	return put_part(p, desc, sizeof(*desc));
}

/* The text of the contract; or, if there is none, whatever valid text Xen answered. */
static void put_text(char *out, uint32_t size, const char *want, const char *got,
		     bool cut)
{
	memset(out, 0, size);
	if (want)
		memcpy(out, want, strlen(want));
	else if (cut || text_ok(got, size, false))
		memcpy(out, got, size);
}

static int32_t describe(const struct payload *p)
{
	const struct xen_alice_op_desc *got = (const void *)p->got;
	const struct model_row *row;
	struct xen_alice_op_desc desc;
	uint32_t index;
	bool cut = p->partial || p->room < sizeof(desc);

	memcpy(&index, p->in, sizeof(index));
	if (index >= model_count)
		return -XEN_ENOENT;
	if (index >= MODEL_ROWS)
		return describe_other(p, index);
	row = &model_rows[index];
	desc = (struct xen_alice_op_desc) {
		.cmd = row->cmd, .flags = row->flags, .in_min = row->in_min,
		.in_max = row->in_max, .out_max = row->out_max,
	};
	put_text(desc.name, sizeof(desc.name), row->name, got->name, cut);
	put_text(desc.summary, sizeof(desc.summary), NULL, got->summary, cut);
	put_text(desc.in_fmt, sizeof(desc.in_fmt), row->in_fmt, got->in_fmt, cut);
	put_text(desc.out_fmt, sizeof(desc.out_fmt), row->out_fmt, got->out_fmt, cut);
	return put_part(p, &desc, sizeof(desc));
}

static int32_t echo(const struct payload *p)
{
	return put(p, p->in, p->in_len);
}

/* Xen's uptime, if plausible; else a value that cannot match. */
static uint64_t uptime(const struct payload *p)
{
	struct xen_alice_whoami got;

	memcpy(&got, p->got, sizeof(got));
	if (p->partial)
		return got.uptime_ns;
	if (got.uptime_ns >= latest && got.uptime_ns < LONGEST_UPTIME)
		latest = got.uptime_ns;
	return latest;
}

static int32_t whoami(const struct payload *p)
{
	struct xen_alice_whoami w = {
		.domid = caller->domid, .bits = caller->bits,
		.control = caller->control,
	};

	if (p->room < sizeof(w))
		return -XEN_EINVAL;
	w.uptime_ns = uptime(p);
	memcpy(w.type, machine_type, strlen(machine_type));
	return put(p, &w, sizeof(w));
}

static int32_t memory(const struct payload *p)
{
	return put(p, &caller->memory, sizeof(caller->memory));
}

static int32_t stats(const struct payload *p)
{
	const struct model_row *row;
	uint32_t cmd;

	memcpy(&cmd, p->in, sizeof(cmd));
	row = model_find(cmd);
	if (!row)
		return -XEN_ENOENT;
	return put(p, &counters[row - model_rows], sizeof(counters[0]));
}

static int32_t reset_stats(const struct payload *p)
{
	memset(counters, 0, sizeof(counters));
	return put(p, NULL, 0);
}

/* Which port it is cannot be predicted, but it stays the same. */
static int32_t events_open(const struct payload *p)
{
	struct xen_alice_events_open open = { 0 };

	if (p->room < sizeof(open))
		return -XEN_EINVAL;
	queues[caller->domid].opened = true;
	memcpy(&open.port, p->got, sizeof(open.port));
	if (queues[caller->domid].port && !p->partial)
		open.port = queues[caller->domid].port;
	if (!p->partial)
		queues[caller->domid].port = open.port;
	return put(p, &open, sizeof(open));
}

/* The first bit of a cmd that is no event causes the error. */
static int32_t events_want(const struct payload *p)
{
	for (uint32_t cmd = 0; cmd < p->in_len * 8; cmd++) {
		const struct model_row *row = model_find(cmd);

		if (!(p->in[cmd / 8] >> cmd % 8 & 1))
			continue;
		if (row && row->flags & XEN_ALICE_OP_F_CONTROL && !caller->control)
			return -XEN_EPERM;
		if (!row || !(row->flags & XEN_ALICE_OP_F_EVENT))
			return -XEN_EINVAL;
	}
	return queues[caller->domid].opened ? 0 : -XEN_ENOENT;
}

/* The table does not change here, so there are no events. */
static int32_t events_read(const struct payload *p)
{
	return queues[caller->domid].opened ? put(p, NULL, 0) : -XEN_ENOENT;
}

static int32_t batch(const struct payload *p);

#define CONTROL XEN_ALICE_OP_F_CONTROL
#define ADMIN XEN_ALICE_OP_F_ADMIN
#define WRITE XEN_ALICE_OP_F_WRITE
#define KERNEL XEN_ALICE_OP_F_KERNEL

struct model_row model_rows[MODEL_ROWS + MODEL_OTHERS] = {
	{ 0, WRITE, 0, 0, 0, "hello", "", "", hello },
	{ 1, 0, 0, 0, 32, "version", "",
	  "magic:x32 major:u16 minor:u16 ops:u32 max_len:u32 more:bytes", version },
	{ 2, 0, 4, 4, 256, "describe", "index:u32", NULL, describe },
	{ 3, 0, 0, 65536, 65536, "echo", "data:bytes", "data:bytes", echo },
	{ 4, 0, 0, 0, 32, "whoami", "",
	  "domid:u32 vcpu:u32 bits:u32 control:u32 uptime_ns:u64 type:c8",
	  whoami },
	{ 5, 0, 0, 0, 24, "memory", "",
	  "pages:u64 max_pages:u64 page_size:u32 reserved:x32", memory },
	{ 6, CONTROL, 4, 4, 32, "stats", "cmd:u32",
	  "calls:u64 errors:u64 in_bytes:u64 out_bytes:u64", stats },
	{ 7, CONTROL | ADMIN | WRITE, 0, 0, 0, "reset-stats", "", "",
	  reset_stats },
	{ 8, KERNEL, 16, 4096, 4096, "batch", "records:bytes", "replies:bytes",
	  batch },
	{ 9, KERNEL, 0, 0, 8, "events-open", "", "port:u32 reserved:u32", events_open },
	{ 10, KERNEL, 128, 128, 0, "events-want", "cmds:bytes", "", events_want },
	{ 11, KERNEL, 0, 0, 65536, "events-read", "", "records:bytes", events_read },
	{ 12, XEN_ALICE_OP_F_EVENT, 0, 0, 8, "changed", "", "generation:u64", NULL },
};

/* model_find() - the row of a number, or NULL */
const struct model_row *model_find(uint32_t number)
{
	for (unsigned int i = 0; i < model_count; i++)
		if (model_rows[i].name && model_rows[i].cmd == number)
			return &model_rows[i];
	return NULL;
}

/* model_alice_len() - the effect of Xen's parameter alice-len= */
void model_alice_len(uint32_t len)
{
	struct model_row *echo_row = &model_rows[XEN_ALICE_OP_ECHO];
	struct model_row *read_row = &model_rows[XEN_ALICE_OP_EVENTS_READ];

	len = len < 4096 ? 4096 : len > 1048576 ? 1048576 : len;
	model_max_len = len;
	echo_row->in_max = echo_row->out_max = read_row->out_max = len;
}

/* Calls of an unknown op are not counted. */
static void count(const struct model_row *row, uint32_t in_len, int32_t result)
{
	struct xen_alice_stats *s = &counters[row - model_rows];

	if (!row)
		return;
	s->calls++;
	if (result < 0) {
		s->errors++;
	} else {
		s->in_bytes += in_len;
		s->out_bytes += (uint32_t)result;
	}
}

/* May the caller make any call at all? */
static bool admitted(void)
{
	return model_access == ACCESS_ALL ||
	       (model_access == ACCESS_CONTROL && caller->control);
}

/**
 * struct attempt - a call, or a record, before its op runs
 * @row: the op's, or NULL
 * @word: cmd
 * @in_len: length of the input
 * @room: room for the answer, as far as the op can use it
 * @readable: how many bytes of input can be read
 * @null: arg is NULL
 * @record: it is a record of a batch
 */
struct attempt {
	const struct model_row *row;
	uint32_t word, in_len, room, readable;
	bool null, record;
};

/* The error of an op that does not run, in the contract's order; 0 if it runs. */
static int32_t refusal(const struct attempt *a)
{
	const struct model_row *row = a->row;
	const uint32_t tag = a->word >> 10 & TAG;
	const bool phys = a->word & 1u << 31, bit30 = a->word & 1u << 30;

	if (!admitted() || (row && row->flags & CONTROL && !caller->control))
		return -XEN_EPERM;
	if (tag && tag != (model_generation & TAG))
		return -XEN_ALICE_ESTALE;
	if (!row || row->flags & XEN_ALICE_OP_F_EVENT)
		return -XEN_EOPNOTSUPP;
	if (bit30 || (phys && !caller->phys) ||
	    a->in_len < row->in_min || a->in_len > row->in_max)
		return -XEN_EINVAL;
	if (a->record && (phys || row->answer == batch))
		return -XEN_EINVAL;
	if (a->null && (a->in_len || a->room))
		return -XEN_EFAULT;
	if (a->in_len > a->readable)
		return -XEN_EFAULT;
	return 0;
}

/* The result of the op, if it runs. */
static int32_t run(const struct attempt *a, const struct payload *p)
{
	int32_t result = refusal(a);

	return result ? result : a->row->answer(p);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/*
 * Batches.
 */

static uint32_t padded(uint32_t len)
{
	return (len + 7) / 8 * 8;
}

/* Is all framing valid?  A cursor that is beyond the end stays there. */
static bool framing_ok(const struct payload *p)
{
	uint64_t at = sizeof(struct xen_alice_batch), replies = 0;
	struct xen_alice_batch head;

	memcpy(&head, p->in, sizeof(head));
	if (head.flags > 1 || head.reserved)
		return false;
	while (at < p->in_len) {
		struct xen_alice_batch_record r;
		uint64_t payload = at + sizeof(r), next;

		if (payload > p->in_len)
			return false;
		memcpy(&r, p->in + at, sizeof(r));
		next = payload + padded(r.in_len);
		if (next > p->in_len)
			return false;
		for (at = payload + r.in_len; at < next; at++)
			if (p->in[at])
				return false;
		replies += sizeof(struct xen_alice_batch_reply) +
			   padded(r.out_len);
	}
	return replies <= p->room;
}

/* Run the op of one record. */
static int32_t run_record(const struct xen_alice_batch_record *r,
			  const struct payload *p)
{
	const struct attempt attempt = {
		.row = model_find(r->cmd & NUMBER), .word = r->cmd,
		.in_len = r->in_len, .readable = r->in_len, .record = true,
	};
	int32_t result = run(&attempt, p);

	count(attempt.row, r->in_len, result);
	return result;
}

static int32_t batch(const struct payload *p)
{
	uint32_t at = sizeof(struct xen_alice_batch), done = 0;
	struct xen_alice_batch head;
	bool stop = false;

	if (!framing_ok(p))
		return -XEN_EINVAL;
	memcpy(&head, p->in, sizeof(head));
	while (at < p->in_len && !stop) {
		struct xen_alice_batch_reply reply = { 0 };
		struct xen_alice_batch_record r;
		uint32_t payload = done + (uint32_t)sizeof(reply), len;

		memcpy(&r, p->in + at, sizeof(r));
		reply.result = run_record(&r, &(struct payload) {
			.in = p->in + at + sizeof(r), .in_len = r.in_len,
			.out = p->out + payload, .room = r.out_len,
			.got = p->got + payload, .partial = p->partial,
		});
		memcpy(p->out + done, &reply, sizeof(reply));
		len = reply.result > 0 ? (uint32_t)reply.result : 0;
		memset(p->out + payload + len, 0, padded(len) - len);
		done = payload + padded(len);
		at += (uint32_t)sizeof(r) + padded(r.in_len);
		/* A batch may end early, but then no later reply may exist. */
		stop = (reply.result < 0 && head.flags & 1) ||
		       p->result == (long)done;
	}
	return (int32_t)done;
}

/*
 * Calls.
 */

/* Is that the number of an op that the model does not know? */
static bool is_other(uint32_t cmd)
{
	const struct model_row *row = model_find(cmd & NUMBER);

	return row && !row->answer && !(row->flags & XEN_ALICE_OP_F_EVENT);
}

/**
 * model_foresees() - whether the model can predict a call
 * @call: the call, which was not made yet
 * @view: memory before it
 *
 * Return: false for an op that the model does not know, and for a batch that contains one.
 */
bool model_foresees(const struct call *call, const struct view *view)
{
	const uint32_t len = least(call->in_len, view->readable);
	uint32_t at = sizeof(struct xen_alice_batch);
	struct xen_alice_batch_record r;

	if ((call->cmd & NUMBER) != XEN_ALICE_OP_BATCH)
		return !is_other(call->cmd);
	/* Nothing after a record that is too long runs. */
	for (; at + sizeof(r) <= len; at += (uint32_t)sizeof(r) + padded(r.in_len)) {
		memcpy(&r, view->in + at, sizeof(r));
		if (is_other(r.cmd))
			return false;
	}
	return true;
}

/**
 * model_call() - the expected result of a call
 * @call: the call, which was made
 * @by: who made it
 * @view: memory before and after it
 * @answer: set to the expected result and bytes
 */
void model_call(const struct call *call, const struct caller *by,
		const struct view *view, struct answer *answer)
{
	const struct model_row *row = model_find(call->cmd & NUMBER);
	const uint32_t room = row ? least(call->out_len, row->out_max) : 0;

	caller = by;
	answer->len = 0;
	answer->result = run(&(struct attempt) {
		.row = row, .word = call->cmd, .in_len = call->in_len,
		.room = room, .readable = view->readable, .null = !call->arg,
	}, &(struct payload) {
		.in = view->in, .in_len = call->in_len, .out = answer->bytes,
		.room = room, .got = view->got, .result = view->result,
		.partial = view->writable < room,
	});
	if (answer->result > 0) {
		answer->len = (uint32_t)answer->result;
	/* The op ran, and its answer cannot be written. */
		if (answer->len > view->writable)
			answer->result = -XEN_EFAULT;
	}
	count(row, call->in_len, answer->result);
}
