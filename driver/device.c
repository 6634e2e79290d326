// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's file operations, and the path of a single op from the ioctl to Xen
 * and back.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "call.h"
#include "trace.h"

/* Payloads up to this size, in bytes, use the stack: copies to it are cheaper. */
#define ALICE_SMALL_LEN		128

/* All other low flags close an op to programs. */
#define ALICE_OP_F_OPEN		(ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN | ALICE_OP_F_CONTROL | \
				 ALICE_OP_F_LONG | ALICE_OP_F_EVENT)

/**
 * alice_access_flags() - check whether the caller may call an op with such flags
 * @file: the open file
 * @flags: the low flags of the op
 * @audit: audit a missing capability; false for a mere query
 *
 * The hypervisor enforces ALICE_OP_F_CONTROL.
 *
 * Context: Process context; does not sleep.
 * Return: 0, -EPERM or -EBADF.
 */
int alice_access_flags(const struct file *file, u32 flags, bool audit)
{
	if (flags & ~ALICE_OP_F_OPEN)
		return -EPERM;

	if ((flags & ALICE_OP_F_ADMIN) &&
	    !(audit ? capable(CAP_SYS_ADMIN) : ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN)))
		return -EPERM;

	if ((flags & ALICE_OP_F_WRITE) && !(file->f_mode & FMODE_WRITE))
		return -EBADF;

	return 0;
}

/**
 * alice_answer() - handle a return value of Xen that is not a valid length
 * @cmd: number of the op
 * @call: the call; sets its @out_len, and its @stale if Xen has another table
 * @room: room for the answer, in bytes
 * @ret: what Xen returned
 *
 * Context: Process context.
 * Return: the result of the call: @ret, or -EIO if it is invalid.
 */
long alice_answer(u32 cmd, struct alice_call *call, u32 room, long ret)
{
	/* After a migration, Xen may lack the hypercall. */
	call->stale = call->tag && (ret == -ESTALE || ret == -XEN_ENOSYS);

	/* A hypercall without arguments writes nothing, whatever it returns. */
	call->out_len = ret >= 0 && (call->flags & ALICE_INFO_LEGACY) ? 0 : -EIO;

	/* Errnos from ERESTARTSYS up are internal to the kernel. */
	if (!call->out_len || (ret < 0 && ret > -ERESTARTSYS))
		return ret;

	pr_warn_ratelimited("op %u: Xen answered %ld, with room for %u bytes: report this to whoever built Xen\n",
			    cmd, ret, room);
	return -EIO;
}

/**
 * alice_again() - prepare to check a stale call again
 * @file: the open file
 * @call: the call
 * @tries: counts the refreshes of the table for this call
 * @ret: result of the call; replaced if the table cannot be read, or if Xen
 *	answered ESTALE though the table is up to date
 *
 * Refreshes the table, unless the call was not sent and the restrictions changed.
 *
 * Context: Process context; may sleep.
 * Return: true if the call is to be checked again, false if @ret is final.
 */
bool alice_again(const struct file *file, const struct alice_call *call,
		 unsigned int *tries, long *ret)
{
	int changed;

	/* A call that was sent is repeated only for another table. */
	if (!call->sent && READ_ONCE(alice_file(file)->restrictions) != call->restrictions)
		return true;

	if (++*tries > ALICE_TRIES)
		return false;

	changed = alice_table_refresh(call->tag);
	if (changed == -EAGAIN)
		*ret = -ESTALE;
	else if (changed < 0)
		*ret = changed;
	else if (!changed && call->sent && *ret == -ESTALE)
		*ret = -EIO;

	return changed > 0;
}

/**
 * alice_buffer_get() - get memory for the payload of a call
 * @mine: the open file
 * @len: its size, in bytes
 *
 * The memory is charged to the task that allocates it. It is not zeroed, and is
 * often that of an earlier call on this open file.
 *
 * Context: Process context; may sleep.
 * Return: the memory, aligned to 8 bytes, or NULL.
 */
