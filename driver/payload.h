/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests and payloads: bytes between a program's memory and the driver's.
 */
#ifndef ALICE_PAYLOAD_H
#define ALICE_PAYLOAD_H

#include <linux/alice.h>
#include <linux/errno.h>
#include <linux/futex.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <asm/futex.h>

/**
 * alice_user_ptr() - a program's pointer, as its structures have it
 * @ptr: the pointer
 *
 * Cut to the 32 bits of a kernel that has no more, a wrong pointer could become a
 * good one.
 *
 * Context: Any.
 * Return: the pointer, or one to where no memory of a program ever is.
 */
static inline void __user *alice_user_ptr(u64 ptr)
{
	if (ptr > ULONG_MAX)
		ptr = ULONG_MAX;

	return u64_to_user_ptr(ptr);
}

/**
 * alice_op_read() - copy a program's request in
 * @op: where to
 * @user: the program's structure
 * @size: its size, in bytes: the program can be older or newer than the driver
 *
 * Context: Process context; may sleep.
 * Return: 0; -EFAULT; -E2BIG where what the driver does not know is not zero.
 */
static __always_inline int alice_op_read(struct alice_op *op,
					 const struct alice_op __user *user,
					 size_t size)
{
	if (unlikely(size != sizeof(*op)))
		return copy_struct_from_user(op, sizeof(*op), user, size);

	/* Field by field, because a call of nothing else costs little more. */
	if (!user_read_access_begin(user, sizeof(*op)))
		return -EFAULT;

	unsafe_get_user(op->cmd, &user->cmd, fault);
	unsafe_get_user(op->flags, &user->flags, fault);
	unsafe_get_user(op->in_len, &user->in_len, fault);
	unsafe_get_user(op->out_len, &user->out_len, fault);
	unsafe_get_user(op->in, &user->in, fault);
	unsafe_get_user(op->out, &user->out, fault);
	user_read_access_end();

	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

/* Payloads up to this many bytes are copied by words. */
#define ALICE_SHORT_LEN		128

/*
 * Copy a short payload in. The kernel's copies of any length cost more than such
 * a call does, most of it for finding out how large the driver's object is.
 */
static inline int alice_short_in(void *to, const void __user *from, u32 len)
{
	size_t at, words = round_down(len, sizeof(u64));

	if (!user_read_access_begin(from, len))
		return -EFAULT;

	for (at = 0; at < words; at += sizeof(u64))
		unsafe_get_user(*(u64 *)(to + at),
				(const u64 __user *)(from + at), fault);
	for (; at < len; at++)
		unsafe_get_user(*(u8 *)(to + at),
				(const u8 __user *)(from + at), fault);

	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

static inline int alice_short_out(void __user *to, const void *from, u32 len)
{
	size_t at, words = round_down(len, sizeof(u64));

	if (!user_write_access_begin(to, len))
		return -EFAULT;

	for (at = 0; at < words; at += sizeof(u64))
		unsafe_put_user(*(const u64 *)(from + at),
				(u64 __user *)(to + at), fault);
	for (; at < len; at++)
		unsafe_put_user(*(const u8 *)(from + at),
				(u8 __user *)(to + at), fault);

	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

/**
 * alice_payload_in() - copy a payload in
 * @to: where to; aligned to 8 bytes
 * @from: the program's pointer
 * @len: how many bytes; 0 is fine, whatever the pointer
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EFAULT.
 */
static inline int alice_payload_in(void *to, u64 from, u32 len)
{
	const void __user *user = alice_user_ptr(from);

	if (!len)
		return 0;
	if (len <= ALICE_SHORT_LEN)
		return alice_short_in(to, user, len);

	return copy_from_user(to, user, len) ? -EFAULT : 0;
}

/**
 * alice_payload_probe() - can an answer be written?
 * @to: the program's pointer
 * @room: room for the answer there, in bytes; 0 is fine, whatever the pointer
 *
 * Asked before an op runs, so that a wrong pointer keeps it from running. Nothing
 * is changed: zero is added to one word in each page, atomically, because other
 * threads may be writing there.
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EFAULT.
 */
static inline int alice_payload_probe(u64 to, u32 room)
{
	unsigned long at = (uintptr_t)alice_user_ptr(to);
	unsigned long end = at + room;
	int old;

	if (!room)
		return 0;

	if (end < at)
		return -EFAULT;

	/* A word never spans two pages. Where none may be is found by each. */
	for (at = ALIGN_DOWN(at, sizeof(u32)); at < end;
	     at = ALIGN_DOWN(at, PAGE_SIZE) + PAGE_SIZE)
		if (arch_futex_atomic_op_inuser(FUTEX_OP_ADD, 0, &old,
						(u32 __user *)at) == -EFAULT)
			return -EFAULT;

	return 0;
}

/**
 * alice_payload_out() - copy an answer out
 * @to: the program's pointer
 * @from: the answer; aligned to 8 bytes
 * @len: its length in bytes, or a negative errno
 *
 * Context: Process context; may sleep.
 * Return: @len, or -EFAULT.
 */
static inline long alice_payload_out(u64 to, const void *from, long len)
{
	void __user *user = alice_user_ptr(to);
	int ret;

	if (len <= 0)
		return len;

	if (len <= ALICE_SHORT_LEN)
		ret = alice_short_out(user, from, len);
	else
		ret = copy_to_user(user, from, len) ? -EFAULT : 0;

	return ret ? ret : len;
}

#endif /* ALICE_PAYLOAD_H */
