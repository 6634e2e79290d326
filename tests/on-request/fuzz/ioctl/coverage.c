// SPDX-License-Identifier: GPL-2.0-only
#include "coverage.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Upper bound for the recorded places of one request. */
#define TRACE_LEN (64u << 10)

/* KCOV_INIT_TRACE of a 64-bit kernel, for programs of either width. */
#define INIT_TRACE _IOR('c', 1, uint64_t)

/* Places that were reached; more than the driver has. */
#define SEEN_LEN (16u << 10)
static _Atomic uint64_t seen[SEEN_LEN];
static atomic_uint seen_count;

/* Trace this thread, if the kernel has KCOV. */
void coverage_open(struct coverage *coverage)
{
	size_t size = TRACE_LEN * sizeof(*coverage->pcs);
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	coverage->pcs = NULL;
	if (fd < 0 && errno == ENOENT)
		return;
	if (fd < 0 || ioctl(fd, INIT_TRACE, (unsigned long)TRACE_LEN))
		err(2, "kcov");
	coverage->pcs = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (coverage->pcs == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		err(2, "kcov");
	/* The file stays open as long as the thread lives. */
}

/* Before a request. */
void coverage_begin(struct coverage *coverage)
{
	if (coverage->pcs)
		__atomic_store_n(&coverage->pcs[0], 0, __ATOMIC_RELAXED);
}

/* Record a place.  Returns whether it is new. */
static bool note(uint64_t pc)
{
	for (unsigned int i = (unsigned int)(pc * 2654435761u) % SEEN_LEN;;
	     i = (i + 1) % SEEN_LEN) {
		uint64_t there = 0;

		if (atomic_compare_exchange_strong(&seen[i], &there, pc)) {
			if (atomic_fetch_add(&seen_count, 1) >= SEEN_LEN / 2)
				errx(2, "more places than a driver can have");
			return true;
		}
		if (there == pc)
			return false;
	}
}

/* After a request.  Returns whether it reached new places. */
bool coverage_news(struct coverage *coverage)
{
	uint64_t n;
	bool news = false;

	if (!coverage->pcs)
		return false;
	n = __atomic_load_n(&coverage->pcs[0], __ATOMIC_RELAXED);
	for (uint64_t i = 1; i <= n && i < TRACE_LEN; i++)
		news |= note(coverage->pcs[i]);
	return news;
}

unsigned int coverage_count(void)
{
	return seen_count;
}

/* Write the addresses, one per line. */
void coverage_write(FILE *to)
{
	for (unsigned int i = 0; i < SEEN_LEN; i++)
		if (seen[i])
			fprintf(to, "%#llx\n", (unsigned long long)seen[i]);
}
