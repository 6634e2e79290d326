/* SPDX-License-Identifier: GPL-2.0-only */
/* Echoes its numbers, one of each type. */

#include <xen/alice.h>

#define NUMBERS(f) f(u8, u8) f(u16, u16) f(u32, u32) f(u64, u64) \
                   f(s8, s8) f(s16, s16) f(s32, s32) f(s64, s64)

ALICE_OP(70, numbers, "Answer with the numbers it was given", 0, NUMBERS, NUMBERS)
{
    memcpy(out, in, sizeof(*out));

    return 0;
}
