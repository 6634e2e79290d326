// SPDX-License-Identifier: GPL-2.0-only
#include "request.h"
#include "device.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A random byte is rarely below this. */
#define SELDOM 6

void request_init(struct worker *worker)
{
	worker->ops = at_end(guarded(OPS_LEN), OPS_LEN, OPS_LEN);
	worker->results = at_end(guarded(MOST_OPS * sizeof(int32_t)),
				 MOST_OPS * sizeof(int32_t), MOST_OPS * sizeof(int32_t));
	atomic_store(&worker->offer, OFFER_NONE);
}

bool wrong(struct worker *worker, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(worker->why, sizeof(worker->why), fmt, args);
	va_end(args);
	return false;
}

/* Is that part of the area for answers unchanged? */
bool out_clean(const struct worker *worker, size_t from, size_t to)
{
	static const uint8_t canary[256] = { [0 ... 255] = AREA_CANARY };

	for (size_t n; from < to; from += n) {
		n = to - from < sizeof(canary) ? to - from : sizeof(canary);
		if (memcmp(worker->memory.out + from, canary, n))
			return false;
	}
	return true;
}

void out_reset(struct worker *worker, size_t from, size_t len)
{
	memset(worker->memory.out + from, AREA_CANARY, len);
}

/* The offset of a call's answer in the area for answers. */
static size_t out_offset(const struct worker *worker, const struct call *call)
{
	return (size_t)(call->op.out - ptr(worker->memory.out));
}

/* Reset the bytes that an answer may have written. */
void out_forget(struct worker *worker, const struct call *call, int result)
{
	size_t at = out_offset(worker, call), len = result > 0 ? (size_t)result : 0;

	/* Bytes before a hole may have been written. */
	if (result == -EFAULT)
		len = call->out.writable;
	if (call->out.area)
		out_reset(worker, at, len < AREA_LEN - at ? len : AREA_LEN - at);
}

/* Check the contents of the answer, as far as they are known. */
static bool content_ok(const struct worker *worker, const struct call *call, size_t len,
		       const uint8_t *sent)
{
	const uint8_t *got = worker->memory.out + out_offset(worker, call);
	uint32_t index;

	if ((call->op.cmd == XEN_ALICE_OP_ECHO || call->op.cmd == MODEL_OP_STEPS) && sent)
		return !memcmp(got, sent, len);
	if (call->op.cmd == XEN_ALICE_OP_DESCRIBE && call->in.word) {
		memcpy(&index, call->in.word, sizeof(index));
		return !memcmp(got, &table[index].desc, len);
	}
	return true;
}

/* Check that the answer is in its place, and no other byte has changed. */
static bool answer_check(struct worker *worker, const struct call *call, int result,
			 const uint8_t *sent)
{
	size_t len = result > 0 ? (size_t)result : 0;
	bool right = true;

	if (call->out.area && len > AREA_LEN - out_offset(worker, call))
		return wrong(worker, "an answer of %d, behind its room", result);
	if (call->out.area && len && !content_ok(worker, call, len, sent))
		right = wrong(worker, "cmd %u answers other bytes", call->op.cmd);
	out_forget(worker, call, result);
	return (out_clean(worker, 0, AREA_LEN) ||
		wrong(worker, "bytes around an answer of %d", result)) && right;
}

static bool run_op(struct worker *worker, struct input *input)
{
	enum open_as as = input_u8(input) % OPENS;
	const struct model_file file = file_model(as, worker->admin);
	uint8_t image[MOST_OP_SIZE];
	struct model_op model;
	struct call call;
	unsigned long request;
	const uint8_t *sent;
	uint32_t size;
	int result;

	decode_call(&worker->memory, input, &call, NULL);
	size = decode_size(input);
	call_image(&call, size, image);
	request = _IOC(_IOC_WRITE, ALICE_IOC_TYPE, _IOC_NR(ALICE_IOC_OP), size);
	if (input_u8(input) < SELDOM) {
		result = do_ioctl(worker->as[as], request,
				  (void *)(uintptr_t)(ptr(unmapped()) + input_u8(input)));
		return result == -EFAULT ||
		       wrong(worker, "a structure that is not there: %d", result);
	}
	/* Not if the answer overwrites it. */
	sent = call.in.area == worker->memory.in ?
		(const uint8_t *)(uintptr_t)call.op.in : NULL;
	result = do_ioctl(worker->as[as], request, image);
	if (!call_result_ok(&call, &file, result, &model))
		wrong(worker, "op %u, flags %x, %u bytes in, %u out, generation %llx, file %d: %d",
		      call.op.cmd, call.op.flags, call.op.in_len, call.op.out_len,
		      (unsigned long long)call.op.generation, as, result);
	return answer_check(worker, &call, result, sent) && !worker->why[0];
}

