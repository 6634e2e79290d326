/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Internal interfaces of the alice driver.
 *
 * A call goes one way: device.c copies the request in, checks it by the table and
 * the open file, copies the payload in, calls the hypervisor and copies the answer
 * out. batch.c does the same with many ops at once.
 */
#ifndef ALICE_H
#define ALICE_H

#include <linux/alice.h>
#include <linux/bitmap.h>
#include <linux/fs.h>
#include <linux/nospec.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <asm/local64.h>
#include <asm/xen/hypercall.h>
#include <public/alice.h>

/* The most ops in one batch, and the largest size of an op in it. */
#define ALICE_MAX_BATCH		1024
#define ALICE_MAX_OP_SIZE	4096

/* Xen's errno for a hypercall that it does not have. */
#define XEN_ENOSYS		38

/* How often a call is checked again, or a table read, that changes meanwhile. */
#define ALICE_TRIES		16

/* Size of the buffer that an open file keeps for its next call. */
#define ALICE_SPARE_ORDER	(PAGE_SHIFT < 13 ? 13 - PAGE_SHIFT : 0)
#define ALICE_SPARE_LEN		(PAGE_SIZE << ALICE_SPARE_ORDER)

/**
 * struct alice_file - an open file
 * @allowed: a bit a cmd; bits are only cleared
 * @rows_until: rows of later generations are not allowed; U64_MAX if the file is
 *	not restricted
 * @restrictions: how often the two above changed
 * @lock: held to change these three
 * @spare: cached buffer of ALICE_SPARE_LEN bytes, or NULL
 * @listener: what it listens to, or NULL if it never did
 */
struct alice_file {
	DECLARE_BITMAP(allowed, ALICE_MAX_CMDS);
	u64 rows_until;
	unsigned int restrictions;
	spinlock_t lock; /* see above */
	void *spare;
	struct alice_listener *listener;
};

/**
 * struct alice_row - a row of the op table
 * @since: the generation at which it became as it is
 * @desc: what the hypervisor says of the op
 */
struct alice_row {
	u64 since;
	struct alice_op_desc desc;
};

/* Of a table, beside ALICE_INFO_*: its hypervisor takes physical addresses. */
#define ALICE_TABLE_PHYS	BIT(31)

/**
 * struct alice_table - an op table; it does not change once it is published
 * @rcu: frees it after its last reader
 * @generation: the driver's; rises whenever rows, their order or max_len change
 * @version: what the hypervisor said of itself; all 0 in legacy mode
 * @tag: the tag of this table in the cmd of a hypercall; 0 in legacy mode
 * @flags: ALICE_INFO_LEGACY, ALICE_INFO_BATCH, ALICE_TABLE_PHYS
 * @nr: how many rows
 * @by_cmd: the row of a cmd, or NULL
 * @rows: the rows, in the hypervisor's order
 */
struct alice_table {
	struct rcu_head rcu;
	u64 generation;
	struct xen_alice_version version;
	u32 tag;
	u32 flags;
	u32 nr;
	const struct alice_row *by_cmd[ALICE_MAX_CMDS];
	struct alice_row rows[];
};

/* The table in force, or NULL. */
extern struct alice_table __rcu *alice_table;

/* device.c: the device's file operations, and single ops. */
extern const struct file_operations alice_fops;
int alice_access_flags(const struct file *file, u32 flags, bool audit);
long alice_op(struct file *file, const struct alice_op *op);
void *alice_buffer_get(struct alice_file *mine, size_t len);
void alice_buffer_put(struct alice_file *mine, size_t len, void *buf);

/* batch.c: many ops. */
long alice_batch(struct file *file, void __user *user, size_t size);

/* events.c: what the hypervisor tells. */
struct poll_table_struct;
int alice_events_init(void);
void alice_events_exit(void);
void alice_wake(void);
long alice_listen(struct file *file, const unsigned long *wants);
void alice_listen_end(struct alice_file *mine);
ssize_t alice_read(struct file *file, char __user *to, size_t count, loff_t *pos);
__poll_t alice_poll(struct file *file, struct poll_table_struct *table);

/* table.c: the op table. */
int alice_table_load(void);
int alice_table_refresh(u32 tag);
void alice_table_free(void);
void alice_table_info(struct alice_info *info);

/* main.c: the number of the hypercall. */
extern unsigned int alice_nr;
bool alice_nr_allowed(void);

