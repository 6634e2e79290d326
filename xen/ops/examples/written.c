/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event written: a page of another domain's memory has changed.
 *
 * Shows how to watch something for which the hypervisor has no hook: a timer
 * compares the page with a copy.  It misses a change that is undone before the
 * next comparison.  For x86.
 */

#include <xen/alice.h>
#include <xen/domain_page.h>
#include <xen/mm.h>
#include <xen/spinlock.h>
#include <xen/timer.h>
#include <asm/p2m.h>

#define WRITTEN 89
#define WRITTEN_PERIOD MILLISECS(10)

#define WRITTEN_OUT(f) f(u16, domid) f(u16, offset) f(x64, frame)

ALICE_EVENT(WRITTEN, written, "The page that op watching was told has changed",
            XEN_ALICE_OP_F_CONTROL, WRITTEN_OUT)

/* Protects the variables below, and is held to compare the page. */
static DEFINE_SPINLOCK(written_lock);
static struct timer written_timer;
static bool written_on;
static domid_t written_domid;
static uint64_t written_frame;
static uint8_t written_copy[PAGE_SIZE];

/*
 * Compare the page with the copy, and update the copy.  Returns the offset of
 * the first difference, PAGE_SIZE if there is none, or a negative errno value.
 */
static int written_look(struct domain *d)
{
    struct page_info *page = get_page_from_gfn(d, written_frame, NULL, P2M_ALLOC);
    const uint8_t *bytes;
    int at = 0;

    if ( !page )
        return -ENOENT;

    bytes = __map_domain_page(page);
    while ( at < PAGE_SIZE && bytes[at] == written_copy[at] )
        at++;
    memcpy(written_copy, bytes, PAGE_SIZE);
    unmap_domain_page(bytes);
    put_page(page);

    return at;
}

/* Stops once the domain, or its page, is gone. */
static void cf_check written_expired(void *unused)
{
    struct domain *d;
    int at = -ESRCH;

    spin_lock(&written_lock);
    if ( written_on )
    {
        struct alice_out_written event = {
            .domid = written_domid,
            .frame = written_frame,
        };

        d = rcu_lock_domain_by_id(written_domid);
        if ( d )
        {
            at = written_look(d);
            rcu_unlock_domain(d);
        }

        event.offset = at;
        if ( at >= 0 && at < PAGE_SIZE )
            alice_event(NULL, WRITTEN, &event, sizeof(event));

        written_on = at >= 0;
        if ( written_on )
            set_timer(&written_timer, NOW() + WRITTEN_PERIOD);
    }
    spin_unlock(&written_lock);
}

static int cf_check written_start(void)
{
    init_timer(&written_timer, written_expired, NULL, 0);

    return 0;
}

static void cf_check written_stop(void)
{
    kill_timer(&written_timer);
}

ALICE_HOOKS(written_start, written_stop)

#define WATCHING_IN(f) f(u16, domid) f(x64, frame) f(u8, on)

ALICE_OP(90, watching, "Have event written happen when this page changes",
         XEN_ALICE_OP_F_WRITE | XEN_ALICE_OP_F_ADMIN | XEN_ALICE_OP_F_CONTROL,
         WATCHING_IN, ALICE_NONE)
{
    struct domain *d;
    int rc;

    /* EPERM for the caller itself, ESRCH if there is no such domain. */
    rc = rcu_lock_remote_domain_by_id(in->domid, &d);
    if ( rc )
        return rc;

    rc = xsm_map_gmfn_foreign(XSM_TARGET, current->domain, d);
    if ( !rc )
    {
        spin_lock(&written_lock);
        written_domid = in->domid;
        written_frame = in->frame;
        rc = in->on ? written_look(d) : 0;
        written_on = in->on && rc >= 0;
        if ( written_on )
            set_timer(&written_timer, NOW() + WRITTEN_PERIOD);
        spin_unlock(&written_lock);
    }

    rcu_unlock_domain(d);

    return rc < 0 ? rc : 0;
}
