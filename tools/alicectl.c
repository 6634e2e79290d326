// SPDX-License-Identifier: GPL-2.0-only
/*
 * alicectl: call the hypervisor's ops from the command line. Ops are known from the op table
 * only; except for top (stats) and watch (changed), no code knows a particular op.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alicectl.h"

static const char usage[] =
"Usage: alicectl [OPTION]... ops               list what this hypervisor offers\n"
"       alicectl [OPTION]... info              say what driver and hypervisor are\n"
"       alicectl [OPTION]... help OP|VERB      say how an op, an event or a verb\n"
"                                              is used\n"
"       alicectl [OPTION]... OP [FIELD=VALUE]...\n"
"       alicectl [OPTION]... call OP [FIELD=VALUE]...\n"
"                                              call an op, by its name or number\n"
"       alicectl [OPTION]... table OP [FIELD=VALUE]... [FIELD=]FIRST..[LAST]\n"
"                                              a line for each value of a range\n"
"       alicectl [OPTION]... batch [FILE]      call many ops, one a line of FILE\n"
"                                              or standard input\n"
"       alicectl [OPTION]... top               show how often each op is called\n"
"       alicectl [OPTION]... watch [EVENT]...  show events as they come\n"
"       alicectl [OPTION]... doctor            say what is missing for a call,\n"
"                                              and the command that fixes it\n"
"       alicectl --only OP[,OP]... -- COMMAND [ARGUMENT]...\n"
"                                              run COMMAND with a device that is\n"
"                                              restricted to these ops\n"
"\n"
"Calls the ops that the hypervisor describes, through the driver alice. If an op\n"
"has the name of a verb, write 'call OP'.\n"
"\n"
"Options, anywhere before '--':\n"
"  --json          write JSON instead of lines FIELD=VALUE\n"
"  --raw           write the answer as raw bytes; without FIELD=VALUE, read the\n"
"                  request as raw bytes from standard input\n"
"  --device PATH   the device, if it is not /dev/alice\n"
"  --via WAY       'device' (the default), or 'privcmd': make the hypercall as\n"
"                  the Xen toolstack does, as root, without the driver\n"
"  --number N      number of the hypercall, with --via privcmd or doctor\n"
"  --only OPS      names or numbers, separated by commas; COMMAND gets the device\n"
"                  as file descriptor 3, and its number in ALICE_FD\n"
"  --stop-on-error end a batch with the first op that fails\n"
"  --interval S    top: seconds from one round to the next (1)\n"
"  --count N       end after N rounds of top, or N events of watch\n"
"  --timeout S     watch: end after S seconds\n"
"  --help          show this, or how a verb or an op is used, and end\n"
"  --version       show the versions of this program, of the driver and of the\n"
"                  hypervisor's ABI, as far as they are there, and end\n"
"\n"
"Values: a number is decimal, or hexadecimal after 0x. Text and bytes are the\n"
"text itself, hex:00ff (bytes), @FILE (contents of a file), @- (standard input)\n"
"or text:... (text that may begin with one of these). An op with one field\n"
"also takes the value alone.\n"
"\n"
"Lines of a batch: [call] OP [FIELD=VALUE]... Quotes, backslashes and comments\n"
"('#') work as in a shell; nothing is expanded.\n"
"\n"
"Environment: ALICE_FD is the number of an open descriptor of the device, to be\n"
"used instead of opening the device.\n"
"\n"
"Exit status:\n"
"  0  done\n"
"  1  the driver or the hypervisor refused the op, or it failed; doctor found a\n"
"     problem; watch did not see all events in time\n"
"  2  the command line or a value is wrong; nothing was called\n"
"  3  there is no usable device: no Xen, no alice_op, no driver, or no permission\n"
"  4  the hypervisor's description of an op, or an answer, is invalid\n"
"  5  a file could not be read or the output not written, or memory ran out\n"
"With --only it is COMMAND's: 126 if it cannot be run, 127 if it is not found.\n";

/* Limits of --interval and --timeout. */
#define SECONDS_MIN 0.01
#define SECONDS_MAX 86400.0

