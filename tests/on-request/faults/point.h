/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Failing one thing at a time: the kernel's points of failure, in the order in which
 * this task comes by them, are allocations and copies from and to user memory.
 */
#ifndef TESTS_FAULTS_POINT_H
#define TESTS_FAULTS_POINT_H

#include <stdbool.h>

void points_init(void);
void points_allocations(bool too);
void point_arm(unsigned int nth);
bool point_reached(void);

#endif
