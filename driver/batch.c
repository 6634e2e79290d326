// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: many ops in few entries into the hypervisor.
 *
 * Ops are copied in a window at a time and checked one by one, as single ones
 * are. Those that are let through are packed into a page, with their input, as
 * the hypervisor's op batch wants them; when the page is full it is run, and the
 * answers go out. What the hypervisor left for another time goes into the next page.
 * An op that does not fit into a page is called by itself, in its turn, and so are
 * all of them where the hypervisor has no op batch.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <public/alice.h>

#include "alice.h"
#include "counters.h"
#include "payload.h"
#include "table.h"
#include "trace.h"

/* The longest request, and the longest answer, of op batch. */
#define ALICE_PAGE_LEN		4096

/* How many ops are copied in at once: what fills a page without any payload. */
#define ALICE_WINDOW \
	((ALICE_PAGE_LEN - sizeof(struct xen_alice_batch)) / \
	 sizeof(struct xen_alice_batch_record))

/* Memory for a window of @ops ops: the ops, then their results. */
#define ALICE_WINDOW_LEN(ops) \
	((ops) * (sizeof(struct alice_op) + sizeof(s32)))

/* So many ops fit behind the page into the memory that a file keeps. */
#define ALICE_SMALL_WINDOW \
	((ALICE_SPARE_LEN - ALICE_PAGE_LEN) / ALICE_WINDOW_LEN(1))

/* Both headers define it, and both mean the same. */
static_assert(ALICE_BATCH_STOP_ON_ERROR == 1);

/**
 * struct alice_page - the page, and what is in it
 * @buf: the request, and then the answer
 * @in_room: the longest request, in bytes; 0 where no op fits into a page
 * @out_room: the longest answer, in bytes
 * @in_len: length of the request, in bytes
 * @out_len: length of the longest answer to it, in bytes
 * @ops: how many ops are in it
 */
struct alice_page {
	void *buf;
	u32 in_room;
	u32 out_room;
	u32 in_len;
	u32 out_len;
	u32 ops;
};

/**
 * struct alice_shape - an op that was let through, and what its like takes of a page
 * @op: the op; its like has the same cmd and lengths
 * @record: its record's head
 * @in_size: length of the record
 * @out_size: length of its longest reply
 *
 * Most batches are rows of ops that are alike, and need to be checked once.
 */
struct alice_shape {
	struct alice_op op;
	struct xen_alice_batch_record record;
	u32 in_size;
	u32 out_size;
};

/**
 * struct alice_run - a batch that is being run
 * @file: the open file
 * @batch: the program's request
 * @done: ops that were attempted, and whose results were written
 * @failed: one of them failed
 * @ops: the window: ops as they were copied in
 * @results: theirs; of an op in the page the room for its answer, until it is there
 * @page: the page
 */
struct alice_run {
	const struct file *file;
	const struct alice_batch *batch;
	u32 done;
	bool failed;
	struct alice_op *ops;
	s32 *results;
	struct alice_page page;
};

/* That a batch stopped, as it was told to, after an op that failed. */
#define ALICE_STOPPED		1

/* The cmd of an op that has more to it than this driver knows. */
#define ALICE_UNREAD		U32_MAX

/* That there is no room for an op in the page. */
#define ALICE_FULL		1

static bool alice_run_stops(const struct alice_run *run)
{
	return run->batch->flags & ALICE_BATCH_STOP_ON_ERROR;
}

static u64 alice_op_at(const struct alice_batch *batch, u32 index)
{
	return batch->ops + (u64)index * batch->op_size;
}

/* Copy up to @n ops in, from op @run->done on. Returns how many came. */
static u32 alice_window_read(struct alice_run *run, u32 n)
{
	const struct alice_batch *batch = run->batch;
	u32 i;

	/*
	 * A copy that fails may stop before the last byte that could be read, and so
	 * within an op that is all there: which ones are is found op by op.
	 */
	if (batch->op_size == sizeof(*run->ops) &&
	    !copy_from_user(run->ops,
			    alice_user_ptr(alice_op_at(batch, run->done)),
			    n * sizeof(*run->ops)))
		return n;

	for (i = 0; i < n; i++) {
		u64 at = alice_op_at(batch, run->done + i);
		int ret = alice_op_read(&run->ops[i], alice_user_ptr(at),
					batch->op_size);

		if (ret == -EFAULT)
			break;
		/* The op's own fault, which is found when it is its turn. */
		if (ret)
			run->ops[i] = (struct alice_op){ .cmd = ALICE_UNREAD };

		/*
		 * Each may be a page of zeros to look at, and a window has hundreds.
		 * Whoever runs the ops finds the signal again.
		 */
		cond_resched();
		if (signal_pending(current))
			return i + 1;
	}

	return i;
}

