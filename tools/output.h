/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How answers are written: as lines key=value, or as JSON.
 */
#ifndef ALICECTL_OUTPUT_H
#define ALICECTL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fields.h"
#include "json.h"

/**
 * struct output - where answers go, and how
 * @file: where to; its errors are left for the end
 * @json: as JSON
 * @raw: an op's answer as the bytes that it is
 * @utf8: whether readers of @file understand UTF-8
 */
struct output {
	FILE *file;
	bool json;
	bool raw;
	bool utf8;
};

/**
 * output_fields() - write an answer by its field list
 * @o: where to
 * @f: the field list
 * @payload: the answer, for which fields_fit() holds
 * @len: its length
 *
 * A line that this writes without JSON is an argument that fields_pack() reads
 * back to the same bytes.
 */
void output_fields(const struct output *o, const struct fields *f,
		   const uint8_t *payload, size_t len);

/**
 * output_misfit() - write an answer that does not fit its field list
 * @o: where to
 * @payload: the answer
 * @len: its length
 */
void output_misfit(const struct output *o, const uint8_t *payload, size_t len);

/**
 * output_fields_json() - write an answer as an object within other JSON
 * @j: where to
 * @f: the field list
 * @payload: the answer, for which fields_fit() holds
 * @len: its length
 */
void output_fields_json(struct json *j, const struct fields *f,
			const uint8_t *payload, size_t len);

/**
 * output_misfit_json() - the same for one that does not fit its field list
 * @j: where to
 * @payload: the answer
 * @len: its length
 */
void output_misfit_json(struct json *j, const uint8_t *payload, size_t len);

/**
 * output_text() - write text from outside, with \xNN for what is not printable
 * @o: where to
 * @text: the text
 * @room: how many bytes there are; a NUL ends the text earlier
 */
void output_text(const struct output *o, const char *text, size_t room);

#endif
