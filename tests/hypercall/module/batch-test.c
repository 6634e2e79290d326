// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: lets root make calls of alice_op that the driver refuses to everybody:
 * KERNEL ops, and any lengths.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>
#include <public/alice.h>

#include "batch-test.h"

static unsigned int hypercall_nr = XEN_ALICE_HYPERCALL_NR;
module_param(hypercall_nr, uint, 0444);
MODULE_PARM_DESC(hypercall_nr, "number of the hypercall alice_op");

static long batch_test_enter(const struct batch_test *call, void *buf)
{
	unsigned long arg = (unsigned long)buf;

	if (call->null)
		arg = 0;
	else if (call->cmd & XEN_ALICE_CMD_PHYS)
		arg = virt_to_phys(buf);

#ifdef CONFIG_X86
	return xen_single_call(hypercall_nr, call->cmd, arg, call->in_len,
			       call->out_len, 0);
#else
	return privcmd_call(hypercall_nr, call->cmd, arg, call->in_len,
			    call->out_len, 0);
#endif
}

static long batch_test_call(struct batch_test *call)
{
	void __user *data = u64_to_user_ptr(call->data);
	void *buf;

	if (call->size > BATCH_TEST_SIZE)
		return -EINVAL;

	buf = memdup_user(data, call->size);
	if (IS_ERR(buf))
		return PTR_ERR(buf);

	call->result = batch_test_enter(call, buf);
	if (copy_to_user(data, buf, call->size)) {
		kfree(buf);
		return -EFAULT;
	}

	kfree(buf);
	return 0;
}

static long batch_test_ioctl(struct file *file, unsigned int cmd,
			     unsigned long arg)
{
	void __user *user = (void __user *)arg;
	struct batch_test call;
	long ret;

	if (cmd != BATCH_TEST_CALL)
		return -ENOTTY;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&call, user, sizeof(call)))
		return -EFAULT;

	ret = batch_test_call(&call);
	if (!ret && copy_to_user(user, &call, sizeof(call)))
		return -EFAULT;

	return ret;
}

static const struct file_operations batch_test_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = batch_test_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice batch_test_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "batch-test",
	.fops = &batch_test_fops,
	.mode = 0600,
};

static int __init batch_test_init(void)
{
	return xen_domain() ? misc_register(&batch_test_misc) : -ENODEV;
}
module_init(batch_test_init);

static void __exit batch_test_exit(void)
{
	misc_deregister(&batch_test_misc);
}
module_exit(batch_test_exit);

MODULE_DESCRIPTION("Raw calls of alice_op, for its tests");
MODULE_AUTHOR("The alice developers");
MODULE_LICENSE("GPL");
