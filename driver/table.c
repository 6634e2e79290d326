// SPDX-License-Identifier: GPL-2.0-only
/*
 * The op table: read from the hypervisor, checked, and asked on every call.
 *
 * The hypervisor is trusted with the guest's memory, but a wrong table in it
 * must show as an error at load, not as a crash later: nothing in a row is
 * believed before alice_row_fault() saw it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <public/alice.h>

#include "alice.h"
#include "table.h"

/* One payload is a physically contiguous allocation: no more than this. */
#define ALICE_LEN_LIMIT		65536

/* Xen's errno for a hypercall that it does not have. */
#define XEN_ENOSYS		38

/*
 * Rows are read straight into the structure that programs get. The sizes of the
 * texts, which both headers define, are compared by the preprocessor already.
 */
static_assert(sizeof(struct alice_op_desc) == sizeof(struct xen_alice_op_desc));
static_assert(offsetof(struct alice_op_desc, reserved) ==
	      offsetof(struct xen_alice_op_desc, reserved));
static_assert(offsetof(struct alice_op_desc, name) ==
	      offsetof(struct xen_alice_op_desc, name));
static_assert(offsetof(struct alice_op_desc, in_fmt) ==
	      offsetof(struct xen_alice_op_desc, in_fmt));

/* These change when the module loads and on resume, while no task runs. */
struct alice_table __rcu *alice_table;
static u64 alice_generation;
static bool alice_legacy;

/* What is wrong with a text of the hypervisor's, or NULL. */
static const char *alice_text_fault(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	if (len == size)
		return "a text has no end";

	/* It goes to people's terminals. */
	while (len--)
		if (text[len] < ' ' || text[len] > '~')
			return "a text has an unprintable character";

	return NULL;
}

