// SPDX-License-Identifier: GPL-2.0-only
/*
 * libalice with the device of a dom0, as a member of the group. The other files have the special
 * cases; this is what a real hypervisor and driver answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alice.h"
#include "tap.h"

#define MANY 3000
#define MAX_LEN 65536

static bool said(const struct alice_error *e, int code, int who, const char *part)
{
	bool right = e->code == code && e->who == who && strstr(e->text, part);

	if (!right)
		diag("errno %d, who %d: %s", e->code, e->who, e->text);
	return right;
}

static void test_single(struct alice *a)
{
	uint8_t *sent = malloc(MAX_LEN);
	struct alice_call *c;
	const void *data;
	uint64_t domid = 1, bits = 0;
	char text[32] = "";
	size_t len = 0;

	c = alice_run(a, NULL, "whoami", NULL);
	ok(c && !alice_get_u64(c, "domid", &domid, NULL) && domid == 0 &&
	   !alice_get_u64(c, "bits", &bits, NULL) && bits == 64 &&
	   alice_get(c, "type", text, sizeof(text), NULL) > 0, "whoami: domain 0, %s", text);
	alice_call_free(c);

	for (size_t i = 0; i < MAX_LEN; i++)
		sent[i] = (uint8_t)(i * 31 + i / 256);
	c = alice_call_new(a, "echo", NULL);
	ok(c && !alice_set_bytes(c, "data", sent, MAX_LEN, NULL) &&
	   alice_call_do(c, NULL) == MAX_LEN &&
	   (data = alice_get_bytes(c, "data", &len, NULL)) && len == MAX_LEN &&
	   !memcmp(data, sent, len), "echo of the longest payload");
	alice_call_free(c);
	free(sent);
}

static void test_refused(struct alice *a)
{
	struct alice_error e;

	ok(!alice_run(a, &e, "add", "a=9223372036854775807", "b=1", NULL) &&
	   said(&e, EOVERFLOW, ALICE_OP, "the op answered EOVERFLOW"), "an op refuses");
	ok(!alice_run(a, &e, "reset-stats", NULL) &&
	   said(&e, EPERM, ALICE_DRIVER, "CAP_SYS_ADMIN"), "the driver refuses");
	ok(!alice_run(a, &e, "batch", "hex:00000000000000000000000000000000", NULL) &&
	   said(&e, EPERM, ALICE_DRIVER, "is for the kernel only"), "an op of the kernel's");
	ok(!alice_run(a, &e, "describe", "index=1000", NULL) &&
	   said(&e, ENOENT, ALICE_OP, "there is no such thing; it was given index=1000"),
	   "an op has no answer");
	ok(!alice_run(a, &e, "wohami", NULL) &&
	   said(&e, ENOENT, ALICE_CALLER, "did you mean 'whoami'"), "there is no such op");
	ok(!alice_run(a, &e, "add", "a=1", NULL) &&
	   said(&e, EINVAL, ALICE_CALLER, "b is missing"), "a value is missing");
	is(alice_number(a, 1023, NULL, 0, NULL, 0), -EOPNOTSUPP, "a number of no op");
}

static void test_many(struct alice *a)
{
	static struct alice_call *calls[MANY];
	struct tally t = { 0 };
	int64_t sum;
	int n;

	for (int i = 0; i < MANY; i++) {
		calls[i] = alice_call_new(a, "add", NULL);
		(void)alice_set_s64(calls[i], "a", i % 100 == 99 ? INT64_MAX : i, NULL);
		(void)alice_set_s64(calls[i], "b", 2 * i, NULL);
	}
	n = alice_call_many(a, calls, MANY, 0, NULL);
	is(n, MANY, "%d calls are attempted", MANY);
	for (int i = 0; i < MANY; i++) {
		int ret = alice_result(calls[i], NULL);

		if (i % 100 == 99)
			expect(&t, ret == -EOVERFLOW, "call %d: %d", i, ret);
		else
			expect(&t, ret == 8 && !alice_get_s64(calls[i], "sum", &sum, NULL) &&
			       sum == 3 * i, "call %d: %d", i, ret);
	}
	tally_ok(&t, "and each has its own answer, or its own error");
	is(alice_call_many(a, calls, MANY, ALICE_BATCH_STOP_ON_ERROR, NULL), 100,
	   "and nothing after an error where that was asked for");
	ok(alice_result(calls[99], NULL) == -EOVERFLOW &&
	   alice_result(calls[100], NULL) == -EINPROGRESS, "which is told of the others");
	for (int i = 0; i < MANY; i++)
		alice_call_free(calls[i]);
}

static void test_restrict(void)
{
	const char *const names[] = { "echo", "whoami" };
	struct alice *a = alice_open(NULL, NULL), *b = NULL;
	struct alice_error e;
	struct alice_info info;

	ok(a && !alice_restrict_to(a, names, 2, NULL) && !alice_get_info(a, &info, sizeof(info), NULL) &&
	   info.flags & ALICE_INFO_RESTRICTED, "a device is restricted");
	ok(!alice_run(a, &e, "add", "a=1", "b=1", NULL) &&
	   said(&e, EACCES, ALICE_DRIVER, "restricted to other ops"), "and refuses");
	b = alice_open_fd(alice_fd(a), NULL);
	ok(b && alice_find(b, "echo", NULL)->access == 0 &&
	   alice_find(b, "add", NULL)->access == -EACCES, "so does a duplicate");
	alice_close(b);
	alice_close(a);
}

/* The table does not change meanwhile. */
static void test_events(struct alice *a)
{
	const char *const changed[] = { "changed" }, *const echo[] = { "echo" };
	struct alice_event event;
	struct alice_error e;

	ok(!alice_listen(a, changed, 1, NULL) && alice_listen_all(a, NULL) >= 1,
	   "events are listened to");
	ok(!alice_event_read(a, &event, 50, &e) && said(&e, EAGAIN, ALICE_DRIVER, "no event came"),
	   "none comes");
	ok(alice_listen(a, echo, 1, &e) == -EINVAL &&
	   said(&e, EINVAL, ALICE_CALLER, "echo is an op, not an event"), "an op is no event");
	ok(!alice_run(a, &e, "changed", NULL) &&
	   said(&e, EOPNOTSUPP, ALICE_CALLER, "changed is an event"), "an event is no op");
	ok(!alice_listen(a, NULL, 0, NULL) && !alice_event_read(a, &event, -1, &e) &&
	   said(&e, EINVAL, ALICE_DRIVER, "listens to no event"), "and then to none");
}

int main(void)
{
	struct alice_error e;
	struct alice *a = alice_open(NULL, &e);

	if (!ok(a, "the device is opened")) {
		diag("%s", e.text);
	} else {
		test_single(a);
		test_refused(a);
		test_many(a);
		test_restrict();
		test_events(a);
	}
	alice_close(a);
	return tap_done();
}
