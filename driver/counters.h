/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting what programs do. Each CPU counts for itself, so that calls on different
 * CPUs do not meet.
 */
#ifndef ALICE_COUNTERS_H
#define ALICE_COUNTERS_H

#include <linux/percpu.h>
#include <linux/sysfs.h>
#include <linux/types.h>

/* How many errnos there are by which the driver refuses an op. */
#define ALICE_REFUSALS	9

/**
 * struct alice_counters - the counters of one CPU
 * @calls: ops that were sent to the hypervisor
 * @errors: of them, answered with an errno
 * @in_bytes: payload of the others
 * @out_bytes: answers of the others
 * @batches: entries into the hypervisor that carried several ops
 * @refused: ops that the driver refused itself, by errno
 */
struct alice_counters {
	u64 calls;
	u64 errors;
	u64 in_bytes;
	u64 out_bytes;
	u64 batches;
	u64 refused[ALICE_REFUSALS];
};

DECLARE_PER_CPU(struct alice_counters, alice_counters);

extern const struct attribute_group *alice_counter_groups[];
void alice_count_init(void);
int alice_count_refused(int error);

/**
 * alice_count_call() - count an op that was sent by itself
 * @in_len: length of its input, in bytes
 * @result: length of its answer, in bytes, or a negative errno
 *
 * Context: Any.
 */
static inline void alice_count_call(u32 in_len, long result)
{
	this_cpu_inc(alice_counters.calls);
	if (unlikely(result < 0)) {
		this_cpu_inc(alice_counters.errors);
		return;
	}

	this_cpu_add(alice_counters.in_bytes, in_len);
	this_cpu_add(alice_counters.out_bytes, result);
}

/**
 * alice_count_batch() - count the ops of one entry
 * @calls: ops
 * @errors: of them, answered with an errno
 * @in_bytes: payload of the others
 * @out_bytes: answers of the others
 *
 * Context: Any.
 */
static inline void alice_count_batch(u32 calls, u32 errors, u32 in_bytes,
				     u32 out_bytes)
{
	this_cpu_inc(alice_counters.batches);
	this_cpu_add(alice_counters.calls, calls);
	this_cpu_add(alice_counters.errors, errors);
	this_cpu_add(alice_counters.in_bytes, in_bytes);
	this_cpu_add(alice_counters.out_bytes, out_bytes);
}

#endif /* ALICE_COUNTERS_H */
