// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU counters of what programs did through the device since the module was
 * loaded. Everybody can read them below /sys/class/misc/alice.
 */
#include <linux/device.h>

#include "alice.h"

/* Errnos with which the driver refuses a request, or an op of a batch. */
static const int alice_refusals[ALICE_REFUSALS] = {
	E2BIG, EACCES, EBADF, EFAULT, EINVAL, ENOMEM, EOPNOTSUPP, EPERM, ESTALE,
};

DEFINE_PER_CPU(local64_t, alice_counts[ALICE_REFUSED + ALICE_REFUSALS]);

/**
 * alice_count_refused() - count a request, or an op, that the driver refuses
 * @error: the negative errno; not counted unless alice_refusals has it
 *
 * Context: Process context.
 */
void alice_count_refused(int error)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(alice_refusals); i++) {
		if (error == -alice_refusals[i]) {
			local64_inc(&get_cpu_ptr(&alice_counts[0])[ALICE_REFUSED + i]);
			put_cpu_ptr(&alice_counts[0]);
		}
	}
}

static ssize_t alice_counter_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	long which = (long)container_of(attr, struct dev_ext_attribute, attr)->var;
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += local64_read(&per_cpu(alice_counts[which], cpu));

	return sysfs_emit(buf, "%llu\n", sum);
}

#define ALICE_ATTR(_name, _which) { \
	.attr = __ATTR(_name, 0444, alice_counter_show, NULL), \
	.var = (void *)(long)(_which) \
}

/* In the order of alice_counts. */
static struct dev_ext_attribute alice_attrs[] = {
	ALICE_ATTR(calls, 0), ALICE_ATTR(errors, 1), ALICE_ATTR(in_bytes, 2),
	ALICE_ATTR(out_bytes, 3), ALICE_ATTR(batches, 4),
	ALICE_ATTR(e2big, 5), ALICE_ATTR(eacces, 6), ALICE_ATTR(ebadf, 7),
	ALICE_ATTR(efault, 8), ALICE_ATTR(einval, 9), ALICE_ATTR(enomem, 10),
	ALICE_ATTR(eopnotsupp, 11), ALICE_ATTR(eperm, 12), ALICE_ATTR(estale, 13),
};

#define ALICE_ATTR_PTR(_which) (&alice_attrs[_which].attr.attr)

/* The attributes of both groups, each list ended by NULL. */
static struct attribute *alice_attr_ptrs[] = {
	ALICE_ATTR_PTR(0), ALICE_ATTR_PTR(1), ALICE_ATTR_PTR(2), ALICE_ATTR_PTR(3),
	ALICE_ATTR_PTR(4), NULL,
	ALICE_ATTR_PTR(5), ALICE_ATTR_PTR(6), ALICE_ATTR_PTR(7), ALICE_ATTR_PTR(8),
	ALICE_ATTR_PTR(9), ALICE_ATTR_PTR(10), ALICE_ATTR_PTR(11), ALICE_ATTR_PTR(12),
	ALICE_ATTR_PTR(13), NULL
};

static const struct attribute_group alice_groups[] = {
	{ .name = "counters", .attrs = alice_attr_ptrs },
	{ .name = "refused", .attrs = alice_attr_ptrs + ALICE_REFUSED + 1 },
};

const struct attribute_group *alice_counter_groups[] = {
	&alice_groups[0], &alice_groups[1], NULL
};
