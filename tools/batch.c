// SPDX-License-Identifier: GPL-2.0-only
/*
 * alicectl batch: call many ops, one per line.
 *
 * Lines are read in chunks. All lines of a chunk are checked before its first op is called.
 * Memory use is limited to one chunk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alicectl.h"
#include "json.h"
#include "lines.h"

/* Limits of a chunk: lines, and approximately the memory for payloads. */
#define CHUNK_LINES 1024
#define CHUNK_BYTES (16u << 20)

/* More than any op has fields. */
#define WORDS_MAX (ALICE_FIELDS_MAX + 20)

/**
 * struct batch - state of a batch
 * @a: the handle
 * @o: the command line
 * @lines: input
 * @stdin_taken: a value may not read standard input (any more)
 * @end: end of input
 * @call: calls of the current chunk
 * @line: their line numbers
 * @count: their number
 * @bytes: memory of their payloads
 * @called: number of ops called so far
 * @failed: number of those that failed
 * @misfits: number of answers that do not match their field lists
 * @stopped: number of the line whose failure ended the batch, or 0
 */
struct batch {
	struct alice *a;
	const struct options *o;
	struct lines lines;
	bool stdin_taken;
	bool end;
	struct alice_call *call[CHUNK_LINES];
	unsigned long line[CHUNK_LINES];
	unsigned int count;
	size_t bytes;
	unsigned long called;
	unsigned long failed;
	unsigned long misfits;
	unsigned long stopped;
};

/* Report an error in a line, after the answers of the lines before it. */
static void complain(unsigned long line, const struct alice_error *e)
{
	(void)fflush(stdout);
	(void)fprintf(stderr, "alicectl: line %lu: ", line);
	show_text(stderr, e->text, sizeof(e->text));
	(void)fputc('\n', stderr);
}

/* Prepare a call from the words of a line, as from a command line. */
static int prepare(struct batch *b, char **word, unsigned int count, struct alice_error *e)
{
	bool call = !strcmp(word[0], "call");
	const struct alice_op_desc *desc;
	int ret;

	if (call && count == 1)
		return fail(e, STATUS_USAGE, "'call' needs the name or number of an op");
	if (!call && verb_find(word[0]))
		return fail(e, STATUS_USAGE,
			    "'%s' is a verb, and the lines of a batch are ops; if an op of that name is meant, write 'call %s'",
			    word[0], word[0]);
	if (!call && word[0][0] == '-')
		return fail(e, STATUS_USAGE,
			    "options go on the command line, and not into a batch: '%.80s'",
			    word[0]);
	ret = call_prepare(b->a, word[call], word + 1 + call, count - 1 - call,
			   &b->stdin_taken, &b->call[b->count], e);
	if (ret)
		return ret;
	if (alice_call_ready(b->call[b->count], e)) {
		alice_call_free(b->call[b->count]);
		return status_of(e);
	}
	desc = &alice_call_row(b->call[b->count])->desc;
	b->line[b->count++] = b->lines.number;
	b->bytes += desc->in_max + desc->out_max;
	return 0;
}

static int explain_line(int code, struct alice_error *e)
{
	if (code == EFBIG)
		return fail(e, STATUS_USAGE, "it is longer than %u bytes", LINES_MAX);
	if (code == EILSEQ)
		return fail(e, STATUS_USAGE, "it contains a NUL byte; write bytes as hex:...");
	return fail(e, STATUS_IO, "cannot read it: %s", strerror(code));
}

/* Read one line. @taken counts lines that are not empty; block only while it is 0. */
static int take_line(struct batch *b, unsigned int *taken, struct alice_error *e)
{
	unsigned int count;
	char *word[WORDS_MAX];
	char *line;
	int ret = lines_next(&b->lines, !*taken, &line);

	/* After any other error, the start of the next line is unknown. */
	b->end = ret <= 0 && ret != -EAGAIN && ret != -EILSEQ;
	if (!ret || ret == -EAGAIN || ret == -EINTR)
		return ret;
	if (ret < 0) {
		(*taken)++;
		return explain_line(-ret, e);
	}
	need_locale(line, strlen(line));
	ret = words_split(line, word, WORDS_MAX, &count, e);
	if (!ret && !count)
		return 0;
	(*taken)++;
	return ret ? ret : prepare(b, word, count, e);
}

/* Read a chunk, and report every error in it. */
static int read_chunk(struct batch *b, struct alice_error *e)
{
	unsigned long first = b->lines.number + 1;
	unsigned int taken = 0;
	int ret, status = 0;

	/* Ops may have been replaced since the last chunk, also by a migration. */
	if (alice_refresh(b->a, e) < 0)
		return status_of(e);
	while (!b->end && !interrupted && taken < CHUNK_LINES && b->bytes < CHUNK_BYTES) {
		ret = take_line(b, &taken, e);
		if (ret == -EAGAIN || ret == -EINTR)
			break;
		if (ret)
			complain(b->lines.number, e);
		if (!status)
			status = ret;
	}
	if (!status)
		return 0;
	return fail(e, status, "nothing was called from lines %lu to %lu, nor from later lines",
		    first, b->lines.number);
}

