/* SPDX-License-Identifier: GPL-2.0-only */
/* The number of free pages. */

#include <xen/alice.h>
#include <xen/mm.h>

#define PAGES_OUT(f) f(u64, pages)

ALICE_OP(83, pages, "How many pages are free", 0, ALICE_NONE, PAGES_OUT)
{
    out->pages = avail_domheap_pages();

    return 0;
}
