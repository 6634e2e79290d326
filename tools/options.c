// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "options.h"
#include "text.h"
#include "value.h"
#include "verbs.h"

const char usage[] =
"Usage: alicectl [OPTION]... ops               list what this hypervisor offers\n"
"       alicectl [OPTION]... info              say what driver and hypervisor are\n"
"       alicectl [OPTION]... help OP           say how an op is used\n"
"       alicectl [OPTION]... OP [FIELD=VALUE]...\n"
"       alicectl [OPTION]... call OP [FIELD=VALUE]...\n"
"                                              call an op, by its name or number\n"
"       alicectl [OPTION]... batch [FILE]      call many ops, one a line of FILE\n"
"                                              or standard input\n"
"       alicectl [OPTION]... top               show how often each op is called\n"
"       alicectl [OPTION]... doctor            say what is missing for a call,\n"
"                                              and the command that mends it\n"
"       alicectl --only OP[,OP]... -- COMMAND [ARGUMENT]...\n"
"                                              run COMMAND with a device that is\n"
"                                              restricted to these ops\n"
"\n"
"Calls the ops that the hypervisor describes, through the device of the driver\n"
"alice. Where an op has the name of a verb, 'call' tells them apart.\n"
"\n"
"Options, before an op, and before or after another verb:\n"
"  --json          write JSON instead of lines FIELD=VALUE\n"
"  --raw           take the request from standard input, where no FIELD=VALUE is\n"
"                  given, and write the answer, as the bytes that they are\n"
"  --device PATH   the device, if it is not " DEVICE_PATH "\n"
"  --via WAY       'device' (the default), or 'privcmd': make the hypercall as\n"
"                  the Xen toolstack does, as root, without the driver\n"
"  --number N      number of the hypercall, with --via privcmd\n"
"  --only OPS      names or numbers, with commas between; COMMAND gets the device\n"
"                  as file descriptor " DEVICE_FD_TEXT ", and its number in " DEVICE_FD_VARIABLE "\n"
"  --stop-on-error end a batch with the first op that fails\n"
"  --interval S    top: seconds from one round to the next (1)\n"
"  --count N       top: end after N rounds\n"
"  --help          show this, and end\n"
"  --version       show the versions of this program, of the driver and of the\n"
"                  hypervisor's ABI, as far as they are there, and end\n"
"\n"
"Values: a number is decimal, or hexadecimal after 0x. Text and bytes are the\n"
"text itself, hex:00ff (bytes), @FILE (what a file holds), @- (standard input)\n"
"or text:... (the text after it, whatever it begins with). An op with one field\n"
"takes the value alone, too.\n"
"\n"
"Lines of a batch: OP [FIELD=VALUE]..., or 'call' before that. Quotes and\n"
"backslashes are a shell's, and so is '#', which begins a comment; nothing is\n"
"expanded.\n"
"\n"
"Environment: " DEVICE_FD_VARIABLE " is the number of a descriptor of the device, to be used\n"
"instead of opening it.\n"
"\n"
"Exit status:\n"
"  0  done\n"
"  1  the driver or the hypervisor refused the op, or it failed; doctor found\n"
"     something that is not right\n"
"  2  the command line or a value is wrong; nothing was called\n"
"  3  there is no usable device: no Xen, no alice_op, no driver, or no permission\n"
"  4  what the hypervisor said of its ops, or answered, makes no sense\n"
"  5  a file could not be read, the output not be written, or memory ran out\n"
"With --only it is COMMAND's, 126 where that cannot be run, 127 where it is not.\n";

/* Rounds as rare as this are a mistake, and as frequent a load. */
#define INTERVAL_MIN 0.01
#define INTERVAL_MAX 86400.0

static int wrong(struct err *e, const char *what)
{
	return fail(e, STATUS_USAGE, "%s; see 'alicectl --help'", what);
}

