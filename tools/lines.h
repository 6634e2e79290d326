/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of a file, a pipe or a terminal, with no more memory than the longest
 * needs, and without waiting where that is not wanted.
 */
#ifndef ALICECTL_LINES_H
#define ALICECTL_LINES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* The longest line: more than the longest payload in hexadecimal. */
#define LINES_MAX (4u << 20)

/**
 * struct lines - a file that is being read
 * @fd: the open file
 * @mask: signals that are blocked while there is nothing to be read, or NULL for no others
 * @number: of the line that was read last, from 1
 * @buf: what was read and not yet handed out is in here
 * @room: its size
 * @start: where the next line begins
 * @seen: up to here there is no end of a line
 * @end: where what was read ends
 * @eof: whether that is the end of the file
 *
 * Zero, but for @fd and @mask, is a file of which nothing was read.
 */
struct lines {
	int fd;
	const sigset_t *mask;
	unsigned long number;
	char *buf;
	size_t room;
	size_t start;
	size_t seen;
	size_t end;
	bool eof;
};

/**
 * lines_next() - read the next line
 * @l: the file
 * @wait: wait for a line, where there is none yet
 * @line: set to the line, without its end, NUL-terminated, for the caller to
 *	change; it stays until the next is read
 *
 * Return: 1; 0 at the end of the file; -EAGAIN where the next line has yet to
 * come; -EFBIG for one longer than LINES_MAX; -EILSEQ for one with a NUL in it; or
 * another negative errno.
 */
int lines_next(struct lines *l, bool wait, char **line);

/**
 * lines_free() - give the memory back
 * @l: the file, which stays open
 */
void lines_free(struct lines *l);

#endif
