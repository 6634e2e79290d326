// SPDX-License-Identifier: GPL-2.0-only
/* One row of the op table, as the verbs show it. */
#include <string.h>

#include "explain.h"
#include "json.h"
#include "verbs.h"

const struct flag op_flags[] = {
	{ ALICE_OP_F_WRITE, "write", "has a side effect, and needs write permission on the device" },
	{ ALICE_OP_F_ADMIN, "admin", "needs the capability CAP_SYS_ADMIN" },
	{ ALICE_OP_F_CONTROL, "control", "works in the control domain (dom0) only" },
	{ ALICE_OP_F_KERNEL, "kernel", "is for the kernel alone; no program may call it" },
	{ ALICE_OP_F_LONG, "long", "may take many steps; a signal ends it between two of them" },
	{ ALICE_OP_F_LIVE, "live", "was loaded into the running Xen" },
	{ 0 },
};

static int parse_list(struct fields *f, const char *what, const char *fmt,
		      size_t room, size_t max, struct err *e)
{
	struct quoted q;
	int ret = fields_parse(f, fmt, room, max, e);

	if (ret)
		err_prefix(e, "its field list %s of the %s cannot be used: ",
			   quote(&q, fmt, room), what);
	return ret;
}

int row_parse(const struct alice_describe *row, struct fields *in,
	      struct fields *out, struct err *e)
{
	const struct alice_op_desc *desc = &row->desc;
	int ret = 0;

	if (in) {
		ret = parse_list(in, "input", desc->in_fmt,
				 sizeof(desc->in_fmt), desc->in_max, e);
		if (!ret && !in->rest && in->size < desc->in_min)
			ret = fail(e, STATUS_NONSENSE,
				   "its input's fields have %zu bytes, and it takes at least %u",
				   in->size, desc->in_min);
	}
	if (!ret && out)
		ret = parse_list(out, "answer", desc->out_fmt,
				 sizeof(desc->out_fmt), desc->out_max, e);
	return ret;
}

int unknown_op(const struct table *t, const char *name, struct err *e)
{
	struct nearest nearest = { .typed = name };
	struct quoted q;

	table_nearest(t, &nearest);
	if (nearest.name)
		return fail(e, STATUS_USAGE,
			    "this hypervisor has no op %s; did you mean '%s'? 'alicectl ops' lists all of them",
			    quote_str(&q, name), nearest.name);
	return fail(e, STATUS_USAGE,
		    "this hypervisor has no op %s; 'alicectl ops' lists those that it has",
		    quote_str(&q, name));
}

static void json_text(struct json *j, const char *key, const char *text,
		      size_t room)
{
	json_key(j, key);
	json_bytes(j, (const uint8_t *)text, strnlen(text, room));
}

static void json_number(struct json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	json_unsigned(j, value);
}

static void json_flags(struct json *j, __u32 flags)
{
	const struct flag *flag;

	json_number(j, "flags", flags);
	json_key(j, "flag_names");
	json_open(j, '[');
	for (flag = op_flags; flag->bit; flag++)
		if (flags & flag->bit)
			json_string(j, flag->name);
	json_close(j, ']');
}

static void json_list(struct json *j, const char *key, const struct fields *f)
{
	char type[24];
	unsigned int i;

	json_key(j, key);
	if (!f) {
		json_null(j);
		return;
	}
	json_open(j, '[');
	for (i = 0; i < f->count; i++) {
		json_open(j, '{');
		json_key(j, "name");
		json_string(j, f->field[i].name);
		json_key(j, "type");
		json_string(j, fields_type(&f->field[i], type, sizeof(type)));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void json_lists(struct json *j, const struct table *t,
		       const struct alice_describe *row)
{
	struct fields in = { .count = 0 }, out = { .count = 0 };
	struct err problem, ignored;
	bool sane = !table_check(t, row, &problem) &&
		    !row_parse(row, &in, &out, &problem);

	json_list(j, "in",
		  row_parse(row, &in, NULL, &ignored) ? NULL : &in);
	json_list(j, "out",
		  row_parse(row, NULL, &out, &ignored) ? NULL : &out);
	json_key(j, "problem");
	if (sane)
		json_null(j);
	else
		json_string(j, problem.text);
}

static void json_access(struct json *j, int access)
{
	const char *name = explain_errno_name(-access);

	json_key(j, "access");
	json_signed(j, access);
	json_key(j, "access_name");
	if (access && name)
		json_string(j, name);
	else
		json_null(j);
}

void row_json(const struct output *o, const struct table *t,
	      const struct alice_describe *row)
{
	const struct alice_op_desc *desc = &row->desc;
	struct json j = { .out = o->file };

	json_open(&j, '{');
	json_number(&j, "cmd", desc->cmd);
	json_text(&j, "name", desc->name, sizeof(desc->name));
	json_text(&j, "summary", desc->summary, sizeof(desc->summary));
	json_flags(&j, desc->flags);
	json_number(&j, "in_min", desc->in_min);
	json_number(&j, "in_max", desc->in_max);
	json_number(&j, "out_max", desc->out_max);
	json_text(&j, "in_fmt", desc->in_fmt, sizeof(desc->in_fmt));
	json_text(&j, "out_fmt", desc->out_fmt, sizeof(desc->out_fmt));
	json_lists(&j, t, row);
	json_access(&j, row->access);
	json_close(&j, '}');
}
