/* SPDX-License-Identifier: GPL-2.0-only */
/* Strain on the machine: processors that go off line, and memory shortage. */
#ifndef TESTS_SOAK_STRAIN_H
#define TESTS_SOAK_STRAIN_H

#include <stdatomic.h>

/*
 * struct strains - how many times each happened; shared
 * @processors: a processor went off and on line
 * @memory: memory was as short as is safe
 * @wrong: a step failed
 */
struct strains {
	atomic_uint processors;
	atomic_uint memory;
	atomic_uint wrong;
};

struct strains *strains_make(void);
void strain_processors(struct strains *strains);
void strain_memory(struct strains *strains);

#endif
