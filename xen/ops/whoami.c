/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op whoami: the calling vcpu and its domain.
 */

#define ALICE_PROJECT 1
#include <xen/alice.h>
#include <xen/time.h>

#define WHOAMI_OUT(f)                                                         \
    f(u32, domid) f(u32, vcpu) f(u32, bits) f(u32, control)                   \
    f(u64, uptime_ns) f(c8, type)

ALICE_OP(XEN_ALICE_OP_WHOAMI, whoami,
         "Tell who calls, as the hypervisor sees it", 0,
         ALICE_NONE, WHOAMI_OUT)
{
    const struct domain *d = current->domain;

    BUILD_BUG_ON(sizeof(*out) != sizeof(struct xen_alice_whoami));

    out->domid = d->domain_id;
    out->vcpu = current->vcpu_id;
    out->bits = alice_guest_bits(current);
    out->control = !!is_control_domain(d);
    out->uptime_ns = NOW();
    strlcpy(out->type, alice_is_pv(d) ? "pv" : "hvm", sizeof(out->type));

    return 0;
}
