// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: tells alice's device, when it is loaded, that the domain goes on
 * after it was saved, as the kernel would. What a dom0 cannot do is to be saved.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>

static int __init resume_init(void)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL,
						     "alice");
	int ret = -ENODEV;

	if (!dev)
		return ret;

	device_lock(dev);
	if (dev->driver && dev->driver->pm && dev->driver->pm->thaw)
		ret = dev->driver->pm->thaw(dev);
	device_unlock(dev);
	put_device(dev);

	return ret;
}
module_init(resume_init);

static void __exit resume_exit(void)
{
}
module_exit(resume_exit);

MODULE_DESCRIPTION("Wakes alice up, for tests");
MODULE_AUTHOR("The alice developers");
MODULE_LICENSE("GPL");
