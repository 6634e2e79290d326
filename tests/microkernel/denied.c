// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of an unprivileged domain: some are refused, the others are about the domain.
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

/* part_guest() - what an unprivileged domain can call, and what is refused */
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
