// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "text.h"
#include "value.h"

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool name_char(char c)
{
	return name_start(c) || (c >= '0' && c <= '9') || c == '-';
}

/* How many characters at text are a field's name. */
static size_t name_len(const char *text, size_t room)
{
	size_t len = 0;

	if (!room || !name_start(text[0]))
		return 0;
	while (len < room && name_char(text[len]))
		len++;
	return len;
}

/* A decimal number without leading zeros, from 1 to max; 0 for all else. */
static size_t small_number(const char *text, size_t len, size_t max)
{
	size_t i, value = 0;

	if (!len || text[0] == '0')
		return 0;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		value = value * 10 + (size_t)(text[i] - '0');
		if (value > max)
			return 0;
	}
	return value;
}

/* Read a type; false where it is none, or is too large. */
static bool parse_type(struct field *field, const char *type, size_t len,
		       size_t max)
{
	static const struct { char letter; enum field_kind kind; } numbers[] = {
		{ 'u', FIELD_UNSIGNED },
		{ 's', FIELD_SIGNED },
		{ 'x', FIELD_HEX },
	};
	size_t i, n;

	if (len == strlen("bytes") && !memcmp(type, "bytes", len)) {
		field->kind = FIELD_BYTES;
		field->size = 0;
		return true;
	}
	if (!len)
		return false;
	if (type[0] == 'c') {
		field->kind = FIELD_TEXT;
		field->size = small_number(type + 1, len - 1, max);
		return field->size != 0;
	}
	n = small_number(type + 1, len - 1, 64);
	if (n != 8 && n != 16 && n != 32 && n != 64)
		return false;
	field->size = n / 8;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (type[0] == numbers[i].letter) {
			field->kind = numbers[i].kind;
			return true;
		}
	}
	return false;
}

/* Read one "name:type" and append it to the list. */
static int parse_field(struct fields *f, const char *text, size_t len,
		       size_t max, struct err *e)
{
	struct field *field = &f->field[f->count];
	size_t name = name_len(text, len);
	struct quoted q;

	if (f->rest)
		return fail(e, STATUS_NONSENSE,
			    "%s comes after a field of type bytes, which must be the last",
			    quote(&q, text, len));
	if (!name || name == len || text[name] != ':')
		return fail(e, STATUS_NONSENSE, "%s is not name:type",
			    quote(&q, text, len));
	if (fields_find(f, text, name))
		return fail(e, STATUS_NONSENSE, "it has two fields named %s",
			    quote(&q, text, name));
	if (!parse_type(field, text + name + 1, len - name - 1, max))
		return fail(e, STATUS_NONSENSE, "%s has an unknown type",
			    quote(&q, text, len));
	if (field->size > max - f->size)
		return fail(e, STATUS_NONSENSE,
			    "its fields take more than the op's %zu bytes", max);

	(void)memcpy(field->name, text, name);
	field->name[name] = '\0';
	field->offset = f->size;
	f->size += field->size;
	f->rest = field->kind == FIELD_BYTES;
	f->count++;
	return 0;
}

int fields_parse(struct fields *f, const char *fmt, size_t room, size_t max,
		 struct err *e)
{
	size_t len = strnlen(fmt, room);
	const char *end = fmt + len;
	int ret;

	f->count = 0;
	f->size = 0;
	f->rest = false;
	if (len >= ALICE_FMT_LEN)
		return fail(e, STATUS_NONSENSE, "it is not terminated");
	if (!len)
		return 0;
	for (;;) {
		const char *space = memchr(fmt, ' ', (size_t)(end - fmt));
		const char *stop = space ? space : end;

		ret = parse_field(f, fmt, (size_t)(stop - fmt), max, e);
		if (ret)
			return ret;
		if (!space)
			return 0;
		fmt = space + 1;
	}
}

const char *fields_type(const struct field *field, char *room, size_t size)
{
	static const char letter[] = {
		[FIELD_UNSIGNED] = 'u',
		[FIELD_SIGNED] = 's',
		[FIELD_HEX] = 'x',
		[FIELD_TEXT] = 'c',
	};

	if (field->kind == FIELD_BYTES)
		(void)snprintf(room, size, "bytes");
	else
		(void)snprintf(room, size, "%c%zu", letter[field->kind],
			       field->kind == FIELD_TEXT ? field->size
							 : field->size * 8);
	return room;
}

const struct field *fields_find(const struct fields *f, const char *name,
				size_t len)
{
	unsigned int i;

	for (i = 0; i < f->count; i++)
		if (strlen(f->field[i].name) == len &&
		    !memcmp(f->field[i].name, name, len))
			return &f->field[i];
	return NULL;
}