static bool run_info(struct worker *worker, struct input *input)
{
	enum open_as as = input_u8(input) % OPENS;
	struct place to = memory_out(&worker->memory, input, sizeof(struct alice_info));
	int ret = do_ioctl(worker->as[as], ALICE_IOC_INFO, (void *)(uintptr_t)to.at);
	bool fits = to.writable >= sizeof(struct alice_info);
	struct alice_info info;
	size_t at;

	/* Bytes before a hole may have been written. */
	if (ret)
		out_reset(worker, 0, AREA_LEN);
	if (ret || !to.area)
		return (ret == -EFAULT && !fits) || (!ret && (fits || to.shaky)) ||
		       wrong(worker, "info: %d", ret);
	at = (size_t)(to.at - ptr(worker->memory.out));
	memcpy(&info, worker->memory.out + at, sizeof(info));
	out_reset(worker, at, sizeof(info));
	if (info.abi_major != XEN_ALICE_ABI_MAJOR || info.ops != rows ||
	    info.max_len != XEN_ALICE_LEN_DEFAULT || info.max_batch != MOST_OPS ||
	    info.generation != the_table.generation ||
	    !(info.flags & ALICE_INFO_RESTRICTED) != (as != OPEN_FEW) ||
	    !filled(info.reserved, sizeof(info.reserved), 0))
		return wrong(worker, "info says something else");
	return out_clean(worker, 0, AREA_LEN) || wrong(worker, "bytes around info");
}

static bool run_describe(struct worker *worker, struct input *input)
{
	enum open_as as = input_u8(input) % OPENS;
	const struct model_file file = file_model(as, worker->admin);
	uint32_t index = input_u8(input) < 230 ? input_u8(input) % rows :
		input_u32(input);
	struct alice_describe describe, want;
	int ret;

	memset(&describe, AREA_CANARY, sizeof(describe));
	describe.index = index;
	ret = do_ioctl(worker->as[as], ALICE_IOC_DESCRIBE, &describe);
	if (index >= rows)
		return ret == -ENOENT || wrong(worker, "row %u: %d", index, ret);
	want = table[index];
	want.access = model_access(&the_table.rows[index], &file);
	return (!ret && !memcmp(&describe, &want, sizeof(describe))) ||
	       wrong(worker, "row %u: %d, access %d, or it changed", index, ret,
		     describe.access);
}

/* Restrict a file of this request again and again, with calls in between. */
bool run_restrict(struct worker *worker, struct input *input)
{
	struct model_file file = file_model(OPEN_WRITE, worker->admin);
	int fd = device_open(O_RDWR), ret, want;
	uint32_t cmds[ALICE_MAX_CMDS + 1], count;
	bool right = true;

	for (unsigned int times = input_u8(input) % 3 + 1; times && right; times--) {
		struct call call = { .op.cmd = decode_cmd(input) };
		struct model_op model;

		count = input_u8(input) < 240 ? input_u8(input) % 8 :
			ALICE_MAX_CMDS + input_u8(input) % 2;
		for (uint32_t i = 0; i < count; i++)
			cmds[i] = i < 8 ? decode_cmd(input) : i % ALICE_MAX_CMDS;
		want = model_restrict(&the_table, &file, cmds, count);
		ret = restrict_to(fd, cmds, count);
		if (ret != want)
			right = wrong(worker, "restricted to %u: %d, not %d", count, ret, want);
		ret = op_ioctl(fd, &call.op);
		if (right && !call_result_ok(&call, &file, ret, &model))
			right = wrong(worker, "restricted to %u, and cmd %u: %d", count,
				      call.op.cmd, ret);
	}
	close(fd);
	return right;
}

