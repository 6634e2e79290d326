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
#include <linux/uaccess.h>

#include "alice.h"

/**
 * union alice_arg - the structure of any ioctl
 * @info: of ALICE_IOC_INFO
 * @describe: of ALICE_IOC_DESCRIBE
 * @op: of ALICE_IOC_OP
 */
union alice_arg {
	struct alice_info info;
	struct alice_describe describe;
	struct alice_op op;
};

/**
 * struct alice_ioctl - one ioctl
 * @cmd: its number, with the size of the driver's structure
 * @fn: what it does with the structure; returns the ioctl's result
 */
struct alice_ioctl {
	unsigned int cmd;
	long (*fn)(struct file *file, union alice_arg *arg);
};

static long alice_ioctl_info(struct file *file, union alice_arg *arg)
{
	alice_table_info(&arg->info);
	return 0;
}

static long alice_ioctl_describe(struct file *file, union alice_arg *arg)
{
	struct alice_describe *describe = &arg->describe;
	int ret = alice_table_row(describe->index, &describe->desc);

	if (ret)
		return ret;

	describe->access = alice_access(describe->desc.flags, file->f_mode);
	return 0;
}

static long alice_ioctl_op(struct file *file, union alice_arg *arg)
{
	const struct alice_op *op = &arg->op;
	struct alice_limits limits;
	int ret;

	if (op->flags)
		return -EINVAL;

	ret = alice_table_find(op->cmd, &limits);
	if (!ret)
		ret = alice_permit(limits.flags, file->f_mode);
	if (ret)
		return ret;

	return alice_call_op(op, &limits);
}

static const struct alice_ioctl alice_ioctls[] = {
	[_IOC_NR(ALICE_IOC_INFO)] = { ALICE_IOC_INFO, alice_ioctl_info },
	[_IOC_NR(ALICE_IOC_DESCRIBE)] = {
		ALICE_IOC_DESCRIBE, alice_ioctl_describe
	},
	[_IOC_NR(ALICE_IOC_OP)] = { ALICE_IOC_OP, alice_ioctl_op },
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

/* Copy a structure out, into a program's that may be shorter or longer. */
static int alice_copy_out(void __user *to, size_t to_size,
			  const void *from, size_t from_size)
{
	size_t size = min(to_size, from_size);

	if (copy_to_user(to, from, size) || clear_user(to + size, to_size - size))
		return -EFAULT;

	return 0;
}

static long alice_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct alice_ioctl *ioctl = alice_ioctl_find(cmd);
	void __user *user = (void __user *)arg;
	size_t size = _IOC_SIZE(cmd);
	union alice_arg karg;
	long ret = 0;

	if (!ioctl)
		return -ENOTTY;

	if (_IOC_DIR(cmd) & _IOC_WRITE)
		ret = copy_struct_from_user(&karg, _IOC_SIZE(ioctl->cmd),
					    user, size);
	if (!ret)
		ret = ioctl->fn(file, &karg);
	if (ret >= 0 && (_IOC_DIR(cmd) & _IOC_READ) &&
	    alice_copy_out(user, size, &karg, _IOC_SIZE(ioctl->cmd)))
		return -EFAULT;

	return ret;
}

/* The owner keeps the module loaded as long as a file is open. */
const struct file_operations alice_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = alice_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};
