/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internal interfaces of libalice. */
#ifndef LIBALICE_INTERNAL_H
#define LIBALICE_INTERNAL_H

#include "alice.h"

/* Upper bound for payload lengths: rows with larger ones are invalid. */
#define PAYLOAD_MAX (1u << 20)

/**
 * struct alice - a handle
 * @ioctl: ioctl() of the device, or its stand-in
 * @context: passed to @ioctl
 * @name: of the device, for messages
 * @fd: of the device, or -1
 * @writable: the device is open for writing
 * @read: @rows are valid
 * @rows: the op table, in the hypervisor's order
 * @count: number of @rows
 * @generation: of @rows
 * @events: state of event reading, or NULL
 */
struct alice {
	alice_ioctl *ioctl;
	void *context;
	char *name;
	int fd;
	bool writable;
	bool read;
	struct alice_describe *rows;
	unsigned int count;
	uint64_t generation;
	struct events *events;
};

/**
 * struct alice_call - a call; or an event, with the payload as its answer
 * @a: the handle
 * @row: the op's row when the call was prepared
 * @in: fields of the request
 * @out: fields of the answer
 * @raw: from alice_call_new_raw(): @in and @out are empty
 * @set: bitmap of the fields that are set
 * @request: the request
 * @request_len: length of @request
 * @answer: buffer of the row's out_max bytes
 * @result: length of the answer, a negative errno, or NOT_CALLED
 */
struct alice_call {
	struct alice *a;
	struct alice_describe row;
	struct alice_fields in;
	struct alice_fields out;
	bool raw;
	unsigned int set;
	uint8_t *request;
	size_t request_len;
	uint8_t *answer;
	int result;
};

#define QUOTE_LEN 96

/**
 * struct quoted - untrusted text, made safe for a message
 * @text: the text in single quotes; bytes that are not printable ASCII as \xNN; long text
 *	is truncated and ends in "..."
 */
struct quoted {
	char text[QUOTE_LEN];
};

const char *quote(struct quoted *q, const char *text, size_t len);

/**
 * fail() - fill in an error
 * @e: the error, or NULL
 * @who: enum alice_who; ignored for ENOMEM, which is always ALICE_SYSTEM
 * @code: errno, positive
 * @fmt: as for printf()
 *
 * Return: -@code.
 */
int fail(struct alice_error *e, enum alice_who who, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

int no_memory(struct alice_error *e);
const char *errno_text(int code);

/* Prepend to an error's text. */
void prefix(struct alice_error *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * struct nearest - search for the name nearest to a mistyped one
 * @typed: what was typed
 * @name: the nearest name so far, or NULL
 * @distance: edit distance from @typed to @name
 */
struct nearest {
	const char *typed;
	const char *name;
	size_t distance;
};

void nearest_try(struct nearest *n, const char *name);

/* open.c */
int explain_info(const struct alice *a, int code, struct alice_error *e);

/* fields.c */
const struct alice_field *field_find(const struct alice_fields *f, const char *name,
				     size_t len);
bool field_name(const char *text, size_t *len);
bool fields_fit(const struct alice_fields *f, size_t len);

/* value.c */
bool number_parse(const char *text, uint64_t *value);
int number_from_text(const struct alice_field *field, const char *text, uint64_t *bits,
		     struct alice_error *e);
int bytes_from_text(const char *text, uint8_t **bytes, size_t *len, struct alice_error *e);
size_t text_from_bytes(const uint8_t *bytes, size_t len, char *text, size_t size);

/* call.c */
size_t field_text(const struct alice_field *field, const uint8_t *payload, size_t len,
		  char *text, size_t size);

/* table.c */
const char *op_name(const struct alice_op_desc *desc, struct quoted *q);
const struct alice_describe *row_find(const struct alice *a, const char *name);
const struct alice_describe *row_by_number(const struct alice *a, uint64_t cmd);
int no_row(const struct alice *a, const char *name, bool event, struct alice_error *e);

/* explain.c */
int refused(const struct alice_describe *row, const char *when, struct alice_error *e);
int explain_call(const struct alice_call *c, int code, struct alice_error *e);
int explain_listen(const struct alice *a, const struct alice_describe *const *rows,
		   unsigned int count, int code, struct alice_error *e);

/* events.c */
void events_free(struct alice *a);

#endif
