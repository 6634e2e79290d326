// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for calls that need more than the stack has. An open file keeps what one
 * call had for the next, since most of what a call of a page costs in Linux would
 * be to allocate and to clear that page.
 */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "alice.h"

/**
 * alice_memory_get() - get memory for one call
 * @file: the file
 * @len: how many bytes
 *
 * They may be those of an earlier call on this file, with that call's payload still
 * in them. It is charged to whoever needs it first.
 *
 * Context: Process context; may sleep.
 * Return: the memory, aligned to a page, or NULL.
 */
void *alice_memory_get(struct alice_file *file, size_t len)
{
	void *memory;

	if (len > ALICE_SPARE_LEN)
		return kvmalloc(len, GFP_KERNEL_ACCOUNT);

	/* Other calls on the file have none meanwhile, and get their own. */
	memory = xchg(&file->spare, NULL);

	return memory ? memory : kmalloc(ALICE_SPARE_LEN, GFP_KERNEL_ACCOUNT);
}

/**
 * alice_memory_put() - give memory back after a call
 * @file: the file
 * @len: how many bytes were asked for
 * @memory: the memory
 *
 * Context: Process context.
 */
void alice_memory_put(struct alice_file *file, size_t len, void *memory)
{
	if (len > ALICE_SPARE_LEN)
		kvfree(memory);
	else
		kfree(xchg(&file->spare, memory));
}

/**
 * alice_memory_free() - free what calls left behind
 * @file: the file, which nobody uses any more
 *
 * Context: release().
 */
void alice_memory_free(struct alice_file *file)
{
	kfree(file->spare);
}
