// SPDX-License-Identifier: GPL-2.0-only
/*
 * alicectl top: show how often each op is called, from the hypervisor's counters. The op
 * "stats" returns them for one op at a time.
 */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alicectl.h"
#include "json.h"

/* The op that returns counters, and its field that selects the op. */
#define STATS "stats"
#define STATS_CMD "cmd"

/**
 * struct counted - counters of one op
 * @call: call of "stats" for this op
 * @cmd: number of the op
 * @name: name of the op
 * @count: the counters when they were last read
 * @rate: their increase per second
 */
struct counted {
	struct alice_call *call;
	unsigned int cmd;
	char name[ALICE_NAME_LEN + 1];
	uint64_t count[ALICE_FIELDS_MAX];
	double rate[ALICE_FIELDS_MAX];
};

/**
 * struct meter - counters of all ops
 * @a: the handle
 * @op: the ops
 * @calls: the call of each op, for alice_call_many()
 * @ops: number of ops
 * @column: the fields of "stats" that are counters
 * @columns: number of @column
 * @read: time of the last reading
 * @seconds: time between the last two readings
 */
struct meter {
	struct alice *a;
	struct counted *op;
	struct alice_call **calls;
	unsigned int ops;
	const struct alice_field *column[ALICE_FIELDS_MAX];
	unsigned int columns;
	struct timespec read;
	double seconds;
};

static void forget(struct meter *m)
{
	while (m->ops)
		alice_call_free(m->op[--m->ops].call);
	free(m->op);
	free(m->calls);
	m->op = NULL;
	m->calls = NULL;
}

/* Every unsigned number in the answer is a counter. */
static int find_columns(struct meter *m, struct alice_error *e)
{
	const struct alice_fields *out = alice_call_out(m->op[0].call);
	unsigned int i;

	for (m->columns = 0, i = 0; i < out->count; i++)
		if (out->field[i].kind == ALICE_UNSIGNED)
			m->column[m->columns++] = &out->field[i];
	return m->columns ? 0 : fail(e, STATUS_NONSENSE,
				     "op " STATS " of this hypervisor has no number in its answer");
}

/* Prepare the calls for all ops of the current table. */
static int learn(struct meter *m, struct alice_error *e)
{
	const struct alice_describe *row;
	unsigned int count = 0;

	forget(m);
	if (alice_refresh(m->a, e) < 0)
		return status_of(e);
	/* Not STATUS_USAGE: the command line is right, but the hypervisor lacks the op. */
	if (!alice_find(m->a, STATS, e))
		return fail(e, STATUS_REFUSED,
			    "this hypervisor has no op '" STATS "', which counts the calls of each op");
	while (alice_row(m->a, count))
		count++;
	m->op = calloc(count, sizeof(*m->op));
	m->calls = calloc(count, sizeof(struct alice_call *));
	if (!m->op || !m->calls)
		return no_memory(e);
	while (m->ops < count) {
		struct counted *op = &m->op[m->ops];

		row = alice_row(m->a, m->ops);
		op->cmd = row->desc.cmd;
		(void)snprintf(op->name, sizeof(op->name), "%.*s", ALICE_NAME_LEN,
			       row->desc.name);
		op->call = alice_call_new(m->a, STATS, e);
		m->calls[m->ops] = op->call;
		m->ops += op->call != NULL;
		if (!op->call || alice_set_u64(op->call, STATS_CMD, op->cmd, e))
			return status_of(e);
	}
	return find_columns(m, e);
}

/* Take over one op's counters. After reset-stats, they started from zero. */
static void take(struct meter *m, struct counted *op)
{
	unsigned int i;

	for (i = 0; i < m->columns; i++) {
		uint64_t now = 0, before;

		(void)alice_get_u64(op->call, m->column[i]->name, &now, NULL);
		before = now < op->count[i] ? 0 : op->count[i];
		op->rate[i] = m->seconds > 0 ? (double)(now - before) / m->seconds : 0;
		op->count[i] = now;
	}
}

/* Read all counters or none. Return: enum status, or -ESTALE if the table has changed. */
static int take_all(struct meter *m, struct alice_error *e)
{
	struct timespec now;
	unsigned int i;
	int ret = alice_call_many(m->a, m->calls, m->ops, 0, e);

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (ret < (int)m->ops)
		return status_of(e);
	for (i = 0; i < m->ops; i++) {
		ret = alice_result(m->op[i].call, e);
		/* ENOENT: the op whose counters were requested may be gone by now. */
		if (ret == -ESTALE || (ret == -ENOENT && alice_refresh(m->a, NULL) == 1))
			return -ESTALE;
		if (ret < 0)
			return status_of(e);
	}
	m->seconds = (double)(now.tv_sec - m->read.tv_sec) +
		     (double)(now.tv_nsec - m->read.tv_nsec) / 1e9;
	m->read = now;
	for (i = 0; i < m->ops; i++)
		take(m, &m->op[i]);
	return 0;
}

