// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xen's console as stdout, and the part of printf that the tests use.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xen/xen.h>

#include "hypercall.h"

/* Print whole lines, so that Xen's own messages do not split them. */
static char line[256];
static unsigned int filled;

int fflush(FILE *stream)
{
	(void)stream;
	hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, filled,
		  (unsigned long)line, 0);
	filled = 0;
	return 0;
}

int putchar(int c)
{
	line[filled++] = (char)c;
	if (c == '\n' || filled == sizeof(line))
		fflush(stdout);
	return c;
}

int fputs(const char *text, FILE *stream)
{
	(void)stream;
	while (*text)
		putchar(*text++);
	return 0;
}

static void put_number(uint64_t number, unsigned int base)
{
	char digits[20];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (n)
		putchar(digits[--n]);
}

/* The number of l tells an argument's width; z counts as one. */
static uint64_t next_number(va_list *args, unsigned int longs, bool is_signed)
{
	if (longs >= 2)
		return va_arg(*args, uint64_t);
	if (is_signed)
		return (uint64_t)(longs ? va_arg(*args, long) :
				  va_arg(*args, int));
	return longs ? va_arg(*args, unsigned long) :
	       va_arg(*args, unsigned int);
}

static void put_argument(char type, unsigned int longs, va_list *args)
{
	uint64_t number;

	switch (type) {
	case 's':
		fputs(va_arg(*args, const char *), stdout);
		break;
	case 'c':
		putchar(va_arg(*args, int));
		break;
	case 'd':
		number = next_number(args, longs, true);
		if ((int64_t)number < 0)
			putchar('-');
		put_number((int64_t)number < 0 ? -number : number, 10);
		break;
	case 'u':
	case 'x':
		number = next_number(args, longs, false);
		put_number(number, type == 'u' ? 10 : 16);
		break;
	default:
		putchar(type);
	}
}

int vprintf(const char *fmt, va_list args)
{
	va_list rest;

	va_copy(rest, args);
	for (; *fmt; fmt++) {
		unsigned int longs = 0;

		if (*fmt != '%') {
			putchar(*fmt);
			continue;
		}
		while (*++fmt == 'l' || *fmt == 'z')
			longs++;
		put_argument(*fmt, longs, &rest);
	}
	va_end(rest);
	return 0;
}

int printf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	return 0;
}
