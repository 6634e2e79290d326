/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call of alice_op, and the ways in which a kernel can make it.
 */
#ifndef CALL_H
#define CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/errno.h>

#include "alice.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/**
 * struct call - the arguments
 * @cmd: the op's number, a tag, PHYS
 * @in_len: length of the input
 * @out_len: room for the answer
 * @arg: address of both
 */
struct call {
	uint32_t cmd;
	uint32_t in_len;
	uint32_t out_len;
	unsigned long arg;
};

/**
 * struct caller - the caller as Xen should see it
 * @domid: its domain
 * @bits: its width
 * @control: 1 for the control domain
 * @phys: it may pass guest-physical addresses
 * @memory: how much the domain has
 */
struct caller {
	uint32_t domid;
	uint32_t bits;
	uint32_t control;
	bool phys;
	struct xen_alice_memory memory;
};

/**
 * struct way - how to make a call
 * @name: for people
 * @caller: who makes it
 * @word: bits to set in the cmd of each call
 * @enter: make the call.  Returns its result.
 */
struct way {
	const char *name;
	const struct caller *caller;
	uint32_t word;
	long (*enter)(const struct call *call);
};

extern const struct way ways[];
extern unsigned int ways_count;
extern bool has_multicall;

bool ways_init(void);
void multicall(multicall_entry_t *entries, unsigned int count);
void multicall_fill(multicall_entry_t *entry, const struct call *call);

#endif
