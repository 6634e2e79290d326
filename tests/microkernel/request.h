/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building batch requests.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "call.h"

/**
 * struct request - a batch
 * @len: its length so far
 * @room: upper bound of the length of its replies
 * @bytes: its contents
 */
struct request {
	uint32_t len;
	uint32_t room;
	uint8_t bytes[XEN_ALICE_BATCH_LEN];
};

void request_begin(struct request *request, uint32_t flags);
uint32_t request_add(struct request *request, uint32_t cmd, const void *in,
		     uint32_t in_len, uint32_t out_len);

#endif
