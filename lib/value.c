// SPDX-License-Identifier: LGPL-2.1-or-later
/* Convert field values to and from text. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "internal.h"

#define HEX "hex:"
#define TEXT "text:"

/* Value of a digit in base 16; 16 if the character is not a digit. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return 16;
}

/* Return: 0, -EINVAL if it is not a number, or -ERANGE if it has more than 64 bits. */
static int parse(const char *text, uint64_t *value)
{
	unsigned int base = 10;
	int ret = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return -EINVAL;
	for (*value = 0; *text; text++) {
		unsigned int d = digit(*text);

		if (d >= base)
			return -EINVAL;
		if (*value > (UINT64_MAX - d) / base)
			ret = -ERANGE;
		*value = *value * base + d;
	}
	return ret;
}

/* Parse a number without a sign. A leading zero does not mean octal. */
bool number_parse(const char *text, uint64_t *value)
{
	return !parse(text, value);
}

static int out_of_range(const struct alice_field *field, const char *text, uint64_t most,
			struct alice_error *e)
{
	struct quoted q;

	(void)quote(&q, text, strlen(text));
	if (field->kind == ALICE_SIGNED)
		return fail(e, ALICE_CALLER, ERANGE,
			    "%s is out of range, which is -%" PRIu64 " to %" PRIu64, q.text,
			    most + 1, most);
	if (field->kind == ALICE_HEX)
		return fail(e, ALICE_CALLER, ERANGE,
			    "%s is out of range, which is 0 to 0x%" PRIx64, q.text, most);
	return fail(e, ALICE_CALLER, ERANGE, "%s is out of range, which is 0 to %" PRIu64,
		    q.text, most);
}

/**
 * number_from_text() - parse a number for a field
 * @field: a number field
 * @text: decimal, or hexadecimal after 0x; may start with '-'
 * @bits: set to the number, in two's complement
 * @e: error, or NULL
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int number_from_text(const struct alice_field *field, const char *text, uint64_t *bits,
		     struct alice_error *e)
{
	bool is_signed = field->kind == ALICE_SIGNED, negative = text[0] == '-';
	uint64_t most = UINT64_MAX >> (64 - field->size * 8 + is_signed);
	int ret = parse(text + negative, bits);
	struct quoted q;

	if (ret == -EINVAL)
		return fail(e, ALICE_CALLER, EINVAL,
			    "%s is not a number; write decimal digits, or 0x and hexadecimal ones",
			    quote(&q, text, strlen(text)));
	if (ret || (negative && !is_signed) || *bits > most + negative)
		return out_of_range(field, text, most, e);
	if (negative)
		*bits = -*bits;
	return 0;
}

static int from_hex(const char *text, uint8_t *out, size_t *len, struct alice_error *e)
{
	size_t digits = strlen(text), i;
	struct quoted q;

	for (i = 0; i < digits; i++)
		if (digit(text[i]) > 15)
			return fail(e, ALICE_CALLER, EINVAL,
				    "%s is not a hexadecimal digit; to send text that begins with '" HEX "', write '" TEXT "' in front of it",
				    quote(&q, text + i, 1));
	if (digits % 2)
		return fail(e, ALICE_CALLER, EINVAL,
			    "'" HEX "' needs two digits for each byte, and there are %zu",
			    digits);
	*len = digits / 2;
	for (i = 0; i < *len; i++)
		out[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	return 0;
}

/**
 * bytes_from_text() - parse text or bytes
 * @text: the text itself, "hex:" and digits, or "text:" and the text
 * @bytes: set to the bytes; the caller frees them
 * @len: set to the number of bytes
 * @e: error, or NULL
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int bytes_from_text(const char *text, uint8_t **bytes, size_t *len, struct alice_error *e)
{
	int ret = 0;

	*len = strlen(text);
	*bytes = malloc(*len + 1);
	if (!*bytes)
		return no_memory(e);
	if (!strncmp(text, HEX, strlen(HEX))) {
		ret = from_hex(text + strlen(HEX), *bytes, len, e);
	} else {
		if (!strncmp(text, TEXT, strlen(TEXT)))
			text += strlen(TEXT);
		*len = strlen(text);
		(void)memcpy(*bytes, text, *len);
	}
	if (ret)
		free(*bytes);
	return ret;
}

/*
 * Check that the program's locale can print all of it. wcwidth() excludes control
 * characters and those that reorder, combine with or hide others.
 */
static bool printable(const uint8_t *bytes, size_t len)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n;

	for (; len; bytes += n, len -= n) {
		n = mbrtowc(&c, (const char *)bytes, len, &state);
		if (!n || n > len || wcwidth(c) < 1)
			return false;
	}
	return true;
}

/* Check that text does not start with a prefix, so that it parses as itself. */
static bool plain(const uint8_t *bytes, size_t len)
{
	static const char *const special[] = { HEX, TEXT, "@" };
	size_t i;

	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (len >= strlen(special[i]) &&
		    !memcmp(bytes, special[i], strlen(special[i])))
			return false;
	return true;
}

/**
 * text_from_bytes() - format text or bytes so that they can be parsed again
 * @bytes: the bytes
 * @len: number of bytes
 * @text: set to the text, truncated to @size and NUL-terminated
 * @size: of @text
 *
 * Return: length of the whole text without its NUL.
 */
size_t text_from_bytes(const uint8_t *bytes, size_t len, char *text, size_t size)
{
	bool shown = printable(bytes, len);
	const char *before = shown ? plain(bytes, len) ? "" : TEXT : HEX;
	size_t at = (size_t)snprintf(text, size, "%s", before), i;

	for (i = 0; shown && i < len; i++, at++)
		if (at + 1 < size)
			text[at] = (char)bytes[i];
	for (i = 0; !shown && i < len; i++, at += 2)
		if (at + 2 < size)
			(void)snprintf(text + at, size - at, "%02x", bytes[i]);
	if (size)
		text[at < size ? at : size - 1] = '\0';
	return at;
}
