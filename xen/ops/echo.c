/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op echo: returns its input.
 */

#define ALICE_PROJECT 1
#include <xen/alice.h>

#define ECHO_DATA(f) f(bytes, data)

ALICE_OP(XEN_ALICE_OP_ECHO, echo, "Answer with the bytes it was given", 0,
         ECHO_DATA, ECHO_DATA)
{
    return alice_answer(out->data, out_tail, in->data, in_tail);
}
