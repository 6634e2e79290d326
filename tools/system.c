// SPDX-License-Identifier: GPL-2.0-only
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "system.h"

/* Of klogctl(), whose names for what it does are the kernel's own. */
#define SYSLOG_ACTION_READ_ALL 3

const char *system_root = "";

const char *system_release(void)
{
	static struct utsname name;

	return uname(&name) ? "" : name.release;
}

bool system_group(const char *name, gid_t *gid)
{
	const struct group *group = getgrnam(name);

	if (group)
		*gid = group->gr_gid;
	return group;
}

static bool in_session(gid_t gid)
{
	int count = getgroups(0, NULL), i;
	bool found = getegid() == gid;
	gid_t *groups;

	if (found || count <= 0)
		return found;
	groups = calloc((size_t)count, sizeof(*groups));
	if (!groups)
		return false;
	count = getgroups(count, groups);
	for (i = 0; i < count && !found; i++)
		found = groups[i] == gid;
	free(groups);
	return found;
}

void system_person(struct person *p, gid_t gid)
{
	const struct passwd *user = getpwuid(getuid());
	const struct group *group = getgrgid(gid);
	char **member;

	*p = (struct person){
		.root = !geteuid(),
		.member = user && user->pw_gid == gid,
		.session = in_session(gid),
	};
	if (user)
		(void)snprintf(p->user, sizeof(p->user), "%s", user->pw_name);
	else
		(void)snprintf(p->user, sizeof(p->user), "uid %u",
			       (unsigned int)getuid());
	for (member = group ? group->gr_mem : NULL; member && *member; member++)
		p->member = p->member || !strcmp(*member, p->user);
}

bool system_log(char *log, size_t room)
{
	int len = klogctl(SYSLOG_ACTION_READ_ALL, log, (int)room - 1);

	log[len > 0 ? len : 0] = '\0';
	return len >= 0;
}
