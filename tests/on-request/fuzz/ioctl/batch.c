// SPDX-License-Identifier: GPL-2.0-only
/* Batches. */
#include "request.h"
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A random byte is rarely below this. */
#define SELDOM 6

/* Upper bound for the payloads of a batch, to limit its duration. */
#define MOST_BYTES (4u << 20)

/*
 * struct many - a batch
 * @different: how many ops are decoded, and then repeated
 * @filled: how many are present
 */
struct many {
	struct alice_batch batch;
	struct model_batch model;
	uint32_t different;
	uint32_t filled;
};

/* Decode the number of ops. */
static uint32_t decode_count(struct input *input, uint32_t different)
{
	uint8_t kind = input_u8(input), times = input_u8(input);

	if (kind < 160)
		return different;
	if (kind < 240)
		return different * (times % 32 + 1);
	if (kind < 252)
		return MOST_OPS - times % 2u;
	return times ? MOST_OPS + (uint32_t)times : 0;
}

static uint32_t too_long(const struct worker *worker, uint32_t different, uint32_t count)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < different; i++)
		if (worker->calls[i].op.in_len <= AREA_LEN)
			bytes += worker->calls[i].op.in_len;
	return count <= MOST_OPS && bytes * count / different > MOST_BYTES;
}

/* Decode ops: some different ones, repeated, sometimes with another one at the end. */
static void decode_calls(struct worker *worker, struct input *input, struct many *many,
			 bool full)
{
	struct call *calls = worker->calls;
	uint32_t count;

	many->different = input_u8(input) % 4 + 1;
	count = full ? MOST_OPS : decode_count(input, many->different);
	for (uint32_t i = 0; i < many->different; i++)
		decode_call(&worker->memory, input, &calls[i], i ? &calls[i - 1] : NULL);
	while (too_long(worker, many->different, count))
		count /= 2;
	many->model.count = count;
	many->filled = count < MOST_OPS ? count : MOST_OPS;
	for (uint32_t i = many->different; i < many->filled; i++)
		calls[i] = calls[i % many->different];
	if (many->filled && input_u8(input) < 32)
		decode_call(&worker->memory, input, &calls[many->filled - 1], NULL);
}

/* Copy the ops to the worker's memory, with their size; ops that do not fit are missing. */
static void lay_out(struct worker *worker, struct many *many)
{
	uint32_t size = many->model.op_size;
	uint8_t *at;

	if (size && many->filled > OPS_LEN / size)
		many->filled = OPS_LEN / size;
	at = worker->ops + OPS_LEN - (size_t)many->filled * size;
	many->batch.ops = ptr(at);
	for (uint32_t i = 0; i < many->filled; i++)
		call_image(&worker->calls[i], size, at + (size_t)i * size);
}

/* @full: as many ops as possible, if they are not too long */
static void decode_many(struct worker *worker, struct input *input, struct many *many,
			bool full)
{
	struct model_batch *model = &many->model;

	decode_calls(worker, input, many, full);
	model->op_size = decode_size(input);
	model->flags = input_u8(input) % 4 == 0;
	model->writable = many->filled;
	if (input_u8(input) < 2 * SELDOM) {
		const uint32_t sizes[] = { 0, 4097, 65536, UINT32_MAX };
		uint8_t what = input_u8(input);

		if (what < 64)
			model->op_size = sizes[what % 4];
		else if (what < 96)
			model->flags = input_u32(input);
		else if (what < 128)
			model->reserved = input_u32(input);
		else if (many->filled)
			model->writable = input_u16(input) % many->filled;
	}
	lay_out(worker, many);
	for (uint32_t i = 0; i < MOST_OPS; i++)
		worker->results[i] = UNTOUCHED;
	many->batch.results = ptr(worker->results + MOST_OPS - model->writable);
	many->batch.count = model->count;
	many->batch.op_size = model->op_size;
	many->batch.flags = model->flags;
	many->batch.reserved = model->reserved;
}

/* Check that only the bytes of answers have changed. */
static bool answers_check(struct worker *worker, const int32_t *results, int ret)
{
	bool right;

	for (int i = 0; i < ret; i++)
		out_forget(worker, &worker->calls[i], results[i]);
	right = ret < 0 || out_clean(worker, 0, AREA_LEN) ||
		wrong(worker, "a byte where no answer of %d was", ret);
	out_reset(worker, 0, AREA_LEN);
	return right;
}

/* Check the results of attempted ops, and that no other was written. */
static bool results_check(struct worker *worker, const struct many *many,
			  const struct model_file *file, const int32_t *results, int ret)
{
	uint32_t done = ret < 0 ? 0 : (uint32_t)ret;

	for (uint32_t i = 0; i < many->filled; i++) {
		const struct call *call = &worker->calls[i];
		int32_t result = i < done ? results[i] : UNTOUCHED;

		if (!call_result_ok(call, file, result, &worker->models[i]) && i < done)
			return wrong(worker, "op %u of %u, cmd %u, %u bytes in, %u out: %d", i,
				     many->model.count, call->op.cmd, call->op.in_len,
				     call->op.out_len, result);
	}
	for (uint32_t i = done; ret >= 0 && i < many->model.writable; i++)
		if (results[i] != UNTOUCHED)
			return wrong(worker, "a result %d behind %d of %u", results[i], ret,
				     many->model.count);
	return true;
}

