// SPDX-License-Identifier: GPL-2.0-only
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "alicectl.h"

/* The directory in which the driver shows what it counts, or "". */
void sysfs_of(const struct alice *a, char *dir, size_t size)
{
	struct stat node;

	dir[0] = '\0';
	if (alice_fd(a) >= 0 && !fstat(alice_fd(a), &node) && S_ISCHR(node.st_mode))
		(void)snprintf(dir, size, "/sys/dev/char/%u:%u", major(node.st_rdev),
			       minor(node.st_rdev));
}
