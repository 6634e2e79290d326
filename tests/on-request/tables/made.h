/* SPDX-License-Identifier: GPL-2.0-only */
/* What the hypervisor of variants/made.c answers, computed by its own functions. */
#ifndef TESTS_FUZZ_MADE_H
#define TESTS_FUZZ_MADE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "device.h"

#include "../../lab/variants/made.c"

#endif
