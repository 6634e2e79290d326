// SPDX-License-Identifier: GPL-2.0-only
/* Text from outside: UTF-8, what is printable, quoting, and near names. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "tap.h"
#include "text.h"

/* UTF-8 by the definition: encode, and nothing else is valid. */
static size_t encode(uint32_t c, uint8_t *out)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static size_t decode(const uint8_t *bytes, size_t len, uint32_t *c)
{
	uint8_t *copy = malloc(len ? len : 1);
	size_t n;

	memcpy(copy, bytes, len);
	n = utf8_decode(copy, len, c);
	free(copy);
	return n;
}

static void test_utf8(void)
{
	struct tally t = { 0 };
	uint8_t bytes[4];
	uint32_t c, got;
	size_t n, cut;

	for (c = 0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 17) {
		bool surrogate = c >= 0xd800 && c <= 0xdfff;

		n = encode(c, bytes);
		got = ~0u;
		if (surrogate)
			expect(&t, !decode(bytes, n, &got), "surrogate %x", c);
		else
			expect(&t, decode(bytes, n, &got) == n && got == c,
			       "%x is read as %x", c, got);
		for (cut = 0; cut < n; cut++)
			expect(&t, !decode(bytes, cut, &got),
			       "%x cut to %zu bytes is read", c, cut);
	}
	tally_ok(&t, "every character, and none that is cut off");

	/* All pairs of bytes: what decodes has to encode to the same bytes. */
	for (c = 0; c < 0x10000; c++) {
		uint8_t again[4];

		bytes[0] = (uint8_t)(c >> 8);
		bytes[1] = (uint8_t)c;
		n = decode(bytes, 2, &got);
		expect(&t, !n || (encode(got, again) == n &&
				  !memcmp(again, bytes, n)),
		       "%02x %02x is read as %x", bytes[0], bytes[1], got);
	}
	tally_ok(&t, "no character has two forms");

	expect(&t, !utf8_valid((const uint8_t *)"\xe0\x80\xaf", 3), "overlong");
	expect(&t, !utf8_valid((const uint8_t *)"\xf0\x80\x80\xaf", 4), "overlong");
	expect(&t, !utf8_valid((const uint8_t *)"\xf4\x90\x80\x80", 4), "too large");
	expect(&t, !utf8_valid((const uint8_t *)"\xf8\x88\x80\x80\x80", 5), "5 bytes");
	expect(&t, !utf8_valid((const uint8_t *)"\xed\xa0\xbd", 3), "surrogate");
	expect(&t, !utf8_valid((const uint8_t *)"a\x80", 2), "stray");
	expect(&t, utf8_valid((const uint8_t *)"a\0\xc3\xa4", 4), "right");
	expect(&t, utf8_valid(NULL, 0), "empty");
	tally_ok(&t, "overlong, too large, surrogates and strays are not UTF-8");
}

static void test_printable(void)
{
	static const uint32_t hidden[] = {
		0x80, 0x9b, 0x9f, 0xad, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029,
		0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xe000, 0xfdd0, 0xfeff,
		0xfff9, 0xffff, 0x1fffe, 0xe0001, 0xe0041, 0x10ffff,
	};
	static const uint32_t seen[] = {
		0xa0, 0xe4, 0x391, 0x416, 0x5d0, 0x4e2d, 0x20ac, 0x2014, 0x1f407,
	};
	struct tally t = { 0 };
	uint8_t bytes[4];
	uint32_t c;
	size_t i, n;

	for (c = 0; c < 0x80; c++) {
		bytes[0] = (uint8_t)c;
		expect(&t, text_printable(bytes, 1, true) == (c >= 32 && c < 127) &&
		       text_printable(bytes, 1, false) == (c >= 32 && c < 127),
		       "%02x", c);
	}
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		n = encode(hidden[i], bytes);
		expect(&t, !text_printable(bytes, n, true), "%x", hidden[i]);
	}
	for (i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		n = encode(seen[i], bytes);
		expect(&t, text_printable(bytes, n, true) &&
		       !text_printable(bytes, n, false), "%x", seen[i]);
	}
	tally_ok(&t, "control and hidden characters are not printable, others are");
}

