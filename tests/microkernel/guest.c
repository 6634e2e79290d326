// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second PV domain, of eight pages: four of page tables, one of code, one as a mailbox for
 * calls to make, and the arena's two, which it maps at the same addresses as this kernel.  So
 * its calls can be compared with the model, too.
 *
 * The toolstack's part of Xen's ABI, which creates domains, changes with every Xen.
 */
#define __XEN_TOOLS__ 1

#include "guest.h"

#include "arena.h"
#include "check.h"
#include "hypercall.h"

#include <string.h>
#include <xen/domctl.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/vcpu.h>

#define DOMID 1

/* Its pages, and where they are mapped, there or here. */
enum page { LEVEL4, LEVEL3, LEVEL2, LEVEL1, CODE, MAILBOX, ARENA, PAGES = ARENA + 2 };
#define PTE_TABLE 0x67
#define PTE_CODE 0x65
#define PTE_DATA 0x67

static xen_pfn_t frames[PAGES];
static uint8_t window[PAGES][PAGE] __attribute__((aligned(PAGE)));

/* Shared by the two domains; guest-code.S uses the offsets. */
struct mailbox {
	volatile uint64_t busy;
	uint64_t args[4];
	uint64_t result;
};

extern const char guest_code[], guest_code_end[];

static bool domctl(struct xen_domctl *op, uint32_t cmd, long *result)
{
	op->cmd = cmd;
	op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	op->domain = DOMID;
	*result = hypercall(__HYPERVISOR_domctl, (unsigned long)op, 0, 0, 0);
	return !*result;
}

/* Create an empty domain with a memory limit.  Returns Xen's result. */
static long create(void)
{
	static struct xen_domctl create = { .u.createdomain = {
		.handle = { 1 }, .max_vcpus = 1, .max_evtchn_port = 1,
		.max_grant_frames = 1, .grant_opts = XEN_DOMCTL_GRANT_version(1),
	} };
	static struct xen_domctl memory = {
		.u.max_mem.max_memkb = PAGES * PAGE / 1024,
	};
	static struct xen_domctl vcpus = { .u.max_vcpus.max = 1 };
	long result;

	if (domctl(&create, XEN_DOMCTL_createdomain, &result) &&
	    domctl(&memory, XEN_DOMCTL_max_mem, &result))
		domctl(&vcpus, XEN_DOMCTL_max_vcpus, &result);
	return result;
}

static bool populate(void)
{
	struct xen_memory_reservation pages = {
		.nr_extents = PAGES, .domid = DOMID,
	};

	for (unsigned int i = 0; i < PAGES; i++)
		frames[i] = i;
	set_xen_guest_handle(pages.extent_start, frames);
	return hypercall(__HYPERVISOR_memory_op, XENMEM_populate_physmap,
			 (unsigned long)&pages, 0, 0) == PAGES;
}

/* Map one of its pages here. */
static bool map(void *at, enum page page)
{
	return !hypercall(__HYPERVISOR_update_va_mapping_otherdomain,
			  (unsigned long)at, frames[page] * PAGE | PTE_DATA,
			  UVMF_INVLPG, DOMID);
}

static uint64_t entry(enum page page, uint64_t flags)
{
	return frames[page] * PAGE | flags;
}

/* Fill in all pages.  Xen rejects page tables that are mapped writable. */
static bool fill(void)
{
	uint64_t *level1 = (uint64_t *)window[LEVEL1];
	unsigned long first = ((unsigned long)arena + ARENA_BEGIN) / PAGE;

	for (enum page page = 0; page < ARENA; page++)
		if (!map(window[page], page))
			return false;
	memset(window, 0, ARENA * PAGE);
	*(uint64_t *)window[LEVEL4] = entry(LEVEL3, PTE_TABLE);
	*(uint64_t *)window[LEVEL3] = entry(LEVEL2, PTE_TABLE);
	*(uint64_t *)window[LEVEL2] = entry(LEVEL1, PTE_TABLE);
	level1[CODE] = entry(CODE, PTE_CODE);
	level1[MAILBOX] = entry(MAILBOX, PTE_DATA);
	level1[first] = entry(ARENA, PTE_DATA);
	level1[first + 1] = entry(ARENA + 1, PTE_DATA);
	/* cppcheck-suppress comparePointers ; the two ends of one piece of assembly */
	memcpy(window[CODE], guest_code, (size_t)(guest_code_end - guest_code));
	for (enum page page = 0; page <= CODE; page++)
		machine_access(window[page], NO_ACCESS);
	return map(arena + ARENA_BEGIN, ARENA) &&
	       map(arena + ARENA_BEGIN + PAGE, ARENA + 1);
}

/* Start its vcpu at the code, with the registers that it needs. */
static long start(void)
{
	static vcpu_guest_context_t context = {
		.flags = VGCF_in_kernel | VGCF_online,
		.user_regs = {
			.rip = CODE * PAGE, .rbx = MAILBOX * PAGE,
			.rbp = XEN_ALICE_HYPERCALL_NR, .r12 = __HYPERVISOR_sched_op,
			.rsp = (MAILBOX + 1) * PAGE, .rflags = 0x200,
			.cs = FLAT_KERNEL_CS, .ss = FLAT_KERNEL_SS,
		},
		.kernel_ss = FLAT_KERNEL_SS,
		.kernel_sp = (MAILBOX + 1) * PAGE,
	};
	static struct xen_domctl set, unpause;
	long result;

	context.ctrlreg[3] = xen_pfn_to_cr3(frames[LEVEL4]);
	set_xen_guest_handle(set.u.vcpucontext.ctxt, &context);
	if (domctl(&set, XEN_DOMCTL_setvcpucontext, &result))
		domctl(&unpause, XEN_DOMCTL_unpausedomain, &result);
	return result;
}

/**
 * guest_make() - create the domain, and start it
 *
 * From then on, the two middle pages of the arena belong to it.
 *
 * Return: whether it exists, or why not.
 */
enum guest guest_make(void)
{
	long result = create();

	/* Xen's error for tools of another version. */
	if (result == -XEN_EACCES)
		return GUEST_OTHER_XEN;
	if (!result && (!populate() || !fill()))
		result = -XEN_EFAULT;
	if (!result)
		result = start();
	if (result)
		diag("making a domain: %ld", result);
	return result ? GUEST_FAILED : GUEST_MADE;
}

/* If a call never returns, the machine times out. */
static long from_guest(const struct call *call)
{
	struct mailbox *box = (struct mailbox *)window[MAILBOX];

	box->args[0] = call->cmd;
	box->args[1] = call->arg;
	box->args[2] = call->in_len;
	box->args[3] = call->out_len;
	box->busy = 1;
	while (box->busy)
		hypercall(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0, 0);
	return (long)box->result;
}

static const struct caller guest = {
	.domid = DOMID, .bits = 64, .control = 0,
	.memory = { .pages = PAGES, .max_pages = PAGES, .page_size = PAGE },
};

const struct way guest_way = { "from a domU", &guest, 0, from_guest };
