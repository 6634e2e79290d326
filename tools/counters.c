// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "value.h"

static int is_name(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len < COUNTER_LEN &&
	       len == strspn(entry->d_name,
			     "abcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool read_number(const char *path, uint64_t *value)
{
	char line[32] = "";
	FILE *f = fopen(path, "re");

	if (!f)
		return false;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	(void)fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return value_unsigned(line, value);
}

/* Append the counter whose file has that name, if it is one. */
static void add(struct counters *c, const char *dir, const char *group,
		const char *name)
{
	struct counter *counter = &c->counter[c->count];
	char path[512];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s/%s", dir, group,
			     name) >= sizeof(path) ||
	    !read_number(path, &counter->value))
		return;
	/* is_name() knows that it fits. */
	(void)memcpy(counter->name, name, strlen(name) + 1);
	c->count++;
}

int counters_read(struct counters *c, const char *dir, const char *group,
		  struct err *e)
{
	struct dirent **names;
	char path[256];
	int n = -1, i;

	*c = (struct counters){ 0 };
	if (*dir &&
	    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, group) <
	    sizeof(path))
		n = scandir(path, &names, is_name, alphasort);
	if (n < 0)
		return 0;
	/* One more, as no memory is also what calloc() returns for none. */
	c->counter = calloc((size_t)n + 1, sizeof(*c->counter));
	for (i = 0; i < n; i++) {
		if (c->counter)
			add(c, dir, group, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return c->counter ? 0 : fail(e, STATUS_IO, "memory ran out");
}

void counters_free(struct counters *c)
{
	free(c->counter);
	*c = (struct counters){ 0 };
}
