/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hypercall as tutorials teach it: it says hello, whatever it is asked.
 */

#include <xen/guest_access.h>
#include <xen/hypercall.h>
#include <xen/lib.h>

long do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    printk("seed: hello from the hypervisor\n");

    return 0;
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
