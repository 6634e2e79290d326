/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of <string.h> that is used here: see string.c.
 */
#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t len);

#endif
