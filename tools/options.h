/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line.
 */
#ifndef ALICECTL_OPTIONS_H
#define ALICECTL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "output.h"

struct verb;

/* What alicectl --help shows. */
extern const char usage[];

/**
 * enum special - options that mean something to some verbs only
 * @SPECIAL_RAW: --raw
 * @SPECIAL_STOP: --stop-on-error
 * @SPECIAL_PACE: --interval and --count
 */
enum special {
	SPECIAL_RAW = 1,
	SPECIAL_STOP = 2,
	SPECIAL_PACE = 4,
};

/**
 * struct options - the command line
 * @output: how answers are written
 * @device: path of the device, or NULL
 * @via: name of the backend, or NULL
 * @number: of the hypercall, or 0
 * @only: the ops that a command may call, or NULL
 * @stop_on_error: a batch ends with the first op that fails
 * @interval: seconds from one round of figures to the next
 * @rounds: how many rounds of figures, 0 for no end
 * @help: show the usage, and nothing else
 * @version: show the version, and nothing else
 * @special: which options of enum special were given
 * @separated: the words come after a "--"
 * @verb: what is to be done, NULL with @only and where nothing was said
 * @name: the word that says so; of an op its name
 * @words: what follows it, or with @only the command, up to a NULL
 * @count: how many those are
 */
struct options {
	struct output output;
	const char *device;
	const char *via;
	unsigned int number;
	const char *only;
	bool stop_on_error;
	double interval;
	uint64_t rounds;
	bool help;
	bool version;
	unsigned int special;
	bool separated;
	const struct verb *verb;
	const char *name;
	char *const *words;
	unsigned int count;
};

/**
 * options_parse() - read the command line
 * @o: filled in, but for @o->output.file and .utf8
 * @argc: of main()
 * @argv: of main()
 * @e: says what is wrong
 *
 * Return: 0 or STATUS_USAGE.
 */
int options_parse(struct options *o, int argc, char **argv, struct err *e);

/**
 * options_check() - whether what was said goes together
 * @o: what was read
 * @e: says what does not
 *
 * Return: 0 or STATUS_USAGE.
 */
int options_check(const struct options *o, struct err *e);

/**
 * options_privcmd() - whether the driver is to be passed by
 * @o: what was read
 *
 * Return: true with --via privcmd.
 */
bool options_privcmd(const struct options *o);

/**
 * options_device() - which device is meant
 * @o: what was read
 *
 * Return: its path.
 */
const char *options_device(const struct options *o);

#endif
