/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault injection, one point at a time. Points are allocations, and copies from and to user
 * memory, in the order in which this task passes them.
 */
#ifndef TESTS_FAULTS_POINT_H
#define TESTS_FAULTS_POINT_H

#include <stdbool.h>

void points_init(void);
void points_allocations(bool too);
void point_arm(unsigned int nth);
bool point_reached(void);

#endif
