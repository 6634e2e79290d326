// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of /dev/alice: which there are, and how their structures are
 * copied in, once, and out.
 */
#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "alice.h"
#include "counters.h"
#include "payload.h"
#include "table.h"
#include "trace.h"

/**
 * struct alice_ioctl - one ioctl
 * @cmd: its number, with the size of the driver's structure
 * @fn: does it, on a program's structure of @size bytes at @user; returns the
 *	ioctl's result
 */
struct alice_ioctl {
	unsigned int cmd;
	long (*fn)(struct file *file, void __user *user, size_t size);
};

/* Copy a structure out, into a program's that may be shorter or longer. */
static int alice_copy_out(void __user *to, size_t to_size,
			  const void *from, size_t from_size)
{
	size_t size = min(to_size, from_size);

	if (copy_to_user(to, from, size) || clear_user(to + size, to_size - size))
		return -EFAULT;

	return 0;
}

static long alice_ioctl_info(struct file *file, void __user *user, size_t size)
{
	struct alice_info info;

	alice_table_info(&info);
	info.max_batch = ALICE_MAX_BATCH;
	if (READ_ONCE(alice_file(file)->restricted))
		info.flags |= ALICE_INFO_RESTRICTED;

	return alice_copy_out(user, size, &info, sizeof(info));
}

static long alice_ioctl_describe(struct file *file, void __user *user,
				 size_t size)
{
	struct alice_describe describe;
	struct alice_op_desc *desc = &describe.desc;
	int ret;

	ret = copy_struct_from_user(&describe, sizeof(describe), user, size);
	if (!ret)
		ret = alice_table_row(describe.index, desc);
	if (ret)
		return ret;

	describe.access = alice_check_access(file, desc->cmd, desc->flags);

	return alice_copy_out(user, size, &describe, sizeof(describe));
}

static __always_inline long alice_do_op(struct file *file, void __user *user,
					size_t size)
{
	struct alice_op op;
	long ret;

	ret = alice_op_read(&op, user, size);
	if (ret)
		return ret;

	ret = alice_check_op(file, &op);
	if (likely(ret >= 0))
		ret = alice_call_op(&op, ret, file);
	else
		alice_count_refused(ret);
	if (unlikely(ret == -ERESTARTSYS))
		ret = alice_count_refused(-EINTR);

	trace_alice_op(&op, ret);
	return ret;
}

static long alice_ioctl_op(struct file *file, void __user *user, size_t size)
{
	return alice_do_op(file, user, size);
}

static long alice_ioctl_batch(struct file *file, void __user *user, size_t size)
{
	struct alice_batch batch;
	long ret;

	ret = copy_struct_from_user(&batch, sizeof(batch), user, size);
	if (ret)
		return ret;

	ret = alice_batch(file, &batch);

	trace_alice_batch(&batch, ret);
	return ret;
}

static long alice_ioctl_restrict(struct file *file, void __user *user,
				 size_t size)
{
	struct alice_restrict request;
	int ret;

	ret = copy_struct_from_user(&request, sizeof(request), user, size);

	return ret ? ret : alice_restrict(alice_file(file), &request);
}

static const struct alice_ioctl alice_ioctls[] = {
	[_IOC_NR(ALICE_IOC_INFO)] = { ALICE_IOC_INFO, alice_ioctl_info },
	[_IOC_NR(ALICE_IOC_DESCRIBE)] = {
		ALICE_IOC_DESCRIBE, alice_ioctl_describe
	},
	[_IOC_NR(ALICE_IOC_OP)] = { ALICE_IOC_OP, alice_ioctl_op },
	[_IOC_NR(ALICE_IOC_BATCH)] = { ALICE_IOC_BATCH, alice_ioctl_batch },
	[_IOC_NR(ALICE_IOC_RESTRICT)] = {
		ALICE_IOC_RESTRICT, alice_ioctl_restrict
	},
};

/* Find an ioctl by its number, whatever size the program's structure has. */
static const struct alice_ioctl *alice_ioctl_find(unsigned int cmd)
{
	unsigned int nr = _IOC_NR(cmd);
	const struct alice_ioctl *ioctl;

	if (_IOC_TYPE(cmd) != ALICE_IOC_TYPE || nr >= ARRAY_SIZE(alice_ioctls))
		return NULL;

	ioctl = &alice_ioctls[array_index_nospec(nr, ARRAY_SIZE(alice_ioctls))];
	if (_IOC_DIR(cmd) != _IOC_DIR(ioctl->cmd) || !_IOC_SIZE(cmd))
		return NULL;

	return ioctl;
}

static long alice_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	const struct alice_ioctl *ioctl;

	/* The one that has to be quick, from a program as old as this driver. */
	if (likely(cmd == ALICE_IOC_OP))
		return alice_do_op(file, user, sizeof(struct alice_op));

	ioctl = alice_ioctl_find(cmd);
	if (!ioctl)
		return -ENOTTY;

	return ioctl->fn(file, user, _IOC_SIZE(cmd));
}

static int alice_open(struct inode *inode, struct file *file)
{
	struct alice_file *mine = kzalloc(sizeof(*mine), GFP_KERNEL_ACCOUNT);

	if (!mine)
		return -ENOMEM;

	alice_restrict_init(mine);
	file->private_data = mine;
	return 0;
}

static int alice_release(struct inode *inode, struct file *file)
{
	struct alice_file *mine = alice_file(file);

	alice_memory_free(mine);
	kfree(mine);
	return 0;
}

/* The owner keeps the module loaded as long as a file is open. */
const struct file_operations alice_fops = {
	.owner = THIS_MODULE,
	.open = alice_open,
	.release = alice_release,
	.unlocked_ioctl = alice_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};
