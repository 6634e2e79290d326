// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line split into words, by the quoting of a shell that expands nothing:
 *
 *	'...'		every byte between means itself
 *	"..."		the same, but \ before " \ $ ` takes that one's meaning away
 *	\c		c, whatever it is
 *	#...		a comment, where a word could begin
 */
#include <string.h>

#include "alicectl.h"

/**
 * struct split - a line that is being split
 * @in: what comes next
 * @out: where the next byte of a word goes, never behind @in
 */
struct split {
	const char *in;
	char *out;
};

/* A carriage return is what other systems end lines with. */
static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void take(struct split *s)
{
	*s->out++ = *s->in++;
}

/* What a backslash in double quotes is not just a backslash before. */
static bool escapable(char c)
{
	return c && strchr("\"\\$`", c);
}

/* What is between quotes, the first of which is behind us. */
static int split_quoted(struct split *s, char mark, struct alice_error *e)
{
	while (*s->in != mark) {
		if (mark == '"' && s->in[0] == '\\' && escapable(s->in[1]))
			s->in++;
		if (!*s->in)
			return fail(e, STATUS_USAGE,
				    "a quote, %c, has no second one: put a backslash before one that means itself",
				    mark);
		take(s);
	}
	s->in++;
	return 0;
}

static int split_word(struct split *s, struct alice_error *e)
{
	int ret = 0;

	while (!ret && *s->in && !blank(*s->in)) {
		if (*s->in == '\'' || *s->in == '"') {
			char mark = *s->in++;

			ret = split_quoted(s, mark, e);
			continue;
		}
		if (*s->in == '\\' && !*++s->in)
			return fail(e, STATUS_USAGE,
				    "a backslash ends it: lines cannot be continued, and one that means itself needs another before it");
		take(s);
	}
	return ret;
}

/**
 * words_split() - split a line
 * @line: NUL-terminated; the words are made in its place
 * @word: set to the words
 * @room: how many there may be
 * @count: set to how many there are
 * @e: says what is wrong
 *
 * Return: 0 or STATUS_USAGE.
 */
int words_split(char *line, char **word, unsigned int room,
		unsigned int *count, struct alice_error *e)
{
	struct split s = { .in = line, .out = line };
	bool more;
	int ret;

	for (*count = 0;;) {
		while (blank(*s.in))
			s.in++;
		if (!*s.in || *s.in == '#')
			return 0;
		if (*count == room)
			return fail(e, STATUS_USAGE,
				    "it has more than %u words; text with blanks needs quotes",
				    room);
		word[(*count)++] = s.out;
		ret = split_word(&s, e);
		if (ret)
			return ret;
		/* The end may lie on what ended the word. */
		more = *s.in;
		*s.out++ = '\0';
		if (!more)
			return 0;
		s.in++;
	}
}
