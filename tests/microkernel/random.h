/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reproducible random numbers.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

void random_seed(uint32_t seed);
uint32_t random_below(uint32_t end);
void random_fill(void *to, uint32_t len);

#endif
