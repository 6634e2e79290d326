// SPDX-License-Identifier: GPL-2.0-only
#include "request.h"
#include "device.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define UNTOUCHED ((int32_t)0xa5a5a5a5)

/* One in so many bytes is below this. */
#define SELDOM 6

__attribute__((format(printf, 2, 3)))
static bool wrong(struct worker *worker, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(worker->why, sizeof(worker->why), fmt, args);
	va_end(args);
	return false;
}

/* All bytes of the area for answers are what they were before any. */
static bool out_clean(const struct worker *worker, size_t from, size_t to)
{
	static const uint8_t canary[256] = { [0 ... 255] = AREA_CANARY };

	for (size_t n; from < to; from += n) {
		n = to - from < sizeof(canary) ? to - from : sizeof(canary);
		if (memcmp(worker->memory.out + from, canary, n))
			return false;
	}
	return true;
}

static void out_reset(struct worker *worker, size_t from, size_t len)
{
	memset(worker->memory.out + from, AREA_CANARY, len);
}

/* Where in the area for answers a call's goes. */
static size_t out_offset(const struct worker *worker, const struct call *call)
{
	return (size_t)(call->op.out - ptr(worker->memory.out));
}

/* A length around what a row declares, or any. */
static uint32_t decode_len(struct input *input, uint32_t min, uint32_t max)
{
	uint8_t kind = input_u8(input);
	uint16_t any = input_u16(input);

	if (kind < 110)
		return min + any % (max - min + 1);
	if (kind < 170)
		return max;
	if (kind < 200)
		return min;
	if (kind < 215)
		return max + 1;
	if (kind < 230)
		return any % (AREA_LEN + 2);
	if (kind < 240)
		return any | (uint32_t)any << 16;
	return 0;
}

static uint32_t decode_cmd(struct input *input)
{
	uint8_t kind = input_u8(input);
	uint16_t any = input_u16(input);

	if (kind < 220)
		return table[any % rows].desc.cmd;
	return kind < 240 ? any : any * 65537u;
}

static void decode_op(struct worker *worker, struct input *input, struct call *call)
{
	uint32_t cmd = decode_cmd(input);
	const struct alice_op_desc *row = row_of(cmd);
	struct alice_op *op = &call->op;

	*call = (struct call){ .op.cmd = cmd, .size = sizeof(*op) };
	if (input_u8(input) < SELDOM)
		op->flags = input_u32(input);
	op->in_len = decode_len(input, row ? row->in_min : 0, row ? row->in_max : 64);
	op->out_len = decode_len(input, 0, row ? row->out_max : 64);
	call->out = memory_place(worker->memory.out, input, call_room(call));
	/* Now and then the answer overwrites the input. */
	if (input_u8(input) < 24)
		call->in = memory_place(worker->memory.out, input, op->in_len);
	else
		call->in = memory_place(worker->memory.in, input, op->in_len);
	op->in = call->in.at;
	op->out = call->out.at;
}

/* A pointer that a shorter structure has not, or has half of. */
static void cut_place(struct place *place, uint64_t at, uint32_t size, uint32_t offset)
{
	/* All that was cut off can have been zeros. */
	if (at == place->at)
		return;
	*place = (struct place){
		.at = at,
		.reach = size <= offset ? REACH_NONE : REACH_ANY,
	};
}

/* The structure may be one of an older or of a newer program. */
static void decode_size(struct input *input, struct call *call, uint8_t *image,
			size_t room)
{
	uint8_t kind = input_u8(input);

	memset(image, 0, room);
	memcpy(image, &call->op, sizeof(call->op));
	if (kind >= 200) {
		call->size = kind % 64 + 1;
		memset(image + call->size, 0, room - call->size);
		if (call->size > sizeof(call->op) && kind % 2)
			image[call->size - 1] = kind;
		call->tail = call->size > sizeof(call->op) && kind % 2;
	}
	memcpy(&call->op, image, sizeof(call->op));
	cut_place(&call->in, call->op.in, call->size, offsetof(struct alice_op, in));
	cut_place(&call->out, call->op.out, call->size, offsetof(struct alice_op, out));
}

/* The answer is where it belongs, and nothing is elsewhere. */
static bool answer_check(struct worker *worker, const struct call *call, int result,
			 const uint8_t *sent)
{
	size_t at = out_offset(worker, call), len = result > 0 ? (size_t)result : 0;
	bool ours = call->out.area && len;
	bool right = true;

	if (ours && at + len > AREA_LEN)
		return wrong(worker, "an answer of %d, behind its room", result);
	if (!ours)
		return out_clean(worker, 0, AREA_LEN) ||
		       wrong(worker, "bytes where no answer was (%d)", result);

	if (!out_clean(worker, 0, at) || !out_clean(worker, at + len, AREA_LEN))
		right = wrong(worker, "bytes around an answer of %d", result);
	if (call->op.cmd == ALICE_OP_ECHO && sent &&
	    memcmp(worker->memory.out + at, sent, len))
		right = wrong(worker, "an echo of other bytes");
	out_reset(worker, at, len);
	return right;
}

