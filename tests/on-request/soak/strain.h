/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes life hard for all: processors that go, and memory that is short. */
#ifndef TESTS_SOAK_STRAIN_H
#define TESTS_SOAK_STRAIN_H

#include <stdatomic.h>

/*
 * struct strains - how often each happened; shared
 * @processors: one went, and came back
 * @memory: there was as little left as is safe
 * @wrong: something of it could not be done
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
