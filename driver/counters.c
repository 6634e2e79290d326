// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters: what programs did through the device since the module was loaded,
 * readable by everybody, below /sys/class/misc/alice. Each CPU counts for itself.
 */
#include <linux/device.h>

#include "alice.h"

/* The errnos by which the driver refuses a request, or an op of a batch. */
static const int alice_refusals[ALICE_REFUSALS] = {
	E2BIG, EACCES, EBADF, EFAULT, EINVAL, ENOMEM, EOPNOTSUPP, EPERM, ESTALE,
};

DEFINE_PER_CPU(struct alice_counters, alice_counters);

/**
 * alice_count_init() - make the counters ready
 *
 * Context: Module initialisation, before the device is registered.
 */
void __init alice_count_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(&alice_counters, cpu)->sync);
}

/**
 * alice_count_refused() - count a request, or an op, that the driver refuses
 * @error: the negative errno; one that is none of the refusals is not counted
 *
 * Context: Process context.
 */
void alice_count_refused(int error)
{
	struct alice_counters *counters = get_cpu_ptr(&alice_counters);
	unsigned int i;

	u64_stats_update_begin(&counters->sync);
	for (i = 0; i < ARRAY_SIZE(alice_refusals); i++)
		if (error == -alice_refusals[i])
			u64_stats_inc(&counters->counts[ALICE_REFUSED + i]);
	u64_stats_update_end(&counters->sync);
	put_cpu_ptr(&alice_counters);
}

/* Add up one counter over all CPUs. */
static ssize_t alice_counter_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	long which = (long)container_of(attr, struct dev_ext_attribute, attr)->var;
	u64 sum = 0, value;
	unsigned int start;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct alice_counters *counters = per_cpu_ptr(&alice_counters, cpu);

		do {
			start = u64_stats_fetch_begin(&counters->sync);
			value = u64_stats_read(&counters->counts[which]);
		} while (u64_stats_fetch_retry(&counters->sync, start));
		sum += value;
	}

	return sysfs_emit(buf, "%llu\n", sum);
}

#define ALICE_ATTR(_name, _which) \
	{ __ATTR(_name, 0444, alice_counter_show, NULL), (void *)(long)(_which) }

/* In the order of struct alice_counters. */
static struct dev_ext_attribute alice_attrs[] = {
	ALICE_ATTR(calls, 0), ALICE_ATTR(errors, 1), ALICE_ATTR(in_bytes, 2),
	ALICE_ATTR(out_bytes, 3), ALICE_ATTR(batches, 4),
	ALICE_ATTR(e2big, 5), ALICE_ATTR(eacces, 6), ALICE_ATTR(ebadf, 7),
	ALICE_ATTR(efault, 8), ALICE_ATTR(einval, 9), ALICE_ATTR(enomem, 10),
	ALICE_ATTR(eopnotsupp, 11), ALICE_ATTR(eperm, 12), ALICE_ATTR(estale, 13),
};

#define ALICE_ATTR_PTR(_which) (&alice_attrs[_which].attr.attr)

static struct attribute *alice_sent_attrs[] = {
	ALICE_ATTR_PTR(0), ALICE_ATTR_PTR(1), ALICE_ATTR_PTR(2), ALICE_ATTR_PTR(3),
	ALICE_ATTR_PTR(4), NULL
};

static struct attribute *alice_refused_attrs[] = {
	ALICE_ATTR_PTR(5), ALICE_ATTR_PTR(6), ALICE_ATTR_PTR(7), ALICE_ATTR_PTR(8),
	ALICE_ATTR_PTR(9), ALICE_ATTR_PTR(10), ALICE_ATTR_PTR(11), ALICE_ATTR_PTR(12),
	ALICE_ATTR_PTR(13), NULL
};

static const struct attribute_group alice_sent_group = {
	.name = "counters",
	.attrs = alice_sent_attrs,
};

static const struct attribute_group alice_refused_group = {
	.name = "refused",
	.attrs = alice_refused_attrs,
};

/* The groups of the device's attributes. */
const struct attribute_group *alice_counter_groups[] = {
	&alice_sent_group, &alice_refused_group, NULL
};
