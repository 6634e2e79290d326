/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op memory: the memory of the calling domain, and its limit.
 */

#define ALICE_PROJECT 1
#include <xen/alice.h>
#include <xen/mm.h>

#define MEMORY_OUT(f)                                                         \
    f(u64, pages) f(u64, max_pages) f(u32, page_size) f(x32, reserved)

ALICE_OP(XEN_ALICE_OP_MEMORY, memory,
         "Tell how much memory the calling domain has", 0,
         ALICE_NONE, MEMORY_OUT)
{
    const struct domain *d = current->domain;

    BUILD_BUG_ON(sizeof(*out) != sizeof(struct xen_alice_memory));

    out->pages = alice_tot_pages(d);
    out->max_pages = d->max_pages;
    out->page_size = PAGE_SIZE;

    return 0;
}
