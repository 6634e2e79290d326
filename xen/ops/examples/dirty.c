/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op dirty: number of pages that a domain has written to since its dirty log
 * was last read, as in a live migration.
 *
 * Shows how to read a state that only x86 has.
 */

#include <xen/alice.h>
#include <asm/paging.h>

#define DIRTY_IN(f)  f(u16, domid)
#define DIRTY_OUT(f) f(u32, logging) f(u32, reserved) f(u64, dirty_pages)

ALICE_OP(73, dirty, "Count the pages in a domain's log of dirty ones",
         XEN_ALICE_OP_F_CONTROL, DIRTY_IN, DIRTY_OUT)
{
    struct domain *d = rcu_lock_domain_by_id(in->domid);

    if ( !d )
        return -ESRCH;

    out->logging = !!paging_mode_log_dirty(d);
    out->dirty_pages = d->arch.paging.log_dirty.dirty_count;

    rcu_unlock_domain(d);

    return 0;
}
