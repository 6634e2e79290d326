// SPDX-License-Identifier: GPL-2.0-only
/* alicectl ops, alicectl help: show the op table, and one op or event in detail. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "alicectl.h"
#include "json.h"

/* The columns before the summary. */
enum column { CMD, OP, YOU, FLAGS, COLUMNS };

/* Size of a cell: the longest has a name and all field names. */
#define CELL_LEN 128

/* Maximum widths on a terminal, so that the summary has room in 80 columns. */
#define OP_MAX 24
#define FLAGS_MAX 16

struct cells {
	char text[COLUMNS][CELL_LEN];
};

static const struct cells headings[] = {
	{ .text = { "CMD", "OP", "YOU", "FLAGS" } },
	{ .text = { "CMD", "EVENT", "YOU", "FLAGS" } },
};

/**
 * struct flag - one of an op's flags
 * @bit: ALICE_OP_F_*
 * @name: short name
 * @meaning: sentence about the op, without its subject
 */
struct flag {
	uint32_t bit;
	const char *name;
	const char *meaning;
};

/* The known flags, terminated by bit 0. */
static const struct flag op_flags[] = {
	{ ALICE_OP_F_WRITE, "write", "has a side effect, and needs write permission on the device" },
	{ ALICE_OP_F_ADMIN, "admin", "needs the capability CAP_SYS_ADMIN" },
	{ ALICE_OP_F_CONTROL, "control", "works in the control domain (dom0) only" },
	{ ALICE_OP_F_KERNEL, "kernel", "is for the kernel only; no program may call it" },
	{ ALICE_OP_F_LONG, "long", "may take many steps; a signal ends it between two of them" },
	{ ALICE_OP_F_EVENT, "event", "reports what happened; it cannot be called" },
	{ ALICE_OP_F_LIVE, "live", "was loaded into the running Xen" },
	{ 0, NULL, NULL },
};

/* Append to a cell, truncating the text. */
__attribute__((format(printf, 2, 3)))
static void add(char *cell, const char *fmt, ...)
{
	size_t len = strlen(cell);
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(cell + len, CELL_LEN - len, fmt, args);
	va_end(args);
}

/* Arguments for "%.*s": the name in a row may lack its NUL. */
#define NAME(desc) (int)strnlen((desc)->name, sizeof((desc)->name)), (desc)->name

static bool is_event(const struct alice_describe *row)
{
	return row->desc.flags & ALICE_OP_F_EVENT;
}

static const char *kind(const struct alice_describe *row)
{
	return is_event(row) ? "event" : "op";
}

static void fill(struct cells *c, const struct alice_describe *row)
{
	const struct alice_op_desc *desc = &row->desc;
	const char *name = alice_errno_name(-row->access);
	struct alice_fields in, out;
	const struct alice_fields *fields;
	const struct flag *flag;
	/* Events are listed under their own heading. */
	uint32_t flags = desc->flags & ~(uint32_t)ALICE_OP_F_EVENT;
	unsigned int i;

	(void)memset(c, 0, sizeof(*c));
	add(c->text[CMD], "%u", desc->cmd);
	add(c->text[OP], "%.*s", NAME(desc));
	if (alice_row_check(row, &in, &out, NULL))
		add(c->text[OP], " ?");
	fields = is_event(row) ? &out : &in;
	for (i = 0; i < fields->count; i++)
		add(c->text[OP], " %s", fields->field[i].name);
	add(c->text[YOU], "%s", row->access ? *name ? name : "no" : "yes");
	for (flag = op_flags; flag->bit; flag++) {
		if (flags & flag->bit)
			add(c->text[FLAGS], "%s%s", *c->text[FLAGS] ? "," : "", flag->name);
		flags &= ~flag->bit;
	}
	if (flags)
		add(c->text[FLAGS], "%s0x%x", *c->text[FLAGS] ? "," : "", flags);
	if (!*c->text[FLAGS])
		add(c->text[FLAGS], "-");
}

/* Width of the terminal; 0 if the output is not a terminal. */
static size_t terminal_width(void)
{
	struct winsize size;

	return isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size)
		? size.ws_col : 0;
}

/* Write text. With @cut, longer text is truncated to @width and ends in "...". */
static void show_cut(const char *text, size_t len, size_t width, bool cut)
{
	cut = cut && len > width;
	/* This counts bytes, not columns: non-ASCII text is truncated early rather than late. */
	show_text(stdout, text, cut ? width - 3 : len);
	(void)fputs(cut ? "..." : "", stdout);
}

