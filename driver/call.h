/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What single ops and batches share on the way to Xen: checking a call, and making
 * it.
 */
#ifndef ALICE_CALL_H
#define ALICE_CALL_H

#include <linux/io.h>
#include <linux/mm.h>

#include "alice.h"

/**
 * struct alice_call - what a call goes out with
 * @tag: the tag of the table that it was checked by
 * @flags: of that table
 * @restrictions: of the open file, when it was checked
 * @since: of the op's row
 * @room: how much room for its answer the op can use, in bytes
 * @cursor: length of the cursor before input and answer, in bytes; not 0 for a LONG op
 * @stale: it is to be checked again, if table or restrictions have changed
 * @sent: it reached the hypervisor
 * @out_len: length of the answer, in bytes; negative after an error
 *
 * In a batch, @since, @room and @cursor are not used.
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
 * alice_call_init() - begin to check a call
 * @call: the call
 * @file: the open file
 * @table: the table in force
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
 * @table: the table in force
 * @op: the program's request, copied from it; its pointers are not looked at
 * @row: set to the op's row
 *
 * Context: Process context, in an RCU read-side critical section.
 * Return: 0, or the first errno of ALICE_IOC_OP that applies, which is to be
 *	believed only of today's table.
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
 * alice_send() - send a call to the hypervisor, if it is still to be sent
 * @file: the open file
 * @cmd: number of the op
 * @call: the call, as it was checked
 * @buf: kernel memory, never a user pointer: the input, and room for the answer
 *	over it; NULL if there is neither
 * @in_len: length of the input, in bytes
 * @room: room for the answer, in bytes
 *
 * Between check and call a copy may have slept: a restriction since then holds,
 * and the hypervisor compares the table's tag with its own.
 *
 * Context: Process context. Xen holds the CPU no longer than it takes to copy a
 *	payload.
 * Return: length of the answer, at most @room but in legacy mode; a negative
 *	errno of the hypervisor's; -EIO if it is neither. With @call->stale,
 *	-ESTALE, or -ENOSYS if there is no such hypercall any more.
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

	/* Vmalloc memory, such as a kernel stack, is not contiguous. */
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
