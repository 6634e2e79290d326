// SPDX-License-Identifier: GPL-2.0-only
/*
 * alicectl: call the ops that the hypervisor describes, from the command line.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "explain.h"
#include "text.h"
#include "value.h"
#include "verbs.h"

static const char usage[] =
"Usage: alicectl [OPTION]... ops               list what this hypervisor offers\n"
"       alicectl [OPTION]... info              say what driver and hypervisor are\n"
"       alicectl [OPTION]... help OP           say how an op is used\n"
"       alicectl [OPTION]... OP [FIELD=VALUE]...\n"
"       alicectl [OPTION]... call OP [FIELD=VALUE]...\n"
"                                              call an op, by its name or number\n"
"\n"
"Calls the ops that the hypervisor describes, through the device of the driver\n"
"alice. Where an op has the name of a verb, 'call' tells them apart.\n"
"\n"
"Options, before the verb or op:\n"
"  --json          write JSON instead of lines FIELD=VALUE\n"
"  --raw           take the request from standard input, where no FIELD=VALUE is\n"
"                  given, and write the answer, as the bytes that they are\n"
"  --device PATH   the device, if it is not " DEVICE_PATH "\n"
"  --via WAY       'device' (the default), or 'privcmd': make the hypercall as\n"
"                  the Xen toolstack does, as root, without the driver\n"
"  --number N      number of the hypercall, with --via privcmd\n"
"  --help          show this, and end\n"
"  --version       show the version, and end\n"
"\n"
"Values: a number is decimal, or hexadecimal after 0x. Text and bytes are the\n"
"text itself, hex:00ff (bytes), @FILE (what a file holds), @- (standard input)\n"
"or text:... (the text after it, whatever it begins with). An op with one field\n"
"takes the value alone, too.\n"
"\n"
"Exit status:\n"
"  0  done\n"
"  1  the driver or the hypervisor refused the op, or it failed\n"
"  2  the command line or a value is wrong; nothing was called\n"
"  3  there is no usable device: no Xen, no alice_op, no driver, or no permission\n"
"  4  what the hypervisor said of its ops, or answered, makes no sense\n"
"  5  a file could not be read, the output not be written, or memory ran out\n";

/**
 * struct options - the command line
 * @output: how answers are written
 * @device: path of the device, or NULL
 * @via: name of the backend, or NULL
 * @number: of the hypercall, or 0
 * @help: show the usage, and nothing else
 * @version: show the version, and nothing else
 * @verb: the verb and what follows, up to a NULL
 * @count: how many those are
 */
struct options {
	struct output output;
	const char *device;
	const char *via;
	unsigned int number;
	bool help;
	bool version;
	char *const *verb;
	unsigned int count;
};

static int wrong(struct err *e, const char *what)
{
	return fail(e, STATUS_USAGE, "%s; see 'alicectl --help'", what);
}

/*
 * A descriptor that is closed would be the next to be opened: what is printed
 * would go into the device.
 */
static void keep_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The wrong way, so that using it is the error it would be. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY
							 : O_RDONLY) != fd)
			exit(STATUS_IO);
	}
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

static int parse_options(struct options *o, int argc, char **argv,
			 struct err *e)
{
	enum { JSON = UCHAR_MAX + 1, RAW, DEVICE, VIA, NUMBER, HELP, VERSION };
	static const struct option known[] = {
		{ "json", no_argument, NULL, JSON },
		{ "raw", no_argument, NULL, RAW },
		{ "device", required_argument, NULL, DEVICE },
		{ "via", required_argument, NULL, VIA },
		{ "number", required_argument, NULL, NUMBER },
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, VERSION },
		{ 0 },
	};
	int c, ret;

	opterr = 0;
	/*
	 * "+": what follows the verb is an op's, a negative number perhaps.
	 * ":": a missing value is told from an unknown option.
	 */
	while ((c = getopt_long(argc, argv, "+:h", known, NULL)) != -1) {
		switch (c) {
		case JSON:
			o->output.json = true;
			break;
		case RAW:
			o->output.raw = true;
			break;
		case DEVICE:
			o->device = optarg;
			break;
		case VIA:
			o->via = optarg;
			break;
		case NUMBER:
			ret = parse_hypercall(o, optarg, e);
			if (ret)
				return ret;
			break;
		case 'h':
		case HELP:
			o->help = true;
			break;
		case VERSION:
			o->version = true;
			break;
		default:
			return wrong_option(argv, c, e);
		}
	}
	o->verb = argv + optind;
	o->count = (unsigned int)(argc - optind);
	return 0;
}

