// SPDX-License-Identifier: GPL-2.0-only
#include "worker.h"
#include "device.h"
#include "listener.h"
#include "random.h"
#include "request.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

/* Pause after a failed open, in microseconds. */
#define PAUSE 2000

/* Of 8 processes, 4 are STEADY, 2 HEAVY, 1 is an OPENER and 1 a LISTENER. */
enum kind kind_of(unsigned int slot)
{
	unsigned int i = slot % 8;

	return i < 4 ? STEADY : i < 6 ? HEAVY : i < 7 ? OPENER : LISTENER;
}

/*
 * struct session - threads with one open file
 */
struct session {
	struct maker *maker;
	int fd;
	unsigned int requests;
};

static void *session_run(void *arg)
{
	const struct session *session = arg;

	for (unsigned int i = 0; i < session->requests && !share_hurry(); i++)
		request_make(session->maker, session->fd);
	return NULL;
}

static void on_signal(int number)
{
	(void)number;
}

/* Send a signal every few milliseconds. */
static void signals_start(uint64_t *random)
{
	const struct sigaction action = { .sa_handler = on_signal };
	struct itimerval every = { 0 };

	every.it_interval.tv_usec = 3000 + random_below(random, 60000);
	every.it_value = every.it_interval;
	if (sigaction(SIGALRM, &action, NULL) || sigaction(SIGUSR1, &action, NULL) ||
	    setitimer(ITIMER_REAL, &every, NULL))
		err(2, "signals");
}

/* Open the device, or record why it is absent. */
static int try_open(struct ledger *ledger)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	ledger->requests++;
	if (fd >= 0)
		return fd;
	/* No node, no module, or udev has not set the permissions yet. */
	if (errno == ENOENT || errno == ENODEV || errno == ENXIO || errno == EACCES)
		ledger->absent++;
	else
		wrong(ledger, "open: errno %d", errno);
	return -1;
}

/* Make requests with one open file, in one thread or two. */
static void work(struct maker **makers, int fd)
{
	uint64_t *random = &makers[0]->random;
	struct session first = { makers[0], fd, 1 + random_below(random, 100) };
	struct session second = { makers[1], fd, 1 + random_below(random, 100) };
	pthread_t thread;
	bool two = makers[1] && random_below(random, 2) &&
		   !pthread_create(&thread, NULL, session_run, &second);

	session_run(&first);
	if (two)
		pthread_join(thread, NULL);
}

/* Enter, work, and leave. */
static void visit(struct slot *slot, enum kind kind, struct maker **makers)
{
	int fd;

	if (!share_enter(slot)) {
		usleep(PAUSE);
		return;
	}
	fd = try_open(&slot->ledgers[0]);
	if (fd >= 0) {
		if (kind == LISTENER)
			listener_work(makers[0], fd);
		else
			work(makers, fd);
		close(fd);
	}
	share_leave(slot);
	if (fd < 0)
		usleep(PAUSE);
}

/* Open, call INFO, close; ignores the gate. */
static void look(struct ledger *ledger)
{
	struct alice_describe row = { .index = 1 };
	struct alice_info info = { 0 };
	int fd = try_open(ledger);

	if (fd < 0) {
		usleep(PAUSE);
		return;
	}
	ledger->asked += 2;
	if (do_ioctl(fd, ALICE_IOC_INFO, &info) || info.ops != ROWS)
		wrong(ledger, "INFO: %u ops", info.ops);
	if (do_ioctl(fd, ALICE_IOC_DESCRIBE, &row) ||
	    row.desc.cmd != XEN_ALICE_OP_VERSION)
		wrong(ledger, "DESCRIBE: another row");
	close(fd);
	usleep(PAUSE / 10);
}

/* Run as the process of a slot.  Returns when all have to end. */
void worker_run(unsigned int number, uint64_t seed)
{
	struct slot *slot = &share->slots[number];
	enum kind kind = kind_of(number);
	struct maker *makers[THREADS] = {
		maker_new(seed, &slot->ledgers[0], kind == HEAVY),
	};

	if (kind == STEADY)
		makers[1] = maker_new(~seed, &slot->ledgers[1], false);
	signals_start(&makers[0]->random);
	while (!atomic_load(&share->stop)) {
		if (kind == OPENER)
			look(&slot->ledgers[0]);
		else
			visit(slot, kind, makers);
	}
}
