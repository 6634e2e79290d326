/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract of docs/abi.md as a model: the result of a call, given the op table, the
 * caller and the request. Tests with many generated calls compare their results with it:
 * single ops, batches, and the hypercall itself. Of driver and hypervisor it uses only
 * the numbers in their headers, and it needs no C library.
 */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_MAX_CMDS	1024
#define MODEL_MAX_BATCH	1024

/* tests/on-request/fuzz/ioctl/steps.c */
#define MODEL_OP_STEPS	900
#define MODEL_STEPPED	901

/**
 * struct model_row - an op, as the table has it
 * @cmd, @flags, @in_min, @in_max, @out_max: what describe tells
 * @since: the driver's generation at which the row became as it is
 */
struct model_row {
	uint32_t cmd, flags, in_min, in_max, out_max;
	uint64_t since;
};

/**
 * struct model_table - the op table in force
 * @tag: the low 20 bits of the hypervisor's generation
 * @generation: the driver's generation
 */
struct model_table {
	const struct model_row *rows;
	uint32_t nr;
	uint32_t tag;
	uint64_t generation;
};

/**
 * struct model_domain - the calling domain
 * @admitted: allowed to call by Xen's boot parameter alice=
 * @control: it is the control domain
 * @phys: it may pass physical addresses, as it is no PV guest
 */
struct model_domain {
	bool admitted, control, phys;
};

/**
 * struct model_payload - the memory of a call
 * @null: its address is NULL, which only a kernel can pass; it is not accessible
 * @in_len, @out_len: as passed by the caller
 * @readable, @writable: how many bytes of the input can be read, and of the answer
 *	written
 * @word: the first 4 bytes of the input, if it has 4
 */
struct model_payload {
	bool null;
	uint32_t in_len, out_len;
	uint32_t readable, writable;
	uint32_t word;
};

/**
 * struct model_file - an open file, and its caller
 * @writable: it is open for writing
 * @admin: the caller has CAP_SYS_ADMIN in the initial user namespace
 * @restricted: only rows up to generation @rows_until with a bit in @allowed
 */
struct model_file {
	bool writable, admin, restricted;
	uint64_t rows_until;
	uint32_t allowed[MODEL_MAX_CMDS / 32];
};

/**
 * struct model_op - a request for one op, a struct alice_op
 * @unreadable: the structure cannot be read
 * @tail: there is a non-zero byte beyond the part that the driver knows
 * @cmd, @flags, @generation: as there
 */
struct model_op {
	bool unreadable, tail;
	uint32_t cmd, flags;
	uint64_t generation;
	struct model_payload payload;
};

/**
 * struct model_result - the result of a request for an op
 * @result: what it returns
 * @sent: the hypervisor was called. If @result is EFAULT, the op ran, and its answer
 *	could not be written.
 */
struct model_result {
	int32_t result;
	bool sent;
};

/**
 * struct model_batch - a request for many, a struct alice_batch
 * @count, @op_size, @flags, @reserved: as there
 * @writable: how many results can be written
 */
struct model_batch {
	uint32_t count, op_size, flags, reserved;
	uint32_t writable;
};

const struct model_row *model_row(const struct model_table *table, uint32_t cmd);

int32_t model_hypercall(const struct model_table *table,
			const struct model_domain *by, uint32_t cmd,
			const struct model_payload *payload, bool record);

int32_t model_access(const struct model_row *row, const struct model_file *file);
int32_t model_restrict(const struct model_table *table, struct model_file *file,
		       const uint32_t *cmds, uint32_t count);
int32_t model_listen(const struct model_table *table, const struct model_file *file,
		     const uint32_t *cmds, uint32_t count);
struct model_result model_op(const struct model_table *table,
			     const struct model_domain *by,
			     const struct model_file *file,
			     const struct model_op *op);
int32_t model_batch(const struct model_table *table, const struct model_domain *by,
		    const struct model_file *file, const struct model_batch *batch,
		    const struct model_op *ops, struct model_result *results,
		    uint32_t *least);

#endif
