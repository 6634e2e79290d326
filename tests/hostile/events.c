// SPDX-License-Identifier: GPL-2.0-only
/* Events of a faulty hypervisor. */
#include "parts.h"
#include "puppet.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <xen/xen.h>
/* The header below needs it. */
#include <xen/evtchn.h>

#define EVENT 66
#define PAYLOAD 8
#define HEAD ((int)sizeof(struct xen_alice_event))
#define RECORD (HEAD + PAYLOAD)
#define QUEUE XEN_ALICE_QUEUE_LEN
#define LONGEST XEN_ALICE_EVENT_LEN
#define NO_END UINT32_MAX

/* What events-open and events-want return, and the result of LISTEN. */
static const struct {
	const char *name;
	int64_t open, want;
	bool no_port;
	int answer;
	const char *says;
} listens[] = {
	{ "all is right", 8, 0, false, 0, NULL },
	{ "no answer", 0, 0, false, -EIO, NULL },
	{ "half a channel", 4, 0, false, -EIO, NULL },
	{ "an answer too long", 9, 0, false, -EIO, "op 9: Xen answered 9" },
	{ "no memory", -ENOMEM, 0, false, -ENOMEM, NULL },
	{ "errno 512 of events-open", -512, 0, false, -EIO, "op 9: Xen answered -512" },
	{ "a channel that is none", 8, 0, true, -EINVAL, NULL },
	{ "events-want refuses", 8, -EPERM, false, -EPERM, NULL },
	{ "events-want answers", 8, 5, false, -EIO, "op 10: Xen answered 5" },
	{ "errno 513 of events-want", 8, -513, false, -EIO, "op 10: Xen answered -513" },
	{ "another table, always", 8, -ESTALE, false, -ESTALE, NULL },
};

/* A record from events-read, after a valid one or alone; and the result of read(). */
static const struct {
	const char *name;
	uint32_t cmd, len;
	bool behind;
	int32_t written, result;
	uint32_t times;
	int answer;
	const char *says;
} reads[] = {
	{ "a record", EVENT, PAYLOAD, false, RECORD, RECORD, 1, RECORD, NULL },
	{ "two", EVENT, PAYLOAD, true, RECORD, RECORD, 1, 2 * RECORD, NULL },
	{ "an event that nobody listens to", EVENT + 1, PAYLOAD, true, RECORD, RECORD, 1, RECORD, NULL },
	{ "a cmd beyond all", ALICE_MAX_CMDS, PAYLOAD, true, RECORD, RECORD, 1, RECORD, "no sense" },
	{ "the largest cmd", UINT32_MAX, PAYLOAD, true, RECORD, RECORD, 1, RECORD, "no sense" },
	{ "half a head", EVENT, PAYLOAD, true, RECORD, HEAD / 2, 1, RECORD, "no sense" },
	{ "a payload without its last bytes", EVENT, PAYLOAD, true, RECORD, RECORD - 1, 1, RECORD,
	  "no sense" },
	{ "a payload beyond the answer", EVENT, PAYLOAD + 1, true, RECORD, RECORD, 1, RECORD,
	  "no sense" },
	{ "a payload too long", EVENT, LONGEST + 1, false, RECORD, HEAD + LONGEST + 8, 1, -EAGAIN,
	  "no sense" },
	{ "the largest length", EVENT, UINT32_MAX, true, RECORD, RECORD, 1, RECORD, "no sense" },
	{ "a length that wraps", EVENT, 0u - HEAD, true, RECORD, RECORD, 1, RECORD, "no sense" },
	{ "more than was written", EVENT, PAYLOAD, false, 0, RECORD, 1, -EAGAIN, "no sense" },
	{ "more than there is room", EVENT, PAYLOAD, false, RECORD, QUEUE + 1, 1, -EAGAIN,
	  "op 11: Xen answered 16385" },
	{ "no queue", EVENT, PAYLOAD, false, RECORD, -ENOENT, 1, -EAGAIN, NULL },
	{ "errno 512", EVENT, PAYLOAD, false, RECORD, -512, 1, -EAGAIN, "op 11: Xen answered -512" },
	/* Full of records, all without payload except the first, which nobody listens to. */
	{ "no end", EVENT, 0, false, HEAD, QUEUE, NO_END, HEAD, NULL },
};

/* An event channel that the driver can bind; this program has the other end. */
static uint32_t channel(int fd)
{
	struct ioctl_evtchn_bind_unbound_port bind = { .remote_domain = 0 };
	int port = ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind);

	if (port <= 0)
		err(2, "an event channel");
	return (uint32_t)port;
}

