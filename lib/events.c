// SPDX-License-Identifier: LGPL-2.1-or-later
/* Events: subscribe to them and read them. Records from the device are not trusted. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

/* How often alice_listen() is tried when the op table changes. */
#define LISTEN_TRIES 8

/* Size of a read(): a few of the longest events, or hundreds of short ones. */
#define QUEUE_LEN 16384

/**
 * struct events - a handle's state for events
 * @known: by event number: the event, with its row from when it was subscribed to, or NULL
 * @at: offset of the next record in @queue
 * @end: end of the records in @queue
 * @queue: records as read from the driver
 */
struct events {
	struct alice_call *known[ALICE_MAX_CMDS];
	size_t at;
	size_t end;
	uint8_t queue[QUEUE_LEN];
};

static void forget(struct alice_call *c)
{
	/* The answer points into the queue. */
	if (c)
		c->answer = NULL;
	alice_call_free(c);
}

void events_free(struct alice *a)
{
	unsigned int i;

	for (i = 0; a->events && i < ALICE_MAX_CMDS; i++)
		forget(a->events->known[i]);
	free(a->events);
}

/* Remember an event by its row or, if it has no valid row, by its number alone. */
static struct alice_call *learn(struct alice *a, __u32 cmd, const struct alice_describe *row)
{
	struct alice_call *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->a = a;
	if (row)
		c->row = *row;
	if (!row || alice_row_check(row, &c->in, &c->out, NULL)) {
		c->row = (struct alice_describe){
			.desc = { .cmd = cmd, .flags = ALICE_OP_F_EVENT },
		};
		(void)memset(&c->out, 0, sizeof(c->out));
		(void)snprintf(c->row.desc.name, sizeof(c->row.desc.name), "%u", cmd);
	}
	forget(a->events->known[cmd]);
	a->events->known[cmd] = c;
	return c;
}

static bool prepare(struct alice *a)
{
	if (!a->events)
		a->events = calloc(1, sizeof(*a->events));
	return a->events;
}

/* ---- Subscriptions ---- */

static bool is_event(const struct alice_describe *row)
{
	return row->desc.flags & ALICE_OP_F_EVENT && row->desc.cmd < ALICE_MAX_CMDS;
}

static int choose(const struct alice *a, const char *const *names, unsigned int count,
		  const struct alice_describe **rows, struct alice_error *e)
{
	struct quoted q;
	unsigned int i;

	for (i = 0; i < count; i++) {
		rows[i] = row_find(a, names[i]);
		if (!rows[i])
			return no_row(a, names[i], true, e);
		if (!is_event(rows[i]))
			return fail(e, ALICE_CALLER, EINVAL, "%s is an op, not an event",
				    op_name(&rows[i]->desc, &q));
	}
	return 0;
}

static int send_rows(const struct alice *a, const struct alice_describe *const *rows,
		     unsigned int count)
{
	__u32 cmds[ALICE_MAX_CMDS];
	struct alice_restrict events = { .cmds = (uintptr_t)cmds, .count = count };
	unsigned int i;

	for (i = 0; i < count; i++)
		cmds[i] = rows[i]->desc.cmd;
	return a->ioctl(a->context, ALICE_IOC_LISTEN, &events);
}

/*
 * Subscribe to all events that driver and hypervisor allow. Return: number of events, or a
 * negative errno.
 */
static int send_all(const struct alice *a, const struct alice_describe **rows)
{
	const struct alice_describe *row;
	unsigned int i, count = 0, n = 0;
	int ret;

	for (i = 0; (row = alice_row(a, i)); i++)
		if (is_event(row) && !row->access)
			rows[count++] = row;
	ret = count ? send_rows(a, rows, count) : -EOPNOTSUPP;
	if (ret >= 0)
		return (int)count;
	/* The hypervisor refused at least one of them: add them one by one. */
	for (i = 0; ret != -ENOTTY && i < count; i++) {
		rows[n] = rows[i];
		n += send_rows(a, rows, n + 1) >= 0;
	}
	return n ? (int)n : ret;
}

/* Subscribe to @names, or to all events if NULL. Return: number of events, or an errno. */
static int listen_to(struct alice *a, const char *const *names, unsigned int count,
		     struct alice_error *e)
{
	const struct alice_describe *rows[ALICE_MAX_CMDS];
	int changed = alice_refresh(a, e), ret = 0, i;
	unsigned int tries = 0;

	if (changed < 0)
		return changed;
	if (!prepare(a))
		return no_memory(e);
	do {
		ret = names ? choose(a, names, count, rows, e) : 0;
		if (ret < 0)
			return ret;
		ret = names ? send_rows(a, rows, count) : send_all(a, rows);
		/* If the table changed, the numbers may be those of other events. */
		changed = alice_refresh(a, e);
	} while (changed == 1 && ++tries < LISTEN_TRIES);
	if (changed < 0)
		return changed;
	if (changed)
		return fail(e, ALICE_XEN, EAGAIN,
			    "the op table changed every time it was read: try again");
	if (!names && (ret == -EOPNOTSUPP || ret == -EPERM || ret == -EACCES || ret == -EBADF))
		return fail(e, ALICE_XEN, -ret,
			    "this hypervisor has no events that you may listen to");
	if (ret < 0)
		return explain_listen(a, rows, count, -ret, e);
	if (names)
		ret = (int)count;
	for (i = 0; i < ret; i++)
		if (!learn(a, rows[i]->desc.cmd, rows[i]))
			return no_memory(e);
	return ret;
}

