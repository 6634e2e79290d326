// SPDX-License-Identifier: GPL-2.0-only
/*
 * alicectl batch: call many ops, one a line.
 *
 * Lines are taken a chunk at a time: all of a chunk are checked before the first
 * op of it is called.  Memory is that of one chunk, however many lines there are.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "explain.h"
#include "lines.h"
#include "many.h"
#include "verbs.h"
#include "words.h"

/* The most lines of a chunk, and about the most memory of their payloads. */
#define CHUNK_LINES 1024
#define CHUNK_BYTES (16u << 20)

/* No op has as many fields. */
#define WORDS_MAX (FIELDS_MAX + 20)

/* One line of a chunk. */
struct item {
	struct call call;
	unsigned long line;
};

/**
 * struct batch - a batch that is under way
 * @b: the way to the ops
 * @o: where the answers go
 * @stop: nothing is called after an op that failed
 * @table: the op table
 * @lines: what the lines are read from
 * @stdin_taken: no value may read standard input, any more or at all
 * @end: there is no more to be read
 * @item: the chunk
 * @ops: its calls, as the driver takes them
 * @results: theirs
 * @count: how many they are
 * @bytes: memory of their payloads
 * @first: number of the first line of the chunk, whatever it was
 * @called: ops that were called so far
 * @failed: how many of them failed
 * @misfits: how many answers do not fit their field lists
 * @stopped: number of the line whose failure ended the batch, or 0
 */
struct batch {
	struct backend *b;
	const struct output *o;
	bool stop;
	struct table table;
	struct lines lines;
	bool stdin_taken;
	bool end;
	struct item item[CHUNK_LINES];
	struct alice_op ops[CHUNK_LINES];
	__s32 results[CHUNK_LINES];
	unsigned int count;
	size_t bytes;
	unsigned long first;
	unsigned long called;
	unsigned long failed;
	unsigned long misfits;
	unsigned long stopped;
};

/* Say what is wrong with one line, behind the answers of those before it. */
static void complain(const struct batch *batch, unsigned long line,
		     const struct err *e)
{
	(void)fflush(batch->o->file);
	(void)fprintf(stderr, "alicectl: line %lu: %s\n", line, e->text);
}

/* What a line begins with that is neither an op nor 'call'. */
static int check_name(const char *name, struct err *e)
{
	struct quoted q;

	if (verb_find(name)->name)
		return fail(e, STATUS_USAGE,
			    "'%s' is a verb, and the lines of a batch are ops; if an op of that name is meant, write 'call %s'",
			    name, name);
	if (name[0] == '-')
		return fail(e, STATUS_USAGE,
			    "options go on the command line, and not into a batch: %s",
			    quote_str(&q, name));
	return 0;
}

/*
 * Make a call of a line's words, as of those on a command line.  Between chunks
 * the domain may have been migrated, to a hypervisor with another table.
 */
static int prepare(struct batch *batch, char **word, unsigned int count,
		   struct err *e)
{
	bool verb = !strcmp(word[0], "call");
	struct item *item = &batch->item[batch->count];
	struct args args = {
		.word = word + 1 + verb,
		.count = count - 1 - verb,
		.stdin_taken = &batch->stdin_taken,
	};
	int ret;

	if (verb && count == 1)
		return fail(e, STATUS_USAGE,
			    "'call' needs the name or number of an op; 'alicectl ops' lists them");
	ret = verb ? 0 : check_name(word[0], e);
	if (!ret && !batch->count)
		ret = table_refresh(&batch->table, batch->b, e);
	if (ret)
		return ret;
	ret = call_prepare(&item->call, &batch->table, word[verb], &args,
			   false, e);
	if (ret) {
		call_free(&item->call);
		return ret;
	}
	item->line = batch->lines.number;
	batch->ops[batch->count++] = call_op(&item->call);
	batch->bytes += item->call.row->desc.in_max +
			item->call.row->desc.out_max;
	return 0;
}

static int explain_line(int err, struct err *e)
{
	if (err == EFBIG)
		return fail(e, STATUS_USAGE, "it is longer than %u bytes",
			    LINES_MAX);
	if (err == EILSEQ)
		return fail(e, STATUS_USAGE,
			    "there is a byte 0 in it; write bytes as hex:...");
	return fail(e, STATUS_IO, "cannot read it: %s", strerror(err));
}

/*
 * Take one line.  @taken counts those that are not empty; without any there is
 * nothing else to do than to wait for one.
 */
static int take_line(struct batch *batch, unsigned int *taken, struct err *e)
{
	unsigned int count;
	char *word[WORDS_MAX];
	char *line;
	int ret = lines_next(&batch->lines, !*taken, &line);

	/* After any other error, too, the next line cannot be found. */
	batch->end = ret <= 0 && ret != -EAGAIN && ret != -EILSEQ;
	if (!ret || ret == -EAGAIN)
		return ret;
	if (ret < 0) {
		(*taken)++;
		return explain_line(-ret, e);
	}
	ret = words_split(line, word, WORDS_MAX, &count, e);
	if (!ret && !count)
		return 0;
	(*taken)++;
	return ret ? ret : prepare(batch, word, count, e);
}

