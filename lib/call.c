// SPDX-License-Identifier: LGPL-2.1-or-later
/* Calls: build the request from values, make the call, parse the answer. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* How often a call is tried when the op table changes. */
#define CALL_TRIES 8

/* Value of alice_call.result before the call. Not a possible result. */
#define NOT_CALLED INT_MIN

static struct alice_call *begin(struct alice *a, const char *name, struct alice_error *e)
{
	const struct alice_describe *row = alice_find(a, name, e);
	struct alice_call *c;
	struct quoted q;

	if (!row)
		return NULL;
	if (row->desc.flags & ALICE_OP_F_EVENT) {
		(void)fail(e, ALICE_CALLER, EOPNOTSUPP,
			   "%s is an event, not an op: it cannot be called",
			   op_name(&row->desc, &q));
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		(void)no_memory(e);
		return NULL;
	}
	c->a = a;
	c->row = *row;
	c->result = NOT_CALLED;
	return c;
}

struct alice_call *alice_call_new(struct alice *a, const char *name, struct alice_error *e)
{
	struct alice_call *c = begin(a, name, e);

	if (!c)
		return NULL;
	if (alice_row_check(&c->row, &c->in, &c->out, e)) {
		prefix(e, "the hypervisor's description of op %u is invalid: ",
		       c->row.desc.cmd);
		goto err;
	}
	c->request_len = c->in.size;
	c->request = calloc(1, c->in.size + 1);
	c->answer = malloc(c->row.desc.out_max + 1);
	if (c->request && c->answer)
		return c;
	(void)no_memory(e);
err:
	alice_call_free(c);
	return NULL;
}

struct alice_call *alice_call_new_raw(struct alice *a, const char *name, const void *request,
				      size_t len, struct alice_error *e)
{
	struct alice_call *c = begin(a, name, e);

	if (!c)
		return NULL;
	c->raw = true;
	/* alice_row_check(), which bounds the lengths, was not called. */
	if (c->row.desc.out_max > PAYLOAD_MAX) {
		(void)fail(e, ALICE_XEN, EBADMSG,
			   "the hypervisor's description of op %u is invalid: it answers up to %u bytes, which is above the limit",
			   c->row.desc.cmd, c->row.desc.out_max);
		goto err;
	}
	if (len > PAYLOAD_MAX) {
		(void)fail(e, ALICE_CALLER, EMSGSIZE, "the request is too long: %zu bytes", len);
		goto err;
	}
	c->request_len = len;
	c->request = malloc(len + 1);
	c->answer = malloc(c->row.desc.out_max + 1);
	if (!c->request || !c->answer) {
		(void)no_memory(e);
		goto err;
	}
	if (len)
		(void)memcpy(c->request, request, len);
	return c;
err:
	alice_call_free(c);
	return NULL;
}

void alice_call_free(struct alice_call *c)
{
	if (!c)
		return;
	free(c->request);
	free(c->answer);
	free(c);
}

const struct alice_describe *alice_call_row(const struct alice_call *c)
{
	return &c->row;
}

const struct alice_fields *alice_call_in(const struct alice_call *c)
{
	return &c->in;
}

const struct alice_fields *alice_call_out(const struct alice_call *c)
{
	return &c->out;
}

/* ---- The request ---- */

/* All field names, for a message. */
static const char *all_names(const struct alice_fields *f, char *room, size_t size)
{
	size_t at = 0;
	unsigned int i;

	room[0] = '\0';
	for (i = 0; i < f->count && at < size; i++)
		at += (size_t)snprintf(room + at, size - at, "%s%s", i ? ", " : "",
				       f->field[i].name);
	return room;
}

static int unknown_field(const struct alice_fields *f, const char *name, size_t len,
			 struct alice_error *e)
{
	char typed[ALICE_FMT_LEN] = "", names[2 * ALICE_FMT_LEN];
	struct nearest nearest = { .typed = typed };
	struct quoted q;
	unsigned int i;

