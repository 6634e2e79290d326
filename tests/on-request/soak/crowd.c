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

/* The length of a turn, in microseconds, and the time for all to end, in seconds. */
#define TURN		20000
#define PATIENCE	60

/* In one of this many turns in which a process can be killed, one is. */
#define KILL_RARELY	3

/*
 * struct process - the process of a slot
 * @killed: it was killed, and will end
 * @stopped: it was stopped, and has to be continued
 */
struct process {
	pid_t pid;
	bool killed;
	bool stopped;
};

static struct crowd *crowd;
static struct process processes[MOST_PROCESSES];

/* A clock that stops while the guest is saved. */
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
	/* Processes that move guests and create nodes are slow enough as it is. */
	if (nice(19) < 0)
		err(2, "nice");
	become_user();
	/* A change of user clears it, so set it after that. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(2);
	worker_run(slot, seed);
	_exit(0);
}

/* The process of a slot has ended. */
static void bury(unsigned int slot, int status)
{
	struct process *process = &processes[slot];

	process->pid = 0;
	share_leave(&share->slots[slot]);
	if (process->killed) {
		crowd->killed++;
		return;
	}
	/* Processes end only when told to, with status 0. */
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

/* Kill a process, probably in a batch; stop another for a turn; send a signal to a third. */
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
	/* A new process has no handler yet. */
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

/* End all processes.  Returns how many did not end in time. */
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