void *alice_buffer_get(struct alice_file *mine, size_t len)
{
	if (len > ALICE_SPARE_LEN)
		return kvmalloc(len, GFP_KERNEL_ACCOUNT);

	/* Concurrent calls on this file allocate their own. */
	return xchg(&mine->spare, NULL) ?:
	       (void *)__get_free_pages(GFP_KERNEL_ACCOUNT | __GFP_COMP, ALICE_SPARE_ORDER);
}

/**
 * alice_buffer_put() - give memory back after a call
 * @mine: the open file
 * @len: the size passed to alice_buffer_get(), in bytes
 * @buf: the memory
 *
 * Context: Process context.
 */
void alice_buffer_put(struct alice_file *mine, size_t len, void *buf)
{
	if (len > ALICE_SPARE_LEN)
		kvfree(buf);
	else
		free_pages((unsigned long)xchg(&mine->spare, buf), ALICE_SPARE_ORDER);
}

/* Check a call and fill in @call. */
static __always_inline int alice_admit(struct file *file, const struct alice_op *op,
				       struct alice_call *call)
{
	const struct alice_table *table;
	const struct alice_row *row;
	int ret;

	rcu_read_lock();
	table = rcu_dereference(alice_table);
	alice_call_init(call, file, table);
	ret = alice_check(file, table, op, &row);
	if (likely(!ret)) {
		call->since = row->since;
		call->room = min(op->out_len, row->desc.out_max);
		call->cursor = row->desc.flags & ALICE_OP_F_LONG ? XEN_ALICE_CURSOR_LEN : 0;
	}
	rcu_read_unlock();

	return ret;
}

/*
 * Call a LONG op, step by step. Each step is checked like a single call. The op
 * ends with -ESTALE if its row changes between two steps.
 */
static noinline long alice_steps(struct file *file, const struct alice_op *op,
				 struct alice_call *call, void *buf)
{
	const u32 cursor = call->cursor;
	const u64 since = call->since;
	unsigned int tries = 0;
	bool begun = false;
	long ret;

	do {
		ret = alice_send(file, op->cmd, call, buf, cursor + op->in_len,
				 cursor + call->room);
		if (ret == -ERESTART) {
			begun = true;
			tries = 0;
			if (signal_pending(current)) {
				ret = -EINTR;
				break;
			}
			cond_resched();
		} else if (!begun || !call->stale || !alice_again(file, call, &tries, &ret)) {
			break;
		}

		ret = alice_admit(file, op, call);
		if (!ret && call->since != since)
			ret = -ESTALE;
	} while (!ret);

	if (begun) {
		/* It ran in part: do not start over, and count it as sent. */
		call->stale = false;
		call->sent = true;
	}
	if (ret >= 0 && ret < cursor)
		ret = alice_answer(op->cmd, call, cursor + call->room, ret);
	if (ret >= 0)
		ret -= cursor;
	call->out_len = ret;

	return ret;
}

/* Copy the input in, call Xen, copy the answer out. */
static long alice_call(struct file *file, const struct alice_op *op,
		       struct alice_call *call, void *buf)
{
	void *payload = buf + call->cursor;
	long ret;

	if (op->in_len && copy_from_user(payload, alice_user_ptr(op->in), op->in_len))
		return -EFAULT;

	/* Zero the rest: a wrong length from Xen must not leak kernel memory. */
	if (call->room > op->in_len)
		memset(payload + op->in_len, 0, call->room - op->in_len);

	if (unlikely(call->cursor)) {
		memset(buf, 0, call->cursor);
		ret = alice_steps(file, op, call, buf);
	} else {
		ret = alice_send(file, op->cmd, call, buf, op->in_len, call->room);
	}

	if (call->out_len > 0 && copy_to_user(alice_user_ptr(op->out), payload, call->out_len))
		return -EFAULT;

	return ret;
}

static noinline long alice_call_payload(struct file *file, const struct alice_op *op,
					struct alice_call *call)
{
	u8 small[ALICE_SMALL_LEN] __aligned(8);
	u32 len = call->cursor + max(op->in_len, call->room);
	void *buf;
	long ret;