static int parse_hypercall(struct options *o, const char *text, struct err *e)
{
	struct quoted q;
	uint64_t value;

	if (!value_unsigned(text, &value) || !value || value > INT_MAX)
		return fail(e, STATUS_USAGE,
			    "--number: %s is not the number of a hypercall",
			    quote_str(&q, text));
	o->number = (unsigned int)value;
	return 0;
}

static int parse_interval(struct options *o, const char *text, struct err *e)
{
	struct quoted q;
	char *end;

	o->interval = strtod(text, &end);
	/* Written so that what is not a number at all fails, too. */
	if (end == text || *end || !(o->interval >= INTERVAL_MIN &&
				     o->interval <= INTERVAL_MAX))
		return fail(e, STATUS_USAGE,
			    "--interval: %s is not a number of seconds from %g to %g",
			    quote_str(&q, text), INTERVAL_MIN, INTERVAL_MAX);
	return 0;
}

static int parse_rounds(struct options *o, const char *text, struct err *e)
{
	struct quoted q;

	if (!value_unsigned(text, &o->rounds) || !o->rounds)
		return fail(e, STATUS_USAGE,
			    "--count: %s is not a number of rounds, from 1 up",
			    quote_str(&q, text));
	return 0;
}

/* What getopt_long() did not like: c is ':' or '?'. */
static int wrong_option(char *const *argv, int c, struct err *e)
{
	char letter[] = { '-', (char)optopt, '\0' };
	struct quoted q;

	/* A letter has no value of the enum of options, and may share a word. */
	if (optopt > 0 && optopt <= UCHAR_MAX)
		(void)quote_str(&q, letter);
	else
		(void)quote_str(&q, argv[optind - 1]);
	if (c == ':')
		return fail(e, STATUS_USAGE,
			    "%s needs a value; see 'alicectl --help'", q.text);
	return fail(e, STATUS_USAGE,
		    "there is no option %s; see 'alicectl --help'", q.text);
}

/* Read options up to the first word that is none. */
static int parse_run(struct options *o, int argc, char **argv, struct err *e)
{
	enum { JSON = UCHAR_MAX + 1, RAW, DEVICE, VIA, NUMBER, ONLY, STOP,
	       INTERVAL, COUNT, HELP, VERSION };
	static const struct option known[] = {
		{ "json", no_argument, NULL, JSON },
		{ "raw", no_argument, NULL, RAW },
		{ "device", required_argument, NULL, DEVICE },
		{ "via", required_argument, NULL, VIA },
		{ "number", required_argument, NULL, NUMBER },
		{ "only", required_argument, NULL, ONLY },
		{ "stop-on-error", no_argument, NULL, STOP },
		{ "interval", required_argument, NULL, INTERVAL },
		{ "count", required_argument, NULL, COUNT },
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, VERSION },
		{ 0 },
	};
	int c, ret = 0;

	/*
	 * "+": what follows an op is the op's, a negative number perhaps.
	 * ":": a missing value is told from an unknown option.
	 */
	while (!ret &&
	       (c = getopt_long(argc, argv, "+:h", known, NULL)) != -1) {
		switch (c) {
		case JSON:
			o->output.json = true;
			break;
		case RAW:
			o->output.raw = true;
			o->special |= SPECIAL_RAW;
			break;
		case DEVICE:
			o->device = optarg;
			break;
		case VIA:
			o->via = optarg;
			break;
		case NUMBER:
			ret = parse_hypercall(o, optarg, e);
			break;
		case ONLY:
			o->only = optarg;
			break;
		case STOP:
			o->stop_on_error = true;
			o->special |= SPECIAL_STOP;
			break;
		case INTERVAL:
			ret = parse_interval(o, optarg, e);
			o->special |= SPECIAL_PACE;
			break;
		case COUNT:
			ret = parse_rounds(o, optarg, e);
			o->special |= SPECIAL_PACE;
			break;
		case 'h':
		case HELP:
			o->help = true;
			break;
		case VERSION:
			o->version = true;
			break;
		default:
			ret = wrong_option(argv, c, e);
		}
	}
	return ret;
}

