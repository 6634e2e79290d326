// SPDX-License-Identifier: GPL-2.0-only
/* libalice with a recorded table. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "fake.h"
#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct fake device;

static struct alice *opened(void)
{
	device = fake_recorded();
	return alice_open_by(fake_ioctl, &device, -1, "a recorded table", NULL);
}

/* Is the error as expected: a code, who refused, and a part of its text? */
static bool said(const struct alice_error *e, int code, int who, const char *part)
{
	bool right = e->code == code && e->who == who && strstr(e->text, part);

	for (const char *c = e->text; *c; c++)
		right = right && *c >= ' ' && *c < 0x7f;
	if (!right)
		diag("errno %d, who %d: %s", e->code, e->who, e->text);
	return right;
}

/* ---- Field lists ---- */

static const struct { const char *type; int kind; unsigned int size; } types[] = {
	{ "u8", ALICE_UNSIGNED, 1 }, { "u16", ALICE_UNSIGNED, 2 },
	{ "u32", ALICE_UNSIGNED, 4 }, { "u64", ALICE_UNSIGNED, 8 },
	{ "s8", ALICE_SIGNED, 1 }, { "s16", ALICE_SIGNED, 2 },
	{ "s32", ALICE_SIGNED, 4 }, { "s64", ALICE_SIGNED, 8 },
	{ "x8", ALICE_HEX, 1 }, { "x16", ALICE_HEX, 2 },
	{ "x32", ALICE_HEX, 4 }, { "x64", ALICE_HEX, 8 },
	{ "c1", ALICE_TEXT, 1 }, { "c8", ALICE_TEXT, 8 }, { "c65536", ALICE_TEXT, 65536 },
	{ "bytes", ALICE_BYTES, 0 },
};

static void test_types(void)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < COUNT(types); i++) {
		char list[32], type[ALICE_FMT_LEN] = "";
		struct alice_fields f;

		(void)snprintf(list, sizeof(list), "some_field:%s", types[i].type);
		if (!expect(&t, !alice_fields_parse(&f, list, 65536, NULL), "%s", list))
			continue;
		alice_type(&f.field[0], type);
		expect(&t, f.count == 1 && !strcmp(f.field[0].name, "some_field") &&
		       f.field[0].kind == types[i].kind && f.size == types[i].size &&
		       f.field[0].size == types[i].size &&
		       f.rest == (types[i].kind == ALICE_BYTES) &&
		       !strcmp(type, types[i].type), "%s is %s", list, type);
	}
	tally_ok(&t, "every type is read, and written");
}

static void test_lists(void)
{
	struct alice_fields f;

	ok(!alice_fields_parse(&f, "", 0, NULL) && !f.count && !f.size && !f.rest,
	   "an empty list has no fields");
	ok(!alice_fields_parse(&f, "a:u8 b:u16 c:x64 d:c3 e:bytes", 14, NULL) &&
	   f.count == 5 && f.field[0].offset == 0 && f.field[1].offset == 1 &&
	   f.field[2].offset == 3 && f.field[3].offset == 11 && f.field[4].offset == 14 &&
	   f.size == 14 && f.rest, "fields are packed without padding");
	ok(!alice_fields_parse(&f, "a:u8 b:u8 c:u8 d:u8 e:u8 f:u8 g:u8 h:u8 i:u8 j:u8 k:u8 l:u8",
			       12, NULL) && f.count == ALICE_FIELDS_MAX,
	   "as many fields as there is room for");
}

static const char *const malformed[] = {
	" ", "a", "a:", ":u8", ":", "a:u8 ", " a:u8", "a:u8  b:u8", "a:u8\tb:u8", "a:u8,b:u8",
	"a=u8", "a:u8:u8", "a:b:u8", "a: u8", "a:u", "a:u0", "a:u1", "a:u7", "a:u9", "a:u08",
	"a:u24", "a:u128", "a:u64 b:u8 a:u8", "a:u8 a:u8", "a:s", "a:s12", "a:x", "a:x4",
	"a:U8", "a:f32", "a:8", "a:c", "a:c0", "a:c01", "a:c-1", "a:c+1", "a:c1x", "a:c 1",
	"a:c65537", "a:c99999999999999999999", "a:c18446744073709551617", "a:byte", "a:bytess",
	"a:bytes1", "a:Bytes", "a:bytes b:u8", "a:bytes b:bytes", "1:u8", "1a:u8", "-a:u8",
	"a.b:u8", "a b:u8", "a/b:u8", "\xc3\xa4:u8", "a\x01:u8", "a\x7f:u8", "a\":u8", "a:u8\n",
	"a:\xff", "a:u8\x80", "a:c32768 b:c32769", "a:c65536 b:u8", "a:u8 b:c65536",
	"a:u8 b:u8 c:u8 d:u8 e:u8 f:u8 g:u8 h:u8 i:u8 j:u8 k:u8 l:u8 m:u8",
	"a:u8 b:u8 c:u8 d:u8 e:u8 f:u8 g:u8 h:u8 i:u8 j:u8 k:u8 l:u8 m:c",
};

static void test_malformed(void)
{
	struct tally t = { 0 };
	struct alice_fields f;
	struct alice_error e;

	for (size_t i = 0; i < COUNT(malformed); i++)
		expect(&t, alice_fields_parse(&f, malformed[i], 65536, &e) == -EBADMSG &&
		       said(&e, EBADMSG, ALICE_XEN, ""), "%s", malformed[i]);
	for (unsigned int max = 0; max < 12; max++)
		expect(&t, alice_fields_parse(&f, "a:u32 b:u64", max, NULL) == -EBADMSG,
		       "12 bytes in %u", max);
	expect(&t, alice_fields_parse(&f, "a:c4294967297", UINT32_MAX, NULL) == -EBADMSG,
	       "a size that does not fit");
	tally_ok(&t, "an invalid field list is refused");
}

/* ---- Values ---- */

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

/* A call with a valid value in every field. */
static struct alice_call *filled(struct alice *a, const char *op)
{
	struct alice_call *c = alice_call_new(a, op, NULL);
	const struct alice_fields *in = alice_call_in(c);

