// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of a domain without rights: some are refused, and the others are its own.
 */
#include "check.h"
#include "guest.h"
#include "parts.h"

static void guest_tests(void)
{
	way = &guest_way;
	part_ops();
	part_words();
	part_cmds();
	part_batch();
	way = &ways[0];
}

/* part_guest() - what a domain without rights is refused, and what it is not */
void part_guest(void)
{
	enum guest guest = guest_make();

	if (guest == GUEST_OTHER_XEN) {
		skip("calls from a domU", "this Xen is not that of libxen-dev");
		return;
	}
	if (ok(guest == GUEST_MADE, "a second domain"))
		guest_tests();
}
