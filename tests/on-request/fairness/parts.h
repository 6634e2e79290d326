/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of what is measured of fairness; each is a file of its own. */
#ifndef TESTS_FAIRNESS_PARTS_H
#define TESTS_FAIRNESS_PARTS_H

void part_flood(void);
void part_callers(void);
void part_sleeper(void);
void part_killed(void);
void part_hypervisor(void);

#endif
