// SPDX-License-Identifier: GPL-2.0-only
/* alicectl --only: run a command with a restricted device. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alicectl.h"

/* The descriptor that the command gets. */
#define DEVICE_FD 3

/* An empty list is valid: the command may call no op. */
static int restrict_device(struct alice *a, const char *list, struct alice_error *e)
{
	char *copy = strdup(list), *rest = *list ? copy : NULL;
	const char **name = calloc(strlen(list) + 1, sizeof(*name));
	unsigned int count = 0;
	struct alice_error why;
	int ret = 0;

	while (copy && name && rest)
		name[count++] = strsep(&rest, ",");
	if (!copy || !name)
		ret = no_memory(e);
	else if (alice_restrict_to(a, name, count, &why))
		ret = fail(e, status_of(&why), "--only: %.1000s", why.text);
	free(copy);
	free(name);
	return ret;
}

/*
 * Close the descriptor that ALICE_FD names, which may be unrestricted. Parse the number as
 * the library does. If the handle itself has that number, keep it.
 */
static void close_inherited(const struct alice *a)
{
	const char *text = getenv("ALICE_FD");
	unsigned long long fd;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return;
	fd = strtoull(text, &end, text[1] == 'x' || text[1] == 'X' ? 16 : 10);
	if (!*end && fd <= INT_MAX && (int)fd != alice_fd(a))
		(void)close((int)fd);
}

/* Make the device descriptor 3 of the command, and close any other. */
static int place_device(const struct alice *a, struct alice_error *e)
{
	int ret;

	close_inherited(a);
	ret = alice_fd(a) == DEVICE_FD ? fcntl(DEVICE_FD, F_SETFD, 0)
				       : dup2(alice_fd(a), DEVICE_FD);
	if (ret >= 0)
		ret = setenv("ALICE_FD", "3", 1);
	return ret < 0 ? fail(e, STATUS_IO, "cannot make the device descriptor %d: %s",
			      DEVICE_FD, strerror(errno)) : 0;
}

int run_only(struct alice *a, const struct options *o, struct alice_error *e)
{
	int ret = restrict_device(a, o->only, e);

	if (!ret)
		ret = place_device(a, e);
	if (ret)
		return ret;
	(void)execvp(o->word[0], o->word);
	return fail(e, errno == ENOENT ? STATUS_NO_COMMAND : STATUS_CANNOT_RUN,
		    "cannot run '%.80s': %s", o->word[0], strerror(errno));
}