int options_parse(struct options *o, int argc, char **argv, struct err *e)
{
	int ret;

	o->interval = 1;
	opterr = 0;
	ret = parse_run(o, argc, argv, e);
	if (ret)
		return ret;
	o->separated = optind > 1 && !strcmp(argv[optind - 1], "--");
	if (!o->only && optind < argc) {
		o->name = argv[optind++];
		o->verb = verb_find(o->name);
		if (o->verb->options)
			ret = parse_run(o, argc, argv, e);
	}
	o->words = argv + optind;
	o->count = (unsigned int)(argc - optind);
	return ret;
}

bool options_privcmd(const struct options *o)
{
	return o->via && !strcmp(o->via, "privcmd");
}

const char *options_device(const struct options *o)
{
	return o->device ? o->device : DEVICE_PATH;
}

/* With --only, the words are a command, which has options of its own. */
static int check_only(const struct options *o, struct err *e)
{
	if (options_privcmd(o))
		return wrong(e, "--only is kept by the driver, and --via privcmd goes past it");
	if (o->verb || (o->count && !o->separated))
		return wrong(e, "--only is for a command, after '--': 'alicectl --only OP,OP -- COMMAND'");
	if (!o->count)
		return wrong(e, "--only needs a command: 'alicectl --only OP,OP -- COMMAND'");
	if (o->output.json)
		return wrong(e, "--json and --only exclude each other");
	return 0;
}

static int check_special(const struct options *o, struct err *e)
{
	static const struct { enum special special; const char *text; } all[] = {
		{ SPECIAL_RAW, "--raw is for calling an op by itself" },
		{ SPECIAL_STOP, "--stop-on-error is for 'batch'" },
		{ SPECIAL_PACE, "--interval and --count are for 'top'" },
	};
	unsigned int takes = o->verb ? o->verb->special : 0;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (o->special & ~takes & all[i].special)
			return wrong(e, all[i].text);
	return 0;
}

static int check_words(const struct options *o, struct err *e)
{
	const struct verb *verb = o->verb;
	struct quoted q;

	if (o->count < verb->min)
		return fail(e, STATUS_USAGE,
			    "'%s' needs the name or number of an op; 'alicectl ops' lists them",
			    verb->name);
	if (o->count <= verb->max)
		return 0;
	(void)quote_str(&q, o->words[verb->max]);
	if (o->words[verb->max][0] == '-')
		return fail(e, STATUS_USAGE,
			    "options come first: put %s before '%s'", q.text,
			    verb->name);
	return fail(e, STATUS_USAGE,
		    "'%s' %s: leave %s out; if an op of that name is meant, write 'call %s'",
		    verb->name, verb->takes, q.text, verb->name);
}

int options_check(const struct options *o, struct err *e)
{
	bool privcmd = options_privcmd(o);
	struct quoted q;
	int ret;

	if (o->via && !privcmd && strcmp(o->via, "device") != 0)
		return fail(e, STATUS_USAGE,
			    "--via: %s is neither 'device' nor 'privcmd'",
			    quote_str(&q, o->via));
	if (o->number && !privcmd)
		return wrong(e, "--number is for --via privcmd; the driver has its own parameter, hypercall_nr");
	if (o->device && privcmd)
		return wrong(e, "--device and --via privcmd exclude each other");
	if (o->output.json && o->output.raw)
		return wrong(e, "--json and --raw exclude each other");
	if (o->verb && o->verb->alone && o->via)
		return wrong(e, "'doctor' looks at every way by itself, without --via");
	if (!o->only && !o->verb)
		return wrong(e, "what shall be called? Try 'alicectl ops'");
	ret = check_special(o, e);
	if (ret)
		return ret;
	return o->only ? check_only(o, e) : check_words(o, e);
}
