/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the alice driver know of each other.
 *
 * Data flows one way: ioctl.c decodes a request and copies it once, check.c says
 * whether the call may be made, by what table.h knows of the op and restrict.c of
 * the file; call.c makes one call and batch.c many, and they hand the answers back.
 */
#ifndef ALICE_H
#define ALICE_H

#include <linux/alice.h>
#include <linux/bitmap.h>
#include <linux/fs.h>
#include <linux/types.h>

/* The most ops in one batch. */
#define ALICE_MAX_BATCH		1024

/* The largest structure of an op in a batch: what programs may have for news. */
#define ALICE_MAX_OP_SIZE	4096

/* What a file keeps, in bytes: a page, and about a hundred ops of a batch. */
#define ALICE_SPARE_LEN		8192

/**
 * struct alice_file - an open file
 * @allowed: a bit a cmd; bits are only cleared
 * @restricted: some request cleared bits
 * @spare: memory.c's: what one call had, for the next, or NULL
 */
struct alice_file {
	DECLARE_BITMAP(allowed, ALICE_MAX_CMDS);
	bool restricted;
	void *spare;
};

/* call.c: the hypervisor. */
int alice_hv_init(unsigned int nr);
unsigned int alice_hv_nr(void);
unsigned int alice_hv_xen_version(void);
long alice_hv_call(u32 cmd, void *buf, u32 in_len, u32 room);
long alice_call_op(const struct alice_op *op, u32 room, const struct file *file);

/* batch.c: many ops. */
long alice_batch(const struct file *file, const struct alice_batch *batch);

/* memory.c: what calls need more than the stack. */
void *alice_memory_get(struct alice_file *file, size_t len);
void alice_memory_put(struct alice_file *file, size_t len, void *memory);
void alice_memory_free(struct alice_file *file);

/* check.c: who may call what. */
int alice_check_op(const struct file *file, const struct alice_op *op);
int alice_check_access(const struct file *file, u32 cmd, u32 flags);

/* restrict.c: the ops that are left to an open file. */
void alice_restrict_init(struct alice_file *file);
int alice_restrict(struct alice_file *file,
		   const struct alice_restrict *request);

/* resume.c: another Xen, perhaps. */
int alice_resume_init(void);
void alice_resume_exit(void);

/* ioctl.c: the device's file operations. */
extern const struct file_operations alice_fops;

/**
 * alice_file() - what the driver has of an open file
 * @file: the open file
 *
 * Return: that.
 */
static inline struct alice_file *alice_file(const struct file *file)
{
	return file->private_data;
}

#endif /* ALICE_H */