/* counters.c: what programs did, in sysfs. */
extern const struct attribute_group *alice_counter_groups[];
void alice_count_refused(int error);

/*
 * What was sent to the hypervisor: ops; of them, answered with an errno; payload
 * and answers of the others, in bytes; calls of op batch. Then what the driver
 * refused, by errno.
 */
enum {
	ALICE_CALLS, ALICE_ERRORS, ALICE_IN_BYTES, ALICE_OUT_BYTES, ALICE_BATCHES,
	ALICE_REFUSED, ALICE_REFUSALS = 9,
};

DECLARE_PER_CPU(local64_t, alice_counts[ALICE_REFUSED + ALICE_REFUSALS]);

/**
 * alice_count_sent() - count ops that were sent to the hypervisor
 * @batches: calls of op batch, with one op or more in each
 * @calls: how many ops
 * @errors: of them, answered with an errno
 * @in_bytes: payload of the others
 * @out_bytes: answers of the others
 *
 * Context: Process context.
 */
static __always_inline void alice_count_sent(u32 batches, u32 calls, u32 errors,
					     u64 in_bytes, u64 out_bytes)
{
	local64_t *counts = get_cpu_ptr(&alice_counts[0]);

	local64_add(calls, &counts[ALICE_CALLS]);
	local64_add(errors, &counts[ALICE_ERRORS]);
	local64_add(in_bytes, &counts[ALICE_IN_BYTES]);
	local64_add(out_bytes, &counts[ALICE_OUT_BYTES]);
	local64_add(batches, &counts[ALICE_BATCHES]);
	put_cpu_ptr(&alice_counts[0]);
}

/**
 * alice_file() - the driver's state of an open file
 * @file: the open file
 *
 * Return: the state.
 */
static inline struct alice_file *alice_file(const struct file *file)
{
	return file->private_data;
}

/**
 * alice_hypercall() - enter Xen
 * @nr: number of the hypercall
 * @cmd: its first argument
 * @arg: its second argument
 * @in_len: its third argument
 * @room: its fourth argument
 *
 * How a kernel enters Xen changes even in stable updates, so this goes through
 * the kernel's own entry. On Arm the only one that modules can reach is named
 * after privcmd.
 *
 * Context: Any.
 * Return: what Xen answers.
 */
static inline long alice_hypercall(unsigned int nr, unsigned long cmd,
				   unsigned long arg, unsigned long in_len, unsigned long room)
{
#ifdef CONFIG_X86
	return xen_single_call(nr, cmd, arg, in_len, room, 0);
#else
	return privcmd_call(nr, cmd, arg, in_len, room, 0);
#endif
}

/**
 * alice_row() - look up an op by its number
 * @table: the table, or NULL
 * @cmd: the number; any
 *
 * Context: RCU read-side critical section.
 * Return: the row, or NULL.
 */
static inline const struct alice_row *
alice_row(const struct alice_table *table, u32 cmd)
{
	if (!table || cmd >= ALICE_MAX_CMDS)
		return NULL;

	return table->by_cmd[array_index_nospec(cmd, ALICE_MAX_CMDS)];
}

/**
 * alice_access() - may the caller call an op by this open file?
 * @file: the open file
 * @row: the op's row
 * @audit: this is for a call, and not only a question
 *
 * Context: Process context; does not sleep.
 * Return: 0, or -EACCES, -EPERM or -EBADF.
 */
static __always_inline int alice_access(const struct file *file, const struct alice_row *row,
					bool audit)
{
	const struct alice_file *mine = alice_file(file);
	u32 flags = row->desc.flags & ALICE_OP_F_LOW;

	if (unlikely(!test_bit(row->desc.cmd, mine->allowed) ||
		     row->since > READ_ONCE(mine->rows_until)))
		return -EACCES;

	return unlikely(flags) ? alice_access_flags(file, flags, audit) : 0;
}

/**
 * alice_user_ptr() - a user pointer, as the device's structures have it
 * @ptr: the pointer
 *
 * A 32-bit kernel must not cut off what makes a pointer invalid.
 *
 * Return: the pointer.
 */
static inline void __user *alice_user_ptr(u64 ptr)
{
	return u64_to_user_ptr(ptr > ULONG_MAX ? ULONG_MAX : ptr);
}

#endif /* ALICE_H */