	(void)quote(&q, name, len);
	if (!f->count)
		return fail(e, ALICE_CALLER, EINVAL, "it takes no arguments: leave %s out", q.text);
	if (len < sizeof(typed))
		(void)memcpy(typed, name, len);
	for (i = 0; i < f->count; i++)
		nearest_try(&nearest, f->field[i].name);
	if (nearest.name)
		return fail(e, ALICE_CALLER, EINVAL, "it has no field %s; did you mean '%s'?",
			    q.text, nearest.name);
	return fail(e, ALICE_CALLER, EINVAL, "it has no field %s; its fields are: %s", q.text,
		    all_names(f, names, sizeof(names)));
}

/* Prepend the name of the op, and of the field if there is one, to an error. Return: @ret. */
static int blame(const struct alice_call *c, const struct alice_field *field, int ret,
		 struct alice_error *e)
{
	struct quoted q;

	if (ret)
		prefix(e, "%s: %s%s", op_name(&c->row.desc, &q), field ? field->name : "",
		       field ? ": " : "");
	return ret;
}

static const struct alice_field *in_field(const struct alice_call *c, const char *name,
					  struct alice_error *e)
{
	const struct alice_field *field = field_find(&c->in, name, strlen(name));

	if (!field)
		(void)blame(c, NULL, unknown_field(&c->in, name, strlen(name), e), e);
	return field;
}

/* Return: @field if it is a number (@wanted), or text or bytes (!@wanted); else NULL. */
static const struct alice_field *of_kind(const struct alice_call *c,
					 const struct alice_field *field, bool wanted,
					 struct alice_error *e)
{
	bool number = field && field->kind != ALICE_TEXT && field->kind != ALICE_BYTES;

	if (!field || number == wanted)
		return field;
	(void)blame(c, field, fail(e, ALICE_CALLER, EINVAL, wanted ? "it is not a number"
								   : "it is a number, not text or bytes"), e);
	return NULL;
}

static void mark(struct alice_call *c, const struct alice_field *field)
{
	c->set |= 1u << (field - c->in.field);
}

static void put_number(struct alice_call *c, const struct alice_field *field, uint64_t bits)
{
	unsigned int i;

	for (i = 0; i < field->size; i++)
		c->request[field->offset + i] = (uint8_t)(bits >> (8 * i));
	mark(c, field);
}

static int wrong_length(const struct alice_field *field, size_t least, size_t most, size_t len,
			struct alice_error *e)
{
	if (field->kind == ALICE_BYTES && least == most)
		return fail(e, ALICE_CALLER, len > most ? EMSGSIZE : EINVAL,
			    "it takes exactly %zu byte%s, not %zu", most, most == 1 ? "" : "s", len);
	if (len > most)
		return fail(e, ALICE_CALLER, EMSGSIZE, "it takes at most %zu byte%s, not %zu",
			    most, most == 1 ? "" : "s", len);
	return fail(e, ALICE_CALLER, EINVAL, "it takes at least %zu byte%s, not %zu", least,
		    least == 1 ? "" : "s", len);
}

static int put_bytes(struct alice_call *c, const struct alice_field *field, const void *bytes,
		     size_t len, struct alice_error *e)
{
	const struct alice_op_desc *desc = &c->row.desc;
	size_t least = 0, most = field->size;
	uint8_t *request;

	if (field->kind == ALICE_BYTES) {
		most = desc->in_max - field->offset;
		least = desc->in_min > field->offset ? desc->in_min - field->offset : 0;
	}
	if (len > most || len < least)
		return wrong_length(field, least, most, len, e);
	if (field->kind == ALICE_BYTES) {
		request = realloc(c->request, field->offset + len + 1);
		if (!request)
			return no_memory(e);
		c->request = request;
		c->request_len = field->offset + len;
	} else {
		(void)memset(c->request + field->offset, 0, field->size);
	}
	if (len)
		(void)memcpy(c->request + field->offset, bytes, len);
	mark(c, field);
	return 0;
}

static int put_text(struct alice_call *c, const struct alice_field *field, const char *value,
		    struct alice_error *e)
{
	uint8_t *bytes;
	uint64_t bits;
	size_t len;
	int ret;