static bool run_op(struct worker *worker, struct input *input)
{
	enum open_as as = input_u8(input) % OPENS;
	uint8_t image[72];
	struct call call;
	unsigned long request;
	const uint8_t *sent;
	int result;

	decode_op(worker, input, &call);
	decode_size(input, &call, image, sizeof(image));
	request = _IOC(_IOC_WRITE, ALICE_IOC_TYPE, _IOC_NR(ALICE_IOC_OP), call.size);
	if (input_u8(input) < SELDOM) {
		result = do_ioctl(worker->as[as], request,
				  (void *)(uintptr_t)(ptr(unmapped()) + input_u8(input)));
		return result == -EFAULT ||
		       wrong(worker, "a structure that is not there: %d", result);
	}
	/* Not where the answer goes over it. */
	sent = call.in.area == worker->memory.in ?
		(const uint8_t *)(uintptr_t)call.op.in : NULL;
	result = do_ioctl(worker->as[as], request, image);
	if (!(result == -EINTR && worker->interrupted) &&
	    !call_result_ok(&call, as, result))
		wrong(worker, "op %u, %u bytes in, %u out, file %d: %d", call.op.cmd,
		      call.op.in_len, call.op.out_len, as, result);
	return answer_check(worker, &call, result, sent) && !worker->why[0];
}

/* Results of so many ops are right, and none is behind them. */
static bool results_check(struct worker *worker, enum open_as as, uint32_t count,
			  int ret, bool stops)
{
	uint32_t done = ret < 0 ? 0 : (uint32_t)ret;
	bool lost = false;

	for (uint32_t i = 0; i < done; i++) {
		if (!call_result_ok(&worker->calls[i], as, worker->results[i]))
			return wrong(worker, "op %u of %u, cmd %u: %d", i, count,
				     worker->ops[i].cmd, worker->results[i]);
		/* What is behind it had run when its memory was taken away. */
		lost |= worker->results[i] == -EFAULT &&
			worker->calls[i].out.reach == REACH_ANY;
		if (stops && worker->results[i] < 0 && i + 1 < done && !lost)
			return wrong(worker, "went on after op %u of %u", i, count);
	}
	for (uint32_t i = done; i < count; i++)
		if (worker->results[i] != UNTOUCHED)
			return wrong(worker, "a result %d behind %u of %u",
				     worker->results[i], done, count);
	if (worker->interrupted || done == count)
		return true;
	return (stops && done && (worker->results[done - 1] < 0 || lost)) ||
	       wrong(worker, "%d of %u ops", ret, count);
}

/* Bytes are where answers are, and nowhere else. */
static bool answers_check(struct worker *worker, int done)
{
	bool right;

	for (int i = 0; i < done; i++)
		if (worker->calls[i].out.area && worker->results[i] > 0)
			out_reset(worker, out_offset(worker, &worker->calls[i]),
				  (size_t)worker->results[i]);
	right = out_clean(worker, 0, AREA_LEN) ||
		wrong(worker, "a byte where no answer of %d was", done);
	out_reset(worker, 0, AREA_LEN);
	return right;
}

/* How many ops, of which @different are decoded. */
static uint32_t decode_count(struct input *input, uint32_t different)
{
	uint8_t kind = input_u8(input), times = input_u8(input);

	if (kind < 160)
		return different;
	if (kind < 246)
		return different * (times % 32 + 1);
	return kind < 252 ? MOST_OPS : MOST_OPS + times;
}

static bool run_batch(struct worker *worker, struct input *input)
{
	enum open_as as = input_u8(input) % OPENS;
	uint32_t different = input_u8(input) % 4 + 1, count, filled_ops;
	struct alice_batch batch;
	bool known = true;
	int ret;

	count = decode_count(input, different);
	filled_ops = count < MOST_OPS ? count : MOST_OPS;
	batch = (struct alice_batch){
		.ops = ptr(worker->ops),
		.results = ptr(worker->results),
		.count = count,
		.op_size = sizeof(struct alice_op),
		.flags = input_u8(input) % 4 == 0,
	};
	if (input_u8(input) < SELDOM) {
		/* Of such a request it is known only what it may not do. */
		known = false;
		batch.op_size = input_u8(input);
		batch.flags = input_u8(input);
		batch.reserved = input_u8(input) % 4 == 0;
		if (input_u8(input) < 64)
			batch.results = memory_place(worker->memory.out, input, 8).at;
	}
	for (uint32_t i = 0; i < filled_ops; i++) {
		if (i < different)
			decode_op(worker, input, &worker->calls[i]);
		else
			worker->calls[i] = worker->calls[i % different];
		worker->ops[i] = worker->calls[i].op;
		worker->results[i] = UNTOUCHED;
	}
	worker->results[filled_ops] = UNTOUCHED;

	ret = do_ioctl(worker->as[as], ALICE_IOC_BATCH, &batch);

	if (ret > (int)count)
		return wrong(worker, "%d of %u ops", ret, count);
	if (known && (!count || count > MOST_OPS))
		return ret == -EINVAL || wrong(worker, "%u ops: %d", count, ret);
	if (!known || (ret < 0 && ret != -EINTR)) {
		out_reset(worker, 0, AREA_LEN);
		return !known || wrong(worker, "%u ops: %d", count, ret);
	}
	return results_check(worker, as, count, ret, batch.flags) &&
	       answers_check(worker, ret) && worker->results[filled_ops] == UNTOUCHED;
}

