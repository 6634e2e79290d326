// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: does one wrong thing when it is loaded, so that a test can see
 * that the kernel it runs on would have found the like of it in the driver.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "none";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "what to do wrong: write, read, leak, locks, sleep, shift");

static DEFINE_MUTEX(planted_first);
static DEFINE_MUTEX(planted_second);
static DEFINE_SPINLOCK(planted_spin);

/* Too far for the compiler to know, since it does not know @len. */
static noinline void planted_set(char *at, size_t len)
{
	WRITE_ONCE(at[len], 1);
}

/* A byte behind the end of an object. */
static void planted_write(void)
{
	char *object = kmalloc(32, GFP_KERNEL);

	if (object)
		planted_set(object, 32);
	kfree(object);
}

/* A byte of an object that is no more. */
static void planted_read(void)
{
	char *object = kmalloc(32, GFP_KERNEL);

	kfree(object);
	if (object)
		(void)READ_ONCE(object[3]);
}

/* An object that nothing points to. */
static void planted_leak(void)
{
	char *object = kmalloc(32, GFP_KERNEL);

	if (object)
		strscpy(object, "nobody has this one", 32);
}

/* Two locks, taken in either order. */
static void planted_locks(void)
{
	mutex_lock(&planted_first);
	mutex_lock(&planted_second);
	mutex_unlock(&planted_second);
	mutex_unlock(&planted_first);

	mutex_lock(&planted_second);
	mutex_lock(&planted_first);
	mutex_unlock(&planted_first);
	mutex_unlock(&planted_second);
}

/* Something that may sleep, where nothing may. */
static void planted_sleep(void)
{
	spin_lock(&planted_spin);
	might_sleep();
	spin_unlock(&planted_spin);
}

/* A shift by more than a number has bits. */
static void planted_shift(void)
{
	int by = 32 + strlen(fault);

	pr_info("planted: %d\n", 1 << by);
}

static const struct {
	const char *name;
	void (*fn)(void);
} planted_faults[] = {
	{ "write", planted_write },
	{ "read", planted_read },
	{ "leak", planted_leak },
	{ "locks", planted_locks },
	{ "sleep", planted_sleep },
	{ "shift", planted_shift },
};

static int __init planted_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(planted_faults); i++) {
		if (strcmp(fault, planted_faults[i].name))
			continue;
		planted_faults[i].fn();
		return 0;
	}

	return -EINVAL;
}
module_init(planted_init);

static void __exit planted_exit(void)
{
}
module_exit(planted_exit);

MODULE_DESCRIPTION("Does one wrong thing, for tests");
MODULE_AUTHOR("The alice developers");
MODULE_LICENSE("GPL");
