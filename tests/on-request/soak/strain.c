// SPDX-License-Identifier: GPL-2.0-only
#include "strain.h"
#include "share.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* The processor to take off line. A domain's first one always stays. */
#define PROCESSOR "/sys/devices/system/cpu/cpu1/online"

/* KiB left free, and KiB to take at once. */
#define LEFT		(48 * 1024)
#define PIECE		(16 * 1024)

/* How many of these to free when there is no more: all would take too long to get. */
#define GIVEN_BACK	5

struct strains *strains_make(void)
{
	struct strains *strains = mmap(NULL, sizeof(*strains),
				       PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (strains == MAP_FAILED)
		err(2, "mmap");
	return strains;
}

static void processor(struct strains *strains, const char *online)
{
	int fd = open(PROCESSOR, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, online, 1) != 1)
		atomic_fetch_add(&strains->wrong, 1);
	if (fd >= 0)
		close(fd);
}

/* Take a processor off and on line, until the end. */
void strain_processors(struct strains *strains)
{
	while (!atomic_load(&share->stop)) {
		usleep(300000);
		processor(strains, "0");
		usleep(200000);
		processor(strains, "1");
		atomic_fetch_add(&strains->processors, 1);
	}
}

/* KiB that can be allocated without the OOM killer. */
static unsigned long available(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[80];
	unsigned long n = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %lu", &n) == 1)
			break;
	if (file)
		fclose(file);
	return n;
}

/* struct piece - a piece of allocated memory */
struct piece {
	struct piece *next;
};

static struct piece *take(struct piece *last)
{
	struct piece *piece = mmap(NULL, PIECE * 1024, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (piece == MAP_FAILED)
		return last;
	/* Touch the memory, so that it is really allocated. */
	memset(piece, 0x5a, PIECE * 1024);
	piece->next = last;
	return piece;
}

static struct piece *give_back(struct piece *last)
{
	struct piece *piece;

	for (unsigned int i = 0; last && i < GIVEN_BACK; i++) {
		piece = last;
		last = piece->next;
		munmap(piece, PIECE * 1024);
	}
	return last;
}

/* Allocate nearly all memory and free some of it, until the end. */
void strain_memory(struct strains *strains)
{
	struct piece *last = NULL;

	/* Without a higher priority it would never finish among so many processes. */
	if (setpriority(PRIO_PROCESS, 0, -20))
		atomic_fetch_add(&strains->wrong, 1);
	while (!atomic_load(&share->stop)) {
		while (!atomic_load(&share->stop) && available() > LEFT + PIECE)
			last = take(last);
		if (available() <= LEFT + PIECE)
			atomic_fetch_add(&strains->memory, 1);
		usleep(500000);
		last = give_back(last);
		usleep(500000);
	}
}
