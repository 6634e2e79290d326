// SPDX-License-Identifier: GPL-2.0-only
/* Values of fields, in words and as numbers. */
#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "tap.h"

/* The value of a field after it was set, sent to "limits" or "mixed", and read back. */
static const struct { const char *op, *field, *value, *back; } values[] = {
	{ "limits", "a", "0", "0" }, { "limits", "a", "255", "255" },
	{ "limits", "a", "0xff", "255" }, { "limits", "a", "0XFf", "255" },
	{ "limits", "a", "010", "10" }, { "limits", "a", "256", NULL },
	{ "limits", "a", "-1", NULL }, { "limits", "a", "-0", NULL },
	{ "limits", "a", "", NULL }, { "limits", "a", "1 ", NULL },
	{ "limits", "a", " 1", NULL }, { "limits", "a", "+1", NULL },
	{ "limits", "a", "0x", NULL }, { "limits", "a", "1.0", NULL },
	{ "limits", "b", "65535", "65535" }, { "limits", "b", "65536", NULL },
	{ "limits", "c", "4294967295", "4294967295" }, { "limits", "c", "4294967296", NULL },
	{ "limits", "d", "18446744073709551615", "18446744073709551615" },
	{ "limits", "d", "18446744073709551616", NULL },
	{ "limits", "d", "99999999999999999999999999", NULL },
	{ "limits", "e", "-128", "-128" }, { "limits", "e", "127", "127" },
	{ "limits", "e", "128", NULL }, { "limits", "e", "-129", NULL },
	{ "limits", "e", "--1", NULL }, { "limits", "e", "-", NULL },
	{ "limits", "e", "-0x80", "-128" }, { "limits", "f", "-32768", "-32768" },
	{ "limits", "f", "-32769", NULL }, { "limits", "g", "-2147483648", "-2147483648" },
	{ "limits", "g", "2147483648", NULL },
	{ "limits", "h", "-9223372036854775808", "-9223372036854775808" },
	{ "limits", "h", "9223372036854775807", "9223372036854775807" },
	{ "limits", "h", "9223372036854775808", NULL },
	{ "limits", "h", "-9223372036854775809", NULL },
	{ "mixed", "c", "1", "0x0001" }, { "mixed", "e", "0xdeadbeef", "0xdeadbeef" },
	{ "mixed", "f", "", "" }, { "mixed", "f", "abc", "abc" }, { "mixed", "f", "abcd", "abcd" },
	{ "mixed", "f", "abcde", NULL }, { "mixed", "f", "hex:6100", "a" },
	{ "mixed", "f", "hex:0061", "hex:0061" }, { "mixed", "f", "hex:", "" },
	{ "mixed", "g", "", "" }, { "mixed", "g", "two words", "two words" },
	{ "mixed", "g", "hex:00ff", "hex:00ff" }, { "mixed", "g", "hex:6162", "ab" },
	{ "mixed", "g", "hex:0", NULL }, { "mixed", "g", "hex:0g", NULL },
	{ "mixed", "g", "text:hex:00", "text:hex:00" }, { "mixed", "g", "text:", "" },
	{ "mixed", "g", "@file", "text:@file" }, { "mixed", "g", "text:text:", "text:text:" },
	{ "mixed", "g", "a\nb", "hex:610a62" }, { "mixed", "g", "\33[2J", "hex:1b5b324a" },
	{ "mixed", "g", "\xff", "hex:ff" },
};

static void test_values(struct alice *a)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct alice_call *c = filled(a, values[i].op);
		int ret = alice_set(c, values[i].field, values[i].value, NULL), len = -1;
		char back[80] = "";

		if (!ret && alice_call_do(c, NULL) >= 0)
			len = alice_get(c, values[i].field, back, sizeof(back), NULL);
		expect(&t, values[i].back ? len == (int)strlen(values[i].back) &&
		       !strcmp(back, values[i].back) : ret < 0, "%s %s=%s: %d, %s",
		       values[i].op, values[i].field, values[i].value, ret, back);
		alice_call_free(c);
	}
	tally_ok(&t, "values are taken, and come back, as they should");
}

