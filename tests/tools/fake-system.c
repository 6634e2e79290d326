// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another system around alicectl.  Its files are below FAKE_ROOT, and so is the
 * kernel's log, "kmsg".  FAKE_PERSON says who calls: root (the default), member,
 * added (to the group, after the session began), outsider, or stranger (where the
 * group is not there).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "system.h"

const char *system_root = "";

__attribute__((constructor)) static void move_root(void)
{
	const char *root = getenv("FAKE_ROOT");

	if (root)
		system_root = root;
}

static bool person_is(const char *name)
{
	const char *person = getenv("FAKE_PERSON");

	return !strcmp(person ? person : "root", name);
}

const char *system_release(void)
{
	return "6.1.0-test";
}

bool system_group(const char *name, gid_t *gid)
{
	*gid = 997;
	return !strcmp(name, "alice") && !person_is("stranger");
}

void system_person(struct person *p, gid_t gid)
{
	(void)gid;
	*p = (struct person){
		.user = "bob",
		.root = person_is("root"),
		.member = person_is("member") || person_is("added"),
		.session = person_is("member"),
	};
}

bool system_log(char *log, size_t room)
{
	char path[FILES_PATH];
	FILE *f = fopen(files_path(path, "/kmsg"), "re");

	log[0] = '\0';
	if (!f)
		return false;
	log[fread(log, 1, room - 1, f)] = '\0';
	(void)fclose(f);
	return true;
}
