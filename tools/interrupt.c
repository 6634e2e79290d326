// SPDX-License-Identifier: GPL-2.0-only
/* ^C, for verbs that have something to say before they end. */
#include "alicectl.h"

volatile sig_atomic_t interrupted;
sigset_t interrupt_mask;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/**
 * interrupt_catch() - have ^C set @interrupted, instead of ending the program
 *
 * It is blocked from now on, and comes where a caller waits with @interrupt_mask, so that
 * none is lost between a look at @interrupted and the wait. Where ^C was to be ignored, it
 * stays so.
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
