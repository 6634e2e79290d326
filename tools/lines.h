/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read a file, a pipe or a terminal line by line. The buffer is as large as the longest line
 * needs. lines_next() can be called without blocking.
 */
#ifndef ALICECTL_LINES_H
#define ALICECTL_LINES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Maximum length of a line: more than the longest payload in hexadecimal. */
#define LINES_MAX (4u << 20)

/**
 * struct lines - a file being read
 * @fd: the open file
 * @mask: signal mask while waiting for input, as for ppoll(); or NULL
 * @number: of the last line returned, from 1
 * @buf: buffer of what was read
 * @room: size of @buf
 * @start: offset of the next line
 * @seen: there is no newline from @start to here
 * @end: end of the data in @buf
 * @eof: end of file was reached
 *
 * Initialize all but @fd and @mask to zero.
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
 * @wait: block until there is a line
 * @line: set to the line without its newline, NUL-terminated. The caller may change it; it is
 *	valid until the next call.
 *
 * Return: 1; 0 at the end of the file; -EAGAIN if there is no complete line yet; -EFBIG for a
 * line longer than LINES_MAX; -EILSEQ for a line that contains a NUL; or another negative
 * errno.
 */
int lines_next(struct lines *l, bool wait, char **line);

/**
 * lines_free() - free the buffer
 * @l: the file, which stays open
 */
void lines_free(struct lines *l);

#endif
