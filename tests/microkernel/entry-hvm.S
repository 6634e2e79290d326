/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entry of a PVH kernel: in 32 bits, without paging, %ebx pointing to the start info.  The
 * 32-bit kernel enables paging later, see hvm.c; the 64-bit one needs it for long mode.
 *
 * Memory is identity-mapped: the part with this kernel by 4-KiB pages, for hvm.c to change,
 * everything else up to 1 GiB by large pages.  The 32-bit kernel has two levels of page
 * tables: QEMU crashes with PAE in a nested guest.
 */
#include <xen/elfnote.h>

#include "hvm.h"
#include "note.h"

	NOTE(XEN_ELFNOTE_GUEST_OS, .asciz "alice microkernel")
	NOTE(XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0")
	NOTE(XEN_ELFNOTE_LOADER, .asciz "generic")
	NOTE(XEN_ELFNOTE_PHYS32_ENTRY, NOTE_WORD start)

	.text
	.code32
	.globl start
start:
	cld
	mov	$stack_end, %esp
#ifdef __x86_64__
	mov	$CR4_PAE, %eax
	mov	%eax, %cr4
	mov	$level4, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME, %eax
	wrmsr
	mov	$CR0_PAGING, %eax
	mov	%eax, %cr0
	lgdt	gdt_pointer
	ljmp	$SELECTOR_CODE64, $1f
	.code64
1:	mov	$SELECTOR_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%ebx, %edi
	call	kernel
#else
	push	%ebx
	call	kernel
#endif
2:	jmp	2b

#ifdef __x86_64__
/*
 * long narrow_call(const uint64_t args[5], unsigned long entry) - call the
 * entry of the hypercall page from a 32-bit code segment.  The upper halves of the
 * registers keep values that no 32-bit caller could set.
 */
	.globl	narrow_call
narrow_call:
	push	%rbx
	push	%rbp
	mov	%esi, narrow_entry
	mov	%rdi, %rax
	mov	(%rax), %rbx
	mov	8(%rax), %rcx
	mov	16(%rax), %rdx
	mov	24(%rax), %rsi
	mov	32(%rax), %rdi
	lcall	*narrow_pointer
	movslq	%eax, %rax
	pop	%rbp
	pop	%rbx
	ret
	.code32
narrow:
	call	*narrow_entry
	lret
#endif

	.data
	.balign 8
#ifdef __x86_64__
gdt:
	.quad	0
	.quad	0x00af9b000000ffff	/* SELECTOR_CODE64 */
	.quad	0x00cf9b000000ffff	/* SELECTOR_CODE32 */
	.quad	0x00cf93000000ffff	/* SELECTOR_DATA */
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.long	gdt
narrow_pointer:
	.long	narrow
	.word	SELECTOR_CODE32
narrow_entry:
	.long	0
#endif

	.balign	4096
	.globl	level1
level1:
	.set	page, 0
	.rept	PTES
	PTE(page + PTE_WRITE)
	.set	page, page + 0x1000
	.endr
	.globl	level2
level2:
	PTE(level1 + PTE_WRITE)
	.set	page, LARGE_PAGE
	.rept	PTES - 1
	.if	page < MAPPED
	PTE(page + PTE_WRITE + PTE_LARGE)
	.else
	PTE(0)
	.endif
	.set	page, page + LARGE_PAGE
	.endr
#ifdef __x86_64__
level3:
	PTE(level2 + PTE_WRITE)
	.skip	4096 - PTE_SIZE
level4:
	PTE(level3 + PTE_WRITE)
	.skip	4096 - PTE_SIZE
#endif

	.bss
	.balign	4096
	.globl	hypercall_page
hypercall_page:
	.skip	4096
	.skip	16384
stack_end:
