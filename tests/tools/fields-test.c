// SPDX-License-Identifier: GPL-2.0-only
/* The field-list reader and writer, the values, and how answers are written. */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fields.h"
#include "output.h"
#include "tap.h"
#include "text.h"
#include "value.h"

#define PAYLOAD 65536

/* A buffer after which the sanitizer sees the very next byte. */
static uint8_t *exact(size_t size)
{
	return malloc(size ? size : 1);
}

static int parse(struct fields *f, const char *fmt, size_t max)
{
	size_t len = strlen(fmt);
	char *copy = malloc(len ? len : 1);
	struct err e = { "" };
	int ret;

	/* Without its NUL: a text that fills its room has none. */
	memcpy(copy, fmt, len);
	ret = fields_parse(f, copy, len, max, &e);
	free(copy);
	return ret;
}

static void test_types(void)
{
	static const struct {
		const char *type;
		enum field_kind kind;
		size_t size;
	} types[] = {
		{ "u8", FIELD_UNSIGNED, 1 }, { "u16", FIELD_UNSIGNED, 2 },
		{ "u32", FIELD_UNSIGNED, 4 }, { "u64", FIELD_UNSIGNED, 8 },
		{ "s8", FIELD_SIGNED, 1 }, { "s16", FIELD_SIGNED, 2 },
		{ "s32", FIELD_SIGNED, 4 }, { "s64", FIELD_SIGNED, 8 },
		{ "x8", FIELD_HEX, 1 }, { "x16", FIELD_HEX, 2 },
		{ "x32", FIELD_HEX, 4 }, { "x64", FIELD_HEX, 8 },
		{ "c1", FIELD_TEXT, 1 }, { "c8", FIELD_TEXT, 8 },
		{ "c65536", FIELD_TEXT, 65536 }, { "bytes", FIELD_BYTES, 0 },
	};
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char fmt[32], type[24];
		struct fields f;

		snprintf(fmt, sizeof(fmt), "some_field:%s", types[i].type);
		expect(&t, !parse(&f, fmt, PAYLOAD), "%s is refused", fmt);
		expect(&t, f.count == 1 && !strcmp(f.field[0].name, "some_field") &&
		       f.field[0].kind == types[i].kind &&
		       f.field[0].size == types[i].size && f.size == types[i].size &&
		       f.rest == (types[i].kind == FIELD_BYTES),
		       "%s is misread", fmt);
		fields_type(&f.field[0], type, sizeof(type));
		expect(&t, !strcmp(type, types[i].type), "%s is shown as %s",
		       types[i].type, type);
	}
	tally_ok(&t, "every type is read, with its size");
}

static void test_lists(void)
{
	struct fields f;

	ok(!parse(&f, "", 0) && !f.count && !f.size && !f.rest,
	   "an empty list has no fields");
	ok(!parse(&f, "a:u8 b:u16 c:x64 d:c3 e:bytes", 14) && f.count == 5 &&
	   f.field[0].offset == 0 && f.field[1].offset == 1 &&
	   f.field[2].offset == 3 && f.field[3].offset == 11 &&
	   f.field[4].offset == 14 && f.size == 14 && f.rest,
	   "fields are packed without padding");
	ok(!fields_fit(&f, 13) && fields_fit(&f, 14) && fields_fit(&f, 99),
	   "a list with bytes fits its size and more");
	ok(!parse(&f, "a:u8 b:u16", 3) && !fields_fit(&f, 2) &&
	   fields_fit(&f, 3) && !fields_fit(&f, 4),
	   "a list without bytes fits its size alone");
	ok(!parse(&f, "a:u8 b:u8 c:u8 d:u8 e:u8 f:u8 g:u8 h:u8 i:u8 j:u8 k:u8 l:u8", 12) &&
	   f.count == FIELDS_MAX, "as many fields as the text has room for");
	ok(!parse(&f, "a123456789012345678901234567890123456789012345678901234567:bytes", 0) == 0 &&
	   !parse(&f, "a12345678901234567890123456789012345678901234567890123456:bytes", 0) &&
	   strlen(f.field[0].name) == 57, "the longest name, and not one more");
}

static void test_malformed(void)
{
	static const char *const bad[] = {
		" ", "a", "a:", ":u8", ":", "a:u8 ", " a:u8", "a:u8  b:u8",
		"a:u8\tb:u8", "a:u8,b:u8", "a=u8", "a:u8:u8", "a:b:u8", "a: u8",
		"a:u", "a:u0", "a:u1", "a:u7", "a:u9", "a:u08", "a:u24", "a:u128",
		"a:u64 b:u8 a:u8", "a:u8 a:u8", "a:s", "a:s12", "a:x", "a:x4",
		"a:U8", "a:f32", "a:8", "a:c", "a:c0", "a:c01", "a:c-1", "a:c+1",
		"a:c1x", "a:c 1", "a:c65537", "a:c99999999999999999999",
		"a:c18446744073709551617", "a:byte", "a:bytess", "a:bytes1",
		"a:Bytes", "a:bytes b:u8", "a:bytes b:bytes", "1:u8", "1a:u8",
		"-a:u8", "a.b:u8", "a b:u8", "a/b:u8", "\xc3\xa4:u8", "a\x01:u8",
		"a\x7f:u8", "a\":u8", "a:u8\n", "a:\xff", "a:u8\x80",
		"a:c32768 b:c32769", "a:c65536 b:u8", "a:u8 b:c65536",
		/* Longer than any list, for whom there is no terminator. */
		"a:u8 b:u8 c:u8 d:u8 e:u8 f:u8 g:u8 h:u8 i:u8 j:u8 k:u8 l:u8 m:u8",
	};
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char copy[128];
		struct err e = { "" };
		struct fields f;
		int ret;

		expect(&t, parse(&f, bad[i], PAYLOAD) == STATUS_NONSENSE,
		       "accepted: %s", bad[i]);
		/* And with its NUL; the reason is one for a terminal. */
		snprintf(copy, sizeof(copy), "%s", bad[i]);
		ret = fields_parse(&f, copy, sizeof(copy), PAYLOAD, &e);
		expect(&t, ret == STATUS_NONSENSE && *e.text &&
		       text_printable((uint8_t *)e.text, strlen(e.text), false),
		       "no reason that can be printed: %s", bad[i]);
	}
	tally_ok(&t, "what is no field list is refused, with a reason");

	for (i = 0; i < 12; i++) {
		struct fields f;

		expect(&t, parse(&f, "a:u32 b:u64", i) == STATUS_NONSENSE,
		       "12 bytes were accepted in %zu", i);
	}
	tally_ok(&t, "a list of more than the op's bytes is refused");
}

/* Pack arguments that nobody else reads standard input for. */
static int pack_words(const struct fields *f, size_t min, size_t max,
		      char *const *word, unsigned int count, uint8_t *buf,
		      size_t *len, struct err *e)
{
	bool stdin_taken = false;
	struct args args = {
		.word = word, .count = count, .stdin_taken = &stdin_taken,
	};

	return fields_pack(f, min, max, &args, buf, len, e);
}

/* Pack arguments into a buffer of exactly max bytes. */
static int pack(const char *fmt, size_t min, size_t max, const char *const *args,
		unsigned int count, uint8_t **buf, size_t *len, struct err *e)
{
	struct fields f;
	int ret = fields_parse(&f, fmt, strlen(fmt) + 1, max, e);

	*buf = exact(max);
	*len = 0;
	if (!ret)
		ret = pack_words(&f, min, max, (char *const *)args, count, *buf,
				 len, e);
	return ret;
}

/* One argument: its status, and the bytes that it gives. */
static int pack_one(const char *fmt, size_t max, const char *arg, uint8_t *bytes,
		    size_t *len, struct err *e)
{
	uint8_t *buf;
	int ret = pack(fmt, 0, max, &arg, 1, &buf, len, e);

	if (!ret)
		memcpy(bytes, buf, *len);
	free(buf);
	return ret;
}

struct good_number {
	const char *type;
	const char *text;
	uint64_t bits;
};

static const struct good_number good_numbers[] = {
	{ "u8", "0", 0 }, { "u8", "255", 0xff }, { "u8", "0xff", 0xff },
	{ "u8", "0XfF", 0xff }, { "u8", "010", 10 }, { "u8", "000255", 0xff },
	{ "u8", "0x00000000ff", 0xff }, { "u8", "0x0", 0 },
	{ "u16", "65535", 0xffff }, { "u16", "0xffff", 0xffff },
	{ "u32", "4294967295", 0xffffffff }, { "u32", "0xffffffff", 0xffffffff },
	{ "u64", "18446744073709551615", UINT64_MAX },
	{ "u64", "0xffffffffffffffff", UINT64_MAX },
	{ "u64", "0x0123456789abcdef", UINT64_C(0x0123456789abcdef) },
	{ "s8", "127", 0x7f }, { "s8", "-128", 0x80 }, { "s8", "-1", 0xff },
	{ "s8", "0x7f", 0x7f }, { "s8", "-0x80", 0x80 }, { "s8", "-0", 0 },
	{ "s16", "32767", 0x7fff }, { "s16", "-32768", 0x8000 },
	{ "s32", "2147483647", 0x7fffffff }, { "s32", "-2147483648", 0x80000000 },
	{ "s64", "9223372036854775807", INT64_MAX },
	{ "s64", "-9223372036854775808", UINT64_C(1) << 63 },
	{ "s64", "-1", UINT64_MAX },
	{ "x8", "255", 0xff }, { "x16", "0xffff", 0xffff },
	{ "x32", "0x414c4345", 0x414c4345 }, { "x64", "0xffffffffffffffff", UINT64_MAX },
};

static const struct { const char *type, *text; } bad_numbers[] = {
	{ "u8", "256" }, { "u8", "0x100" }, { "u8", "-1" }, { "u8", "-0" },
	{ "u16", "65536" }, { "u32", "4294967296" }, { "u32", "0x100000000" },
	{ "u64", "18446744073709551616" }, { "u64", "0x10000000000000000" },
	{ "u64", "184467440737095516150" }, { "u64", "99999999999999999999999999" },
	{ "s8", "128" }, { "s8", "-129" }, { "s8", "0x80" }, { "s8", "-0x81" },
	{ "s16", "32768" }, { "s16", "-32769" }, { "s32", "2147483648" },
	{ "s32", "-2147483649" }, { "s64", "9223372036854775808" },
	{ "s64", "-9223372036854775809" }, { "s64", "-18446744073709551616" },
	{ "x8", "256" }, { "x8", "-1" }, { "x64", "0x10000000000000000" },
	{ "u32", "" }, { "u32", " 1" }, { "u32", "1 " }, { "u32", "+1" },
	{ "u32", "0x" }, { "u32", "x1" }, { "u32", "1a" }, { "u32", "0xg" },
	{ "u32", "1e3" }, { "u32", "1.0" }, { "u32", "1,000" }, { "u32", "one" },
	{ "u32", "0b1" }, { "u32", "0o7" }, { "u32", "0x-1" }, { "s32", "-" },
	{ "s32", "--1" }, { "s32", "- 1" }, { "s32", "-+1" }, { "u32", "@file" },
	{ "u32", "hex:00" }, { "u32", "\xd9\xa1" }, { "u32", "1\x1b[31m" },
};

static void test_numbers(void)
{
	struct tally t = { 0 };
	size_t i, j;

	for (i = 0; i < sizeof(good_numbers) / sizeof(good_numbers[0]); i++) {
		const struct good_number *n = &good_numbers[i];
		uint8_t bytes[8] = { 0 };
		char fmt[16], arg[64];
		struct err e = { "" };
		uint64_t bits = 0;
		size_t len;
		int ret;

		snprintf(fmt, sizeof(fmt), "n:%s", n->type);
		snprintf(arg, sizeof(arg), "n=%s", n->text);
		ret = pack_one(fmt, 8, arg, bytes, &len, &e);
		for (j = 0; j < 8; j++)
			bits |= (uint64_t)bytes[j] << (8 * j);
		expect(&t, !ret && bits == n->bits &&
		       len == strtoul(n->type + 1, NULL, 10) / 8,
		       "%s %s gives status %d, %zu bytes, 0x%" PRIx64, n->type,
		       n->text, ret, len, bits);
	}
	tally_ok(&t, "numbers up to the ends of their ranges, little-endian");

	for (i = 0; i < sizeof(bad_numbers) / sizeof(bad_numbers[0]); i++) {
		uint8_t bytes[8];
		char fmt[16], arg[64];
		struct err e = { "" };
		size_t len;
		int ret;

		snprintf(fmt, sizeof(fmt), "n:%s", bad_numbers[i].type);
		snprintf(arg, sizeof(arg), "n=%s", bad_numbers[i].text);
		ret = pack_one(fmt, 8, arg, bytes, &len, &e);
		expect(&t, ret == STATUS_USAGE && !strncmp(e.text, "n: ", 3) &&
		       text_printable((uint8_t *)e.text, strlen(e.text), false),
		       "%s %s gives status %d: %s", bad_numbers[i].type,
		       bad_numbers[i].text, ret, e.text);
	}
	tally_ok(&t, "what is no number, or is out of range, is refused");
}

/* What is said of some words, with blanks between. */
static void is_error(const char *fmt, const char *line, const char *want)
{
	char words[80], *word, *rest = words;
	const char *args[8];
	unsigned int count = 0;
	struct err e = { "" };
	uint8_t *buf;
	size_t len;

	snprintf(words, sizeof(words), "%s", line);
	while (count < 8 && (word = strsep(&rest, " ")))
		args[count++] = word;
	pack(fmt, 0, 16, args, count, &buf, &len, &e);
	free(buf);
	if (!ok(!strcmp(e.text, want), "the reason for %s", line))
		diag("got:  %s\n# want: %s", e.text, want);
}

static void test_reasons(void)
{
	is_error("n:u8", "n=256", "n: '256' is out of range, which is 0 to 255");
	is_error("n:s64", "n=9223372036854775808",
		 "n: '9223372036854775808' is out of range, which is -9223372036854775808 to 9223372036854775807");
	is_error("n:x16", "n=-1", "n: '-1' is out of range, which is 0 to 0xffff");
	is_error("n:u8", "n=ten",
		 "n: 'ten' is not a number; write decimal digits, or 0x and hexadecimal ones");
	is_error("t:c1", "t=ab", "t: the value is longer than 1 byte");
	is_error("alpha:u8 beta:u8", "alhpa=1",
		 "the op has no field 'alhpa'; did you mean 'alpha'?");
	is_error("alpha:u8 beta:u8", "x=1",
		 "the op has no field 'x'; its fields are: alpha, beta");
	is_error("data:bytes", "x=1",
		 "the op has no field 'x'; if 'x=1' is the value of its only field, write 'data=' in front of it");
	is_error("alpha:u8 beta:u8", "1",
		 "'1' is not FIELD=VALUE; the op's fields are: alpha, beta");
	is_error("alpha:u8 beta:u8", "beta=1", "alpha is missing: add alpha=VALUE (u8)");
}

/* What an op is given that it does not take. */
static void test_needless(void)
{
	is_error("", "x=1", "the op takes no input: leave 'x=1' out");
	is_error("", "x", "the op takes no input: leave 'x' out");
	is_error("", "=", "the op takes no input: leave '=' out");
	is_error("", "--json", "'--json' comes too late: options stand on the command line, before the op");
	is_error("", "-h",
		 "'-h' comes too late: options stand on the command line, before the op; 'alicectl help OP' says how the op is used");
	is_error("data:bytes", "--json",
		 "'--json' comes too late: options stand on the command line, before the op; to send it as it is, write 'data=' in front of it");
	is_error("n:u8", "--help",
		 "'--help' comes too late: options stand on the command line, before the op; 'alicectl help OP' says how the op is used");
	is_error("alpha:u8 beta:u8", "alpha=1 beta=2 --json",
		 "'--json' comes too late: options stand on the command line, before the op");
	is_error("n:u8", "3 4",
		 "'4' is one value too many: the op has one field, n");
	is_error("n:u8", "n=3 4",
		 "'4' is one value too many: the op has one field, n");
	is_error("data:bytes", "Curiouser and curiouser!",
		 "'and' is one value too many: the op has one field, data; a value with blanks needs quotes");
	is_error("alpha:u8 beta:u8", "alpha=1 alpha=2", "alpha was given twice");
}

/* Blanks around '=', which make words of their own. */
static void test_blanks(void)
{
#define APART(name) name ": it has no value; write " name "=VALUE as one word, without blanks around '='"
	is_error("n:u8", "n = 3", APART("n"));
	is_error("n:u8", "n =3", APART("n"));
	is_error("n:u8", "n= 3", APART("n"));
	is_error("n:u8", "n=", APART("n"));
	is_error("data:bytes", "data = x", APART("data"));
	is_error("data:bytes", "data =", APART("data"));
	is_error("alpha:u8 beta:u8", "alpha = 1 beta = 2", APART("alpha"));
	is_error("alpha:u8 beta:u8", "alpha=1 beta =2", APART("beta"));
	is_error("alpha:u8 beta:s8", "alpha=1 beta= 2", APART("beta"));
#undef APART
	is_error("n:u8", "n", "n: 'n' is not a number; write decimal digits, or 0x and hexadecimal ones");
}

struct good_bytes {
	const char *fmt;
	const char *arg;
	size_t len;
	const char *bytes;
};

static const struct good_bytes good_bytes[] = {
	{ "d:bytes", "d=hello", 5, "hello" },
	{ "d:bytes", "hello", 5, "hello" },
	{ "d:bytes", "d=", 0, "" },
	{ "d:bytes", "", 0, "" },
	{ "d:bytes", "d=d=x", 3, "d=x" },
	{ "d:bytes", "d= = ", 3, " = " },
	{ "d:bytes", "two words = one", 15, "two words = one" },
	{ "d:bytes", "=", 1, "=" },
	{ "d:bytes", "-5", 2, "-5" },
	{ "d:bytes", "d=--json", 6, "--json" },
	{ "d:bytes", "d=hex:", 0, "" },
	{ "d:bytes", "hex:00fF7a", 3, "\0\xffz" },
	{ "d:bytes", "d=hex:00", 1, "\0" },
	{ "d:bytes", "d=HEX:00", 6, "HEX:00" },
	{ "d:bytes", "d=text:@x", 2, "@x" },
	{ "d:bytes", "d=text:hex:00", 6, "hex:00" },
	{ "d:bytes", "d=text:text:", 5, "text:" },
	{ "d:bytes", "d=text:", 0, "" },
	{ "d:bytes", "text:a=b", 3, "a=b" },
	{ "d:bytes", "d=\xff\xfe", 2, "\xff\xfe" },
	{ "d:bytes", "d=0123456789abcdef", 16, "0123456789abcdef" },
	{ "t:c4", "t=abcd", 4, "abcd" },
	{ "t:c4", "t=ab", 4, "ab\0\0" },
	{ "t:c4", "t=", 4, "\0\0\0\0" },
	{ "t:c4", "hex:0001", 4, "\0\1\0\0" },
	{ "n:u16", "258", 2, "\2\1" },
	{ "n:s8", "-5", 1, "\xfb" },
};

static const struct { const char *fmt, *arg; int status; } bad_bytes[] = {
	{ "d:bytes", "d=0123456789abcdefg", STATUS_USAGE },
	{ "d:bytes", "d=hex:0", STATUS_USAGE },
	{ "d:bytes", "d=hex:000", STATUS_USAGE },
	{ "d:bytes", "d=hex:0g", STATUS_USAGE },
	{ "d:bytes", "d=hex:g0", STATUS_USAGE },
	{ "d:bytes", "d=hex: 00", STATUS_USAGE },
	{ "d:bytes", "d=hex:000102030405060708090a0b0c0d0e0f10", STATUS_USAGE },
	{ "d:bytes", "x=1", STATUS_USAGE },
	{ "d:bytes", "--json", STATUS_USAGE },
	{ "d:bytes", "d=@/nonexistent/file", STATUS_IO },
	{ "d:bytes", "d=@", STATUS_IO },
	{ "d:bytes", "d=@/", STATUS_IO },
	{ "d:bytes", "d=@/dev/zero", STATUS_USAGE },
	{ "t:c4", "t=abcde", STATUS_USAGE },
	{ "t:c4", "t=hex:0102030405", STATUS_USAGE },
	{ "t:c4", "t=@/dev/zero", STATUS_USAGE },
};

static void test_bytes(void)
{
	uint8_t bytes[PAYLOAD];
	struct tally t = { 0 };
	size_t i, len;

	for (i = 0; i < sizeof(good_bytes) / sizeof(good_bytes[0]); i++) {
		const struct good_bytes *g = &good_bytes[i];
		struct err e = { "" };
		int ret = pack_one(g->fmt, 16, g->arg, bytes, &len, &e);

		expect(&t, !ret && len == g->len && !memcmp(bytes, g->bytes, len),
		       "%s %s gives status %d and %zu bytes: %s", g->fmt, g->arg,
		       ret, len, e.text);
	}
	tally_ok(&t, "texts and bytes in every form");

	for (i = 0; i < sizeof(bad_bytes) / sizeof(bad_bytes[0]); i++) {
		struct err e = { "" };
		int ret = pack_one(bad_bytes[i].fmt, 16, bad_bytes[i].arg, bytes,
				   &len, &e);

		expect(&t, ret == bad_bytes[i].status && *e.text,
		       "%s %s gives status %d: %s", bad_bytes[i].fmt,
		       bad_bytes[i].arg, ret, e.text);
	}
	tally_ok(&t, "texts and bytes that are too long or malformed are refused");
}

/* A file of exactly as many bytes as there is room for, and of one more. */
static void test_files(void)
{
	char path[] = "/tmp/fields-test.XXXXXX", arg[64];
	uint8_t bytes[PAYLOAD];
	struct tally t = { 0 };
	struct err e = { "" };
	int fd = mkstemp(path);
	size_t len, i;

	snprintf(arg, sizeof(arg), "d=@%s", path);
	for (i = 0; i <= 17 && fd >= 0; i++) {
		int ret = pack_one("d:bytes", 16, arg, bytes, &len, &e);

		if (i <= 16)
			expect(&t, !ret && len == i &&
			       (!i || bytes[i - 1] == 'A' + i - 1),
			       "a file of %zu bytes gives status %d and %zu",
			       i, ret, len);
		else
			expect(&t, ret == STATUS_USAGE, "17 bytes fit into 16");
		expect(&t, write(fd, &"ABCDEFGHIJKLMNOPQ"[i], 1) == 1, "write");
	}
	close(fd);
	unlink(path);
	tally_ok(&t, "files up to the room there is, and no longer");
}

static void test_args(void)
{
	static const struct {
		const char *fmt;
		size_t min, max;
		const char *args[4];
		int status;
		size_t len;
		const char *bytes;
	} cases[] = {
		{ "a:u8 b:u8 c:bytes", 0, 4, { "c=x", "b=2", "a=1" }, 0, 3, "\1\2x" },
		{ "a:u8 b:u8", 0, 2, { "a=1" }, STATUS_USAGE, 0, "" },
		{ "a:u8 b:u8", 0, 2, { "a=1", "b=2", "a=1" }, STATUS_USAGE, 0, "" },
		{ "a:u8 b:u8", 0, 2, { "a=1", "b=2", "c=3" }, STATUS_USAGE, 0, "" },
		{ "a:u8 b:u8", 0, 2, { "1", "2" }, STATUS_USAGE, 0, "" },
		{ "a:u8", 0, 1, { "1", "2" }, STATUS_USAGE, 0, "" },
		{ "a:u8", 0, 1, { "1", "a=2" }, STATUS_USAGE, 0, "" },
		{ "a:u8", 0, 1, { "A=2" }, STATUS_USAGE, 0, "" },
		{ "d:bytes", 0, 8, { NULL }, STATUS_USAGE, 0, "" },
		{ "d:bytes", 4, 8, { "abc" }, STATUS_USAGE, 0, "" },
		{ "d:bytes", 4, 8, { "abcd" }, 0, 4, "abcd" },
		{ "a:u8 d:bytes", 4, 8, { "a=1", "d=ab" }, STATUS_USAGE, 0, "" },
		{ "a:u8 d:bytes", 4, 8, { "a=1", "d=abc" }, 0, 4, "\1abc" },
		{ "a:u8 d:bytes", 4, 8, { "a=1", "d=abcdefg" }, 0, 8, "\1abcdefg" },
		{ "a:u8 d:bytes", 4, 8, { "a=1", "d=abcdefgh" }, STATUS_USAGE, 0, "" },
		{ "a:u8 d:bytes", 0, 1, { "a=1", "d=" }, 0, 1, "\1" },
		{ "a:c2 b:c2", 0, 4, { "a=@-", "b=@-" }, STATUS_USAGE, 0, "" },
		{ "a:c2 b:c2", 0, 4, { "a=@-", "b=x" }, 0, 4, "\0\0x\0" },
		{ "", 0, 0, { NULL }, 0, 0, "" },
		{ "", 0, 8, { NULL }, 0, 0, "" },
		{ "", 0, 0, { "x" }, STATUS_USAGE, 0, "" },
		{ "", 0, 0, { "" }, STATUS_USAGE, 0, "" },
		{ "", 4, 8, { NULL }, STATUS_NONSENSE, 0, "" },
		{ "a:u8", 2, 8, { "a=1" }, STATUS_NONSENSE, 0, "" },
	};
	struct tally t = { 0 };
	size_t i, len;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = { "" };
		unsigned int count = 0;
		uint8_t *buf;
		int ret;

		while (count < 4 && cases[i].args[count])
			count++;
		ret = pack(cases[i].fmt, cases[i].min, cases[i].max,
			   cases[i].args, count, &buf, &len, &e);
		expect(&t, ret == cases[i].status && !ret == !*e.text,
		       "case %zu: status %d: %s", i, ret, e.text);
		if (!ret && !cases[i].status)
			expect(&t, len == cases[i].len &&
			       !memcmp(buf, cases[i].bytes, len),
			       "case %zu gives other bytes", i);
		free(buf);
	}
	tally_ok(&t, "arguments in any order, each once, none missing or unknown");
}

/* What an answer looks like. */
static char *shown(const char *fmt, const void *payload, size_t len, bool json,
		   bool utf8)
{
	struct output o = { .json = json, .utf8 = utf8 };
	uint8_t *copy = exact(len);
	char *text = NULL;
	struct fields f;
	size_t size;

	memcpy(copy, payload, len);
	o.file = open_memstream(&text, &size);
	if (!parse(&f, fmt, PAYLOAD) && fields_fit(&f, len))
		output_fields(&o, &f, copy, len);
	fclose(o.file);
	free(copy);
	return text;
}

