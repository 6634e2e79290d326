/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor of tests/lab/variants/hostile.c, as the test controls it, and the module.
 * Set its answers in @puppet first, then send them.
 */
#ifndef TESTS_HOSTILE_PUPPET_H
#define TESTS_HOSTILE_PUPPET_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "device.h"

#include "../lab/variants/hostile.c"

/* Number of rows in the valid table, and index of a test's first row. */
#define OWN ((uint32_t)HOSTILE_OWN)

extern struct hostile puppet;

void puppet_reset(void);
void puppet_write(const void *at, size_t len, bool raise);
void puppet_read(void *at, size_t len);

/* Send a member of @puppet; with TELL_CHANGE, also raise the generation. */
#define TELL(member) puppet_write(&puppet.member, sizeof(puppet.member), false)
#define TELL_CHANGE(member) puppet_write(&puppet.member, sizeof(puppet.member), true)

/* Read a member of @puppet, and return it. */
#define ASK(member) (puppet_read(&puppet.member, sizeof(puppet.member)), puppet.member)

void puppet_row(uint32_t index, uint32_t cmd, const char *name);

/* The module's log lines since @said_begin, without "alice: ". */
extern char said[64][200];
extern unsigned int said_lines;

void said_begin(void);
void said_end(void);
bool said_ok(unsigned int lines, const char *text);

int module_load(void);
void module_unload(void);

#endif
