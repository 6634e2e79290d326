// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of an open file: by how much the kernel's slabs grow when many
 * are opened.
 */
#include "device.h"
#include "measure.h"
#include "parts.h"

#include <err.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Enough to make other allocations of the kernel insignificant. */
#define FILES 4096

static uint64_t slab_bytes(void)
{
	FILE *slabs = fopen("/proc/slabinfo", "re");
	unsigned long long objects, size;
	uint64_t sum = 0;
	char line[512];

	if (!slabs)
		err(2, "/proc/slabinfo");
	while (fgets(line, sizeof(line), slabs))
		if (sscanf(line, "%*s %llu %*u %llu", &objects, &size) == 2)
			sum += objects * size;
	fclose(slabs);
	return sum;
}

/* The module's own size, as in lsmod. */
static void module_size(void)
{
	FILE *modules = fopen("/proc/modules", "re");
	unsigned int size;
	char line[512];

	if (!modules)
		err(2, "/proc/modules");
	while (fgets(line, sizeof(line), modules))
		if (sscanf(line, "alice %u ", &size) == 1)
			figure("memory.module", size, 1);
	fclose(modules);
}

static void restrict_file(int fd)
{
	static const uint32_t cmds[] = { XEN_ALICE_OP_ECHO };
	const struct alice_restrict only = {
		.cmds = ptr(cmds),
		.count = ARRAY_SIZE(cmds),
	};

	if (ioctl(fd, ALICE_IOC_RESTRICT, &only))
		err(2, "ALICE_IOC_RESTRICT");
}

/* Open PATH many times, use each file, and report the memory per file. */
static void open_many(const char *what, const char *path, void (*use)(int fd))
{
	static int fds[FILES];
	uint64_t from = slab_bytes();

	for (size_t i = 0; i < FILES; i++) {
		fds[i] = open_or_die(path);
		if (use)
			use(fds[i]);
	}
	figure(what, (double)(slab_bytes() - from), FILES);
	for (size_t i = 0; i < FILES; i++)
		close(fds[i]);
	/* Closed files are freed with a delay. */
	sleep(1);
}

void part_memory(void)
{
	const struct rlimit limit = { FILES + 64, FILES + 64 };

	/* Grow the descriptor table before measuring. */
	if (setrlimit(RLIMIT_NOFILE, &limit) || dup2(0, FILES + 63) < 0)
		err(2, "the limit of open files");
	close(FILES + 63);
	module_size();
	open_many("memory.fd.null", "/dev/null", NULL);
	open_many("memory.fd.alice", DEVICE, NULL);
	open_many("memory.fd.alice-restricted", DEVICE, restrict_file);
}
