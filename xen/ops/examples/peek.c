/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op peek: read a page of another domain's memory.
 *
 * Shows an answer of type bytes, references to a domain and to a page, and a
 * check by XSM: with FLASK, the policy says whose memory may be read.  For
 * x86.
 */

#include <xen/alice.h>
#include <xen/domain_page.h>
#include <xen/mm.h>
#include <asm/p2m.h>

#define PEEK_IN(f)  f(u16, domid) f(x64, frame)
#define PEEK_OUT(f) f(bytes, page)

ALICE_OP(72, peek, "Read a page of another domain's memory",
         XEN_ALICE_OP_F_CONTROL, PEEK_IN, PEEK_OUT)
{
    struct page_info *page;
    struct domain *d;
    const void *bytes;
    int rc;

    if ( out_tail < PAGE_SIZE )
        return -EINVAL;

    /* EPERM for the caller itself, ESRCH if there is no such domain. */
    rc = rcu_lock_remote_domain_by_id(in->domid, &d);
    if ( rc )
        return rc;

    rc = xsm_map_gmfn_foreign(XSM_TARGET, current->domain, d);
    if ( !rc )
    {
        page = get_page_from_gfn(d, in->frame, NULL, P2M_ALLOC);
        if ( page )
        {
            bytes = __map_domain_page(page);
            memcpy(out->page, bytes, PAGE_SIZE);
            unmap_domain_page(bytes);
            put_page(page);
            rc = PAGE_SIZE;
        }
        else
            rc = -ENOENT;
    }

    rcu_unlock_domain(d);

    return rc;
}
