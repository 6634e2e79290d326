// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "text.h"

/* The longest name that name_distance() compares. */
#define NAME_LEN_MAX 64

static bool ascii_printable(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

const char *quote(struct quoted *q, const char *text, size_t len)
{
	/* Room is kept for the longest escape, "...", the quote and the NUL. */
	const size_t end = sizeof(q->text) - sizeof("\\xff...'");
	size_t i, at = 0;

	len = strnlen(text, len);
	q->text[at++] = '\'';
	for (i = 0; i < len && at < end; i++) {
		uint8_t c = (uint8_t)text[i];

		if (ascii_printable(c))
			q->text[at++] = (char)c;
		else
			at += (size_t)sprintf(q->text + at, "\\x%02x", c);
	}
	(void)strcpy(q->text + at, i < len ? "...'" : "'");
	return q->text;
}

const char *quote_str(struct quoted *q, const char *text)
{
	return quote(q, text, strlen(text));
}

size_t utf8_decode(const uint8_t *bytes, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t need, i;
	uint32_t c;

	if (!len)
		return 0;
	c = bytes[0];
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if ((c & 0xe0) == 0xc0)
		need = 2;
	else if ((c & 0xf0) == 0xe0)
		need = 3;
	else if ((c & 0xf8) == 0xf0)
		need = 4;
	else
		return 0;
	if (need > len)
		return 0;
	c &= 0x7fu >> need;
	for (i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (bytes[i] & 0x3fu);
	}
	if (c < least[need] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return need;
}

bool utf8_valid(const uint8_t *bytes, size_t len)
{
	uint32_t cp;
	size_t n;

	for (; len; bytes += n, len -= n) {
		n = utf8_decode(bytes, len, &cp);
		if (!n)
			return false;
	}
	return true;
}

/* Whether a character shows itself, and nothing but itself, on a terminal. */
static bool char_printable(uint32_t c)
{
	static const struct { uint32_t first, last; } hidden[] = {
		{ 0x0000, 0x001f }, { 0x007f, 0x009f },	/* control */
		{ 0x00ad, 0x00ad },			/* soft hyphen */
		{ 0x034f, 0x034f }, { 0x061c, 0x061c },	/* invisible, bidi */
		{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },	/* invisible letters */
		{ 0x180b, 0x180f },			/* variation selectors */
		{ 0x200b, 0x200f }, { 0x2028, 0x202e },	/* zero width, bidi */
		{ 0x2060, 0x206f }, { 0x3164, 0x3164 },	/* invisible, bidi */
		{ 0xe000, 0xf8ff },			/* private use */
		{ 0xfdd0, 0xfdef },			/* noncharacters */
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },	/* selectors, BOM */
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xffff },	/* invisible, specials */
		{ 0xe0000, 0x10ffff },			/* tags, private use */
	};
	size_t i;

	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return false;
	return (c & 0xfffe) != 0xfffe;
}

bool text_printable(const uint8_t *bytes, size_t len, bool utf8)
{
	uint32_t cp;
	size_t n;

	for (; len; bytes += n, len -= n) {
		n = utf8_decode(bytes, len, &cp);
		if (!n || !char_printable(cp) || (cp >= 0x80 && !utf8))
			return false;
	}
	return true;
}

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t name_distance(const char *a, const char *b)
{
	/* Rows of the table of distances between beginnings of a and of b. */
	size_t rows[3][NAME_LEN_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	size_t len_a = strlen(a), len_b = strlen(b), i, j;

	if (len_a > NAME_LEN_MAX || len_b > NAME_LEN_MAX)
		return SIZE_MAX;
	for (j = 0; j <= len_b; j++)
		now[j] = j;
	for (i = 1; i <= len_a; i++) {
		size_t *free_row = before;

		before = last;
		last = now;
		now = free_row;
		now[0] = i;
		for (j = 1; j <= len_b; j++) {
			now[j] = min(last[j] + 1, now[j - 1] + 1);
			now[j] = min(now[j], last[j - 1] +
					     (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = min(now[j], before[j - 2] + 1);
		}
	}
	return now[len_b];
}

void nearest_try(struct nearest *n, const char *name)
{
	size_t len = strlen(n->typed);
	size_t distance = name_distance(n->typed, name);

	/* Further than this it is another word, not a slip. */
	if (distance > 1 + len / 4 || distance >= len)
		return;
	if (!n->name || distance < n->distance) {
		n->name = name;
		n->distance = distance;
	}
}