	for (unsigned int i = 0; i < in->count; i++)
		if (alice_set(c, in->field[i].name, "1", NULL))
			diag("%s: %s cannot be set", op, in->field[i].name);
	return c;
}

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

/* ---- Invalid requests ---- */

static const struct { const char *op, *words[3]; int code; const char *text; } wrong[] = {
	{ "ad", { NULL }, ENOENT, "no op 'ad'; did you mean 'add'?" },
	{ "quite-another", { NULL }, ENOENT, "no op 'quite-another'" },
	{ "", { NULL }, ENOENT, "no op ''" },
	{ "1024", { NULL }, ENOENT, "no op '1024'" },
	{ "\33[m", { NULL }, ENOENT, "no op '\\x1b[m'" },
	{ "whoami", { "foo=1", NULL }, EINVAL, "whoami: it takes no arguments: leave 'foo' out" },
	{ "whoami", { "foo", NULL }, EINVAL, "whoami: it takes no arguments: leave 'foo' out" },
	{ "add", { NULL }, EINVAL, "add: a is missing: add a=VALUE (s64)" },
	{ "add", { "a=1", NULL }, EINVAL, "add: b is missing" },
	{ "add", { "a=1", "a=2", NULL }, EINVAL, "add: a was given twice" },
	{ "add", { "a=1", "2", NULL }, EINVAL, "'2' is not FIELD=VALUE; its fields are: a, b" },
	{ "add", { "sum=1", NULL }, EINVAL, "no field 'sum'; its fields are: a, b" },
	{ "add", { "a=x", NULL }, EINVAL, "add: a: 'x' is not a number" },
	{ "add", { "a=9223372036854775808", NULL }, ERANGE,
	  "out of range, which is -9223372036854775808 to 9223372036854775807" },
	{ "mixed", { "c=0x10000", NULL }, ERANGE, "which is 0 to 0xffff" },
	{ "mixed", { "aa=1", NULL }, EINVAL, "did you mean 'a'?" },
	{ "echo", { "two", "words", NULL }, EINVAL,
	  "'words' is one value too many; quote text that contains blanks" },
	{ "echo", { "dat=x", NULL }, EINVAL, "no field 'dat'; did you mean 'data'?" },
	{ "echo", { "hex:0", NULL }, EINVAL, "two digits for each byte" },
	{ "three", { "ab", NULL }, EINVAL, "three: data: it takes exactly 3 bytes, not 2" },
	{ "three", { "abcd", NULL }, EMSGSIZE, "it takes exactly 3 bytes, not 4" },
	{ "mixed", { "f=abcde", NULL }, EMSGSIZE, "mixed: f: it takes at most 4 bytes, not 5" },
	{ "bad-in", { NULL }, EBADMSG, "the hypervisor's description of op 80 is invalid: its field list 'a:u9' of the request" },
	{ "bad-out", { NULL }, EBADMSG, "two fields named 'n'" },
	{ "huge", { NULL }, EBADMSG, "above the limit" },
	{ "83", { NULL }, EBADMSG, "its name is invalid" },
};

static void test_wrong(struct alice *a)
{
	struct tally t = { 0 };

	device.calls = 0;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct alice_error e = { 0 };
		struct alice_call *c = alice_run(a, &e, wrong[i].op, wrong[i].words[0],
						 wrong[i].words[1], wrong[i].words[2], NULL);

		expect(&t, !c && said(&e, wrong[i].code, wrong[i].code == EBADMSG
				      ? ALICE_XEN : ALICE_CALLER, wrong[i].text),
		       "%s: %s", wrong[i].op, e.text);
		alice_call_free(c);
	}
	expect(&t, !device.calls, "%u ops ran", device.calls);
	tally_ok(&t, "a wrong request is refused before it is sent, in words");
}

static void test_kinds(struct alice *a)
{
	struct alice_call *c = alice_call_new(a, "mixed", NULL);
	struct alice_error e;
	uint64_t bits;
	size_t len;

	ok(alice_set_bytes(c, "a", "x", 1, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "mixed: a: it is a number"), "bytes for a number");
	ok(alice_set_u64(c, "g", 1, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "mixed: g: it is not a number"), "a number for bytes");
	ok(alice_set_u64(c, "z", 1, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "no field 'z'"), "a field that there is not");
	ok(!alice_set_u64(c, "a", 1, NULL) && alice_set_word(c, "a=2", &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "mixed: a was given twice") && !alice_set(c, "a", "2", NULL),
	   "a word for a field that has a value");
	ok(alice_set(c, NULL, "1", &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "its fields are: a, b, c, d, e, f, g"),
	   "the only field of several");
	ok(alice_get_u64(c, "a", &bits, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "it has no usable answer: the call was not made yet"),
	   "an answer that is not there");
	alice_call_free(c);
	c = filled(a, "mixed");
	ok(alice_call_do(c, NULL) == 21 && alice_get_u64(c, "g", &bits, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "it is not a number") &&
	   !alice_get_bytes(c, "a", &len, &e) &&
	   said(&e, EINVAL, ALICE_CALLER, "it is a number, not text or bytes") &&
	   alice_get_u64(c, "z", &bits, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "its answer has no field 'z'; its fields are: a, b"),
	   "fields of an answer as what they are not");
	alice_call_free(c);
}

static void test_again(struct alice *a)
{
	struct alice_call *c = alice_call_new(a, "echo", NULL);
	struct tally t = { 0 };
	const char *data;
	size_t len;

	/* A shorter value after a longer one keeps none of its bytes. */
	for (size_t n = 40; n--;) {
		char text[40];

		memset(text, 'a' + (int)n % 26, n);
		expect(&t, !alice_set_bytes(c, "data", text, n, NULL) &&
		       alice_call_do(c, NULL) == (int)n, "%zu", n);
		data = alice_get_bytes(c, "data", &len, NULL);
		expect(&t, data && len == n && !memcmp(data, text, n), "%zu: %zu", n, len);
	}
	alice_call_free(c);
	tally_ok(&t, "a call is made again with other values");
}

/* ---- Who refused ---- */

