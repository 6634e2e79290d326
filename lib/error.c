// SPDX-License-Identifier: LGPL-2.1-or-later
/* Errors: fill in struct alice_error, quote text, suggest names. */
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* Longer names are not compared. */
#define NAME_LEN_MAX 64

int fail(struct alice_error *e, enum alice_who who, int code, const char *fmt, ...)
{
	va_list args;

	if (e) {
		e->code = code;
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

/* Like strerror(), but thread-safe and in English. */
const char *errno_text(int code)
{
	/* The C locale is static in the C library and need not be freed. */
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
	/* Leaves room for one escape, "...", the quote and the NUL. */
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

/*
 * Edit distance: number of characters inserted, deleted or replaced, and of neighbours
 * swapped.
 */
static size_t distance(const char *a, size_t len_a, const char *b, size_t len_b)
{
	/* The last three rows of the matrix of distances between prefixes of a and b. */
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
	/* Too far away to be a typing error. */
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
