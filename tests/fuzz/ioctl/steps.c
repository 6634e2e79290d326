/* SPDX-License-Identifier: GPL-2.0-only */
/* Echo, as an op of up to four steps. */

#include <xen/alice.h>

#define STEPS_CURSOR(f) f(u32, done)
#define STEPS_IN(f)     f(bytes, data)
#define STEPS_OUT(f)    f(bytes, data)

ALICE_OP_LONG(900, steps, "Answer the input, after some steps", 0,
              STEPS_CURSOR, STEPS_IN, STEPS_OUT)
{
    if ( cursor->done++ < in_tail % 4 )
        return -ERESTART;

    return alice_answer(out->data, out_tail, in->data, in_tail);
}
