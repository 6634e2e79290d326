/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ELF notes that tell Xen how to boot a kernel, for the assembler.
 */
#ifndef NOTE_H
#define NOTE_H

#ifdef __x86_64__
#define NOTE_WORD .quad
#else
#define NOTE_WORD .long
#endif

/* NOTE(type, directive and its operand) */
#define NOTE(type, ...)				\
	.pushsection .note.Xen, "a", @note;	\
	.balign 4;				\
	.long 4, 2f - 1f, type;			\
	.asciz "Xen";				\
1:	__VA_ARGS__;				\
2:	.balign 4;				\
	.popsection

#endif
