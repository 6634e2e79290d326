// SPDX-License-Identifier: GPL-2.0-only
/* Opens privcmd, for tests that make hypercalls without the driver. */
#include "privcmd.h"

#include <err.h>
#include <fcntl.h>
#include <sys/mman.h>

int privcmd_open(void **memory, size_t size)
{
	int buffer = open(PRIVCMD_BUFFER, O_RDWR | O_CLOEXEC);
	int privcmd = open(PRIVCMD, O_RDWR | O_CLOEXEC);

	*memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, buffer, 0);
	if (privcmd < 0 || *memory == MAP_FAILED)
		err(2, "privcmd");
	return privcmd;
}
