/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the tests of live ops; each has its own file. */
#ifndef TESTS_LIVE_PARTS_H
#define TESTS_LIVE_PARTS_H

void long_test(void);
int long_endless(void);

/* Load and unload the op of one of two files, in turn, that many times. */
void cycle_test(unsigned int times, char *const files[2]);

#endif