static void test_quote(void)
{
	struct tally t = { 0 };
	char text[300];
	struct quoted q;
	size_t n;
	int c;

	expect(&t, !strcmp(quote_str(&q, "abc"), "'abc'"), "plain: %s", q.text);
	expect(&t, !strcmp(quote_str(&q, ""), "''"), "empty: %s", q.text);
	expect(&t, !strcmp(quote_str(&q, "a\33[0m\xff"), "'a\\x1b[0m\\xff'"),
	       "escapes: %s", q.text);
	expect(&t, !strcmp(quote(&q, "abc", 2), "'ab'"), "cut: %s", q.text);
	expect(&t, !strcmp(quote(&q, "a\0c", 3), "'a'"), "NUL: %s", q.text);
	for (c = 1; c < 256; c += 13) {
		for (n = 0; n < sizeof(text) - 1; n++) {
			size_t want = n * (c < 32 || c > 126 ? 4 : 1);
			bool all;

			memset(text, c, n);
			text[n] = '\0';
			quote_str(&q, text);
			all = !strstr(q.text, "...'");
			expect(&t, strlen(q.text) < sizeof(q.text) &&
			       text_printable((uint8_t *)q.text, strlen(q.text), false) &&
			       (all ? strlen(q.text) == want + 2 :
				      strlen(q.text) > 80 && want > 80),
			       "%zu of %02x: %s", n, c, q.text);
		}
	}
	tally_ok(&t, "quoted texts are printable, and say when they are cut off");
}

static void test_distance(void)
{
	static const struct { const char *a, *b; size_t want; } cases[] = {
		{ "", "", 0 }, { "a", "", 1 }, { "", "abc", 3 },
		{ "echo", "echo", 0 }, { "ehco", "echo", 1 }, { "eco", "echo", 1 },
		{ "eccho", "echo", 1 }, { "exho", "echo", 1 }, { "ohce", "echo", 3 },
		{ "kitten", "sitting", 3 }, { "ca", "abc", 3 }, { "ab", "ba", 1 },
		{ "hello", "echo", 3 }, { "reset-stats", "stats", 6 },
		{ "0123456789012345678901234567890123456789012345678901234567890123",
		  "0123456789012345678901234567890123456789012345678901234567890123", 0 },
		{ "01234567890123456789012345678901234567890123456789012345678901234",
		  "a", SIZE_MAX },
	};
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t got = name_distance(cases[i].a, cases[i].b);

		expect(&t, got == cases[i].want &&
		       name_distance(cases[i].b, cases[i].a) == got,
		       "%s to %s: %zu", cases[i].a, cases[i].b, got);
	}
	tally_ok(&t, "slips between names are counted");
}

static void test_nearest(void)
{
	static const char *const names[] = {
		"hello", "version", "describe", "echo", "whoami", "memory",
		"stats", "reset-stats", "batch",
	};
	static const struct { const char *typed, *want; } cases[] = {
		{ "ehco", "echo" }, { "helo", "hello" }, { "hellp", "hello" },
		{ "whoam", "whoami" }, { "reset_stats", "reset-stats" },
		{ "stat", "stats" }, { "state", "stats" }, { "versoin", "version" },
		{ "xyzzy", NULL }, { "x", NULL }, { "", NULL }, { "frobnicate", NULL },
	};
	struct tally t = { 0 };
	size_t i, j;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nearest n = { .typed = cases[i].typed };

		for (j = 0; j < sizeof(names) / sizeof(names[0]); j++)
			nearest_try(&n, names[j]);
		expect(&t, cases[i].want ? n.name && !strcmp(n.name, cases[i].want)
					 : !n.name,
		       "%s: %s", cases[i].typed, n.name ? n.name : "none");
	}
	tally_ok(&t, "the nearest name is found, and none where none is near");
}

static void test_err(void)
{
	struct err e = { "" };
	char text[3000];
	int i;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	is(fail(&e, STATUS_IO, "%s", text), STATUS_IO, "fail() returns the status");
	is((long long)strlen(e.text), sizeof(e.text) - 1,
	   "a reason that is too long is cut off");
	fail(&e, STATUS_IO, "why");
	err_prefix(&e, "%s: ", "what");
	ok(!strcmp(e.text, "what: why"), "a prefix is put in front");
	for (i = 0; i < 3; i++)
		err_prefix(&e, "%s", text);
	is((long long)strlen(e.text), sizeof(e.text) - 1,
	   "prefixes that are too long are cut off");
}

int main(void)
{
	test_utf8();
	test_printable();
	test_quote();
	test_distance();
	test_nearest();
	test_err();
	return tap_done();
}