/* Add an event as the last row of the table. */
static void puppet_event(uint32_t index, uint32_t cmd, const char *name)
{
	puppet_row(index, cmd, name);
	puppet.row[index].desc.flags = XEN_ALICE_OP_F_EVENT;
	puppet.row[index].desc.in_max = 0;
	puppet.row[index].desc.in_fmt[0] = '\0';
	TELL(row[index]);
	puppet.version.ops = index + 1;
	puppet.version.features = XEN_ALICE_FEATURE_EVENTS;
	TELL_CHANGE(version);
}

static int listen_to(int fd, uint32_t event)
{
	const struct alice_restrict request = { .cmds = ptr(&event), .count = 1 };

	return do_ioctl(fd, ALICE_IOC_LISTEN, &request);
}

/* A file that listens, through a channel of this program. */
static int listener(int evtchn)
{
	int fd = device_open(O_RDWR | O_NONBLOCK);

	puppet.open_port = channel(evtchn);
	TELL(open_port);
	if (listen_to(fd, EVENT))
		errx(2, "LISTEN does not work");
	return fd;
}

static void listens_test(int evtchn)
{
	for (unsigned int c = 0; c < ARRAY_SIZE(listens); c++) {
		int fd = device_open(O_RDWR | O_NONBLOCK);
		uint8_t byte;

		puppet.open_port = listens[c].no_port ? UINT32_MAX : channel(evtchn);
		puppet.open_result = listens[c].open;
		puppet.want_result = listens[c].want;
		TELL(open_port);
		TELL(open_result);
		TELL(want_result);
		said_begin();
		is(listen_to(fd, EVENT), listens[c].answer, "LISTEN: %s", listens[c].name);
		said_end();
		ok(listens[c].says ? said_lines && said_ok(said_lines, listens[c].says) :
		   !said_lines, "LISTEN: %s: %s", listens[c].name,
		   listens[c].says ? "a line says so" : "no line");
		if (listens[c].answer)
			is(read(fd, &byte, 1) < 0 ? -errno : 0, -EINVAL,
			   "LISTEN: %s: it listens to nothing", listens[c].name);
		close(fd);
		puppet.open_result = 8;
		puppet.want_result = 0;
		TELL(open_result);
		TELL(want_result);
	}
}

/* LISTEN looks at today's table first, which cannot be read. */
static void unread_test(void)
{
	int fd = device_open(O_RDWR | O_NONBLOCK);

	puppet.version_result = -ENOMEM;
	TELL_CHANGE(version_result);
	is(listen_to(fd, EVENT), -ENOMEM, "LISTEN: no memory for version");
	puppet.version_result = sizeof(puppet.version);
	TELL(version_result);
	puppet.raise_at = HOSTILE_AT_VERSION;
	puppet.raise_left = UINT32_MAX;
	TELL(raise_left);
	TELL_CHANGE(raise_at);
	is(listen_to(fd, EVENT), -ESTALE, "LISTEN: a table that cannot be read");
	puppet.raise_at = 0;
	TELL(raise_at);
	close(fd);
}

/* Make events-read answer as in the case, from its remaining records. */
static void tell_records(unsigned int c)
{
	const struct xen_alice_event right = { .cmd = EVENT, .len = PAYLOAD, .seq = 1 },
		then = { .cmd = reads[c].cmd, .len = reads[c].len, .seq = 2 };
	const int32_t before = reads[c].behind ? RECORD : 0;

	memset(puppet.records, 0, sizeof(puppet.records));
	if (before)
		memcpy(puppet.records, &right, sizeof(right));
	memcpy(puppet.records + before, &then, sizeof(then));
	puppet.records_len = (uint32_t)(before + reads[c].written);
	puppet.read_result = reads[c].result + (reads[c].result > 0 ? before : 0);
	puppet.read_left = reads[c].times;
	puppet.reads = 0;
	TELL(records);
	TELL(records_len);
	TELL(read_result);
	TELL(reads);
	TELL(read_left);
}

