/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line split into words, by the quoting of a shell that expands nothing:
 *
 *	'...'		every byte between means itself
 *	"..."		the same, but \ before " \ $ ` takes that one's meaning away
 *	\c		c, whatever it is
 *	#...		a comment, where a word could begin
 */
#ifndef ALICECTL_WORDS_H
#define ALICECTL_WORDS_H

#include "err.h"

/**
 * words_split() - split a line
 * @line: NUL-terminated; the words are made in its place
 * @word: set to the words
 * @room: how many there may be
 * @count: set to how many there are
 * @e: says what is wrong
 *
 * Return: 0 or STATUS_USAGE.
 */
int words_split(char *line, char **word, unsigned int room,
		unsigned int *count, struct err *e);

#endif
