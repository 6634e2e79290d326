// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "table.h"
#include "value.h"

/* How often a table may change while it is being read. */
#define LOAD_TRIES 8

static int explain_load(struct backend *b, int err, struct err *e)
{
	struct quoted q;

	return fail(e, STATUS_NO_DEVICE, "%s: cannot read the op table: %s",
		    quote_str(&q, b->path), strerror(err));
}

static int no_memory(struct err *e)
{
	return fail(e, STATUS_IO, "memory ran out");
}

/* Read rows until there are no more. */
static int load_rows(struct table *t, struct backend *b, struct err *e)
{
	unsigned int room = 0;
	int ret;

	for (t->count = 0;; t->count++) {
		struct alice_describe row = { .index = t->count };

		ret = b->describe(b, &row);
		if (ret == -ENOENT)
			return 0;
		if (ret < 0)
			return explain_load(b, -ret, e);
		if (t->count == ALICE_MAX_CMDS)
			return fail(e, STATUS_NONSENSE,
				    "the hypervisor's op table has more than %u rows",
				    ALICE_MAX_CMDS);
		if (t->count == room) {
			struct alice_describe *rows;

			room = room ? 2 * room : 16;
			rows = realloc(t->rows, room * sizeof(*rows));
			if (!rows)
				return no_memory(e);
			t->rows = rows;
		}
		t->rows[t->count] = row;
	}
}

int table_load(struct table *t, struct backend *b, struct err *e)
{
	struct alice_info before, after;
	unsigned int tries;
	int ret;

	*t = (struct table){ 0 };
	/* A domain that is migrated meanwhile finds another table. */
	for (tries = 0; tries < LOAD_TRIES; tries++) {
		ret = b->info(b, &before);
		if (ret)
			return explain_info(e, b->path, -ret);
		/* No table is not the same as one without a right row. */
		if (!before.ops && !before.generation)
			return explain_info(e, b->path, ENXIO);
		ret = load_rows(t, b, e);
		if (ret) {
			table_free(t);
			return ret;
		}
		ret = b->info(b, &after);
		if (!ret && before.generation == after.generation) {
			t->generation = after.generation;
			return 0;
		}
		table_free(t);
		if (ret)
			return explain_info(e, b->path, -ret);
	}
	return fail(e, STATUS_NO_DEVICE,
		    "the op table changed every time it was read: try again");
}

int table_refresh(struct table *t, struct backend *b, struct err *e)
{
	struct alice_info info;
	int ret = b->info(b, &info);

	if (!ret && info.generation == t->generation)
		return 0;
	table_free(t);
	return ret ? explain_info(e, b->path, -ret) : table_load(t, b, e);
}

void table_free(struct table *t)
{
	free(t->rows);
	*t = (struct table){ 0 };
}

static bool terminated(const char *text, size_t room)
{
	return memchr(text, '\0', room) != NULL;
}

static bool name_valid(const struct alice_op_desc *desc)
{
	size_t len;

	if (!terminated(desc->name, sizeof(desc->name)))
		return false;
	len = strlen(desc->name);
	return len && len == strspn(desc->name,
				    "abcdefghijklmnopqrstuvwxyz0123456789-");
}

const char *table_name(const struct alice_op_desc *desc, struct quoted *q)
{
	if (!name_valid(desc))
		return quote(q, desc->name, sizeof(desc->name));
	return strcpy(q->text, desc->name);
}

const struct alice_describe *table_find(const struct table *t,
					const char *name)
{
	uint64_t cmd;
	unsigned int i;

	for (i = 0; i < t->count; i++)
		if (name_valid(&t->rows[i].desc) &&
		    !strcmp(t->rows[i].desc.name, name))
			return &t->rows[i];
	if (!value_unsigned(name, &cmd))
		return NULL;
	for (i = 0; i < t->count; i++)
		if (t->rows[i].desc.cmd == cmd)
			return &t->rows[i];
	return NULL;
}

void table_nearest(const struct table *t, struct nearest *n)
{
	unsigned int i;

	for (i = 0; i < t->count; i++)
		if (name_valid(&t->rows[i].desc))
			nearest_try(n, t->rows[i].desc.name);
}

int table_check(const struct table *t, const struct alice_describe *row,
		struct err *e)
{
	const struct alice_op_desc *desc = &row->desc;
	const struct alice_describe *other;

	if (!name_valid(desc))
		return fail(e, STATUS_NONSENSE, "its name is not one");
	if (!terminated(desc->summary, sizeof(desc->summary)))
		return fail(e, STATUS_NONSENSE, "its summary is not terminated");
	if (desc->cmd >= ALICE_MAX_CMDS)
		return fail(e, STATUS_NONSENSE, "its number is %u, not below %u",
			    desc->cmd, ALICE_MAX_CMDS);
	if (desc->in_min > desc->in_max)
		return fail(e, STATUS_NONSENSE,
			    "it takes at least %u and at most %u bytes",
			    desc->in_min, desc->in_max);
	if (desc->in_max > PAYLOAD_MAX || desc->out_max > PAYLOAD_MAX)
		return fail(e, STATUS_NONSENSE,
			    "it takes up to %u and answers up to %u bytes, which is more than any can",
			    desc->in_max, desc->out_max);
	for (other = t->rows; other < row; other++) {
		if (other->desc.cmd == desc->cmd)
			return fail(e, STATUS_NONSENSE,
				    "an earlier row has the same number");
		if (!strncmp(other->desc.name, desc->name, sizeof(desc->name)))
			return fail(e, STATUS_NONSENSE,
				    "an earlier row has the same name");
	}
	return 0;
}
