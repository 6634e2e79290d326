// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write JSON. This does not use json-c because loading it takes 55 000 instructions, a third
 * of a whole run of alicectl.
 */
#include <inttypes.h>
#include <string.h>

#include "json.h"

/* Decode the first character. Return: its length in bytes, 0 if it is invalid. */
static size_t utf8_decode(const uint8_t *bytes, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t need, i;
	uint32_t c;

	if (!len)
		return 0;
	c = bytes[0];
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if ((c & 0xe0) == 0xc0)
		need = 2;
	else if ((c & 0xf0) == 0xe0)
		need = 3;
	else if ((c & 0xf8) == 0xf0)
		need = 4;
	else
		return 0;
	if (need > len)
		return 0;
	c &= 0x7fu >> need;
	for (i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (bytes[i] & 0x3fu);
	}
	if (c < least[need] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return need;
}

static bool utf8_valid(const uint8_t *bytes, size_t len)
{
	uint32_t cp;
	size_t n;

	for (; len; bytes += n, len -= n) {
		n = utf8_decode(bytes, len, &cp);
		if (!n)
			return false;
	}
	return true;
}

static void comma(struct json *j)
{
	if (j->comma)
		(void)fputc(',', j->out);
	j->comma = true;
}

void json_open(struct json *j, char bracket)
{
	comma(j);
	(void)fputc(bracket, j->out);
	j->comma = false;
}

void json_close(struct json *j, char bracket)
{
	(void)fputc(bracket, j->out);
	j->comma = true;
}

void json_key(struct json *j, const char *name)
{
	json_string(j, name);
	(void)fputc(':', j->out);
	j->comma = false;
}

void json_unsigned(struct json *j, uint64_t value)
{
	comma(j);
	(void)fprintf(j->out, "%" PRIu64, value);
}

void json_signed(struct json *j, int64_t value)
{
	comma(j);
	(void)fprintf(j->out, "%" PRId64, value);
}

void json_decimal(struct json *j, double value)
{
	comma(j);
	(void)fprintf(j->out, "%.3f", value);
}

void json_bool(struct json *j, bool value)
{
	comma(j);
	(void)fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j)
{
	comma(j);
	(void)fputs("null", j->out);
}

/* Characters outside the Basic Multilingual Plane become surrogate pairs. */
static void escape(struct json *j, uint32_t c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		(void)fprintf(j->out, "\\u%04" PRIx32, 0xd800 + (c >> 10));
		c = 0xdc00 + (c & 0x3ff);
	}
	(void)fprintf(j->out, "\\u%04" PRIx32, c);
}

static void write_char(struct json *j, uint32_t c)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	size_t i;

	for (i = 0; i < sizeof(shorts) - 1; i += 2) {
		if (c == (uint32_t)shorts[i]) {
			(void)fprintf(j->out, "\\%c", shorts[i + 1]);
			return;
		}
	}
	if (c >= 0x20 && c < 0x7f)
		(void)fputc((int)c, j->out);
	else
		escape(j, c);
}

static void write_string(struct json *j, const uint8_t *bytes, size_t len)
{
	uint32_t c = 0;
	size_t n;

	(void)fputc('"', j->out);
	for (; len; bytes += n, len -= n) {
		n = utf8_decode(bytes, len, &c);
		write_char(j, c);
	}
	(void)fputc('"', j->out);
}

void json_hex(struct json *j, const uint8_t *bytes, size_t len)
{
	size_t i;

	comma(j);
	(void)fputc('"', j->out);
	for (i = 0; i < len; i++)
		(void)fprintf(j->out, "%02x", bytes[i]);
	(void)fputc('"', j->out);
}

void json_bytes(struct json *j, const uint8_t *bytes, size_t len)
{
	if (utf8_valid(bytes, len)) {
		comma(j);
		write_string(j, bytes, len);
		return;
	}
	json_open(j, '{');
	json_key(j, "hex");
	json_hex(j, bytes, len);
	json_close(j, '}');
}

void json_string(struct json *j, const char *text)
{
	json_bytes(j, (const uint8_t *)text, strlen(text));
}
