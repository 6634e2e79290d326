// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "text.h"
#include "value.h"

/* The value of a digit in any base up to 16; 16 for what is none. */
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

enum number { NUMBER_OK, NUMBER_NOT, NUMBER_LARGE };

static enum number parse_number(const char *text, uint64_t *value)
{
	unsigned int base = 10;
	enum number ret = NUMBER_OK;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return NUMBER_NOT;
	for (*value = 0; *text; text++) {
		unsigned int d = digit(*text);

		if (d >= base)
			return NUMBER_NOT;
		if (*value > (UINT64_MAX - d) / base)
			ret = NUMBER_LARGE;
		*value = *value * base + d;
	}
	return ret;
}

bool value_unsigned(const char *text, uint64_t *value)
{
	return parse_number(text, value) == NUMBER_OK;
}

static int out_of_range(const struct field *field, const char *text,
			uint64_t most, struct err *e)
{
	struct quoted q;

	(void)quote_str(&q, text);
	if (field->kind == FIELD_SIGNED)
		return fail(e, STATUS_USAGE,
			    "%s is out of range, which is -%" PRIu64 " to %" PRIu64,
			    q.text, most + 1, most);
	if (field->kind == FIELD_HEX)
		return fail(e, STATUS_USAGE,
			    "%s is out of range, which is 0 to 0x%" PRIx64,
			    q.text, most);
	return fail(e, STATUS_USAGE,
		    "%s is out of range, which is 0 to %" PRIu64, q.text, most);
}

int value_number(const struct field *field, const char *text, uint8_t *out,
		 struct err *e)
{
	bool is_signed = field->kind == FIELD_SIGNED;
	bool negative = text[0] == '-';
	size_t bits = field->size * 8 - (is_signed ? 1 : 0);
	uint64_t most = UINT64_MAX >> (64 - bits);
	enum number number;
	struct quoted q;
	uint64_t value;
	size_t i;

	number = parse_number(text + negative, &value);
	if (number == NUMBER_NOT)
		return fail(e, STATUS_USAGE,
			    "%s is not a number; write decimal digits, or 0x and hexadecimal ones",
			    quote_str(&q, text));
	if (number == NUMBER_LARGE || (negative && !is_signed) ||
	    value > most + (negative ? 1 : 0))
		return out_of_range(field, text, most, e);

	if (negative)
		value = -value;
	for (i = 0; i < field->size; i++)
		out[i] = (uint8_t)(value >> (8 * i));
	return 0;
}

static int too_long(size_t room, struct err *e)
{
	return fail(e, STATUS_USAGE, "the value is longer than %zu byte%s",
		    room, room == 1 ? "" : "s");
}

static int hex_bytes(const char *text, uint8_t *out, size_t room, size_t *len,
		     struct err *e)
{
	size_t digits = strlen(text), i;

	for (i = 0; i < digits; i++) {
		struct quoted q;

		if (digit(text[i]) > 15)
			return fail(e, STATUS_USAGE,
				    "%s is not a hexadecimal digit; to send text that begins with '" VALUE_HEX "', write '" VALUE_TEXT "' in front of it",
				    quote(&q, text + i, 1));
	}
	if (digits % 2)
		return fail(e, STATUS_USAGE,
			    "'" VALUE_HEX "' needs two digits for each byte, and there are %zu",
			    digits);
	if (digits / 2 > room)
		return too_long(room, e);
	for (i = 0; i < digits / 2; i++)
		out[i] = (uint8_t)(digit(text[2 * i]) << 4 |
				   digit(text[2 * i + 1]));
	*len = digits / 2;
	return 0;
}

int read_all(int fd, uint8_t *out, size_t room, size_t *len)
{
	uint8_t more;
	ssize_t n;

	for (*len = 0;;) {
		/* One byte past the room tells its end from the file's. */
		if (*len < room)
			n = read(fd, out + *len, room - *len);
		else
			n = read(fd, &more, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return 0;
		if (*len == room)
			return -EFBIG;
		*len += (size_t)n;
	}
}

static int file_bytes(const char *path, uint8_t *out, size_t room, size_t *len,
		      struct err *e)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct quoted q;
	int ret;

	if (fd < 0) {
		ret = -errno;
	} else {
		ret = read_all(fd, out, room, len);
		if (!is_stdin)
			(void)close(fd);
	}
	if (ret == -EFBIG)
		return too_long(room, e);
	if (ret)
		return fail(e, STATUS_IO,
			    "cannot read %s: %s; to send text that begins with '@', write '" VALUE_TEXT "' in front of it",
			    quote_str(&q, path), strerror(-ret));
	return 0;
}

/* What follows a prefix, or NULL where the text does not begin with it. */
static const char *after(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) ? NULL : text + len;
}

int value_bytes(const char *text, uint8_t *out, size_t room, size_t *len,
		struct err *e)
{
	const char *rest = after(text, VALUE_HEX);

	if (rest)
		return hex_bytes(rest, out, room, len, e);
	if (text[0] == VALUE_FILE)
		return file_bytes(text + 1, out, room, len, e);
	rest = after(text, VALUE_TEXT);
	if (rest)
		text = rest;
	*len = strlen(text);
	if (*len > room)
		return too_long(room, e);
	(void)memcpy(out, text, *len);
	return 0;
}

bool value_is_stdin(const char *text)
{
	return text[0] == VALUE_FILE && !strcmp(text + 1, "-");
}

static bool begins(const uint8_t *text, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return len >= n && !memcmp(text, prefix, n);
}

bool value_is_plain(const uint8_t *text, size_t len)
{
	return !begins(text, len, VALUE_HEX) && !begins(text, len, VALUE_TEXT) &&
	       !(len && text[0] == VALUE_FILE);
}