/* Compare the count with the model, if each op by itself is right. */
static bool count_check(struct worker *worker, const struct many *many,
			const struct model_file *file, int ret, bool interrupted)
{
	static _Thread_local struct model_result results[MOST_OPS];
	uint32_t least;
	int want;

	for (uint32_t i = many->filled; i < MOST_OPS; i++)
		worker->models[i].unreadable = true;
	want = model_batch(&the_table, &this_domain, file, &many->model, worker->models,
			   results, &least);
	if (ret < 0 && ret == want)
		return true;
	/* The contents of results that cannot be written are unknown. */
	if (many->model.writable < many->filled && want != -EINVAL && want != -E2BIG &&
	    (ret == -EFAULT || (want == -EFAULT && interrupted)))
		return ret <= (int)many->model.writable;
	if (ret > 0 && ret <= want && (ret >= (int)least || interrupted))
		return true;
	return wrong(worker, "%u ops of %u bytes, flags %x, %u results: %d, want %u to %d",
		     many->model.count, many->model.op_size, many->model.flags,
		     many->model.writable, ret, least, want);
}

bool run_batch(struct worker *worker, struct input *input)
{
	enum open_as as = input_u8(input) % OPENS;
	const struct model_file file = file_model(as, worker->admin);
	struct many many = { 0 };
	sig_atomic_t signals;
	const int32_t *results;
	int ret;

	decode_many(worker, input, &many, false);
	results = (const int32_t *)(uintptr_t)many.batch.results;
	signals = *worker->signals;

	ret = do_ioctl(worker->as[as], ALICE_IOC_BATCH, &many.batch);

	if (ret > (int)many.model.writable)
		return wrong(worker, "%d of %u ops", ret, many.model.count);
	return results_check(worker, &many, &file, results, ret) &
	       count_check(worker, &many, &file, ret, signals != *worker->signals) &
	       answers_check(worker, results, ret);
}

/*
 * From some op on, all results are those of the restricted file: at the latest from the op
 * after those that were sent when it was restricted.
 */
static bool switched(struct worker *worker, const struct many *many,
		     const struct model_file *before, const struct model_file *after,
		     const int32_t *results, int ret)
{
	int i = 0, last = worker->passed + ROUND_OPS;
	struct model_op op;

	while (i < ret && i < last &&
	       call_result_ok(&worker->calls[i], before, results[i], &op))
		i++;
	for (; i < ret; i++)
		if (!call_result_ok(&worker->calls[i], after, results[i], &op))
			return wrong(worker, "restricted amid %u ops: op %d, cmd %u: %d",
				     many->model.count, i, worker->calls[i].op.cmd,
				     results[i]);
	return true;
}

/* A batch, while another thread restricts its file to open_few. */
bool run_amid(struct worker *worker, struct input *input)
{
	struct model_file before = file_model(OPEN_WRITE, worker->admin);
	struct model_file after = file_model(OPEN_FEW, worker->admin);
	int fd = device_open(O_RDWR), offered = fd, ret, then;
	struct many many = { 0 };
	const int32_t *results;
	bool right;

	decode_many(worker, input, &many, true);
	results = (const int32_t *)(uintptr_t)many.batch.results;
	worker->offered = results;
	worker->passed = MOST_OPS;
	atomic_store(&worker->offer, fd);
	ret = do_ioctl(fd, ALICE_IOC_BATCH, &many.batch);

	if (!atomic_compare_exchange_strong(&worker->offer, &offered, OFFER_NONE)) {
		while (atomic_load(&worker->offer) != OFFER_DONE)
			usleep(10);
		atomic_store(&worker->offer, OFFER_NONE);
		then = op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, NULL, 0);
		if (then != -EACCES)
			return wrong(worker, "restricted, and then %d", then);
	} else {
		after = before;
	}
	close(fd);
	if (ret > (int)many.model.writable)
		return wrong(worker, "%d of %u ops", ret, many.model.count);
	right = switched(worker, &many, &before, &after, results, ret);
	return answers_check(worker, results, ret) && right;
}

/* In another thread: restrict the file that a worker offers, if any. */
void request_disturb(struct worker *worker)
{
	int fd = atomic_load(&worker->offer), n;

	if (fd < 0 || !atomic_compare_exchange_strong(&worker->offer, &fd, OFFER_TAKEN))
		return;
	restrict_to(fd, open_few, open_few_count);
	for (n = 0; &worker->offered[n] < worker->results + MOST_OPS &&
	     worker->offered[n] != UNTOUCHED; n++)
		;
	worker->passed = n;
	atomic_store(&worker->offer, OFFER_DONE);
}
