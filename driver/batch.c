// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: many ops in few entries into the hypervisor.
 *
 * A batch is run in rounds. Each round copies the next ops in, checks them one by
 * one as single ops are, packs those up to the first that is refused into a page
 * with their input, as the hypervisor's op batch wants them, and has the hypervisor
 * run the page. Then the answers go out. What a round did not attempt, the next one
 * begins with. An op that is refused, does not fit into a page or takes many steps
 * is called by itself, in its turn, and so are all where the hypervisor has no op
 * batch.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/sched/signal.h>

#include "call.h"
#include "trace.h"

/* How many ops one round can attempt. */
#define ALICE_ROUND_OPS		64

/* Both headers define it, and both mean the same. */
static_assert(ALICE_BATCH_STOP_ON_ERROR == XEN_ALICE_BATCH_STOP_ON_ERROR);

/**
 * struct alice_round - memory for one round
 * @page: the request to the hypervisor, and then its answer
 * @ops: the ops, as they were copied in
 * @results: theirs; of an op in the page the room for its answer, until it is there
 */
struct alice_round {
	u8 page[XEN_ALICE_BATCH_LEN];
	struct alice_op ops[ALICE_ROUND_OPS];
	s32 results[ALICE_ROUND_OPS];
};

static_assert(sizeof(struct alice_round) <= ALICE_SPARE_LEN);

/**
 * struct alice_run - a batch that is being run
 * @file: the open file
 * @batch: the program's request
 * @round: memory for one round
 * @done: ops that were attempted, and whose results were written
 * @tries: how often in a row a round was stale
 * @call: what the page goes out with
 * @in_len: length of the request in the page, in bytes
 * @out_len: length of the longest answer to it, in bytes
 * @stops: nothing is to be attempted after an op that failed
 * @failed: an op of this round failed
 */
struct alice_run {
	struct file *file;
	const struct alice_batch *batch;
	struct alice_round *round;
	u32 done;
	unsigned int tries;
	struct alice_call call;
	u32 in_len;
	u32 out_len;
	bool stops;
	bool failed;
};

/*
 * Copy the next ops in. Returns how many, or -EFAULT. Sets the result of one that
 * has more to it than this driver knows to -E2BIG, and that of others to 0.
 */
static int alice_round_read(struct alice_run *run)
{
	const struct alice_batch *batch = run->batch;
	struct alice_round *round = run->round;
	u64 at = batch->ops + (u64)run->done * batch->op_size;
	u32 n = min_t(u32, batch->count - run->done, ALICE_ROUND_OPS), i;

	if (batch->op_size == sizeof(*round->ops)) {
		memset(round->results, 0, n * sizeof(*round->results));
		if (!copy_from_user(round->ops, alice_user_ptr(at), n * sizeof(*round->ops)))
			return n;
	}

	/* Those before one that cannot be read are run. */
	for (i = 0; i < n; i++) {
		int ret = copy_struct_from_user(&round->ops[i], sizeof(*round->ops),
						alice_user_ptr(at), batch->op_size);

		if (ret == -EFAULT)
			break;

		round->results[i] = ret;
		at += batch->op_size;
		cond_resched();
	}

	return i ? i : -EFAULT;
}

/* How many bytes a record, or a reply, with @len bytes of payload takes. */
static u32 alice_framed(u32 len)
{
	return sizeof(struct xen_alice_batch_record) + ALIGN(len, XEN_ALICE_BATCH_ALIGN);
}

/*
 * Copy the input of @n ops into the page. Returns before which of them it stopped,
 * because the next one's cannot be read.
 */
static u32 alice_pack_payload(struct alice_run *run, u32 n)
{
	void *at = run->round->page + sizeof(struct xen_alice_batch);
	u32 i, out_len = 0;

	for (i = 0; i < n; i++) {
		const struct alice_op *op = &run->round->ops[i];
		void *next = at + alice_framed(op->in_len);

		if (op->in_len) {
			/* The padding has to be zero. */
			memset(next - XEN_ALICE_BATCH_ALIGN, 0, XEN_ALICE_BATCH_ALIGN);
			if (copy_from_user(at + sizeof(struct xen_alice_batch_record),
					   alice_user_ptr(op->in), op->in_len))
				break;
		}

		out_len += alice_framed(run->round->results[i]);
		at = next;
	}

	run->in_len = at - (void *)run->round->page;
	run->out_len = out_len;

	return i;
}

