// SPDX-License-Identifier: GPL-2.0-only
/* Events. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "parts.h"
#include "tap.h"

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

void part_events(void)
{
	test_records();
	test_queue();
	test_waiting();
	test_listen();
}
