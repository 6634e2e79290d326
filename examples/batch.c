// SPDX-License-Identifier: MIT
/*
 * Batch: echo each argument with few system calls.
 *
 *	$ ./batch curiouser and curiouser
 *	curiouser
 *	and
 *	curiouser
 *
 * Each op of a batch has its own result.  A batch can end early, for example
 * after a signal: submit the rest again.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/alice.h>

#define CMD_ECHO 3

/* Call all ops.  Returns 0 if each has a result, or -1 with errno. */
static int call_all(int fd, const struct alice_op *ops, __s32 *results,
		    __u32 count)
{
	struct alice_info info = { 0 };
	__u32 done = 0;

	if (ioctl(fd, ALICE_IOC_INFO, &info))
		return -1;
	while (done < count) {
		struct alice_batch batch = {
			.ops = (uintptr_t)(ops + done),
			.results = (uintptr_t)(results + done),
			.count = count - done < info.max_batch ? count - done
							       : info.max_batch,
			.op_size = sizeof(*ops),
		};
		int ret = ioctl(fd, ALICE_IOC_BATCH, &batch);

		if (ret < 0)
			return -1;
		done += (__u32)ret;
	}
	return 0;
}

/* Print each answer or error.  Returns 1 if all ops succeeded. */
static int report(const struct alice_op *ops, const __s32 *results, __u32 count)
{
	int fine = 1;
	__u32 i;

	for (i = 0; i < count; i++) {
		const char *out = (const char *)(uintptr_t)ops[i].out;

		if (results[i] < 0)
			(void)fprintf(stderr, "op %u: %s\n", i,
				      strerror(-results[i]));
		else
			(void)printf("%.*s\n", (int)results[i], out);
		fine = fine && results[i] >= 0;
	}
	return fine;
}

static int echo_all(int fd, char **words, __u32 count)
{
	struct alice_op *ops = calloc(count, sizeof(*ops));
	__s32 *results = calloc(count, sizeof(*results));
	int fine = 0;
	__u32 i;

	for (i = 0; ops && results && i < count; i++) {
		ops[i].cmd = CMD_ECHO;
		ops[i].in_len = ops[i].out_len = (__u32)strlen(words[i]);
		/* The answer may overwrite the input. */
		ops[i].in = ops[i].out = (uintptr_t)words[i];
	}
	if (!ops || !results || call_all(fd, ops, results, count))
		perror("batch");
	else
		fine = report(ops, results, count);
	free(results);
	free(ops);
	return fine;
}

int main(int argc, char **argv)
{
	int fd, fine;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: batch WORD...\n");
		return 2;
	}
	fd = open("/dev/alice", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror("/dev/alice");
		return 1;
	}
	fine = echo_all(fd, argv + 1, (__u32)argc - 1);
	(void)close(fd);
	return fine && !fflush(stdout) ? 0 : 1;
}
