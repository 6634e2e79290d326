/* SPDX-License-Identifier: GPL-2.0-only */
/* Ops for tests/on-request/bench/events.c, in the benchmark's alice.c. */

#include <xen/event.h>
#include <xen/sched.h>
#include <xen/alice.h>

#ifdef CONFIG_HVM
#include <asm/hvm/hvm.h>
#endif

/* The time stamp counter as the guest reads it. */
static uint64_t bench_ticks(void)
{
#ifdef CONFIG_HVM
    if ( is_hvm_vcpu(current) )
        return hvm_get_guest_tsc(current);
#endif
    return rdtsc();
}

#define TOLD(f) f(u64, ticks)

ALICE_EVENT(90, told, "Op tell was called", 0, TOLD)

#define TELL_IN(f)  f(u32, count) f(u32, port)
#define TELL_OUT(f) f(u64, ticks)

ALICE_OP(91, tell, "Have event told happen, or raise a channel, after these ticks", 0,
         TELL_IN, TELL_OUT)
{
    unsigned int i;

    out->ticks = bench_ticks();
    if ( in->port )
        notify_via_xen_event_channel(current->domain, in->port);
    else
        for ( i = 0; i < in->count; i++ )
            alice_event(NULL, 90, out, sizeof(*out));

    return 0;
}

ALICE_EVENT(92, unwanted, "Nobody listens to this one", 0, TOLD)

#define UNTOLD_IN(f) f(u32, count)

ALICE_OP(93, untold, "How many ticks it takes to tell nobody", 0, UNTOLD_IN,
         TELL_OUT)
{
    uint64_t from = rdtsc();
    unsigned int i;

    for ( i = 0; i < in->count; i++ )
        alice_event(NULL, 92, out, sizeof(*out));
    out->ticks = rdtsc() - from;

    return 0;
}

static void cf_check bench_raised(struct vcpu *v, unsigned int port)
{
}

#define CHANNEL_OUT(f) f(u32, port)

ALICE_OP(94, channel, "Make an event channel for op tell", 0, ALICE_NONE,
         CHANNEL_OUT)
{
    struct domain *d = current->domain;
    int rc = alloc_unbound_xen_event_channel(d, 0, d->domain_id, bench_raised);

    if ( rc < 0 )
        return rc;

    out->port = rc;

    return 0;
}
