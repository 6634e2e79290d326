/* SPDX-License-Identifier: GPL-2.0-only */
/* Events in the crowd: listeners also emit them. */
#ifndef TESTS_SOAK_LISTENER_H
#define TESTS_SOAK_LISTENER_H

struct maker;

void listener_work(struct maker *maker, int fd);

#endif
