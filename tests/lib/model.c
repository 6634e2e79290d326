// SPDX-License-Identifier: GPL-2.0-only
#include "model.h"

#include <linux/errno.h>

#include <alice.h> /* xen/public */

/* Flags of ops that programs can call if they meet their conditions. */
#define FLAGS_OPEN \
	(XEN_ALICE_OP_F_WRITE | XEN_ALICE_OP_F_ADMIN | XEN_ALICE_OP_F_CONTROL | \
	 XEN_ALICE_OP_F_LONG | XEN_ALICE_OP_F_EVENT)
#define FLAGS_LOW	0xffffu

/* ALICE_BATCH_STOP_ON_ERROR, and the upper bound for op_size. */
#define STOP_ON_ERROR	1u
#define MOST_OP_SIZE	4096u

static uint32_t least_of(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* model_row() - the row of a cmd, or NULL */
const struct model_row *model_row(const struct model_table *table, uint32_t cmd)
{
	for (uint32_t i = 0; i < table->nr; i++)
		if (table->rows[i].cmd == cmd)
			return &table->rows[i];
	return 0;
}

static bool in_len_ok(const struct model_row *row, uint32_t in_len)
{
	return in_len >= row->in_min && in_len <= row->in_max;
}

/*
 * The hypervisor.
 */

/* The answer of an op that runs: an op of this project except batch, or steps. */
static int32_t answer(const struct model_table *table, const struct model_row *row,
		      const struct model_payload *payload, uint32_t room)
{
	uint32_t len = 0;

	switch (row->cmd) {
	case XEN_ALICE_OP_VERSION:
		/* These answers are cut to the room. */
		return (int32_t)least_of(room, sizeof(struct xen_alice_version));
	case XEN_ALICE_OP_DESCRIBE:
		if (payload->word >= table->nr)
			return -ENOENT;
		return (int32_t)least_of(room, sizeof(struct xen_alice_op_desc));
	case XEN_ALICE_OP_ECHO:
	case MODEL_OP_STEPS:
		len = payload->in_len;
		break;
	case XEN_ALICE_OP_WHOAMI:
		len = sizeof(struct xen_alice_whoami);
		break;
	case XEN_ALICE_OP_MEMORY:
		len = sizeof(struct xen_alice_memory);
		break;
	case XEN_ALICE_OP_STATS:
		if (!model_row(table, payload->word))
			return -ENOENT;
		len = sizeof(struct xen_alice_stats);
		break;
	}
	return len > room ? -EINVAL : (int32_t)len;
}

/**
 * model_hypercall() - what the hypervisor answers to a call
 * @table: its table
 * @by: who calls
 * @cmd: the op's number, a tag, PHYS
 * @payload: the memory at arg
 * @record: the call is a record of op batch
 */
int32_t model_hypercall(const struct model_table *table,
			const struct model_domain *by, uint32_t cmd,
			const struct model_payload *payload, bool record)
{
	const struct model_row *row = model_row(table, cmd & XEN_ALICE_CMD_NUMBER);
	uint32_t tag = cmd >> XEN_ALICE_CMD_TAG_SHIFT & XEN_ALICE_TAG;
	uint32_t room;
	int32_t result;

	if (!by->admitted)
		return -EPERM;
	if (row && row->flags & XEN_ALICE_OP_F_CONTROL && !by->control)
		return -EPERM;
	if (tag && tag != table->tag)
		return -ESTALE;
	if (!row || row->flags & XEN_ALICE_OP_F_EVENT)
		return -EOPNOTSUPP;
	if (cmd & XEN_ALICE_CMD_RESERVED)
		return -EINVAL;
	if (cmd & XEN_ALICE_CMD_PHYS && (!by->phys || record))
		return -EINVAL;
	if (!in_len_ok(row, payload->in_len))
		return -EINVAL;
	if (row->cmd == XEN_ALICE_OP_BATCH && record)
		return -EINVAL;
	room = least_of(payload->out_len, row->out_max);
	if (payload->null && (payload->in_len || room))
		return -EFAULT;
	if (payload->in_len > payload->readable)
		return -EFAULT;
	result = answer(table, row, payload, room);
	/* The op ran. */
	if (result > 0 && (uint32_t)result > payload->writable)
		return -EFAULT;
	return result;
}

/*
 * The driver.
 */

static bool restricted_away(const struct model_row *row, const struct model_file *file)
{
	return file->restricted &&
	       (!(file->allowed[row->cmd / 32] >> row->cmd % 32 & 1) ||
		row->since > file->rows_until);
}

/* model_access() - the errno by which the driver refuses an op whatever its payload, or 0 */
int32_t model_access(const struct model_row *row, const struct model_file *file)
{
	if (restricted_away(row, file))
		return -EACCES;
	if (row->flags & XEN_ALICE_OP_F_ADMIN && !file->admin)
		return -EPERM;
	if (row->flags & FLAGS_LOW & ~(uint32_t)FLAGS_OPEN)
		return -EPERM;
	if (row->flags & XEN_ALICE_OP_F_WRITE && !file->writable)
		return -EBADF;
	return 0;
}

/* model_restrict() - what ALICE_IOC_RESTRICT to these cmds answers, and does to a file */
int32_t model_restrict(const struct model_table *table, struct model_file *file,
		       const uint32_t *cmds, uint32_t count)
{
	uint32_t allowed[MODEL_MAX_CMDS / 32] = { 0 };

	if (count > MODEL_MAX_CMDS)
		return -EINVAL;
	for (uint32_t i = 0; i < count; i++) {
		if (cmds[i] >= MODEL_MAX_CMDS)
			return -EINVAL;
		allowed[cmds[i] / 32] |= 1u << cmds[i] % 32;
	}
	/* A restriction can only get narrower. */
	for (uint32_t i = 0; i < MODEL_MAX_CMDS / 32; i++)
		file->allowed[i] = allowed[i] &
				   (file->restricted ? file->allowed[i] : ~0u);
	if (!file->restricted || table->generation < file->rows_until)
		file->rows_until = table->generation;
	file->restricted = true;
	return 0;
}

/* model_listen() - the result of ALICE_IOC_LISTEN to these cmds; the lowest faulty cmd decides */
int32_t model_listen(const struct model_table *table, const struct model_file *file,
		     const uint32_t *cmds, uint32_t count)
{
	uint32_t lowest = MODEL_MAX_CMDS;
	int32_t result = 0;

	if (count > MODEL_MAX_CMDS)
		return -EINVAL;
	for (uint32_t i = 0; i < count; i++) {
		const struct model_row *row = model_row(table, cmds[i]);
		int32_t refused;

		if (cmds[i] >= MODEL_MAX_CMDS)
			return -EINVAL;
		if (!row)
			refused = -EOPNOTSUPP;
		else if (!(row->flags & XEN_ALICE_OP_F_EVENT))
			refused = -EINVAL;
		else
			refused = model_access(row, file);
		if (refused && cmds[i] < lowest) {
			lowest = cmds[i];
			result = refused;
		}
	}
	return result;
}

/* The errno by which the driver refuses an op, or 0 if it calls the hypervisor. */
static int32_t refusal(const struct model_table *table, const struct model_file *file,
		       const struct model_op *op)
{
	const struct model_row *row = model_row(table, op->cmd);
	int32_t access;

	if (op->unreadable)
		return -EFAULT;
	if (op->tail)
		return -E2BIG;
	if (op->flags)
		return -EINVAL;
	if (!row || row->flags & XEN_ALICE_OP_F_EVENT)
		return -EOPNOTSUPP;
	if (op->generation && row->since > op->generation)
		return -ESTALE;
	access = model_access(row, file);
	if (access)
		return access;
	if (!in_len_ok(row, op->payload.in_len))
		return -EINVAL;
	if (op->payload.in_len > op->payload.readable)
		return -EFAULT;
	return 0;
}

/* model_op() - the result of ALICE_IOC_OP, or of the op in a batch */
struct model_result model_op(const struct model_table *table,
			     const struct model_domain *by,
			     const struct model_file *file,
			     const struct model_op *op)
{
	int32_t error = refusal(table, file, op);

	if (error)
		return (struct model_result){ error, false };
	return (struct model_result){
		model_hypercall(table, by, op->cmd, &op->payload, false), true,
	};
}

/**
 * model_batch() - the result of ALICE_IOC_BATCH, if no signal ends it
 * @ops: @batch->count of them
 * @results: set to those of the ops that are attempted; as many
 * @least: set to the lowest correct count
 *
 * A signal may end it at any lower count but 0.
 *
 * Return: a negative errno, or the highest correct count. It is above @least if the batch
 * stops at an op whose answer could not be written: others may have run with it.
 */
int32_t model_batch(const struct model_table *table, const struct model_domain *by,
		    const struct model_file *file, const struct model_batch *batch,
		    const struct model_op *ops, struct model_result *results,
		    uint32_t *least)
{
	uint32_t i = 0;
	bool over = false;

	*least = 0;
	if (batch->flags & ~STOP_ON_ERROR || batch->reserved || !batch->op_size ||
	    !batch->count || batch->count > MODEL_MAX_BATCH)
		return -EINVAL;
	if (batch->op_size > MOST_OP_SIZE)
		return -E2BIG;

	/* It ends before an op that cannot be read. */
	while (!over && i < batch->count && !ops[i].unreadable) {
		results[i] = model_op(table, by, file, &ops[i]);
		if (batch->flags & STOP_ON_ERROR && results[i].result < 0) {
			over = !results[i].sent || results[i].result != -EFAULT;
			if (!*least)
				*least = i + 1;
		}
		i++;
	}
	if (!*least)
		*least = i;
	if (!i || *least > batch->writable)
		return -EFAULT;
	return (int32_t)i;
}
