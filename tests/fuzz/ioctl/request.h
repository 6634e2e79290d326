/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests: decoded from an input, made, and held against the model. */
#ifndef TESTS_FUZZ_REQUEST_H
#define TESTS_FUZZ_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "input.h"
#include "memory.h"
#include "model.h"

#define MOST_OPS 1024

/*
 * struct worker - what a thread has to make requests with
 * @as: the shared open files
 * @interrupted: signals come, so that calls can end early
 * @ops: of a batch
 * @results: of a batch
 * @calls: what is known of @ops
 * @why: what was wrong with the last request
 */
struct worker {
	const int *as;
	bool interrupted;
	struct memory memory;
	struct alice_op ops[MOST_OPS];
	int32_t results[MOST_OPS + 1];
	struct call calls[MOST_OPS];
	char why[160];
};

bool request_run(struct worker *worker, struct input *input);

#endif
