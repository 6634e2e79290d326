// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer's target for field lists: the first line of an input is a list, each other
 * an argument.  What is read has to say the same when it is written again.
 */
#include <stdlib.h>
#include <string.h>

#include "fields.h"

#define MAX_LEN 65536
#define MAX_WORDS 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(int cond)
{
	if (!cond)
		abort();
}

/* Write the list from what was read of it. */
static size_t write_list(const struct fields *f, char *text, size_t room)
{
	char type[32];
	size_t len = 0;

	for (unsigned int i = 0; i < f->count; i++) {
		const char *name = f->field[i].name;
		size_t n = strlen(name);
		const char *of = fields_type(&f->field[i], type, sizeof(type));

		need(len + n + strlen(of) + 2 < room);
		if (i)
			text[len++] = ' ';
		memcpy(text + len, name, n);
		len += n;
		text[len++] = ':';
		memcpy(text + len, of, strlen(of));
		len += strlen(of);
	}
	return len;
}

/* Fields follow each other, and are found by their names. */
static void check_list(const struct fields *f, const char *fmt, size_t len)
{
	char text[2 * ALICE_FMT_LEN];
	size_t offset = 0;

	need(f->count <= FIELDS_MAX && f->size <= MAX_LEN);
	for (unsigned int i = 0; i < f->count; i++) {
		const struct field *field = &f->field[i];

		need(field->offset == offset);
		need(fields_find(f, field->name, strlen(field->name)) == field);
		need(field->kind != FIELD_BYTES || (f->rest && i + 1 == f->count));
		offset += field->size;
	}
	need(f->size == offset);
	need(write_list(f, text, sizeof(text)) == len && !memcmp(text, fmt, len));
}

/* Where what was read goes, so that it is read. */
static volatile uint64_t seen;

/* Every field of a payload that fits can be read, and no byte behind it is. */
static void read_payload(const struct fields *f, const uint8_t *payload, size_t len)
{
	size_t count;

	for (unsigned int i = 0; i < f->count; i++) {
		const struct field *field = &f->field[i];

		switch (field->kind) {
		case FIELD_UNSIGNED:
		case FIELD_HEX:
			seen += field_unsigned(field, payload);
			break;
		case FIELD_SIGNED:
			seen += (uint64_t)field_signed(field, payload);
			break;
		case FIELD_TEXT:
		case FIELD_BYTES: {
			const uint8_t *at = field_bytes(field, payload, len, &count);

			for (size_t n = 0; n < count; n++)
				seen += at[n];
		}
		}
	}
}

static void pack(const struct fields *f, char *const *words, unsigned int count)
{
	/* Of the input's size, so that the sanitizer sees the next byte. */
	uint8_t *buf = malloc(MAX_LEN), *exact;
	bool stdin_taken = true;
	struct args args = { words, count, &stdin_taken };
	struct err e = { "" };
	size_t len = 0;

	need(buf != NULL);
	if (!fields_pack(f, f->size, MAX_LEN, &args, buf, &len, &e)) {
		need(len >= f->size && len <= MAX_LEN && fields_fit(f, len));
		exact = malloc(len ? len : 1);
		need(exact != NULL);
		memcpy(exact, buf, len);
		read_payload(f, exact, len);
		free(exact);
	} else {
		need(e.text[0]);
	}
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *word[MAX_WORDS], *fmt, *next;
	struct fields f;
	struct err e = { "" };
	unsigned int words = 0;
	size_t len;

	need(copy != NULL);
	memcpy(copy, data, size);
	copy[size] = '\0';
	/* A value that begins with it is a file's. */
	for (size_t i = 0; i < size; i++)
		if (copy[i] == '@' || !copy[i])
			copy[i] = 'a';

	next = copy;
	fmt = strsep(&next, "\n");
	while (next && words < MAX_WORDS)
		word[words++] = strsep(&next, "\n");

	len = strlen(fmt);
	if (!fields_parse(&f, fmt, len, MAX_LEN, &e)) {
		check_list(&f, fmt, len);
		pack(&f, word, words);
	} else {
		need(e.text[0]);
	}
	free(copy);
	return 0;
}
