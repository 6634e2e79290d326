/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Internal interfaces of the alice driver.
 *
 * device.c copies a request in, checks it against the op table and the open file,
 * copies the payload in, calls the hypervisor and copies the answer out. batch.c
 * does the same for many ops at once.
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

#include "compat.h"

/* Upper bounds for count and op_size of struct alice_batch. */
#define ALICE_MAX_BATCH		1024
#define ALICE_MAX_OP_SIZE	4096

/* Xen's ENOSYS: there is no such hypercall. */
#define XEN_ENOSYS		38

/* Upper bound for retries while the hypervisor's table changes. */
#define ALICE_TRIES		16

/* The buffer that an open file caches: page order and bytes. */
#define ALICE_SPARE_ORDER	(PAGE_SHIFT < 13 ? 13 - PAGE_SHIFT : 0)
#define ALICE_SPARE_LEN		(PAGE_SIZE << ALICE_SPARE_ORDER)

/**
 * struct alice_file - an open file
 * @allowed: bitmap of the cmds that may be called; bits are only cleared
 * @rows_until: rows with a later @since are not allowed; U64_MAX if the file is
 *	not restricted
 * @restrictions: number of changes of @allowed and @rows_until
 * @lock: serialises changes of the three above
 * @spare: cached buffer of ALICE_SPARE_LEN bytes, or NULL
 * @listener: event state, or NULL before the first ALICE_IOC_LISTEN
 */
struct alice_file {
	DECLARE_BITMAP(allowed, ALICE_MAX_CMDS);
	u64 rows_until;
	unsigned int restrictions;
	spinlock_t lock; /* for changes of the above */
	void *spare;
	struct alice_listener *listener;
};

/**
 * struct alice_row - a row of the op table
 * @since: generation of the table in which the row last changed
 * @desc: the hypervisor's description of the op
 */
struct alice_row {
	u64 since;
	struct alice_op_desc desc;
};

/* A flag of struct alice_table: Xen takes guest-physical addresses. */
#define ALICE_TABLE_PHYS	BIT(31)

/**
 * struct alice_table - an op table; read-only once it is published
 * @rcu: for kvfree_rcu()
 * @generation: the driver's own; rises when rows, their order or max_len change
 * @version: the answer of op version; all 0 in legacy mode
 * @tag: the table's tag in the cmd of a hypercall; 0 in legacy mode
 * @flags: ALICE_INFO_LEGACY, ALICE_INFO_BATCH, ALICE_TABLE_PHYS
 * @nr: number of rows
 * @by_cmd: the row of each cmd, or NULL
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

/* The current table, or NULL. */
extern struct alice_table __rcu *alice_table;

/* device.c: the device's file operations, and single ops. */
extern const struct file_operations alice_fops;
int alice_access_flags(const struct file *file, u32 flags, bool audit);
long alice_op(struct file *file, const struct alice_op *op);
void *alice_buffer_get(struct alice_file *mine, size_t len);
void alice_buffer_put(struct alice_file *mine, size_t len, void *buf);

/* batch.c: many ops. */
long alice_batch(struct file *file, void __user *user, size_t size);

/* events.c: events from the hypervisor. */
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

/* counters.c: counters in sysfs. */
extern const struct attribute_group *alice_counter_groups[];
void alice_count_refused(int error);

/*
 * Indexes of alice_counts. The first five count what was sent to the hypervisor:
 * ops, ops that failed, bytes of input and of answers of the other ops, calls of op
 * batch. From ALICE_REFUSED on, each counts what the driver refused with one errno.
 */
enum {
	ALICE_CALLS, ALICE_ERRORS, ALICE_IN_BYTES, ALICE_OUT_BYTES, ALICE_BATCHES,
	ALICE_REFUSED, ALICE_REFUSALS = 9,
};

DECLARE_PER_CPU(local64_t, alice_counts[ALICE_REFUSED + ALICE_REFUSALS]);

/**
 * alice_count_sent() - count ops that were sent to the hypervisor
 * @batches: number of calls of op batch
 * @calls: number of ops
 * @errors: number of these ops that failed
 * @in_bytes: input of the other ops, in bytes
 * @out_bytes: answers of the other ops, in bytes
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
 * Return: the state that alice_open() allocated.
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
 * Uses the kernel's exported entry: how the kernel enters Xen changes even in
 * stable updates. On Arm privcmd_call() is the only exported one.
 *
 * Context: Any.
 * Return: Xen's return value.
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
 * @cmd: the number; any value
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
 * alice_access() - check whether the caller may call an op
 * @file: the open file
 * @row: the op's row
 * @audit: audit a missing capability; false for a mere query
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
 * alice_user_ptr() - convert a __u64 of the device's structures to a pointer
 * @ptr: the value
 *
 * A 32-bit kernel must not truncate an invalid value to a valid pointer.
 *
 * Return: the user pointer.
 */
static inline void __user *alice_user_ptr(u64 ptr)
{
	return u64_to_user_ptr(ptr > ULONG_MAX ? ULONG_MAX : ptr);
}

#endif /* ALICE_H */
