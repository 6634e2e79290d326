// SPDX-License-Identifier: GPL-2.0-only
/* alicectl OP: call one op. */
#include "call.h"
#include "verbs.h"

static int do_call(struct backend *b, const struct call *c,
		   const struct output *o, struct err *e)
{
	struct alice_op op = call_op(c);
	int result = b->call(b, &op);
	int ret = call_judge(c, result, o->raw, e);

	if (result >= 0)
		call_write(c, (size_t)result, o);
	return ret;
}

int verb_call(struct backend *b, const struct output *o, const char *name,
	      const struct args *args, struct err *e)
{
	struct table t;
	struct call c;
	int ret = table_load(&t, b, e);

	if (ret)
		return ret;
	ret = call_prepare(&c, &t, name, args, o->raw, e);
	if (!ret)
		ret = do_call(b, &c, o, e);
	call_free(&c);
	table_free(&t);
	return ret;
}