static bool run_info(struct worker *worker, struct input *input)
{
	enum open_as as = input_u8(input) % OPENS;
	struct place to = memory_place(worker->memory.out, input,
				       sizeof(struct alice_info));
	int ret = do_ioctl(worker->as[as], ALICE_IOC_INFO, (void *)(uintptr_t)to.at);
	struct alice_info info;
	size_t at;

	/* What is before a hole may have been written. */
	if (ret)
		out_reset(worker, 0, AREA_LEN);
	if (ret || !to.area)
		return (ret == -EFAULT && to.reach != REACH_ALL) ||
		       (!ret && to.reach == REACH_ANY) ||
		       wrong(worker, "info: %d", ret);
	at = (size_t)(to.at - ptr(worker->memory.out));
	memcpy(&info, worker->memory.out + at, sizeof(info));
	out_reset(worker, at, sizeof(info));
	if (info.abi_major != ALICE_ABI_MAJOR || info.ops != rows ||
	    !(info.flags & ALICE_INFO_RESTRICTED) != (as != OPEN_FEW) ||
	    !filled(info.reserved, sizeof(info.reserved), 0))
		return wrong(worker, "info says something else");
	return out_clean(worker, 0, AREA_LEN) || wrong(worker, "bytes around info");
}

static bool run_describe(struct worker *worker, struct input *input)
{
	struct alice_describe describe;
	uint32_t index = input_u8(input) < 230 ? input_u8(input) % rows :
		input_u32(input);
	int ret;

	memset(&describe, AREA_CANARY, sizeof(describe));
	describe.index = index;
	ret = do_ioctl(worker->as[OPEN_WRITE], ALICE_IOC_DESCRIBE, &describe);
	if (index >= rows)
		return ret == -ENOENT || wrong(worker, "row %u: %d", index, ret);
	return (!ret && !memcmp(&describe, &table[index], sizeof(describe))) ||
	       wrong(worker, "row %u: %d, or it changed", index, ret);
}

/* A file of this request's own, which it may spoil. */
static int scratch_open(void)
{
	return device_open(O_RDWR);
}

static bool run_restrict(struct worker *worker, struct input *input)
{
	uint32_t cmds[8], count = input_u8(input) % 12;
	bool echo = false, legal = true;
	int fd = scratch_open(), ret, result;

	if (count > ARRAY_SIZE(cmds))
		count = 0;
	for (uint32_t i = 0; i < count; i++) {
		cmds[i] = decode_cmd(input);
		echo = echo || cmds[i] == ALICE_OP_ECHO;
		legal = legal && cmds[i] < ALICE_MAX_CMDS;
	}
	ret = restrict_to(fd, cmds, count);
	result = op_call(fd, ALICE_OP_ECHO, NULL, 0, NULL, 0);
	close(fd);
	if (result == -EINTR && worker->interrupted)
		return true;
	if (ret != (legal ? 0 : -EINVAL) || result != (legal && !echo ? -EACCES : 0))
		return wrong(worker, "restricted to %u: %d, then %d", count, ret, result);
	return true;
}

/* Any ioctl, with any bytes. */
static bool run_raw(struct worker *worker, struct input *input)
{
	unsigned int nr = input_u8(input) % 8, size = input_u16(input) % 512;
	unsigned int type = input_u8(input) < 240 ? ALICE_IOC_TYPE : input_u8(input);
	unsigned int dir = input_u8(input) % 4;
	uint8_t bytes[512] = { 0 };
	int fd = scratch_open(), ret;

	for (unsigned int i = 0; i < sizeof(bytes) && input->read < INPUT_LEN; i++)
		bytes[i] = input_u8(input);
	ret = do_ioctl(fd, _IOC(dir, type, nr, size), bytes);
	close(fd);
	switch (ret) {
	case -ENOTTY:
	case -EINVAL:
	case -E2BIG:
	case -EFAULT:
	case -EOPNOTSUPP:
	case -EPERM:
	case -ENOENT:
		return true;
	default:
		return ret >= 0 || (ret == -EINTR && worker->interrupted) ||
		       wrong(worker, "ioctl %u of %u bytes: %d", nr, size, ret);
	}
}

static bool run_any(struct worker *worker, struct input *input)
{
	uint8_t kind = input_u8(input);

	if (kind < 150)
		return run_op(worker, input);
	if (kind < 205)
		return run_batch(worker, input);
	if (kind < 215)
		return run_info(worker, input);
	if (kind < 225)
		return run_describe(worker, input);
	if (kind < 235)
		return run_restrict(worker, input);
	return run_raw(worker, input);
}

/* Make a request. Returns whether all was right; @worker->why says what was not. */
bool request_run(struct worker *worker, struct input *input)
{
	bool right;

	worker->why[0] = '\0';
	right = run_any(worker, input);
	if (!right)
		out_reset(worker, 0, AREA_LEN);
	return right;
}
