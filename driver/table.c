// SPDX-License-Identifier: GPL-2.0-only
/*
 * The op table: read from the hypervisor, checked, and replaced when the
 * hypervisor's table changes.
 *
 * No field of a row is trusted before alice_row_fault() has checked it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "alice.h"

#define ALICE_NAME_CHARS	"abcdefghijklmnopqrstuvwxyz0123456789-"

/* Rows are read straight into the structure that programs get. */
static_assert(sizeof(struct alice_op_desc) == sizeof(struct xen_alice_op_desc));
static_assert(offsetof(struct alice_op_desc, out_fmt) ==
	      offsetof(struct xen_alice_op_desc, out_fmt));

static bool alice_legacy __ro_after_init;
module_param_named(legacy, alice_legacy, bool, 0444);
MODULE_PARM_DESC(legacy, "serve an alice_op that takes no arguments");

struct alice_table __rcu *alice_table;

/*
 * alice_lock is held to read a table and to publish it. It protects alice_last,
 * the table that was published last, and alice_generation. Rows that are the same
 * in the next table keep their @since.
 */
static DEFINE_MUTEX(alice_lock);
static struct alice_table *alice_last;
static u64 alice_generation;

/* Log why there is no table: at load, and when the table is lost, but only once. */
#define alice_err(fmt, ...) \
	do { \
		if (!alice_last || rcu_access_pointer(alice_table)) \
			pr_err_ratelimited(fmt, ##__VA_ARGS__); \
	} while (0)

/* Texts are printed to terminals: only printable ASCII, ended by NUL. */
static bool alice_text_ok(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size && text[i]; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;

	return i < size;
}

static bool alice_name_taken(const struct alice_table *table, const char *name)
{
	u32 i;

	for (i = 0; i < table->nr; i++)
		if (!strcmp(table->rows[i].desc.name, name))
			return true;

	return false;
}

/* Check a row before it is added. Returns what is wrong with it, or NULL. */
static const char *alice_row_fault(const struct alice_table *table,
				   const struct alice_op_desc *desc)
{
	u32 max_len = table->version.max_len;

	if (desc->flags & ALICE_OP_F_LONG)
		max_len -= XEN_ALICE_CURSOR_LEN;

	if (!alice_text_ok(desc->name, sizeof(desc->name)) ||
	    !alice_text_ok(desc->summary, sizeof(desc->summary)) ||
	    !alice_text_ok(desc->in_fmt, sizeof(desc->in_fmt)) ||
	    !alice_text_ok(desc->out_fmt, sizeof(desc->out_fmt)))
		return "a text is not terminated or not printable ASCII";
	if (desc->cmd >= ALICE_MAX_CMDS)
		return "its cmd is too large";
	if (table->by_cmd[desc->cmd])
		return "its cmd is taken by another row";
	if (!desc->name[0] || desc->name[strspn(desc->name, ALICE_NAME_CHARS)])
		return "its name is not of [a-z0-9-]";
	if (alice_name_taken(table, desc->name))
		return "its name is taken by another row";
	if (desc->in_min > desc->in_max)
		return "in_min is above in_max";
	if (desc->in_max > max_len || desc->out_max > max_len)
		return "a length is above max_len";

	return NULL;
}

/* Log why the result of op version does not come from a usable alice_op. */
static int alice_version_refuse(long ret)
{
	if (ret == -XEN_ENOSYS)
		alice_err("this Xen has no hypercall %u: wire alice_op into it, or give its number as hypercall_nr=\n",
			  alice_nr);
	else if (ret == -EPERM)
		alice_err("Xen does not let this domain call alice_op: see Xen's boot parameter alice= and, with FLASK, its policy\n");
	else if (ret < 0)
		alice_err("hypercall %u answers error %ld, so it is not alice_op: give the right number as hypercall_nr=\n",
			  alice_nr, -ret);
	else
		alice_err("hypercall %u answers, but not as alice_op does: if it is one that takes no arguments, legacy=1 would serve it\n",
			  alice_nr);

	return -ENODEV;
}

/* Read row @i from the hypervisor. Adds it to the table if it is valid. */
static int alice_row_read(struct alice_table *table, u32 i)
{
	struct alice_op_desc *desc = &table->rows[table->nr].desc;
	struct xen_alice_describe what = { .index = i };
	const char *fault = "it cannot be read";
	long ret;

	memcpy(desc, &what, sizeof(what));
	ret = alice_hypercall(alice_nr, XEN_ALICE_OP_DESCRIBE |
			      table->tag << XEN_ALICE_CMD_TAG_SHIFT,
			      (unsigned long)desc, sizeof(what), sizeof(*desc));
	/* The caller reads the version again, which tells why. */
	if (ret == -ESTALE || ret == -XEN_ENOSYS)
		return -EAGAIN;
	if (ret == -ENOMEM)
		return ret;
	if (ret == -EPERM)
		return alice_version_refuse(ret);

	if (ret == sizeof(*desc))
		fault = alice_row_fault(table, desc);
	if (fault) {
		pr_warn_ratelimited("row %u of Xen's op table is left out: %s\n", i, fault);
		return 0;
	}

	table->by_cmd[desc->cmd] = &table->rows[table->nr++];
	return 0;
}

/* Call op version. In legacy mode all fields are set to 0. */
static int alice_version_read(struct xen_alice_version *version)
{
	long ret;

	memset(version, 0, sizeof(*version));
	/* After a migration, the number may be another hypercall's. */
	ret = !alice_nr_allowed() ? -XEN_ENOSYS :
	      alice_hypercall(alice_nr, XEN_ALICE_OP_VERSION, (unsigned long)version, 0,
			      sizeof(*version));
	if (ret == -ENOMEM)
		return ret;
	if (ret == sizeof(*version) && version->magic == XEN_ALICE_MAGIC)
		return 0;

	if (ret < 0 || !alice_legacy)
		return alice_version_refuse(ret);

	memset(version, 0, sizeof(*version));
	return 0;
}

/* Check that the driver supports the version. Logs why if not. */
static int alice_version_check(const struct xen_alice_version *version)
{
	if (version->major != XEN_ALICE_ABI_MAJOR) {
		alice_err("Xen's alice_op has ABI %u.%u and this driver is for %u.x: install the driver that came with that Xen's alice\n",
			  version->major, version->minor, XEN_ALICE_ABI_MAJOR);
		return -ENODEV;
	}
	if (!version->ops || version->ops > ALICE_MAX_CMDS ||
	    version->max_len < XEN_ALICE_LEN_LEAST || version->max_len > XEN_ALICE_LEN_MOST ||
	    !(version->generation & XEN_ALICE_TAG)) {
		alice_err("Xen's op table is wrong: %u rows, payloads of up to %u bytes, generation %llu\n",
			  version->ops, version->max_len, version->generation);
		return -EPROTO;
	}

	return 0;
}

/* Read all rows. Returns -EAGAIN if the table changed meanwhile. */
static struct alice_table *alice_table_read(const struct xen_alice_version *version)
{
	const struct alice_row *batch;
	struct alice_table *table;
	int ret;
	u32 i;

	ret = alice_version_check(version);
	if (ret)
		return ERR_PTR(ret);

	table = kvzalloc(struct_size(table, rows, version->ops), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);

	table->version = *version;
	table->tag = version->generation & XEN_ALICE_TAG;

	for (i = 0; i < version->ops; i++) {
		ret = alice_row_read(table, i);
		if (ret) {
			kvfree(table);
			return ERR_PTR(ret);
		}
		cond_resched();
	}

	if (version->features & XEN_ALICE_FEATURE_PHYS)
		table->flags |= ALICE_TABLE_PHYS;
	batch = alice_row(table, XEN_ALICE_OP_BATCH);
	if (batch && (batch->desc.flags & ALICE_OP_F_KERNEL) &&
	    batch->desc.in_max >= XEN_ALICE_BATCH_LEN &&
	    batch->desc.out_max >= XEN_ALICE_BATCH_LEN)
		table->flags |= ALICE_INFO_BATCH;

	return table;
}

/* The table in legacy mode: hello alone. */
static struct alice_table *alice_table_legacy(void)
{
	static const struct alice_op_desc hello = {
		.cmd = XEN_ALICE_OP_HELLO,
		.flags = ALICE_OP_F_WRITE,
		.name = "hello",
		.summary = "Call the hypercall, which takes no arguments",
	};
	struct alice_table *table;

	table = kvzalloc(struct_size(table, rows, 1), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);

	table->flags = ALICE_INFO_LEGACY;
	table->nr = 1;
	table->rows[0].desc = hello;
	table->by_cmd[hello.cmd] = &table->rows[0];

	return table;
}

/* Publish a new table. Rows that are unchanged keep their @since. */
static void alice_table_publish(struct alice_table *table)
{
	struct alice_table *last = alice_last;
	u64 next = alice_generation + 1;
	bool same = last && last->nr == table->nr &&
		    last->version.max_len == table->version.max_len;
	u32 i;

	for (i = 0; i < table->nr; i++) {
		struct alice_row *row = &table->rows[i];
		const struct alice_row *was = alice_row(last, row->desc.cmd);

		row->since = next;
		if (was && !memcmp(&was->desc, &row->desc, sizeof(row->desc)))
			row->since = was->since;
		same = same && was == &last->rows[i] && row->since != next;
	}

	if (!same)
		alice_generation = next;
	table->generation = alice_generation;

	alice_last = table;
	rcu_assign_pointer(alice_table, table);
	if (last)
		kvfree_rcu(last, rcu);
}

/*
 * Bring the table up to date. Logs errors. After a transient error the old table
 * stays: calls carry its tag, so Xen refuses them if its table is another one.
 */
static int alice_table_update(void)
{
	struct alice_table *old, *new;
	struct xen_alice_version version;
	int ret, reads = 0;

	old = rcu_dereference_protected(alice_table, lockdep_is_held(&alice_lock));

	/* In legacy mode, asking for the version would call hello. */
	if (old && !old->tag)
		return 0;

	do {
		ret = alice_version_read(&version);
		if (ret)
			new = ERR_PTR(ret);
		else if (old && !memcmp(&old->version, &version, sizeof(version)))
			return 0;
		else if (version.magic)
			new = alice_table_read(&version);
		else
			new = alice_table_legacy();
	} while (new == ERR_PTR(-EAGAIN) && ++reads < ALICE_TRIES);

	ret = PTR_ERR_OR_ZERO(new);
	if (ret == -ENOMEM || ret == -EAGAIN) {
		pr_warn_ratelimited("Xen's op table could not be read (error %d)%s\n", -ret,
				    old ? ": the old one stays in force" : "");
	} else if (ret) {
		RCU_INIT_POINTER(alice_table, NULL);
	} else {
		alice_table_publish(new);
	}

	return ret;
}

/**
 * alice_table_load() - read the op table for the first time
 *
 * Logs one line on an error.
 *
 * Context: Module initialisation; may sleep.
 * Return: 0; -ENODEV if there is no alice_op that this driver can use; -EPROTO
 *	if its table is invalid; -ENOMEM; -EAGAIN if the table keeps changing.
 */
int __init alice_table_load(void)
{
	int ret;

	mutex_lock(&alice_lock);
	ret = alice_table_update();
	mutex_unlock(&alice_lock);

	return ret;
}

/**
 * alice_table_refresh() - bring the table up to date
 * @tag: tag of the table that the caller used; 0 if it used none
 *
 * Concurrent callers read a new table only once.
 *
 * Context: Process context; may sleep.
 * Return: 1 if the current table is not the one that the caller used, or there is
 *	none any more; 0 if it is; -ENOMEM or -EAGAIN if the table could not be
 *	read; -ERESTARTNOINTR if the caller is being killed.
 */
int alice_table_refresh(u32 tag)
{
	const struct alice_table *table, *before;
	int ret;

	if (mutex_lock_killable(&alice_lock))
		return -ERESTARTNOINTR;

	before = rcu_dereference_protected(alice_table, lockdep_is_held(&alice_lock));
	ret = alice_table_update();
	table = rcu_dereference_protected(alice_table, lockdep_is_held(&alice_lock));
	if (ret != -ENOMEM && ret != -EAGAIN)
		ret = table != before || (table ? table->tag : 0) != tag;
	mutex_unlock(&alice_lock);

	return ret;
}

/**
 * alice_table_free() - free the op table
 *
 * Context: Module initialisation or exit, when nothing uses the table; may sleep.
 */
void alice_table_free(void)
{
	RCU_INIT_POINTER(alice_table, NULL);
	kvfree(alice_last);
}

/**
 * alice_table_info() - refresh the table and describe it
 * @info: filled in, except for ALICE_INFO_RESTRICTED
 *
 * Context: Process context; may sleep.
 */
void alice_table_info(struct alice_info *info)
{
	const struct alice_table *table;

	memset(info, 0, sizeof(*info));
	info->hypercall_nr = alice_nr;
	info->max_batch = ALICE_MAX_BATCH;

	/* After a transient error, use the old table. */
	alice_table_refresh(0);

	rcu_read_lock();
	table = rcu_dereference(alice_table);
	if (table) {
		info->abi_major = table->version.major;
		info->abi_minor = table->version.minor;
		info->ops = table->nr;
		info->max_len = table->version.max_len;
		info->generation = table->generation;
		info->features = table->version.features;
		info->flags = table->flags & ~ALICE_TABLE_PHYS;
	}
	rcu_read_unlock();
}
