/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entry of a PV kernel: paging is enabled, and its memory is mapped from address
 * 0 on.
 */
#include <xen/elfnote.h>

#include "note.h"

	NOTE(XEN_ELFNOTE_GUEST_OS, .asciz "alice microkernel")
	NOTE(XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0")
	NOTE(XEN_ELFNOTE_LOADER, .asciz "generic")
	NOTE(XEN_ELFNOTE_PAE_MODE, .asciz "yes")
	NOTE(XEN_ELFNOTE_VIRT_BASE, NOTE_WORD 0)
	NOTE(XEN_ELFNOTE_PADDR_OFFSET, NOTE_WORD 0)
	NOTE(XEN_ELFNOTE_ENTRY, NOTE_WORD start)
	NOTE(XEN_ELFNOTE_HYPERCALL_PAGE, NOTE_WORD hypercall_page)

	.text
	.globl start
start:
	cld
#ifdef __x86_64__
	mov	$stack_end, %rsp
	mov	%rsi, %rdi
	call	kernel
#else
	mov	$stack_end, %esp
	push	%esi
	call	kernel
#endif
1:	jmp	1b

	.bss
	.balign	4096
	.globl	hypercall_page
hypercall_page:
	.skip	4096
	.skip	16384
stack_end:
