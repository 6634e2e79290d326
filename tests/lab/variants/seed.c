/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hypercall as in tutorials: whatever the arguments, it prints hello. It returns an
 * increasing number, so that a test can detect each call.
 */

#include <xen/errno.h>
#include <xen/guest_access.h>
#include <xen/hypercall.h>
#include <xen/lib.h>

long do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    static const int answers[] = { 0, 1, 17, 4711, -EXDEV, -511 };
    static unsigned int calls;

    calls++;
    printk("seed: hello number %u\n", calls);

    return answers[(calls - 1) % ARRAY_SIZE(answers)];
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