static u32 alice_record_size(u32 in_len)
{
	return sizeof(struct xen_alice_batch_record) +
	       ALIGN(in_len, ALICE_BATCH_ALIGN);
}

static u32 alice_reply_size(u32 len)
{
	return sizeof(struct xen_alice_batch_reply) +
	       ALIGN(len, ALICE_BATCH_ALIGN);
}

/* As alice_check_op(), of an op of the window. */
static int alice_run_check(const struct alice_run *run, const struct alice_op *op)
{
	if (op->cmd == ALICE_UNREAD && run->batch->op_size > sizeof(*op))
		return -E2BIG;

	return alice_check_op(run->file, op);
}

/* Check an op, and learn its shape. */
static noinline int alice_shape_learn(const struct alice_run *run,
				      const struct alice_op *op,
				      struct alice_shape *shape)
{
	int room = alice_run_check(run, op);

	if (room < 0)
		return room;

	shape->op = *op;
	shape->record.cmd = op->cmd;
	shape->record.in_len = op->in_len;
	shape->record.out_len = room;
	shape->in_size = alice_record_size(op->in_len);
	shape->out_size = alice_reply_size(room);

	return 0;
}

static __always_inline bool alice_shape_fits(const struct alice_shape *shape,
					     const struct alice_op *op)
{
	return !memcmp(&shape->op, op, offsetof(struct alice_op, in));
}

/* Put an op's input behind its record's head, and see that its answer can go out. */
static noinline int alice_page_payload(struct xen_alice_batch_record *record,
				       const struct alice_op *op,
				       const struct alice_shape *shape)
{
	/* The input's padding has to be zero. */
	if (op->in_len)
		memset((void *)record + shape->in_size - ALICE_BATCH_ALIGN, 0,
		       ALICE_BATCH_ALIGN);

	if (alice_payload_in(record + 1, op->in, op->in_len) ||
	    alice_payload_probe(op->out, shape->record.out_len))
		return -EFAULT;

	return 0;
}

/*
 * Put an op of this shape into the page. Returns 0, ALICE_FULL, or -EFAULT for its
 * payload; the page is as it was then.
 */
static __always_inline int alice_page_add(struct alice_page *page,
					  const struct alice_op *op,
					  const struct alice_shape *shape)
{
	struct xen_alice_batch_record *record = page->buf + page->in_len;
	u32 in_len = page->in_len + shape->in_size;
	u32 out_len = page->out_len + shape->out_size;

	if (in_len > page->in_room || out_len > page->out_room)
		return ALICE_FULL;

	if ((op->in_len | shape->record.out_len) &&
	    alice_page_payload(record, op, shape))
		return -EFAULT;

	*record = shape->record;
	page->in_len = in_len;
	page->out_len = out_len;
	page->ops++;

	return 0;
}

/*
 * Fill an empty page with ops of the window, from op @first up to @end, until one
 * does not fit any more; those that are refused only get their results. Returns
 * before which op it stopped. That is @first itself where it never fits. None of
 * them counts as attempted before alice_page_answer().
 */
static noinline u32 alice_page_fill(struct alice_run *run, u32 first, u32 end)
{
	struct alice_page page = run->page;
	/* No op has this cmd. */
	struct alice_shape shape = { .op.cmd = ALICE_MAX_CMDS };
	const struct alice_op *op = run->ops + first;
	s32 *result = run->results + first;
	bool stops = alice_run_stops(run);
	u32 i;

	page.in_len = sizeof(struct xen_alice_batch);
	page.out_len = 0;
	page.ops = 0;

	for (i = first; i < end; i++, op++, result++) {
		int ret = 0;

		if (!alice_shape_fits(&shape, op))
			ret = alice_shape_learn(run, op, &shape);
		if (likely(!ret))
			ret = alice_page_add(&page, op, &shape);
		if (likely(!ret)) {
			*result = shape.record.out_len;
			continue;
		}

		/* Ops in the page come first, and may stop the batch. */
		if (ret == ALICE_FULL || (page.ops && stops))
			break;

		*result = ret;
		if (stops) {
			i++;
			break;
		}
	}

	run->page = page;
	return i;
}

/*
 * How long is the reply at @reply, of which @left bytes are there, to an op that
 * had @room? 0 where it makes no sense.
 */
