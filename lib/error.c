// SPDX-License-Identifier: LGPL-2.1-or-later
/* Errors, and what goes into their texts. */
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* The longest name that is compared. */
#define NAME_LEN_MAX 64

int fail(struct alice_error *e, enum alice_who who, int code, const char *fmt, ...)
{
	va_list args;

	if (e) {
		e->code = code;
		/* Memory is the system's, whoever wants it. */
		e->who = (int)(code == ENOMEM ? ALICE_SYSTEM : who);
		va_start(args, fmt);
		(void)vsnprintf(e->text, sizeof(e->text), fmt, args);
		va_end(args);
	}
	return -code;
}

int no_memory(struct alice_error *e)
{
	return fail(e, ALICE_SYSTEM, ENOMEM, "memory ran out");
}

/* What an errno means: in English, as all else is, and for threads. */
const char *errno_text(int code)
{
	/* This locale is a constant, and not to be freed. */
	return strerror_l(code, newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

void prefix(struct alice_error *e, const char *fmt, ...)
{
	struct alice_error before;
	va_list args;
	size_t len;

	if (!e)
		return;
	before = *e;
	va_start(args, fmt);
	(void)vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	len = strlen(e->text);
	(void)snprintf(e->text + len, sizeof(e->text) - len, "%s", before.text);
}

const char *quote(struct quoted *q, const char *text, size_t len)
{
	/* Room is kept for the longest escape, "...", the quote and the NUL. */
	const size_t end = sizeof(q->text) - sizeof("\\xff...'");
	size_t i, at = 0;

	len = strnlen(text, len);
	q->text[at++] = '\'';
	for (i = 0; i < len && at < end; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c < 0x7f)
			q->text[at++] = (char)c;
		else
			at += (size_t)snprintf(q->text + at, sizeof(q->text) - at,
					       "\\x%02x", c);
	}
	(void)strcpy(q->text + at, i < len ? "...'" : "'");
	return q->text;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t min = a < b ? a : b;

	return min < c ? min : c;
}

/* A slip is a character too many, missing or wrong, or two neighbours swapped. */
static size_t distance(const char *a, size_t len_a, const char *b, size_t len_b)
{
	/* Rows of the table of distances between beginnings of a and of b. */
	size_t rows[3][NAME_LEN_MAX + 1];
	size_t i, j;

	for (j = 0; j <= len_b; j++)
		rows[0][j] = j;
	for (i = 1; i <= len_a; i++) {
		size_t *now = rows[i % 3], *last = rows[(i + 2) % 3];
		const size_t *before = rows[(i + 1) % 3];

		now[0] = i;
		for (j = 1; j <= len_b; j++) {
			now[j] = least(last[j] + 1, now[j - 1] + 1,
				       last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1, now[j]);
		}
	}
	return rows[len_a % 3][len_b];
}

void nearest_try(struct nearest *n, const char *name)
{
	size_t typed = strlen(n->typed), len = strlen(name), d;

	if (typed > NAME_LEN_MAX || len > NAME_LEN_MAX)
		return;
	d = distance(n->typed, typed, name, len);
	/* Further than this it is another word, not a slip. */
	if (d > 1 + typed / 4 || d >= typed)
		return;
	if (!n->name || d < n->distance) {
		n->name = name;
		n->distance = d;
	}
}

const char *alice_nearest(const char *typed, const char *const *names, unsigned int count)
{
	struct nearest n = { .typed = typed };
	unsigned int i;

	for (i = 0; i < count; i++)
		nearest_try(&n, names[i]);
	return n.name;
}