	if (field->kind != ALICE_TEXT && field->kind != ALICE_BYTES) {
		ret = number_from_text(field, value, &bits, e);
		if (!ret)
			put_number(c, field, bits);
		return ret;
	}
	ret = bytes_from_text(value, &bytes, &len, e);
	if (ret)
		return ret;
	ret = put_bytes(c, field, bytes, len, e);
	free(bytes);
	return ret;
}

static int not_the_only(const struct alice_call *c, const char *word, struct alice_error *e)
{
	char names[2 * ALICE_FMT_LEN];
	struct quoted q;

	(void)quote(&q, word, strlen(word));
	if (!c->in.count)
		return fail(e, ALICE_CALLER, EINVAL, "it takes no arguments: leave %s out", q.text);
	return fail(e, ALICE_CALLER, EINVAL, "%s is not FIELD=VALUE; its fields are: %s",
		    q.text, all_names(&c->in, names, sizeof(names)));
}

int alice_set(struct alice_call *c, const char *name, const char *value,
	      struct alice_error *e)
{
	const struct alice_field *field = &c->in.field[0];

	if (name) {
		field = in_field(c, name, e);
		if (!field)
			return -EINVAL;
	} else if (c->in.count != 1) {
		return blame(c, NULL, not_the_only(c, value, e), e);
	}
	return blame(c, field, put_text(c, field, value, e), e);
}

int alice_set_word(struct alice_call *c, const char *word, struct alice_error *e)
{
	const struct alice_field *field = &c->in.field[0];
	const char *value = word;
	struct quoted q;
	size_t len;
	int ret = 0;

	if (field_name(word, &len) && word[len] == '=') {
		field = field_find(&c->in, word, len);
		value = word + len + 1;
		if (!field)
			ret = unknown_field(&c->in, word, len, e);
	} else if (c->in.count != 1) {
		ret = not_the_only(c, word, e);
	}
	if (!ret && c->set & 1u << (field - c->in.field))
		ret = fail(e, ALICE_CALLER, EINVAL,
			   value == word ? "%s is one value too many; quote text that contains blanks"
					 : "%s was given twice",
			   value == word ? quote(&q, word, strlen(word)) : field->name);
	if (ret || !field)
		return blame(c, NULL, ret, e);
	return blame(c, field, put_text(c, field, value, e), e);
}

static int set_number(struct alice_call *c, const char *name, bool negative, uint64_t bits,
		      struct alice_error *e)
{
	const struct alice_field *field = of_kind(c, in_field(c, name, e), true, e);
	char text[24];
	int ret;

	if (!field)
		return -EINVAL;
	/* number_from_text() checks the range. */
	if (negative)
		(void)snprintf(text, sizeof(text), "%" PRId64, (int64_t)bits);
	else
		(void)snprintf(text, sizeof(text), "%" PRIu64, bits);
	ret = number_from_text(field, text, &bits, e);
	if (!ret)
		put_number(c, field, bits);
	return blame(c, field, ret, e);
}

int alice_set_u64(struct alice_call *c, const char *field, uint64_t value,
		  struct alice_error *e)
{
	return set_number(c, field, false, value, e);
}

int alice_set_s64(struct alice_call *c, const char *field, int64_t value,
		  struct alice_error *e)
{
	return set_number(c, field, value < 0, (uint64_t)value, e);
}

int alice_set_bytes(struct alice_call *c, const char *name, const void *bytes, size_t len,
		    struct alice_error *e)
{
	const struct alice_field *field = of_kind(c, in_field(c, name, e), false, e);

	if (!field)
		return -EINVAL;
	return blame(c, field, put_bytes(c, field, bytes, len, e), e);
}

/* ---- The call ---- */

