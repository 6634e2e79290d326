// SPDX-License-Identifier: LGPL-2.1-or-later
/* Parse field lists, such as "a:s64 b:s64". They come from the hypervisor, untrusted. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool name_char(char c)
{
	return name_start(c) || (c >= '0' && c <= '9') || c == '-';
}

/**
 * field_name() - find a field name at the start of a text
 * @text: the text
 * @len: set to the length of the name
 *
 * Return: true if there is one.
 */
bool field_name(const char *text, size_t *len)
{
	*len = 0;
	if (!name_start(text[0]))
		return false;
	while (name_char(text[*len]))
		(*len)++;
	return true;
}

/* Parse a decimal number from 1 to max without leading zeros. Return: 0 if invalid. */
static unsigned int small_number(const char *text, size_t len, unsigned int max)
{
	uint64_t value = 0;
	size_t i;

	if (!len || text[0] == '0')
		return 0;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		value = value * 10 + (uint64_t)(text[i] - '0');
		if (value > max)
			return 0;
	}
	return (unsigned int)value;
}

/* Parse a type. Return: false if it is unknown or too large. */
static bool parse_type(struct alice_field *field, const char *type, size_t len,
		       unsigned int max)
{
	unsigned int bits;

	if (len == strlen("bytes") && !memcmp(type, "bytes", len)) {
		field->kind = ALICE_BYTES;
		field->size = 0;
		return true;
	}
	if (!len)
		return false;
	if (type[0] == 'c') {
		field->kind = ALICE_TEXT;
		field->size = small_number(type + 1, len - 1, max);
		return field->size != 0;
	}
	bits = small_number(type + 1, len - 1, 64);
	if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
		return false;
	field->size = bits / 8;
	switch (type[0]) {
	case 'u': field->kind = ALICE_UNSIGNED; return true;
	case 'x': field->kind = ALICE_HEX; return true;
	case 's': field->kind = ALICE_SIGNED; return true;
	default: return false;
	}
}

/* Parse one "name:type" and append it to the list. */
static int parse_field(struct alice_fields *f, const char *text, size_t len,
		       unsigned int max, struct alice_error *e)
{
	/* Not in f->field[]: that can be full when invalid text follows the last field. */
	struct alice_field field = { .offset = f->size };
	struct quoted q;
	size_t name;

	if (f->rest)
		return fail(e, ALICE_XEN, EBADMSG,
			    "%s comes after a field of type bytes, which must be the last",
			    quote(&q, text, len));
	if (!field_name(text, &name) || text[name] != ':')
		return fail(e, ALICE_XEN, EBADMSG, "%s is not name:type",
			    quote(&q, text, len));
	if (field_find(f, text, name))
		return fail(e, ALICE_XEN, EBADMSG, "it has two fields named %s",
			    quote(&q, text, name));
	if (!parse_type(&field, text + name + 1, len - name - 1, max))
		return fail(e, ALICE_XEN, EBADMSG, "%s has an unknown type",
			    quote(&q, text, len));
	if (field.size > max - f->size)
		return fail(e, ALICE_XEN, EBADMSG,
			    "its fields take more than the op's %u bytes", max);
	(void)memcpy(field.name, text, name);
	field.name[name] = '\0';
	f->size += field.size;
	f->rest = field.kind == ALICE_BYTES;
	f->field[f->count++] = field;
	return 0;
}

int alice_fields_parse(struct alice_fields *f, const char *list, unsigned int max,
		       struct alice_error *e)
{
	const char *end;
	int ret;

	(void)memset(f, 0, sizeof(*f));
	if (strnlen(list, ALICE_FMT_LEN) == ALICE_FMT_LEN)
		return fail(e, ALICE_XEN, EBADMSG, "it is not terminated");
	if (!*list)
		return 0;
	for (;; list = end + 1) {
		end = strchrnul(list, ' ');
		ret = parse_field(f, list, (size_t)(end - list), max, e);
		if (ret || !*end)
			return ret;
	}
}

void alice_type(const struct alice_field *field, char text[ALICE_FMT_LEN])
{
	static const char letter[] = {
		[ALICE_UNSIGNED] = 'u', [ALICE_HEX] = 'x', [ALICE_SIGNED] = 's',
	};

	if (field->kind == ALICE_BYTES)
		(void)strcpy(text, "bytes");
	else if (field->kind == ALICE_TEXT)
		(void)snprintf(text, ALICE_FMT_LEN, "c%u", field->size);
	else
		(void)snprintf(text, ALICE_FMT_LEN, "%c%u", letter[field->kind],
			       field->size * 8);
}

/**
 * field_find() - look up a field by its name
 * @f: the list
 * @name: the name, not necessarily NUL-terminated
 * @len: length of @name
 *
 * Return: the field, or NULL.
 */
const struct alice_field *field_find(const struct alice_fields *f, const char *name,
				     size_t len)
{
	unsigned int i;

	for (i = 0; i < f->count; i++)
		if (strlen(f->field[i].name) == len && !memcmp(f->field[i].name, name, len))
			return &f->field[i];
	return NULL;
}

/* Check whether a payload of this length matches a field list. */
bool fields_fit(const struct alice_fields *f, size_t len)
{
	return f->rest ? len >= f->size : len == f->size;
}
