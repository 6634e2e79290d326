// SPDX-License-Identifier: LGPL-2.1-or-later
/* The op table: read it, look up and check its rows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* How often reading the table is tried while it changes. */
#define READ_TRIES 8

static int read_rows(const struct alice *a, struct alice_describe **rows,
		     unsigned int *count, struct alice_error *e)
{
	unsigned int room = 0;

	*rows = NULL;
	for (*count = 0;; (*count)++) {
		struct alice_describe row = { .index = *count }, *more;
		int ret = a->ioctl(a->context, ALICE_IOC_DESCRIBE, &row);

		if (ret == -ENOENT)
			return 0;
		if (ret < 0)
			return explain_info(a, -ret, e);
		if (*count == ALICE_MAX_CMDS)
			return fail(e, ALICE_XEN, EBADMSG,
				    "the hypervisor's op table has more than %u rows",
				    ALICE_MAX_CMDS);
		if (*count == room) {
			room = room ? 2 * room : 16;
			more = realloc(*rows, room * sizeof(*more));
			if (!more)
				return no_memory(e);
			*rows = more;
		}
		(*rows)[*count] = row;
	}
}

int alice_refresh(struct alice *a, struct alice_error *e)
{
	struct alice_info before, after;
	struct alice_describe *rows;
	unsigned int count, tries;
	int ret;

	ret = alice_get_info(a, &after, sizeof(after), e);
	if (!ret && !after.generation)
		ret = explain_info(a, ENXIO, e);
	for (tries = 0; !ret && tries < READ_TRIES; tries++) {
		if (a->read && a->generation == after.generation)
			return tries != 0;
		before = after;
		ret = read_rows(a, &rows, &count, e);
		if (!ret)
			ret = alice_get_info(a, &after, sizeof(after), e);
		if (ret || before.generation != after.generation) {
			free(rows);
			continue;
		}
		free(a->rows);
		a->rows = rows;
		a->count = count;
		a->generation = after.generation;
		a->read = true;
		return 1;
	}
	return ret ? ret : fail(e, ALICE_XEN, EAGAIN,
				"the op table changed every time it was read: try again");
}

const struct alice_describe *alice_row(const struct alice *a, unsigned int index)
{
	return index < a->count ? &a->rows[index] : NULL;
}

static bool name_valid(const struct alice_op_desc *desc)
{
	size_t len = strnlen(desc->name, sizeof(desc->name));

	return len && len < sizeof(desc->name) &&
	       len == strspn(desc->name, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

/* An op's name for a message; quoted if it is invalid. */
const char *op_name(const struct alice_op_desc *desc, struct quoted *q)
{
	if (!name_valid(desc))
		return quote(q, desc->name, sizeof(desc->name));
	return strcpy(q->text, desc->name);
}

/* Look up a number in the table as it was read. Return: the row, or NULL. */
const struct alice_describe *row_by_number(const struct alice *a, uint64_t cmd)
{
	unsigned int i;

	for (i = 0; i < a->count; i++)
		if (a->rows[i].desc.cmd == cmd)
			return &a->rows[i];
	return NULL;
}

/* Look up a name, or a number, in the table as it was read. Return: the row, or NULL. */
const struct alice_describe *row_find(const struct alice *a, const char *name)
{
	uint64_t cmd;
	unsigned int i;

	for (i = 0; i < a->count; i++)
		if (name_valid(&a->rows[i].desc) && !strcmp(a->rows[i].desc.name, name))
			return &a->rows[i];
	return number_parse(name, &cmd) ? row_by_number(a, cmd) : NULL;
}

/* Say that there is no such op or event, and suggest another name. */
int no_row(const struct alice *a, const char *name, bool event, struct alice_error *e)
{
	const char *kind = event ? "event" : "op";
	struct nearest nearest = { .typed = name };
	struct quoted q;
	unsigned int i;

	for (i = 0; i < a->count; i++)
		if (name_valid(&a->rows[i].desc) &&
		    (!event || a->rows[i].desc.flags & ALICE_OP_F_EVENT))
			nearest_try(&nearest, a->rows[i].desc.name);
	(void)quote(&q, name, strlen(name));
	if (nearest.name)
		return fail(e, ALICE_CALLER, ENOENT,
			    "this hypervisor has no %s %s; did you mean '%s'?", kind, q.text,
			    nearest.name);
	return fail(e, ALICE_CALLER, ENOENT, "this hypervisor has no %s %s", kind, q.text);
}

const struct alice_describe *alice_find(struct alice *a, const char *name,
					struct alice_error *e)
{
	const struct alice_describe *row = a->read ? row_find(a, name) : NULL;

	/* It may have been loaded since the table was read. */
	if (!row) {
		if (alice_refresh(a, e) < 0)
			return NULL;
		row = row_find(a, name);
	}
	if (!row)
		(void)no_row(a, name, false, e);
	return row;
}

static int check_list(struct alice_fields *f, const char *what, const char *list,
		      unsigned int max, struct alice_error *e)
{
	int ret = alice_fields_parse(f, list, max, e);
	struct quoted q;

	if (ret)
		prefix(e, "its field list %s of the %s is invalid: ",
		       quote(&q, list, ALICE_FMT_LEN), what);
	return ret;
}

int alice_row_check(const struct alice_describe *row, struct alice_fields *in,
		    struct alice_fields *out, struct alice_error *e)
{
	const struct alice_op_desc *desc = &row->desc;
	int ret;

	(void)memset(in, 0, sizeof(*in));
	(void)memset(out, 0, sizeof(*out));
	if (!name_valid(desc))
		return fail(e, ALICE_XEN, EBADMSG, "its name is invalid");
	if (!memchr(desc->summary, '\0', sizeof(desc->summary)))
		return fail(e, ALICE_XEN, EBADMSG, "its summary is not terminated");
	if (desc->cmd >= ALICE_MAX_CMDS)
		return fail(e, ALICE_XEN, EBADMSG, "its number is %u, not below %u",
			    desc->cmd, ALICE_MAX_CMDS);
	if (desc->in_min > desc->in_max)
		return fail(e, ALICE_XEN, EBADMSG, "it takes at least %u and at most %u bytes",
			    desc->in_min, desc->in_max);
	if (desc->in_max > PAYLOAD_MAX || desc->out_max > PAYLOAD_MAX)
		return fail(e, ALICE_XEN, EBADMSG,
			    "it takes up to %u and answers up to %u bytes, which is above the limit",
			    desc->in_max, desc->out_max);
	ret = check_list(in, "request", desc->in_fmt, desc->in_max, e);
	if (!ret && !in->rest && in->size < desc->in_min)
		ret = fail(e, ALICE_XEN, EBADMSG,
			   "the fields of its request have %u bytes, and it takes at least %u",
			   in->size, desc->in_min);
	return ret ? ret : check_list(out, "answer", desc->out_fmt, desc->out_max, e);
}
