// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waking up: the domain may be on another Xen then, with other ops.
 *
 * Whoever hears of that by Xen's own notifier stays on its list for good since
 * kernels lost the function to leave it, which a module cannot do. Devices are
 * told as well, so there is one that is here for nothing else.
 */
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/pm.h>

#include "alice.h"
#include "table.h"

static struct platform_device *alice_resume_device;

/* Where no table could be read, the log says why, and programs are told. */
static int alice_resumed(struct device *dev)
{
	alice_table_refresh();
	return 0;
}

/* thaw: the domain was saved, and goes on where it was. */
static const struct dev_pm_ops alice_resume_ops = {
	.thaw = alice_resumed,
	.restore = alice_resumed,
};

static struct platform_driver alice_resume_driver = {
	.driver = {
		.name = "alice",
		.pm = &alice_resume_ops,
	},
};

/**
 * alice_resume_init() - from now on, read the op table anew on resume
 *
 * Context: Module initialisation, when there is a table; may sleep.
 * Return: 0, or a negative errno.
 */
int __init alice_resume_init(void)
{
	int ret = platform_driver_register(&alice_resume_driver);

	if (ret)
		return ret;

	alice_resume_device =
		platform_device_register_simple("alice", PLATFORM_DEVID_NONE,
						NULL, 0);
	if (IS_ERR(alice_resume_device)) {
		platform_driver_unregister(&alice_resume_driver);
		return PTR_ERR(alice_resume_device);
	}

	return 0;
}

/**
 * alice_resume_exit() - do that no more
 *
 * Context: Process context; may sleep.
 */
void alice_resume_exit(void)
{
	platform_device_unregister(alice_resume_device);
	platform_driver_unregister(&alice_resume_driver);
}
