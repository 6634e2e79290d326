// SPDX-License-Identifier: GPL-2.0-only
#include "hostile.h"
#include "device.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_OPS 1024

/* The largest struct alice_op that the driver accepts. */
#define WIDE_SIZE 4096

const char *const hostility_names[HOSTILITIES] = {
	[NOBODY] = "nobody",
	[SPIN] = "a program that computes",
	[LARGE] = "batches of 1024 x 65536 bytes",
	[PAGES] = "batches of 1024 x 4096 bytes",
	[SMALL] = "batches of 1024 x nothing",
	[WIDE] = "batches of 1024 structures of 4096 bytes",
	[STATS] = "batches of 1024 stats",
	[HELLOS] = "hellos",
	[WRONG] = "refused requests",
};

/* How many rounds the process that was started last has done. */
static atomic_uint *rounds;

static struct alice_op ops[MOST_OPS];
static int32_t results[MOST_OPS];
static uint8_t in[XEN_ALICE_LEN_DEFAULT], out[XEN_ALICE_LEN_DEFAULT];
static const uint32_t cmd_hello = XEN_ALICE_OP_HELLO;

static void batch(int fd, const void *from, uint32_t op_size)
{
	const struct alice_batch request = {
		.ops = ptr(from),
		.results = ptr(results),
		.count = MOST_OPS,
		.op_size = op_size,
	};

	do_ioctl(fd, ALICE_IOC_BATCH, &request);
}

/* Set all ops to this one. */
static void alike(struct alice_op op)
{
	for (unsigned int i = 0; i < MOST_OPS; i++)
		ops[i] = op;
}

/* Make requests with every fault, one after the other. */
static void be_wrong(int fd)
{
	const struct alice_op refused[] = {
		{ .cmd = 1000 },
		{ .cmd = 1024 },
		{ .cmd = XEN_ALICE_OP_BATCH },
		{ .cmd = XEN_ALICE_OP_RESET_STATS },
		{ .cmd = XEN_ALICE_OP_ECHO, .flags = 1 },
		{ .cmd = XEN_ALICE_OP_ECHO, .in_len = UINT32_MAX },
		{ .cmd = XEN_ALICE_OP_ECHO, .in_len = 64, .in = ptr(unmapped()) },
		{ .cmd = XEN_ALICE_OP_WHOAMI, .out_len = 64, .out = ~0ull },
		{ .cmd = XEN_ALICE_OP_VERSION, .out_len = 1, .out = ptr(out) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		op_ioctl(fd, &refused[i]);
		alike(refused[i]);
		batch(fd, ops, sizeof(ops[0]));
	}
	do_ioctl(fd, ALICE_IOC_BATCH, unmapped());
	do_ioctl(fd, _IOC(_IOC_WRITE, ALICE_IOC_TYPE, 3, 4096), in);
	do_ioctl(fd, _IO(ALICE_IOC_TYPE, 99), NULL);
}

static struct alice_op echo_of(uint32_t len)
{
	return (struct alice_op){
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = len, .in = ptr(in),
		.out_len = len, .out = ptr(out),
	};
}

static void prepare(enum hostility what)
{
	switch (what) {
	case LARGE:
		alike(echo_of(XEN_ALICE_LEN_DEFAULT));
		break;
	case PAGES:
		alike(echo_of(4096));
		break;
	case SMALL:
		alike(echo_of(0));
		break;
	case STATS:
		alike((struct alice_op){
			.cmd = XEN_ALICE_OP_STATS,
			.in_len = sizeof(cmd_hello), .in = ptr(&cmd_hello),
			.out_len = sizeof(out), .out = ptr(out),
		});
		break;
	default:
		alike((struct alice_op){ .cmd = XEN_ALICE_OP_HELLO });
	}
}

/* Echoes without payload, in the largest structures. */
static void *wide_ops(void)
{
	void *wide = mmap(NULL, MOST_OPS * WIDE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (wide == MAP_FAILED)
		err(2, "mmap");
	for (unsigned int i = 0; i < MOST_OPS; i++)
		*(struct alice_op *)(void *)((uint8_t *)wide + i * WIDE_SIZE) =
			(struct alice_op){ .cmd = XEN_ALICE_OP_ECHO };
	return wide;
}

static void be(enum hostility what)
{
	int fd = device_open(O_RDWR);
	/* All kinds of processes allocate it, so that killing any of them takes as long. */
	void *wide = wide_ops();

	prepare(what);
	for (;;) {
		if (what == WRONG)
			be_wrong(fd);
		else if (what == WIDE)
			batch(fd, wide, WIDE_SIZE);
		else if (what != SPIN)
			batch(fd, ops, sizeof(ops[0]));
		if (what == HELLOS)
			op_ioctl(fd, &ops[0]);
		atomic_fetch_add(rounds, 1);
	}
}

/* Start a hostile process. */
pid_t hostile_start(enum hostility what)
{
	pid_t pid;

	if (!rounds) {
		rounds = mmap(NULL, sizeof(*rounds), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (rounds == MAP_FAILED)
			err(2, "mmap");
	}
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	be(what);
	_exit(0);
}

/* Wait until the started processes make calls. */
void hostile_wait(unsigned int count)
{
	unsigned int from = atomic_load(rounds);

	while (atomic_load(rounds) - from < 2 * count)
		usleep(1000);
}

void hostile_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	if (waitpid(pid, NULL, 0) != pid)
		err(2, "waitpid");
}
