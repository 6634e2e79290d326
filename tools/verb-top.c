// SPDX-License-Identifier: GPL-2.0-only
/* alicectl top: how often each op is called. */
#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "meter.h"
#include "screen.h"
#include "verbs.h"

/* Room for a heading: a field's name and "/S". */
#define HEAD_LEN (ALICE_FMT_LEN + 2)

/* A row of the table, to be sorted by. */
struct rank {
	unsigned int row;
	double rate;
};

static int by_rate(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->rate != y->rate)
		return x->rate < y->rate ? 1 : -1;
	return x->row < y->row ? -1 : 1;
}

/* The rows of the table by their first rate, the highest first. */
static struct rank *rank_rows(const struct meter *m)
{
	struct rank *ranks = calloc(m->table.count, sizeof(*ranks));
	unsigned int i;

	for (i = 0; ranks && i < m->table.count; i++)
		ranks[i] = (struct rank){ i, m->rate[i * m->columns] };
	if (ranks)
		qsort(ranks, m->table.count, sizeof(*ranks), by_rate);
	return ranks;
}

static void heading(const struct field *column, char *text)
{
	size_t i;

	for (i = 0; column->name[i]; i++)
		text[i] = (char)toupper((unsigned char)column->name[i]);
	(void)strcpy(text + i, "/S");
}

static void show_heading(struct screen *s, const struct meter *m, int width)
{
	char text[HEAD_LEN];
	unsigned int i;

	(void)fprintf(s->out, "%-*s", width, "OP");
	for (i = 0; i < m->columns; i++) {
		heading(m->column[i], text);
		(void)fprintf(s->out, " %13s", text);
	}
	screen_line_end(s);
}

static void show_row(struct screen *s, const struct meter *m, unsigned int row,
		     int width)
{
	struct quoted q;
	unsigned int i;

	(void)fprintf(s->out, "%-*s", width,
		      table_name(&m->table.rows[row].desc, &q));
	for (i = 0; i < m->columns; i++)
		(void)fprintf(s->out, " %13.1f", m->rate[row * m->columns + i]);
	screen_line_end(s);
}

/* The widest name, so that the columns stand still from round to round. */
static int name_width(const struct meter *m)
{
	size_t width = 0, len;
	struct quoted q;
	unsigned int i;

	for (i = 0; i < m->table.count; i++) {
		len = strlen(table_name(&m->table.rows[i].desc, &q));
		width = len > width ? len : width;
	}
	return (int)width;
}

static void show_lines(struct screen *s, const struct meter *m,
		       const struct rank *ranks)
{
	unsigned int room = screen_begin(s), i;
	int width = name_width(m);

	show_heading(s, m, width);
	/* The last line of a terminal stays empty, as a newline would scroll. */
	for (i = 0; i < m->table.count && (!room || i + 2 < room); i++)
		show_row(s, m, ranks[i].row, width);
	if (!s->terminal)
		screen_line_end(s);
}

static void show_json(struct screen *s, const struct meter *m,
		      const struct rank *ranks)
{
	struct json j = { .out = s->out };
	unsigned int i, k;

	json_open(&j, '{');
	json_key(&j, "seconds");
	json_decimal(&j, m->seconds);
	json_key(&j, "ops");
	json_open(&j, '[');
	for (i = 0; i < m->table.count; i++) {
		const struct alice_op_desc *desc =
			&m->table.rows[ranks[i].row].desc;

		json_open(&j, '{');
		json_key(&j, "cmd");
		json_unsigned(&j, desc->cmd);
		json_key(&j, "name");
		json_bytes(&j, (const uint8_t *)desc->name,
			   strnlen(desc->name, sizeof(desc->name)));
		json_key(&j, "per_second");
		json_open(&j, '{');
		for (k = 0; k < m->columns; k++) {
			json_key(&j, m->column[k]->name);
			json_decimal(&j, m->rate[ranks[i].row * m->columns + k]);
		}
		json_close(&j, '}');
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	(void)fputc('\n', s->out);
}

static int show(struct screen *s, const struct meter *m, bool json,
		struct err *e)
{
	struct rank *ranks = rank_rows(m);

	if (!ranks)
		return fail(e, STATUS_IO, "memory ran out");
	if (json)
		show_json(s, m, ranks);
	else
		show_lines(s, m, ranks);
	free(ranks);
	return screen_end(s) ? 0
			     : fail(e, STATUS_IO, "the figures cannot be written");
}

/* Rounds, until there were enough of them or a signal ends them. */
static int run_rounds(struct meter *m, struct screen *s, bool json,
		      double interval, uint64_t rounds, int *signal,
		      struct err *e)
{
	uint64_t shown = 0;
	bool fresh;
	int ret = 0;

	while (!ret && (!rounds || shown < rounds)) {
		switch (screen_wait(s, interval, signal)) {
		case MOMENT_END:
			return 0;
		case MOMENT_REDRAW:
			if (shown)
				ret = show(s, m, json, e);
			break;
		case MOMENT_ROUND:
			ret = meter_read(m, &fresh, e);
			if (ret || fresh)
				break;
			ret = show(s, m, json, e);
			shown++;
			break;
		}
	}
	return ret;
}

int verb_top(struct backend *b, const struct output *o, double interval,
	     uint64_t rounds, struct err *e)
{
	static const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct screen s;
	struct meter m;
	int signal = 0;
	int ret = meter_start(&m, b, e);

	if (!ret) {
		screen_open(&s, o->file, o->json);
		ret = run_rounds(&m, &s, o->json, interval, rounds, &signal,
				 e);
		/* A second ^C on the way out is no other wish than the first. */
		if (signal == SIGINT)
			(void)sigaction(SIGINT, &ignore, NULL);
		screen_close(&s);
	}
	meter_stop(&m);
	/* ^C is how it is ended; whoever sent another signal meant that. */
	if (signal && signal != SIGINT)
		(void)raise(signal);
	return ret;
}