static void test_answers(void)
{
	static const struct {
		const char *fmt;
		size_t len;
		const char *payload;
		bool json, utf8;
		const char *want;
	} cases[] = {
		{ "a:u8 b:s8 c:x8", 3, "\xff\xff\xff", 0, 0, "a=255\nb=-1\nc=0xff\n" },
		{ "a:u8 b:s8 c:x8", 3, "\xff\xff\xff", 1, 0, "{\"a\":255,\"b\":-1,\"c\":255}\n" },
		{ "a:u16", 2, "\1\2", 0, 0, "a=513\n" },
		{ "a:x16 b:x32", 6, "\1\0\2\0\0\0", 0, 0, "a=0x0001\nb=0x00000002\n" },
		{ "a:x64", 8, "\1\0\0\0\0\0\0\0", 0, 0, "a=0x0000000000000001\n" },
		{ "a:u64", 8, "\xff\xff\xff\xff\xff\xff\xff\xff", 0, 0, "a=18446744073709551615\n" },
		{ "a:u64", 8, "\xff\xff\xff\xff\xff\xff\xff\xff", 1, 0, "{\"a\":18446744073709551615}\n" },
		{ "a:s64", 8, "\0\0\0\0\0\0\0\x80", 0, 0, "a=-9223372036854775808\n" },
		{ "a:s64", 8, "\xff\xff\xff\xff\xff\xff\xff\x7f", 1, 0, "{\"a\":9223372036854775807}\n" },
		{ "a:s32", 4, "\0\0\0\x80", 0, 0, "a=-2147483648\n" },
		{ "a:s16", 2, "\0\x80", 1, 0, "{\"a\":-32768}\n" },
		{ "t:c8", 8, "pv\0\0\0\0\0\0", 0, 0, "t=pv\n" },
		{ "t:c8", 8, "pv\0\0\0\0\0\0", 1, 0, "{\"t\":\"pv\"}\n" },
		{ "t:c2", 2, "pv", 0, 0, "t=pv\n" },
		{ "t:c4", 4, "\0\0\0\0", 0, 0, "t=\n" },
		{ "t:c4", 4, "a\0b\0", 0, 0, "t=hex:610062\n" },
		{ "t:c4", 4, "a\0b\0", 1, 0, "{\"t\":\"a\\u0000b\"}\n" },
		{ "d:bytes", 0, "", 0, 0, "d=\n" },
		{ "d:bytes", 0, "", 1, 0, "{\"d\":\"\"}\n" },
		{ "d:bytes", 5, "hello", 0, 0, "d=hello\n" },
		{ "d:bytes", 2, "a\n", 0, 1, "d=hex:610a\n" },
		{ "d:bytes", 5, "\33[31m", 0, 1, "d=hex:1b5b33316d\n" },
		{ "d:bytes", 1, "\x7f", 0, 1, "d=hex:7f\n" },
		{ "d:bytes", 1, "\x9b", 0, 1, "d=hex:9b\n" },
		{ "d:bytes", 2, "\xc2\x9b", 0, 1, "d=hex:c29b\n" },
		{ "d:bytes", 3, "\xe2\x80\xae", 0, 1, "d=hex:e280ae\n" },
		{ "d:bytes", 2, "\xc3\xa4", 0, 1, "d=\xc3\xa4\n" },
		{ "d:bytes", 2, "\xc3\xa4", 0, 0, "d=hex:c3a4\n" },
		{ "d:bytes", 4, "hex:", 0, 0, "d=text:hex:\n" },
		{ "d:bytes", 3, "hex", 0, 0, "d=hex\n" },
		{ "d:bytes", 6, "text:x", 0, 0, "d=text:text:x\n" },
		{ "d:bytes", 2, "@x", 0, 0, "d=text:@x\n" },
		{ "t:c2", 2, "@\0", 0, 0, "t=text:@\n" },
		{ "d:bytes", 1, "\xff", 1, 0, "{\"d\":{\"hex\":\"ff\"}}\n" },
		{ "d:bytes", 9, "\"\\/\b\f\n\r\t'", 1, 0, "{\"d\":\"\\\"\\\\/\\b\\f\\n\\r\\t'\"}\n" },
		{ "d:bytes", 4, "\0\x1f\x7f ", 1, 0, "{\"d\":\"\\u0000\\u001f\\u007f \"}\n" },
		{ "d:bytes", 9, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x87", 1, 1, "{\"d\":\"\\u00e4\\u20ac\\ud83d\\udc07\"}\n" },
		{ "d:bytes", 2, "\xc0\xaf", 1, 0, "{\"d\":{\"hex\":\"c0af\"}}\n" },
		{ "", 0, "", 0, 0, "" },
		{ "", 0, "", 1, 0, "{}\n" },
	};
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = shown(cases[i].fmt, cases[i].payload, cases[i].len,
				  cases[i].json, cases[i].utf8);

		expect(&t, !strcmp(got, cases[i].want), "case %zu: got %s# want %s",
		       i, got, cases[i].want);
		free(got);
	}
	tally_ok(&t, "answers, as lines and as JSON");
}

/* Random numbers of which a seed says all. */
static uint64_t state;

static uint64_t rnd(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state * UINT64_C(0x2545f4914f6cdd1d) >> 20) % below;
}

/* A random list that is right, and how long its bytes may get. */
static void random_list(char *fmt, size_t *max)
{
	static const char *const types[] = {
		"u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "x8",
		"x16", "x32", "x64", "c1", "c3", "c16",
	};
	unsigned int i, count = (unsigned int)rnd(8);
	size_t at = 0;

	fmt[0] = '\0';
	for (i = 0; i < count; i++)
		at += (size_t)sprintf(fmt + at, "%s%c:%s", i ? " " : "",
				      (char)('a' + i), types[rnd(15)]);
	if (rnd(2))
		sprintf(fmt + at, "%sz:bytes", count ? " " : "");
	*max = 7 * 16 + (size_t)rnd(64);
}

static void random_payload(uint8_t *payload, size_t len)
{
	static const char *const starts[] = { "hex:", "text:", "@", "\xc3\xa4" };
	const char *start = starts[rnd(4)];
	uint64_t kind = rnd(4);
	size_t i;

	for (i = 0; i < len; i++)
		payload[i] = (uint8_t)(kind == 1 ? ' ' + rnd(95) :
				       kind == 2 ? 'a' : rnd(256));
	if (kind && len && rnd(2))
		for (i = rnd(len); i < len && *start; i++)
			payload[i] = (uint8_t)*start++;
}

/*
 * Show a random payload, give the lines back as arguments in another order, and
 * get the same bytes.
 */