int alice_call_ready(const struct alice_call *c, struct alice_error *e)
{
	char type[ALICE_FMT_LEN];
	unsigned int i;

	for (i = 0; !c->raw && i < c->in.count; i++) {
		const struct alice_field *field = &c->in.field[i];

		if (c->set & 1u << i)
			continue;
		/* Do not ask for values if the driver refuses the op anyway. */
		if (c->row.access)
			return refused(&c->row, "", e);
		alice_type(field, type);
		return blame(c, NULL, fail(e, ALICE_CALLER, EINVAL,
					   "%s is missing: add %s=VALUE (%s)", field->name,
					   field->name, type), e);
	}
	return 0;
}

static struct alice_op op_of(const struct alice_call *c)
{
	return (struct alice_op){
		.cmd = c->row.desc.cmd,
		.in_len = (__u32)c->request_len,
		.out_len = c->row.desc.out_max,
		.in = (uintptr_t)c->request,
		.out = (uintptr_t)c->answer,
		/* The request was built from this version of the row. */
		.generation = c->row.since,
	};
}

/* In the driver's legacy mode, a result is not a length, but any number. */
static int length(const struct alice_call *c, int result)
{
	return result > 0 && (__u32)result > c->row.desc.out_max
		       ? (int)c->row.desc.out_max : result;
}

/* Check whether a result means that the op table has changed. */
static bool outdated(int result)
{
	return result == -ESTALE || result == -EOPNOTSUPP;
}

/* Check whether the op was loaded again unchanged, and take over its new row. */
static bool still_there(struct alice_call *c)
{
	const struct alice_describe *row;
	struct quoted q;

	if (alice_refresh(c->a, NULL) < 0)
		return false;
	row = alice_find(c->a, op_name(&c->row.desc, &q), NULL);
	if (!row || row->since == c->row.since ||
	    memcmp(&row->desc, &c->row.desc, sizeof(row->desc)) != 0)
		return false;
	c->row = *row;
	return true;
}

int alice_result(struct alice_call *c, struct alice_error *e)
{
	struct quoted q;

	if (c->result == NOT_CALLED)
		return blame(c, NULL, fail(e, ALICE_CALLER, EINPROGRESS,
					   "it was not called"), e);
	if (c->result < 0)
		return explain_call(c, -c->result, e);
	if (c->raw || fields_fit(&c->out, (size_t)c->result))
		return c->result;
	return blame(c, NULL, fail(e, ALICE_XEN, EBADMSG,
				   "the op was done, but its answer of %d byte%s does not fit its field list %s",
				   c->result, c->result == 1 ? "" : "s",
				   quote(&q, c->row.desc.out_fmt, ALICE_FMT_LEN)), e);
}

int alice_call_do(struct alice_call *c, struct alice_error *e)
{
	unsigned int tries = 0;
	int ret = alice_call_ready(c, e);

	if (ret)
		return ret;
	do {
		struct alice_op op = op_of(c);

		ret = c->a->ioctl(c->a->context, ALICE_IOC_OP, &op);
		/*
		 * ESTALE is never an op's own result, so the op did not run. A long op,
		 * however, may have been replaced between two steps.
		 */
	} while (ret == -ESTALE && !(c->row.desc.flags & ALICE_OP_F_LONG) &&
		 ++tries < CALL_TRIES && still_there(c));
	c->result = length(c, ret);
	if (outdated(ret))
		(void)alice_refresh(c->a, NULL);
	return alice_result(c, e);
}

struct alice_call *alice_run(struct alice *a, struct alice_error *e, const char *name, ...)
{
	unsigned int tries = 0;
	struct alice_call *c;
	const char *word;
	va_list words;
	bool again;
	int ret;

	do {
		c = alice_call_new(a, name, e);
		if (!c)
			return NULL;
		ret = 0;
		va_start(words, name);
		while (!ret && (word = va_arg(words, const char *)))
			ret = alice_set_word(c, word, e);
		va_end(words);
		if (!ret)
			ret = alice_call_ready(c, e);
		/* If the table has changed, the words may be valid for the new op. */
		again = ret && alice_refresh(a, NULL) == 1;
		if (!ret) {
			ret = alice_call_do(c, e);
			again = ret == -ESTALE && !(c->row.desc.flags & ALICE_OP_F_LONG);
		}
		if (ret >= 0)
			return c;
		alice_call_free(c);
	} while (again && ++tries < CALL_TRIES);
	return NULL;
}

