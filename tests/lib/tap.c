// SPDX-License-Identifier: GPL-2.0-only
#include "tap.h"

#include <stdarg.h>

/* How many failures of a tally to print. */
#define TALLY_SHOWN 5

static unsigned int tap_count, tap_failed;

/* diag() - print one line of explanation */
void diag(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("# ", stdout);
	vprintf(fmt, args);
	putchar('\n');
	va_end(args);
	fflush(stdout);
}

/* vok() - report one test, named by a format and its arguments */
static void vok(bool cond, const char *fmt, va_list args)
{
	tap_count++;
	tap_failed += !cond;
	printf("%sok %u - ", cond ? "" : "not ", tap_count);
	vprintf(fmt, args);
	putchar('\n');
	fflush(stdout);
}

/* ok() - report one test: @cond says whether it passed.  Returns @cond. */
bool ok(bool cond, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vok(cond, fmt, args);
	va_end(args);
	return cond;
}

/* is() - report one test: whether @got is @want; prints both if not */
bool is(long long got, long long want, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vok(got == want, fmt, args);
	va_end(args);
	if (got != want)
		diag("got %lld, want %lld", got, want);
	return got == want;
}

void skip(const char *test, const char *why)
{
	printf("ok %u - %s # SKIP %s\n", ++tap_count, test, why);
	fflush(stdout);
}

/* expect() - count one case of @tally, and print a diagnostic if it failed */
bool expect(struct tally *tally, bool cond, const char *fmt, ...)
{
	va_list args;

	tally->cases++;
	if (cond || ++tally->bad > TALLY_SHOWN)
		return cond;
	va_start(args, fmt);
	fputs("# ", stdout);
	vprintf(fmt, args);
	putchar('\n');
	va_end(args);
	return false;
}

/*
 * tally_ok() - report all cases of @tally as one test, and reset it.  A tally without a case
 * fails, as it has tested nothing.
 */
bool tally_ok(struct tally *tally, const char *fmt, ...)
{
	bool cond = tally->cases && !tally->bad;
	va_list args;

	if (!cond)
		diag("%u of %u cases failed", tally->bad, tally->cases);
	va_start(args, fmt);
	vok(cond, fmt, args);
	va_end(args);
	*tally = (struct tally){ 0 };
	return cond;
}

/* tap_done() - print the plan.  Returns the exit status for main(). */
int tap_done(void)
{
	printf("1..%u\n", tap_count);
	fflush(stdout);
	return tap_failed != 0;
}
