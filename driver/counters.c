// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters: what programs did through the device since the module was loaded,
 * readable by everybody, below /sys/class/misc/alice.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/stat.h>
#include <linux/sysfs.h>

#include "counters.h"

/* The errnos by which the driver refuses an op, and the names of their counters. */
static const struct {
	int error;
	const char *name;
} alice_refusals[ALICE_REFUSALS] = {
	{ E2BIG, "e2big" },
	{ EACCES, "eacces" },
	{ EBADF, "ebadf" },
	{ EFAULT, "efault" },
	{ EINTR, "eintr" },
	{ EINVAL, "einval" },
	{ ENOMEM, "enomem" },
	{ EOPNOTSUPP, "eopnotsupp" },
	{ EPERM, "eperm" },
};

DEFINE_PER_CPU(struct alice_counters, alice_counters);

/**
 * alice_count_refused() - count an op that the driver refuses
 * @error: the negative errno; one that is none of the refusals is not counted
 *
 * Context: Any.
 * Return: @error.
 */
int alice_count_refused(int error)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(alice_refusals); i++)
		if (alice_refusals[i].error == -error)
			this_cpu_inc(alice_counters.refused[i]);

	return error;
}

/*
 * Read a counter that its CPU may be changing. Where a word is shorter than that,
 * half of it can be new: it is what it was read as twice.
 */
static u64 alice_counter_read(const u64 *counter)
{
	u64 value;

	do {
		value = READ_ONCE(*counter);
	} while (value != READ_ONCE(*counter));

	return value;
}

/* Add up one counter, by its offset in struct alice_counters, over all CPUs. */
static ssize_t alice_counter_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	size_t offset = (size_t)container_of(attr, struct dev_ext_attribute,
					     attr)->var;
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const void *counters = per_cpu_ptr(&alice_counters, cpu);

		sum += alice_counter_read(counters + offset);
	}

	return sysfs_emit(buf, "%llu\n", sum);
}

/**
 * struct alice_counter - what names a counter in sysfs
 * @name: its name
 * @offset: where it is in &struct alice_counters
 */
struct alice_counter {
	const char *name;
	size_t offset;
};

static const struct alice_counter alice_sent_counters[] = {
	{ "calls", offsetof(struct alice_counters, calls) },
	{ "errors", offsetof(struct alice_counters, errors) },
	{ "in_bytes", offsetof(struct alice_counters, in_bytes) },
	{ "out_bytes", offsetof(struct alice_counters, out_bytes) },
	{ "batches", offsetof(struct alice_counters, batches) },
};

static struct dev_ext_attribute alice_sent_ext[ARRAY_SIZE(alice_sent_counters)];
static struct attribute *alice_sent_attrs[ARRAY_SIZE(alice_sent_ext) + 1];

static const struct attribute_group alice_sent_group = {
	.name = "counters",
	.attrs = alice_sent_attrs,
};

static struct dev_ext_attribute alice_refused_ext[ARRAY_SIZE(alice_refusals)];
static struct attribute *alice_refused_attrs[ARRAY_SIZE(alice_refused_ext) + 1];

static const struct attribute_group alice_refused_group = {
	.name = "refused",
	.attrs = alice_refused_attrs,
};

/* The groups of the device's attributes. */
const struct attribute_group *alice_counter_groups[] = {
	&alice_sent_group,
	&alice_refused_group,
	NULL
};

static struct attribute * __init
alice_counter_attr(struct dev_ext_attribute *ext, const char *name,
		   size_t offset)
{
	ext->attr.attr.name = name;
	ext->attr.attr.mode = 0444;
	ext->attr.show = alice_counter_show;
	ext->var = (void *)offset;
	sysfs_attr_init(&ext->attr.attr);

	return &ext->attr.attr;
}

/**
 * alice_count_init() - make the counters and their attributes ready
 *
 * Context: Module initialisation, before the device is registered.
 */
void __init alice_count_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(alice_sent_ext); i++)
		alice_sent_attrs[i] =
			alice_counter_attr(&alice_sent_ext[i],
					   alice_sent_counters[i].name,
					   alice_sent_counters[i].offset);

	for (i = 0; i < ARRAY_SIZE(alice_refused_ext); i++)
		alice_refused_attrs[i] =
			alice_counter_attr(&alice_refused_ext[i],
					   alice_refusals[i].name,
					   offsetof(struct alice_counters,
						    refused[i]));
}
