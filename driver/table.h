/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The op table as calls see it: looking an op up is on the way of every one.
 */
#ifndef ALICE_TABLE_H
#define ALICE_TABLE_H

#include <linux/alice.h>
#include <linux/errno.h>
#include <linux/nospec.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <public/alice.h>

/**
 * struct alice_limits - what must be known of an op to check a call of it
 * @flags: ALICE_OP_F_* bits
 * @in_min: the shortest input, in bytes
 * @in_max: the longest input, in bytes; not below @in_min
 * @out_max: the longest answer, in bytes
 */
struct alice_limits {
	u32 flags;
	u32 in_min;
	u32 in_max;
	u32 out_max;
};

/**
 * struct alice_table - an op table
 * @rcu: frees it after its last reader
 * @generation: how many tables were read, this one included
 * @version: what the hypervisor said of itself; all 0 in legacy mode
 * @nr: how many rows
 * @index: where the row of a cmd is, plus 1; 0 where there is none
 * @rows: the rows, in the hypervisor's order
 *
 * It does not change once it is published.
 */
struct alice_table {
	struct rcu_head rcu;
	u64 generation;
	struct xen_alice_version version;
	u32 nr;
	u16 index[ALICE_MAX_CMDS];
	struct alice_op_desc rows[];
};

/* The table that is in force, or NULL. Readers disable preemption. */
extern struct alice_table __rcu *alice_table;

int alice_table_load(bool legacy);
int alice_table_refresh(void);
void alice_table_free(void);
void alice_table_info(struct alice_info *info);
int alice_table_row(u32 index, struct alice_op_desc *desc);

/**
 * alice_table_find() - look up an op by its number
 * @cmd: the number
 * @limits: set to what a call is checked against
 *
 * Costs the same for every table: a number is an index.
 *
 * Context: Any. Takes no lock.
 * Return: 0, or -EOPNOTSUPP where the table has no such op.
 */
static inline int alice_table_find(u32 cmd, struct alice_limits *limits)
{
	const struct alice_op_desc *desc;
	const struct alice_table *table;
	u16 row = 0;

	if (cmd >= ALICE_MAX_CMDS)
		return -EOPNOTSUPP;

	/* Cheaper than rcu_read_lock() where that can be preempted. */
	rcu_read_lock_sched();
	table = rcu_dereference_sched(alice_table);
	if (likely(table))
		row = table->index[array_index_nospec(cmd, ALICE_MAX_CMDS)];
	if (likely(row)) {
		desc = &table->rows[row - 1];
		limits->flags = desc->flags;
		limits->in_min = desc->in_min;
		limits->in_max = desc->in_max;
		limits->out_max = desc->out_max;
	}
	rcu_read_unlock_sched();

	return row ? 0 : -EOPNOTSUPP;
}

#endif /* ALICE_TABLE_H */
