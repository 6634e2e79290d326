/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page that is missing until somebody reads it (userfaultfd): for what has to
 * happen while the driver is amid a call.  A thread is told of the miss, does it, and
 * only then provides the page.  Root's alone.
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
