// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "many.h"
#include "meter.h"

/* The op that counts, and its field that says which op is asked about. */
#define STATS "stats"
#define STATS_CMD "cmd"

static int no_memory(struct err *e)
{
	return fail(e, STATUS_IO, "memory ran out");
}

/* The call that asks about one row. */
static int prepare(struct meter *m, unsigned int row, struct err *e)
{
	char text[32], *word = text;
	bool stdin_taken = true;
	struct args args = {
		.word = &word,
		.count = 1,
		.stdin_taken = &stdin_taken,
	};
	int ret;

	(void)snprintf(text, sizeof(text), STATS_CMD "=%u",
		       m->table.rows[row].desc.cmd);
	ret = call_prepare(&m->calls[row], &m->table, STATS, &args, false, e);
	if (!ret)
		m->ops[row] = call_op(&m->calls[row]);
	return ret;
}

/* Every number in the answer is taken for a counter. */
static int find_columns(struct meter *m, struct err *e)
{
	const struct fields *out = &m->calls[0].out;
	unsigned int i;

	for (m->columns = 0, i = 0; i < out->count; i++)
		if (out->field[i].kind == FIELD_UNSIGNED)
			m->column[m->columns++] = &out->field[i];
	if (!m->columns)
		return fail(e, STATUS_NONSENSE,
			    "op " STATS " of this hypervisor answers no number");
	return 0;
}

static int allocate(struct meter *m, struct err *e)
{
	/* No table is empty, as stats itself was found in it. */
	size_t n = m->table.count;

	m->calls = calloc(n, sizeof(*m->calls));
	m->ops = calloc(n, sizeof(*m->ops));
	m->results = calloc(n, sizeof(*m->results));
	m->count = calloc(n * FIELDS_MAX, sizeof(*m->count));
	m->rate = calloc(n * FIELDS_MAX, sizeof(*m->rate));
	if (!m->calls || !m->ops || !m->results || !m->count || !m->rate)
		return no_memory(e);
	return 0;
}

/* A hypervisor without the op is no mistake of whoever typed the command. */
static int check_table(const struct meter *m, struct err *e)
{
	if (table_find(&m->table, STATS))
		return 0;
	return fail(e, STATUS_REFUSED,
		    "this hypervisor has no op '" STATS "', by which it would say how often its ops are called");
}

static int prepare_all(struct meter *m, struct err *e)
{
	unsigned int i;
	int ret = check_table(m, e);

	if (!ret)
		ret = allocate(m, e);
	for (i = 0; !ret && i < m->table.count; i++)
		ret = prepare(m, i, e);
	return ret ? ret : find_columns(m, e);
}

/* One op's counters.  After reset-stats, they rose from zero. */
static int take(struct meter *m, unsigned int row, struct err *e)
{
	const struct call *c = &m->calls[row];
	unsigned int i;
	int ret = call_judge(c, m->results[row], false, e);

	if (ret)
		return ret;
	for (i = 0; i < m->columns; i++) {
		unsigned int at = row * m->columns + i;
		uint64_t now = field_unsigned(m->column[i], c->answer);
		uint64_t before = now < m->count[at] ? 0 : m->count[at];

		m->rate[at] = (double)(now - before) / m->seconds;
		m->count[at] = now;
	}
	return 0;
}

static int read_all_counters(struct meter *m, struct err *e)
{
	struct timespec now;
	unsigned int done, i;
	int ret = many_call(m->b, m->ops, m->results, m->table.count, false,
			    &done, e);

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	m->seconds = (double)(now.tv_sec - m->read.tv_sec) +
		     (double)(now.tv_nsec - m->read.tv_nsec) / 1e9;
	m->read = now;
	for (i = 0; !ret && i < m->table.count; i++)
		ret = take(m, i, e);
	return ret;
}

int meter_start(struct meter *m, struct backend *b, struct err *e)
{
	int ret;

	*m = (struct meter){ .b = b };
	ret = table_load(&m->table, b, e);
	if (!ret)
		ret = prepare_all(m, e);
	if (!ret)
		ret = read_all_counters(m, e);
	return ret;
}

int meter_read(struct meter *m, bool *fresh, struct err *e)
{
	__u64 generation = m->table.generation;
	struct alice_info info;
	int ret = m->b->info(m->b, &info);

	if (!ret)
		generation = info.generation;
	*fresh = generation != m->table.generation;
	if (!*fresh)
		return read_all_counters(m, e);
	meter_stop(m);
	return meter_start(m, m->b, e);
}

void meter_stop(struct meter *m)
{
	unsigned int i;

	for (i = 0; m->calls && i < m->table.count; i++)
		call_free(&m->calls[i]);
	free(m->calls);
	free(m->ops);
	free(m->results);
	free(m->count);
	free(m->rate);
	table_free(&m->table);
	*m = (struct meter){ .b = m->b };
}
