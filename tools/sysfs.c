// SPDX-License-Identifier: GPL-2.0-only
/* Find the driver's directory in sysfs. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "alicectl.h"

/* Set @dir to the directory that has the driver's counters, or to "". */
void sysfs_of(const struct alice *a, char *dir, size_t size)
{
	struct stat node;

	dir[0] = '\0';
	if (alice_fd(a) >= 0 && !fstat(alice_fd(a), &node) && S_ISCHR(node.st_mode))
		(void)snprintf(dir, size, "/sys/dev/char/%u:%u", major(node.st_rdev),
			       minor(node.st_rdev));
}
