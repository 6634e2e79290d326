/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the tests of ops that come and go; each is a file of its own. */
#ifndef TESTS_LIVE_PARTS_H
#define TESTS_LIVE_PARTS_H

void long_test(void);
int long_endless(void);

#endif
