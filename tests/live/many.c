/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A livepatch that enters as many rows as there may be, and one more, which has to be
 * refused; it stays without it.
 */

#include <xen/alice.h>

#define MOST 128

static int cf_check many_run(const void *in, unsigned int in_len,
                             void *out, unsigned int out_len)
{
    return 0;
}

static struct alice_op_row many_rows[MOST + 1];

static int cf_check many_apply(livepatch_payload_t *payload)
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

static int cf_check many_revert(livepatch_payload_t *payload)
{
    unsigned int i;

    for ( i = 0; i < MOST; i++ )
        alice_row_del(&many_rows[i]);

    return 0;
}

LIVEPATCH_APPLY_HOOK(many_apply)
LIVEPATCH_REVERT_HOOK(many_revert)
