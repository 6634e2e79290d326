/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values as people write them on the command line.
 *
 * A number is decimal, or hexadecimal after 0x; a leading zero does not make it
 * octal.  Bytes and texts are the text itself, or
 *
 *	hex:00ff	bytes in hexadecimal
 *	@FILE, @-	what a file, or standard input, holds
 *	text:...	the text after it, even if it begins like one of these
 */
#ifndef ALICECTL_VALUE_H
#define ALICECTL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "fields.h"

#define VALUE_HEX "hex:"
#define VALUE_TEXT "text:"
#define VALUE_FILE '@'

/**
 * value_unsigned() - read a number that is not negative
 * @text: decimal, or hexadecimal after 0x
 * @value: set to the number
 *
 * Return: true if @text is one, and fits.
 */
bool value_unsigned(const char *text, uint64_t *value);

/**
 * value_number() - read a number into a field
 * @field: of one of the kinds that are numbers
 * @text: what was written
 * @out: set to the field's bytes, little-endian
 * @e: says what is wrong, and the field's range
 *
 * Return: 0 or STATUS_USAGE.
 */
int value_number(const struct field *field, const char *text, uint8_t *out,
		 struct err *e);

/**
 * value_bytes() - read text or bytes
 * @text: what was written
 * @out: where the bytes go
 * @room: how many there may be
 * @len: set to how many there are
 * @e: says what is wrong
 *
 * Return: 0, STATUS_USAGE, or STATUS_IO when a file cannot be read.
 */
int value_bytes(const char *text, uint8_t *out, size_t room, size_t *len,
		struct err *e);

/**
 * value_is_stdin() - whether a text or bytes value names standard input
 * @text: what was written
 *
 * Return: true for "@-".
 */
bool value_is_stdin(const char *text);

/**
 * value_is_plain() - whether a text means itself as a value
 * @text: bytes of the text
 * @len: how many
 *
 * Return: false where it begins like one of the other forms, so that text: must
 * be written before it.
 */
bool value_is_plain(const uint8_t *text, size_t len);

/**
 * read_all() - read a file to its end
 * @fd: the open file
 * @out: where the bytes go
 * @room: how many there may be
 * @len: set to how many there are
 *
 * Return: 0, -EFBIG where there are more than @room, or another negative errno.
 */
int read_all(int fd, uint8_t *out, size_t room, size_t *len);

#endif
