/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP (Test Anything Protocol) for test programs in C.
 *
 * ok() and the like print one line for each test; tap_done() prints the plan and returns
 * main()'s exit status.  A test of thousands of cases collects them in a tally, which is
 * one test in the report: only its first failures are shown.
 *
 * Only the process that prints the plan may call these; children report to it.
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>

#define TAP_FORMAT(string) \
	__attribute__((format(printf, string, (string) + 1)))

struct tally {
	unsigned int cases;
	unsigned int bad;
};

TAP_FORMAT(1) void diag(const char *fmt, ...);
TAP_FORMAT(2) bool ok(bool cond, const char *fmt, ...);
TAP_FORMAT(3) bool is(long long got, long long want, const char *fmt, ...);
void skip(const char *test, const char *why);
TAP_FORMAT(3) bool expect(struct tally *tally, bool cond, const char *fmt, ...);
TAP_FORMAT(2) bool tally_ok(struct tally *tally, const char *fmt, ...);
int tap_done(void);

#endif
