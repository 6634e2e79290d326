// SPDX-License-Identifier: GPL-2.0-only
/* In the place of privcmd.c where libxencall was not there at build time. */
#include "backend.h"

const bool privcmd_built = false;

int privcmd_open(struct backend *b, unsigned int number, struct err *e)
{
	(void)b;
	(void)number;
	return fail(e, STATUS_NO_DEVICE,
		    "--via privcmd is not in this build of alicectl, which was made without libxencall: install libxen-dev and build it again.");
}
