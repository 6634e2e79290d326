// SPDX-License-Identifier: GPL-2.0-only
/* alicectl ops: the op table, for people or as JSON. */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "explain.h"
#include "verbs.h"

/* The columns before the summary, which is the last and has no width. */
enum column { CMD, NAME, ARGUMENTS, ANSWER, FLAGS, YOU, COLUMNS };

/* Room for one of them: the longest holds a field list or a quoted name. */
#define CELL_LEN 128

struct cells {
	char text[COLUMNS][CELL_LEN];
};

static const struct cells heading = {
	.text = { "CMD", "NAME", "ARGUMENTS", "ANSWER", "FLAGS", "YOU" },
};

/* A short summary is shown even where the terminal has no room for it. */
#define SUMMARY_MIN 20

/* Append to a cell; what there is no room for is left out. */
static void add(char *cell, const char *text)
{
	size_t len = strlen(cell);

	(void)snprintf(cell + len, CELL_LEN - len, "%s", text);
}

static void cell_list(char *cell, const struct fields *f, bool types)
{
	unsigned int i;

	for (i = 0; i < f->count; i++) {
		char type[24];

		if (i)
			add(cell, " ");
		add(cell, f->field[i].name);
		if (types) {
			add(cell, "=");
			add(cell, fields_type(&f->field[i], type,
					      sizeof(type)));
		}
	}
	if (!f->count)
		add(cell, "-");
}

static void cell_flags(char *cell, __u32 flags)
{
	const struct flag *flag;

	for (flag = op_flags; flag->bit; flag++) {
		if (!(flags & flag->bit))
			continue;
		flags &= ~flag->bit;
		if (*cell)
			add(cell, ",");
		add(cell, flag->name);
	}
	if (flags)
		(void)snprintf(cell + strlen(cell), CELL_LEN - strlen(cell),
			       "%s0x%x", *cell ? "," : "", flags);
	if (!*cell)
		add(cell, "-");
}

static void cell_you(char *cell, int access)
{
	const char *name = explain_errno_name(-access);

	if (!access)
		add(cell, "yes");
	else if (name)
		(void)snprintf(cell, CELL_LEN, "no: %s", name);
	else
		(void)snprintf(cell, CELL_LEN, "no: errno %d", -access);
}

static void fill_cells(struct cells *c, const struct alice_describe *row)
{
	const struct alice_op_desc *desc = &row->desc;
	struct fields f;
	struct quoted q;
	struct err ignored;

	(void)memset(c, 0, sizeof(*c));
	(void)snprintf(c->text[CMD], CELL_LEN, "%u", desc->cmd);
	add(c->text[NAME], table_name(desc, &q));
	if (row_parse(row, &f, NULL, &ignored))
		add(c->text[ARGUMENTS], "?");
	else
		cell_list(c->text[ARGUMENTS], &f, true);
	if (row_parse(row, NULL, &f, &ignored))
		add(c->text[ANSWER], "?");
	else
		cell_list(c->text[ANSWER], &f, false);
	cell_flags(c->text[FLAGS], desc->flags);
	cell_you(c->text[YOU], row->access);
}

static void widen(size_t *width, const struct cells *c)
{
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		if (strlen(c->text[i]) > width[i])
			width[i] = strlen(c->text[i]);
}

/* Write the columns, each as wide as its widest cell; returns their width. */
static size_t show_cells(const struct output *o, const struct cells *c,
			 const size_t *width, bool last)
{
	size_t taken = 0;
	unsigned int i;

	for (i = 0; i < COLUMNS; i++) {
		/* No spaces at the end of a line. */
		if (last && i == COLUMNS - 1)
			(void)fputs(c->text[i], o->file);
		else
			(void)fprintf(o->file, "%-*s  ", (int)width[i],
				      c->text[i]);
		taken += width[i] + 2;
	}
	return taken;
}

/* How wide lines may be; 0 where nobody looks. */
static size_t terminal_width(const struct output *o)
{
	struct winsize size;
	int fd = fileno(o->file);

	if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

static void show_summary(const struct output *o, const char *summary,
			 size_t room, size_t taken)
{
	size_t width = terminal_width(o), len = strnlen(summary, room);

	/* Bytes, not columns: what is not ASCII is cut off early, not late. */
	if (width && taken + len > width) {
		size_t left = width > taken + SUMMARY_MIN ? width - taken
							  : SUMMARY_MIN;

		if (len > left) {
			output_text(o, summary, left - 3);
			(void)fputs("...\n", o->file);
			return;
		}
	}
	output_text(o, summary, len);
	(void)fputc('\n', o->file);
}

static void show_table(const struct output *o, const struct table *t)
{
	size_t width[COLUMNS] = { 0 };
	struct cells c;
	unsigned int i;

	widen(width, &heading);
	for (i = 0; i < t->count; i++) {
		fill_cells(&c, &t->rows[i]);
		widen(width, &c);
	}
	(void)show_cells(o, &heading, width, false);
	(void)fputs("SUMMARY\n", o->file);
	for (i = 0; i < t->count; i++) {
		const struct alice_op_desc *desc = &t->rows[i].desc;
		size_t taken;

		fill_cells(&c, &t->rows[i]);
		taken = show_cells(o, &c, width, !*desc->summary);
		show_summary(o, desc->summary, sizeof(desc->summary), taken);
	}
}

static void show_json(const struct output *o, const struct table *t)
{
	unsigned int i;

	/* One row a line. */
	(void)fputc('[', o->file);
	for (i = 0; i < t->count; i++) {
		if (i)
			(void)fputs(",\n ", o->file);
		row_json(o, t, &t->rows[i]);
	}
	(void)fputs("]\n", o->file);
}

/* Warn of every row but the last that makes no sense; that one is the error. */
static int check_rows(const struct table *t, struct err *e)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < t->count; i++) {
		const struct alice_describe *row = &t->rows[i];
		struct err problem;
		struct fields f;

		if (!table_check(t, row, &problem) &&
		    !row_parse(row, &f, &f, &problem))
			continue;
		if (ret)
			warn("%s", e->text);
		ret = fail(e, STATUS_NONSENSE, "op %u makes no sense: %s",
			   row->desc.cmd, problem.text);
	}
	return ret;
}

int verb_ops(struct backend *b, const struct output *o, struct err *e)
{
	struct table t;
	int ret = table_load(&t, b, e);

	if (ret)
		return ret;
	if (o->json)
		show_json(o, &t);
	else
		show_table(o, &t);
	ret = check_rows(&t, e);
	table_free(&t);
	return ret;
}
