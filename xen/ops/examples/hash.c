/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op hash: hash of another domain's memory, to find out whether it changed.
 *
 * Shows an op of many steps: each hashes one page, and the cursor says where
 * the next one continues.  For x86, and for HVM and PVH guests, whose memory
 * begins at frame 0.
 */

#include <xen/alice.h>
#include <xen/domain_page.h>
#include <xen/mm.h>
#include <asm/p2m.h>
#include <asm/paging.h>

/* Upper bound for the frames without memory that one step skips. */
#define HASH_HOLES 64

#define HASH_CURSOR(f) f(x64, frame) f(u64, pages) f(x64, hash)
#define HASH_IN(f)     f(u16, domid)
#define HASH_OUT(f)    f(u64, pages) f(x64, hash)

static uint64_t hash_page(uint64_t hash, const uint64_t *words)
{
    unsigned int i;

    for ( i = 0; i < PAGE_SIZE / sizeof(*words); i++ )
        hash = (hash ^ words[i]) * 0x100000001b3ULL;

    return hash;
}

/* Hash the first page from @frame on.  Returns the frame after it. */
static uint64_t hash_next(struct domain *d, uint64_t frame, uint64_t end,
                          uint64_t *pages, uint64_t *hash)
{
    uint64_t stop = min(frame + HASH_HOLES, end);

    while ( frame < stop )
    {
        struct page_info *page = get_page_from_gfn(d, frame++, NULL, 0);

        if ( page )
        {
            const uint64_t *words = __map_domain_page(page);

            *hash = hash_page(*hash, words);
            ++*pages;
            unmap_domain_page(words);
            put_page(page);
            break;
        }
    }

    return frame;
}

ALICE_OP_LONG(78, hash, "Hash the memory of another domain",
              XEN_ALICE_OP_F_CONTROL, HASH_CURSOR, HASH_IN, HASH_OUT)
{
    uint64_t pages = cursor->pages, hash = cursor->hash, end = 0;
    struct domain *d;
    int rc;

    /* EPERM for the caller itself, ESRCH if there is no such domain. */
    rc = rcu_lock_remote_domain_by_id(in->domid, &d);
    if ( rc )
        return rc;

    rc = xsm_map_gmfn_foreign(XSM_TARGET, current->domain, d);
    if ( !rc && !paging_mode_translate(d) )
        rc = -EINVAL;
    if ( !rc )
    {
        end = domain_get_maximum_gpfn(d) + 1;
        cursor->frame = hash_next(d, cursor->frame, end, &pages, &hash);
    }

    rcu_unlock_domain(d);

    if ( rc )
        return rc;

    out->pages = cursor->pages = pages;
    out->hash = cursor->hash = hash;

    return cursor->frame < end ? -ERESTART : 0;
}
