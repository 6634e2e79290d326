// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "only.h"
#include "table.h"
#include "value.h"
#include "verbs.h"

/**
 * struct cmds - a set of ops
 * @cmd: their numbers
 * @count: how many they are
 * @in: which numbers are among them
 */
struct cmds {
	__u32 cmd[ALICE_MAX_CMDS];
	unsigned int count;
	bool in[ALICE_MAX_CMDS];
};

/* An op by its name, or by a number that the table may get later only. */
static int find_cmd(const struct table *t, const char *name, uint64_t *cmd,
		    struct err *e)
{
	const struct alice_describe *row = table_find(t, name);

	if (row)
		*cmd = row->desc.cmd;
	else if (!value_unsigned(name, cmd))
		return unknown_op(t, name, e);
	if (*cmd >= ALICE_MAX_CMDS)
		return fail(e, STATUS_USAGE, "the numbers of ops are below %u",
			    ALICE_MAX_CMDS);
	return 0;
}

static int add_cmd(struct cmds *c, const struct table *t, const char *name,
		   struct err *e)
{
	uint64_t cmd;
	int ret = find_cmd(t, name, &cmd, e);

	if (ret || c->in[cmd])
		return ret;
	c->in[cmd] = true;
	c->cmd[c->count++] = (__u32)cmd;
	return 0;
}

/* An empty list is a list, too: of nothing. */
static int parse_list(struct cmds *c, const struct table *t, const char *list,
		      struct err *e)
{
	char *copy = strdup(list), *rest = *list ? copy : NULL, *name;
	int ret = 0;

	if (!copy)
		return fail(e, STATUS_IO, "memory ran out");
	while (!ret && (name = strsep(&rest, ",")))
		ret = add_cmd(c, t, name, e);
	free(copy);
	return ret;
}

static int restrict_device(struct backend *b, const char *list, struct err *e)
{
	struct cmds c = { .count = 0 };
	struct alice_restrict request = { .cmds = (uintptr_t)c.cmd };
	struct table t;
	int ret = table_load(&t, b, e);

	if (ret)
		return ret;
	ret = parse_list(&c, &t, list, e);
	table_free(&t);
	if (!ret) {
		request.count = c.count;
		ret = b->restrict_to(b, &request);
		if (ret)
			ret = explain_errno(e, -ret);
	}
	if (ret)
		err_prefix(e, "--only: ");
	return ret;
}

/* Put the device where the command finds it, and nowhere else. */
static int place_device(struct backend *b, struct err *e)
{
	int ret;

	if (b->fd == DEVICE_FD)
		ret = fcntl(b->fd, F_SETFD, 0);
	else if (dup2(b->fd, DEVICE_FD) < 0)
		ret = -1;
	else
		ret = fcntl(b->fd, F_SETFD, FD_CLOEXEC);
	if (!ret)
		ret = setenv(DEVICE_FD_VARIABLE, DEVICE_FD_TEXT, 1);
	if (ret)
		return fail(e, STATUS_IO,
			    "cannot make the device descriptor %d: %s",
			    DEVICE_FD, strerror(errno));
	return 0;
}

int run_only(struct backend *b, const char *list, char *const *command,
	     struct err *e)
{
	struct quoted q;
	int ret = restrict_device(b, list, e);

	if (!ret)
		ret = place_device(b, e);
	if (ret)
		return ret;
	(void)execvp(command[0], command);
	return fail(e, errno == ENOENT ? STATUS_NO_COMMAND : STATUS_CANNOT_RUN,
		    "cannot run %s: %s", quote_str(&q, command[0]),
		    strerror(errno));
}