/* Make calls as one batch. Return: number of calls attempted, or a negative errno. */
static int send_batch(const struct alice *a, struct alice_call *const *calls,
		      unsigned int count, unsigned int flags, bool single,
		      struct alice_op *ops, __s32 *results)
{
	struct alice_batch batch = {
		.ops = (uintptr_t)ops,
		.results = (uintptr_t)results,
		.count = count,
		.op_size = sizeof(*ops),
		.flags = flags & ~ALICE_ONCE,
	};
	int done = -ENOTTY, i;

	for (i = 0; i < (int)count; i++)
		ops[i] = op_of(calls[i]);
	if (!single)
		done = a->ioctl(a->context, ALICE_IOC_BATCH, &batch);
	if (done == -ENOTTY) {
		results[0] = a->ioctl(a->context, ALICE_IOC_OP, ops);
		done = 1;
	}
	/* 0 without an error would make the caller loop. */
	if (!done || done > (int)count)
		return -EIO;
	for (i = 0; i < done; i++)
		calls[i]->result = length(calls[i], results[i]);
	return done;
}

int alice_call_many(struct alice *a, struct alice_call *const *calls, unsigned int count,
		    unsigned int flags, struct alice_error *e)
{
	struct alice_op *ops = NULL;
	__s32 *results = NULL;
	struct alice_info info;
	unsigned int window, done = 0, i;
	bool failed = false, again = false;
	int ret;

	for (i = 0; i < count; i++)
		calls[i]->result = NOT_CALLED;
	for (i = 0; i < count; i++) {
		ret = calls[i]->a == a ? alice_call_ready(calls[i], e)
				       : fail(e, ALICE_CALLER, EINVAL,
					      "one of the calls belongs to another handle");
		if (ret)
			return ret;
	}
	ret = count > INT32_MAX ? fail(e, ALICE_CALLER, EINVAL, "too many calls")
				: alice_get_info(a, &info, sizeof(info), e);
	if (ret)
		return ret;
	/* Without batch support, make one call at a time. */
	window = info.max_batch ? info.max_batch : 1;
	if (window > count)
		window = count;
	ops = malloc(window * sizeof(*ops) + 1);
	results = malloc(window * sizeof(*results) + 1);
	if (!ops || !results) {
		ret = no_memory(e);
		goto out;
	}
	while (!ret && done < count) {
		int n = send_batch(a, calls + done,
				   count - done < window ? count - done : window, flags,
				   !info.max_batch, ops, results);

		if (n < 0)
			ret = fail(e, ALICE_DRIVER, -n, "the batch failed: %s.", errno_text(-n));
		/* Any of them can have failed, not only the last one. */
		for (; n > 0; n--, done++) {
			failed = failed || calls[done]->result < 0;
			again = again || outdated(calls[done]->result);
		}
		if (flags & ALICE_ONCE || (failed && flags & ALICE_BATCH_STOP_ON_ERROR))
			break;
	}
	if (again)
		(void)alice_refresh(a, NULL);
out:
	free(ops);
	free(results);
	return done ? (int)done : ret;
}

/* ---- The answer ---- */

const void *alice_answer(const struct alice_call *c, size_t *len)
{
	*len = c->result > 0 ? (size_t)c->result : 0;
	return c->answer;
}

static const char *no_answer(const struct alice_call *c)
{
	if (c->result == NOT_CALLED)
		return "the call was not made yet";
	return c->result < 0 ? "the call failed" : "the answer does not fit its fields";
}

/* Look up a field of the answer; fail if the call has no valid answer. */
static const struct alice_field *out_field(const struct alice_call *c, const char *name,
					   struct alice_error *e)
{
	const struct alice_field *field = field_find(&c->out, name, strlen(name));
	char names[2 * ALICE_FMT_LEN];
	struct quoted q;

