// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/alice: custom hypercalls for the programs of a Xen guest.
 *
 * The module forwards one hypercall, alice_op, and of that only the ops that
 * the hypervisor describes, after checking them against the description:
 *
 *  - who calls: the flags of the op, the open file and what it is restricted to,
 *    the caller's capabilities;
 *  - what is passed: lengths and pointers; payloads go through kernel memory;
 *  - what comes back: never more than the hypervisor wrote.
 *
 * What the bytes of a payload mean is between the program and the op.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <xen/xen.h>
#include <public/alice.h>

#include "alice.h"
#include "counters.h"
#include "table.h"

static unsigned int hypercall_nr = ALICE_HYPERCALL_NR;
module_param(hypercall_nr, uint, 0444);
MODULE_PARM_DESC(hypercall_nr, "number of the hypercall alice_op");

static bool legacy;
module_param(legacy, bool, 0444);
MODULE_PARM_DESC(legacy, "serve an alice_op that takes no arguments");

static struct miscdevice alice_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "alice",
	.fops = &alice_fops,
	.mode = 0600,
	.groups = alice_counter_groups,
};

static void __init alice_say_found(void)
{
	unsigned int xen = alice_hv_xen_version();
	struct alice_info info;

	alice_table_info(&info);
	if (info.flags & ALICE_INFO_LEGACY)
		pr_info("Xen %u.%u, hypercall %u in legacy mode: op hello alone\n",
			xen >> 16, xen & 0xffff, info.hypercall_nr);
	else
		pr_info("Xen %u.%u, hypercall %u, ABI %u.%u: %u ops of up to %u bytes\n",
			xen >> 16, xen & 0xffff, info.hypercall_nr,
			info.abi_major, info.abi_minor, info.ops, info.max_len);
}

static int __init alice_init(void)
{
	int ret;

	if (!xen_domain()) {
		pr_err("this machine does not run under Xen: boot it as a Xen guest to use alice\n");
		return -ENODEV;
	}

	ret = alice_hv_init(hypercall_nr);
	if (ret) {
		pr_err("hypercall_nr=%u cannot be alice_op: it has one of 43 to 47 and 56 to 63, or 39 on a Xen older than 4.12\n",
		       hypercall_nr);
		return ret;
	}

	ret = alice_table_load(legacy);
	if (ret)
		return ret;

	alice_count_init();

	ret = alice_resume_init();
	if (ret)
		goto free_table;

	ret = misc_register(&alice_misc);
	if (ret)
		goto exit_resume;

	alice_say_found();
	return 0;

exit_resume:
	alice_resume_exit();
free_table:
	alice_table_free();
	return ret;
}
module_init(alice_init);

static void __exit alice_exit(void)
{
	misc_deregister(&alice_misc);
	alice_resume_exit();
	alice_table_free();
}
module_exit(alice_exit);

MODULE_DESCRIPTION("Custom hypercalls for the programs of a Xen guest");
MODULE_AUTHOR("The alice developers");
MODULE_VERSION(ALICE_VERSION);
MODULE_LICENSE("GPL");
