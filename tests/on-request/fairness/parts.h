/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the measurement of fairness; each has its own file. */
#ifndef TESTS_FAIRNESS_PARTS_H
#define TESTS_FAIRNESS_PARTS_H

void part_flood(void);
void part_callers(void);
void part_sleeper(void);
void part_killed(void);
void part_hypervisor(void);

#endif