static void reads_test(int evtchn)
{
	int fd = listener(evtchn);

	for (unsigned int c = 0; c < ARRAY_SIZE(reads); c++) {
		static uint8_t buf[65536];
		struct xen_alice_event got = { 0 };
		int ret;

		tell_records(c);
		said_begin();
		ret = (int)read(fd, buf, sizeof(buf));
		ret = ret < 0 ? -errno : ret;
		said_end();
		/* How many times the driver reads is its own choice, if it ends. */
		if (reads[c].times == NO_END && ret > 0 && ret % HEAD == 0 && ASK(reads) < 100)
			ret = HEAD;
		is(ret, reads[c].answer, "read: %s: %d", reads[c].name, reads[c].answer);
		ok(reads[c].says ? said_ok(1, reads[c].says) : !said_lines, "read: %s: %s",
		   reads[c].name, reads[c].says ? "a line says so" : "no line");
		memcpy(&got, buf, sizeof(got));
		ok(reads[c].answer < 0 || (got.cmd == EVENT && got.seq == (reads[c].behind ? 1 : 2)),
		   "read: %s: the record", reads[c].name);
		puppet.read_left = 0;
		TELL(read_left);
		is(read(fd, buf, sizeof(buf)) < 0 ? -errno : 0, -EAGAIN, "read: %s: no more",
		   reads[c].name);
	}
	close(fd);
}

/* If events-want fails, a file keeps what it listened to. */
static void refused_test(int evtchn)
{
	uint8_t buf[RECORD];
	int fd;

	puppet_event(OWN + 1, XEN_ALICE_OP_CHANGED, "changed");
	fd = listener(evtchn);
	puppet.want_result = -EPERM;
	TELL(want_result);
	is(listen_to(fd, XEN_ALICE_OP_CHANGED), -EPERM, "LISTEN anew: events-want refuses");
	puppet.want_result = 0;
	TELL(want_result);
	tell_records(0);
	is(read(fd, buf, sizeof(buf)), RECORD, "LISTEN anew: it is told as before");
	close(fd);
}

/* Make events-read answer @n times with a record of the largest length. */
static void tell_longest(uint32_t n, uint32_t lost)
{
	const struct xen_alice_event event = {
		.cmd = EVENT, .len = sizeof(puppet.records) - HEAD, .lost = lost,
	};

	memset(puppet.records, 0, sizeof(puppet.records));
	memcpy(puppet.records, &event, sizeof(event));
	puppet.records_len = sizeof(puppet.records);
	puppet.read_result = sizeof(puppet.records);
	puppet.read_left = n;
	TELL(records);
	TELL(records_len);
	TELL(read_result);
	TELL(read_left);
}

/* A file that is never read loses events; their number saturates. */
static void lost_test(int evtchn)
{
	static uint8_t buf[65536];
	const uint32_t room = sizeof(buf) / sizeof(puppet.records);
	struct xen_alice_event got = { 0 };
	struct tally reads_all = { 0 };
	int idle = listener(evtchn), fd = listener(evtchn);

	tell_longest(room, 0);
	for (uint32_t i = 0; i < room; i++)
		expect(&reads_all, read(fd, buf, sizeof(buf)) == sizeof(puppet.records),
		       "record %u", i);
	tell_longest(2, UINT32_MAX);
	for (uint32_t i = 0; i < 2; i++)
		expect(&reads_all, read(fd, buf, sizeof(buf)) == sizeof(puppet.records),
		       "record %u of the lost", i);
	tally_ok(&reads_all, "lost: one file reads, and another is full");
	is(read(idle, buf, sizeof(buf)), sizeof(buf), "lost: it has what there was room for");
	tell_longest(1, 7);
	is(read(fd, buf, sizeof(buf)), sizeof(puppet.records), "lost: another record");
	memcpy(&got, buf, sizeof(got));
	is((long long)got.lost, 7, "lost: what the hypervisor lost");
	is(read(idle, buf, sizeof(buf)), sizeof(puppet.records), "lost: for the other one, too");
	memcpy(&got, buf, sizeof(got));
	is((long long)got.lost, UINT32_MAX, "lost: with as many as can be told");
	close(fd);
	close(idle);
}

/* Needs the module loaded, and none of its log lines suppressed by the rate limit. */
void part_events(void)
{
	int evtchn = open("/dev/xen/evtchn", O_RDWR | O_CLOEXEC), fd = device_open(O_RDWR);

	if (evtchn < 0)
		err(2, "/dev/xen/evtchn");
	puppet_reset();
	puppet_event(OWN, EVENT, "event");
	ok(table_read(fd) && row_of(EVENT), "there is an event");
	listens_test(evtchn);
	unread_test();
	reads_test(evtchn);
	lost_test(evtchn);
	refused_test(evtchn);
	puppet_reset();
	close(fd);
	close(evtchn);
}