static void show_line(const struct cells *c, const size_t *width, const char *summary,
		      size_t room, size_t terminal)
{
	size_t len = strnlen(summary, room), left = terminal;
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		left -= left > width[i] + 2 ? width[i] + 2 : left;
	/* If there is hardly any room, leave out the summary and the blanks before it. */
	if (terminal && left < 8)
		len = 0;
	for (i = 0; i < COLUMNS; i++) {
		size_t cell = strlen(c->text[i]);

		show_cut(c->text[i], cell, width[i], terminal);
		if (i + 1 < COLUMNS || len)
			(void)printf("%*s", (int)(cell < width[i] ? width[i] - cell + 2 : 2), "");
	}
	show_cut(summary, len, left, terminal && len);
	(void)putchar('\n');
}

/* Show the ops, or the events, under their heading. */
static void show_part(const struct alice *a, bool events, const size_t *width, size_t terminal)
{
	const struct alice_describe *row;
	struct cells c;
	unsigned int i;

	show_line(&headings[events], width, "SUMMARY", sizeof("SUMMARY"), terminal);
	for (i = 0; (row = alice_row(a, i)); i++) {
		if (is_event(row) != events)
			continue;
		fill(&c, row);
		show_line(&c, width, row->desc.summary, sizeof(row->desc.summary), terminal);
	}
}

static void show_table(const struct alice *a)
{
	const size_t terminal = terminal_width();
	const struct alice_describe *row;
	size_t width[COLUMNS] = { 0 };
	struct cells c;
	unsigned int i, column;
	bool events = false;

	for (i = 0; (row = alice_row(a, i)); i++)
		events = events || is_event(row);
	for (column = 0; column < COLUMNS; column++)
		width[column] = strlen(headings[events].text[column]);
	for (i = 0; (row = alice_row(a, i)); i++) {
		fill(&c, row);
		for (column = 0; column < COLUMNS; column++)
			if (strlen(c.text[column]) > width[column])
				width[column] = strlen(c.text[column]);
	}
	if (terminal && width[OP] > OP_MAX)
		width[OP] = OP_MAX;
	if (terminal && width[FLAGS] > FLAGS_MAX)
		width[FLAGS] = FLAGS_MAX;
	show_part(a, false, width, terminal);
	if (events) {
		(void)putchar('\n');
		show_part(a, true, width, terminal);
	}
}

/* ---- JSON ---- */

static void json_text(struct json *j, const char *key, const char *text, size_t room)
{
	json_key(j, key);
	json_bytes(j, (const uint8_t *)text, strnlen(text, room));
}

static void json_number(struct json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	json_unsigned(j, value);
}

