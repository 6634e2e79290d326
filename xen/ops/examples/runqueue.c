/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op runqueue: how many vcpus wait for a processor, and how many run on it.
 *
 * Shows how to walk all vcpus with any scheduler: run queues are private to
 * the scheduler, but Xen's core keeps the state of each vcpu.
 */

#include <xen/alice.h>
#include <xen/cpumask.h>
#include <xen/rcupdate.h>

#define RUNQUEUE_IN(f)  f(u32, cpu)
#define RUNQUEUE_OUT(f) f(u32, running) f(u32, waiting)

ALICE_OP(77, runqueue, "How many vcpus wait for a processor",
         XEN_ALICE_OP_F_CONTROL, RUNQUEUE_IN, RUNQUEUE_OUT)
{
    const struct domain *d;
    const struct vcpu *v;

    if ( in->cpu >= nr_cpu_ids )
        return -ENOENT;

    rcu_read_lock(&domlist_read_lock);

    for_each_domain ( d )
        for_each_vcpu ( d, v )
            if ( v->processor == in->cpu )
            {
                out->running += v->runstate.state == RUNSTATE_running;
                out->waiting += v->runstate.state == RUNSTATE_runnable;
            }

    rcu_read_unlock(&domlist_read_lock);

    return 0;
}
