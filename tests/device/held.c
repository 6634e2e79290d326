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

/* What is right before the page. */
#define BEFORE (15 * HELD_PAGE)

/* For how many seconds a page that nobody reads is waited for. */
#define PATIENCE 20

/*
 * struct held - the page
 * @page: where it is; before it are BEFORE bytes of memory, behind it is a hole
 * @content: what will be in it
 * @meanwhile: what is done before it is provided, or NULL
 * @missed: whether anybody missed it
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
 * Serve the first miss.  A signal lets the reader miss the page again and again
 * until it is there; copying wakes it from all of these at once.
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

/* Make the page; its reader is the thread that calls this. */
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
 * Take the page away, to come back with the end of @len bytes of @from at its end;
 * what they have more than a page is before it.  Returns where they are.
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

/* After the call: did it miss the page? */
bool held_missed(void)
{
	pthread_join(held.server, NULL);
	return held.missed;
}
