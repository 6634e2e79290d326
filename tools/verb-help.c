// SPDX-License-Identifier: GPL-2.0-only
/* alicectl help OP: how one op is used. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "verbs.h"

static void show_usage(const struct output *o, const struct alice_op_desc *desc,
		       const struct fields *in)
{
	bool verb = verb_find(desc->name)->name;
	unsigned int i;

	(void)fprintf(o->file, "\nUsage: alicectl %s", verb ? "call " : "");
	output_text(o, desc->name, sizeof(desc->name));
	for (i = 0; i < in->count; i++)
		(void)fprintf(o->file, " %s=VALUE", in->field[i].name);
	(void)fputc('\n', o->file);
}

/* What values a field can have. */
static void show_range(const struct output *o, const struct field *field,
		       size_t min, size_t max)
{
	uint64_t most;

	switch (field->kind) {
	case FIELD_UNSIGNED:
		most = UINT64_MAX >> (64 - 8 * field->size);
		(void)fprintf(o->file, "0 to %" PRIu64, most);
		break;
	case FIELD_SIGNED:
		most = UINT64_MAX >> (64 - 8 * field->size + 1);
		(void)fprintf(o->file, "-%" PRIu64 " to %" PRIu64, most + 1,
			      most);
		break;
	case FIELD_HEX:
		most = UINT64_MAX >> (64 - 8 * field->size);
		(void)fprintf(o->file, "0 to 0x%" PRIx64, most);
		break;
	case FIELD_TEXT:
		(void)fprintf(o->file, "text, up to %zu bytes", field->size);
		break;
	case FIELD_BYTES:
		min = min > field->offset ? min - field->offset : 0;
		(void)fprintf(o->file, "text or bytes, %zu to %zu bytes", min,
			      max - field->offset);
		break;
	}
}

static void show_list(const struct output *o, const char *title,
		      const struct fields *f, size_t min, size_t max)
{
	unsigned int i;

	(void)fprintf(o->file, "%s:%s\n", title, f->count ? "" : " none");
	for (i = 0; i < f->count; i++) {
		const struct field *field = &f->field[i];
		char type[24];

		(void)fprintf(o->file, "  %-16s %-6s ", field->name,
			      fields_type(field, type, sizeof(type)));
		show_range(o, field, min, max);
		(void)fputc('\n', o->file);
	}
}

static void show_flags(const struct output *o, const struct failed_call *c)
{
	/* What show_access() says is not said twice. */
	const __u32 closing = explain_flags(c);
	__u32 flags = c->desc->flags;
	const struct flag *flag;

	for (flag = op_flags; flag->bit; flag++) {
		if (flags & flag->bit & ~closing)
			(void)fprintf(o->file, "It %s.\n", flag->meaning);
		flags &= ~flag->bit;
	}
	if (flags)
		(void)fprintf(o->file,
			      "It has flags that this program does not know: 0x%x.\n",
			      flags);
}

static void show_access(const struct output *o, const struct failed_call *c)
{
	struct err why;

	if (!c->access) {
		(void)fputs("You may call it; the hypervisor has the last word.\n", o->file);
		return;
	}
	(void)explain_access(&why, c);
	(void)fprintf(o->file, "You may not call it: %s\n", why.text);
}

static int show_row(const struct output *o, const struct table *t,
		    const struct alice_describe *row, struct err *e)
{
	const struct alice_op_desc *desc = &row->desc;
	const struct failed_call call = {
		.desc = desc,
		.access = row->access,
		.err = -row->access,
		.in_len = desc->in_min,
		.root = !geteuid(),
	};
	struct fields in, out;
	int ret;

	output_text(o, desc->name, sizeof(desc->name));
	(void)fprintf(o->file, desc->summary[0] ? " (op %u): " : " (op %u)", desc->cmd);
	output_text(o, desc->summary, sizeof(desc->summary));
	(void)fputc('\n', o->file);
	ret = table_check(t, row, e);
	if (!ret)
		ret = row_parse(row, &in, &out, e);
	if (!ret) {
		show_usage(o, desc, &in);
		show_list(o, "Arguments", &in, desc->in_min, desc->in_max);
		show_list(o, "Answer", &out, 0, desc->out_max);
	}
	(void)fputc('\n', o->file);
	show_flags(o, &call);
	show_access(o, &call);
	if (ret)
		err_prefix(e, "op %u makes no sense: ", desc->cmd);
	return ret;
}

int verb_help(struct backend *b, const struct output *o, const char *name,
	      struct err *e)
{
	const struct alice_describe *row;
	struct table t;
	int ret = table_load(&t, b, e);

	if (ret)
		return ret;
	row = table_find(&t, name);
	if (!row) {
		ret = unknown_op(&t, name, e);
	} else if (o->json) {
		row_json(o, &t, row);
		(void)fputc('\n', o->file);
	} else {
		ret = show_row(o, &t, row, e);
	}
	table_free(&t);
	return ret;
}