static const struct {
	const char *op, *word;
	int code, who;
	const char *text;
} refused[] = {
	{ "reset-stats", NULL, EPERM, ALICE_DRIVER, "reset-stats was refused by the driver: the op needs the capability CAP_SYS_ADMIN" },
	{ "newer", NULL, EPERM, ALICE_DRIVER, "a flag that this driver does not know" },
	{ "taken", NULL, EACCES, ALICE_DRIVER, "restricted to other ops" },
	{ "writes", NULL, EBADF, ALICE_DRIVER, "open for reading only" },
	{ "fail", "13", EACCES, ALICE_OP, "fail failed: the op answered EACCES: it may not be accessed." },
	{ "fail", "9", EBADF, ALICE_OP, "the op answered EBADF" },
	{ "fail", "7", E2BIG, ALICE_OP, "the op answered E2BIG" },
	{ "fail", "14", EFAULT, ALICE_OP, "the op answered EFAULT" },
	{ "fail", "4", EINTR, ALICE_OP, "the op answered EINTR" },
	{ "fail", "115", EINPROGRESS, ALICE_OP, "the op answered errno 115" },
	{ "fail", "95", EOPNOTSUPP, ALICE_OP, "the op answered EOPNOTSUPP" },
	{ "fail", "2", ENOENT, ALICE_OP, "there is no such thing; it was given code=2." },
	{ "fail", "22", EINVAL, ALICE_OP, "a value is invalid; it was given code=22." },
	{ "fail", "1", EPERM, ALICE_XEN_OR_OP, "by the hypervisor or by the op itself" },
	{ "fail", "5", EIO, ALICE_XEN_OR_OP, "or its answer is invalid" },
	{ "fail", "12", ENOMEM, ALICE_SYSTEM, "memory ran out" },
	{ "fail", "38", ENOSYS, ALICE_XEN, "no alice_op" },
	{ "fail", "116", ESTALE, ALICE_DRIVER, "fail was not called: the hypervisor has another op with this number now, or its op table keeps changing (ESTALE). Make a new call." },
	{ "fail", "500", 500, ALICE_OP, "the op answered errno 500" },
	{ "long", "4", EINTR, ALICE_DRIVER, "long was abandoned between two steps, and the steps that it completed are not undone: it was interrupted by a signal, a stop or a freezer (EINTR). If it is called again, it starts from the beginning." },
	{ "long", "116", ESTALE, ALICE_DRIVER, "long was not called, or was abandoned between two steps, and the steps that it completed are not undone: the hypervisor has another op with" },
	{ "long", "38", ENOSYS, ALICE_XEN, "long was not called, or was abandoned between" },
	{ "control", "2", ENOENT, ALICE_OP, "the op answered ENOENT" },
};

static void test_refused(struct alice *a)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < COUNT(refused); i++) {
		struct alice_error e = { 0 };
		struct alice_call *c = alice_run(a, &e, refused[i].op, refused[i].word, NULL);

		expect(&t, !c && said(&e, refused[i].code, refused[i].who, refused[i].text),
		       "%s %s", refused[i].op, refused[i].word ? refused[i].word : "");
		alice_call_free(c);
	}
	tally_ok(&t, "it is said who refused, and why");
}

/* The same, after rows before the op were removed. */
static void test_refused_elsewhere(void)
{
	struct alice *a = opened();
	struct alice_call *taken = alice_call_new(a, "taken", NULL);
	struct alice_call *failing = alice_call_new(a, "fail", NULL);
	struct alice_error e;

	device.ops++;
	device.count--;
	device.generation++;
	ok(alice_call_do(taken, &e) == -EACCES &&
	   said(&e, EACCES, ALICE_DRIVER, "restricted to other ops"), "by the driver, elsewhere");
	(void)alice_set_u64(failing, "code", EOPNOTSUPP, NULL);
	ok(alice_call_do(failing, &e) == -EOPNOTSUPP &&
	   said(&e, EOPNOTSUPP, ALICE_OP, "the op answered EOPNOTSUPP"), "by the op, elsewhere");
	alice_call_free(taken);
	alice_call_free(failing);
	alice_close(a);
}

/* A LONG op can be refused at its second step; who refused it is not known then. */
static void test_refused_amid(void)
{
	struct alice *a = opened();
	struct alice_call *c = alice_call_new(a, "long", NULL);
	struct alice_error e;

	(void)alice_set_u64(c, "code", 0, NULL);
	device.restricted = true;
	ok(alice_call_do(c, &e) == -EACCES &&
	   said(&e, EACCES, ALICE_DRIVER, "long was refused by the driver, possibly after steps that are not undone: this open device is restricted"),
	   "by the driver, between two steps");
	alice_call_free(c);
	alice_close(a);
	a = alice_open_by(fake_ioctl, &device, -1, "a recorded table", NULL);
	c = alice_call_new(a, "long", NULL);
	ok(alice_call_ready(c, &e) == -EACCES &&
	   said(&e, EACCES, ALICE_DRIVER, "long was refused by the driver: this open"), "before it is made");
	(void)alice_set_u64(c, "code", 0, NULL);
	ok(alice_call_do(c, &e) == -EACCES &&
	   said(&e, EACCES, ALICE_DRIVER, "long was refused by the driver: this open"), "and before the first step");
	device.count = 3;
	ok(alice_call_do(c, &e) == -EOPNOTSUPP &&
	   said(&e, EOPNOTSUPP, ALICE_XEN, "long was not called, or was abandoned between two steps, and the steps that it completed are not undone: the hypervisor no longer has it"),
	   "one that is gone");
	alice_call_free(c);
	alice_close(a);
}

