/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing JSON.  Its output is ASCII alone, so that it is valid, and safe on a
 * terminal, whatever is in the strings.
 */
#ifndef ALICECTL_JSON_H
#define ALICECTL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct json - JSON that is being written
 * @out: where to; its errors are left for the end
 * @comma: whether a comma comes before the next key or value
 */
struct json {
	FILE *out;
	bool comma;
};

/**
 * json_open() - begin an object or an array
 * @j: the writer
 * @bracket: '{' or '['
 */
void json_open(struct json *j, char bracket);

/**
 * json_close() - end an object or an array
 * @j: the writer
 * @bracket: '}' or ']'
 */
void json_close(struct json *j, char bracket);

/**
 * json_key() - the name of an object's next member
 * @j: the writer
 * @name: the name
 */
void json_key(struct json *j, const char *name);

/**
 * json_unsigned() - a number as a value
 * @j: the writer
 * @value: written in full, also above 2^53
 */
void json_unsigned(struct json *j, uint64_t value);

/**
 * json_signed() - a number as a value
 * @j: the writer
 * @value: written in full, also below -2^53
 */
void json_signed(struct json *j, int64_t value);

/**
 * json_decimal() - a number as a value, to three places
 * @j: the writer
 * @value: finite
 */
void json_decimal(struct json *j, double value);

/**
 * json_bool() - true or false as a value
 * @j: the writer
 * @value: which
 */
void json_bool(struct json *j, bool value);

/**
 * json_null() - null as a value
 * @j: the writer
 */
void json_null(struct json *j);

/**
 * json_bytes() - bytes as a value
 * @j: the writer
 * @bytes: the bytes
 * @len: how many
 *
 * They are a string where they are valid UTF-8, and {"hex":"00ff"} where they
 * are not.
 */
void json_bytes(struct json *j, const uint8_t *bytes, size_t len);

/**
 * json_string() - a string as a value
 * @j: the writer
 * @text: NUL-terminated; written as json_bytes() does
 */
void json_string(struct json *j, const char *text);

/**
 * json_hex() - bytes as a string of hexadecimal digits
 * @j: the writer
 * @bytes: the bytes
 * @len: how many
 */
void json_hex(struct json *j, const uint8_t *bytes, size_t len);

#endif
