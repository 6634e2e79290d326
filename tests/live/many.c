/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A livepatch that adds as many rows as possible, and one more, which has to be
 * refused.
 */

#include <xen/alice.h>

#define MOST 128

static int cf_check many_run(const void *in, unsigned int in_len,
                             void *out, unsigned int out_len)
{
    return 0;
}

static struct alice_op_row many_rows[MOST + 1];

static int cf_check many_start(void)
{
    unsigned int i;
    int rc = 0;

    for ( i = 0; !rc && i <= MOST; i++ )
    {
        struct xen_alice_op_desc *desc = &many_rows[i].desc;

        desc->cmd = 500 + i;
        snprintf(desc->name, sizeof(desc->name), "many_%u", i);
        many_rows[i].fn = many_run;
        rc = alice_row_add(&many_rows[i]);
    }

    return i == MOST + 1 && rc == -ENOSPC ? 0 : -EDOM;
}

static void cf_check many_stop(void)
{
    unsigned int i;

    for ( i = 0; i < MOST; i++ )
        alice_row_del(&many_rows[i]);
}

ALICE_HOOKS(many_start, many_stop)