static bool round_trip(void)
{
	char fmt[ALICE_FMT_LEN + 16], *text, *line, *args[16];
	uint8_t payload[512], *buf;
	struct err e = { "" };
	unsigned int count = 0, i;
	size_t max, len, got;
	struct fields f;
	bool same;

	do {
		random_list(fmt, &max);
	} while (strlen(fmt) >= ALICE_FMT_LEN || parse(&f, fmt, max));
	len = f.size + (f.rest ? (size_t)rnd(max - f.size + 1) : 0);
	random_payload(payload, len);
	text = shown(fmt, payload, len, false, rnd(2));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		args[count++] = line;
	for (i = count; i > 1; i--) {
		unsigned int other = (unsigned int)rnd(i);

		line = args[i - 1];
		args[i - 1] = args[other];
		args[other] = line;
	}
	buf = exact(max);
	same = count == f.count &&
	       !pack_words(&f, 0, max, args, count, buf, &got, &e) &&
	       got == len && !memcmp(buf, payload, len);
	if (!same)
		diag("%s, %zu bytes: %s", fmt, len, e.text);
	free(buf);
	free(text);
	return same;
}

/* Break a right list somewhere: it is refused, or means what it says. */
static bool broken_list(void)
{
	static const char chars[] = "abcusx:: 0123468@-_=\n\xff";
	char fmt[ALICE_FMT_LEN + 16], again[2 * ALICE_FMT_LEN] = "", type[24];
	size_t max, len, at = 0, size = 0;
	struct fields f;
	unsigned int i;

	random_list(fmt, &max);
	len = strlen(fmt);
	for (i = (unsigned int)rnd(4); i && len; i--)
		fmt[rnd(len)] = chars[rnd(sizeof(chars))];
	len = strlen(fmt);
	if (parse(&f, fmt, max))
		return true;
	for (i = 0; i < f.count; i++) {
		at += (size_t)sprintf(again + at, "%s%s:%s", i ? " " : "",
				      f.field[i].name,
				      fields_type(&f.field[i], type, sizeof(type)));
		if (f.field[i].offset != size)
			return false;
		size += f.field[i].size;
	}
	if (strcmp(again, fmt) || size != f.size || size > max)
		diag("%s was read as %s", fmt, again);
	return !strcmp(again, fmt) && size == f.size && size <= max;
}

/* Arguments of any bytes at all: refused, or a request inside its bounds. */
static bool broken_args(void)
{
	static const char chars[] = "abcz=:-x0123456789hext \x1b\xff";
	char fmt[ALICE_FMT_LEN + 16], text[4][24], *args[4];
	unsigned int count = (unsigned int)rnd(5), i;
	struct err e = { "" };
	struct fields f;
	size_t max, len = 0;
	uint8_t *buf;
	bool fine;
	int ret;

	do {
		random_list(fmt, &max);
	} while (strlen(fmt) >= ALICE_FMT_LEN || parse(&f, fmt, max));
	for (i = 0; i < count; i++) {
		size_t n = (size_t)rnd(23), j;

		for (j = 0; j < n; j++)
			text[i][j] = chars[rnd(sizeof(chars) - 1)];
		text[i][n] = '\0';
		if (n > 2 && rnd(2)) {
			text[i][0] = (char)('a' + rnd(3));
			text[i][1] = '=';
		}
		args[i] = text[i];
	}
	buf = exact(max);
	ret = pack_words(&f, 0, max, args, count, buf, &len, &e);
	fine = ret ? *e.text && text_printable((uint8_t *)e.text,
					       strlen(e.text), false)
		   : len >= f.size && len <= max;
	if (!fine)
		diag("%s: status %d, %zu bytes", fmt, ret, len);
	free(buf);
	return fine;
}

static void test_random(void)
{
	const char *seed = getenv("SEED"), *seconds = getenv("FUZZ_SECONDS");
	struct tally trips = { 0 }, lists = { 0 }, args = { 0 };
	time_t end = time(NULL) + (seconds ? atoi(seconds) : 3);
	uint64_t start;
	bool fine;

	state = (uint64_t)time(NULL) << 20 ^ (uint64_t)getpid();
	if (seed)
		state = strtoull(seed, NULL, 0);
	state += !state;
	start = state;
	/* Now, for a sanitizer ends the program where it finds something. */
	diag("SEED=%" PRIu64, start);
	do {
		unsigned int i;

		for (i = 0; i < 100; i++) {
			expect(&trips, round_trip(), "not the same bytes");
			expect(&lists, broken_list(), "a list is misread");
			expect(&args, broken_args(), "arguments are misread");
		}
	} while (time(NULL) < end);
	diag("%u random cases of each", trips.cases);
	fine = tally_ok(&trips, "random answers are arguments for the same bytes");
	fine &= tally_ok(&lists, "random damage to lists is refused, or read as written");
	fine &= tally_ok(&args, "random arguments are refused, or stay inside the request");
	if (!fine)
		diag("to repeat this: SEED=%" PRIu64, start);
}

int main(void)
{
	/* "@-" reads nothing. */
	if (!freopen("/dev/null", "r", stdin))
		return 1;
	test_types();
	test_lists();
	test_malformed();
	test_numbers();
	test_reasons();
	test_needless();
	test_blanks();
	test_bytes();
	test_files();
	test_args();
	test_answers();
	test_random();
	return tap_done();
}