static void test_raw(struct alice *a)
{
	struct alice_error e;
	struct alice_call *c;
	char out[8] = "";
	size_t len;

	c = alice_call_new_raw(a, "bad-in", "ab", 2, NULL);
	ok(c && alice_call_do(c, NULL) == 0 && !alice_call_in(c)->count,
	   "an op whose row makes no sense takes bytes");
	alice_call_free(c);
	c = alice_call_new_raw(a, "add", "ab", 2, NULL);
	ok(c && alice_call_do(c, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_DRIVER, "add was refused by the driver: it takes 16 to 16 bytes, and the request has 2"),
	   "and the driver judges their length");
	alice_call_free(c);
	ok(!alice_call_new_raw(a, "huge", "", 0, &e) &&
	   said(&e, EBADMSG, ALICE_XEN, "answers up to 4294967295 bytes"),
	   "no memory is allocated for an impossible answer");
	c = alice_run(a, &e, "misfit", NULL);
	ok(!c && said(&e, EBADMSG, ALICE_XEN, "its answer of 2 bytes does not fit its field list 'n:u32'"),
	   "an answer that its fields do not fit");
	c = alice_call_new(a, "misfit", NULL);
	ok(alice_call_do(c, NULL) == -EBADMSG && alice_answer(c, &len) && len == 2,
	   "and its bytes are there");
	alice_call_free(c);
	ok(alice_number(a, 3, "abc", 3, out, sizeof(out)) == 3 && !strcmp(out, "abc"),
	   "an op by its number");
	ok(alice_number(a, 99, NULL, 0, NULL, 0) == -EOPNOTSUPP, "one that there is not");
}

/* ---- The table ---- */

static int run_same(const void *in, unsigned int in_len, void *out, unsigned int out_len)
{
	if (in_len > out_len)
		return -EINVAL;
	memcpy(out, in, in_len);
	return (int)in_len;
}

static const struct fake_op changed[] = {
	{ { .cmd = 64, .name = "add", .in_min = 8, .in_max = 8, .out_max = 8,
	    .in_fmt = "a:s64", .out_fmt = "sum:s64" }, 0, run_same },
};

static void test_table(struct alice *a)
{
	const struct alice_describe *row;
	struct alice_call *c;
	struct alice_error e;
	unsigned int count = 0;

	ok(alice_refresh(a, NULL) == 1 && alice_refresh(a, NULL) == 0,
	   "the table is read once");
	while (alice_row(a, count))
		count++;
	is(count, device.count, "all of its rows");
	row = alice_find(a, "0x40", NULL);
	ok(row && !strcmp(row->desc.name, "add"), "an op by its number");
	row = alice_find(a, "66", NULL);
	ok(row && row->desc.cmd == 68, "a name that looks like a number goes first");

	/* All rows are newer, but unchanged. */
	c = filled(a, "add");
	device.generation = device.since = 2;
	device.calls = 0;
	ok(alice_call_do(c, NULL) == 8 && device.calls == 1,
	   "a call of an op that only moved is made");
	/* Another op has its name and number. */
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = device.since = 3;
	ok(alice_call_do(c, &e) == -ESTALE && said(&e, ESTALE, ALICE_DRIVER, "another op"),
	   "one of an op that was replaced is not");
	alice_call_free(c);
	ok(!alice_call_new(a, "echo", &e) && said(&e, ENOENT, ALICE_CALLER, "no op 'echo'") &&
	   alice_find(a, "add", NULL)->desc.in_max == 8, "and then the table is the new one");
	device = fake_recorded();
	device.generation = device.since = 4;
	c = alice_run(a, NULL, "echo", "x", NULL);
	ok(c, "an op that came since is found");
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = device.since = 5;
	alice_call_free(c);
	c = alice_run(a, NULL, "add", "a=1", NULL);
	ok(c, "words that fit the op as it is now are taken");
	alice_call_free(c);
	device = fake_recorded();
	device.generation = device.since = 6;
	c = alice_run(a, NULL, "echo", "x", NULL);
	/* The op is gone, and the table was not read again. */
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = device.since = 7;
	ok(alice_call_do(c, &e) == -EOPNOTSUPP &&
	   said(&e, EOPNOTSUPP, ALICE_XEN, "no longer has it") && !alice_row(a, 1),
	   "a call of an op that is gone has the table read again");
	alice_call_free(c);
}

/* A call that is created after a batch met another table uses that table. */
static void test_outdated(void)
{
	struct alice *a = opened();
	struct alice_call *calls[2] = { filled(a, "add"), filled(a, "whoami") };

	device.generation = device.since = 2;
	ok(alice_call_many(a, calls, 2, 0, NULL) == 2 &&
	   alice_result(calls[0], NULL) == -ESTALE && alice_result(calls[1], NULL) == -ESTALE,
	   "a batch of ops that moved calls none of them");
	ok(alice_row(a, 0)->since == 2, "and has the table read again");
	alice_call_free(calls[0]);
	calls[0] = filled(a, "add");
	ok(alice_call_many(a, calls, 1, 0, NULL) == 1 && alice_result(calls[0], NULL) == 8,
	   "so that they can be begun anew");
	device.ops = changed;
	device.count = COUNT(changed);
	device.generation = 3;
	ok(alice_call_many(a, calls + 1, 1, 0, NULL) == 1 &&
	   alice_result(calls[1], NULL) == -EOPNOTSUPP && !alice_row(a, 1),
	   "also where one of them is gone");
	alice_call_free(calls[0]);
	alice_call_free(calls[1]);
	alice_close(a);
}

static void never_still(struct fake *f)
{
	f->generation++;
}

static void test_restrict(void)
{
	const char *const names[] = { "echo", "0x40" }, *const nosuch[] = { "nosuch" };
	struct alice *a = opened();
	struct alice_error e;

	ok(alice_refresh(a, NULL) == 1 && !alice_find(a, "add", NULL)->access &&
	   alice_restrict_to(a, names, 1, NULL) == 0, "a device is restricted");
	ok(!alice_find(a, "echo", NULL)->access &&
	   alice_find(a, "add", NULL)->access == -EACCES, "and its rows say so");
	ok(alice_restrict_to(a, names, 2, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_DRIVER, "the device cannot be restricted: "),
	   "one that cannot be");
	ok(alice_restrict_to(a, nosuch, 1, &e) == -ENOENT &&
	   said(&e, ENOENT, ALICE_CALLER, "no op 'nosuch'"), "nor to what there is not");
	device.info_error = -ENODEV;
	ok(alice_restrict_to(a, nosuch, 1, &e) == -ENODEV && e.code == ENODEV &&
	   alice_restrict_to(a, nosuch, 1, NULL) == -ENODEV, "or where that cannot be known");
	alice_close(a);
}

