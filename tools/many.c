// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdint.h>

#include "explain.h"
#include "many.h"

/* The most ops in one call; 0 where there are single calls alone. */
static int batch_limit(struct backend *b, unsigned int *max, struct err *e)
{
	struct alice_info info;
	int ret;

	*max = 0;
	if (!b->batch)
		return 0;
	ret = b->info(b, &info);
	if (ret)
		return explain_info(e, b->path, -ret);
	*max = info.max_batch;
	return 0;
}

static int call_batch(struct backend *b, const struct alice_op *ops,
		      __s32 *results, unsigned int count, bool stop)
{
	struct alice_batch batch = {
		.ops = (uintptr_t)ops,
		.results = (uintptr_t)results,
		.count = count,
		.op_size = sizeof(*ops),
		.flags = stop ? ALICE_BATCH_STOP_ON_ERROR : 0,
	};

	return b->batch(b, &batch);
}

/* As a batch of one. */
static int call_single(struct backend *b, const struct alice_op *ops,
		       __s32 *results)
{
	struct alice_op op = *ops;

	*results = b->call(b, &op);
	return 1;
}

static int explain_many(struct err *e, int err)
{
	(void)explain_errno(e, err);
	err_prefix(e, "the batch failed: ");
	return STATUS_REFUSED;
}

int many_call(struct backend *b, const struct alice_op *ops, __s32 *results,
	      unsigned int count, bool stop, unsigned int *done,
	      struct err *e)
{
	unsigned int max;
	int ret = batch_limit(b, &max, e);

	*done = 0;
	if (ret)
		return ret;
	while (*done < count) {
		unsigned int left = count - *done;

		if (max)
			ret = call_batch(b, ops + *done, results + *done,
					 left < max ? left : max, stop);
		else
			ret = call_single(b, ops + *done, results + *done);
		if (ret < 0)
			return explain_many(e, -ret);
		*done += (unsigned int)ret;
		if (stop && results[*done - 1] < 0)
			break;
	}
	return 0;
}
