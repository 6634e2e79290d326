/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of <stdio.h> that tests/lib/tap.c needs: see console.c.
 */
#ifndef STDIO_H
#define STDIO_H

#include <stdarg.h>

typedef struct file FILE;

/* The only stream is Xen's console. */
#define stdout ((FILE *)0)

int fputs(const char *text, FILE *stream);
int fflush(FILE *stream);
int putchar(int c);
int printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

#endif
