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

/* The processor that comes and goes. The first one of a domain always stays. */
#define PROCESSOR "/sys/devices/system/cpu/cpu1/online"

/* How many KiB are left to others, and how many are taken at once. */
#define LEFT		(48 * 1024)
#define PIECE		(16 * 1024)

/* How many of these are given back when there is no more: all would take long to get. */
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

/* Take one processor away and give it back, until all are to end. */
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

/* How many KiB could be had without anybody being killed for them. */
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

/* struct piece - memory that was taken */
struct piece {
	struct piece *next;
};

static struct piece *take(struct piece *last)
{
	struct piece *piece = mmap(NULL, PIECE * 1024, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (piece == MAP_FAILED)
		return last;
	/* Nobody gives a page of zeros. */
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

/* Take nearly all memory and give some of it back, until all are to end. */
void strain_memory(struct strains *strains)
{
	struct piece *last = NULL;

	/* Among so many that call it would not get to the end of it. */
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
