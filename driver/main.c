// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/alice: custom hypercalls for the programs of a Xen guest.
 *
 * The module forwards one hypercall, alice_op, and of that only the ops that
 * the hypervisor describes, after checking them against the description:
 *
 *  - who calls: the op's flags, the open file and its restriction, the caller's
 *    capabilities;
 *  - what is passed: lengths and pointers; payloads go through kernel memory;
 *  - what comes back: never more than the hypervisor wrote.
 *
 * It does not interpret payloads.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <xen/xen.h>
#include <xen/interface/xen.h>
#include <xen/interface/version.h>

#include "alice.h"

unsigned int alice_nr __ro_after_init = XEN_ALICE_HYPERCALL_NR;
module_param_named(hypercall_nr, alice_nr, uint, 0444);
MODULE_PARM_DESC(hypercall_nr, "number of the hypercall alice_op");

/* The number in old tutorials; Argo's since Xen 4.12. */
#define ALICE_NR_TUTORIAL	39
#define ALICE_XEN_ARGO		((4 << 16) | 12)

static unsigned int alice_xen_version(void)
{
	return alice_hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0);
}

/**
 * alice_nr_allowed() - can alice_nr be the number of alice_op?
 *
 * All other numbers belong to Xen's own hypercalls or to the architecture. This
 * device must never make those.
 *
 * Context: Any.
 * Return: true if so.
 */
bool alice_nr_allowed(void)
{
	if (alice_nr == ALICE_NR_TUTORIAL)
		return alice_xen_version() < ALICE_XEN_ARGO;

	return (alice_nr >= 43 && alice_nr <= 47) || (alice_nr >= 56 && alice_nr <= 63);
}

static struct miscdevice alice_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "alice",
	.fops = &alice_fops,
	.mode = 0600,
	.groups = alice_counter_groups,
};

static void __init alice_say_found(void)
{
	unsigned int xen = alice_xen_version();
	struct alice_info info;

	alice_table_info(&info);
	pr_info("Xen %u.%u, hypercall %u, ABI %u.%u%s: %u ops of up to %u bytes\n",
		xen >> 16, xen & 0xffff, alice_nr, info.abi_major, info.abi_minor,
		info.flags & ALICE_INFO_LEGACY ? " (legacy mode)" : "", info.ops, info.max_len);
}

static int __init alice_init(void)
{
	int ret;

	if (!xen_domain()) {
		pr_err("this machine does not run under Xen: boot it as a Xen guest to use alice\n");
		return -ENODEV;
	}

	if (!alice_nr_allowed()) {
		pr_err("hypercall_nr=%u cannot be alice_op: take one of 43 to 47 and 56 to 63, or 39 on a Xen older than 4.12\n",
		       alice_nr);
		return -EINVAL;
	}

	ret = alice_table_load();
	if (ret)
		return ret;

	ret = alice_events_init();
	if (ret)
		goto free_table;

	ret = misc_register(&alice_misc);
	if (ret)
		goto end_events;

	alice_say_found();

	return 0;

end_events:
	alice_events_exit();
free_table:
	alice_table_free();

	return ret;
}
module_init(alice_init);

static void __exit alice_exit(void)
{
	misc_deregister(&alice_misc);
	alice_events_exit();
	alice_table_free();
}
module_exit(alice_exit);

MODULE_DESCRIPTION("Custom hypercalls for the programs of a Xen guest");
MODULE_AUTHOR("The alice developers");
MODULE_VERSION(ALICE_VERSION);
MODULE_LICENSE("GPL");
