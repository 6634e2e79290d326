/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event lifecycle: a domain was created, or is gone.
 *
 * Shows an event without an op: a timer, started when the file is loaded,
 * polls the list of domains every 100 ms.  Between two polls it misses a
 * domain that is created and destroyed, and one that reuses the ID of another.
 */

#include <xen/alice.h>
#include <xen/bitmap.h>
#include <xen/timer.h>

#define LIFECYCLE 86
#define LIFECYCLE_PERIOD MILLISECS(100)

#define LIFECYCLE_OUT(f) f(u16, domid) f(u16, exists)

ALICE_EVENT(LIFECYCLE, lifecycle, "A domain was created, or is gone",
            XEN_ALICE_OP_F_CONTROL, LIFECYCLE_OUT)

static struct timer lifecycle_timer;
static DECLARE_BITMAP(lifecycle_known, DOMID_FIRST_RESERVED);
static DECLARE_BITMAP(lifecycle_now, DOMID_FIRST_RESERVED);

static void lifecycle_look(void)
{
    const struct domain *d;

    bitmap_zero(lifecycle_now, DOMID_FIRST_RESERVED);
    rcu_read_lock(&domlist_read_lock);
    for_each_domain ( d )
        __set_bit(d->domain_id, lifecycle_now);
    rcu_read_unlock(&domlist_read_lock);
}

static void cf_check lifecycle_expired(void *unused)
{
    unsigned int i, bit, words = BITS_TO_LONGS(DOMID_FIRST_RESERVED);

    lifecycle_look();

    for ( i = 0; i < words; i++ )
    {
        unsigned long news = lifecycle_known[i] ^ lifecycle_now[i];

        for ( ; news; news &= news - 1 )
        {
            struct alice_out_lifecycle event;

            bit = i * BITS_PER_LONG + find_first_bit(&news, BITS_PER_LONG);
            event.domid = bit;
            event.exists = !!test_bit(bit, lifecycle_now);
            alice_event(NULL, LIFECYCLE, &event, sizeof(event));
        }

        lifecycle_known[i] = lifecycle_now[i];
    }

    set_timer(&lifecycle_timer, NOW() + LIFECYCLE_PERIOD);
}

/* Report no event for domains that exist already. */
static int cf_check lifecycle_start(void)
{
    lifecycle_look();
    memcpy(lifecycle_known, lifecycle_now, sizeof(lifecycle_known));
    init_timer(&lifecycle_timer, lifecycle_expired, NULL, 0);
    set_timer(&lifecycle_timer, NOW() + LIFECYCLE_PERIOD);

    return 0;
}

static void cf_check lifecycle_stop(void)
{
    kill_timer(&lifecycle_timer);
}

ALICE_HOOKS(lifecycle_start, lifecycle_stop)
