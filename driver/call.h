/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checking and sending a call, shared by single ops and batches.
 */
#ifndef ALICE_CALL_H
#define ALICE_CALL_H

#include <linux/io.h>
#include <linux/mm.h>

#include "alice.h"

/**
 * struct alice_call - state of a call that is checked and sent
 * @tag: tag of the table that it was checked against
 * @flags: flags of that table
 * @restrictions: @restrictions of the open file at that time
 * @since: @since of the op's row
 * @room: room for the answer that the op can use, in bytes
 * @cursor: length of the cursor before input and answer, in bytes; 0 unless the
 *	op is LONG
 * @stale: to be checked again if the table or the restrictions changed
 * @sent: it reached the hypervisor
 * @out_len: length of the answer, in bytes; negative after an error
 *
 * Batches do not use @since, @room and @cursor.
 */
struct alice_call {
	u32 tag;
	u32 flags;
	unsigned int restrictions;
	u64 since;
	u32 room;
	u32 cursor;
	bool stale;
	bool sent;
	int out_len;
};

bool alice_again(const struct file *file, const struct alice_call *call,
		 unsigned int *tries, long *ret);
long alice_answer(u32 cmd, struct alice_call *call, u32 room, long ret);

/**
 * alice_call_init() - initialise a call before it is checked
 * @call: the call
 * @file: the open file
 * @table: the current table, or NULL
 *
 * Context: RCU read-side critical section.
 */
static __always_inline void alice_call_init(struct alice_call *call, const struct file *file,
					    const struct alice_table *table)
{
	/* Pairs with the release in alice_ioctl_restrict(). */
	call->restrictions = smp_load_acquire(&alice_file(file)->restrictions);
	call->tag = table ? table->tag : 0;
	call->flags = table ? table->flags : 0;
	call->stale = false;
	call->sent = false;
	call->out_len = 0;
}

/**
 * alice_check() - permission and length checks
 * @file: the open file
 * @table: the current table, or NULL
 * @op: the request, in kernel memory; its user pointers are not used
 * @row: set to the op's row
 *
 * Context: Process context, in an RCU read-side critical section.
 * Return: 0, or the first errno of ALICE_IOC_OP that applies. An error counts
 *	only if @table is up to date.
 */
static __always_inline int alice_check(const struct file *file, const struct alice_table *table,
				       const struct alice_op *op, const struct alice_row **row)
{
	int ret;

	if (unlikely(op->flags))
		return -EINVAL;

	*row = alice_row(table, op->cmd);
	if (unlikely(!*row || (*row)->desc.flags & ALICE_OP_F_EVENT))
		return -EOPNOTSUPP;

	if (unlikely(op->generation && (*row)->since > op->generation))
		return -ESTALE;

	ret = alice_access(file, *row, true);
	if (unlikely(ret))
		return ret;

	if (unlikely(op->in_len < (*row)->desc.in_min || op->in_len > (*row)->desc.in_max))
		return -EINVAL;

	return 0;
}

/**
 * alice_send() - send a checked call to the hypervisor
 * @file: the open file
 * @cmd: number of the op
 * @call: the call, as it was checked
 * @buf: kernel memory, never a user pointer: the input, and room for the answer
 *	over it; NULL if there is neither
 * @in_len: length of the input, in bytes
 * @room: room for the answer, in bytes
 *
 * A copy may have slept since the check. So restrictions are compared again here,
 * and the hypervisor compares the tag with that of its table.
 *
 * Context: Process context. Xen keeps the CPU no longer than it takes to copy a
 *	payload.
 * Return: length of the answer, at most @room except in legacy mode; a negative
 *	errno of the hypervisor; -EIO for anything else. With @call->stale,
 *	-ESTALE, or -ENOSYS if the hypercall is gone.
 */
static __always_inline long alice_send(const struct file *file, u32 cmd, struct alice_call *call,
				       void *buf, u32 in_len, u32 room)
{
	u32 word = cmd | call->tag << XEN_ALICE_CMD_TAG_SHIFT;
	unsigned long arg = (unsigned long)buf;
	long ret;

	/* Pairs with the release in alice_ioctl_restrict(). */
	if (unlikely(smp_load_acquire(&alice_file(file)->restrictions) != call->restrictions)) {
		call->stale = true;
		return -ESTALE;
	}

	/* Vmalloc memory, such as a kernel stack, is not physically contiguous. */
	if ((call->flags & ALICE_TABLE_PHYS) && buf && !is_vmalloc_addr(buf)) {
		word |= XEN_ALICE_CMD_PHYS;
		arg = virt_to_phys(buf);
	}

	ret = alice_hypercall(alice_nr, word, arg, in_len, room);
	call->sent = true;
	call->out_len = ret;
	if (likely(ret >= 0 && ret <= (long)room))
		return ret;

	return alice_answer(cmd, call, room, ret);
}

#endif /* ALICE_CALL_H */
