/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page that is missing until it is read (userfaultfd), for actions in the middle of a
 * driver call.  A thread gets the page fault, performs the action, and then provides the
 * page.  Needs root.
 */
#ifndef TESTS_DEVICE_HELD_H
#define TESTS_DEVICE_HELD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define HELD_PAGE 4096

void held_setup(void);
void *hold(const void *from, size_t len, void (*meanwhile)(pthread_t reader));
bool held_missed(void);

#endif