static bool alice_name_ok(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

/* Does one of the first @nr rows have this name? */
static bool alice_name_taken(const struct alice_table *table, u32 nr,
			     const char *name)
{
	while (nr--)
		if (!strcmp(table->rows[nr].name, name))
			return true;

	return false;
}

/* What is wrong with row @i, or NULL. The rows before it are right. */
static const char *alice_row_fault(const struct alice_table *table, u32 i)
{
	const struct alice_op_desc *row = &table->rows[i];
	const char *fault;

	fault = alice_text_fault(row->name, sizeof(row->name));
	if (!fault)
		fault = alice_text_fault(row->summary, sizeof(row->summary));
	if (!fault)
		fault = alice_text_fault(row->in_fmt, sizeof(row->in_fmt));
	if (!fault)
		fault = alice_text_fault(row->out_fmt, sizeof(row->out_fmt));
	if (fault)
		return fault;

	if (row->cmd >= ALICE_MAX_CMDS)
		return "its cmd is too large";
	if (table->index[row->cmd])
		return "its cmd is another row's";
	if (!alice_name_ok(row->name))
		return "its name is not of [a-z0-9-]";
	if (alice_name_taken(table, i, row->name))
		return "its name is another row's";
	if (row->in_min > row->in_max)
		return "in_min is above in_max";
	if (row->in_max > table->version.max_len ||
	    row->out_max > table->version.max_len)
		return "a length is above max_len";
	if (row->reserved)
		return "its reserved field is not 0";

	return NULL;
}

/* Read row @i from the hypervisor, and enter it if it is right. */
static int alice_row_read(struct alice_table *table, u32 i)
{
	struct alice_op_desc *row = &table->rows[i];
	struct xen_alice_describe *what = (void *)row;
	const char *fault;
	long ret;

	what->index = i;
	ret = alice_hv_call(ALICE_OP_DESCRIBE, row, sizeof(*what), sizeof(*row));
	if (ret != sizeof(*row)) {
		pr_err("Xen's op table is wrong: describe of row %u of %u answers %ld\n",
		       i, table->nr, ret);
		return -EPROTO;
	}

	fault = alice_row_fault(table, i);
	if (fault) {
		pr_err("Xen's op table is wrong: row %u: %s\n", i, fault);
		return -EPROTO;
	}

	table->index[row->cmd] = i + 1;
	return 0;
}

static struct alice_table *alice_table_alloc(u32 nr)
{
	struct alice_table *table;

	table = kvzalloc(struct_size(table, rows, nr), GFP_KERNEL);
	if (table)
		table->nr = nr;

	return table;
}

/*
 * Ask for the version. -ENOMSG says that something answered, but not alice_op:
 * perhaps an alice_op that takes no arguments.
 */
static int alice_version_read(struct xen_alice_version *version)
{
	long ret;

	memset(version, 0, sizeof(*version));
	ret = alice_hv_call(ALICE_OP_VERSION, version, 0, sizeof(*version));
	if (ret == -XEN_ENOSYS) {
		pr_err("this Xen has no hypercall %u: wire alice_op into it, or give its number as hypercall_nr=\n",
		       alice_hv_nr());
		return -ENODEV;
	}
	if (ret == -EPERM) {
		pr_err("Xen does not let this domain call alice_op: see Xen's boot parameter alice= and, with FLASK, its policy\n");
		return -ENODEV;
	}
	if (ret < 0) {
		pr_err("hypercall %u answers error %ld, so it is not alice_op: give the right number as hypercall_nr=\n",
		       alice_hv_nr(), -ret);
		return -ENODEV;
	}
	if (ret != sizeof(*version) || version->magic != ALICE_MAGIC)
		return -ENOMSG;

	return 0;
}

/* Can this driver go by such a version? Says so if not. */
static int alice_version_check(const struct xen_alice_version *version)
{
	if (version->major != ALICE_ABI_MAJOR) {
		pr_err("Xen's alice_op has ABI %u.%u and this driver is for %u.x: install the driver that came with that Xen's alice\n",
		       version->major, version->minor, ALICE_ABI_MAJOR);
		return -ENODEV;
	}
	if (!version->ops || version->ops > ALICE_MAX_CMDS) {
		pr_err("Xen's op table is wrong: %u rows\n", version->ops);
		return -EPROTO;
	}
	if (version->max_len < sizeof(struct alice_op_desc) ||
	    version->max_len > ALICE_LEN_LIMIT) {
		pr_err("Xen's op table is wrong: payloads of up to %u bytes\n",
		       version->max_len);
		return -EPROTO;
	}

	return 0;
}

/* Read the whole table. */
static struct alice_table *
alice_table_read(const struct xen_alice_version *version)
{
	struct alice_table *table;
	int ret;
	u32 i;

	ret = alice_version_check(version);
	if (ret)
		return ERR_PTR(ret);

	table = alice_table_alloc(version->ops);
	if (!table)
		return ERR_PTR(-ENOMEM);

	table->version = *version;

	for (i = 0; i < table->nr; i++) {
		ret = alice_row_read(table, i);
		if (ret) {
			kvfree(table);
			return ERR_PTR(ret);
		}
		cond_resched();
	}

	return table;
}

/* The table of an alice_op that takes no arguments: hello alone. */
static struct alice_table *alice_table_legacy(void)
{
	struct alice_table *table = alice_table_alloc(1);
	struct alice_op_desc *row;

	if (!table)
		return ERR_PTR(-ENOMEM);

	row = &table->rows[0];
	row->cmd = ALICE_OP_HELLO;
	row->flags = ALICE_OP_F_WRITE;
	strscpy(row->name, "hello", sizeof(row->name));
	strscpy(row->summary, "Call the hypercall, which takes no arguments",
		sizeof(row->summary));
	table->index[row->cmd] = 1;

	return table;
}

/* Replace the published table. NULL takes it away. */
static void alice_table_publish(struct alice_table *table)
{
	struct alice_table *old = rcu_dereference_protected(alice_table, true);

	if (table)
		table->generation = ++alice_generation;

	rcu_assign_pointer(alice_table, table);
	if (old)
		kvfree_rcu(old, rcu);
}

/* Read the table of whatever answers. Says what was wrong, if anything was. */
static struct alice_table *alice_table_discover(void)
{
	struct xen_alice_version version;
	int ret = alice_version_read(&version);

	if (ret == -ENOMSG && alice_legacy)
		return alice_table_legacy();

	if (ret == -ENOMSG) {
		pr_err("hypercall %u answers, but not as alice_op does: if it is one that takes no arguments, legacy=1 would serve it\n",
		       alice_hv_nr());
		ret = -ENODEV;
	}

	return ret ? ERR_PTR(ret) : alice_table_read(&version);
}

/**
 * alice_table_load() - read the op table for the first time
 * @legacy: serve an alice_op that takes no arguments, if that is what answers
 *
 * Says in one log line what was wrong, if anything was.
 *
 * Context: Module initialisation; may sleep.
 * Return: 0; -ENODEV where alice_op does not answer, or not to this driver;
 *	-EPROTO for a table that is wrong; -ENOMEM.
 */
int __init alice_table_load(bool legacy)
{
	struct alice_table *table;

	alice_legacy = legacy;

	table = alice_table_discover();
	if (IS_ERR(table))
		return PTR_ERR(table);

	alice_table_publish(table);
	return 0;
}

/**
 * alice_table_refresh() - read the op table anew
 *
 * For a domain that may have woken up on another Xen. Where no table can be
 * read there is none from then on: every op is unknown, until the next resume.
 *
 * Context: Resume, while no task runs and devices may not do I/O yet; may sleep.
 * Return: 0, or as alice_table_load().
 */
int alice_table_refresh(void)
{
	unsigned int noio = memalloc_noio_save();
	struct alice_table *table = alice_table_discover();

	memalloc_noio_restore(noio);

	alice_table_publish(IS_ERR(table) ? NULL : table);
	return PTR_ERR_OR_ZERO(table);
}

/**
 * alice_table_free() - forget the op table
 *
 * Context: When nothing can ask for it any more; may sleep.
 */
void alice_table_free(void)
{
	alice_table_publish(NULL);
}

/**
 * alice_table_info() - say what the hypervisor offers
 * @info: set to it, but for what is the device's or the open file's
 *
 * Context: Process context.
 */
void alice_table_info(struct alice_info *info)
{
	const struct alice_table *table;

	memset(info, 0, sizeof(*info));
	info->hypercall_nr = alice_hv_nr();

	rcu_read_lock_sched();
	table = rcu_dereference_sched(alice_table);
	if (table) {
		info->abi_major = table->version.major;
		info->abi_minor = table->version.minor;
		info->ops = table->nr;
		info->max_len = table->version.max_len;
		info->generation = table->generation;
		if (!table->version.major)
			info->flags |= ALICE_INFO_LEGACY;
		if (table->index[ALICE_OP_BATCH])
			info->flags |= ALICE_INFO_BATCH;
	}
	rcu_read_unlock_sched();
}

/**
 * alice_table_row() - get one row
 * @index: which, from 0
 * @desc: set to it
 *
 * Context: Process context.
 * Return: 0, or -ENOENT past the end.
 */
int alice_table_row(u32 index, struct alice_op_desc *desc)
{
	const struct alice_table *table;
	int ret = -ENOENT;

	rcu_read_lock_sched();
	table = rcu_dereference_sched(alice_table);
	if (table && index < table->nr) {
		*desc = table->rows[array_index_nospec(index, table->nr)];
		ret = 0;
	}
	rcu_read_unlock_sched();

	return ret;
}
