// SPDX-License-Identifier: MIT
/*
 * Run a program that may call two ops only: open the device, restrict it to echo and
 * whoami, and start the program with it as descriptor 3.
 *
 *	$ ./restrict alicectl whoami
 *	$ ./restrict alicectl hello
 *	alicectl: hello was refused by the driver: ...
 *
 * alicectl finds the descriptor by the environment variable ALICE_FD; your own program
 * can simply use 3.
 *
 * Only this descriptor is restricted.  If the program has permission to open /dev/alice
 * itself, that gives it an unrestricted one: run it as a user who is not in the group
 * alice.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/alice.h>

#define CMD_ECHO 3
#define CMD_WHOAMI 4

#define CHILD_FD 3

static int open_restricted(void)
{
	static const __u32 cmds[] = { CMD_ECHO, CMD_WHOAMI };
	struct alice_restrict restriction = {
		.cmds = (uintptr_t)cmds,
		.count = sizeof(cmds) / sizeof(cmds[0]),
	};
	int fd = open("/dev/alice", O_RDWR | O_CLOEXEC);

	if (fd >= 0 && ioctl(fd, ALICE_IOC_RESTRICT, &restriction)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* Execute the program, with the device as descriptor 3. */
static void become(int fd, char **command)
{
	/* dup2() clears close-on-exec, but not if both numbers are the same. */
	if (fd == CHILD_FD ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, CHILD_FD) < 0)
		perror("descriptor 3");
	else if (setenv("ALICE_FD", "3", 1))
		perror("ALICE_FD");
	else if (execvp(command[0], command))
		perror(command[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	int fd, status;
	pid_t child;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: restrict COMMAND [ARGUMENT]...\n");
		return 2;
	}
	fd = open_restricted();
	if (fd < 0) {
		perror("/dev/alice");
		return 1;
	}
	child = fork();
	if (!child)
		become(fd, argv + 1);
	(void)close(fd);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror(argv[1]);
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
