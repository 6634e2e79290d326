/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of alicectl share. */
#ifndef ALICECTL_H
#define ALICECTL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/alice.h"

/**
 * enum status - what alicectl exits with
 * @STATUS_DONE: the op was done
 * @STATUS_REFUSED: an op was refused, or failed
 * @STATUS_USAGE: the command line or a value is wrong; nothing was called
 * @STATUS_NO_DEVICE: there is no way to the hypervisor's ops from here
 * @STATUS_NONSENSE: what the hypervisor says of an op, or answered, makes no sense
 * @STATUS_IO: a file cannot be read or written, or memory ran out
 * @STATUS_CANNOT_RUN: a command cannot be run
 * @STATUS_NO_COMMAND: there is no such command
 *
 * Functions return one of these, and say why in a struct alice_error, whose text main()
 * makes safe for a terminal.
 */
enum status {
	STATUS_DONE = 0,
	STATUS_REFUSED = 1,
	STATUS_USAGE = 2,
	STATUS_NO_DEVICE = 3,
	STATUS_NONSENSE = 4,
	STATUS_IO = 5,
	STATUS_CANNOT_RUN = 126,
	STATUS_NO_COMMAND = 127,
};

/**
 * struct options - the command line
 * @json: write JSON
 * @raw: requests and answers as the bytes that they are
 * @stop_on_error: a batch ends with the first op that fails
 * @help: show how the verb or op is used
 * @version: show versions
 * @given: a bit for each option that was given
 * @device: path of the device, or NULL
 * @via: the way to the hypervisor, or NULL
 * @only: the ops that a command may call, or NULL
 * @number: of the hypercall, or 0
 * @interval: seconds from one round of figures to the next
 * @rounds: how many rounds of figures, or events, 0 for no end
 * @timeout: after how many seconds events are watched no more, 0 for no end
 * @separated: index of the first word behind "--", or @count
 * @op: the op that help is wanted for
 * @argv: of main()
 * @word: the words that are no options, and NULL
 * @count: how many
 */
struct options {
	bool json;
	bool raw;
	bool stop_on_error;
	bool help;
	bool version;
	unsigned int given;
	const char *device;
	const char *via;
	const char *only;
	unsigned int number;
	double interval;
	uint64_t rounds;
	double timeout;
	unsigned int separated;
	const char *op;
	char **argv;
	char **word;
	unsigned int count;
};

/**
 * struct verb - something to be told to do
 * @name: the verb, or NULL for calling an op
 * @run: does it
 * @min: how many words there must be behind it
 * @max: how many there may be
 * @options: a bit for each option that means something to it
 * @alone: it takes no open device
 * @usage: what "alicectl VERB --help" shows
 */
struct verb {
	const char *name;
	int (*run)(struct alice *a, const struct options *o, struct alice_error *e);
	unsigned int min;
	unsigned int max;
	unsigned int options;
	bool alone;
	const char *usage;
};

/* alicectl.c */
int fail(struct alice_error *e, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int no_memory(struct alice_error *e);
int status_of(const struct alice_error *e);
const struct verb *verb_find(const char *name);
const char *verb_nearest(const char *typed);

/* show.c: how texts and answers are written */

void need_locale(const char *text, size_t len);
void show_text(FILE *file, const char *text, size_t len);
bool show_answer(const struct alice_call *c, const struct options *o);
bool show_values(const struct alice_call *c, const char *before, const char *after);
bool answer_fits(const struct alice_call *c);
char *field_text(const struct alice_call *c, const char *field);

struct json;
void json_answer(struct json *j, const struct alice_call *c);

/* words.c */
int words_split(char *line, char **word, unsigned int room, unsigned int *count,
		struct alice_error *e);

/* call.c */
int call_prepare(struct alice *a, const char *name, char *const *word, unsigned int count,
		 bool *stdin_taken, struct alice_call **c, struct alice_error *e);

/* interrupt.c */
extern volatile sig_atomic_t interrupted;
extern sigset_t interrupt_mask;
void interrupt_catch(void);

/* exec.c */
int exec_beside(const char *program, char **argv);

/* sysfs.c, which a test has another of */
void sysfs_of(const struct alice *a, char *dir, size_t size);

/* privcmd.c, or privcmd-exec.c */
int privcmd_open(struct alice **a, const struct options *o, struct alice_error *e);

/* The verbs */
int run_ops(struct alice *a, const struct options *o, struct alice_error *e);
int run_help(struct alice *a, const struct options *o, struct alice_error *e);
int run_info(struct alice *a, const struct options *o, struct alice_error *e);
int run_call(struct alice *a, const struct options *o, struct alice_error *e);
int run_op(struct alice *a, const struct options *o, struct alice_error *e);
int run_table(struct alice *a, const struct options *o, struct alice_error *e);
int run_batch(struct alice *a, const struct options *o, struct alice_error *e);
int run_top(struct alice *a, const struct options *o, struct alice_error *e);
int run_watch(struct alice *a, const struct options *o, struct alice_error *e);
int run_doctor(struct alice *a, const struct options *o, struct alice_error *e);
int run_only(struct alice *a, const struct options *o, struct alice_error *e);
void show_version(const struct options *o);

#endif
