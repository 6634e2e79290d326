// SPDX-License-Identifier: GPL-2.0-only
/* SIGINT (^C), for verbs that clean up before they exit. */
#include "alicectl.h"

volatile sig_atomic_t interrupted;
sigset_t interrupt_mask;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/**
 * interrupt_catch() - make SIGINT set @interrupted instead of killing the process
 *
 * SIGINT stays blocked except while the caller waits with @interrupt_mask. So it cannot get
 * lost between a test of @interrupted and the wait. If SIGINT was ignored, it still is.
 */
void interrupt_catch(void)
{
	const struct sigaction action = { .sa_handler = on_interrupt };
	struct sigaction before;
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, &interrupt_mask);
	if (!sigaction(SIGINT, NULL, &before) && before.sa_handler != SIG_IGN)
		(void)sigaction(SIGINT, &action, NULL);
}

/**
 * interrupt_die() - die from SIGINT, as if it had not been caught
 *
 * Writes what is left of stdout.
 */
void interrupt_die(void)
{
	(void)fflush(stdout);
	(void)signal(SIGINT, SIG_DFL);
	(void)raise(SIGINT);
	(void)sigprocmask(SIG_SETMASK, &interrupt_mask, NULL);
}
