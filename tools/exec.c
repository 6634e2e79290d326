// SPDX-License-Identifier: GPL-2.0-only
/* Run alicectl's helper programs: from its own directory (build) or from libexec (installed). */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "alicectl.h"

/**
 * exec_beside() - replace this process by a helper program
 * @program: its name
 * @argv: its arguments; argv[0] is set to its path
 *
 * Return: a negative errno, only on failure.
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