static __always_inline u32
alice_reply_check(const struct xen_alice_batch_reply *reply, u32 left, u32 room)
{
	u32 size = sizeof(*reply);

	if (left < size)
		return 0;

	/* As an unsigned number an errno is above every room. */
	if (likely((u32)reply->result <= room))
		size = alice_reply_size(reply->result);
	else if (reply->result >= 0 || reply->result <= -ERESTARTSYS)
		return 0;

	return size <= left ? size : 0;
}

static noinline void alice_run_refused(struct alice_run *run,
				       const struct alice_op *op, int error)
{
	alice_count_refused(error);
	run->failed = true;
	trace_alice_op(op, error);
}

/*
 * Hand out the replies to the ops of the page, which are ops @first up to @end
 * of the window but for those that were refused, from an answer of @len bytes, or
 * the errno by which the hypervisor refused all of them. Returns before which op
 * the batch ended: a hypervisor that has something else to do leaves the last ones
 * for another time.
 */
static noinline u32 alice_page_answer(struct alice_run *run, u32 first, u32 end,
				      long len)
{
	const struct xen_alice_batch_reply *reply = run->page.buf;
	const struct alice_op *op = run->ops + first, *last = run->ops + end;
	s32 *result = run->results + first;
	u32 left = max(len, 0L), calls = 0, errors = 0, in_bytes = 0, out_bytes = 0;
	int error = len < 0 ? len : -EIO;
	bool stops = alice_run_stops(run), odd = false;

	for (; op < last; op++, result++) {
		s32 room = *result, answer;
		u32 size;

		/* Refused, and never in the page. */
		if (room < 0) {
			alice_run_refused(run, op, room);
			continue;
		}

		/* Without a single reply it would be asked for ever. */
		if (!left && calls && !odd)
			break;

		calls++;
		size = alice_reply_check(reply, left, room);
		if (likely(size)) {
			answer = reply->result;
			left -= size;
		} else {
			/* Nor does anything behind it make sense. */
			answer = error;
			left = 0;
			odd = true;
		}

		if (unlikely(answer < 0)) {
			errors++;
		} else if (op->in_len | answer) {
			in_bytes += op->in_len;
			out_bytes += answer;
			answer = alice_payload_out(op->out, reply + 1, answer);
		}

		*result = answer;
		trace_alice_op(op, answer);
		reply = (const void *)reply + size;

		if (unlikely(answer < 0)) {
			run->failed = true;
			/* If more is left, more ran, and is to be told. */
			if (stops && !left) {
				op++;
				break;
			}
		}
	}

	if (len >= 0 && (odd || left))
		pr_warn_ratelimited("op %u: Xen's answer of %ld bytes makes no sense: report this to whoever built Xen\n",
				    ALICE_OP_BATCH, len);

	if (calls)
		alice_count_batch(calls, errors, in_bytes, out_bytes);

	return op - run->ops;
}

/* Have the hypervisor run the page. Returns what it answered. */
static long alice_page_call(const struct alice_run *run)
{
	const struct alice_page *page = &run->page;
	struct xen_alice_batch *head = page->buf;

	head->flags = run->batch->flags;
	head->reserved = 0;

	/* What Xen claims to have written and did not must not be a leak. */
	if (page->out_len > page->in_len)
		memset(page->buf + page->in_len, 0, page->out_len - page->in_len);

	return alice_hv_call(ALICE_OP_BATCH, head, page->in_len, page->out_len);
}

/* Call op @i of the window by itself. */
static int alice_run_single(struct alice_run *run, u32 i)
{
	const struct alice_op *op = &run->ops[i];
	int ret = alice_run_check(run, op);

	if (ret < 0)
		alice_count_refused(ret);
	else
		ret = alice_call_op(op, ret, run->file);
	if (ret == -ERESTARTSYS)
		return -EINTR;

	run->results[i] = ret;
	run->failed |= ret < 0;
	trace_alice_op(op, ret);

	return 0;
}

/*
 * Attempt ops of the window, from op @first on, up to @end: as many as fill a page,
 * or a single one. Writes their results. Returns 0, ALICE_STOPPED, -EINTR or
 * -EFAULT; after an error none of them ran, unless @run->done is 0.
 */
