// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>

/* Access whole words where possible: tests copy and compare many pages. */
typedef unsigned long __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *to, const void *from, size_t len)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		*(word *)t = *(const word *)f;
		t += sizeof(word);
		f += sizeof(word);
	}
	while (len--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int byte, size_t len)
{
	word pattern = (uint8_t)byte * (~0ul / 255);
	uint8_t *t = to;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		*(word *)t = pattern;
		t += sizeof(word);
	}
	while (len--)
		*t++ = (uint8_t)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;

	while (len >= sizeof(word) && *(const word *)x == *(const word *)y) {
		x += sizeof(word);
		y += sizeof(word);
		len -= sizeof(word);
	}
	for (; len--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *text)
{
	size_t len = 0;

	while (text[len])
		len++;
	return len;
}

int strncmp(const char *a, const char *b, size_t len)
{
	for (; len--; a++, b++)
		if (*a != *b || !*a)
			return (uint8_t)*a - (uint8_t)*b;
	return 0;
}