/* By number, if it is certain which op that is. */
static void test_restrict_changed(void)
{
	static const struct fake_op other[] = { { { .cmd = 64, .name = "other" }, 0, NULL } };
	const char *const names[] = { "add" };
	struct alice *a = opened();
	struct alice_error e;

	ok(alice_find(a, "add", NULL)->desc.cmd == 64, "an op is in the table");
	device.ops = other;
	device.count = COUNT(other);
	device.generation++;
	ok(alice_restrict_to(a, names, 1, &e) == -ENOENT && !device.restricted,
	   "none is restricted to the op that took its number");
	device = fake_recorded();
	device.on_restrict = never_still;
	ok(alice_restrict_to(a, names, 1, &e) == -EAGAIN && device.restricted &&
	   said(&e, EAGAIN, ALICE_XEN, "possibly to other ops"),
	   "nor is it hidden that another one may have");
	alice_close(a);
}

static void test_moving(void)
{
	struct alice *a = opened();
	struct alice_error e;

	device.on_describe = never_still;
	ok(alice_refresh(a, &e) == -EAGAIN && said(&e, EAGAIN, ALICE_XEN, "changed every time"),
	   "a table that never stands still");
	device.on_describe = NULL;
	ok(alice_refresh(a, NULL) == 1, "and one that does again");
	device.info_error = -ENODEV;
	ok(alice_refresh(a, &e) == -ENODEV &&
	   said(&e, ENODEV, ALICE_DRIVER, "no longer reaches a hypervisor") && alice_row(a, 0),
	   "a device that fails leaves the table that was read");
	device.info_error = 0;
	device.generation = 0;
	ok(alice_refresh(a, &e) == -ENXIO, "a device without a table");
	alice_close(a);
}

/* ---- Many calls ---- */

#define MANY 20

static const struct { const char *name; bool no_batch, late; unsigned int limit; } ways[] = {
	{ "in batches", false, false, 0 }, { "in batches that end early", false, false, 3 },
	{ "in batches that end late", false, true, 0 }, { "one by one", true, false, 0 },
};

/* The index of the call that fails, if one does. */
#define FAILING 11

static void many(const char *name, unsigned int flags, bool fails, int want)
{
	struct alice *a = alice_open_by(fake_ioctl, &device, -1, name, NULL);
	struct alice_call *calls[MANY];
	struct tally t = { 0 };
	int64_t sum;
	int n, i;

	for (i = 0; i < MANY; i++) {
		calls[i] = alice_call_new(a, "add", NULL);
		(void)alice_set_s64(calls[i], "a", fails && i == FAILING ? INT64_MAX : i, NULL);
		(void)alice_set_s64(calls[i], "b", fails && i == FAILING ? INT64_MAX : 2 * i,
				    NULL);
	}
	device.calls = 0;
	n = alice_call_many(a, calls, MANY, flags, NULL);
	expect(&t, n == want && (int)device.calls == want, "%d, %u ran", n, device.calls);
	for (i = 0; i < MANY; i++) {
		int ret = alice_result(calls[i], NULL);

		expect(&t, ret == (i >= want ? -EINPROGRESS :
				   fails && i == FAILING ? -EOVERFLOW : 8), "%d: %d", i, ret);
		expect(&t, ret < 0 || (!alice_get_s64(calls[i], "sum", &sum, NULL) &&
				       sum == 3 * i), "%d", i);
		alice_call_free(calls[i]);
	}
	tally_ok(&t, "%s%s%s", name, fails ? ", one fails" : "",
		 flags ? ", which ends it" : "");
	alice_close(a);
}

static void test_many(void)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		device = fake_recorded();
		device.no_batch = ways[i].no_batch;
		device.late = ways[i].late;
		device.limit = ways[i].limit;
		many(ways[i].name, 0, false, MANY);
		many(ways[i].name, 0, true, MANY);
		many(ways[i].name, ALICE_BATCH_STOP_ON_ERROR, true,
		     FAILING + 1 + ways[i].late);
	}
}

static void test_many_wrong(void)
{
	struct alice *a = opened(), *b = opened();
	struct alice_call *calls[3] = { filled(a, "add"), alice_call_new(a, "add", NULL) };
	struct alice_error e;

	device.calls = 0;
	ok(alice_call_many(a, calls, 2, 0, &e) == -EINVAL && !device.calls &&
	   said(&e, EINVAL, ALICE_CALLER, "a is missing"), "many, of which one is not complete");
	ok(alice_call_many(b, calls, 1, 0, &e) == -EINVAL && !device.calls &&
	   said(&e, EINVAL, ALICE_CALLER, "another handle"), "one of another handle");
	ok(alice_call_do(calls[0], NULL) == 8, "one that was made before");
	calls[2] = calls[0];
	ok(alice_call_many(a, calls + 1, 2, 0, NULL) == -EINVAL &&
	   alice_result(calls[0], NULL) == -EINPROGRESS, "it is not called if those before it are not");
	ok(alice_call_many(a, calls, 0, 0, NULL) == 0, "none at all");
	alice_call_free(calls[0]);
	alice_call_free(calls[1]);
	alice_close(b);
	alice_close(a);
}

/* As for a single call without memory; see test_refused(). */
static void test_no_memory(void)
{
	const char *const names[] = { "add" };
	struct alice *a = opened();
	struct alice_call *call = filled(a, "add");
	struct alice_error e;

	device.batch_error = device.restrict_error = -ENOMEM;
	ok(alice_call_many(a, &call, 1, 0, &e) == -ENOMEM &&
	   said(&e, ENOMEM, ALICE_SYSTEM, "the batch failed: "), "a batch without memory");
	ok(alice_restrict_to(a, names, 1, &e) == -ENOMEM &&
	   said(&e, ENOMEM, ALICE_SYSTEM, "cannot be restricted: "), "a restriction");
	device.info_error = -ENOMEM;
	ok(alice_refresh(a, &e) == -ENOMEM && said(&e, ENOMEM, ALICE_SYSTEM, "cannot query"),
	   "a table");
	device.batch_error = -EINVAL;
	device.info_error = 0;
	ok(alice_call_many(a, &call, 1, 0, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_DRIVER, "the batch failed: "), "what else a batch fails with");
	alice_call_free(call);
	alice_close(a);
}

