/* SPDX-License-Identifier: GPL-2.0-only */
/* Events among the crowd: whoever listens also has them happen. */
#ifndef TESTS_SOAK_LISTENER_H
#define TESTS_SOAK_LISTENER_H

struct maker;

void listener_work(struct maker *maker, int fd);

#endif
