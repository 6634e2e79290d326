/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Definitions shared by hvm.c and entry-hvm.S.
 */
#ifndef HVM_H
#define HVM_H

/* Paging, protection, and write protection for the kernel, too. */
#define CR0_PAGING	0x80010011
#define CR4_PSE		0x10
#define CR4_PAE		0x20
#define MSR_EFER	0xc0000080
#define EFER_LME	0x100

#define SELECTOR_CODE64	0x08
#define SELECTOR_CODE32	0x10
#define SELECTOR_DATA	0x18

#define PTE_READ	1
#define PTE_WRITE	3
#define PTE_LARGE	0x80

/* The entries of a page table fill a page. */
#ifdef __x86_64__
#define PTE(value)	.long value, 0
#define PTE_SIZE	8
#else
#define PTE(value)	.long value
#define PTE_SIZE	4
#endif
#define PTES		(4096 / PTE_SIZE)
#define LARGE_PAGE	(PTES * 4096)
#define MAPPED		0x40000000

#endif
