// SPDX-License-Identifier: GPL-2.0-only
/* alicectl OP, alicectl call, alicectl table: call ops. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alicectl.h"
#include "json.h"

/* Upper bound for the length of a request. */
#define REQUEST_MAX (1u << 20)

/* Read a file, up to REQUEST_MAX + 1 bytes. The caller frees @bytes, also after an error. */
static int read_file(int fd, uint8_t **bytes, size_t *len)
{
	ssize_t n;

	*len = 0;
	*bytes = malloc(REQUEST_MAX + 1);
	if (!*bytes)
		return -ENOMEM;
	do {
		n = read(fd, *bytes + *len, REQUEST_MAX + 1 - *len);
		*len += n > 0 ? (size_t)n : 0;
	} while ((n > 0 && *len <= REQUEST_MAX) || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

/* Set a field to the contents of a file. */
static int set_file(struct alice_call *c, const struct alice_field *field, const char *path,
		    bool *stdin_taken, struct alice_error *e)
{
	const char *op = alice_call_row(c)->desc.name;
	bool is_stdin = !strcmp(path, "-");
	uint8_t *bytes = NULL;
	size_t len = 0;
	int ret, fd;

	if (is_stdin && *stdin_taken)
		return fail(e, STATUS_USAGE, "%s: %s: standard input can be read once only", op,
			    field->name);
	*stdin_taken = *stdin_taken || is_stdin;
	fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ret = fd < 0 ? -errno : read_file(fd, &bytes, &len);
	if (fd >= 0 && !is_stdin)
		(void)close(fd);
	if (ret)
		ret = fail(e, STATUS_IO,
			   "%s: %s: cannot read '%.80s': %s; to send text that begins with '@', write 'text:' in front of it",
			   op, field->name, path, strerror(-ret));
	else if (len > REQUEST_MAX)
		ret = fail(e, STATUS_USAGE,
			   "%s: %s: it takes at most %u bytes, and '%.80s' is longer", op, field->name,
			   field->size ? field->size : alice_call_row(c)->desc.in_max - field->offset,
			   path);
	else if (alice_set_bytes(c, field->name, bytes, len, e))
		ret = status_of(e);
	free(bytes);
	return ret;
}

/* Find field and value of "FIELD=VALUE" or, if the op has one field, "VALUE". */
static const struct alice_field *word_field(const struct alice_fields *in, const char *word,
					    const char **value)
{
	unsigned int i;

	for (i = 0; i < in->count; i++) {
		size_t len = strlen(in->field[i].name);

		if (!strncmp(word, in->field[i].name, len) && word[len] == '=') {
			*value = word + len + 1;
			return &in->field[i];
		}
	}
	*value = word;
	return in->count == 1 ? &in->field[0] : NULL;
}

static int set_words(struct alice_call *c, char *const *word, unsigned int count,
		     bool *stdin_taken, struct alice_error *e)
{
	const struct alice_fields *in = alice_call_in(c);
	unsigned int i, given = 0;
	int ret = 0;

	for (i = 0; !ret && i < count; i++) {
		const char *value;
		const struct alice_field *field = word_field(in, word[i], &value);

		if (!field || field->kind < ALICE_TEXT || value[0] != '@')
			ret = alice_set_word(c, word[i], e) ? status_of(e) : 0;
		else if (given & 1u << (field - in->field))
			ret = fail(e, STATUS_USAGE, "%s: %s was given twice",
				   alice_call_row(c)->desc.name, field->name);
		else
			ret = set_file(c, field, value + 1, stdin_taken, e);
		if (field)
			given |= 1u << (field - in->field);
	}
	return ret;
}

/* alice_call_new() failed: add advice to the error. */
static int no_call(const char *name, struct alice_error *e)
{
	const char *verb = e->code == ENOENT ? verb_nearest(name) : NULL;
	struct alice_error why = *e;

	if (e->code == EOPNOTSUPP)
		return fail(e, STATUS_USAGE, "%.900s; 'alicectl watch %.80s' shows it",
			    why.text, name);
	if (e->code == EBADMSG)
		return fail(e, STATUS_NONSENSE,
			    "%.900s. It was not called; its bytes can be passed as they are with --raw",
			    why.text);
	if (e->code != ENOENT || strstr(e->text, "did you mean"))
		return status_of(e);
	if (verb)
		return fail(e, STATUS_USAGE, "%.900s; did you mean the verb '%s'?", why.text,
			    verb);
	return fail(e, STATUS_USAGE, "%.900s; 'alicectl ops' lists those that it has", why.text);
}

/**
 * call_prepare() - prepare a call from command-line arguments
 * @a: the handle
 * @name: of the op, or its number
 * @word: FIELD=VALUE, or VALUE if the op has one field; a value can be @FILE
 * @count: number of @word
 * @stdin_taken: standard input may not be read; set if it was read
 * @c: set to the call; some of its fields can still be missing
 * @e: error
 *
 * Return: enum status.
 */
int call_prepare(struct alice *a, const char *name, char *const *word, unsigned int count,
		 bool *stdin_taken, struct alice_call **c, struct alice_error *e)
{
	struct alice_error why;
	int ret;

	*c = alice_call_new(a, name, e);
	if (!*c)
		return no_call(name, e);
	ret = set_words(*c, word, count, stdin_taken, e);
	if (!ret)
		return 0;
	/* Do not ask for better arguments if the driver refuses the op anyway. */
	if (ret == STATUS_USAGE && alice_access(alice_call_row(*c), &why))
		ret = fail(e, STATUS_REFUSED, "%s was refused by the driver: %.900s",
			   alice_call_row(*c)->desc.name, why.text);
	alice_call_free(*c);
	*c = NULL;
	return ret;
}

/* Prepare a call with the request from standard input. */
static int prepare_raw(struct alice *a, const char *name, struct alice_call **c,
		       struct alice_error *e)
{
	const struct alice_describe *row = alice_find(a, name, e);
	uint8_t *bytes = NULL;
	size_t len = 0;
	int ret;

	if (!row)
		return status_of(e);
	ret = row->desc.in_max ? read_file(STDIN_FILENO, &bytes, &len) : 0;
	if (ret)
		ret = fail(e, STATUS_IO, "cannot read standard input: %s", strerror(-ret));
	else if (len > REQUEST_MAX)
		ret = fail(e, STATUS_USAGE,
			   "standard input is longer than %u bytes, and no request is",
			   REQUEST_MAX);
	else
		*c = alice_call_new_raw(a, name, bytes, len, e);
	free(bytes);
	if (!ret && !*c)
		return e->code == EOPNOTSUPP ? no_call(name, e) : status_of(e);
	return ret;
}

static int do_call(struct alice_call *c, const struct options *o, struct alice_error *e)
{
	int ret = alice_call_do(c, e), status = ret < 0 ? status_of(e) : 0;

	/* An answer that does not match its fields is shown, too. */
	if (ret >= 0 || status == STATUS_NONSENSE) {
		if (!show_answer(c, o))
			return no_memory(e);
		return o->raw ? 0 : status;
	}
	return status;
}

static int call(struct alice *a, const struct options *o, unsigned int op,
		struct alice_error *e)
{
	const char *name = o->word[op];
	struct alice_call *c = NULL;
	bool stdin_taken = false;
	int ret;

	if (o->raw && o->count == op + 1)
		ret = prepare_raw(a, name, &c, e);
	else
		ret = call_prepare(a, name, o->word + op + 1, o->count - op - 1, &stdin_taken,
				   &c, e);
	if (!ret)
		ret = do_call(c, o, e);
	alice_call_free(c);
	return ret;
}

int run_op(struct alice *a, const struct options *o, struct alice_error *e)
{
	return call(a, o, 0, e);
}

int run_call(struct alice *a, const struct options *o, struct alice_error *e)
{
	return call(a, o, 1, e);
}

/* ---- table: a line for each value of a range ---- */

/**
 * struct range - a range of values for a field
 * @field: name of the field
 * @first: first value
 * @last: last value
 * @open: no last value: end when the op returns ENOENT
 */
struct range {
	const char *field;
	uint64_t first;
	uint64_t last;
	bool open;
};

static bool digits(const char *text, size_t len, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return len && text[0] >= '0' && text[0] <= '9' && end == text + len && !errno;
}

/* Parse "[FIELD=]FIRST..[LAST]". Return: false if it is invalid. */
static bool parse_range(const struct alice_call *c, const char *word, struct range *r)
{
	const char *value, *dots;
	const struct alice_field *field = word_field(alice_call_in(c), word, &value);

	dots = strstr(value, "..");
	if (!field || !dots || !digits(value, (size_t)(dots - value), &r->first))
		return false;
	r->field = field->name;
	r->open = !dots[2];
	r->last = UINT64_MAX;
	return r->open || digits(dots + 2, strlen(dots + 2), &r->last);
}

/* Cells are separated by tabs. Values contain none: they would be in hex. */
static void add_line(FILE *lines, const struct alice_call *c, uint64_t value)
{
	const struct alice_fields *out = alice_call_out(c);
	unsigned int i;

	(void)fprintf(lines, "%" PRIu64, value);
	for (i = 0; i < out->count; i++) {
		char *text = field_text(c, out->field[i].name);

		(void)fprintf(lines, "\t%s", text ? text : "");
		free(text);
	}
	(void)fputc('\n', lines);
}

static void add_heading(FILE *lines, const struct alice_call *c, const char *field)
{
	const struct alice_fields *out = alice_call_out(c);
	unsigned int i;

	(void)fputs(field, lines);
	for (i = 0; i < out->count; i++)
		(void)fprintf(lines, "\t%s", out->field[i].name);
	(void)fputc('\n', lines);
}

/* Print the cells in columns, right-aligned. */
static void show_table(const char *lines)
{
	size_t width[1 + ALICE_FIELDS_MAX] = { 0 };
	unsigned int column = 0;
	const char *at;
	size_t len;

	for (at = lines; *at; at += len + 1) {
		len = strcspn(at, "\t\n");
		if (len > width[column])
			width[column] = len;
		column = at[len] == '\n' ? 0 : column + 1;
	}
	for (at = lines; *at; at += len + 1) {
		len = strcspn(at, "\t\n");
		(void)printf("%*s%.*s%s", (int)(width[column] - len), "", (int)len, at,
			     at[len] == '\n' ? "\n" : "  ");
		column = at[len] == '\n' ? 0 : column + 1;
	}
}

/* Write one answer as a line of JSON, at once: a reader may wait for it. */
static int write_json(struct alice_call *c, const char *field, uint64_t value,
		      struct alice_error *e)
{
	struct json j = { .out = stdout };

	json_open(&j, '{');
	json_key(&j, field);
	json_unsigned(&j, value);
	json_key(&j, "answer");
	json_answer(&j, c);
	json_close(&j, '}');
	(void)putchar('\n');
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return fail(e, STATUS_IO,
		    "the answers cannot be written: nothing was called after %s=%" PRIu64, field,
		    value);
}

/*
 * Call the op for each value, until SIGINT. Text goes to @lines, JSON directly to stdout,
 * and if it cannot be written, no more calls are made.
 */
static int call_range(struct alice_call *c, const struct range *r, const struct options *o,
		      FILE *lines, struct alice_error *e)
{
	uint64_t value = r->first;
	int ret = 0;

	do {
		if (alice_set_u64(c, r->field, value, e))
			return r->open && value != r->first ? 0 : status_of(e);
		if (alice_call_do(c, e) < 0)
			return r->open && e->code == ENOENT && e->who == ALICE_OP
				       ? 0 : status_of(e);
		if (o->json)
			ret = write_json(c, r->field, value, e);
		else
			add_line(lines, c, value);
	} while (!ret && !interrupted && value++ != r->last);
	return ret;
}

int run_table(struct alice *a, const struct options *o, struct alice_error *e)
{
	const char *last = o->word[o->count - 1];
	bool stdin_taken = false;
	struct alice_call *c;
	char *text = NULL;
	size_t len = 0;
	struct range r;
	FILE *lines;
	char *end;
	int ret = call_prepare(a, o->word[1], o->word + 2, o->count - 3, &stdin_taken, &c, e);

	if (ret)
		return ret;
	lines = open_memstream(&text, &len);
	if (!lines) {
		ret = no_memory(e);
	} else if (!parse_range(c, last, &r)) {
		ret = fail(e, STATUS_USAGE,
			   "'%.80s' is not [FIELD=]FIRST..[LAST]; without FIELD= the op must have exactly one field",
			   last);
	} else if (r.first > r.last) {
		ret = fail(e, STATUS_USAGE, "'%.80s' ends before it begins", last);
	} else {
		add_heading(lines, c, r.field);
		interrupt_catch();
		/* A LONG op has to see the signal. */
		(void)sigprocmask(SIG_SETMASK, &interrupt_mask, NULL);
		ret = call_range(c, &r, o, lines, e);
	}
	if (lines && fclose(lines))
		ret = no_memory(e);
	/* After an error, show the answers before it. */
	end = text ? strchr(text, '\n') : NULL;
	if (end && !o->json && (!ret || end[1]))
		show_table(text);
	free(text);
	if (interrupted)
		interrupt_die();
	alice_call_free(c);
	return ret;
}
