// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PVH guest: it has page tables of its own.
 */
#include "hvm.h"

#include <stdint.h>
#include <xen/arch-x86/cpuid.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "hypercall.h"
#include "machine.h"

extern unsigned long level1[], level2[];

const char machine_type[] = "hvm";
const bool machine_phys = true;

const unsigned long machine_bad[] = {
	/* Mapped, but without memory. */
	0x30000000,
	/* Not mapped. */
	0x40000000, 0x7ffffff9, 0xf0000001, 0xfffff000, 0xffffffff,
#ifdef __x86_64__
	0x0000000100000000, 0x00007ffffffff000, 0xffff900000000000,
	/* Not canonical. */
	0x0000800000000000, 0x0000800000000001, 0x7fffffffffffffff,
	0x8000000000000000, 0xfffe000000001000, 0xffff7fffffffffff,
	/* Xen's own virtual addresses. */
	0xffff800000000000, 0xffff82c000000000, 0xffff82d040200000,
	0xffff830000000000, 0xffff87ffffffffff,
#endif
	0
};

static const struct hvm_start_info *info;

static void cpuid(uint32_t leaf, uint32_t *b)
{
	uint32_t a = leaf, c, d;

	asm volatile("cpuid" : "+a"(a), "=b"(*b), "=c"(c), "=d"(d));
}

/* Let Xen fill the hypercall page: Xen's cpuid leaf 2 names the MSR for that. */
void machine_init(const void *start_info)
{
	uint64_t page = (unsigned long)hypercall_page;
	uint32_t msr;

	info = start_info;
	cpuid(XEN_CPUID_LEAF(2), &msr);
	asm volatile("wrmsr" : : "c"(msr), "a"((uint32_t)page), "d"(0)
		     : "memory");
}

const char *machine_arguments(void)
{
	return info->cmdline_paddr ? (const char *)(unsigned long)
		info->cmdline_paddr : "";
}

/* The 64-bit kernel has paging enabled already. */
void machine_paging(void)
{
#ifndef __x86_64__
	asm volatile("mov %0, %%cr4" : : "r"(CR4_PSE));
	asm volatile("mov %0, %%cr3" : : "r"(level2));
	asm volatile("mov %0, %%cr0" : : "r"(CR0_PAGING) : "memory");
#endif
}

void machine_access(void *page, enum access access)
{
	static const unsigned long flags[] = {
		[NO_ACCESS] = 0, [READ_ACCESS] = PTE_READ,
		[WRITE_ACCESS] = PTE_WRITE,
	};
	unsigned long va = (unsigned long)page;

	level1[va / PAGE] = flags[access] ? va | flags[access] : 0;
	asm volatile("invlpg (%0)" : : "r"(va) : "memory");
}
