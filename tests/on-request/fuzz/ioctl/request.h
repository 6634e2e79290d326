/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests: decoded from an input, made, and held against the model. */
#ifndef TESTS_FUZZ_REQUEST_H
#define TESTS_FUZZ_REQUEST_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "call.h"
#include "input.h"
#include "memory.h"

/* The most ops of a batch, and a result that nobody wrote. */
#define MOST_OPS 1024
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

/* So many ops, at most, are sent to the hypervisor together. */
#define ROUND_OPS 64

/* So many bytes have all ops of a batch, if there are more. */
#define OPS_LEN (MOST_OPS * 64)

/* What is offered to be restricted by another thread: a file, or one of these. */
enum { OFFER_NONE = -1, OFFER_TAKEN = -2, OFFER_DONE = -3 };

/*
 * struct worker - what a thread has to make requests with
 * @as: the shared open files
 * @admin: it has CAP_SYS_ADMIN
 * @signals: how many came
 * @offer: an open file that request_disturb() is to restrict
 * @offered: the results of the batch by it
 * @passed: so many of them were there when it was restricted
 * @ops: the end of OPS_LEN bytes, behind which is nothing
 * @results: the end of MOST_OPS results, behind which is nothing
 * @calls: what is known of the ops
 * @models: the same, as the model has it
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

/* What they share. */
__attribute__((format(printf, 2, 3)))
bool wrong(struct worker *worker, const char *fmt, ...);
bool out_clean(const struct worker *worker, size_t from, size_t to);
void out_reset(struct worker *worker, size_t from, size_t len);
void out_forget(struct worker *worker, const struct call *call, int result);

#endif
