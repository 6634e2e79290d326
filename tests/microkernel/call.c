// SPDX-License-Identifier: GPL-2.0-only
#include "call.h"

#include "hypercall.h"
#include "machine.h"

#include <xen/memory.h>

/* We are domain 0, the control domain. */
static struct caller native = {
	.bits = 8 * sizeof(long), .control = 1, .memory.page_size = 4096,
};

static long plain(const struct call *call)
{
	return hypercall(XEN_ALICE_HYPERCALL_NR, call->cmd, call->arg,
			 call->in_len, call->out_len);
}

/* multicall_fill() - set @entry to @call */
void multicall_fill(multicall_entry_t *entry, const struct call *call)
{
	*entry = (multicall_entry_t) {
		.op = XEN_ALICE_HYPERCALL_NR,
		.args = { call->cmd, call->arg, call->in_len, call->out_len },
	};
}

/* multicall() - make many hypercalls; sets the results in @entries */
void multicall(multicall_entry_t *entries, unsigned int count)
{
	hypercall(__HYPERVISOR_multicall, (unsigned long)entries, count, 0, 0);
}

static long in_multicall(const struct call *call)
{
	multicall_entry_t entry;

	multicall_fill(&entry, call);
	multicall(&entry, 1);
	return (long)entry.result;
}

#ifdef __x86_64__
#define DIRT 0xdeadbeef00000000

/* Three arguments are 32 bits wide: put garbage into the upper halves of their registers. */
static long dirty(const struct call *call)
{
	return hypercall(XEN_ALICE_HYPERCALL_NR, call->cmd | DIRT, call->arg,
			 call->in_len | DIRT, call->out_len | DIRT);
}
#endif

#ifdef NARROW
static struct caller narrow_caller;

long narrow_call(const uint64_t args[5], unsigned long entry);

/* A 32-bit caller with garbage in the upper halves of registers; its addresses have 32 bits. */
static long narrow(const struct call *call)
{
	const uint64_t args[5] = {
		call->cmd | DIRT, (uint32_t)call->arg | DIRT,
		call->in_len | DIRT, call->out_len | DIRT, DIRT,
	};

	return narrow_call(args, hypercall_entry(XEN_ALICE_HYPERCALL_NR));
}
#endif

/* The multicall is the last, because some Xens do not let PVH guests make one. */
const struct way ways[] = {
	{ "plain", &native, 0, plain },
#ifdef __x86_64__
	{ "dirty upper halves", &native, 0, dirty },
#endif
#ifdef NARROW
	{ "32-bit segment", &narrow_caller, 0, narrow },
#endif
	{ "by physical address", &native, XEN_ALICE_CMD_PHYS, plain },
	{ "in a multicall", &native, 0, in_multicall },
};

unsigned int ways_count;
bool has_multicall;

static long memory_of_us(unsigned int op)
{
	domid_t self = DOMID_SELF;

	return hypercall(__HYPERVISOR_memory_op, op, (unsigned long)&self, 0, 0);
}

/* ways_init() - find out, without alice_op, who calls, and which ways to call work */
bool ways_init(void)
{
	long pages = memory_of_us(XENMEM_current_reservation);
	long most = memory_of_us(XENMEM_maximum_reservation);

	has_multicall = hypercall(__HYPERVISOR_multicall, 0, 0, 0, 0) !=
			-XEN_ENOSYS;
	ways_count = ARRAY_SIZE(ways) - !has_multicall;
	native.phys = machine_phys;
	native.memory.pages = (unsigned long)pages;
	native.memory.max_pages = (unsigned long)most;
#ifdef NARROW
	narrow_caller = native;
	narrow_caller.bits = 32;
#endif
	return pages > 0 && most >= pages;
}
