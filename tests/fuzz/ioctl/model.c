// SPDX-License-Identifier: GPL-2.0-only
#include "model.h"
#include "device.h"

#include <errno.h>
#include <unistd.h>

const uint32_t open_few[] = { ALICE_OP_ECHO, ALICE_OP_DESCRIBE, 1000 };
const uint32_t open_few_count = ARRAY_SIZE(open_few);

/* That nobody can know: another thread changes the memory meanwhile. */
#define UNSURE 1

static bool is_few(uint32_t cmd)
{
	for (uint32_t i = 0; i < open_few_count; i++)
		if (open_few[i] == cmd)
			return true;
	return false;
}

/* How many bytes of an answer there is room for. */
uint32_t call_room(const struct call *call)
{
	const struct alice_op_desc *row = row_of(call->op.cmd);
	uint32_t most = row ? row->out_max : 0;

	return call->op.out_len < most ? call->op.out_len : most;
}

/* 0, -EFAULT or UNSURE for @len bytes that are to be read, or written. */
static int place_verdict(const struct place *place, uint32_t len, bool write)
{
	if (!len || place->reach == REACH_ALL ||
	    (!write && place->reach == REACH_READ))
		return 0;
	return place->reach == REACH_ANY ? UNSURE : -EFAULT;
}

static int pointers_verdict(const struct call *call)
{
	int in = place_verdict(&call->in, call->op.in_len, false);
	int out = place_verdict(&call->out, call_room(call), true);

	if (in < 0 || out < 0)
		return -EFAULT;
	return in || out ? UNSURE : 0;
}

/* What the driver answers before the op runs; 0 where it runs. In the contract's order. */
static int verdict(const struct call *call, enum open_as as)
{
	const struct alice_op_desc *row = row_of(call->op.cmd);

	if (call->tail)
		return -E2BIG;
	if (call->op.flags)
		return -EINVAL;
	if (!row)
		return -EOPNOTSUPP;
	if (as == OPEN_FEW && !is_few(row->cmd))
		return -EACCES;
	if (row->flags & ALICE_OP_F_KERNEL)
		return -EPERM;
	if (row->flags & ALICE_OP_F_ADMIN && geteuid())
		return -EPERM;
	if (row->flags & ALICE_OP_F_WRITE && as == OPEN_READ)
		return -EBADF;
	if (call->op.in_len < row->in_min || call->op.in_len > row->in_max)
		return -EINVAL;
	return pointers_verdict(call);
}

/* Can the hypervisor have answered this? */
static bool answer_ok(const struct call *call, int result)
{
	const struct alice_op_desc *row = row_of(call->op.cmd);
	uint32_t room = call_room(call);

	if (row->cmd == ALICE_OP_ECHO)
		return result == (room < call->op.in_len ? -EINVAL :
				  (int)call->op.in_len);
	if (result >= 0)
		return (uint32_t)result <= room;
	/* An answer without room; and what describe and stats do not find. */
	return (result == -EINVAL && room < row->out_max) ||
	       (result == -ENOENT && call->op.in_len);
}

/* Is this a result that such a call can have? */
bool call_result_ok(const struct call *call, enum open_as as, int result)
{
	int want = verdict(call, as);

	if (want < 0)
		return result == want;
	return answer_ok(call, result) || (want == UNSURE && result == -EFAULT);
}
