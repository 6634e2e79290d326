/* SPDX-License-Identifier: GPL-2.0-only */
/* Echo as a LONG op of up to four steps, which emits an event in each. */

#include <xen/alice.h>

#define STEPPED_OUT(f)  f(bytes, data)
ALICE_EVENT(901, stepped, "Op steps was called", 0, STEPPED_OUT)

#define STEPS_CURSOR(f) f(u32, done)
#define STEPS_IN(f)     f(bytes, data)
#define STEPS_OUT(f)    f(bytes, data)

ALICE_OP_LONG(900, steps, "Answer the input, after some steps", 0,
              STEPS_CURSOR, STEPS_IN, STEPS_OUT)
{
    alice_event(NULL, 901, in->data, min(in_tail, 64U));

    if ( cursor->done++ < in_tail % 4 )
        return -ERESTART;

    return alice_answer(out->data, out_tail, in->data, in_tail);
}
