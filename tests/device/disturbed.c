// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process calls all the time, and is frozen, stopped or interrupted meanwhile: it never
 * gets EINTR, and no call is lost or made twice.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 300
#define COUNT 300
#define CGROUPS "/tmp/alice-cgroups"
#define CGROUP CGROUPS "/alice-disturbed"

/* Results of the process, in shared memory. */
static struct told {
	atomic_bool stop;
	atomic_uint calls;	/* of single ops */
	atomic_uint attempted;	/* ops of batches */
	atomic_uint batches;
	atomic_uint shorter;	/* batches that ended early */
	atomic_uint interrupted;
	atomic_uint wrong;	/* any other errno, or answer */
	atomic_uint handled;	/* signals */
} *told;

static void on_alarm(int number)
{
	(void)number;
	told->handled++;
}

/* Send a signal every millisecond. */
static void alarms(int flags)
{
	const struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };

	if (sigaction(SIGALRM, &action, NULL) || setitimer(ITIMER_REAL, &often, NULL))
		err(2, "an interval timer");
}

static void single(int fd, uint32_t len)
{
	static uint8_t in[20000], out[20000];
	int n = op_call(fd, XEN_ALICE_OP_ECHO, in, len, out, len);

	told->calls++;
	told->interrupted += n == -EINTR;
	told->wrong += n != -EINTR && n != (int)len;
}

/* As programs do it: send the rest again. */
static void batch(int fd)
{
	static struct alice_op ops[COUNT];
	static int32_t results[COUNT];
	static uint8_t in[100], out[100];
	struct alice_batch batch = {
		.op_size = sizeof(*ops),
	};
	uint32_t done = 0;

	for (uint32_t i = 0; i < COUNT; i++)
		ops[i] = (struct alice_op){
			.cmd = XEN_ALICE_OP_ECHO,
			.in_len = i % 3 ? sizeof(in) : 0,
			.out_len = sizeof(out),
			.in = ptr(in),
			.out = ptr(out),
		};
	while (done < COUNT) {
		int n;

		batch.ops = ptr(ops + done);
		batch.results = ptr(results + done);
		batch.count = COUNT - done;
		n = do_ioctl(fd, ALICE_IOC_BATCH, &batch);
		told->interrupted += n == -EINTR;
		if (n <= 0) {
			told->wrong += n != -EINTR;
			break;
		}
		told->batches++;
		told->shorter += (uint32_t)n < COUNT - done;
		done += (uint32_t)n;
	}
	told->attempted += done;
	for (uint32_t i = 0; i < done; i++)
		told->wrong += results[i] != (int)ops[i].in_len;
}

static void call_all_the_time(int fd)
{
	while (!told->stop) {
		single(fd, 0);
		single(fd, 100);
		single(fd, 20000);
		batch(fd);
	}
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err(2, "%s", path);
	close(fd);
}

/* Put the process into a cgroup that can be frozen. */
static void freezer_setup(pid_t pid)
{
	char text[16];

	mkdir(CGROUPS, 0700);
	if (access(CGROUPS "/cgroup.procs", F_OK) &&
	    mount("cgroup2", CGROUPS, "cgroup2", 0, NULL))
		err(2, "cgroup2");
	mkdir(CGROUP, 0700);
	snprintf(text, sizeof(text), "%d", (int)pid);
	put(CGROUP "/cgroup.procs", text);
}

static void freeze(pid_t pid, bool on)
{
	(void)pid;
	put(CGROUP "/cgroup.freeze", on ? "1" : "0");
}

static void stop(pid_t pid, bool on)
{
	kill(pid, on ? SIGSTOP : SIGCONT);
}

static void leave(pid_t pid, bool on)
{
	(void)pid;
	(void)on;
}

static const struct {
	const char *name;
	void (*setup)(pid_t pid);
	void (*disturb)(pid_t pid, bool on);
	bool alarms;
	int flags;
} ways[] = {
	{ "a freezer", freezer_setup, freeze, false, 0 },
	{ "SIGSTOP and SIGCONT", NULL, stop, false, 0 },
	{ "a handler with SA_RESTART", NULL, leave, true, SA_RESTART },
	{ "a handler without SA_RESTART", NULL, leave, true, 0 },
};

/* Let the process run, disturb it, and end it. */
static void disturb(unsigned int way, int fd)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		if (ways[way].alarms)
			alarms(ways[way].flags);
		call_all_the_time(fd);
		_exit(0);
	}
	if (ways[way].setup)
		ways[way].setup(pid);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		ways[way].disturb(pid, true);
		usleep(1000 + 13 * i);
		ways[way].disturb(pid, false);
		usleep(1000 + 7 * i);
	}
	told->stop = true;
	if (waitpid(pid, &status, 0) != pid || status)
		errx(2, "%s: the process ended by status %#x", ways[way].name, status);
}

static void way_test(unsigned int way, int fd)
{
	const char *name = ways[way].name;
	struct counts from, to;
	unsigned int ran;

	memset(told, 0, sizeof(*told));
	counts_read(fd, &from);
	disturb(way, fd);
	counts_read(fd, &to);
	ran = told->calls + told->attempted;
	diag("%s: %u calls, %u batches, %u of them ended early, %u signals", name,
	     told->calls, told->batches, told->shorter, told->handled);
	is(told->interrupted, 0, "%s: EINTR", name);
	is(told->wrong, 0, "%s: other answers that are wrong", name);
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == XEN_ALICE_OP_ECHO)
			is((long long)(to.of[i].calls - from.of[i].calls), ran,
			   "%s: every call was made once", name);
	ok(ran > ROUNDS && (!ways[way].alarms || told->handled > ROUNDS / 2),
	   "%s: it called, and was disturbed", name);
}

void part_disturbed(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED)
		err(2, "mmap");
	for (unsigned int way = 0; way < ARRAY_SIZE(ways); way++)
		way_test(way, fd);
	rmdir(CGROUP);
	umount(CGROUPS);
	close(fd);
}
