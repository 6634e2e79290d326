// SPDX-License-Identifier: GPL-2.0-only
#include "request.h"

#include <string.h>

#define HEAD ((uint32_t)sizeof(struct xen_alice_batch))
#define RECORD ((uint32_t)sizeof(struct xen_alice_batch_record))
#define REPLY ((uint32_t)sizeof(struct xen_alice_batch_reply))

static uint32_t padded(uint32_t len)
{
	return (len + XEN_ALICE_BATCH_ALIGN - 1) & ~(XEN_ALICE_BATCH_ALIGN - 1u);
}

/* request_begin() - start a request without records */
void request_begin(struct request *request, uint32_t flags)
{
	const struct xen_alice_batch head = { .flags = flags };

	memcpy(request->bytes, &head, HEAD);
	request->len = HEAD;
	request->room = 0;
}

/**
 * request_add() - add a record, if there is space
 * @request: to this
 * @cmd: which op
 * @in: its input
 * @in_len: the input's length
 * @out_len: room for its answer
 *
 * Return: where the record is, or 0 if there is no space.
 */
uint32_t request_add(struct request *request, uint32_t cmd, const void *in,
		     uint32_t in_len, uint32_t out_len)
{
	const struct xen_alice_batch_record record = {
		.cmd = cmd,
		.in_len = (uint16_t)in_len,
		.out_len = (uint16_t)out_len,
	};
	uint32_t at = request->len;
	uint8_t *to = request->bytes + at;

	if (at + RECORD + padded(in_len) > sizeof(request->bytes))
		return 0;
	memcpy(to, &record, RECORD);
	memset(to + RECORD, 0, padded(in_len));
	if (in_len)
		memcpy(to + RECORD, in, in_len);
	request->len += RECORD + padded(in_len);
	request->room += REPLY + padded(out_len);
	return at;
}
