// SPDX-License-Identifier: GPL-2.0-only
/* Single calls: invalid requests, who refused, and raw requests. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "parts.h"
#include "tap.h"

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

void part_calls(void)
{
	struct alice *a = opened();

	test_wrong(a);
	test_kinds(a);
	test_again(a);
	test_refused(a);
	test_raw(a);
	alice_close(a);
	test_refused_elsewhere();
	test_refused_amid();
}
