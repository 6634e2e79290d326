/* SPDX-License-Identifier: GPL-2.0-only */
/* An event for administrators that is never emitted. */

#include <xen/alice.h>

#define NOTHING(f) f(u32, nothing)

ALICE_EVENT(82, other, "Never happens", XEN_ALICE_OP_F_ADMIN, NOTHING)
