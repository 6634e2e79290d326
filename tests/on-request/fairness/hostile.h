/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that do what costs others most. */
#ifndef TESTS_FAIRNESS_HOSTILE_H
#define TESTS_FAIRNESS_HOSTILE_H

#include <sys/types.h>

#define MOST_HOSTILE	8

/*
 * What they do: SPIN only computes, as any program may, and is the baseline for the
 * others. LARGE sends batches of 1024 echoes of 65536 bytes, the longest payload that Xen
 * takes by default; PAGES 1024 of 4096 bytes; SMALL 1024 without payload; WIDE the same with
 * structures as large as the driver accepts; STATS batches of op stats, which adds up the
 * counters of all CPUs; HELLOS hellos, alone and in batches; WRONG requests with every kind
 * of fault.
 */
enum hostility {
	NOBODY, SPIN, LARGE, PAGES, SMALL, WIDE, STATS, HELLOS, WRONG, HOSTILITIES,
};

extern const char *const hostility_names[HOSTILITIES];

pid_t hostile_start(enum hostility what);
void hostile_wait(unsigned int count);
void hostile_kill(pid_t pid);

#endif