bool fields_fit(const struct fields *f, size_t len)
{
	return f->rest ? len >= f->size : len == f->size;
}

/* The names of all fields, for a message. */
static const char *all_names(const struct fields *f, char *room, size_t size)
{
	size_t at = 0;
	unsigned int i;

	room[0] = '\0';
	for (i = 0; i < f->count && at < size; i++)
		at += (size_t)snprintf(room + at, size - at, "%s%s",
				       i ? ", " : "", f->field[i].name);
	return room;
}

static int unknown_field(const struct fields *f, const char *arg, size_t len,
			 struct err *e)
{
	char typed[ALICE_FMT_LEN] = "", names[2 * ALICE_FMT_LEN];
	struct nearest nearest = { .typed = typed };
	struct quoted q, hint;
	unsigned int i;

	if (len < sizeof(typed))
		(void)memcpy(typed, arg, len);
	for (i = 0; i < f->count; i++)
		nearest_try(&nearest, f->field[i].name);
	if (nearest.name)
		return fail(e, STATUS_USAGE,
			    "the op has no field %s; did you mean '%s'?",
			    quote(&q, arg, len), nearest.name);
	if (f->count == 1)
		return fail(e, STATUS_USAGE,
			    "the op has no field %s; if %s is the value of its only field, write '%s=' in front of it",
			    quote(&q, arg, len), quote_str(&hint, arg),
			    f->field[0].name);
	return fail(e, STATUS_USAGE, "the op has no field %s; its fields are: %s",
		    quote(&q, arg, len), all_names(f, names, sizeof(names)));
}

/* An option that comes too late must not be sent as text. */
static bool is_option(const struct fields *f, const char *arg)
{
	return !strncmp(arg, "--", 2) || (f->count != 1 && !strcmp(arg, "-h"));
}

static int late_option(const struct fields *f, const char *arg, struct err *e)
{
	const struct field *only = f->count == 1 ? &f->field[0] : NULL;
	struct quoted q;

	(void)quote_str(&q, arg);
	if (!strcmp(arg, "-h") || !strcmp(arg, "--help"))
		return fail(e, STATUS_USAGE,
			    "%s comes too late: options stand on the command line, before the op; 'alicectl help OP' says how the op is used",
			    q.text);
	if (only && only->kind >= FIELD_TEXT)
		return fail(e, STATUS_USAGE,
			    "%s comes too late: options stand on the command line, before the op; to send it as it is, write '%s=' in front of it",
			    q.text, only->name);
	return fail(e, STATUS_USAGE,
		    "%s comes too late: options stand on the command line, before the op", q.text);
}

/*
 * Split an argument into the field that it is for and its value.  What has no
 * name and '=' at its beginning is a bare value, for the only field.
 */
static int split_arg(const struct fields *f, const char *arg,
		     const struct field **field, const char **value,
		     struct err *e)
{
	size_t name = name_len(arg, strlen(arg));
	char names[2 * ALICE_FMT_LEN];
	struct quoted q;

	if (is_option(f, arg))
		return late_option(f, arg, e);
	if (!f->count)
		return fail(e, STATUS_USAGE,
			    "the op takes no input: leave %s out",
			    quote_str(&q, arg));
	if (name && arg[name] == '=') {
		*field = fields_find(f, arg, name);
		*value = arg + name + 1;
		return *field ? 0 : unknown_field(f, arg, name, e);
	}
	if (f->count > 1)
		return fail(e, STATUS_USAGE,
			    "%s is not FIELD=VALUE; the op's fields are: %s",
			    quote_str(&q, arg),
			    all_names(f, names, sizeof(names)));
	*field = &f->field[0];
	*value = arg;
	return 0;
}

/*
 * The field of which a shell made words of their own of name, '=' and value, or
 * NULL.  No request is made of such words otherwise: a bare value is the only
 * one, and a number is not empty.
 */
static const struct field *torn_field(const struct fields *f,
				      const struct args *args, unsigned int i)
{
	const char *arg = args->word[i];
	size_t name = name_len(arg, strlen(arg));
	const struct field *field = fields_find(f, arg, name);

	if (!field)
		return NULL;
	if (!strcmp(arg + name, "="))
		return field->kind < FIELD_TEXT ? field : NULL;
	return !arg[name] && i + 1 < args->count && args->word[i + 1][0] == '=' ?
	       field : NULL;
}

