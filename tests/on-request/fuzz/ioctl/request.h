/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests: decoded from an input, made, and compared with the model. */
#ifndef TESTS_FUZZ_REQUEST_H
#define TESTS_FUZZ_REQUEST_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "call.h"
#include "input.h"
#include "memory.h"

/* Upper bound for ops in a batch, and a result that was not written. */
#define MOST_OPS 1024
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

/* Upper bound for ops in one call of the hypervisor. */
#define ROUND_OPS 64

/* Upper bound for the size of all ops of a batch, if there are several. */
#define OPS_LEN (MOST_OPS * 64)

/* State of the offer to another thread: a file to restrict, or one of these. */
enum { OFFER_NONE = -1, OFFER_TAKEN = -2, OFFER_DONE = -3 };

/*
 * struct worker - the state of a thread that makes requests
 * @as: the shared open files
 * @admin: it has CAP_SYS_ADMIN
 * @signals: how many signals came
 * @offer: an open file for request_disturb() to restrict
 * @offered: the results of the batch with that file
 * @passed: how many of them existed when it was restricted
 * @ops: the end of OPS_LEN bytes, followed by a hole
 * @results: the end of MOST_OPS results, followed by a hole
 * @calls: what is known about the ops
 * @models: the same for the model
 * @why: what was wrong with the last request
 */
struct worker {
	const int *as;
	bool admin;
	volatile sig_atomic_t *signals;
	atomic_int offer;
	const volatile int32_t *offered;
	int passed;
	struct memory memory;
	uint8_t *ops;
	int32_t *results;
	struct call calls[MOST_OPS];
	struct model_op models[MOST_OPS];
	char why[200];
};

void request_init(struct worker *worker);
bool request_run(struct worker *worker, struct input *input);
void request_disturb(struct worker *worker);

/* Kinds of requests. */
bool run_batch(struct worker *worker, struct input *input);
bool run_restrict(struct worker *worker, struct input *input);
bool run_amid(struct worker *worker, struct input *input);

/* Shared by them. */
__attribute__((format(printf, 2, 3)))
bool wrong(struct worker *worker, const char *fmt, ...);
bool out_clean(const struct worker *worker, size_t from, size_t to);
void out_reset(struct worker *worker, size_t from, size_t len);
void out_forget(struct worker *worker, const struct call *call, int result);

#endif
