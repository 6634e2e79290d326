// SPDX-License-Identifier: GPL-2.0-only
/* Field lists. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "parts.h"
#include "tap.h"

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

void part_fields(void)
{
	test_types();
	test_lists();
	test_malformed();
}
