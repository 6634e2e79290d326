/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op hello: writes a line to Xen's log.  The call in tutorials, with four zero
 * arguments, is one of hello.
 */

#define ALICE_PROJECT 1
#include <xen/alice.h>

ALICE_OP(XEN_ALICE_OP_HELLO, hello, "Write one line into the hypervisor's log",
         XEN_ALICE_OP_F_WRITE, ALICE_NONE, ALICE_NONE)
{
    /* Guest warnings are shown by default, and are rate-limited. */
    printk(XENLOG_G_WARNING "alice: hello from d%uv%u\n",
           (unsigned int)current->domain->domain_id,
           (unsigned int)current->vcpu_id);

    return 0;
}
