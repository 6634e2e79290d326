/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event starved: a vcpu has waited for a processor longer than op starving
 * allows.
 *
 * Shows how to watch the scheduler without a hook in it: every millisecond a
 * timer checks how long each vcpu has been waiting.
 */

#include <xen/alice.h>
#include <xen/timer.h>

#define STARVED 87
#define STARVED_PERIOD MILLISECS(1)

#define STARVED_OUT(f)                                                        \
    f(u16, domid) f(u16, vcpu) f(u32, reserved) f(u64, waited_ns)

ALICE_EVENT(STARVED, starved, "A vcpu waits for a processor",
            XEN_ALICE_OP_F_CONTROL, STARVED_OUT)

static struct timer starved_timer;
static uint32_t starved_limit_us;

/* Report each wait once, when it has just exceeded the limit. */
static void cf_check starved_expired(void *unused)
{
    static uint64_t last;
    uint64_t now = NOW(), limit = MICROSECS((uint64_t)read_atomic(&starved_limit_us));
    const struct domain *d;
    const struct vcpu *v;

    /* Op starving has stopped the timer on another CPU. */
    if ( !limit )
        return;

    rcu_read_lock(&domlist_read_lock);
    for_each_domain ( d )
        for_each_vcpu ( d, v )
        {
            uint64_t since = v->runstate.state_entry_time;
            struct alice_out_starved event = {
                .domid = d->domain_id,
                .vcpu = v->vcpu_id,
                .waited_ns = now - since,
            };

            if ( v->runstate.state == RUNSTATE_runnable &&
                 since + limit <= now && since + limit > last )
                alice_event(NULL, STARVED, &event, sizeof(event));
        }
    rcu_read_unlock(&domlist_read_lock);

    last = now;
    set_timer(&starved_timer, NOW() + STARVED_PERIOD);
}

static int cf_check starved_start(void)
{
    init_timer(&starved_timer, starved_expired, NULL, 0);

    return 0;
}

static void cf_check starved_stop(void)
{
    kill_timer(&starved_timer);
}

ALICE_HOOKS(starved_start, starved_stop)

#define STARVING_IN(f) f(u32, limit_us)

ALICE_OP(88, starving, "Have event starved happen beyond this limit; 0 stops it",
         XEN_ALICE_OP_F_WRITE | XEN_ALICE_OP_F_ADMIN | XEN_ALICE_OP_F_CONTROL,
         STARVING_IN, ALICE_NONE)
{
    starved_limit_us = in->limit_us;

    if ( starved_limit_us )
        set_timer(&starved_timer, NOW() + STARVED_PERIOD);
    else
        stop_timer(&starved_timer);

    return 0;
}
