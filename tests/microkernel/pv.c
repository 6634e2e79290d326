// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PV guest: Xen created its page tables, and changes them on request.
 */
#include "machine.h"

#include <stdint.h>
#include <xen/xen.h>

#include "hypercall.h"

const char machine_type[] = "pv";
const bool machine_phys = false;

const unsigned long machine_bad[] = {
#ifdef __x86_64__
	/* Not mapped. */
	0x0000000700000000, 0x00007ffffffff000, 0xffff900000000000,
	/* Not canonical. */
	0x0000800000000000, 0x0000800000000001, 0x7fffffffffffffff,
	0x8000000000000000, 0xfffe000000001000, 0xffff7fffffffffff,
	/* Xen's own. */
	HYPERVISOR_VIRT_START, HYPERVISOR_VIRT_START + 0x1234,
	0xffff820000000000, 0xffff82c000000000, 0xffff82d040200000,
	0xffff82e000000000, 0xffff830000000000, 0xffff83000009c000,
	HYPERVISOR_VIRT_END - 1,
#else
	/* Not mapped, */
	0x70000000, 0x7ffffff9, 0xf0000001,
	/* or reserved for Xen. */
	0xffe00000, 0xfffff000, 0xffffffff,
#endif
	0
};

static const start_info_t *info;

/* The ELF notes name hypercall_page, and Xen has filled it in. */
void machine_init(const void *start_info)
{
	info = start_info;
}

const char *machine_arguments(void)
{
	return (const char *)info->cmd_line;
}

void machine_paging(void)
{
}

/* The list of machine frame numbers comes from Xen. */
void machine_access(void *page, enum access access)
{
	static const uint64_t flags[] = {
		[NO_ACCESS] = 0, [READ_ACCESS] = 0x65, [WRITE_ACCESS] = 0x67,
	};
	unsigned long va = (unsigned long)page;
	uint64_t frame = ((unsigned long *)info->mfn_list)[va / PAGE];
	uint64_t entry = flags[access] ? frame * PAGE | flags[access] : 0;

#ifdef __x86_64__
	hypercall(__HYPERVISOR_update_va_mapping, va, entry, UVMF_INVLPG, 0);
#else
	hypercall(__HYPERVISOR_update_va_mapping, va, (uint32_t)entry,
		  (uint32_t)(entry >> 32), UVMF_INVLPG);
#endif
}
