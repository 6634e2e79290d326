// SPDX-License-Identifier: GPL-2.0-only
#include "held.h"
#include "device.h"

#include <err.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Memory before the page. */
#define BEFORE (15 * HELD_PAGE)

/* Timeout in seconds, if nobody reads the page. */
#define PATIENCE 20

/*
 * struct held - the page
 * @page: its address; it follows BEFORE bytes of memory and precedes a hole
 * @content: what it will contain
 * @meanwhile: called before the page is provided, or NULL
 * @missed: whether there was a page fault
 */
static struct held {
	uint8_t *page;
	uint8_t content[HELD_PAGE] __attribute__((aligned(HELD_PAGE)));
	void (*meanwhile)(pthread_t reader);
	bool missed;
	int uffd;
	pthread_t reader;
	pthread_t server;
} held;

/*
 * Serve the first page fault.  A signal makes the reader fault on the page again until it
 * is there; copying wakes up all of these at once.
 */
static void *serve(void *arg)
{
	struct pollfd wait = { .fd = held.uffd, .events = POLLIN };
	struct uffdio_copy copy = {
		.dst = ptr(held.page),
		.src = ptr(held.content),
		.len = HELD_PAGE,
	};
	struct uffd_msg msg;

	(void)arg;
	if (poll(&wait, 1, 1000 * PATIENCE) != 1 ||
	    read(held.uffd, &msg, sizeof(msg)) != sizeof(msg))
		return NULL;
	held.missed = true;
	if (held.meanwhile)
		held.meanwhile(held.reader);
	if (do_ioctl(held.uffd, UFFDIO_COPY, &copy))
		err(2, "UFFDIO_COPY");
	return NULL;
}

/* Set up the page; the calling thread will read it. */
void held_setup(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range.len = HELD_PAGE,
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	held.page = (uint8_t *)guarded(BEFORE + HELD_PAGE) + BEFORE;
	held.reader = pthread_self();
	range.range.start = ptr(held.page);
	held.uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (held.uffd < 0)
		err(2, "userfaultfd");
	if (do_ioctl(held.uffd, UFFDIO_API, &api) ||
	    do_ioctl(held.uffd, UFFDIO_REGISTER, &range))
		errx(2, "userfaultfd does not work");
}

/*
 * Remove the page; it comes back with the last @len bytes of @from at its end, and bytes
 * beyond one page are stored before it.  Returns the address of these bytes.
 */
void *hold(const void *from, size_t len, void (*meanwhile)(pthread_t reader))
{
	size_t before = len > HELD_PAGE ? len - HELD_PAGE : 0;

	memcpy(held.content + HELD_PAGE - (len - before),
	       (const uint8_t *)from + before, len - before);
	memcpy(held.page - before, from, before);
	if (madvise(held.page, HELD_PAGE, MADV_DONTNEED))
		err(2, "madvise");
	held.missed = false;
	held.meanwhile = meanwhile;
	if (pthread_create(&held.server, NULL, serve, NULL))
		errx(2, "pthread_create");
	return held.page + HELD_PAGE - len;
}

/* After the call: was there a page fault? */
bool held_missed(void)
{
	pthread_join(held.server, NULL);
	return held.missed;
}
