// SPDX-License-Identifier: GPL-2.0-only
/*
 * --via privcmd in alicectl: run alicectl-privcmd, which has privcmd.c instead of this file.
 * It is a program of its own because loading libxencall takes longer than most calls.
 */
#include <string.h>

#include "alicectl.h"

int privcmd_open(struct alice **a, const struct options *o, struct alice_error *e)
{
	int ret = exec_beside("alicectl-privcmd", o->argv);

	(void)a;
	return fail(e, STATUS_NO_DEVICE,
		    "cannot run alicectl-privcmd: %s. A build of alicectl without libxencall does not have it: install libxen-dev and build again.",
		    strerror(-ret));
}
