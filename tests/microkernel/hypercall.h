/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls through the hypercall page.
 */
#ifndef HYPERCALL_H
#define HYPERCALL_H

extern char hypercall_page[];

static inline unsigned long hypercall_entry(unsigned int nr)
{
	return (unsigned long)hypercall_page + nr * 32;
}

/* A debug build of Xen clobbers the argument registers. */
static inline long hypercall(unsigned int nr, unsigned long a, unsigned long b,
			     unsigned long c, unsigned long d)
{
	long result = (long)hypercall_entry(nr);
#ifdef __x86_64__
	register unsigned long r10 asm("r10") = d;

	asm volatile("call *%%rax"
		     : "+a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(r10)
		     : : "rcx", "r8", "r9", "r11", "cc", "memory");
#else
	asm volatile("call *%%eax"
		     : "+a"(result), "+b"(a), "+c"(b), "+d"(c), "+S"(d)
		     : : "edi", "cc", "memory");
#endif
	return result;
}

#endif
