// SPDX-License-Identifier: GPL-2.0-only
#include "crowd.h"
#include "random.h"
#include "share.h"
#include "worker.h"

#include <err.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a turn is, in microseconds, and how long all have to end, in seconds. */
#define TURN		20000
#define PATIENCE	60

/* One out of so many turns in which somebody could be killed, somebody is. */
#define KILL_RARELY	3

/*
 * struct process - who has a slot
 * @killed: it was killed, and is to end
 * @stopped: it was stopped, and has to be continued
 */
struct process {
	pid_t pid;
	bool killed;
	bool stopped;
};

static struct crowd *crowd;
static struct process processes[MOST_PROCESSES];

/* A clock that stands still while a guest does. */
double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void become_user(void)
{
	if (crowd->uid && (setgroups(1, &crowd->gid) || setgid(crowd->gid) ||
			   setuid(crowd->uid)))
		err(2, "setuid");
}

static void spawn(unsigned int slot)
{
	uint64_t seed = random_next(&crowd->random);
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (pid) {
		processes[slot] = (struct process){ .pid = pid };
		return;
	}
	/* Whoever moves guests and makes nodes has a lot to wait for as it is. */
	if (nice(19) < 0)
		err(2, "nice");
	become_user();
	/* A change of user clears it, so it comes after that. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(2);
	worker_run(slot, seed);
	_exit(0);
}

/* A process of a slot has ended. */
static void bury(unsigned int slot, int status)
{
	struct process *process = &processes[slot];

	process->pid = 0;
	share_leave(&share->slots[slot]);
	if (process->killed) {
		crowd->killed++;
		return;
	}
	/* Nobody ends before it is told to, and then well. */
	if (status || !atomic_load(&share->stop))
		crowd->died++;
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (unsigned int i = 0; i < crowd->processes; i++)
			if (processes[i].pid == pid)
				bury(i, status);
}

/* Kill one amid a batch, probably; stop another for a turn; send a signal to a third. */
static void disturb(void)
{
	unsigned int victim = random_below(&crowd->random, crowd->processes);
	unsigned int stopped = random_below(&crowd->random, crowd->processes);
	unsigned int other = random_below(&crowd->random, crowd->processes);
	struct process *process = &processes[victim];

	if (kind_of(victim) == HEAVY && !process->killed &&
	    !random_below(&crowd->random, KILL_RARELY)) {
		process->killed = true;
		kill(process->pid, SIGKILL);
	}
	if (!processes[stopped].stopped) {
		processes[stopped].stopped = true;
		kill(processes[stopped].pid, SIGSTOP);
	}
	kill(processes[other].pid, SIGUSR1);
}

static void go_on(void)
{
	for (unsigned int i = 0; i < crowd->processes; i++) {
		if (processes[i].pid && processes[i].stopped)
			kill(processes[i].pid, SIGCONT);
		processes[i].stopped = false;
	}
}

static void refill(void)
{
	for (unsigned int i = 0; i < crowd->processes; i++)
		if (!processes[i].pid)
			spawn(i);
}

/* One turn. */
void crowd_tick(void)
{
	refill();
	disturb();
	usleep(TURN);
	go_on();
	reap();
}

void crowd_start(struct crowd *who)
{
	crowd = who;
	/* A process that is young has no handler of its own. */
	if (signal(SIGUSR1, SIG_IGN) == SIG_ERR)
		err(2, "signal");
	refill();
}

static unsigned int left(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < crowd->processes; i++)
		n += processes[i].pid != 0;
	return n;
}

/* End them all.  Returns how many did not end in time. */
unsigned int crowd_end(void)
{
	double last = seconds_now() + PATIENCE;
	unsigned int n;

	atomic_store(&share->stop, true);
	while ((n = left()) && seconds_now() < last) {
		usleep(TURN);
		reap();
	}
	for (unsigned int i = 0; i < crowd->processes; i++)
		if (processes[i].pid)
			kill(processes[i].pid, SIGKILL);
	return n;
}
