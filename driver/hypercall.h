/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entry into Xen, per architecture.
 */
#ifndef ALICE_HYPERCALL_H
#define ALICE_HYPERCALL_H

#include <linux/types.h>
#include <asm/xen/hypercall.h>

/**
 * alice_hypercall() - make a hypercall
 * @nr: number of the hypercall
 * @cmd: its first argument
 * @arg: its second argument: kernel memory, never a user pointer, so that what
 *	was checked is what is used and SMAP stays on
 * @in_len: its third argument
 * @out_len: its fourth argument
 *
 * How a kernel enters Xen changes even in stable updates, so this goes through
 * the kernel's own entry. On Arm the only one that modules can reach is named
 * after privcmd.
 *
 * Context: Any.
 * Return: what Xen answers.
 */
static inline long alice_hypercall(unsigned int nr, unsigned int cmd, void *arg,
				   unsigned int in_len, unsigned int out_len)
{
#ifdef CONFIG_X86
	return xen_single_call(nr, cmd, (unsigned long)arg, in_len, out_len, 0);
#else
	return privcmd_call(nr, cmd, (unsigned long)arg, in_len, out_len, 0);
#endif
}

#endif /* ALICE_HYPERCALL_H */
