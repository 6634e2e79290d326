// SPDX-License-Identifier: GPL-2.0-only
/* Read a file line by line, without blocking if the caller wants that. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"

/* Initial size of the buffer. */
#define ROOM 65536

/* Make room for the next read, and for a NUL after it. */
static int make_room(struct lines *l)
{
	size_t room = l->room ? 2 * l->room : ROOM;
	char *buf;

	if (l->start) {
		(void)memmove(l->buf, l->buf + l->start, l->end - l->start);
		l->seen -= l->start;
		l->end -= l->start;
		l->start = 0;
	}
	if (l->end + 1 < l->room)
		return 0;
	if (l->room > LINES_MAX)
		return -EFBIG;
	buf = realloc(l->buf, room);
	if (!buf)
		return -ENOMEM;
	l->buf = buf;
	l->room = room;
	return 0;
}

static int read_more(struct lines *l, bool wait)
{
	struct pollfd ready = { .fd = l->fd, .events = POLLIN };
	const struct timespec now = { 0 };
	ssize_t n;
	int ret;

	ret = ppoll(&ready, 1, wait ? NULL : &now, l->mask);
	if (ret < 0)
		return -errno;
	if (!ret)
		return -EAGAIN;
	ret = make_room(l);
	if (ret)
		return ret;
	n = read(l->fd, l->buf + l->end, l->room - l->end - 1);
	/* EAGAIN: another reader of a nonblocking descriptor took the data. */
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	l->eof = !n;
	l->end += (size_t)n;
	return 0;
}

/* Return the line that ends at @end. */
static int take_line(struct lines *l, size_t end, char **line)
{
	size_t len = end - l->start;

	*line = l->buf + l->start;
	(*line)[len] = '\0';
	l->number++;
	l->start = end < l->end ? end + 1 : end;
	l->seen = l->start;
	if (len > LINES_MAX)
		return -EFBIG;
	return memchr(*line, '\0', len) ? -EILSEQ : 1;
}

int lines_next(struct lines *l, bool wait, char **line)
{
	for (;;) {
		char *end = l->seen < l->end ? memchr(l->buf + l->seen, '\n',
						      l->end - l->seen)
					     : NULL;
		int ret;

		if (end)
			return take_line(l, (size_t)(end - l->buf), line);
		l->seen = l->end;
		if (l->eof && l->start == l->end)
			return 0;
		if (l->eof)
			return take_line(l, l->end, line);
		ret = read_more(l, wait);
		if (ret) {
			/* Count the line that cannot be read. */
			l->number += ret != -EAGAIN && ret != -EINTR;
			return ret;
		}
	}
}

void lines_free(struct lines *l)
{
	free(l->buf);
	*l = (struct lines){ .fd = l->fd, .mask = l->mask };
}
