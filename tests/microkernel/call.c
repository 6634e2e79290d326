// SPDX-License-Identifier: GPL-2.0-only
#include "call.h"

#include "hypercall.h"

#define BITS (8 * (unsigned int)sizeof(long))

static long plain(const struct call *call)
{
	return hypercall(ALICE_HYPERCALL_NR, call->cmd, call->arg,
			 call->in_len, call->out_len);
}

void multicall_fill(multicall_entry_t *entry, const struct call *call)
{
	*entry = (multicall_entry_t) {
		.op = ALICE_HYPERCALL_NR,
		.args = { call->cmd, call->arg, call->in_len, call->out_len },
	};
}

/* multicall() - make many hypercalls; their results are in @entries then */
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

/* Three of the arguments are 32 bits wide, whatever is in their registers. */
static long dirty(const struct call *call)
{
	return hypercall(ALICE_HYPERCALL_NR, call->cmd | DIRT, call->arg,
			 call->in_len | DIRT, call->out_len | DIRT);
}
#endif

#ifdef NARROW
long narrow_call(const uint64_t args[5], unsigned long entry);

/* A 32-bit caller whose registers are not; an address is as wide as all else. */
static long narrow(const struct call *call)
{
	const uint64_t args[5] = {
		call->cmd | DIRT, (uint32_t)call->arg | DIRT,
		call->in_len | DIRT, call->out_len | DIRT, DIRT,
	};

	return narrow_call(args, hypercall_entry(ALICE_HYPERCALL_NR));
}
#endif

/* The multicall is the last, because not every Xen lets PVH guests make one. */
const struct way ways[] = {
	{ "plain", BITS, plain },
#ifdef __x86_64__
	{ "dirty upper halves", BITS, dirty },
#endif
#ifdef NARROW
	{ "32-bit segment", 32, narrow },
#endif
	{ "in a multicall", BITS, in_multicall },
};

unsigned int ways_count;
bool has_multicall;

/* ways_init() - find out which ways there are */
void ways_init(void)
{
	has_multicall = hypercall(__HYPERVISOR_multicall, 0, 0, 0, 0) !=
			-XEN_ENOSYS;
	ways_count = ARRAY_SIZE(ways) - !has_multicall;
}