/* ---- Events ---- */

/* A record, and the expected result: part of the error's text, or the payload as text. */
#define TICK(len, bytes) { 78, len, 1, 5, 0, 0 }, sizeof(bytes) - 1, bytes

static const struct {
	struct alice_event head;
	size_t size;			/* of the payload */
	const char *bytes;
	const char *note, *rest;	/* fields of "tick", or NULL if it does not match */
	bool odd;
} records[] = {
	{ TICK(12, "\1\0\0\0ab\0\0\0\0\0\0\0\0\0\0"), "ab", "", false },
	{ TICK(15, "\1\0\0\0abcdefghxyz\0"), "abcdefgh", "xyz", false },
	{ TICK(16, "\1\0\0\0abcdefghwxyz"), "abcdefgh", "wxyz", false },
	{ TICK(11, "\1\0\0\0abcdefg\0\0\0\0\0"), NULL, NULL, false },
	{ TICK(0, ""), NULL, NULL, false },
	/* Truncated, or longer than what was read. */
	{ TICK(12, "\1\0\0\0abcdefgh"), NULL, NULL, true },
	{ TICK(12, "\1\0\0\0abcdefgh\0\0\0"), NULL, NULL, true },
	{ TICK(17, "\1\0\0\0abcdefghwxyz"), NULL, NULL, true },
	{ TICK(1, ""), NULL, NULL, true },
	{ TICK(16384, "\1\0\0\0abcdefghwxyz"), NULL, NULL, true },
	{ TICK(UINT32_MAX, "\1\0\0\0abcdefghwxyz"), NULL, NULL, true },
	{ TICK(UINT32_MAX - 6, "\1\0\0\0abcdefghwxyz"), NULL, NULL, true },
	{ { 1024, 0, 1, 5, 0, 0 }, 0, "", NULL, NULL, true },
	{ { UINT32_MAX, 0, 1, 5, 0, 0 }, 0, "", NULL, NULL, true },
};

/* A device whose events come through a pipe that a test writes to. */
static struct alice *listening(int pipe_fds[2])
{
	if (pipe2(pipe_fds, O_CLOEXEC))
		return NULL;
	device = fake_recorded();
	return alice_open_by(fake_ioctl, &device, pipe_fds[0], "a pipe", NULL);
}

static void silent(struct alice *a, int pipe_fds[2])
{
	alice_close(a);
	(void)close(pipe_fds[0]);
	(void)close(pipe_fds[1]);
}

/* One write, which one read returns as a whole. */
static bool emit(const int pipe_fds[2], const struct alice_event *head, const void *payload,
		 size_t size)
{
	uint8_t record[256];

	memcpy(record, head, sizeof(*head));
	memcpy(record + sizeof(*head), payload, size);
	return write(pipe_fds[1], record, sizeof(*head) + size) == (ssize_t)(sizeof(*head) + size);
}

static bool same_text(const struct alice_call *c, const char *field, const char *want)
{
	size_t len;
	const char *text = alice_get_bytes(c, field, &len, NULL);

	return text ? want && len == strlen(want) && !memcmp(text, want, len) : !want;
}

static void test_records(void)
{
	const char *const tick[] = { "tick" };
	struct tally t = { 0 };
	size_t i, len;

	for (i = 0; i < COUNT(records); i++) {
		int p[2];
		struct alice *a = listening(p);
		struct alice_event head = { 0 };
		const struct alice_call *c;
		struct alice_error e = { 0 };

		expect(&t, !alice_listen(a, tick, 1, NULL), "%zu", i);
		expect(&t, emit(p, &records[i].head, records[i].bytes, records[i].size), "%zu", i);
		c = alice_event_read(a, &head, 0, &e);
		if (records[i].odd) {
			expect(&t, !c && said(&e, EBADMSG, ALICE_DRIVER, "malformed events"),
			       "%zu", i);
		/* Nothing of it remains. */
			expect(&t, !alice_event_read(a, &head, 0, &e) && e.code == EAGAIN,
			       "%zu: %s", i, e.text);
		} else if (expect(&t, c, "%zu: %s", i, e.text)) {
			const void *bytes = alice_answer(c, &len);

			expect(&t, len == records[i].head.len &&
			       !memcmp(bytes, records[i].bytes, len), "%zu: %zu bytes", i, len);
			expect(&t, !memcmp(&head, &records[i].head, sizeof(head)), "%zu", i);
			expect(&t, same_text(c, "note", records[i].note) &&
			       same_text(c, "rest", records[i].rest), "%zu: fields", i);
		}
		silent(a, p);
	}
	/* A truncated head. */
	for (i = 1; i < sizeof(struct alice_event); i++) {
		int p[2];
		struct alice *a = listening(p);
		struct alice_event head = records[0].head;
		struct alice_error e = { 0 };

		expect(&t, write(p[1], &head, i) == (ssize_t)i, "%zu", i);
		expect(&t, !alice_event_read(a, &head, 0, &e) && e.code == EBADMSG,
		       "%zu bytes: %s", i, e.text);
		silent(a, p);
	}
	tally_ok(&t, "records are read as what they are, and odd ones refused");
}