	/* The stack may not be physically contiguous. */
	if (len <= sizeof(small) && !(call->flags & ALICE_TABLE_PHYS))
		return alice_call(file, op, call, small);

	buf = alice_buffer_get(alice_file(file), len);
	if (!buf)
		return -ENOMEM;

	ret = alice_call(file, op, call, buf);
	alice_buffer_put(alice_file(file), len, buf);

	return ret;
}

/* Check and call an op, once. */
static __always_inline long alice_attempt(struct file *file, const struct alice_op *op,
					  struct alice_call *call)
{
	long ret = alice_admit(file, op, call);

	if (unlikely(ret)) {
		/* The table may be out of date: refresh it before refusing. */
		call->stale = true;
		return ret;
	}

	if (op->in_len | call->room | call->cursor)
		return alice_call_payload(file, op, call);

	return alice_send(file, op->cmd, call, NULL, 0, 0);
}

/**
 * alice_op() - check and call one op for a program
 * @file: the open file
 * @op: the request, in kernel memory
 *
 * Counts and traces the call.
 *
 * Context: Process context; may sleep, but not while in Xen.
 * Return: length of the answer; a negative errno, see ALICE_IOC_OP; or
 *	-ERESTARTNOINTR.
 */
long alice_op(struct file *file, const struct alice_op *op)
{
	struct alice_call call;
	unsigned int tries = 0;
	long ret;

	do {
		ret = alice_attempt(file, op, &call);
	} while (unlikely(call.stale) && alice_again(file, &call, &tries, &ret));

	if (unlikely(!call.sent))
		alice_count_refused(ret);
	else if (unlikely(call.out_len < 0))
		alice_count_sent(0, 1, 1, 0, 0);
	else
		alice_count_sent(0, 1, 0, op->in_len, call.out_len);
	trace_alice_op(op, ret);

	return ret;
}

static long alice_ioctl_op(struct file *file, void __user *user, size_t size)
{
	struct alice_op op;
	int ret;

	if (size == sizeof(op))
		ret = copy_from_user(&op, user, sizeof(op)) ? -EFAULT : 0;
	else
		ret = copy_struct_from_user(&op, sizeof(op), user, size);
	if (!ret)
		return alice_op(file, &op);

	alice_count_refused(ret);
	return ret;
}

/* Copy a structure to a program, whose version of it may be shorter or longer. */
static int alice_copy_out(void __user *to, size_t to_size, const void *from, size_t from_size)
{
	size_t size = min(to_size, from_size);

	if (copy_to_user(to, from, size) || clear_user(to + size, to_size - size))
		return -EFAULT;

	return 0;
}

static long alice_ioctl_info(struct file *file, void __user *user, size_t size)
{
	struct alice_info info;

	alice_table_info(&info);
	if (READ_ONCE(alice_file(file)->restrictions))
		info.flags |= ALICE_INFO_RESTRICTED;

	return alice_copy_out(user, size, &info, sizeof(info));
}

static long alice_ioctl_describe(struct file *file, void __user *user, size_t size)
{
	const struct alice_row *row = NULL;
	const struct alice_table *table;
	struct alice_describe describe;
	int ret;

	ret = copy_struct_from_user(&describe, sizeof(describe), user, size);
	if (ret)
		return ret;

	/* After a transient error, use the old table. */
	alice_table_refresh(0);

	rcu_read_lock();
	table = rcu_dereference(alice_table);
	if (table && describe.index < table->nr) {
		row = &table->rows[array_index_nospec(describe.index, table->nr)];
		describe.access = alice_access(file, row, false);
		describe.since = row->since;
		describe.desc = row->desc;
	}
	rcu_read_unlock();

	return row ? alice_copy_out(user, size, &describe, sizeof(describe)) : -ENOENT;
}

