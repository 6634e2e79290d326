/* SPDX-License-Identifier: GPL-2.0-only */
/* An event that op burst emits as often as requested. */

#include <xen/alice.h>
#include <xen/spinlock.h>

#define HAPPENED(f) f(u32, number) f(bytes, data)

ALICE_EVENT(80, happened, "Op burst was called", 0, HAPPENED)

#define BURST_IN(f) f(u32, first) f(u32, count) f(u32, len)

ALICE_OP(81, burst, "Have event happened happen", XEN_ALICE_OP_F_WRITE, BURST_IN,
         ALICE_NONE)
{
    static DEFINE_SPINLOCK(lock);
    static uint8_t data[XEN_ALICE_EVENT_LEN];
    struct alice_out_happened *event = (void *)data;
    unsigned int i;

    for ( i = 0; i < in->count; i++ )
    {
	/* Two domains can call at the same time. */
        spin_lock(&lock);
        event->number = in->first + i;
        memset(event->data, event->number, in->len);
        alice_event(NULL, 80, event, sizeof(*event) + in->len);
        spin_unlock(&lock);
    }

    return 0;
}
