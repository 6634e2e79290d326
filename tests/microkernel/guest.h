/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An unprivileged domain that makes calls for this kernel: see guest.c.
 */
#ifndef GUEST_H
#define GUEST_H

#include "call.h"

/* The result of creating it. */
enum guest { GUEST_MADE, GUEST_FAILED, GUEST_OTHER_XEN };

enum guest guest_make(void);
extern const struct way guest_way;

#endif
