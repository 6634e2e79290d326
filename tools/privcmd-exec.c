// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the place of privcmd.c in alicectl itself: libxencall and what it needs are loaded by a
 * program of their own, as that takes longer than most calls.
 */
#include <string.h>

#include "alicectl.h"

int privcmd_open(struct alice **a, const struct options *o, struct alice_error *e)
{
	int ret = exec_beside("alicectl-privcmd", o->argv);

	(void)a;
	return fail(e, STATUS_NO_DEVICE,
		    "cannot run alicectl-privcmd: %s. It is not in a build of alicectl without libxencall: install libxen-dev and build it again.",
		    strerror(-ret));
}
