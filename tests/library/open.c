// SPDX-License-Identifier: GPL-2.0-only
/* The device is opened. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parts.h"
#include "tap.h"

static const struct { const char *path; int code; const char *text; } paths[] = {
	{ "/nonexistent/alice", ENOENT, "there is no such device" },
	{ "/dev/null", ENOTTY, "'/dev/null' is not the device of alice" },
	{ "/", EISDIR, "cannot open '/': " },
};

static void test_open(void)
{
	struct alice_error e;
	int fd = open("/dev/null", O_RDWR), lowest;

	for (size_t i = 0; i < COUNT(paths); i++)
		ok(!alice_open(paths[i].path, &e) &&
		   said(&e, paths[i].code, ALICE_SYSTEM, paths[i].text), "open %s",
		   paths[i].path);
	ok(!alice_open_fd(fd, &e) && said(&e, ENOTTY, ALICE_SYSTEM, "is not the device"),
	   "a descriptor of something else");
	(void)setenv("ALICE_FD", "x", 1);
	ok(!alice_open(NULL, &e) &&
	   said(&e, EBADF, ALICE_SYSTEM, "ALICE_FD is 'x': it is not the number"),
	   "ALICE_FD that is no number");
	(void)setenv("ALICE_FD", "999", 1);
	ok(!alice_open(NULL, &e) && said(&e, EBADF, ALICE_SYSTEM, "ALICE_FD is '999': "),
	   "ALICE_FD of a descriptor that is not open");
	(void)unsetenv("ALICE_FD");
	lowest = dup(fd);
	is(lowest, fd + 1, "no descriptor is left open");
	(void)close(lowest);
	(void)close(fd);
	alice_close(NULL);
	alice_call_free(NULL);
}

static void test_errno_names(void)
{
	ok(!strcmp(alice_errno_name(EPERM), "EPERM") &&
	   !strcmp(alice_errno_name(ESTALE), "ESTALE") && !*alice_errno_name(0) &&
	   !*alice_errno_name(4000), "symbols of errnos");
}

void part_open(void)
{
	test_open();
	test_errno_names();
}