/* Is this a possible result of read(2) for a listener? */
static bool is_record(const struct alice_event *event, int ret)
{
	return ret == -EAGAIN ||
	       (ret >= (int)sizeof(*event) && event->cmd == MODEL_STEPPED && event->len <= 64);
}

/* Listen with a file of this request, restricted or not, and read. */
static bool run_listen(struct worker *worker, struct input *input)
{
	struct model_file file = file_model(OPEN_WRITE, worker->admin);
	int fd = device_open(O_RDWR | O_NONBLOCK), ret, want;
	uint32_t cmds[8], count = input_u8(input) % (ARRAY_SIZE(cmds) + 1);
	struct alice_restrict request = { .cmds = ptr(cmds), .count = count };
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	union {
		struct alice_event event;
		uint8_t bytes[4096];
	} records;
	bool right, listens;

	if (input_u8(input) < 64) {
		model_restrict(&the_table, &file, open_few, open_few_count);
		restrict_to(fd, open_few, open_few_count);
	}
	for (uint32_t i = 0; i < count; i++)
		cmds[i] = input_u8(input) < 128 ? MODEL_STEPPED : decode_cmd(input);
	want = model_listen(&the_table, &file, cmds, count);
	ret = do_ioctl(fd, ALICE_IOC_LISTEN, &request);
	right = ret == want || wrong(worker, "LISTEN to %u: %d, not %d", count, ret, want);
	listens = !want && count;
	ret = (int)read(fd, &records, sizeof(records));
	ret = ret < 0 ? -errno : ret;
	right = right && ((listens ? is_record(&records.event, ret) : ret == -EINVAL) ||
			  wrong(worker, "read: %d", ret));
	poll(&poll_fd, 1, 0);
	right = right && (!listens == !!(poll_fd.revents & POLLERR) ||
			  wrong(worker, "poll: %d", poll_fd.revents));
	close(fd);
	return right;
}

/* Is this an ioctl of the device, whatever its size? */
static bool is_ioctl(unsigned int dir, unsigned int nr, unsigned int size)
{
	static const unsigned int dirs[] = {
		_IOC_READ, _IOC_READ | _IOC_WRITE, _IOC_WRITE, _IOC_WRITE, _IOC_WRITE,
		_IOC_WRITE,
	};

	return size && nr < ARRAY_SIZE(dirs) && dir == dirs[nr];
}

/* Any ioctl, with random bytes. */
static bool run_raw(struct worker *worker, struct input *input)
{
	unsigned int nr = input_u8(input) % 8, size = input_u16(input) % 512;
	unsigned int type = input_u8(input) < 240 ? ALICE_IOC_TYPE : input_u8(input);
	unsigned int dir = input_u8(input) % 4;
	uint8_t bytes[512] = { 0 };
	int fd = device_open(O_RDWR), ret;

	for (unsigned int i = 0; i < sizeof(bytes) && input->read < INPUT_LEN; i++)
		bytes[i] = input_u8(input);
	ret = do_ioctl(fd, _IOC(dir, type, nr, size), bytes);
	close(fd);
	if (type == ALICE_IOC_TYPE && (ret == -ENOTTY) == is_ioctl(dir, nr, size))
		return wrong(worker, "ioctl %u of %u bytes, %u: %d", nr, size, dir, ret);
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
		return ret >= 0 ||
		       wrong(worker, "ioctl %u of %u bytes: %d", nr, size, ret);
	}
}

static bool run_any(struct worker *worker, struct input *input)
{
	uint8_t kind = input_u8(input);

	if (kind < 150)
		return run_op(worker, input);
	if (kind < 210)
		return run_batch(worker, input);
	if (kind < 218)
		return run_info(worker, input);
	if (kind < 225)
		return run_describe(worker, input);
	if (kind < 229)
		return run_restrict(worker, input);
	if (kind < 232)
		return run_listen(worker, input);
	if (kind < 240)
		return run_amid(worker, input);
	return run_raw(worker, input);
}

/* Make a request. Returns whether all was right; else @worker->why says what was wrong. */
bool request_run(struct worker *worker, struct input *input)
{
	bool right;

	worker->why[0] = '\0';
	right = run_any(worker, input);
	if (!right)
		out_reset(worker, 0, AREA_LEN);
	return right;
}
