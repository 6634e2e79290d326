/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the alice driver know of each other.
 *
 * Data flows one way: ioctl.c decodes a request and copies it once, table.c
 * knows the op, permit.c says who may call it, call.c makes the call and hands the
 * answer back.
 */
#ifndef ALICE_H
#define ALICE_H

#include <linux/alice.h>
#include <linux/fs.h>
#include <linux/types.h>

/**
 * struct alice_limits - what must be known of an op to check a call of it
 * @flags: ALICE_OP_F_* bits
 * @in_min: the shortest input, in bytes
 * @in_max: the longest input, in bytes
 * @out_max: the longest answer, in bytes
 */
struct alice_limits {
	u32 flags;
	u32 in_min;
	u32 in_max;
	u32 out_max;
};

/* call.c: the hypervisor. */
int alice_hv_init(unsigned int nr);
unsigned int alice_hv_nr(void);
unsigned int alice_hv_xen_version(void);
long alice_hv_call(u32 cmd, void *buf, u32 in_len, u32 room);
long alice_call_op(const struct alice_op *op, const struct alice_limits *limits);

/* table.c: the op table. */
int alice_table_load(bool legacy);
int alice_table_refresh(void);
void alice_table_free(void);
void alice_table_info(struct alice_info *info);
int alice_table_row(u32 index, struct alice_op_desc *desc);
int alice_table_find(u32 cmd, struct alice_limits *limits);

/* permit.c: who may call what. */
int alice_permit(u32 flags, fmode_t mode);
int alice_access(u32 flags, fmode_t mode);

/* ioctl.c: the device's file operations. */
extern const struct file_operations alice_fops;

#endif /* ALICE_H */
