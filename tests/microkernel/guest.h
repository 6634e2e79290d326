/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain without rights, which makes calls for us: see guest.c.
 */
#ifndef GUEST_H
#define GUEST_H

#include "call.h"

/* What became of making it. */
enum guest { GUEST_MADE, GUEST_FAILED, GUEST_OTHER_XEN };

enum guest guest_make(void);
extern const struct way guest_way;

#endif
