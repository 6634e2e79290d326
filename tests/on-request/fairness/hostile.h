/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that do nothing but what costs others most. */
#ifndef TESTS_FAIRNESS_HOSTILE_H
#define TESTS_FAIRNESS_HOSTILE_H

#include <sys/types.h>

#define MOST_HOSTILE	8

/*
 * What they do: SPIN is what any program may do without a device, and what the others are
 * held against. LARGE are batches of 1024 echoes of 65536 bytes, the longest payload that Xen
 * takes by default; PAGES of 1024 of 4096 bytes; SMALL of 1024 without payload; WIDE the same by
 * structures as large as the driver takes; STATS of op stats, which adds up the counters of
 * all CPUs; HELLOS are hellos, alone and in batches; WRONG are requests that are refused, in
 * all ways.
 */
enum hostility {
	NOBODY, SPIN, LARGE, PAGES, SMALL, WIDE, STATS, HELLOS, WRONG, HOSTILITIES,
};

extern const char *const hostility_names[HOSTILITIES];

pid_t hostile_start(enum hostility what);
void hostile_wait(unsigned int count);
void hostile_kill(pid_t pid);

#endif
