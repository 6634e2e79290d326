/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op online: bitmap of the processors that are online.
 *
 * Shows an answer of type bytes, whose length depends on the machine.
 */

#include <xen/alice.h>
#include <xen/cpumask.h>

#define ONLINE_OUT(f) f(bytes, mask)

ALICE_OP(75, online, "Which processors are online, a bit each", 0,
         ALICE_NONE, ONLINE_OUT)
{
    return alice_answer(out->mask, out_tail, cpumask_bits(&cpu_online_map),
                        DIV_ROUND_UP(nr_cpu_ids, 8));
}