static void test_cut(struct alice *a)
{
	static const char *const texts[] = { "", "abcdef", "hex:00ff10", "text:@x" };
	struct tally t = { 0 };

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct alice_call *c = alice_run(a, NULL, "echo", texts[i], NULL);

		for (size_t size = 0; c && size < 12; size++) {
		/* The sanitizer detects an access beyond it. */
			char *text = malloc(size ? size : 1);
			int len = alice_get(c, "data", text, size, NULL);

			expect(&t, len == (int)strlen(texts[i]) &&
			       (!size || (strlen(text) < size &&
					  !strncmp(text, texts[i], strlen(text)))),
			       "%s in %zu bytes: %d", texts[i], size, len);
			free(text);
		}
		expect(&t, c, "%s", texts[i]);
		alice_call_free(c);
	}
	tally_ok(&t, "a text is cut off where there is no more room");
}

static void test_locale(struct alice *a)
{
	static const struct { const char *text, *utf8; } shown[] = {
		{ "\xc3\xa4", "\xc3\xa4" },			/* an umlaut */
		{ "\xe4\xb8\xad", "\xe4\xb8\xad" },		/* a wide character */
		{ "\xe2\x80\xae", "hex:e280ae" },		/* right to left */
		{ "\xe2\x80\x8b", "hex:e2808b" },		/* of no width */
		{ "\xc2\x9b", "hex:c29b" },			/* control */
		{ "\xc3", "hex:c3" }, { "\xed\xa0\x80", "hex:eda080" },	/* no UTF-8 */
	};
	struct tally t = { 0 };
	struct alice_error e;

	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		skip("what can be printed in UTF-8", "no locale C.UTF-8");
		return;
	}
	for (size_t i = 0; i < COUNT(shown); i++) {
		struct alice_call *c = alice_run(a, NULL, "echo", shown[i].text, NULL);
		char text[40] = "";

		(void)alice_get(c, "data", text, sizeof(text), NULL);
		expect(&t, !strcmp(text, shown[i].utf8), "%s", text);
		alice_call_free(c);
	}
	expect(&t, !alice_run(a, &e, "picky", "\xc3\xa4\xc3\xa4", NULL) &&
	       said(&e, EINVAL, ALICE_OP, "a value is invalid."), "an error");
	(void)setlocale(LC_CTYPE, "C");
	tally_ok(&t, "what the locale can print is text, and the rest hex:");
}

static const struct { const char *field; int64_t value; bool fits, is_signed; } numbers[] = {
	{ "a", 255, true, false }, { "a", 256, false, false }, { "a", -1, false, true },
	{ "e", -128, true, true }, { "e", -129, false, true }, { "e", 127, true, false },
	{ "e", 128, false, false }, { "h", INT64_MIN, true, true },
	{ "h", INT64_MAX, true, false }, { "d", INT64_MAX, true, true },
};

static void test_numbers(struct alice *a)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct alice_call *c = filled(a, "limits");
		uint64_t as_u64 = 0;
		int64_t as_s64 = 0;
		int ret = numbers[i].is_signed
			? alice_set_s64(c, numbers[i].field, numbers[i].value, NULL)
			: alice_set_u64(c, numbers[i].field, (uint64_t)numbers[i].value, NULL);

		expect(&t, ret == (numbers[i].fits ? 0 : -ERANGE), "%s: %d",
		       numbers[i].field, ret);
		if (!ret && expect(&t, alice_call_do(c, NULL) == 30, "%s", numbers[i].field)) {
			ret = alice_get_s64(c, numbers[i].field, &as_s64, NULL);
			expect(&t, !ret && as_s64 == numbers[i].value, "%lld",
			       (long long)as_s64);
			ret = alice_get_u64(c, numbers[i].field, &as_u64, NULL);
			expect(&t, numbers[i].value < 0 ? ret == -ERANGE :
			       !ret && as_u64 == (uint64_t)numbers[i].value, "%d", ret);
		}
		alice_call_free(c);
	}
	tally_ok(&t, "numbers are set and got within their ranges");
}

static void test_large(struct alice *a)
{
	struct alice_call *c = filled(a, "limits");
	uint64_t bits;
	int64_t value;

	(void)alice_set_u64(c, "d", UINT64_MAX, NULL);
	ok(alice_call_do(c, NULL) == 30 && !alice_get_u64(c, "d", &bits, NULL) &&
	   bits == UINT64_MAX && alice_get_s64(c, "d", &value, NULL) == -ERANGE,
	   "a number that no signed one can be");
	alice_call_free(c);
}

void part_values(void)
{
	struct alice *a = opened();

	test_values(a);
	test_cut(a);
	test_locale(a);
	test_numbers(a);
	test_large(a);
	alice_close(a);
}
