// SPDX-License-Identifier: GPL-2.0-only
/* Programs of alicectl's own: beside it where it is built, in libexec where it is installed. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "alicectl.h"

/**
 * exec_beside() - become another program
 * @program: its name
 * @argv: its arguments; the first is set to its path
 *
 * Return: a negative errno, where there is none.
 */
int exec_beside(const char *program, char **argv)
{
	static const char *const places[] = { "", "/../libexec/alice" };
	char self[PATH_MAX], path[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self));
	const char *slash = len > 0 ? memrchr(self, '/', (size_t)len) : NULL;
	size_t i;

	if (!slash)
		return -ENOENT;
	argv[0] = path;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		(void)snprintf(path, sizeof(path), "%.*s%s/%s", (int)(slash - self), self,
			       places[i], program);
		(void)execv(path, argv);
	}
	return -errno;
}
