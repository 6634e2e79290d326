// SPDX-License-Identifier: GPL-2.0-only
#include "word.h"
#include "model.h"

/* word_bits() - the bits of a kind of word */
uint32_t word_bits(unsigned int kind)
{
	uint32_t right = model_generation & XEN_ALICE_TAG;
	const uint32_t tags[WORD_TAGS] = {
		0, right, right - 1, right + 1, right ^ 0x80000,
		XEN_ALICE_TAG,
	};

	return (tags[kind % WORD_TAGS] & XEN_ALICE_TAG) << XEN_ALICE_CMD_TAG_SHIFT |
	       kind / WORD_TAGS % 4 << 30;
}
