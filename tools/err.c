// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

int fail(struct err *e, int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	/* cppcheck-suppress ctuuninitvar ; the text is written here, and not read */
	(void)vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	return status;
}

void err_prefix(struct err *e, const char *fmt, ...)
{
	struct err before = *e;
	va_list args;
	size_t len;

	va_start(args, fmt);
	(void)vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	len = strlen(e->text);
	(void)snprintf(e->text + len, sizeof(e->text) - len, "%s", before.text);
}

void warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)fputs("alicectl: warning: ", stderr);
	(void)vfprintf(stderr, fmt, args);
	(void)fputc('\n', stderr);
	va_end(args);
}
