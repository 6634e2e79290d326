// SPDX-License-Identifier: GPL-2.0-only
/*
 * Split a line into words. Quoting is a shell's, without expansion:
 *
 *	'...'		all characters are literal
 *	"..."		all characters are literal, except that \ escapes " \ $ `
 *	\c		literal c
 *	#...		a comment, at the start of a word
 */
#include <string.h>

#include "alicectl.h"

/**
 * struct split - a line being split in place
 * @in: next byte to read
 * @out: where to write the next byte of a word; never after @in
 */
struct split {
	const char *in;
	char *out;
};

/* A carriage return, from CRLF line ends, is a blank, too. */
static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void take(struct split *s)
{
	*s->out++ = *s->in++;
}

/* Characters that a backslash escapes in double quotes. */
static bool escapable(char c)
{
	return c && strchr("\"\\$`", c);
}

/* Copy quoted text; s->in is after the opening quote. */
static int split_quoted(struct split *s, char mark, struct alice_error *e)
{
	while (*s->in != mark) {
		if (mark == '"' && s->in[0] == '\\' && escapable(s->in[1]))
			s->in++;
		if (!*s->in)
			return fail(e, STATUS_USAGE,
				    "the quote %c is not closed; put a backslash before a literal one",
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
				    "it ends in a backslash: lines cannot be continued, and a literal backslash needs another before it");
		take(s);
	}
	return ret;
}

/**
 * words_split() - split a line into words
 * @line: NUL-terminated; overwritten with the words
 * @word: set to the words
 * @room: size of @word
 * @count: set to the number of words
 * @e: error
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
		/* The NUL may overwrite the blank at s.in: read it first. */
		more = *s.in;
		*s.out++ = '\0';
		if (!more)
			return 0;
		s.in++;
	}
}
