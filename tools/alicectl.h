/* SPDX-License-Identifier: GPL-2.0-only */
/* Internal interfaces of alicectl. */
#ifndef ALICECTL_H
#define ALICECTL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/alice.h"

/**
 * enum status - exit status of alicectl
 * @STATUS_DONE: success
 * @STATUS_REFUSED: an op was refused, or failed
 * @STATUS_USAGE: invalid command line or value; nothing was called
 * @STATUS_NO_DEVICE: no usable device
 * @STATUS_NONSENSE: the hypervisor's description of an op, or an answer, is malformed
 * @STATUS_IO: a file cannot be read or written, or memory ran out
 * @STATUS_CANNOT_RUN: the command of --only cannot be run
 * @STATUS_NO_COMMAND: the command of --only was not found
 *
 * Functions return one of these and put the reason into a struct alice_error. main()
 * prints its text and escapes what is not safe on a terminal.
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
 * @raw: read requests and write answers as raw bytes
 * @stop_on_error: end a batch at the first op that fails
 * @help: show help
 * @version: show versions
 * @given: bitmap of the options that were given
 * @device: path of the device, or NULL
 * @via: "device", "privcmd" or NULL
 * @only: list of ops for --only, or NULL
 * @number: number of the hypercall, or 0
 * @interval: top: seconds between updates
 * @rounds: top: number of updates; watch: number of events; 0 for no limit
 * @timeout: watch: seconds until it ends, 0 for no limit
 * @separated: index in @word of the first argument after "--"; UINT_MAX without "--"
 * @op: the op to show help for
 * @argv: of main()
 * @word: the arguments that are not options, NULL-terminated
 * @count: number of @word
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
 * struct verb - a subcommand
 * @name: of the verb, or NULL for the verb that calls an op
 * @run: runs it
 * @min: minimum number of arguments
 * @max: maximum number of arguments
 * @options: bitmap of the options that it accepts
 * @alone: @run does not need an open device
 * @usage: text of "alicectl VERB --help"
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

/* show.c */
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
void interrupt_die(void);

/* exec.c */
int exec_beside(const char *program, char **argv);

/* sysfs.c, which a test replaces */
void sysfs_of(const struct alice *a, char *dir, size_t size);

/* privcmd.c or privcmd-exec.c */
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
