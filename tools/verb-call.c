// SPDX-License-Identifier: GPL-2.0-only
/* alicectl OP: call one op. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "value.h"
#include "verbs.h"

/* One call: by which lists, and the room for its payloads. */
struct call {
	const struct alice_describe *row;
	struct fields in;
	struct fields out;
	uint8_t *request;
	size_t request_len;
	uint8_t *answer;
	size_t answer_len;
};

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
static int pack_request(struct call *c, char *const *args, unsigned int count,
			struct err *e)
{
	const struct alice_op_desc *desc = &c->row->desc;
	struct quoted q;
	int ret = row_parse(c->row, &c->in, NULL, e);

	if (ret)
		return ret;
	c->request = malloc(desc->in_max + 1);
	if (!c->request)
		return no_memory(e);
	ret = fields_pack(&c->in, desc->in_min, desc->in_max, args, count,
			  c->request, &c->request_len, e);
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

static int make_request(struct call *c, const struct output *o,
			char *const *args, unsigned int count, struct err *e)
{
	int ret;

	if (o->raw && !count && c->row->desc.in_max)
		return read_request(c, e);
	if (o->raw && !count)
		return 0;
	ret = pack_request(c, args, count, e);
	if (!ret && !o->raw)
		ret = row_parse(c->row, NULL, &c->out, e);
	return ret == STATUS_NONSENSE ? explain_row(c, e) : ret;
}

static int do_call(struct backend *b, struct call *c, struct err *e)
{
	const struct alice_op_desc *desc = &c->row->desc;
	struct alice_op op = {
		.cmd = desc->cmd,
		.in_len = (__u32)c->request_len,
		.out_len = desc->out_max,
	};
	int ret;

	c->answer = malloc(desc->out_max + 1);
	if (!c->answer)
		return no_memory(e);
	if (op.in_len)
		op.in = (uintptr_t)c->request;
	if (op.out_len)
		op.out = (uintptr_t)c->answer;
	ret = b->call(b, &op);
	if (ret < 0) {
		struct failed_call failed = {
			.desc = desc,
			.access = c->row->access,
			.err = -ret,
			.in_len = op.in_len,
			.root = !geteuid(),
		};

		return explain_call(e, &failed);
	}
	c->answer_len = (size_t)ret;
	return 0;
}

static int show_answer(const struct call *c, const struct output *o,
		       struct err *e)
{
	struct quoted q;

	if (o->raw) {
		(void)fwrite(c->answer, 1, c->answer_len, o->file);
		return 0;
	}
	if (fields_fit(&c->out, c->answer_len)) {
		output_fields(o, &c->out, c->answer, c->answer_len);
		return 0;
	}
	output_misfit(o, c->answer, c->answer_len);
	return fail(e, STATUS_NONSENSE,
		    "the op was done, but its answer of %zu byte%s does not fit its field list %s; it is shown in hexadecimal",
		    c->answer_len, c->answer_len == 1 ? "" : "s",
		    quote(&q, c->row->desc.out_fmt,
			  sizeof(c->row->desc.out_fmt)));
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

int verb_call(struct backend *b, const struct output *o, const char *name,
	      char *const *args, unsigned int count, struct err *e)
{
	struct call c = { .request_len = 0 };
	struct table t;
	int ret = table_load(&t, b, e);

	if (ret)
		return ret;
	c.row = table_find(&t, name);
	ret = c.row ? check_lengths(&c, e) : unknown_op(&t, name, e);
	if (!ret)
		ret = make_request(&c, o, args, count, e);
	if (!ret)
		ret = do_call(b, &c, e);
	if (!ret)
		ret = show_answer(&c, o, e);
	free(c.request);
	free(c.answer);
	table_free(&t);
	return ret;
}
