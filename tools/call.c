// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "explain.h"
#include "value.h"
#include "verbs.h"

static int no_memory(struct err *e)
{
	return fail(e, STATUS_IO, "memory ran out");
}

/* The request as it is, from standard input. */
static int read_request(struct call *c, struct err *e)
{
	int ret;

	/* The driver judges its length, so there is room for too much. */
	c->request = malloc(PAYLOAD_MAX);
	if (!c->request)
		return no_memory(e);
	ret = read_all(STDIN_FILENO, c->request, PAYLOAD_MAX, &c->request_len);
	if (ret == -EFBIG)
		return fail(e, STATUS_USAGE,
			    "standard input has more bytes than any request");
	if (ret)
		return fail(e, STATUS_IO, "cannot read standard input: %s",
			    strerror(-ret));
	return 0;
}

/* The request by the op's field list. */
static int pack_request(struct call *c, const struct args *args, struct err *e)
{
	const struct alice_op_desc *desc = &c->row->desc;
	struct fields in;
	struct quoted q;
	int ret = row_parse(c->row, &in, NULL, e);

	if (ret)
		return ret;
	c->request = malloc(desc->in_max + 1);
	if (!c->request)
		return no_memory(e);
	ret = fields_pack(&in, desc->in_min, desc->in_max, args, c->request,
			  &c->request_len, e);
	if (ret)
		err_prefix(e, "%s: ", table_name(desc, &q));
	return ret;
}

/* A row that makes no sense is not called by its fields. */
static int explain_row(const struct call *c, struct err *e)
{
	struct err why = *e;

	return fail(e, STATUS_NONSENSE,
		    "op %u makes no sense as the hypervisor describes it: %s. It was not called; its bytes can be passed as they are with --raw.",
		    c->row->desc.cmd, why.text);
}

static int make_request(struct call *c, const struct args *args, bool raw,
			struct err *e)
{
	int ret;

	if (raw && !args->count && c->row->desc.in_max)
		return read_request(c, e);
	if (raw && !args->count)
		return 0;
	ret = pack_request(c, args, e);
	if (!ret && !raw)
		ret = row_parse(c->row, NULL, &c->out, e);
	return ret == STATUS_NONSENSE ? explain_row(c, e) : ret;
}

/* Lengths are believed by nobody, not even with --raw. */
static int check_lengths(const struct call *c, struct err *e)
{
	const struct alice_op_desc *desc = &c->row->desc;

	if (desc->in_min <= desc->in_max && desc->in_max <= PAYLOAD_MAX &&
	    desc->out_max <= PAYLOAD_MAX)
		return 0;
	return fail(e, STATUS_NONSENSE,
		    "op %u makes no sense as the hypervisor describes it: it takes %u to %u bytes and answers up to %u. It was not called.",
		    desc->cmd, desc->in_min, desc->in_max, desc->out_max);
}

/* The values of a request, for a message; "" where they are long. */
static void show_values(const struct call *c, char values[VALUES_LEN])
{
	struct output o = { .file = NULL };
	char *text = NULL, *end;
	struct fields in;
	struct err ignored;
	size_t len = 0;

	values[0] = '\0';
	if (!c->request_len || c->request_len >= VALUES_LEN ||
	    row_parse(c->row, &in, NULL, &ignored) ||
	    !fields_fit(&in, c->request_len))
		return;
	o.file = open_memstream(&text, &len);
	if (!o.file)
		return;
	output_fields(&o, &in, c->request, c->request_len);
	if (!fclose(o.file) && len && len <= VALUES_LEN) {
		/* They are lines. */
		text[len - 1] = '\0';
		while ((end = strchr(text, '\n')))
			*end = ' ';
		(void)strcpy(values, text);
	}
	free(text);
}

/* What is known of a call that failed. */
static struct failed_call failure(const struct call *c, int err)
{
	struct failed_call failed = {
		.desc = &c->row->desc,
		.access = c->row->access,
		.err = err,
		.in_len = (unsigned int)c->request_len,
		.root = !geteuid(),
	};

	show_values(c, failed.values);
	return failed;
}

/* Better arguments are of no use for an op that the driver refuses. */
static int wrong_arguments(const struct call *c, struct err *e)
{
	struct failed_call failed;

	if (!c->row->access)
		return STATUS_USAGE;
	failed = failure(c, -c->row->access);
	return explain_call(e, &failed);
}

int call_prepare(struct call *c, const struct table *t, const char *name,
		 const struct args *args, bool raw, struct err *e)
{
	int ret;

	*c = (struct call){ .row = table_find(t, name) };
	ret = c->row ? check_lengths(c, e) : unknown_op(t, name, e);
	if (ret)
		return ret;
	ret = make_request(c, args, raw, e);
	if (ret == STATUS_USAGE)
		return wrong_arguments(c, e);
	if (ret)
		return ret;
	c->answer = malloc(c->row->desc.out_max + 1);
	return c->answer ? 0 : no_memory(e);
}

struct alice_op call_op(const struct call *c)
{
	struct alice_op op = {
		.cmd = c->row->desc.cmd,
		.in_len = (__u32)c->request_len,
		.out_len = c->row->desc.out_max,
		/* The request was made by this row, and by no later one. */
		.generation = c->row->since,
	};

	if (op.in_len)
		op.in = (uintptr_t)c->request;
	if (op.out_len)
		op.out = (uintptr_t)c->answer;
	return op;
}

int call_judge(const struct call *c, int result, bool raw, struct err *e)
{
	const struct alice_op_desc *desc = &c->row->desc;
	struct failed_call failed;
	struct quoted q;

	if (result < 0) {
		failed = failure(c, -result);
		return explain_call(e, &failed);
	}
	if (raw || fields_fit(&c->out, (size_t)result))
		return 0;
	return fail(e, STATUS_NONSENSE,
		    "the op was done, but its answer of %d byte%s does not fit its field list %s; it is shown in hexadecimal",
		    result, result == 1 ? "" : "s",
		    quote(&q, desc->out_fmt, sizeof(desc->out_fmt)));
}

void call_write(const struct call *c, size_t len, const struct output *o)
{
	if (o->raw)
		(void)fwrite(c->answer, 1, len, o->file);
	else if (fields_fit(&c->out, len))
		output_fields(o, &c->out, c->answer, len);
	else
		output_misfit(o, c->answer, len);
}

void call_write_json(const struct call *c, size_t len, struct json *j)
{
	if (fields_fit(&c->out, len))
		output_fields_json(j, &c->out, c->answer, len);
	else
		output_misfit_json(j, c->answer, len);
}

void call_free(struct call *c)
{
	free(c->request);
	free(c->answer);
	*c = (struct call){ 0 };
}
