// SPDX-License-Identifier: GPL-2.0-only
/* Two hundred processes at once: none may see another's data. */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 200
#define CALLS 100

/* Up to 128 bytes go through the driver's stack, up to 8192 through a cached buffer. */
#define LONGEST 12000

/* The length of a process's call; boundary values come more often than others. */
static uint32_t length(uint32_t who, uint32_t call)
{
	static const uint32_t border[] = { 0, 1, 128, 129, 4095, 4096, 8192, 8193 };

	if (call % 2)
		return border[(who + call) % ARRAY_SIZE(border)];
	return (who * 2654435761u + call * 40503u) % (LONGEST + 1);
}

/* One process.  Returns how many of its calls failed, at most 100. */
static int one(int fd, uint32_t who)
{
	static uint8_t in[LONGEST], out[LONGEST];
	int bad = 0;

	/* Half of them share the parent's open file, half open their own. */
	if (who % 2)
		fd = device_open(O_RDWR);
	for (uint32_t call = 0; call < CALLS; call++) {
		uint32_t len = length(who, call);

		pattern(in, len, who * CALLS + call);
		memset(out, 0, len);
		bad += op_call(fd, XEN_ALICE_OP_ECHO, in, len, out, len) !=
		       (int)len || memcmp(in, out, len);
	}
	return bad;
}

/* Start all processes, release them together, and collect their results. */
static unsigned int crowd(int fd)
{
	unsigned int bad = 0;
	pid_t pids[PROCESSES];
	int gate[2], status;
	char c;

	if (pipe(gate))
		err(2, "pipe");
	fflush(stdout);
	for (uint32_t who = 0; who < PROCESSES; who++) {
		pids[who] = fork();
		if (pids[who] < 0)
			err(2, "fork");
		if (pids[who])
			continue;
		close(gate[1]);
			/* read() ends when the last writer, the parent, closes the pipe. */
		if (read(gate[0], &c, 1))
			_exit(101);
		_exit(one(fd, who));
	}
	close(gate[0]);
	close(gate[1]);
	for (uint32_t who = 0; who < PROCESSES; who++) {
		if (waitpid(pids[who], &status, 0) != pids[who])
			err(2, "waitpid");
		if (status)
			diag("process %u: status %#x", who, (unsigned int)status);
		bad += status != 0;
	}
	return bad;
}

void part_crowd(void)
{
	struct xen_alice_stats want = { .calls = PROCESSES * CALLS };
	int fd = device_open(O_RDWR);
	struct counts from, to;

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	for (uint32_t who = 0; who < PROCESSES; who++)
		for (uint32_t call = 0; call < CALLS; call++)
			want.in_bytes += length(who, call);
	want.out_bytes = want.in_bytes;

	counts_read(fd, &from);
	is(crowd(fd), 0, "%d processes at once, %d echoes each", PROCESSES,
	   CALLS);
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, XEN_ALICE_OP_ECHO, want, "crowd"),
	   "%d calls were counted, and every byte",
	   PROCESSES * CALLS);
	is((long long)counts_ops(&from, &to), PROCESSES * CALLS,
	   "and nothing else was called");
	close(fd);
}
