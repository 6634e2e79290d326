// SPDX-License-Identifier: GPL-2.0-only
/* alicectl doctor: run the script alicectl-doctor. */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "alicectl.h"

int run_doctor(struct alice *a, const struct options *o, struct alice_error *e)
{
	char self[PATH_MAX] = "alicectl", device[] = "/dev/alice", json[] = "json", none[] = "";
	char number[16] = "";
	char *argv[] = { NULL, self, device, number, o->json ? json : none, NULL };
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int ret;

	(void)a;
	if (len > 0)
		self[len] = '\0';
	if (o->device)
		argv[2] = (char *)(uintptr_t)o->device;
	if (o->number)
		(void)snprintf(number, sizeof(number), "%u", o->number);
	ret = exec_beside("alicectl-doctor", argv);
	return fail(e, STATUS_IO, "cannot run alicectl-doctor: %s", strerror(-ret));
}
