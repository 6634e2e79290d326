// SPDX-License-Identifier: MIT
/*
 * Pass a descriptor of the device, restricted to whoami, to another process through a
 * socket.  The other process needs no permission on /dev/alice, so a service can give
 * each client just the ops that it may call.
 *
 *	$ ./pass
 *	the client's whoami: 32 bytes
 *	the client's hello: Permission denied
 *
 * In this example, the two are a parent and its child.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/alice.h>

#define CMD_HELLO 0
#define CMD_WHOAMI 4

/* A message of one byte that carries one descriptor. */
union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

static void message_init(struct msghdr *message, struct iovec *byte,
			 union control *control)
{
	static char text = 'a';

	(void)memset(control, 0, sizeof(*control));
	byte->iov_base = &text;
	byte->iov_len = 1;
	(void)memset(message, 0, sizeof(*message));
	message->msg_iov = byte;
	message->msg_iovlen = 1;
	message->msg_control = control->room;
	message->msg_controllen = sizeof(control->room);
}

/* Returns 0, or -1 with errno. */
static int send_fd(int socket, int fd)
{
	struct msghdr message;
	struct cmsghdr *header;
	union control control;
	struct iovec byte;

	message_init(&message, &byte, &control);
	header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	(void)memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* Returns the descriptor, or -1 with errno. */
static int receive_fd(int socket)
{
	struct msghdr message;
	struct cmsghdr *header;
	union control control;
	struct iovec byte;
	int fd = -1;

	message_init(&message, &byte, &control);
	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS) {
		errno = EBADMSG;
		return -1;
	}
	(void)memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* The service: open the device, restrict it and send it. */
static int serve(int socket)
{
	static const __u32 cmds[] = { CMD_WHOAMI };
	struct alice_restrict restriction = {
		.cmds = (uintptr_t)cmds,
		.count = sizeof(cmds) / sizeof(cmds[0]),
	};
	int fd = open("/dev/alice", O_RDWR | O_CLOEXEC);
	int ret = -1;

	if (fd < 0)
		return -1;
	/* Restrict before sending. */
	if (!ioctl(fd, ALICE_IOC_RESTRICT, &restriction))
		ret = send_fd(socket, fd);
	(void)close(fd);
	return ret;
}

static void show_call(int fd, const char *name, __u32 cmd)
{
	char answer[64];
	struct alice_op op = {
		.cmd = cmd,
		.out_len = sizeof(answer),
		.out = (uintptr_t)answer,
	};
	int ret = ioctl(fd, ALICE_IOC_OP, &op);

	if (ret < 0)
		(void)printf("the client's %s: %s\n", name, strerror(errno));
	else
		(void)printf("the client's %s: %d bytes\n", name, ret);
}

/* The client: receive the device and use it. */
static int use(int socket)
{
	int fd = receive_fd(socket);

	if (fd < 0) {
		perror("no device came");
		return 1;
	}
	show_call(fd, "whoami", CMD_WHOAMI);
	show_call(fd, "hello", CMD_HELLO);
	(void)close(fd);
	return fflush(stdout) ? 1 : 0;
}

int main(void)
{
	int sockets[2], status = 1;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets)) {
		perror("socketpair");
		return 1;
	}
	child = fork();
	if (!child) {
		(void)close(sockets[0]);
		_exit(use(sockets[1]));
	}
	(void)close(sockets[1]);
	if (child < 0 || serve(sockets[0]))
		perror("/dev/alice");
	(void)close(sockets[0]);
	if (child > 0 && waitpid(child, &status, 0) != child)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
