// SPDX-License-Identifier: GPL-2.0-only
/* Write untrusted text, and the fields of answers. */
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "alicectl.h"
#include "json.h"

/*
 * Load the locale, but only for text that is not ASCII: loading it can take as long as all
 * the rest of a call.
 */
void need_locale(const char *text, size_t len)
{
	static bool set;
	bool more = false;

	while (!set && !more && len)
		more = text[--len] & 0x80;
	if (more)
		(void)setlocale(LC_CTYPE, "");
	set = set || more;
}

/**
 * show_text() - write untrusted text
 * @file: output
 * @text: the text
 * @len: maximum length; a NUL ends the text earlier
 *
 * Bytes that the locale cannot print, and characters that reorder or hide other text, are
 * written as \xNN.
 */
void show_text(FILE *file, const char *text, size_t len)
{
	const char *end = text + strnlen(text, len);

	need_locale(text, (size_t)(end - text));
	while (text < end) {
		mbstate_t state = { 0 };
		size_t n = 0;
		wchar_t c;

		/* ASCII is printable everywhere. */
		while (text + n < end && text[n] >= ' ' && text[n] < 0x7f)
			n++;
		if (!n) {
			n = mbrtowc(&c, text, (size_t)(end - text), &state);
			if (n > (size_t)(end - text) || wcwidth(c) < 1)
				n = 0;
		}
		if (n) {
			(void)fwrite(text, 1, n, file);
			text += n;
		} else {
			(void)fprintf(file, "\\x%02x", (unsigned char)*text++);
		}
	}
}

/* Format a field of an answer. Return: the text, which the caller frees; NULL for ENOMEM. */
char *field_text(const struct alice_call *c, const char *field)
{
	const char *bytes;
	size_t count;
	char *text;
	int len;

	bytes = alice_get_bytes(c, field, &count, NULL);
	if (bytes)
		need_locale(bytes, count);
	len = alice_get(c, field, NULL, 0, NULL);
	text = malloc((size_t)len + 1);
	if (text)
		(void)alice_get(c, field, text, (size_t)len + 1, NULL);
	return text;
}

static void json_field(struct json *j, const struct alice_call *c,
		       const struct alice_field *field)
{
	const void *bytes;
	uint64_t u64;
	int64_t s64;
	size_t len;

	json_key(j, field->name);
	switch (field->kind) {
	case ALICE_SIGNED:
		(void)alice_get_s64(c, field->name, &s64, NULL);
		json_signed(j, s64);
		break;
	case ALICE_TEXT:
		bytes = alice_get_bytes(c, field->name, &len, NULL);
		json_bytes(j, bytes, len);
		break;
	case ALICE_BYTES:
		bytes = alice_get_bytes(c, field->name, &len, NULL);
		json_hex(j, bytes, len);
		break;
	default:
		(void)alice_get_u64(c, field->name, &u64, NULL);
		json_unsigned(j, u64);
	}
}

/* Check whether an answer, or the payload of an event, matches its field list. */
bool answer_fits(const struct alice_call *c)
{
	const struct alice_fields *out = alice_call_out(c);
	size_t len;

	(void)alice_answer(c, &len);
	return out->rest ? len >= out->size : len == out->size;
}

/**
 * json_answer() - write an answer as a JSON object
 * @j: the writer
 * @c: a successful call. An answer that does not match its fields becomes one member, "hex".
 */
void json_answer(struct json *j, const struct alice_call *c)
{
	const struct alice_fields *out = alice_call_out(c);
	const void *answer;
	unsigned int i;
	size_t len;

	answer = alice_answer(c, &len);
	json_open(j, '{');
	if (!answer_fits(c)) {
		json_key(j, "hex");
		json_hex(j, answer, len);
	} else {
		for (i = 0; i < out->count; i++)
			json_field(j, c, &out->field[i]);
	}
	json_close(j, '}');
}

static void show_hex(const uint8_t *bytes, size_t len)
{
	size_t i;

	(void)fputs("hex:", stdout);
	for (i = 0; i < len; i++)
		(void)printf("%02x", bytes[i]);
}

/**
 * show_values() - write the fields of an answer as FIELD=VALUE
 * @c: a successful call, or an event. An answer that does not match its fields is written as
 *	"hex:" and digits.
 * @before: written before each field
 * @after: written after each field
 *
 * Return: false if memory ran out.
 */
bool show_values(const struct alice_call *c, const char *before, const char *after)
{
	const struct alice_fields *out = alice_call_out(c);
	const void *answer;
	unsigned int i;
	size_t len;

	if (!answer_fits(c)) {
		answer = alice_answer(c, &len);
		(void)fputs(before, stdout);
		show_hex(answer, len);
		(void)fputs(after, stdout);
		return true;
	}
	for (i = 0; i < out->count; i++) {
		char *text = field_text(c, out->field[i].name);

		if (!text)
			return false;
		(void)printf("%s%s=%s%s", before, out->field[i].name, text, after);
		free(text);
	}
	return true;
}

/**
 * show_answer() - write an answer to stdout
 * @c: a successful call
 * @o: the format: --raw, --json or lines
 *
 * Return: false if memory ran out.
 */
bool show_answer(const struct alice_call *c, const struct options *o)
{
	struct json j = { .out = stdout };
	const void *answer;
	size_t len;

	answer = alice_answer(c, &len);
	if (o->raw) {
		(void)fwrite(answer, 1, len, stdout);
		return true;
	}
	if (o->json) {
		json_answer(&j, c);
		(void)putchar('\n');
		return true;
	}
	return show_values(c, "", "\n");
}
