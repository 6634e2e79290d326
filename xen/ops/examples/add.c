/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op add: the op of docs/adding-an-op.md.
 */

#include <xen/alice.h>

#define ADD_IN(f)  f(s64, a) f(s64, b)
#define ADD_OUT(f) f(s64, sum)

ALICE_OP(64, add, "Add two numbers", 0, ADD_IN, ADD_OUT)
{
    return __builtin_add_overflow(in->a, in->b, &out->sum) ? -EOVERFLOW : 0;
}
