/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op hello: the call of the tutorials, four zero arguments.
 */

#define ALICE_PROJECT 1
#include <xen/alice.h>

ALICE_OP(XEN_ALICE_OP_HELLO, hello, "Write one line into the hypervisor's log",
         XEN_ALICE_OP_F_WRITE, ALICE_NONE, ALICE_NONE)
{
    /* The guest warning level: shown by default, and limited in its rate. */
    printk(XENLOG_G_WARNING "alice: hello from d%uv%u\n",
           (unsigned int)current->domain->domain_id,
           (unsigned int)current->vcpu_id);

    return 0;
}
