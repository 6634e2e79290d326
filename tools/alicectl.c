// SPDX-License-Identifier: GPL-2.0-only
/*
 * alicectl: call the ops that the hypervisor describes, from the command line.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "explain.h"
#include "only.h"
#include "options.h"
#include "verbs.h"

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

static int open_backend(struct backend *b, const struct options *o,
			struct err *e)
{
	const char *fd = getenv(DEVICE_FD_VARIABLE);

	if (options_privcmd(o))
		return privcmd_open(b, o->number, e);
	/* Whoever hands a descriptor down may have restricted it. */
	if (fd && !o->device)
		return device_inherit(b, fd, e);
	return device_open(b, options_device(o), e);
}

static int run(const struct options *o, struct err *e)
{
	struct backend b;
	int ret;

	if (o->verb && o->verb->alone)
		return o->verb->run(NULL, o, e);
	ret = open_backend(&b, o, e);
	if (ret)
		return ret;
	ret = o->only ? run_only(&b, o->only, o->words, e)
		      : o->verb->run(&b, o, e);
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

	status = options_parse(&o, argc, argv, &e);
	if (!status && o.name && !o.count && !strcmp(o.name, "help"))
		o.help = true;
	if (!status && o.help)
		(void)fputs(usage, stdout);
	else if (!status && o.version)
		verb_version(&o.output, options_device(&o));
	else if (!status)
		status = options_check(&o, &e);
	if (!status && !o.help && !o.version)
		status = run(&o, &e);
	if (status) {
		(void)fflush(stdout);
		(void)fprintf(stderr, "alicectl: %s\n", e.text);
	}
	return close_output(status);
}
