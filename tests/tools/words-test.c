// SPDX-License-Identifier: GPL-2.0-only
/* Splitting lines into words, as in a shell. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alicectl.h"
#include "tap.h"

/* alicectl.c defines it for the program. */
int fail(struct alice_error *e, int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	return status;
}

#define ROOM 8

/* Split a copy of exactly the line's size; free the previous one. */
static struct {
	char *line;
	char *word[ROOM];
	unsigned int count;
	struct alice_error err;
} got;

static int split(const char *line)
{
	size_t size = strlen(line) + 1;

	free(got.line);
	got.line = malloc(size);
	if (!got.line)
		abort();
	memcpy(got.line, line, size);
	got.count = 0;
	got.err.text[0] = '\0';
	return words_split(got.line, got.word, ROOM, &got.count, &got.err);
}

/* The words, each in brackets. */
static const char *words(void)
{
	static char text[256];
	unsigned int i;
	size_t at = 0;

	text[0] = '\0';
	for (i = 0; i < got.count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "[%s]",
				       got.word[i]);
	return text;
}

static void test_words(void)
{
	static const struct { const char *line, *want; } cases[] = {
		{ "", "" }, { " \t \r", "" }, { "#", "" }, { "  # echo x", "" },
		{ "a", "[a]" }, { " a\tb  c ", "[a][b][c]" },
		{ "a b\r", "[a][b]" },
		{ "a #b", "[a]" }, { "a#b", "[a#b]" }, { "\\#a", "[#a]" },
		{ "'#a'", "[#a]" }, { "'' \"\"", "[][]" },
		{ "'a b'", "[a b]" }, { "a'b c'd", "[ab cd]" },
		{ "'a\"b\\n'", "[a\"b\\n]" }, { "'it'\\''s'", "[it's]" },
		{ "\"a 'b'\"", "[a 'b']" }, { "\"\\\"\\\\\\$\\`\"", "[\"\\$`]" },
		{ "\"\\n\\ \\'\"", "[\\n\\ \\']" },
		{ "a\\ b", "[a b]" }, { "\\\\ \\'", "[\\][']" },
		{ "$HOME `id` *? ~ a;b|c&d<e>f(g){h}",
		  "[$HOME][`id`][*?][~][a;b|c&d<e>f(g){h}]" },
		{ "data=' x '", "[data= x ]" },
		{ "1 2 3 4 5 6 7 8", "[1][2][3][4][5][6][7][8]" },
		{ "1 2 3 4 5 6 7 8 # 9", "[1][2][3][4][5][6][7][8]" },
		{ "\303\244 \377", "[\303\244][\377]" },
	};
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ret = split(cases[i].line);

		expect(&t, !ret && !strcmp(words(), cases[i].want),
		       "%s: %d, %s, not %s", cases[i].line, ret, words(),
		       cases[i].want);
	}
	tally_ok(&t, "words are what they are in a shell that expands nothing");
}

static void test_wrong(void)
{
	static const struct { const char *line, *want; } cases[] = {
		{ "'", "the quote ' is not closed" },
		{ "a 'b", "the quote ' is not closed" },
		{ "'it's'", "the quote ' is not closed" },
		{ "\"a", "the quote \" is not closed" },
		{ "\"a\\\"", "the quote \" is not closed" },
		{ "\"a\\", "the quote \" is not closed" },
		{ "\\", "it ends in a backslash" }, { "a \\", "it ends in a backslash" },
		{ "1 2 3 4 5 6 7 8 9", "more than 8 words" },
	};
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ret = split(cases[i].line);

		expect(&t, ret == STATUS_USAGE &&
		       strstr(got.err.text, cases[i].want),
		       "%s: %d, %s", cases[i].line, ret, got.err.text);
	}
	tally_ok(&t, "what is no line has a sentence");
}

static uint64_t state = 1;

static unsigned int rnd(unsigned int n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(state >> 33) % n;
}

/* Any byte but NUL, with special characters more often. */
static char random_byte(void)
{
	static const char matters[] = " '\"\\#$`\t";

	return rnd(2) ? (char)(1 + rnd(255)) : matters[rnd(sizeof(matters) - 1)];
}

/* Quote a word: in one of three ways for each byte. */
static size_t quote_word(char *to, const char *word)
{
	char *at = to;

	if (!*word)
		return (size_t)sprintf(to, "%s", rnd(2) ? "''" : "\"\"");
	for (; *word; word++) {
		unsigned int way = rnd(3);

		if (way == 0)
			at += sprintf(at, "\\%c", *word);
		else if (way == 1 && *word != '\'')
			at += sprintf(at, "'%c'", *word);
		else
			at += sprintf(at, "\"%s%c\"",
				      strchr("\"\\$`", *word) ? "\\" : "", *word);
	}
	return (size_t)(at - to);
}

static void test_random(void)
{
	static const char *const between[] = { " ", "\t", "  ", " \r" };
	struct tally same = { 0 }, any = { 0 };
	unsigned int n, i, j;

	for (n = 0; n < 20000; n++) {
		char word[ROOM][8], line[512] = "";
		unsigned int count = rnd(ROOM + 1);
		size_t at = 0;
		bool fine;
		int ret;

		for (i = 0; i < count; i++) {
			unsigned int len = rnd(8);

			for (j = 0; j < len; j++)
				word[i][j] = random_byte();
			word[i][len] = '\0';
			at += quote_word(line + at, word[i]);
			at += (size_t)sprintf(line + at, "%s", between[rnd(4)]);
		}
		if (rnd(2))
			strcpy(line + at, "# ' \"");
		ret = split(line);
		fine = !ret && got.count == count;
		for (i = 0; fine && i < count; i++)
			fine = !strcmp(got.word[i], word[i]);
		expect(&same, fine, "%s: %d, %u words of %u", line, ret,
		       got.count, count);
	}
	tally_ok(&same, "random words that were quoted come back");

	for (n = 0; n < 20000; n++) {
		char line[32];
		unsigned int len = rnd(sizeof(line));
		bool fine = true;
		int ret;

		for (i = 0; i < len; i++)
			line[i] = random_byte();
		line[len] = '\0';
		ret = split(line);
		for (i = 0; !ret && i < got.count; i++)
			fine = fine && got.word[i] >= got.line &&
			       got.word[i] + strlen(got.word[i]) <=
			       got.line + len;
		if (ret)
			fine = ret == STATUS_USAGE && *got.err.text;
		expect(&any, fine, "%s: %d", line, ret);
	}
	tally_ok(&any, "random bytes are words inside of the line, or a sentence");
}

int main(void)
{
	test_words();
	test_wrong();
	test_random();
	free(got.line);
	return tap_done();
}
