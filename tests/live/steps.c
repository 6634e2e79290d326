/* SPDX-License-Identifier: GPL-2.0-only */
/* A LONG op with as many steps as requested, for tests/live/long.c. */

#include <xen/alice.h>

#define STEPS_CURSOR(f) f(u64, done) f(u64, sum)
#define STEPS_IN(f)     f(u64, steps) f(bytes, data)
#define STEPS_OUT(f)    f(u64, done) f(u64, sum) f(bytes, data)

ALICE_OP_LONG(68, steps, "Add up the input, once in each step", 0,
              STEPS_CURSOR, STEPS_IN, STEPS_OUT)
{
    unsigned int i;

    for ( i = 0; i < in_tail; i++ )
        cursor->sum += in->data[i];

	/* Only the last step's answer may reach the caller. */
    memset(out, 0xff, sizeof(*out) + out_tail);

    if ( ++cursor->done < in->steps )
        return -ERESTART;

    out->done = cursor->done;
    out->sum = cursor->sum;

    return alice_answer(out->data, out_tail, in->data, in_tail);
}
