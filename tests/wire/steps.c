// SPDX-License-Identifier: GPL-2.0-only
/*
 * steps TREE COPIES COMMAND...: runs a command, and copies TREE, to COPIES/1, COPIES/2 and so
 * on, before each system call by which the command or its children change TREE. So each copy
 * is what they would leave if they were killed there.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The system call has no such argument. */
#define NONE (-1)

/*
 * struct change - a system call that changes a file
 * @nr: its number
 * @fd: index of the argument with the file, or the directory for @path
 * @path: index of the argument with the path
 * @flags: index of the argument with the open flags
 */
struct change {
	long nr;
	int fd;
	int path;
	int flags;
};

static const struct change changes[] = {
	{ SYS_write, 0, NONE, NONE },
	{ SYS_writev, 0, NONE, NONE },
	{ SYS_pwrite64, 0, NONE, NONE },
	{ SYS_ftruncate, 0, NONE, NONE },
	{ SYS_fallocate, 0, NONE, NONE },
	{ SYS_sendfile, 0, NONE, NONE },
	{ SYS_copy_file_range, 2, NONE, NONE },
	{ SYS_ioctl, 0, NONE, NONE },
	{ SYS_fchmod, 0, NONE, NONE },
	{ SYS_fchown, 0, NONE, NONE },
	{ SYS_openat, 0, 1, 2 },
	{ SYS_renameat2, 0, 1, NONE },
	{ SYS_unlinkat, 0, 1, NONE },
	{ SYS_mkdirat, 0, 1, NONE },
	{ SYS_linkat, 2, 3, NONE },
	{ SYS_symlinkat, 1, 2, NONE },
	{ SYS_fchmodat, 0, 1, NONE },
	{ SYS_fchownat, 0, 1, NONE },
	{ SYS_utimensat, 0, 1, NONE },
	{ SYS_truncate, NONE, 0, NONE },
#ifdef SYS_open
	/* Old system calls that newer architectures do not have. */
	{ SYS_open, NONE, 0, 1 },
	{ SYS_rename, NONE, 0, NONE },
	{ SYS_unlink, NONE, 0, NONE },
	{ SYS_mkdir, NONE, 0, NONE },
	{ SYS_rmdir, NONE, 0, NONE },
	{ SYS_link, NONE, 1, NONE },
	{ SYS_symlink, NONE, 1, NONE },
	{ SYS_chmod, NONE, 0, NONE },
	{ SYS_chown, NONE, 0, NONE },
#endif
};

static const char *tree, *copies;
static unsigned int copied;

static bool in_tree(const char *path)
{
	size_t len = strlen(tree);

	return !strncmp(path, tree, len) && (!path[len] || path[len] == '/');
}

/* Read a link of the process in /proc. */
static void proc_link(pid_t pid, const char *name, char *to)
{
	char link[64];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/%d/%s", pid, name);
	len = readlink(link, to, PATH_MAX - 1);
	to[len < 0 ? 0 : len] = '\0';
}

/* Is this open file or directory of the process in the tree? */
static bool fd_in_tree(pid_t pid, int fd)
{
	char name[32] = "cwd", path[PATH_MAX];

	if (fd != AT_FDCWD)
		(void)snprintf(name, sizeof(name), "fd/%d", fd);
	proc_link(pid, name, path);
	return in_tree(path);
}

/* Read a string from the process's memory. */
static void read_string(pid_t pid, unsigned long at, char *to)
{
	char name[64];
	ssize_t len;
	int fd;

	(void)snprintf(name, sizeof(name), "/proc/%d/mem", pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : pread(fd, to, PATH_MAX - 1, (off_t)at);
	to[len < 0 ? 0 : len] = '\0';
	if (fd >= 0)
		(void)close(fd);
}

/* Would this system call change the tree? */
static bool does_change(pid_t pid, const struct change *c, const __uint64_t *args)
{
	const int changing = O_CREAT | O_TRUNC;
	int fd = c->fd == NONE ? AT_FDCWD : (int)args[c->fd];
	char path[PATH_MAX];

	if (c->flags != NONE && !((int)args[c->flags] & changing))
		return false;
	if (c->path == NONE || !args[c->path])
		return fd_in_tree(pid, fd);
	read_string(pid, args[c->path], path);
	return path[0] == '/' ? in_tree(path) : fd_in_tree(pid, fd);
}

static void copy_tree(void)
{
	char to[PATH_MAX];
	int status;
	pid_t pid;

	(void)snprintf(to, sizeof(to), "%s/%u", copies, ++copied);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		(void)execlp("cp", "cp", "-a", tree, to, (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		errx(2, "could not copy %s to %s", tree, to);
}

/* A process is stopped at a system call: copy the tree if it changes it. */
static void at_call(pid_t pid)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		if (changes[i].nr != (long)info.entry.nr)
			continue;
		if (does_change(pid, &changes[i], info.entry.args))
			copy_tree();
		return;
	}
}

/* Continue a stopped process. */
static void go_on(pid_t pid, int status)
{
	int sig = WSTOPSIG(status);

	if (sig == (SIGTRAP | 0x80)) {
		at_call(pid);
		sig = 0;
	} else if (sig == SIGTRAP || sig == SIGSTOP) {
		/* A stop by ptrace itself, or the first stop of a child. */
		sig = 0;
	}
	/* The process may have ended. */
	(void)ptrace(PTRACE_SYSCALL, pid, NULL, (long)sig);
}

static pid_t start(char **command)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) || raise(SIGSTOP))
			err(2, "ptrace");
		(void)execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, options) ||
	    ptrace(PTRACE_SYSCALL, pid, NULL, 0L))
		err(2, "no process can be traced here");
	return pid;
}

int main(int argc, char **argv)
{
	int status, result = 2;
	pid_t first, pid;

	if (argc < 4)
		errx(2, "usage: steps TREE COPIES COMMAND...");
	tree = argv[1];
	copies = argv[2];
	first = start(argv + 3);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			go_on(pid, status);
		else if (pid == first)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 2;
	}
	return result;
}
