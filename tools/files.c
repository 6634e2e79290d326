// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "system.h"

/* Where configuration is, the administrator's first: it counts more. */
static const char *const places[] = {
	"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib",
};

#define PLACES (sizeof(places) / sizeof(places[0]))

/* A name that is too long is none. */
static const char *join(char *path, const char *dir, const char *name)
{
	if ((size_t)snprintf(path, FILES_PATH, "%s/%s", dir, name) >= FILES_PATH)
		path[0] = '\0';
	return path;
}

const char *files_path(char *path, const char *name)
{
	path[0] = '\0';
	return *name ? join(path, system_root, name + 1) : path;
}

bool files_there(const char *name)
{
	char path[FILES_PATH];

	return !access(files_path(path, name), F_OK);
}

static bool read_line(FILE *f, char *line, size_t room)
{
	if (!fgets(line, (int)room, f))
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return line[0];
}

bool files_line(const char *name, char *line, size_t room)
{
	char path[FILES_PATH];
	FILE *f = fopen(files_path(path, name), "re");
	bool found = false;

	line[0] = '\0';
	if (f) {
		found = read_line(f, line, room);
		(void)fclose(f);
	}
	return found;
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return len > end && !strcmp(name + len - end, suffix);
}

/* Whether a place that counts more has a file of that name. */
static bool hidden(size_t place, const char *dir, const char *name)
{
	char sub[FILES_PATH], path[FILES_PATH];
	size_t i;

	for (i = 0; i < place; i++)
		if (files_there(join(path, join(sub, places[i], dir), name)))
			return true;
	return false;
}

static bool find_line(struct setting *s, const char *file,
		      bool (*is_it)(const char *line))
{
	char path[FILES_PATH];
	FILE *f = fopen(files_path(path, file), "re");
	bool found = false;

	if (!f)
		return false;
	while (!found && fgets(s->line, sizeof(s->line), f)) {
		s->line[strcspn(s->line, "\n")] = '\0';
		found = is_it(s->line);
	}
	(void)fclose(f);
	if (found)
		(void)snprintf(s->file, sizeof(s->file), "%s", file);
	return found;
}

static bool find_in(struct setting *s, size_t place, const char *dir,
		    const char *suffix, bool (*is_it)(const char *line))
{
	char sub[FILES_PATH], path[FILES_PATH];
	struct dirent **entries;
	bool found = false;
	int n, i;

	(void)join(sub, places[place], dir);
	n = scandir(files_path(path, sub), &entries, NULL, alphasort);
	if (n < 0)
		return false;
	for (i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (!found && has_suffix(name, suffix) &&
		    !hidden(place, dir, name))
			found = find_line(s, join(path, sub, name), is_it);
		free(entries[i]);
	}
	free(entries);
	return found;
}

bool files_setting(struct setting *s, const char *dir, const char *suffix,
		   bool (*is_it)(const char *line))
{
	size_t i;

	*s = (struct setting){ .file = "" };
	for (i = 0; i < PLACES; i++)
		if (find_in(s, i, dir, suffix, is_it))
			return true;
	s->line[0] = '\0';
	return false;
}
