/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by tests of events: LISTEN, read, and the event of tests/events/burst.c, which
 * its op emits as often as requested.
 */
#ifndef TESTS_EVENTS_H
#define TESTS_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include <linux/alice.h>

#define HAPPENED 80
#define BURST	 81

/* The longest record. */
#define MOST (sizeof(struct alice_event) + ALICE_EVENT_LEN)

int listen_to(int fd, const uint32_t *cmds, uint32_t count);
int listen_one(int fd, uint32_t cmd);
int burst_by(int fd, uint32_t first, uint32_t count, uint32_t len);
int read_some(int fd, void *buf, size_t len);

#endif
