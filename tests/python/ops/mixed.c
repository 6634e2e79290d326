/* SPDX-License-Identifier: GPL-2.0-only */
/* Echoes its fields, one of each kind. */

#include <xen/alice.h>

#define MIXED(f) f(u8, a) f(s8, b) f(x16, c) f(u64, d) f(x32, e) \
                 f(c4, text) f(bytes, rest)

ALICE_OP(71, mixed, "Answer with the fields it was given", 0, MIXED, MIXED)
{
    if ( out_tail < in_tail )
        return -EINVAL;

    memcpy(out, in, sizeof(*out) + in_tail);

    return in_tail;
}
