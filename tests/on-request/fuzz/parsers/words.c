// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer's target for lines of alicectl batch: split a line into words, quote them,
 * and split again: the words are the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alicectl.h"

#define MAX_WORDS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* alicectl.c defines it for the program. */
int fail(struct alice_error *e, int status, const char *fmt, ...)
{
	snprintf(e->text, sizeof(e->text), "%s", fmt);
	return status;
}

static void need(int cond)
{
	if (!cond)
		abort();
}

/* Write a word in quotes to @to.  Returns the end. */
static char *quote(char *to, const char *word)
{
	*to++ = '\'';
	for (; *word; word++) {
		if (*word != '\'') {
			*to++ = *word;
			continue;
		}
		memcpy(to, "'\\''", 4);
		to += 4;
	}
	*to++ = '\'';
	*to++ = ' ';
	return to;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = malloc(size + 1), *again = malloc(5 * size + 4 * MAX_WORDS), *to;
	char *word[MAX_WORDS], *same[MAX_WORDS];
	unsigned int count = 0, back = 0;
	struct alice_error e = { .text = "" };

	need(line && again);
	memcpy(line, data, size);
	line[size] = '\0';
	if (words_split(line, word, MAX_WORDS, &count, &e)) {
		need(e.text[0]);
	} else {
		need(count <= MAX_WORDS);
		to = again;
		for (unsigned int i = 0; i < count; i++)
			to = quote(to, word[i]);
		*to = '\0';
		need(!words_split(again, same, MAX_WORDS, &back, &e) && back == count);
		for (unsigned int i = 0; i < count; i++)
			need(!strcmp(word[i], same[i]));
	}
	free(line);
	free(again);
	return 0;
}
