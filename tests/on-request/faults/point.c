// SPDX-License-Identifier: GPL-2.0-only
#include "point.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int nth_fd;

static void set(const char *name, const char *value)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s", name);
	f = fopen(path, "w");
	if (!f || fputs(value, f) < 0 || fclose(f))
		err(2, "%s", path);
}

/* Exits if the kernel has no fault injection. */
void points_init(void)
{
	static const char *const quiet[] = {
		"failslab/verbose", "fail_page_alloc/verbose", "fail_usercopy/verbose",
	};
	char path[64];

	for (unsigned int i = 0; i < sizeof(quiet) / sizeof(*quiet); i++)
		set(quiet[i], "0");
	set("fail_page_alloc/min-order", "0");

	snprintf(path, sizeof(path), "/proc/self/task/%d/fail-nth", (int)getpid());
	nth_fd = open(path, O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		err(2, "%s", path);
}

/* Include allocations that may sleep, or copies only? */
void points_allocations(bool too)
{
	const char *ignored = too ? "N" : "Y";

	set("failslab/ignore-gfp-wait", ignored);
	set("fail_page_alloc/ignore-gfp-wait", ignored);
	set("fail_page_alloc/ignore-gfp-highmem", ignored);
}

/* Let the @nth point from here on fail, counted from 1. */
void point_arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	/* Writing is a copy, too, and can be the point that is disarmed. */
	if (pwrite(nth_fd, text, (size_t)len, 0) != len && (nth || errno != EFAULT))
		err(2, "fail-nth");
}

/* Did a point fail since then?  If not, disarm it. */
bool point_reached(void)
{
	char text[16] = "";

	/* Reading is a copy, and can be the point itself. */
	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0) {
		if (errno != EFAULT)
			err(2, "fail-nth");
		return false;
	}
	if (text[0] == '0')
		return true;
	point_arm(0);
	return false;
}