/*
 * Check @n ops, and put them into the page. Returns before which of them it
 * stopped; those before it are in the page, and have the room for their answer for a
 * result.
 */
static u32 alice_pack(struct alice_run *run, u32 n)
{
	u32 in_len = sizeof(struct xen_alice_batch), out_len = 0, payload = 0, i;
	struct alice_round *round = run->round;
	const struct alice_table *table;

	rcu_read_lock();
	table = rcu_dereference(alice_table);
	alice_call_init(&run->call, run->file, table);
	if (!(run->call.flags & ALICE_INFO_BATCH))
		n = 0;

	for (i = 0; i < n; i++) {
		struct xen_alice_batch_record *record = (void *)round->page + in_len;
		const struct alice_op *op = &round->ops[i];
		const struct alice_row *row;
		u32 room;

		/* Whether today's table refuses it, too, a call by itself finds out. */
		if (round->results[i] || alice_check(run->file, table, op, &row))
			break;

		if (row->desc.flags & ALICE_OP_F_LONG)
			break;

		room = min(op->out_len, row->desc.out_max);
		if (in_len + alice_framed(op->in_len) > XEN_ALICE_BATCH_LEN ||
		    out_len + alice_framed(room) > XEN_ALICE_BATCH_LEN)
			break;

		record->cmd = op->cmd;
		record->in_len = op->in_len;
		record->out_len = room;
		round->results[i] = room;
		in_len += alice_framed(op->in_len);
		out_len += alice_framed(room);
		payload |= op->in_len;
	}
	rcu_read_unlock();

	run->in_len = in_len;
	run->out_len = out_len;

	return payload ? alice_pack_payload(run, i) : i;
}

/*
 * How long is a reply, of which @left bytes are there, to an op that had @room? 0 if
 * it makes no sense.
 */
static u32 alice_reply_len(const struct xen_alice_batch_reply *reply, u32 left, s32 room)
{
	u32 len;

	if (left < sizeof(*reply) || reply->result > room || reply->result <= -ERESTARTSYS)
		return 0;

	len = alice_framed(max(reply->result, 0));

	return len <= left ? len : 0;
}

/*
 * Hand out the replies to @n ops, from an answer of @len bytes, or the errno by
 * which the hypervisor refused all of them. Returns how many were attempted: a
 * hypervisor that has something else to do leaves the last ones.
 */
static u32 alice_unpack(struct alice_run *run, u32 n, long len)
{
	const struct xen_alice_batch_reply *reply = (void *)run->round->page;
	u32 left = max(len, 0L), errors = 0, i;
	int error = len < 0 ? len : -EIO;
	u64 in_bytes = 0, out_bytes = 0;
	bool odd = false;

	for (i = 0; i < n; i++) {
		const struct alice_op *op = &run->round->ops[i];
		s32 *result = &run->round->results[i];
		u32 size;

		/* Require one reply, or this would loop. */
		if (!left && i && !odd)
			break;

		/* Behind a reply that makes no sense none does. */
		size = alice_reply_len(reply, left, *result);
		odd |= !size;
		*result = size ? reply->result : error;
		/* As of a single op: this errno is the table's alone. */
		if (size && *result == -ESTALE)
			*result = -EIO;
		left = size ? left - size : 0;
		if (*result < 0) {
			errors++;
		} else {
			in_bytes += op->in_len;
			out_bytes += *result;
		}
		if (*result > 0 && copy_to_user(alice_user_ptr(op->out), reply + 1, *result))
			*result = -EFAULT;
		reply = (void *)reply + size;

		trace_alice_op(op, *result);
		run->failed |= *result < 0;

		/* If more is left, more ran, and is to be told. */
		if (run->failed && run->stops && !left) {
			i++;
			break;
		}
	}

	if (len >= 0 && (odd || left))
		pr_warn_ratelimited("op %u: Xen's answer of %ld bytes makes no sense: report this to whoever built Xen\n",
				    XEN_ALICE_OP_BATCH, len);

	alice_count_sent(1, i, errors, in_bytes, out_bytes);

	return i;
}