/* The result of a line as JSON, on a line of its own. */
static void write_json(const struct alice_call *c, unsigned long line, int result)
{
	const struct alice_op_desc *desc = &alice_call_row(c)->desc;
	const char *name = alice_errno_name(-result);
	struct json j = { .out = stdout };

	json_open(&j, '{');
	json_key(&j, "line");
	json_unsigned(&j, line);
	json_key(&j, "op");
	json_bytes(&j, (const uint8_t *)desc->name, strnlen(desc->name, sizeof(desc->name)));
	json_key(&j, "result");
	json_signed(&j, result);
	json_key(&j, "result_name");
	if (*name)
		json_string(&j, name);
	else
		json_null(&j);
	json_key(&j, "answer");
	if (result >= 0)
		json_answer(&j, c);
	else
		json_null(&j);
	json_close(&j, '}');
	(void)putchar('\n');
}

static int show_result(struct batch *b, unsigned int i, struct alice_error *e)
{
	struct alice_call *c = b->call[i];
	struct alice_error why;
	int result = alice_result(c, &why), ret = 0;
	int status = result < 0 ? status_of(&why) : 0;
	size_t len = 0;

	/* An answer that does not match its fields is shown, too. */
	if (status == STATUS_NONSENSE) {
		(void)alice_answer(c, &len);
		result = (int)len;
	}
	if (b->o->json)
		write_json(c, b->line[i], result);
	else if (result >= 0 && !show_answer(c, b->o))
		ret = no_memory(e);
	if (status && !(b->o->raw && status == STATUS_NONSENSE))
		complain(b->line[i], &why);
	b->called++;
	if (status == STATUS_NONSENSE)
		b->misfits++;
	else if (status)
		b->failed++;
	if (status && status != STATUS_NONSENSE && b->o->stop_on_error)
		b->stopped = b->line[i];
	return ret;
}

/* Make calls, with SIGINT unblocked. */
static int call_some(const struct batch *b, unsigned int done, unsigned int flags,
		     struct alice_error *e)
{
	sigset_t blocked;
	int n;

	(void)sigprocmask(SIG_SETMASK, &interrupt_mask, &blocked);
	n = alice_call_many(b->a, b->call + done, b->count - done, flags, e);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
	return n;
}

/* Make the calls of a chunk and write the answers. @done counts the calls made. */
static int run_chunk(struct batch *b, unsigned int *done, struct alice_error *e)
{
	unsigned int flags = ALICE_ONCE | (b->o->stop_on_error ? ALICE_BATCH_STOP_ON_ERROR : 0);
	struct alice_error why;
	int n, ret = 0;

	while (!ret && *done < b->count && !b->stopped && !interrupted) {
		n = call_some(b, *done, flags, &why);
		if (n < 0)
			return fail(e, status_of(&why), "line %lu, and what follows, was not called: %.900s",
				    b->line[*done], why.text);
		for (; !ret && n; n--)
			ret = show_result(b, (*done)++, e);
	}
	/* A reader may wait for these answers. If they cannot be written, make no more calls. */
	if (!ret && (fflush(stdout) || ferror(stdout)))
		return fail(e, STATUS_IO,
			    "the answers cannot be written: what follows line %lu was not called",
			    b->lines.number);
	return ret;
}

static void clear_chunk(struct batch *b)
{
	while (b->count)
		alice_call_free(b->call[--b->count]);
	b->bytes = 0;
}

/* SIGINT: say where the batch ended, then die. */
static void end_by_interrupt(unsigned long line)
{
	(void)fflush(stdout);
	(void)fprintf(stderr, "alicectl: interrupted: nothing was called from line %lu on\n",
		      line);
	interrupt_die();
}

/* The status of the whole batch. */
static int sum_up(const struct batch *b, struct alice_error *e)
{
	if (b->stopped)
		return fail(e, STATUS_REFUSED,
			    "the op of line %lu failed: nothing was called after it",
			    b->stopped);
	if (b->failed)
		return fail(e, STATUS_REFUSED, "%lu of %lu ops failed", b->failed, b->called);
	if (b->misfits && !b->o->raw)
		return fail(e, STATUS_NONSENSE,
			    "%lu of %lu answers do not fit their field lists", b->misfits,
			    b->called);
	return 0;
}

static int do_batch(struct batch *b, struct alice_error *e)
{
	int ret = 0;

	while (!ret && !b->end && !b->stopped && !interrupted) {
		unsigned int done = 0;

		ret = read_chunk(b, e);
		if (!ret && b->count)
			ret = run_chunk(b, &done, e);
		if (interrupted)
			end_by_interrupt(done < b->count ? b->line[done] : b->lines.number + 1);
		clear_chunk(b);
	}
	return ret ? ret : sum_up(b, e);
}

int run_batch(struct alice *a, const struct options *o, struct alice_error *e)
{
	const char *path = o->count > 1 ? o->word[1] : "-";
	bool is_stdin = !strcmp(path, "-");
	struct batch *b = calloc(1, sizeof(*b));
	int ret;

	if (!b)
		return no_memory(e);
	interrupt_catch();
	b->lines.mask = &interrupt_mask;
	b->a = a;
	b->o = o;
	b->stdin_taken = is_stdin;
	b->lines.fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (b->lines.fd < 0) {
		ret = fail(e, STATUS_IO, "cannot read '%.80s': %s", path, strerror(errno));
	} else {
		ret = do_batch(b, e);
		lines_free(&b->lines);
		if (!is_stdin)
			(void)close(b->lines.fd);
	}
	free(b);
	return ret;
}
