// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: causes one fault when it is loaded, to test that the running kernel would
 * detect such a fault in the driver.
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

/* The compiler does not know @len, and so cannot detect the overflow. */
static noinline void planted_set(char *at, size_t len)
{
	WRITE_ONCE(at[len], 1);
}

/* Write one byte behind an object. */
static void planted_write(void)
{
	char *object = kmalloc(32, GFP_KERNEL);

	if (object)
		planted_set(object, 32);
	kfree(object);
}

/* Read a byte of a freed object. */
static void planted_read(void)
{
	char *object = kmalloc(32, GFP_KERNEL);

	kfree(object);
	if (object)
		(void)READ_ONCE(object[3]);
}

/* Leak an object. */
static void planted_leak(void)
{
	char *object = kmalloc(32, GFP_KERNEL);

	if (object)
		strscpy(object, "nobody has this one", 32);
}

/* Take two locks in either order. */
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

/* Call a function that may sleep in atomic context. */
static void planted_sleep(void)
{
	spin_lock(&planted_spin);
	might_sleep();
	spin_unlock(&planted_spin);
}

/* Shift by more bits than the type has. */
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
