// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: many ops in few entries into the hypervisor.
 *
 * A batch is run in rounds. Each round copies the next ops in and checks them like
 * single ops. Those before the first that is refused are packed with their input
 * into a page, which is the request of the hypervisor's op batch. Then the answers
 * are copied out. The next round begins with the first op that was not attempted.
 *
 * An op that is refused, does not fit into the page, or is LONG is called by itself
 * in its turn. So are all ops if the hypervisor has no op batch.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/sched/signal.h>

#include "call.h"
#include "trace.h"

/* Upper bound for the ops of one round. */
#define ALICE_ROUND_OPS		64

/* The program's flags are passed on to the hypervisor. */
static_assert(ALICE_BATCH_STOP_ON_ERROR == XEN_ALICE_BATCH_STOP_ON_ERROR);

/**
 * struct alice_round - memory for one round
 * @page: the request to the hypervisor, and then its answer
 * @ops: the ops, as they were copied in
 * @results: their results; for an op in the page, the room for its answer until
 *	that has come
 */
struct alice_round {
	u8 page[XEN_ALICE_BATCH_LEN];
	struct alice_op ops[ALICE_ROUND_OPS];
	s32 results[ALICE_ROUND_OPS];
};

static_assert(sizeof(struct alice_round) <= ALICE_SPARE_LEN);

/**
 * struct alice_run - state of a batch that runs
 * @file: the open file
 * @batch: the program's request
 * @round: memory for one round
 * @done: number of ops that were attempted, with their results written
 * @tries: number of refreshes of the table since an op was last attempted
 * @call: the call that sends the page
 * @in_len: length of the request in the page, in bytes
 * @out_len: length of the longest answer to it, in bytes
 * @stops: the batch ends with the first op that fails
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
 * Copy the next ops in. Returns their number, or -EFAULT. The result of an op is
 * set to -E2BIG if bytes that this driver does not know are not zero, else to 0.
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

	/* Run the ops before one that cannot be read. */
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

/* Size of a record, or a reply, with @len bytes of payload. */
static u32 alice_framed(u32 len)
{
	return sizeof(struct xen_alice_batch_record) + ALIGN(len, XEN_ALICE_BATCH_ALIGN);
}

/*
 * Copy the input of @n ops into the page. Returns the number of ops before the
 * first whose input cannot be read.
 */
static u32 alice_pack_payload(struct alice_run *run, u32 n)
{
	void *at = run->round->page + sizeof(struct xen_alice_batch);
	u32 i, out_len = 0;

	for (i = 0; i < n; i++) {
		const struct alice_op *op = &run->round->ops[i];
		void *next = at + alice_framed(op->in_len);

		if (op->in_len) {
			/* Xen checks that the padding is zero. */
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
 * Check @n ops and pack them into the page. Returns the number of ops packed, from
 * the first on. Their results are set to the room for their answers.
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

		/* If it is refused, alice_op() refreshes the table and checks again. */
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
 * Size of the reply to an op that had @room bytes for its answer, or 0 if the reply
 * is invalid. @left bytes of the hypervisor's answer are left.
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
 * Copy the answers to @n ops out and set their results. @len is the length of the
 * hypervisor's answer, or the errno with which it refused all of them. Returns the
 * number of ops attempted: the hypervisor may leave the last ones if its CPU is
 * needed.
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

		/* Behind an invalid reply, the next cannot be found. */
		size = alice_reply_len(reply, left, *result);
		odd |= !size;
		*result = size ? reply->result : error;
		/* No op may answer this errno: see alice_again(). */
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

		/* Replies that are left are of ops that ran: report these, too. */
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

	/* If not negative, it is 0 or the room that alice_pack() left there. */
	if (*result < 0)
		alice_count_refused(*result);
	else
		*result = alice_op(run->file, &run->round->ops[0]);

	run->failed = *result < 0;

	return *result == -ERESTARTNOINTR ? *result : 1;
}

/* Run one round. Returns the number of ops attempted, or a negative errno. */
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

	/* Xen may run a whole page of ops: let other tasks run first. */
	cond_resched();
	ret = alice_send(run->file, XEN_ALICE_OP_BATCH, &run->call, head,
			 run->in_len, run->out_len);
	if (run->call.stale && alice_again(run->file, &run->call, &run->tries, &ret))
		return 0;
	if (ret == -ERESTARTNOINTR)
		return ret;

	return alice_unpack(run, next, ret);
}

/* Run all rounds. Returns the number of ops attempted, or a negative errno. */
static long alice_run(struct alice_run *run)
{
	const struct alice_batch *batch = run->batch;
	int n;

	do {
		u64 to = batch->results + run->done * sizeof(s32);

		n = alice_round(run);
		if (n < 0)
			break;

		/* The results of ops that ran are lost: tell the program so. */
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

	/* If n is 0, a signal came in a stale round, and nothing has run. */
	return n ? n : -ERESTARTNOINTR;
}

/**
 * alice_batch() - ALICE_IOC_BATCH: call many ops for a program
 * @file: the open file
 * @user: the program's struct alice_batch
 * @size: its size, in bytes
 *
 * Context: Process context; may sleep.
 * Return: number of ops attempted, with their results written; a negative errno,
 *	see ALICE_IOC_BATCH; or -ERESTARTNOINTR if nothing has run.
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
