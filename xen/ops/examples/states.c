/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op states: how long the vcpus of a domain have been in each state.
 *
 * Shows how to look up another domain and to hold a reference to it.  Counters
 * of VM exits could be read likewise, but need CONFIG_PERF_COUNTERS.
 */

#include <xen/alice.h>

#define STATES_IN(f)  f(u16, domid)
#define STATES_OUT(f)                                                         \
    f(u64, running_ns) f(u64, runnable_ns) f(u64, blocked_ns) f(u64, offline_ns)

ALICE_OP(71, states, "How long a domain's vcpus ran, waited and slept",
         XEN_ALICE_OP_F_CONTROL, STATES_IN, STATES_OUT)
{
    struct domain *d = rcu_lock_domain_by_id(in->domid);
    struct vcpu_runstate_info runstate;
    const struct vcpu *v;

    if ( !d )
        return -ESRCH;

    for_each_vcpu ( d, v )
    {
        vcpu_runstate_get(v, &runstate);
        out->running_ns += runstate.time[RUNSTATE_running];
        out->runnable_ns += runstate.time[RUNSTATE_runnable];
        out->blocked_ns += runstate.time[RUNSTATE_blocked];
        out->offline_ns += runstate.time[RUNSTATE_offline];
    }

    rcu_unlock_domain(d);

    return 0;
}