static int check_options(const struct options *o, struct err *e)
{
	bool privcmd = o->via && !strcmp(o->via, "privcmd");
	struct quoted q;

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
	return 0;
}

static int open_backend(struct backend *b, const struct options *o,
			struct err *e)
{
	if (o->via && !strcmp(o->via, "privcmd"))
		return privcmd_open(b, o->number, e);
	return device_open(b, o->device ? o->device : DEVICE_PATH, e);
}

static int run_ops(struct backend *b, const struct options *o, struct err *e)
{
	return verb_ops(b, &o->output, e);
}

static int run_info(struct backend *b, const struct options *o, struct err *e)
{
	return verb_info(b, &o->output, e);
}

static int run_help(struct backend *b, const struct options *o, struct err *e)
{
	return verb_help(b, &o->output, o->verb[1], e);
}

static int run_call(struct backend *b, const struct options *o, struct err *e)
{
	return verb_call(b, &o->output, o->verb[1], o->verb + 2, o->count - 2,
			 e);
}

static int run_op(struct backend *b, const struct options *o, struct err *e)
{
	return verb_call(b, &o->output, o->verb[0], o->verb + 1, o->count - 1,
			 e);
}

/**
 * struct verb - something to be told to do
 * @name: what it is called
 * @run: does it
 * @min: how many words there must be, itself included
 * @max: how many there may be
 * @raw: whether --raw means something
 */
struct verb {
	const char *name;
	int (*run)(struct backend *b, const struct options *o, struct err *e);
	unsigned int min;
	unsigned int max;
	bool raw;
};

static const struct verb verbs[] = {
	{ "ops", run_ops, 1, 1, false },
	{ "info", run_info, 1, 1, false },
	{ "help", run_help, 2, 2, false },
	{ "call", run_call, 2, UINT_MAX, true },
};

/* Any other word is an op. */
static const struct verb other = { NULL, run_op, 1, UINT_MAX, true };

static const struct verb *find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return &other;
}

static int check_verb(const struct verb *verb, const struct options *o,
		      struct err *e)
{
	struct quoted q;

	if (o->count < verb->min)
		return fail(e, STATUS_USAGE,
			    "'%s' needs the name or number of an op; 'alicectl ops' lists them",
			    verb->name);
	if (o->count > verb->max && o->verb[verb->max][0] == '-')
		return fail(e, STATUS_USAGE,
			    "options come first: put %s before '%s'",
			    quote_str(&q, o->verb[verb->max]), verb->name);
	if (o->count > verb->max)
		return fail(e, STATUS_USAGE,
			    "'%s' does not take %s; if an op of that name is meant, write 'call %s'",
			    verb->name, quote_str(&q, o->verb[verb->max]),
			    verb->name);
	if (o->output.raw && !verb->raw)
		return wrong(e, "--raw is for calling ops");
	return 0;
}

static int run(const struct options *o, struct err *e)
{
	const struct verb *verb;
	struct backend b;
	int ret;

	if (!o->count)
		return wrong(e, "what shall be called? Try 'alicectl ops'");
	verb = find_verb(o->verb[0]);
	ret = check_verb(verb, o, e);
	if (!ret)
		ret = open_backend(&b, o, e);
	if (ret)
		return ret;
	ret = verb->run(&b, o, e);
	b.close(&b);
	return ret;
}

/* Output that was not written is an error, however late it shows. */
static int close_output(int status)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (!fclose(stdout) && !failed)
		return status;
	/* Of an earlier failure errno is long gone. */
	(void)fprintf(stderr, "alicectl: cannot write the output%s%s\n",
		      errno ? ": " : "", errno ? strerror(errno) : "");
	return status ? status : STATUS_IO;
}

int main(int argc, char **argv)
{
	struct options o = { .output.file = stdout };
	struct err e = { "" };
	int status;

	keep_standard_files();
	(void)setlocale(LC_CTYPE, "");
	o.output.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");

	status = parse_options(&o, argc, argv, &e);
	if (!status && o.count == 1 && !strcmp(o.verb[0], "help"))
		o.help = true;
	if (!status && o.help)
		(void)fputs(usage, stdout);
	else if (!status && o.version)
		(void)puts("alicectl " ALICECTL_VERSION);
	else if (!status)
		status = check_options(&o, &e);
	if (!status && !o.help && !o.version)
		status = run(&o, &e);
	if (status) {
		(void)fflush(stdout);
		(void)fprintf(stderr, "alicectl: %s\n", e.text);
	}
	return close_output(status);
}