/* Read a chunk, and say what is wrong with each line of it that is. */
static int read_chunk(struct batch *batch, struct err *e)
{
	unsigned int taken = 0;
	int ret, status = 0;

	batch->first = batch->lines.number + 1;
	while (!batch->end && taken < CHUNK_LINES &&
	       batch->bytes < CHUNK_BYTES) {
		ret = take_line(batch, &taken, e);
		if (ret == -EAGAIN)
			break;
		if (ret)
			complain(batch, batch->lines.number, e);
		if (!status)
			status = ret;
	}
	if (!status)
		return 0;
	return fail(e, status,
		    "nothing was called of lines %lu to %lu, nor of what follows",
		    batch->first, batch->lines.number);
}

static void clear_chunk(struct batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->count; i++)
		call_free(&batch->item[i].call);
	batch->count = 0;
	batch->bytes = 0;
}

/* The result of a line as JSON, on a line of its own. */
static void write_json(const struct output *o, const struct item *item,
		       int result)
{
	const struct alice_op_desc *desc = &item->call.row->desc;
	const char *name = explain_errno_name(-result);
	struct json j = { .out = o->file };

	json_open(&j, '{');
	json_key(&j, "line");
	json_unsigned(&j, item->line);
	json_key(&j, "op");
	json_bytes(&j, (const uint8_t *)desc->name,
		   strnlen(desc->name, sizeof(desc->name)));
	json_key(&j, "result");
	json_signed(&j, result);
	json_key(&j, "result_name");
	if (result < 0 && name)
		json_string(&j, name);
	else
		json_null(&j);
	json_key(&j, "answer");
	if (result < 0)
		json_null(&j);
	else
		call_write_json(&item->call, (size_t)result, &j);
	json_close(&j, '}');
	(void)fputc('\n', o->file);
}

static void show_result(struct batch *batch, const struct item *item,
			int result)
{
	const struct output *o = batch->o;
	struct err e;
	int ret = call_judge(&item->call, result, false, &e);

	if (o->json)
		write_json(o, item, result);
	else if (result >= 0)
		call_write(&item->call, (size_t)result, o);
	if (ret)
		complain(batch, item->line, &e);
	batch->called++;
	batch->failed += ret == STATUS_REFUSED;
	batch->misfits += ret == STATUS_NONSENSE;
	if (ret == STATUS_REFUSED && batch->stop)
		batch->stopped = item->line;
}

/* Call what is in the chunk, and write the answers. */
static int run_chunk(struct batch *batch, struct err *e)
{
	unsigned int done, i;
	int ret = many_call(batch->b, batch->ops, batch->results, batch->count,
			    batch->stop, &done, e);

	for (i = 0; i < done; i++)
		show_result(batch, &batch->item[i], batch->results[i]);
	if (ret) {
		err_prefix(e, "line %lu, and what follows, was not called: ",
			   batch->item[done].line);
		return ret;
	}
	/* Some program may wait for them; if they are lost, no more are asked. */
	if (fflush(batch->o->file) || ferror(batch->o->file))
		return fail(e, STATUS_IO,
			    "the answers cannot be written: what follows line %lu was not called",
			    batch->lines.number);
	return 0;
}

static int run_batch(struct batch *batch, struct err *e)
{
	int ret = table_load(&batch->table, batch->b, e);

	while (!ret && !batch->end && !batch->stopped) {
		ret = read_chunk(batch, e);
		if (!ret && batch->count)
			ret = run_chunk(batch, e);
		clear_chunk(batch);
	}
	table_free(&batch->table);
	lines_free(&batch->lines);
	return ret;
}

/* What all of it came to. */
static int sum_up(const struct batch *batch, struct err *e)
{
	if (batch->stopped)
		return fail(e, STATUS_REFUSED,
			    "the op of line %lu failed: nothing was called after it",
			    batch->stopped);
	if (batch->failed)
		return fail(e, STATUS_REFUSED, "%lu of %lu ops failed",
			    batch->failed, batch->called);
	if (batch->misfits)
		return fail(e, STATUS_NONSENSE,
			    "%lu of %lu answers do not fit their field lists",
			    batch->misfits, batch->called);
	return 0;
}

int verb_batch(struct backend *b, const struct output *o, const char *path,
	       bool stop, struct err *e)
{
	bool is_stdin = !path || !strcmp(path, "-");
	struct batch *batch = calloc(1, sizeof(*batch));
	struct quoted q;
	int ret;

	if (!batch)
		return fail(e, STATUS_IO, "memory ran out");
	batch->b = b;
	batch->o = o;
	batch->stop = stop;
	batch->stdin_taken = is_stdin;
	batch->lines.fd = is_stdin ? STDIN_FILENO
				   : open(path, O_RDONLY | O_CLOEXEC);
	if (batch->lines.fd < 0) {
		ret = fail(e, STATUS_IO, "cannot read %s: %s",
			   quote_str(&q, path), strerror(errno));
	} else {
		ret = run_batch(batch, e);
		if (!ret)
			ret = sum_up(batch, e);
		if (!is_stdin)
			(void)close(batch->lines.fd);
	}
	free(batch);
	return ret;
}