	if (c->result < 0 || !fields_fit(&c->out, (size_t)c->result)) {
		(void)blame(c, NULL, fail(e, ALICE_CALLER, EINVAL, "it has no usable answer: %s",
					  no_answer(c)), e);
		return NULL;
	}
	if (!field)
		(void)blame(c, NULL, fail(e, ALICE_CALLER, EINVAL,
					  "its answer has no field %s; its fields are: %s",
					  quote(&q, name, strlen(name)),
					  all_names(&c->out, names, sizeof(names))), e);
	return field;
}

static uint64_t number(const struct alice_field *field, const uint8_t *payload)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = field->size; i; i--)
		value = value << 8 | payload[field->offset + i - 1];
	return value;
}

static int64_t signed_number(const struct alice_field *field, const uint8_t *payload)
{
	uint64_t bits = number(field, payload), sign = UINT64_C(1) << (field->size * 8 - 1);

	return (int64_t)((bits ^ sign) - sign);
}

/* Text or bytes from a payload that passed fields_fit(). */
static const uint8_t *bytes(const struct alice_field *field, const uint8_t *payload, size_t len,
			    size_t *count)
{
	const uint8_t *first = payload + field->offset;

	*count = field->kind == ALICE_BYTES ? len - field->offset : field->size;
	while (field->kind == ALICE_TEXT && *count && !first[*count - 1])
		(*count)--;
	return first;
}

int alice_get_u64(const struct alice_call *c, const char *name, uint64_t *value,
		  struct alice_error *e)
{
	const struct alice_field *field = of_kind(c, out_field(c, name, e), true, e);

	if (!field)
		return -EINVAL;
	if (field->kind == ALICE_SIGNED && signed_number(field, c->answer) < 0)
		return blame(c, field, fail(e, ALICE_CALLER, ERANGE, "it is negative"), e);
	*value = number(field, c->answer);
	return 0;
}

int alice_get_s64(const struct alice_call *c, const char *name, int64_t *value,
		  struct alice_error *e)
{
	const struct alice_field *field = of_kind(c, out_field(c, name, e), true, e);

	if (!field)
		return -EINVAL;
	if (field->kind == ALICE_SIGNED) {
		*value = signed_number(field, c->answer);
		return 0;
	}
	if (number(field, c->answer) > INT64_MAX)
		return blame(c, field, fail(e, ALICE_CALLER, ERANGE,
					    "it is too large for a signed number"), e);
	*value = (int64_t)number(field, c->answer);
	return 0;
}

const void *alice_get_bytes(const struct alice_call *c, const char *name, size_t *len,
			    struct alice_error *e)
{
	const struct alice_field *field = of_kind(c, out_field(c, name, e), false, e);

	if (!field)
		return NULL;
	return bytes(field, c->answer, (size_t)c->result, len);
}

/**
 * field_text() - format a field of a payload as text
 * @field: the field
 * @payload: the payload, which must have passed fields_fit()
 * @len: length of @payload
 * @text: set to the text, truncated to @size and NUL-terminated
 * @size: of @text
 *
 * Return: length of the whole text without its NUL.
 */
size_t field_text(const struct alice_field *field, const uint8_t *payload, size_t len,
		  char *text, size_t size)
{
	const uint8_t *first;
	size_t count;

	switch (field->kind) {
	case ALICE_UNSIGNED:
		return (size_t)snprintf(text, size, "%" PRIu64, number(field, payload));
	case ALICE_HEX:
		return (size_t)snprintf(text, size, "0x%0*" PRIx64, (int)(2 * field->size),
					number(field, payload));
	case ALICE_SIGNED:
		return (size_t)snprintf(text, size, "%" PRId64, signed_number(field, payload));
	default:
		first = bytes(field, payload, len, &count);
		return text_from_bytes(first, count, text, size);
	}
}

int alice_get(const struct alice_call *c, const char *name, char *text, size_t size,
	      struct alice_error *e)
{
	const struct alice_field *field = out_field(c, name, e);

	if (!field)
		return -EINVAL;
	return (int)field_text(field, c->answer, (size_t)c->result, text, size);
}
