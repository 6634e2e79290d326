/* SPDX-License-Identifier: GPL-2.0-only */
/* The processes of a soak: started, disturbed, killed, and started again. */
#ifndef TESTS_SOAK_CROWD_H
#define TESTS_SOAK_CROWD_H

#include <stdint.h>
#include <sys/types.h>

/*
 * struct crowd - the processes
 * @processes: how many there are
 * @random: state of the random numbers
 * @uid: the user they run as; 0 for no change
 * @gid: the group they run as
 * @killed: how many were killed
 * @died: how many ended in another way
 */
struct crowd {
	unsigned int processes;
	uint64_t random;
	uid_t uid;
	gid_t gid;
	unsigned int killed;
	unsigned int died;
};

double seconds_now(void);
void crowd_start(struct crowd *crowd);
void crowd_tick(void);
unsigned int crowd_end(void);

#endif
