// SPDX-License-Identifier: GPL-2.0-only
/* Reading lines from a pipe: complete, one at a time, with no more memory than needed. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "tap.h"

static struct lines lines;
static int writer;

static void begin(void)
{
	int ends[2];

	if (pipe(ends))
		abort();
	lines = (struct lines){ .fd = ends[0] };
	writer = ends[1];
}

static void put(const void *text, size_t len)
{
	if (write(writer, text, len) != (ssize_t)len)
		abort();
}

static void end(void)
{
	if (writer >= 0)
		close(writer);
	writer = -1;
}

static void finish(void)
{
	end();
	close(lines.fd);
	lines_free(&lines);
}

/* Expect this as the next line, with this number. */
static void next(bool wait, const char *want, unsigned long number,
		 const char *name)
{
	char *line = NULL;
	int ret = lines_next(&lines, wait, &line);

	if (!ok(ret == 1 && !strcmp(line, want) && lines.number == number, "%s",
		name))
		diag("%d, line %lu: %s", ret, lines.number,
		     ret == 1 ? line : "");
}

static void no_next(bool wait, int want, const char *name)
{
	char *line;

	is(lines_next(&lines, wait, &line), want, "%s", name);
}

static void test_pieces(void)
{
	begin();
	no_next(false, -EAGAIN, "nothing was written: there is nothing yet");
	put("one\ntw", 6);
	next(false, "one", 1, "a line that is there");
	no_next(false, -EAGAIN, "half a line is none yet");
	put("o\n\nthree", 8);
	next(false, "two", 2, "and is a whole one later");
	next(true, "", 3, "an empty line");
	no_next(false, -EAGAIN, "half a line again");
	end();
	next(false, "three", 4, "which ends with the file");
	no_next(true, 0, "the end");
	no_next(true, 0, "and it stays the end");
	finish();
}

static void test_wrong(void)
{
	begin();
	put("a\0b\nc\n", 6);
	no_next(true, -EILSEQ, "a line with a NUL");
	ok(lines.number == 1, "has a number");
	next(true, "c", 2, "and the next one is read");
	finish();

	begin();
	end();
	no_next(true, 0, "an empty file");
	finish();

	lines = (struct lines){ .fd = 1000 };
	no_next(true, -EBADF, "a file that is not open");
	lines_free(&lines);
}

/* A line of @len bytes, through a file, as it does not fit into a pipe. */
static int long_line(size_t len)
{
	FILE *f = tmpfile();
	char *line;
	size_t i;
	int ret;

	if (!f)
		abort();
	for (i = 0; i < len; i++)
		fputc('x', f);
	fputs("\nnext\n", f);
	rewind(f);
	lines = (struct lines){ .fd = fileno(f) };
	ret = lines_next(&lines, true, &line);
	if (ret == 1 && strlen(line) != len)
		ret = 2;
	if (ret == 1 && (lines_next(&lines, true, &line) != 1 ||
			 strcmp(line, "next") != 0))
		ret = 3;
	lines_free(&lines);
	fclose(f);
	return ret;
}

static void test_long(void)
{
	struct tally t = { 0 };
	size_t len;

	for (len = 65530; len < 65545; len++)
		expect(&t, long_line(len) == 1, "%zu bytes", len);
	for (len = 131065; len < 131080; len++)
		expect(&t, long_line(len) == 1, "%zu bytes", len);
	tally_ok(&t, "lines about as long as the memory for them");
	is(long_line(LINES_MAX), 1, "the longest line");
	is(long_line(LINES_MAX + 1), -EFBIG, "one byte more");
	is(long_line(5 * LINES_MAX), -EFBIG, "and many more");
}

static void test_many(void)
{
	struct tally t = { 0 };
	unsigned long n;
	char text[32], *line;

	begin();
	for (n = 1; n <= 200000; n++) {
		int len = sprintf(text, "%lu\n", n * n);

		put(text, (size_t)len);
		text[len - 1] = '\0';
		/* Sometimes, several lines are waiting. */
		if (n % 7)
			continue;
		while (lines_next(&lines, false, &line) == 1)
			expect(&t, strtoul(line, NULL, 10) ==
			       lines.number * lines.number, "line %lu: %s",
			       lines.number, line);
	}
	tally_ok(&t, "many lines");
	is((long long)lines.number, 199997, "which were all of them");
	ok(lines.room <= 65536, "in the memory of a few");
	finish();
}

int main(void)
{
	/* Also test a wait at the end of the input. */
	(void)alarm(60);
	test_pieces();
	test_wrong();
	test_long();
	test_many();
	return tap_done();
}
