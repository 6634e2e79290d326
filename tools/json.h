/* SPDX-License-Identifier: GPL-2.0-only */
/* Write JSON. The output is ASCII only, so it is safe on a terminal. */
#ifndef ALICECTL_JSON_H
#define ALICECTL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct json - a JSON writer
 * @out: output; the caller checks ferror() in the end
 * @comma: the next key or value needs a comma before it
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
 * json_key() - write the name of an object's next member
 * @j: the writer
 * @name: the name
 */
void json_key(struct json *j, const char *name);

/**
 * json_unsigned() - write an unsigned number
 * @j: the writer
 * @value: written in full, also above 2^53
 */
void json_unsigned(struct json *j, uint64_t value);

/**
 * json_signed() - write a signed number
 * @j: the writer
 * @value: written in full, also below -2^53
 */
void json_signed(struct json *j, int64_t value);

/**
 * json_decimal() - write a number with three decimal places
 * @j: the writer
 * @value: finite
 */
void json_decimal(struct json *j, double value);

/**
 * json_bool() - write true or false
 * @j: the writer
 * @value: which of them
 */
void json_bool(struct json *j, bool value);

/**
 * json_null() - write null
 * @j: the writer
 */
void json_null(struct json *j);

/**
 * json_bytes() - write text or bytes
 * @j: the writer
 * @bytes: the bytes
 * @len: number of bytes
 *
 * Valid UTF-8 is written as a string, everything else as {"hex":"00ff"}.
 */
void json_bytes(struct json *j, const uint8_t *bytes, size_t len);

/**
 * json_string() - write a string
 * @j: the writer
 * @text: NUL-terminated; written as by json_bytes()
 */
void json_string(struct json *j, const char *text);

/**
 * json_hex() - write bytes as a string of hexadecimal digits
 * @j: the writer
 * @bytes: the bytes
 * @len: number of bytes
 */
void json_hex(struct json *j, const uint8_t *bytes, size_t len);

#endif
