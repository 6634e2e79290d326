/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op watchdog: switch the hypervisor's NMI watchdog off, and on again.
 *
 * Shows an op with a side effect.  WRITE: the caller needs a device that is
 * open for writing.  ADMIN: it needs CAP_SYS_ADMIN.  CONTROL: it must be in
 * the control domain.
 *
 * Calls can run on several CPUs at once, and Xen counts how often the watchdog
 * was disabled.  So a bit makes sure that this op disables it at most once.
 * If the op is unloaded while the watchdog is off, it stays off.
 */

#include <xen/alice.h>
#include <xen/bitops.h>
#include <xen/watchdog.h>

#define WATCHDOG_IN(f)  f(u8, on)
#define WATCHDOG_OUT(f) f(u8, was)

static unsigned long watchdog_off;

ALICE_OP(76, watchdog, "Switch the watchdog off or on",
         XEN_ALICE_OP_F_WRITE | XEN_ALICE_OP_F_ADMIN | XEN_ALICE_OP_F_CONTROL,
         WATCHDOG_IN, WATCHDOG_OUT)
{
    bool was_off;

    if ( in->on > 1 )
        return -EINVAL;

    was_off = in->on ? test_and_clear_bit(0, &watchdog_off)
                     : test_and_set_bit(0, &watchdog_off);
    if ( in->on && was_off )
        watchdog_enable();
    else if ( !in->on && !was_off )
        watchdog_disable();

    out->was = !was_off;

    return 0;
}