/* A second value for a field. */
static int given_twice(const struct field *field, const char *arg, bool bare,
		       struct err *e)
{
	struct quoted q;

	if (!bare)
		return fail(e, STATUS_USAGE, "%s was given twice", field->name);
	return fail(e, STATUS_USAGE,
		    "%s is one value too many: the op has one field, %s%s",
		    quote_str(&q, arg), field->name,
		    field->kind >= FIELD_TEXT
		    ? "; a value with blanks needs quotes" : "");
}

/* The field and the value of one argument. */
static int take_arg(const struct fields *f, const struct args *args,
		    unsigned int i, bool *given, const struct field **field,
		    const char **value, struct err *e)
{
	const struct field *torn = torn_field(f, args, i);
	const char *arg = args->word[i];
	int ret;

	if (torn)
		return fail(e, STATUS_USAGE,
			    "%s: it has no value; write %s=VALUE as one word, without blanks around '='",
			    torn->name, torn->name);
	ret = split_arg(f, arg, field, value, e);
	if (ret)
		return ret;
	if (given[*field - f->field])
		return given_twice(*field, arg, *value == arg, e);
	given[*field - f->field] = true;
	return 0;
}

/* Put one value into the request, and count what FIELD_BYTES adds to it. */
static int pack_value(const struct field *field, const char *value, size_t min,
		      size_t max, uint8_t *buf, size_t *len, struct err *e)
{
	size_t room = field->kind == FIELD_BYTES ? max - field->offset
						 : field->size;
	size_t got;
	int ret;

	if (field->kind != FIELD_TEXT && field->kind != FIELD_BYTES)
		return value_number(field, value, buf + field->offset, e);

	ret = value_bytes(value, buf + field->offset, room, &got, e);
	if (ret)
		return ret;
	if (field->kind == FIELD_TEXT)
		return 0;
	if (field->offset + got < min)
		return fail(e, STATUS_USAGE,
			    "needs at least %zu bytes, and the value has %zu",
			    min - field->offset, got);
	*len = field->offset + got;
	return 0;
}

int fields_pack(const struct fields *f, size_t min, size_t max,
		const struct args *args, uint8_t *buf, size_t *len,
		struct err *e)
{
	bool given[FIELDS_MAX] = { false };
	unsigned int i;
	int ret;

	if (f->size > max || (!f->rest && f->size < min))
		return fail(e, STATUS_NONSENSE,
			    "the op takes %zu to %zu bytes, but its fields have %zu",
			    min, max, f->size);
	*len = f->size;
	(void)memset(buf, 0, f->size);
	for (i = 0; i < args->count; i++) {
		const struct field *field;
		const char *value;

		ret = take_arg(f, args, i, given, &field, &value, e);
		if (ret)
			return ret;
		if (field->kind >= FIELD_TEXT && value_is_stdin(value)) {
			if (*args->stdin_taken)
				return fail(e, STATUS_USAGE,
					    "%s: standard input can be read once only",
					    field->name);
			*args->stdin_taken = true;
		}
		ret = pack_value(field, value, min, max, buf, len, e);
		if (ret) {
			err_prefix(e, "%s: ", field->name);
			return ret;
		}
	}
	for (i = 0; i < f->count; i++) {
		char type[24];

		if (!given[i])
			return fail(e, STATUS_USAGE,
				    "%s is missing: add %s=VALUE (%s)",
				    f->field[i].name, f->field[i].name,
				    fields_type(&f->field[i], type,
						sizeof(type)));
	}
	return 0;
}

uint64_t field_unsigned(const struct field *field, const uint8_t *payload)
{
	uint64_t value = 0;
	size_t i;

	for (i = field->size; i; i--)
		value = value << 8 | payload[field->offset + i - 1];
	return value;
}

int64_t field_signed(const struct field *field, const uint8_t *payload)
{
	uint64_t bits = field_unsigned(field, payload);
	uint64_t sign = UINT64_C(1) << (field->size * 8 - 1);

	if (!(bits & sign))
		return (int64_t)bits;
	/* -(2 * sign - bits), without leaving the range of int64_t. */
	return -(int64_t)((sign - 1) - (bits & (sign - 1))) - 1;
}

const uint8_t *field_bytes(const struct field *field, const uint8_t *payload,
			   size_t len, size_t *count)
{
	const uint8_t *first = payload + field->offset;

	if (field->kind == FIELD_BYTES) {
		*count = len - field->offset;
		return first;
	}
	*count = field->size;
	while (*count && !first[*count - 1])
		(*count)--;
	return first;
}
