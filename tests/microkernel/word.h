/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bits of cmd beside the number of an op.
 */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>

/* Tags, each with and without bit 30 and PHYS. */
#define WORD_TAGS 6u
#define WORDS (4 * WORD_TAGS)

/* No tag, and the right one: with these, an op runs. */
#define WORD_BARE 0u
#define WORD_TAGGED 1u

uint32_t word_bits(unsigned int kind);

#endif