enum option {
	JSON, RAW, DEVICE, VIA, NUMBER, ONLY, STOP, INTERVAL, TIMEOUT, COUNT, HELP, VERSION
};

#define BIT(option) (1u << (option))
/* Options that select the device. */
#define WAY (BIT(DEVICE) | BIT(VIA) | BIT(NUMBER))

static const struct {
	const char *name;
	bool value;
} options[] = {
	[JSON] = { "json", false },
	[RAW] = { "raw", false },
	[DEVICE] = { "device", true },
	[VIA] = { "via", true },
	[NUMBER] = { "number", true },
	[ONLY] = { "only", true },
	[STOP] = { "stop-on-error", false },
	[INTERVAL] = { "interval", true },
	[TIMEOUT] = { "timeout", true },
	[COUNT] = { "count", true },
	[HELP] = { "help", false },
	[VERSION] = { "version", false },
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static const struct verb verbs[] = {
	{ "ops", run_ops, 0, 0, WAY | BIT(JSON), false,
	  "Usage: alicectl ops [--json]\n"
	  "Lists the ops of this hypervisor: number, name and arguments, whether the driver\n"
	  "lets you call it, flags, and a summary. 'alicectl help OP' says more.\n"
	  "Below are the events and their fields; 'alicectl watch' shows them as they come.\n" },
	{ "info", run_info, 0, 0, WAY | BIT(JSON), false,
	  "Usage: alicectl info [--json]\n"
	  "Says what driver and hypervisor offer, and what the driver counted.\n" },
	{ "help", run_help, 0, 2, WAY | BIT(JSON), false,
	  "Usage: alicectl help VERB\n"
	  "       alicectl help [call] OP [--json]\n"
	  "Says how a verb or an op is used; with 'call', an op that has a verb's name.\n" },
	{ "call", run_call, 1, UINT_MAX, WAY | BIT(JSON) | BIT(RAW), false,
	  "Usage: alicectl call OP [FIELD=VALUE]... [--json | --raw]\n"
	  "Calls an op, also one that has the name of a verb.\n" },
	{ "table", run_table, 2, UINT_MAX, WAY | BIT(JSON), false,
	  "Usage: alicectl table OP [FIELD=VALUE]... [FIELD=]FIRST..[LAST] [--json]\n"
	  "Calls an op once for each value of a field from FIRST to LAST, or without LAST\n"
	  "until it answers ENOENT, and writes a line for each answer.\n" },
	{ "batch", run_batch, 0, 1, WAY | BIT(JSON) | BIT(RAW) | BIT(STOP), false,
	  "Usage: alicectl batch [FILE] [--stop-on-error] [--json | --raw]\n"
	  "Calls many ops, one a line of FILE or standard input: OP [FIELD=VALUE]...\n" },
	{ "top", run_top, 0, 0, WAY | BIT(JSON) | BIT(INTERVAL) | BIT(COUNT), false,
	  "Usage: alicectl top [--interval SECONDS] [--count ROUNDS] [--json]\n"
	  "Shows how many calls per second each op gets, over all domains.\n" },
	{ "watch", run_watch, 0, UINT_MAX, WAY | BIT(JSON) | BIT(COUNT) | BIT(TIMEOUT), false,
	  "Usage: alicectl watch [EVENT]... [--count EVENTS] [--timeout SECONDS] [--json]\n"
	  "Shows events as they come, a line each: the named ones, or all that you may have.\n" },
	{ "doctor", run_doctor, 0, 0, BIT(JSON) | BIT(DEVICE) | BIT(NUMBER), true,
	  "Usage: alicectl doctor [--device PATH] [--number N] [--json]\n"
	  "Checks each step from Xen to a call, and says how to fix what is wrong.\n" },
};

/* Any word that is not a verb is an op. */
static const struct verb op_verb = {
	NULL, run_op, 1, UINT_MAX, WAY | BIT(JSON) | BIT(RAW), false, NULL
};

static const struct verb only_verb = {
	NULL, run_only, 1, UINT_MAX, BIT(DEVICE) | BIT(VIA) | BIT(ONLY), false, NULL
};

const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/* Suggest a verb for a mistyped one. Return: its name, or NULL. */
const char *verb_nearest(const char *typed)
{
	const char *name[sizeof(verbs) / sizeof(verbs[0])];
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		name[i] = verbs[i].name;
	return alice_nearest(typed, name, (unsigned int)i);
}

/* Set the text of an error. Return: @status. */
int fail(struct alice_error *e, int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	/* cppcheck-suppress ctuuninitvar ; the text is written here, and not read */
	(void)vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	return status;
}

int no_memory(struct alice_error *e)
{
	return fail(e, STATUS_IO, "memory ran out");
}

/* The exit status for an error from the library. */
int status_of(const struct alice_error *e)
{
	switch (e->who) {
	case ALICE_CALLER:
		return STATUS_USAGE;
	case ALICE_SYSTEM:
		return e->code == ENOMEM ? STATUS_IO : STATUS_NO_DEVICE;
	case ALICE_DRIVER:
		return e->code == EBADMSG ? STATUS_NONSENSE :
		       e->code == ENODEV || e->code == ENXIO ? STATUS_NO_DEVICE
							     : STATUS_REFUSED;
	case ALICE_XEN:
		/* EAGAIN: the op table cannot be read. */
		return e->code == EBADMSG ? STATUS_NONSENSE :
		       e->code == EAGAIN ? STATUS_NO_DEVICE : STATUS_REFUSED;
	default:
		return STATUS_REFUSED;
	}
}

/* ---- The command line ---- */

static int wrong(struct alice_error *e, const char *what)
{
	return fail(e, STATUS_USAGE, "%s; see 'alicectl --help'", what);
}

static bool number(const char *text, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	/* Not base 0: a leading zero does not mean octal. */
	*value = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	return *text >= '0' && *text <= '9' && !*end && !errno && *value && *value <= most;
}

static int take_seconds(const char *name, const char *text, double *value,
			struct alice_error *e)
{
	char *end;

	*value = strtod(text, &end);
	/* NaN fails both comparisons. */
	if (end != text && !*end && *value >= SECONDS_MIN && *value <= SECONDS_MAX)
		return 0;
	return fail(e, STATUS_USAGE, "--%s: '%.80s' is not a number of seconds from %g to %g",
		    name, text, SECONDS_MIN, SECONDS_MAX);
}

static int take_option(struct options *o, enum option option, const char *value,
		       struct alice_error *e)
{
	uint64_t n;

	o->given |= BIT(option);
	switch (option) {
	case JSON: o->json = true; break;
	case RAW: o->raw = true; break;
	case STOP: o->stop_on_error = true; break;
	case HELP: o->help = true; break;
	case VERSION: o->version = true; break;
	case DEVICE: o->device = value; break;
	case VIA: o->via = value; break;
	case ONLY: o->only = value; break;
	case NUMBER:
		if (!number(value, INT_MAX, &n))
			return fail(e, STATUS_USAGE,
				    "--number: '%.80s' is not the number of a hypercall", value);
		o->number = (unsigned int)n;
		break;
	case INTERVAL: return take_seconds("interval", value, &o->interval, e);
	case TIMEOUT: return take_seconds("timeout", value, &o->timeout, e);
	case COUNT:
		if (!number(value, UINT64_MAX, &n))
			return fail(e, STATUS_USAGE,
				    "--count: '%.80s' is not a number of 1 or more", value);
		o->rounds = n;
		break;
	}
	return 0;
}

/* Parse the option at argv[*i], and its value, which can be the next argument. */
static int parse_option(struct options *o, char **argv, int *i, struct alice_error *e)
{
	const char *arg = argv[*i], *name = arg + 2;
	size_t len = strcspn(name, "="), option = 0;
	const char *value = name[len] ? name + len + 1 : NULL;

	if (!strcmp(arg, "-h"))
		return take_option(o, HELP, NULL, e);
	while (option < OPTIONS && (arg[1] != '-' || strlen(options[option].name) != len ||
				    strncmp(options[option].name, name, len) != 0))
		option++;
	if (option == OPTIONS || (value && !options[option].value))
		return fail(e, STATUS_USAGE, "there is no option '%.80s'; see 'alicectl --help'",
			    arg);
	if (options[option].value && !value) {
		value = argv[*i + 1];
		if (!value)
			return fail(e, STATUS_USAGE,
				    "'%s' needs a value; see 'alicectl --help'", arg);
		++*i;
	}
	return take_option(o, (enum option)option, value, e);
}

/* After the op, an argument with a single '-' is a value, such as a negative number. */
static int parse(struct options *o, char **argv, struct alice_error *e)
{
	bool ended = false;
	int i, ret = 0;

	o->interval = 1;
	o->separated = UINT_MAX;
	for (i = 1; !ret && argv[i]; i++) {
		bool option = !strncmp(argv[i], "--", 2) || !strcmp(argv[i], "-h") ||
			      (!o->count && argv[i][0] == '-' && argv[i][1]);

		if (ended || !option) {
			o->word[o->count++] = argv[i];
		} else if (!strcmp(argv[i], "--")) {
			ended = true;
			o->separated = o->count;
		} else {
			ret = parse_option(o, argv, &i, e);
		}
	}
	return ret;
}

static bool privcmd(const struct options *o)
{
	return o->via && !strcmp(o->via, "privcmd");
}

static int check_words(const struct options *o, const struct verb *verb,
		       struct alice_error *e)
{
	if (o->count - 1 < verb->min)
		return fail(e, STATUS_USAGE,
			    "'%s' needs %s; see 'alicectl %s --help'", verb->name,
			    verb->min == 1 ? "the name or number of an op"
					   : "an op, and the range of a field", verb->name);
	if (o->count - 1 <= verb->max)
		return 0;
	return fail(e, STATUS_USAGE,
		    "'%s' takes no '%.80s'; see 'alicectl %s --help'. If an op of that name is meant, write 'call %s'",
		    verb->name, o->word[1 + verb->max], verb->name, verb->name);
}

/* With --only, the words after "--" are a command. */
static int check_only(const struct options *o, struct alice_error *e)
{
	if (privcmd(o))
		return wrong(e, "--only needs the driver, and --via privcmd bypasses it");
	if (!o->count)
		return wrong(e, "--only needs a command: 'alicectl --only OP,OP -- COMMAND'");
	if (o->separated)
		return wrong(e, "--only is for a command, after '--': 'alicectl --only OP,OP -- COMMAND'");
	return 0;
}

/* Check that the options and arguments fit together. */
static int check(const struct options *o, const struct verb *verb, struct alice_error *e)
{
	size_t option;

	if (o->via && !privcmd(o) && strcmp(o->via, "device") != 0)
		return fail(e, STATUS_USAGE, "--via: '%.80s' is neither 'device' nor 'privcmd'",
			    o->via);
	if (verb == &only_verb && check_only(o, e))
		return STATUS_USAGE;
	for (option = 0; option < OPTIONS; option++)
		if (o->given & BIT(option) & ~verb->options & ~BIT(HELP))
			return fail(e, STATUS_USAGE, "'%s' does not take --%s; see 'alicectl --help'",
				    verb == &only_verb ? "--only" : o->word[0],
				    options[option].name);
	if (o->number && !privcmd(o) && !verb->alone)
		return wrong(e, "--number is for --via privcmd; the driver has its own parameter, hypercall_nr");
	if (o->device && privcmd(o))
		return wrong(e, "--device and --via privcmd exclude each other");
	if (o->json && o->raw)
		return wrong(e, "--json and --raw exclude each other");
	return verb->name && !o->op ? check_words(o, verb, e) : 0;
}

/* ---- Run it ---- */

static int run(const struct options *o, const struct verb *verb, struct alice_error *e)
{
	struct alice *a = NULL;
	int ret = 0;

	if (privcmd(o))
		ret = privcmd_open(&a, o, e);
	else if (!verb->alone)
		a = alice_open(o->device, e);
	if (!ret && !a && !verb->alone)
		ret = e->code == ENOMEM ? STATUS_IO : STATUS_NO_DEVICE;
	if (!ret)
		ret = verb->run(a, o, e);
	alice_close(a);
	return ret;
}

/*
 * Choose the verb. "help OP", "OP --help" and "call OP --help" run the verb help, which needs
 * the op table. Help for a verb, and general help, is printed here: the verb is NULL then.
 */
static int choose(struct options *o, const struct verb **verb, struct alice_error *e)
{
	const struct verb *help = verb_find("help");
	unsigned int at = 0, last;

	*verb = o->only ? &only_verb : o->count ? verb_find(o->word[0]) : NULL;
	if (*verb == help && !(o->help && o->count == 1)) {
		o->help = true;
		at = 1;
		last = o->count > 1 && !strcmp(o->word[1], "call") ? 2 : 1;
		if (o->count > last + 1)
			return fail(e, STATUS_USAGE, "help is for one op or verb: leave '%.80s' out",
				    o->word[last + 1]);
	}
	if (!o->help) {
		*verb = *verb || !o->count ? *verb : &op_verb;
		return 0;
	}
	if (at < o->count && !strcmp(o->word[at], "call") && at + 1 < o->count)
		o->op = o->word[at + 1];
	else if (at < o->count && !verb_find(o->word[at]))
		o->op = o->word[at];
	*verb = o->op ? help : NULL;
	if (!o->op)
		(void)fputs(at < o->count ? verb_find(o->word[at])->usage : usage, stdout);
	return 0;
}

static int do_options(struct options *o, struct alice_error *e)
{
	const struct verb *verb;
	int ret;

	if (o->version) {
		show_version(o);
		return 0;
	}
	if (!o->count && !o->only && !o->help)
		return wrong(e, "name an op or a verb: try 'alicectl ops'");
	/* Show general help, not help for the command. */
	if (o->only && o->help)
		o->count = 0;
	ret = choose(o, &verb, e);
	if (!ret && verb)
		ret = check(o, verb, e);
	return ret || !verb ? ret : run(o, verb, e);
}

/*
 * If one of the standard descriptors is closed, open() could return it, and output would go
 * to the device.
 */
static void keep_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* In the wrong mode, so that using it still fails. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			exit(STATUS_IO);
	}
}

/* Write errors can show up as late as in fclose(). */
static int close_output(int status)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (!fclose(stdout) && !failed)
		return status;
	/* errno of an earlier failure is lost. */
	(void)fprintf(stderr, "alicectl: cannot write the output%s%s\n", errno ? ": " : "",
		      errno ? strerror(errno) : "");
	return status ? status : STATUS_IO;
}

int main(int argc, char **argv)
{
	struct alice_error e = { .text = "" };
	struct options o = { .argv = argv, .word = calloc((size_t)argc + 1, sizeof(*o.word)) };
	int status, i;

	keep_standard_files();
	/* stderr is unbuffered by default: a write() per line, not per call. */
	(void)setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	for (i = 1; i < argc; i++)
		need_locale(argv[i], strlen(argv[i]));
	status = o.word ? parse(&o, argv, &e) : no_memory(&e);
	if (!status)
		status = do_options(&o, &e);
	if (status && e.text[0]) {
		(void)fflush(stdout);
		(void)fputs("alicectl: ", stderr);
		show_text(stderr, e.text, sizeof(e.text));
		(void)fputc('\n', stderr);
	}
	free(o.word);
	return close_output(status);
}
