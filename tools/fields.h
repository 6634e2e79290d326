/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Field lists: what an op takes and what it answers, as the hypervisor
 * describes it ("a:s64 b:s64").  This file reads them, writes requests by them
 * and reads answers by them.  It trusts nothing that it is given.
 */
#ifndef ALICECTL_FIELDS_H
#define ALICECTL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/alice.h>

#include "err.h"

/*
 * The shortest field with the space after it is "a:u8 ", so that no list has
 * more fields than this: one that is longer than its room is refused.
 */
#define FIELDS_MAX (ALICE_FMT_LEN / 5)

/**
 * enum field_kind - how the bytes of a field are meant
 * @FIELD_UNSIGNED: a number, u8 to u64
 * @FIELD_SIGNED: a number in two's complement, s8 to s64
 * @FIELD_HEX: an unsigned number shown in hexadecimal, x8 to x64
 * @FIELD_TEXT: cN, text padded with NULs
 * @FIELD_BYTES: the rest of the payload
 */
enum field_kind {
	FIELD_UNSIGNED,
	FIELD_SIGNED,
	FIELD_HEX,
	FIELD_TEXT,
	FIELD_BYTES,
};

/**
 * struct field - one field of a list
 * @name: letters, digits, '_' and '-', beginning with a letter or '_'
 * @kind: how its bytes are meant
 * @size: in bytes; 0 for FIELD_BYTES, whose size the payload decides
 * @offset: of its first byte in the payload
 */
struct field {
	char name[ALICE_FMT_LEN];
	enum field_kind kind;
	size_t size;
	size_t offset;
};

/**
 * struct fields - a field list that was read
 * @field: the fields, in their order in the payload
 * @count: how many there are
 * @size: what the fields of a fixed size take together, in bytes
 * @rest: whether the last field is FIELD_BYTES
 */
struct fields {
	struct field field[FIELDS_MAX];
	unsigned int count;
	size_t size;
	bool rest;
};

/**
 * struct args - what was written for an op
 * @word: "field=value" in any order, one for each field; the value alone will
 *	do where the op has one field
 * @count: how many there are
 * @stdin_taken: standard input was read, or has another use; set where a value
 *	asks for it
 */
struct args {
	char *const *word;
	unsigned int count;
	bool *stdin_taken;
};

/**
 * fields_parse() - read a field list
 * @f: set to what it says
 * @fmt: the text, which need not be terminated
 * @room: how many bytes there are at @fmt; a NUL ends the text earlier
 * @max: the most bytes that the fields may take
 * @e: says what is wrong
 *
 * Return: 0, or STATUS_NONSENSE for what is not a field list.
 */
int fields_parse(struct fields *f, const char *fmt, size_t room, size_t max,
		 struct err *e);

/**
 * fields_type() - the type of a field, as a field list writes it
 * @field: the field
 * @room: where the text goes
 * @size: how much room there is
 *
 * Return: the text.
 */
const char *fields_type(const struct field *field, char *room, size_t size);

/**
 * fields_find() - a field by its name
 * @f: the list
 * @name: the name, which need not be terminated
 * @len: its length
 *
 * Return: the field, or NULL.
 */
const struct field *fields_find(const struct fields *f, const char *name,
				size_t len);

/**
 * fields_fit() - whether a payload of some length can be what a list says
 * @f: the list
 * @len: the length, in bytes
 *
 * Return: true if it can.
 */
bool fields_fit(const struct fields *f, size_t len);

/**
 * fields_pack() - make a request from arguments
 * @f: the op's input
 * @min: the shortest request the op takes, in bytes
 * @max: the longest; there is room for as many bytes at @buf
 * @args: what was written
 * @buf: where the request goes
 * @len: set to its length
 * @e: says which field is wrong, missing, unknown or given twice
 *
 * Values are read by value.h, and may name files.
 *
 * Return: 0, STATUS_USAGE for wrong arguments, or what a value's reader says.
 */
int fields_pack(const struct fields *f, size_t min, size_t max,
		const struct args *args, uint8_t *buf, size_t *len,
		struct err *e);

/**
 * field_unsigned() - a number out of a payload
 * @field: of kind FIELD_UNSIGNED or FIELD_HEX, or FIELD_SIGNED for its bits
 * @payload: at least as long as the field list says
 *
 * Return: the number.
 */
uint64_t field_unsigned(const struct field *field, const uint8_t *payload);

/**
 * field_signed() - a signed number out of a payload
 * @field: of kind FIELD_SIGNED
 * @payload: at least as long as the field list says
 *
 * Return: the number.
 */
int64_t field_signed(const struct field *field, const uint8_t *payload);

/**
 * field_bytes() - text or bytes out of a payload
 * @field: of kind FIELD_TEXT or FIELD_BYTES
 * @payload: for which fields_fit() holds
 * @len: how long @payload is
 * @count: set to how many bytes the field has, without the padding of a text
 *
 * Return: the first of them.
 */
const uint8_t *field_bytes(const struct field *field, const uint8_t *payload,
			   size_t len, size_t *count);

#endif