/* Read the cmds of a struct alice_restrict into a zeroed bitmap. */
static int alice_cmds_read(unsigned long *cmds, void __user *user, size_t size)
{
	struct alice_restrict request;
	u32 i, cmd;
	int ret;

	ret = copy_struct_from_user(&request, sizeof(request), user, size);
	if (ret)
		return ret;

	if (request.flags || request.count > ALICE_MAX_CMDS)
		return -EINVAL;

	for (i = 0; i < request.count; i++) {
		if (get_user(cmd, (u32 __user *)alice_user_ptr(request.cmds) + i))
			return -EFAULT;
		if (cmd >= ALICE_MAX_CMDS)
			return -EINVAL;
		__set_bit(array_index_nospec(cmd, ALICE_MAX_CMDS), cmds);
	}

	return 0;
}

/*
 * Restrict an open file to the named ops. Does not wait for calls that were sent.
 * A call that was checked, but not sent, sees the new @restrictions.
 */
static int alice_ioctl_restrict(struct alice_file *mine, void __user *user, size_t size)
{
	DECLARE_BITMAP(allowed, ALICE_MAX_CMDS) = { };
	struct alice_info info;
	int ret = alice_cmds_read(allowed, user, size);

	if (ret)
		return ret;

	alice_table_info(&info);

	spin_lock(&mine->lock);
	/* A change makes calls start over: a mere repetition must not count. */
	if (!mine->restrictions || !bitmap_subset(mine->allowed, allowed, ALICE_MAX_CMDS)) {
		bitmap_and(mine->allowed, mine->allowed, allowed, ALICE_MAX_CMDS);
		WRITE_ONCE(mine->rows_until, min_t(u64, mine->rows_until, info.generation));
		/* Pairs with the acquires in alice_call_init() and alice_send(). */
		smp_store_release(&mine->restrictions, mine->restrictions + 1);
	}
	spin_unlock(&mine->lock);

	/* A reader may wait for events that are no longer allowed. */
	if (READ_ONCE(mine->listener))
		alice_wake();

	return 0;
}

static long alice_ioctl_listen(struct file *file, void __user *user, size_t size)
{
	DECLARE_BITMAP(wants, ALICE_MAX_CMDS) = { };

	return alice_cmds_read(wants, user, size) ?: alice_listen(file, wants);
}

/* The size is not compared, since structures can grow. */
static long alice_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	size_t size = _IOC_SIZE(cmd);
	long ret = -ENOTTY;

	if (!size)
		return ret;

	cmd &= ~IOCSIZE_MASK;
	if (cmd == (ALICE_IOC_OP & ~IOCSIZE_MASK))
		return alice_ioctl_op(file, user, size);
	if (cmd == (ALICE_IOC_BATCH & ~IOCSIZE_MASK))
		ret = alice_batch(file, user, size);
	else if (cmd == (ALICE_IOC_INFO & ~IOCSIZE_MASK))
		ret = alice_ioctl_info(file, user, size);
	else if (cmd == (ALICE_IOC_DESCRIBE & ~IOCSIZE_MASK))
		ret = alice_ioctl_describe(file, user, size);
	else if (cmd == (ALICE_IOC_RESTRICT & ~IOCSIZE_MASK))
		ret = alice_ioctl_restrict(alice_file(file), user, size);
	else if (cmd == (ALICE_IOC_LISTEN & ~IOCSIZE_MASK))
		ret = alice_ioctl_listen(file, user, size);

	if (ret < 0)
		alice_count_refused(ret);

	return ret;
}

static int alice_open(struct inode *inode, struct file *file)
{
	struct alice_file *mine = kzalloc(sizeof(*mine), GFP_KERNEL_ACCOUNT);

	if (!mine)
		return -ENOMEM;

	bitmap_fill(mine->allowed, ALICE_MAX_CMDS);
	mine->rows_until = U64_MAX;
	spin_lock_init(&mine->lock);
	file->private_data = mine;
	return 0;
}

static int alice_release(struct inode *inode, struct file *file)
{
	struct alice_file *mine = alice_file(file);

	alice_listen_end(mine);
	free_pages((unsigned long)mine->spare, ALICE_SPARE_ORDER);
	kfree(mine);
	return 0;
}

const struct file_operations alice_fops = {
	.owner = THIS_MODULE,
	.open = alice_open,
	.release = alice_release,
	.read = alice_read,
	.poll = alice_poll,
	.unlocked_ioctl = alice_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};
