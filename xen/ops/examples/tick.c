/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op tick and event ticked: a periodic timer.
 *
 * Shows how to declare an event, how to report it, and the hooks of a file:
 * one runs when the file is loaded, one before it is unloaded.
 */

#include <xen/alice.h>
#include <xen/timer.h>

#define TICKED 85

#define TICKED_OUT(f) f(u64, count) f(u32, period_ms)

ALICE_EVENT(TICKED, ticked, "The timer that op tick set went off", 0, TICKED_OUT)

static struct timer tick_timer;
static uint32_t tick_period;
static uint64_t tick_count;

static void cf_check tick_expired(void *unused)
{
    struct alice_out_ticked event = {
        .count = ++tick_count,
        .period_ms = read_atomic(&tick_period),
    };

    /* Op tick has stopped the timer on another CPU. */
    if ( !event.period_ms )
        return;

    alice_event(NULL, TICKED, &event, sizeof(event));
    set_timer(&tick_timer, NOW() + MILLISECS(event.period_ms));
}

static int cf_check tick_start(void)
{
    init_timer(&tick_timer, tick_expired, NULL, 0);

    return 0;
}

/* The timer's function is about to be unloaded. */
static void cf_check tick_stop(void)
{
    kill_timer(&tick_timer);
}

ALICE_HOOKS(tick_start, tick_stop)

#define TICK_IN(f) f(u32, period_ms)

ALICE_OP(84, tick, "Have event ticked happen every so often; 0 stops it",
         XEN_ALICE_OP_F_WRITE | XEN_ALICE_OP_F_ADMIN | XEN_ALICE_OP_F_CONTROL,
         TICK_IN, ALICE_NONE)
{
    tick_period = in->period_ms;

    if ( tick_period )
        set_timer(&tick_timer, NOW() + MILLISECS(tick_period));
    else
        stop_timer(&tick_timer);

    return 0;
}
