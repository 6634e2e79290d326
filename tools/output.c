// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "text.h"
#include "value.h"

static void plain_bytes(const struct output *o, const uint8_t *bytes,
			size_t len)
{
	size_t i;

	if (text_printable(bytes, len, o->utf8)) {
		if (!value_is_plain(bytes, len))
			(void)fputs(VALUE_TEXT, o->file);
		(void)fwrite(bytes, 1, len, o->file);
		return;
	}
	(void)fputs(VALUE_HEX, o->file);
	for (i = 0; i < len; i++)
		(void)fprintf(o->file, "%02x", bytes[i]);
}

static void plain_field(const struct output *o, const struct field *field,
			const uint8_t *payload, size_t len)
{
	const uint8_t *bytes;
	size_t count;

	(void)fprintf(o->file, "%s=", field->name);
	switch (field->kind) {
	case FIELD_UNSIGNED:
		(void)fprintf(o->file, "%" PRIu64,
			      field_unsigned(field, payload));
		break;
	case FIELD_SIGNED:
		(void)fprintf(o->file, "%" PRId64,
			      field_signed(field, payload));
		break;
	case FIELD_HEX:
		(void)fprintf(o->file, "0x%0*" PRIx64, (int)(2 * field->size),
			      field_unsigned(field, payload));
		break;
	case FIELD_TEXT:
	case FIELD_BYTES:
		bytes = field_bytes(field, payload, len, &count);
		plain_bytes(o, bytes, count);
		break;
	}
	(void)fputc('\n', o->file);
}

static void json_field(struct json *j, const struct field *field,
		       const uint8_t *payload, size_t len)
{
	const uint8_t *bytes;
	size_t count;

	json_key(j, field->name);
	switch (field->kind) {
	case FIELD_UNSIGNED:
	case FIELD_HEX:
		json_unsigned(j, field_unsigned(field, payload));
		break;
	case FIELD_SIGNED:
		json_signed(j, field_signed(field, payload));
		break;
	case FIELD_TEXT:
	case FIELD_BYTES:
		bytes = field_bytes(field, payload, len, &count);
		json_bytes(j, bytes, count);
		break;
	}
}

void output_fields_json(struct json *j, const struct fields *f,
			const uint8_t *payload, size_t len)
{
	unsigned int i;

	json_open(j, '{');
	for (i = 0; i < f->count; i++)
		json_field(j, &f->field[i], payload, len);
	json_close(j, '}');
}

void output_misfit_json(struct json *j, const uint8_t *payload, size_t len)
{
	json_open(j, '{');
	json_key(j, "hex");
	json_hex(j, payload, len);
	json_close(j, '}');
}

void output_fields(const struct output *o, const struct fields *f,
		   const uint8_t *payload, size_t len)
{
	struct json j = { .out = o->file };
	unsigned int i;

	if (!o->json) {
		for (i = 0; i < f->count; i++)
			plain_field(o, &f->field[i], payload, len);
		return;
	}
	output_fields_json(&j, f, payload, len);
	(void)fputc('\n', o->file);
}

void output_misfit(const struct output *o, const uint8_t *payload, size_t len)
{
	struct json j = { .out = o->file };
	size_t i;

	if (o->json) {
		output_misfit_json(&j, payload, len);
	} else {
		(void)fputs(VALUE_HEX, o->file);
		for (i = 0; i < len; i++)
			(void)fprintf(o->file, "%02x", payload[i]);
	}
	(void)fputc('\n', o->file);
}

void output_text(const struct output *o, const char *text, size_t room)
{
	const uint8_t *at = (const uint8_t *)text;
	const uint8_t *end = at + strnlen(text, room);

	while (at < end) {
		uint32_t c;
		size_t n = utf8_decode(at, (size_t)(end - at), &c);

		if (n && text_printable(at, n, o->utf8)) {
			(void)fwrite(at, 1, n, o->file);
			at += n;
		} else {
			(void)fprintf(o->file, "\\x%02x", *at++);
		}
	}
}