/* Read the counters. @fresh is set if there is no earlier reading to compare with. */
static int measure(struct meter *m, bool *fresh, struct alice_error *e)
{
	int changed = alice_refresh(m->a, e), ret = 0;

	if (changed < 0)
		return status_of(e);
	*fresh = changed || !m->op;
	if (*fresh)
		ret = learn(m, e);
	if (!ret)
		ret = take_all(m, e);
	if (ret == -ESTALE) {
		forget(m);
		*fresh = true;
		ret = 0;
	}
	return ret;
}

/* ---- Output ---- */

/* For qsort(): descending by the first counter. */
static int by_rate(const void *a, const void *b)
{
	const struct counted *x = *(struct counted *const *)a;
	const struct counted *y = *(struct counted *const *)b;

	if (x->rate[0] != y->rate[0])
		return x->rate[0] < y->rate[0] ? 1 : -1;
	return x < y ? -1 : 1;
}

static void show_lines(const struct meter *m, struct counted *const *sorted)
{
	int width = 2;
	unsigned int i, k;

	for (i = 0; i < m->ops; i++)
		if ((int)strlen(m->op[i].name) > width)
			width = (int)strlen(m->op[i].name);
	(void)printf("%-*s", width, "OP");
	for (k = 0; k < m->columns; k++) {
		char text[ALICE_FMT_LEN + 2];

		(void)snprintf(text, sizeof(text), "%s/S", m->column[k]->name);
		for (i = 0; text[i]; i++)
			text[i] = (char)toupper((unsigned char)text[i]);
		(void)printf(" %13s", text);
	}
	(void)putchar('\n');
	for (i = 0; i < m->ops; i++) {
		show_text(stdout, sorted[i]->name, sizeof(sorted[i]->name));
		(void)printf("%*s", width - (int)strlen(sorted[i]->name), "");
		for (k = 0; k < m->columns; k++)
			(void)printf(" %13.1f", sorted[i]->rate[k]);
		(void)putchar('\n');
	}
	(void)putchar('\n');
}

static void show_json(const struct meter *m, struct counted *const *sorted)
{
	struct json j = { .out = stdout };
	unsigned int i, k;

	json_open(&j, '{');
	json_key(&j, "seconds");
	json_decimal(&j, m->seconds);
	json_key(&j, "ops");
	json_open(&j, '[');
	for (i = 0; i < m->ops; i++) {
		json_open(&j, '{');
		json_key(&j, "cmd");
		json_unsigned(&j, sorted[i]->cmd);
		json_key(&j, "name");
		json_string(&j, sorted[i]->name);
		json_key(&j, "per_second");
		json_open(&j, '{');
		for (k = 0; k < m->columns; k++) {
			json_key(&j, m->column[k]->name);
			json_decimal(&j, sorted[i]->rate[k]);
		}
		json_close(&j, '}');
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	(void)putchar('\n');
}

static int show(const struct meter *m, const struct options *o, struct alice_error *e)
{
	struct counted **sorted = calloc(m->ops, sizeof(struct counted *));
	unsigned int i;

	if (!sorted)
		return no_memory(e);
	for (i = 0; i < m->ops; i++)
		sorted[i] = &m->op[i];
	qsort(sorted, m->ops, sizeof(struct counted *), by_rate);
	if (o->json)
		show_json(m, sorted);
	else
		show_lines(m, sorted);
	free(sorted);
	return fflush(stdout) || ferror(stdout)
		? fail(e, STATUS_IO, "the figures cannot be written") : 0;
}

/* Sleep until the next update. Updates have fixed times, unless the process was delayed. */
static void wait_until(struct timespec *next, double interval)
{
	struct timespec now, rest;

	next->tv_sec += (time_t)interval;
	next->tv_nsec += (long)((interval - (double)(time_t)interval) * 1e9);
	if (next->tv_nsec >= 1000000000) {
		next->tv_sec++;
		next->tv_nsec -= 1000000000;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec > next->tv_sec ||
	    (now.tv_sec == next->tv_sec && now.tv_nsec > next->tv_nsec))
		*next = now;
	rest.tv_sec = next->tv_sec - now.tv_sec;
	rest.tv_nsec = next->tv_nsec - now.tv_nsec;
	if (rest.tv_nsec < 0) {
		rest.tv_sec--;
		rest.tv_nsec += 1000000000;
	}
	(void)ppoll(NULL, 0, &rest, &interrupt_mask);
}

int run_top(struct alice *a, const struct options *o, struct alice_error *e)
{
	struct meter m = { .a = a };
	struct timespec next;
	uint64_t shown = 0;
	bool fresh;
	int ret;

	interrupt_catch();
	(void)clock_gettime(CLOCK_MONOTONIC, &next);
	ret = measure(&m, &fresh, e);
	while (!ret && (!o->rounds || shown < o->rounds)) {
		wait_until(&next, o->interval);
		if (interrupted)
			break;
		ret = measure(&m, &fresh, e);
		if (ret || fresh)
			continue;
		ret = show(&m, o, e);
		shown++;
	}
	forget(&m);
	return ret;
}