static void json_fields(struct json *j, const char *key, const struct alice_fields *f)
{
	char type[ALICE_FMT_LEN];
	unsigned int i;

	json_key(j, key);
	json_open(j, '[');
	for (i = 0; i < f->count; i++) {
		alice_type(&f->field[i], type);
		json_open(j, '{');
		json_key(j, "name");
		json_string(j, f->field[i].name);
		json_key(j, "type");
		json_string(j, type);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void json_row(struct json *j, const struct alice_describe *row)
{
	const struct alice_op_desc *desc = &row->desc;
	const char *name = alice_errno_name(-row->access);
	struct alice_fields in, out;
	const struct flag *flag;
	struct alice_error e;
	int bad = alice_row_check(row, &in, &out, &e);

	json_open(j, '{');
	json_number(j, "cmd", desc->cmd);
	json_text(j, "name", desc->name, sizeof(desc->name));
	json_key(j, "kind");
	json_string(j, kind(row));
	json_text(j, "summary", desc->summary, sizeof(desc->summary));
	json_number(j, "flags", desc->flags);
	json_key(j, "flag_names");
	json_open(j, '[');
	for (flag = op_flags; flag->bit; flag++)
		if (desc->flags & flag->bit)
			json_string(j, flag->name);
	json_close(j, ']');
	json_number(j, "in_min", desc->in_min);
	json_number(j, "in_max", desc->in_max);
	json_number(j, "out_max", desc->out_max);
	json_text(j, "in_fmt", desc->in_fmt, sizeof(desc->in_fmt));
	json_text(j, "out_fmt", desc->out_fmt, sizeof(desc->out_fmt));
	json_fields(j, "in", &in);
	json_fields(j, "out", &out);
	json_key(j, "problem");
	if (bad)
		json_string(j, e.text);
	else
		json_null(j);
	json_key(j, "access");
	json_signed(j, row->access);
	json_key(j, "access_name");
	if (*name)
		json_string(j, name);
	else
		json_null(j);
	json_close(j, '}');
}

/* ---- The verbs ---- */

/* Warn about each invalid row. The other rows are still usable. */
static void warn(const struct alice *a)
{
	const struct alice_describe *row;
	struct alice_fields in, out;
	struct alice_error e;
	unsigned int i;

	(void)fflush(stdout);
	for (i = 0; (row = alice_row(a, i)); i++)
		if (alice_row_check(row, &in, &out, &e))
			(void)fprintf(stderr, "alicectl: warning: %s %u is invalid: %s\n",
				      kind(row), row->desc.cmd, e.text);
}

int run_ops(struct alice *a, const struct options *o, struct alice_error *e)
{
	struct json j = { .out = stdout };
	const struct alice_describe *row;
	unsigned int i;

	if (alice_refresh(a, e) < 0)
		return status_of(e);
	if (o->json) {
		/* One row a line. */
		(void)putchar('[');
		for (i = 0; (row = alice_row(a, i)); i++) {
			j.comma = false;
			(void)fputs(i ? ",\n " : "", stdout);
			json_row(&j, row);
		}
		(void)fputs("]\n", stdout);
	} else {
		show_table(a);
	}
	warn(a);
	return 0;
}

/* Show the range of a field. */
static void show_range(const struct alice_field *field, unsigned int min, unsigned int max)
{
	uint64_t most = UINT64_MAX;

	if (field->kind < ALICE_TEXT)
		most >>= 64 - 8 * field->size + (field->kind == ALICE_SIGNED);
	switch (field->kind) {
	case ALICE_UNSIGNED:
		(void)printf("0 to %" PRIu64 "\n", most);
		break;
	case ALICE_SIGNED:
		(void)printf("-%" PRIu64 " to %" PRIu64 "\n", most + 1, most);
		break;
	case ALICE_HEX:
		(void)printf("0 to 0x%" PRIx64 "\n", most);
		break;
	case ALICE_TEXT:
		(void)printf("text, up to %u bytes\n", field->size);
		break;
	default:
		min = min > field->offset ? min - field->offset : 0;
		(void)printf("text or bytes, %u to %u bytes\n", min, max - field->offset);
	}
}

static void show_fields(const char *title, const struct alice_fields *f, unsigned int min,
			unsigned int max)
{
	char type[ALICE_FMT_LEN];
	unsigned int i;

	(void)printf("%s:%s\n", title, f->count ? "" : " none");
	for (i = 0; i < f->count; i++) {
		alice_type(&f->field[i], type);
		(void)printf("  %-16s %-6s ", f->field[i].name, type);
		show_range(&f->field[i], min, max);
	}
}

static void show_flags(const struct alice_describe *row)
{
	const char *verb = is_event(row) ? "listen to" : "call";
	uint32_t flags = row->desc.flags;
	const struct flag *flag;
	struct alice_error e;

	for (flag = op_flags; flag->bit; flag++) {
		if (flags & flag->bit)
			(void)printf("It %s.\n", flag->meaning);
		flags &= ~flag->bit;
	}
	if (flags)
		(void)printf("It has flags that this program does not know: 0x%x.\n", flags);
	if (alice_access(row, &e))
		(void)printf("You may not %s it: %s\n", verb, e.text);
	else
		(void)printf("You may %s it, unless the hypervisor refuses.\n", verb);
}

static int show_row(const struct alice_describe *row, struct alice_error *e)
{
	const struct alice_op_desc *desc = &row->desc;
	struct alice_fields in, out;
	struct alice_error why;
	char name[ALICE_NAME_LEN + 1];
	int bad = alice_row_check(row, &in, &out, &why);
	unsigned int i;

	(void)snprintf(name, sizeof(name), "%.*s", NAME(desc));
	show_text(stdout, name, sizeof(name));
	(void)printf(" (%s %u)%s", kind(row), desc->cmd, desc->summary[0] ? ": " : "");
	show_text(stdout, desc->summary, sizeof(desc->summary));
	(void)putchar('\n');
	if (!bad && is_event(row)) {
		(void)printf("\nUsage: alicectl watch %s\n", name);
		show_fields("Fields", &out, 0, desc->out_max);
	} else if (!bad) {
		(void)printf("\nUsage: alicectl %s%s", verb_find(name) ? "call " : "", name);
		for (i = 0; i < in.count; i++)
			(void)printf(" %s=VALUE", in.field[i].name);
		(void)putchar('\n');
		show_fields("Arguments", &in, desc->in_min, desc->in_max);
		show_fields("Answer", &out, 0, desc->out_max);
	}
	(void)putchar('\n');
	show_flags(row);
	return bad ? fail(e, STATUS_NONSENSE, "%s %u is invalid: %s", kind(row), desc->cmd,
			  why.text) : 0;
}

int run_help(struct alice *a, const struct options *o, struct alice_error *e)
{
	const struct alice_describe *row = alice_find(a, o->op, e);
	struct json j = { .out = stdout };

	if (!row)
		return status_of(e);
	if (!o->json)
		return show_row(row, e);
	json_row(&j, row);
	(void)putchar('\n');
	return 0;
}