static int alice_run_some(struct alice_run *run, u32 first, u32 end)
{
	s32 *results = run->results + first;
	u32 next = alice_page_fill(run, first, end), n;
	u64 to = run->batch->results + run->done * sizeof(*results);
	int ret;

	cond_resched();

	n = next > first ? next - first : 1;
	if (alice_payload_probe(to, n * sizeof(*results)))
		return -EFAULT;

	if (signal_pending(current))
		return -EINTR;

	if (next == first) {
		ret = alice_run_single(run, first);
		if (ret)
			return ret;
	} else {
		/* Where all were refused there is nothing to ask. */
		long len = run->page.ops ? alice_page_call(run) : 0;

		n = alice_page_answer(run, first, next, len) - first;
	}

	if (copy_to_user(alice_user_ptr(to), results, n * sizeof(*results))) {
		/* What ran is lost: at least the program is to know that. */
		run->done = 0;
		return -EFAULT;
	}

	run->done += n;

	return run->failed && alice_run_stops(run) ? ALICE_STOPPED : 0;
}

/* Run a batch whose memory is there. Returns what the ioctl does. */
static long alice_run_all(struct alice_run *run, u32 window)
{
	u32 start, n;
	int ret;

	do {
		start = run->done;
		n = alice_window_read(run, min(window, run->batch->count - start));
		ret = n ? 0 : -EFAULT;
		while (!ret && run->done - start < n)
			ret = alice_run_some(run, run->done - start, n);
	} while (!ret && run->done < run->batch->count);

	return run->done ? run->done : ret;
}

/* Get memory for a window behind the page @page, or apart from it. */
static void *alice_window_get(void *page, u32 ops)
{
	if (ops <= ALICE_SMALL_WINDOW)
		return page + ALICE_PAGE_LEN;

	return kvmalloc(ALICE_WINDOW_LEN(ops), GFP_KERNEL_ACCOUNT);
}

static void alice_window_put(void *window, u32 ops)
{
	if (ops > ALICE_SMALL_WINDOW)
		kvfree(window);
}

/* Run a batch with its page. Returns what the ioctl does. */
static long alice_batch_run(const struct file *file,
			    const struct alice_batch *batch, void *page)
{
	struct alice_run run = { .file = file, .batch = batch, .page.buf = page };
	u32 window = min_t(u32, batch->count, ALICE_WINDOW);
	struct alice_limits limits;
	long ret;

	run.ops = alice_window_get(page, window);
	if (!run.ops)
		return -ENOMEM;

	run.results = (s32 *)(run.ops + window);
	if (!alice_table_find(ALICE_OP_BATCH, &limits)) {
		run.page.in_room = min_t(u32, limits.in_max, ALICE_PAGE_LEN);
		run.page.out_room = min_t(u32, limits.out_max, ALICE_PAGE_LEN);
	}

	ret = alice_run_all(&run, window);
	alice_window_put(run.ops, window);

	return ret;
}

static long alice_batch_many(const struct file *file,
			     const struct alice_batch *batch)
{
	void *page = alice_memory_get(alice_file(file), ALICE_SPARE_LEN);
	long ret;

	if (!page)
		return -ENOMEM;

	ret = alice_batch_run(file, batch, page);
	alice_memory_put(alice_file(file), ALICE_SPARE_LEN, page);

	return ret;
}

/* A batch of one needs nothing that a single op does not. */
static long alice_batch_one(const struct file *file,
			    const struct alice_batch *batch)
{
	s32 __user *result = alice_user_ptr(batch->results);
	struct alice_op op;
	long ret;

	ret = alice_op_read(&op, alice_user_ptr(batch->ops), batch->op_size);
	if (ret == -EFAULT || alice_payload_probe(batch->results, sizeof(*result)))
		return -EFAULT;

	if (!ret)
		ret = alice_check_op(file, &op);
	if (ret < 0)
		alice_count_refused(ret);
	else
		ret = alice_call_op(&op, ret, file);
	if (ret == -ERESTARTSYS)
		return -EINTR;

	trace_alice_op(&op, ret);

	return put_user((s32)ret, result) ? -EFAULT : 1;
}

/**
 * alice_batch() - call many ops for a program
 * @file: the open file
 * @batch: the program's request, copied from it
 *
 * Context: Process context; may sleep.
 * Return: how many ops were attempted, their results written, or a negative errno
 *	where that is none: -EINVAL for a bad request, -EFAULT for one that cannot
 *	be read or whose results cannot be written, -EINTR, -ENOMEM.
 */
long alice_batch(const struct file *file, const struct alice_batch *batch)
{
	if ((batch->flags & ~ALICE_BATCH_STOP_ON_ERROR) || batch->reserved ||
	    !batch->count || batch->count > ALICE_MAX_BATCH || !batch->op_size)
		return -EINVAL;

	if (batch->op_size > ALICE_MAX_OP_SIZE)
		return -E2BIG;

	if (batch->count == 1)
		return alice_batch_one(file, batch);

	return alice_batch_many(file, batch);
}
