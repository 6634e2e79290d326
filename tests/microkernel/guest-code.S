/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The code of guest.c's domain, position-independent.  %rbx points to the mailbox: busy, four
 * arguments and result; %rbp is the number of the hypercall to make, %r12 that of sched_op,
 * whose cmd 0 is yield.
 */
	.section .rodata
	.globl	guest_code, guest_code_end
guest_code:
	cmpq	$0, (%rbx)
	jne	1f
	mov	%r12, %rax
	xor	%edi, %edi
	syscall
	jmp	guest_code
1:	mov	%rbp, %rax
	mov	8(%rbx), %rdi
	mov	16(%rbx), %rsi
	mov	24(%rbx), %rdx
	mov	32(%rbx), %r10
	syscall
	mov	%rax, 40(%rbx)
	movq	$0, (%rbx)
	jmp	guest_code
guest_code_end:
