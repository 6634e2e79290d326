// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the benchmark only: an ioctl that does nothing, hypercalls without an
 * ioctl, and copies without a hypercall. The cost of every hypercall driver lies between these.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/uaccess.h>
#include <linux/io.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>
#include <public/alice.h>

#include "bench.h"

static unsigned int hypercall_nr = XEN_ALICE_HYPERCALL_NR;
module_param(hypercall_nr, uint, 0444);
MODULE_PARM_DESC(hypercall_nr, "number of the hypercall alice_op");

/* As in the driver: by physical address if the guest can. */
static long bench_hypercall(u32 cmd, void *buf, u32 in_len, u32 out_len)
{
	unsigned long arg = (unsigned long)buf;

	if (!xen_pv_domain()) {
		cmd |= XEN_ALICE_CMD_PHYS;
		arg = virt_to_phys(buf);
	}

	return xen_single_call(hypercall_nr, cmd, arg, in_len, out_len, 0);
}

/*
 * @mem is twice BENCH_MAX_LEN: the input, and the buffer for Xen. An answer of
 * unexpected length ends the loop.
 */
static void bench_raw(struct bench_raw *raw, void *mem)
{
	void *buf = mem + BENCH_MAX_LEN;
	u64 from;
	u32 i;

	memcpy(buf, mem, raw->in_len);
	raw->result = raw->out_len;
	from = get_cycles();

	for (i = 0; i < raw->loops && raw->result == (s32)raw->out_len; i++) {
		if (raw->refill)
			memcpy(buf, mem, raw->in_len);
		raw->result = bench_hypercall(raw->cmd, buf, raw->in_len,
					      raw->out_len);
	}

	raw->ticks = get_cycles() - from;
}

static long bench_raw_user(struct bench_raw __user *user, void *mem)
{
	struct bench_raw raw;

	if (copy_from_user(&raw, user, sizeof(raw)))
		return -EFAULT;
	if (raw.in_len > BENCH_MAX_LEN || raw.out_len > BENCH_MAX_LEN)
		return -EINVAL;
	if (copy_from_user(mem, u64_to_user_ptr(raw.in), raw.in_len))
		return -EFAULT;

	bench_raw(&raw, mem);

	return copy_to_user(user, &raw, sizeof(raw)) ? -EFAULT : 0;
}

/* As the driver copies: by the kernel's checked functions, between it and a program. */
static long bench_copy_user(struct bench_copy __user *user, void *mem)
{
	struct bench_copy copy;
	u64 from;
	u32 i;

	if (copy_from_user(&copy, user, sizeof(copy)))
		return -EFAULT;
	if (copy.len > BENCH_MAX_LEN)
		return -EINVAL;

	from = get_cycles();
	for (i = 0; i < copy.loops; i++) {
		if (copy_from_user(mem, u64_to_user_ptr(copy.in), copy.len) ||
		    copy_to_user(u64_to_user_ptr(copy.out), mem, copy.len))
			return -EFAULT;
	}
	copy.ticks = get_cycles() - from;

	return copy_to_user(user, &copy, sizeof(copy)) ? -EFAULT : 0;
}

static long bench_with_memory(unsigned int cmd, void __user *user)
{
	void *mem;
	long ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	mem = kzalloc(2 * BENCH_MAX_LEN, GFP_KERNEL);
	if (!mem)
		return -ENOMEM;

	ret = cmd == BENCH_RAW ? bench_raw_user(user, mem) : bench_copy_user(user, mem);
	kfree(mem);

	return ret;
}

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case BENCH_NULL:
		return 0;
	case BENCH_RAW:
	case BENCH_COPY:
		return bench_with_memory(cmd, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = bench_ioctl,
};

static struct miscdevice bench_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bench",
	.fops = &bench_fops,
	.mode = 0600,
};

static int __init bench_init(void)
{
	return xen_domain() ? misc_register(&bench_misc) : -ENODEV;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	misc_deregister(&bench_misc);
}
module_exit(bench_exit);

MODULE_DESCRIPTION("The costs around a hypercall, for the benchmark");
MODULE_AUTHOR("The alice developers");
MODULE_LICENSE("GPL");
