/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that comes from outside: what of it can be shown as it is, how the rest
 * is shown, and which of several names a mistyped one is nearest to.
 */
#ifndef ALICECTL_TEXT_H
#define ALICECTL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a quoted text in an error message. */
#define QUOTE_LEN 96

/**
 * struct quoted - a text made safe for a message
 * @text: in single quotes, control characters and non-ASCII bytes as \xNN,
 *	cut off with "..." where it is long
 */
struct quoted {
	char text[QUOTE_LEN];
};

/**
 * quote() - make a text from outside safe for a message
 * @q: where the result goes
 * @text: the bytes
 * @len: how many; a NUL ends the text earlier
 *
 * Return: the text in @q, for use as an argument of printf().
 */
const char *quote(struct quoted *q, const char *text, size_t len);

/**
 * quote_str() - quote() of a whole string
 * @q: where the result goes
 * @text: NUL-terminated
 *
 * Return: the text in @q.
 */
const char *quote_str(struct quoted *q, const char *text);

/**
 * utf8_decode() - the character at the beginning of some bytes
 * @bytes: where it begins
 * @len: how many bytes there are
 * @cp: set to the code point
 *
 * Return: how many bytes it takes, or 0 where there is no valid character.
 */
size_t utf8_decode(const uint8_t *bytes, size_t len, uint32_t *cp);

/**
 * utf8_valid() - whether bytes are UTF-8 from beginning to end
 * @bytes: the bytes
 * @len: how many
 *
 * Return: true if they are; no bytes at all are.
 */
bool utf8_valid(const uint8_t *bytes, size_t len);

/**
 * text_printable() - whether bytes can go to a terminal as they are
 * @bytes: the bytes
 * @len: how many
 * @utf8: whether the terminal understands UTF-8; if not, only ASCII is printable
 *
 * Not printable are control characters and what can reorder or hide other
 * text, such as the bidirectional overrides.
 *
 * Return: true if all of them are printable.
 */
bool text_printable(const uint8_t *bytes, size_t len, bool utf8);

/**
 * name_distance() - how many slips lie between two names
 * @a: one name
 * @b: the other
 *
 * A slip is a character too many, missing or wrong, or two neighbours swapped.
 *
 * Return: the number of slips; SIZE_MAX where a name is too long to be one.
 */
size_t name_distance(const char *a, const char *b);

/**
 * struct nearest - a search for the name that was meant
 * @typed: what was typed
 * @name: the nearest candidate so far, or NULL
 * @distance: how near it is
 */
struct nearest {
	const char *typed;
	const char *name;
	size_t distance;
};

/**
 * nearest_try() - consider one candidate
 * @n: the search; only candidates near enough to be meant are taken
 * @name: must live as long as @n is used
 */
void nearest_try(struct nearest *n, const char *name);

#endif
