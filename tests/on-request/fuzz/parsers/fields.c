// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer's target for field lists: the first line of an input is a list, each other
 * an argument of an op that takes and answers it.  Formatting what was parsed has to give
 * the same values.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alice.h"

#define MAX_LEN 65536
#define MAX_WORDS 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(int cond)
{
	if (!cond)
		abort();
}

/* Format the list from its parsed form. */
static void write_list(const struct alice_fields *f, char text[2 * ALICE_FMT_LEN])
{
	char type[ALICE_FMT_LEN];
	size_t len = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < f->count; i++) {
		alice_type(&f->field[i], type);
		len += (size_t)snprintf(text + len, 2 * ALICE_FMT_LEN - len, "%s%s:%s",
					i ? " " : "", f->field[i].name, type);
		need(len < 2 * ALICE_FMT_LEN);
	}
}

/* Check that fields are contiguous. */
static void check_list(const struct alice_fields *f, const char *list)
{
	char text[2 * ALICE_FMT_LEN];
	unsigned int offset = 0;

	need(f->count <= ALICE_FIELDS_MAX && f->size <= MAX_LEN);
	for (unsigned int i = 0; i < f->count; i++) {
		const struct alice_field *field = &f->field[i];

		need(field->offset == offset);
		need(field->kind != ALICE_BYTES || (f->rest && i + 1 == f->count));
		offset += field->size;
	}
	need(f->size == offset);
	write_list(f, text);
	need(!strcmp(text, list));
}

/* A device whose only op has this list as input and answer. */
static int answer(void *context, unsigned long request, void *arg)
{
	const char *list = context;
	struct alice_describe *row = arg;
	struct alice_op *op = arg;
	struct alice_fields f;

	switch (request) {
	case ALICE_IOC_INFO:
		*(struct alice_info *)arg = (struct alice_info){ .generation = 1, .ops = 1 };
		return 0;
	case ALICE_IOC_DESCRIBE:
		if (row->index)
			return -ENOENT;
		need(!alice_fields_parse(&f, list, MAX_LEN, NULL));
		row->access = 0;
		row->since = 1;
		row->desc = (struct alice_op_desc){
			.in_min = f.size, .in_max = f.rest ? MAX_LEN : f.size,
			.out_max = f.rest ? MAX_LEN : f.size, .name = "op",
		};
		memcpy(row->desc.in_fmt, list, strlen(list));
		memcpy(row->desc.out_fmt, list, strlen(list));
		return 0;
	case ALICE_IOC_OP:
		memcpy((void *)(uintptr_t)op->out, (void *)(uintptr_t)op->in, op->in_len);
		return (int)op->in_len;
	default:
		return -ENOTTY;
	}
}

/* The values of an answer have to produce the same answer. */
static void check_answer(struct alice *a, const struct alice_call *c)
{
	const struct alice_fields *out = alice_call_out(c);
	struct alice_call *again = alice_call_new(a, "op", NULL);
	const void *first, *second;
	size_t first_len, second_len;

	need(again != NULL);
	for (unsigned int i = 0; i < out->count; i++) {
		const char *name = out->field[i].name;
		int len = alice_get(c, name, NULL, 0, NULL);
		char *text = malloc((size_t)len + 1);

		need(len >= 0 && text != NULL);
		need(alice_get(c, name, text, (size_t)len + 1, NULL) == len);
		need((int)strlen(text) == len);
		need(!alice_set(again, name, text, NULL));
		free(text);
	}
	need(alice_call_do(again, NULL) >= 0);
	first = alice_answer(c, &first_len);
	second = alice_answer(again, &second_len);
	need(first_len == second_len && !memcmp(first, second, first_len));
	alice_call_free(again);
}

static void call(char *list, char *const *word, unsigned int words)
{
	struct alice *a = alice_open_by(answer, list, -1, "here", NULL);
	struct alice_call *c = a ? alice_call_new(a, "op", NULL) : NULL;
	struct alice_error e = { .text = "" };
	int ret = 0;

	need(c != NULL);
	for (unsigned int i = 0; !ret && i < words; i++)
		ret = alice_set_word(c, word[i], &e);
	if (!ret)
		ret = alice_call_do(c, &e);
	if (ret < 0)
		need(e.text[0] && e.who == ALICE_CALLER);
	else
		check_answer(a, c);
	alice_call_free(c);
	alice_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *word[MAX_WORDS], *list, *next;
	struct alice_fields f;
	struct alice_error e = { .text = "" };
	unsigned int words = 0;

	need(copy != NULL);
	memcpy(copy, data, size);
	copy[size] = '\0';
	for (size_t i = 0; i < size; i++)
		if (!copy[i])
			copy[i] = 'a';

	next = copy;
	list = strsep(&next, "\n");
	while (next && words < MAX_WORDS)
		word[words++] = strsep(&next, "\n");
	if (!alice_fields_parse(&f, list, MAX_LEN, &e)) {
		check_list(&f, list);
		call(list, word, words);
	} else {
		need(e.text[0]);
	}
	free(copy);
	return 0;
}