/* Call the first op of the round by itself. Returns 1, or -ERESTARTNOINTR. */
static int alice_round_single(struct alice_run *run)
{
	s32 *result = &run->round->results[0];

	/* It may have the room for its answer there, from being packed. */
	if (*result < 0)
		alice_count_refused(*result);
	else
		*result = alice_op(run->file, &run->round->ops[0]);

	run->failed = *result < 0;

	return *result == -ERESTARTNOINTR ? *result : 1;
}

/* Attempt the next ops. Returns how many were, or a negative errno. */
static int alice_round(struct alice_run *run)
{
	struct xen_alice_batch *head = (void *)run->round->page;
	int n = alice_round_read(run);
	long ret;
	u32 next;

	run->failed = false;

	if (n < 0)
		return n;
	if (n == 1)
		return alice_round_single(run);

	next = alice_pack(run, n);
	if (!next)
		return alice_round_single(run);

	head->flags = run->batch->flags;
	head->reserved = 0;

	/* Zero the rest: a wrong length from Xen must not leak kernel memory. */
	if (run->out_len > run->in_len)
		memset((void *)head + run->in_len, 0, run->out_len - run->in_len);

	/* Who was woken meanwhile need not wait for a page of ops. */
	cond_resched();
	ret = alice_send(run->file, XEN_ALICE_OP_BATCH, &run->call, head,
			 run->in_len, run->out_len);
	if (run->call.stale && alice_again(run->file, &run->call, &run->tries, &ret))
		return 0;
	if (ret == -ERESTARTNOINTR)
		return ret;

	return alice_unpack(run, next, ret);
}

/* Run a batch, round by round. */
static long alice_run(struct alice_run *run)
{
	const struct alice_batch *batch = run->batch;
	int n;

	do {
		u64 to = batch->results + run->done * sizeof(s32);

		n = alice_round(run);
		if (n < 0)
			break;

		/* What ran is lost: at least the program is to know that. */
		if (copy_to_user(alice_user_ptr(to), run->round->results, n * sizeof(s32)))
			return -EFAULT;

		run->done += n;
		if (n)
			run->tries = 0;
		cond_resched();
	} while (run->done < batch->count && !(run->failed && run->stops) &&
		 !signal_pending(current));

	if (run->done)
		return run->done;

	/* A signal came where the table had changed, and nothing had run. */
	return n ? n : -ERESTARTNOINTR;
}

/**
 * alice_batch() - ALICE_IOC_BATCH: call many ops for a program
 * @file: the open file
 * @user: the program's structure
 * @size: its size, in bytes
 *
 * Context: Process context; may sleep.
 * Return: how many ops were attempted, their results written, or a negative errno
 *	as ALICE_IOC_BATCH, or -ERESTARTNOINTR where nothing has run.
 */
long alice_batch(struct file *file, void __user *user, size_t size)
{
	struct alice_batch batch;
	struct alice_run run = { .file = file, .batch = &batch };
	long ret;

	ret = copy_struct_from_user(&batch, sizeof(batch), user, size);
	if (ret)
		return ret;

	if ((batch.flags & ~ALICE_BATCH_STOP_ON_ERROR) || batch.reserved ||
	    !batch.count || batch.count > ALICE_MAX_BATCH || !batch.op_size)
		return -EINVAL;

	if (batch.op_size > ALICE_MAX_OP_SIZE)
		return -E2BIG;

	run.stops = batch.flags & ALICE_BATCH_STOP_ON_ERROR;
	run.round = alice_buffer_get(alice_file(file), sizeof(*run.round));
	if (!run.round)
		return -ENOMEM;

	ret = alice_run(&run);
	alice_buffer_put(alice_file(file), sizeof(*run.round), run.round);
	trace_alice_batch(&batch, ret);

	return ret;
}