int alice_listen(struct alice *a, const char *const *names, unsigned int count,
		 struct alice_error *e)
{
	static const char *const none[1];
	int ret;

	if (count > ALICE_MAX_CMDS)
		return fail(e, ALICE_CALLER, EINVAL, "too many events: there can be at most %u",
			    ALICE_MAX_CMDS);
	ret = listen_to(a, count ? names : none, count, e);
	return ret < 0 ? ret : 0;
}

int alice_listen_all(struct alice *a, struct alice_error *e)
{
	return listen_to(a, NULL, 0, e);
}

/* ---- Reading ---- */

static int explain_read(const struct alice *a, int code, struct alice_error *e)
{
	struct quoted q;

	(void)quote(&q, a->name, strlen(a->name));
	switch (code) {
	case EAGAIN:
		return fail(e, ALICE_DRIVER, code, "no event came");
	case EINTR:
		return fail(e, ALICE_SYSTEM, code, "interrupted by a signal");
	case EINVAL:
		return fail(e, ALICE_DRIVER, code,
			    "%s listens to no event: it was not told to, or the events were removed from the hypervisor, or a restriction excludes them (EINVAL).",
			    q.text);
	default:
		return fail(e, ALICE_SYSTEM, code, "no events can be read from %s: %s.",
			    q.text, errno_text(code));
	}
}

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static int ms_until(int64_t end)
{
	int64_t left = end - now_ms();

	return left > 0 ? (int)left : 0;
}

/* Wait for records and read them into the queue. Return: 0 or a negative errno. */
static int fill(struct alice *a, int timeout_ms, struct alice_error *e)
{
	struct pollfd ready = { .fd = a->fd, .events = POLLIN };
	struct events *q = a->events;
	const int64_t end = timeout_ms > 0 ? now_ms() + timeout_ms : 0;
	ssize_t n = -1;
	int ret;

	/* poll() ignores negative descriptors. */
	if (a->fd < 0)
		return explain_read(a, EBADF, e);
	for (;;) {
		ret = poll(&ready, 1, timeout_ms);
		errno = ret ? errno : EAGAIN;
		if (ret > 0)
			n = read(a->fd, q->queue, sizeof(q->queue));
		if (ret <= 0 || n >= 0 || errno != EAGAIN || !timeout_ms)
			break;
		/* Another reader took the events. */
		if (timeout_ms > 0)
			timeout_ms = ms_until(end);
	}
	if (n < 0)
		return explain_read(a, errno, e);
	if (!n)
		return fail(e, ALICE_SYSTEM, ENODATA, "end of file: there are no more events");
	q->at = 0;
	q->end = (size_t)n;
	return 0;
}

/* Records are padded with zeros to a multiple of 8 bytes. */
static size_t padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

/* An event that this handle did not subscribe to: the descriptor came with a subscription. */
static struct alice_call *learn_late(struct alice *a, __u32 cmd)
{
	const struct alice_describe *row = row_by_number(a, cmd);

	if (!row && alice_refresh(a, NULL) == 1)
		row = row_by_number(a, cmd);
	return learn(a, cmd, row && is_event(row) ? row : NULL);
}

const struct alice_call *alice_event_read(struct alice *a, struct alice_event *event,
					  int timeout_ms, struct alice_error *e)
{
	struct alice_event head = { .len = QUEUE_LEN };
	struct alice_call *c;
	struct events *q;
	size_t left;

	if (!prepare(a)) {
		(void)no_memory(e);
		return NULL;
	}
	q = a->events;
	if (q->at == q->end && fill(a, timeout_ms, e))
		return NULL;
	left = q->end - q->at;
	if (left >= sizeof(head)) {
		(void)memcpy(&head, q->queue + q->at, sizeof(head));
		left -= sizeof(head);
	}
	if (head.len > left || padded(head.len) > left || head.cmd >= ALICE_MAX_CMDS) {
		/* Discard the rest: the start of the next record is unknown. */
		q->at = q->end;
		(void)fail(e, ALICE_DRIVER, EBADMSG,
			   "the driver returned malformed events");
		return NULL;
	}
	c = q->known[head.cmd];
	if (!c)
		c = learn_late(a, head.cmd);
	if (!c) {
		(void)no_memory(e);
		return NULL;
	}
	c->answer = q->queue + q->at + sizeof(head);
	c->result = (int)head.len;
	q->at += sizeof(head) + padded(head.len);
	*event = head;
	return c;
}