static void test_queue(void)
{
	const char *const both[] = { "changed", "78" };
	struct alice_event head = { .cmd = 78, .len = 12, .lost = 3 }, got = { 0 };
	struct tally t = { 0 };
	const struct alice_call *c;
	struct alice_error e;
	uint8_t many[200 * 48] = { 0 };
	uint64_t value = 0;
	int p[2];
	struct alice *a = listening(p);

	ok(!alice_listen(a, both, 2, NULL) && device.listening == 2 && device.listened == 12,
	   "events are listened to by names and numbers");
	for (size_t i = 0; i < sizeof(many) / 48; i++) {
		head.seq = i + 1;
		memcpy(many + 48 * i, &head, sizeof(head));
		many[48 * i + sizeof(head)] = (uint8_t)i;
	}
	expect(&t, write(p[1], many, sizeof(many)) == sizeof(many), "write");
	for (size_t i = 0; i < sizeof(many) / 48; i++) {
		c = alice_event_read(a, &got, 0, NULL);
		if (expect(&t, c, "%zu", i))
			expect(&t, got.seq == i + 1 && got.lost == 3 &&
			       !alice_get_u64(c, "n", &value, NULL) && value == (uint8_t)i &&
			       !strcmp(alice_call_row(c)->desc.name, "tick"), "%zu", i);
	}
	tally_ok(&t, "many records of one read come one at a time");
	ok(!alice_event_read(a, &got, 0, &e) && said(&e, EAGAIN, ALICE_DRIVER, "no event came"),
	   "and then there is none");

	/* Valid records before a truncated one are returned first. */
	expect(&t, write(p[1], many, 2 * 48 + 40) == 2 * 48 + 40, "write");
	ok(alice_event_read(a, &got, 0, NULL) && alice_event_read(a, &got, 0, NULL) &&
	   !alice_event_read(a, &got, 0, &e) && e.code == EBADMSG,
	   "what comes before an odd record is read");

	/* The table has changed, and the event is gone. */
	head = (struct alice_event){ .cmd = 12, .len = 8, .seq = 1 };
	expect(&t, emit(p, &head, "\2\0\0\0\0\0\0\0", 8), "emit");
	device.count = 3;
	device.generation = device.since = 2;
	ok(alice_refresh(a, NULL) == 1 && (c = alice_event_read(a, &got, 0, NULL)) &&
	   !alice_get_u64(c, "generation", &value, NULL) && value == 2,
	   "an event is of the row that was listened to");
	head.cmd = 74;
	expect(&t, emit(p, &head, "unknown\0", 8), "emit");
	c = alice_event_read(a, &got, 0, NULL);
	ok(c && !strcmp(alice_call_row(c)->desc.name, "74") && !alice_call_out(c)->count &&
	   alice_get_u64(c, "n", &value, &e) == -EINVAL, "one of no row is its number and bytes");
	ok(alice_call_row(c)->desc.cmd == 74 && got.cmd == 74, "and has its number");

	ok(alice_listen(a, NULL, 0, NULL) == 0 && !device.listening, "no more events");
	silent(a, p);

	/* Another user of the descriptor called LISTEN. */
	a = listening(p);
	head = (struct alice_event){ .cmd = 78, .len = 12, .seq = 1 };
	expect(&t, emit(p, &head, "\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16), "emit");
	c = alice_event_read(a, &got, 0, NULL);
	ok(c && !alice_get_u64(c, "n", &value, NULL) && value == 7,
	   "an event that somebody else listened to is known by the table");
	head.cmd = 79;
	expect(&t, emit(p, &head, "\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16), "emit");
	c = alice_event_read(a, &got, 0, NULL);
	ok(c && !strcmp(alice_call_row(c)->desc.name, "79"),
	   "one whose row makes no sense is its number and bytes");
	tally_ok(&t, "all was written");
	silent(a, p);
}

static void alarmed(int signal)
{
	(void)signal;
}

static void test_waiting(void)
{
	const struct sigaction action = { .sa_handler = alarmed };
	const struct itimerval soon = { .it_value = { .tv_usec = 50000 } };
	struct alice_event got;
	struct alice_error e;
	int p[2];
	struct alice *a = listening(p);

	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &soon, NULL);
	ok(!alice_event_read(a, &got, -1, &e) && said(&e, EINTR, ALICE_SYSTEM, "interrupted by a signal"),
	   "a signal ends the wait for an event");
	ok(!alice_event_read(a, &got, 30, &e) && e.code == EAGAIN, "and so does the time");
	(void)close(p[1]);
	ok(!alice_event_read(a, &got, -1, &e) && said(&e, ENODATA, ALICE_SYSTEM, "no more events"),
	   "events that have an end");
	alice_close(a);
	(void)close(p[0]);
	a = listening(p);
	(void)fcntl(p[0], F_SETFL, O_NONBLOCK);
	alice_close(a);
	a = alice_open_by(fake_ioctl, &device, p[0], "a pipe", NULL);
	(void)setitimer(ITIMER_REAL, &soon, NULL);
	ok(!alice_event_read(a, &got, 0, &e) && e.code == EAGAIN &&
	   !alice_event_read(a, &got, -1, &e) && e.code == EINTR,
	   "a descriptor with O_NONBLOCK is waited for, too");
	/* Other users of the descriptor can change that. */
	(void)fcntl(p[0], F_SETFL, 0);
	(void)setitimer(ITIMER_REAL, &soon, NULL);
	ok(!alice_event_read(a, &got, 0, &e) && e.code == EAGAIN,
	   "and one that has it no more is not");
	silent(a, p);
	a = opened();
	ok(!alice_event_read(a, &got, -1, &e) &&
	   said(&e, EBADF, ALICE_SYSTEM, "no events can be read from 'a recorded table'"),
	   "a way without a descriptor");
	alice_close(a);
	ok(!alice_open_by(fake_ioctl, &device, 999, "x", &e) &&
	   said(&e, EBADF, ALICE_SYSTEM, "cannot use descriptor 999"), "a wrong descriptor");
	p[0] = open("/", O_RDONLY);
	a = alice_open_by(fake_ioctl, &device, p[0], "a directory", NULL);
	ok(!alice_event_read(a, &got, -1, &e) && said(&e, EISDIR, ALICE_SYSTEM, "Is a directory"),
	   "what cannot be read");
	alice_close(a);
	(void)close(p[0]);
}

static const struct {
	const char *name;
	int answer, code, who;
	const char *text;
} unheard[] = {
	{ "tikc", 0, ENOENT, ALICE_CALLER, "no event 'tikc'; did you mean 'tick'?" },
	{ "echo", 0, EINVAL, ALICE_CALLER, "echo is an op, not an event" },
	{ "closed", 0, EPERM, ALICE_DRIVER, "closed was refused by the driver: the event needs the capability CAP_SYS_ADMIN" },
	{ "tock", 0, EPERM, ALICE_XEN, "tock was refused by the hypervisor" },
	{ "tick", -ENOTTY, ENOTTY, ALICE_DRIVER, "no events through 'a recorded table'" },
	{ "tick", -EOPNOTSUPP, EOPNOTSUPP, ALICE_XEN, "this hypervisor has no events" },
	{ "tick", -EPERM, EPERM, ALICE_XEN, "tick was refused by the hypervisor (EPERM)" },
	{ "tick", -ENOMEM, ENOMEM, ALICE_SYSTEM, "cannot listen to the events: Cannot allocate" },
};

static void vanish(struct fake *f)
{
	f->count = 3;
	f->generation++;
}

static void restless(struct fake *f)
{
	f->generation++;
}

static void test_listen(void)
{
	const char *const tick[] = { "tick" }, *const two[] = { "tick", "tock" };
	struct alice *a = opened();
	struct alice_error e;
	struct tally t = { 0 };

	for (size_t i = 0; i < COUNT(unheard); i++) {
		device.no_events = unheard[i].answer;
		expect(&t, alice_listen(a, &unheard[i].name, 1, &e) == -unheard[i].code &&
		       said(&e, unheard[i].code, unheard[i].who, unheard[i].text), "%s",
		       unheard[i].name);
	}
	tally_ok(&t, "it is said who refuses an event, and why");
	device.no_events = 0;
	ok(alice_listen(a, (const char *const []){ "ehco" }, 1, &e) == -ENOENT &&
	   !strcmp(e.text, "this hypervisor has no event 'ehco'"), "an op's name is not suggested");
	ok(alice_listen(a, two, 2, &e) == -EPERM && said(&e, EPERM, ALICE_XEN, "was refused by"),
	   "and so of several");
	ok(alice_listen(a, tick, ALICE_MAX_CMDS + 1, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "too many events: there can be at most 1024"), "more than there can be");
	device.ops++;
	device.count--;
	ok(alice_listen(a, (const char *const []){ "closed" }, 1, &e) == -EPERM &&
	   said(&e, EPERM, ALICE_DRIVER, "the event needs the capability CAP_SYS_ADMIN"),
	   "an event whose row has another place by now");
	device.ops--;
	device.count++;
	ok(alice_listen_all(a, NULL) == 3 && device.listening == 3,
	   "all events are those that nobody refuses");
	device.listens = 0;
	ok(alice_restrict_to(a, tick, 1, NULL) == 0 && alice_listen_all(a, NULL) == 1 &&
	   device.listened == 78 && device.listens == 1, "and that were not restricted away");
	ok(alice_listen(a, (const char *const []){ "changed" }, 1, &e) == -EACCES &&
	   said(&e, EACCES, ALICE_DRIVER, "changed was refused by the driver: this open device is restricted"),
	   "as others were");
	device.on_listen = vanish;
	ok(alice_listen(a, tick, 1, &e) == -ENOENT && said(&e, ENOENT, ALICE_CALLER, "no event 'tick'"),
	   "an event that goes meanwhile");
	device.on_listen = NULL;
	ok(alice_listen_all(a, &e) == -EOPNOTSUPP &&
	   said(&e, EOPNOTSUPP, ALICE_XEN, "no events that you may listen to"), "no events at all");
	alice_close(a);
	a = opened();
	device.on_listen = restless;
	ok(alice_listen(a, tick, 1, &e) == -EAGAIN && said(&e, EAGAIN, ALICE_XEN, "try again"),
	   "a table that never stands still, again");
	device.on_listen = NULL;
	ok(!alice_run(a, &e, "tick", NULL) &&
	   said(&e, EOPNOTSUPP, ALICE_CALLER, "tick is an event, not an op") &&
	   !alice_call_new_raw(a, "78", "", 0, &e) && e.code == EOPNOTSUPP,
	   "an event cannot be called");
	alice_close(a);
}

/* ---- The device ---- */

static const struct { const char *path; int code; const char *text; } paths[] = {
	{ "/nonexistent/alice", ENOENT, "there is no such device" },
	{ "/dev/null", ENOTTY, "'/dev/null' is not the device of alice" },
	{ "/", EISDIR, "cannot open '/': " },
};

static void test_open(void)
{
	struct alice_error e;
	int fd = open("/dev/null", O_RDWR), lowest;

	for (size_t i = 0; i < COUNT(paths); i++)
		ok(!alice_open(paths[i].path, &e) &&
		   said(&e, paths[i].code, ALICE_SYSTEM, paths[i].text), "open %s",
		   paths[i].path);
	ok(!alice_open_fd(fd, &e) && said(&e, ENOTTY, ALICE_SYSTEM, "is not the device"),
	   "a descriptor of something else");
	(void)setenv("ALICE_FD", "x", 1);
	ok(!alice_open(NULL, &e) &&
	   said(&e, EBADF, ALICE_SYSTEM, "ALICE_FD is 'x': it is not the number"),
	   "ALICE_FD that is no number");
	(void)setenv("ALICE_FD", "999", 1);
	ok(!alice_open(NULL, &e) && said(&e, EBADF, ALICE_SYSTEM, "ALICE_FD is '999': "),
	   "ALICE_FD of a descriptor that is not open");
	(void)unsetenv("ALICE_FD");
	lowest = dup(fd);
	is(lowest, fd + 1, "no descriptor is left open");
	(void)close(lowest);
	(void)close(fd);
	alice_close(NULL);
	alice_call_free(NULL);
}

static void test_errno_names(void)
{
	ok(!strcmp(alice_errno_name(EPERM), "EPERM") &&
	   !strcmp(alice_errno_name(ESTALE), "ESTALE") && !*alice_errno_name(0) &&
	   !*alice_errno_name(4000), "symbols of errnos");
}

int main(void)
{
	struct alice *a = opened();

	test_types();
	test_lists();
	test_malformed();
	test_values(a);
	test_cut(a);
	test_locale(a);
	test_numbers(a);
	test_large(a);
	test_wrong(a);
	test_kinds(a);
	test_again(a);
	test_refused(a);
	test_raw(a);
	alice_close(a);
	test_refused_elsewhere();
	test_refused_amid();
	a = opened();
	test_table(a);
	alice_close(a);
	test_moving();
	test_outdated();
	test_restrict();
	test_restrict_changed();
	test_many();
	test_many_wrong();
	test_no_memory();
	test_records();
	test_queue();
	test_waiting();
	test_listen();
	test_open();
	test_errno_names();
	return tap_done();
}
