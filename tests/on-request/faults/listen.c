// SPDX-License-Identifier: GPL-2.0-only
/* Steps for files that listen to events. */
#include "step.h"
#include "device.h"
#include "events.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Events that are emitted before a read. */
#define TIMES 3

/* A record of HAPPENED without more data, or of changed. */
struct record {
	struct alice_event event;
	uint32_t number, zeros;
};

static const uint32_t both[] = { HAPPENED, XEN_ALICE_OP_CHANGED };

static struct record records[TIMES + 1];
static int fd, other, ret_poll;

/* The number of the next event. */
static uint32_t next;

static bool happen(uint32_t times)
{
	next += times;
	return !burst_by(fd, next - times, times, 0);
}

/* Is this the record of @number, with none lost? */
static bool is_record(const struct record *record, uint32_t number)
{
	return record->event.cmd == HAPPENED && record->event.len == sizeof(number) &&
	       record->number == number && !record->event.lost;
}

/* Read the next record that is not of changed.  Returns the result of read, or -errno. */
static int read_record(int on, struct record *record)
{
	int ret;

	do {
		ret = read_some(on, record, sizeof(*record));
	} while (ret == (int)sizeof(*record) &&
		 record->event.cmd == XEN_ALICE_OP_CHANGED);
	return ret;
}

/* Has the file exactly the events from @number on still to read? */
static bool has(int on, uint32_t number)
{
	struct record record;

	for (; number != next; number++)
		if (read_record(on, &record) != (int)sizeof(record) ||
		    !is_record(&record, number))
			return false;
	return read_record(on, &record) == -EAGAIN;
}

/* Does the file get the next event, and nothing else? */
static bool hears(int on)
{
	uint32_t from = next;

	return happen(1) && has(on, from);
}

/* Nobody listens, or only @other. */
static void listen_before(void)
{
	fd = device_open(O_RDWR | O_NONBLOCK);
	other = -1;
}

static void beside_before(void)
{
	listen_before();
	other = device_open(O_RDWR | O_NONBLOCK);
	if (listen_one(other, HAPPENED))
		errx(2, "LISTEN does not work");
}

static void beside_changed_before(void)
{
	beside_before();
	table_change(fd);
}

static void listen_after(int ret)
{
	(void)ret;
	close(fd);
	if (other >= 0)
		close(other);
}

static int listen_run(void)
{
	return listen_to(fd, both, ARRAY_SIZE(both));
}

/* After a failure it can be repeated, and other listeners still get their events. */
static bool listen_right(int ret)
{
	struct record record;
	bool right = true;

	if (ret)
		right = failed(ret) && read_some(fd, &record, sizeof(record)) == -EINVAL &&
			!listen_run();
	/* Unread events of the other file do not affect this one. */
	return right && hears(fd) && (other < 0 || has(other, next - 1)) && works(fd);
}

/* Before that, it listens to something else. */
static void more_before(void)
{
	listen_before();
	if (listen_one(fd, XEN_ALICE_OP_CHANGED))
		errx(2, "LISTEN does not work");
}

static bool more_right(int ret)
{
	if (!ret)
		return hears(fd) && works(fd);
	return failed(ret) && happen(1) && has(fd, next) && !listen_run() && hears(fd) &&
	       works(fd);
}

/* Emit events, but do not read them. */
static void read_before(void)
{
	listen_before();
	if (listen_run() || !happen(TIMES))
		errx(2, "events do not work");
	memset(records, 0, sizeof(records));
}

/* The last record to read is of changed. */
static void read_changed_before(void)
{
	read_before();
	table_change(fd);
}

static int read_run(void)
{
	return read_some(fd, records, sizeof(records));
}

/* Events that were read are gone, and all others are still there. */
static bool read_right(int ret)
{
	unsigned int done = ret < 0 ? 0 : (unsigned int)ret / sizeof(records[0]);
	uint32_t number = next - TIMES;

	if (ret < 0 ? !failed(ret) : ret % (int)sizeof(records[0]) || !done)
		return false;
	for (unsigned int i = 0; i < done; i++)
		if (records[i].event.cmd != XEN_ALICE_OP_CHANGED &&
		    !is_record(&records[i], number++))
			return false;
	return has(fd, number) && hears(fd) && works(fd);
}

static int poll_run(void)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int ret = poll(&poll_fd, 1, 0) < 0 ? -errno : 0;

	ret_poll = poll_fd.revents;
	return ret;
}

static bool poll_right(int ret)
{
	return (ret ? failed(ret) : ret_poll == POLLIN) && has(fd, next - TIMES) &&
	       hears(fd) && works(fd);
}

/* The other file is closed, and this one still listens, or nobody does. */
static int close_run(void)
{
	int closed = other;

	other = -1;
	return close(closed) ? -errno : 0;
}

static void close_before(void)
{
	beside_before();
	if (listen_run())
		errx(2, "LISTEN does not work");
	table_change(fd);
}

static bool close_right(int ret)
{
	return !ret && hears(fd) && works(fd);
}

static bool close_last_right(int ret)
{
	return !ret && !listen_run() && hears(fd) && works(fd);
}

const struct step listen_steps[] = {
	{ "listen", listen_before, listen_run, listen_right, listen_after, true, 3 },
	{ "listen beside another", beside_before, listen_run, listen_right, listen_after,
	  true, 1 },
	{ "listen by a changed table", beside_changed_before, listen_run, listen_right,
	  listen_after, true, 2 },
	{ "listen to more", more_before, listen_run, more_right, listen_after, true, 0 },
	{ "read of three events", read_before, read_run, read_right, listen_after, true, 0 },
	{ "read of a changed table", read_changed_before, read_run, read_right, listen_after,
	  true, 1 },
	{ "poll", read_before, poll_run, poll_right, listen_after, true, 0 },
	{ "poll of a changed table", read_changed_before, poll_run, poll_right, listen_after,
	  true, 1 },
	{ "close of one of two", close_before, close_run, close_right, listen_after, false,
	  1 },
	{ "close of the last", beside_changed_before, close_run, close_last_right,
	  listen_after, false, 1 },
};

const unsigned int listen_steps_count = ARRAY_SIZE(listen_steps);
