/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op domains: memory and processor time of each domain.
 *
 * Shows how to return a list: a call takes an index and returns one element,
 * or ENOENT at the end.  Each call walks the list up to its index.
 */

#include <xen/alice.h>
#include <xen/rcupdate.h>

#define DOMAINS_IN(f)  f(u32, index)
#define DOMAINS_OUT(f) f(u32, domid) f(u32, vcpus) f(u64, pages) f(u64, run_ns)

ALICE_OP(70, domains, "Memory and processor time of the domain at index",
         XEN_ALICE_OP_F_CONTROL, DOMAINS_IN, DOMAINS_OUT)
{
    unsigned int index = in->index;
    struct vcpu_runstate_info runstate;
    const struct domain *d;
    const struct vcpu *v;

    rcu_read_lock(&domlist_read_lock);

    for_each_domain ( d )
        if ( !index-- )
            break;

    if ( d )
    {
        out->domid = d->domain_id;
        out->pages = alice_tot_pages(d);

        for_each_vcpu ( d, v )
        {
            vcpu_runstate_get(v, &runstate);
            out->vcpus++;
            out->run_ns += runstate.time[RUNSTATE_running];
        }
    }

    rcu_read_unlock(&domlist_read_lock);

    return d ? 0 : -ENOENT;
}
