/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/alice: custom hypercalls for ordinary programs on a Xen guest.
 *
 * The hypervisor describes its ops at run time.  A program finds one by name,
 * or knows its number, and calls it:
 *
 *	#include <fcntl.h>
 *	#include <stdint.h>
 *	#include <stdio.h>
 *	#include <sys/ioctl.h>
 *	#include <linux/alice.h>
 *
 *	int main(void)
 *	{
 *		char in[] = "white rabbit", out[sizeof(in)];
 *		struct alice_op op = {
 *			.cmd = 3,			// echo
 *			.in_len = sizeof(in),
 *			.out_len = sizeof(out),
 *			.in = (uintptr_t)in,
 *			.out = (uintptr_t)out,
 *		};
 *		int fd = open("/dev/alice", O_RDWR);
 *		int n = fd < 0 ? fd : ioctl(fd, ALICE_IOC_OP, &op);
 *
 *		if (n < 0)
 *			return perror("/dev/alice"), 1;
 *		return printf("%d bytes: %s\n", n, out) < 0;
 *	}
 *
 * General rules, for every ioctl:
 *
 * - Structures are extensible by size.  The size in the ioctl's number is the
 *   caller's.  Where the driver reads a structure, it takes what a smaller
 *   (older) one lacks as zero, and accepts a larger (newer) one whose extra bytes
 *   are zero.  Where it writes one, a smaller one gets what it has room for, and
 *   a larger one gets zeros in its extra bytes.
 * - What the driver only writes can hold anything before: all of a struct
 *   alice_info, and of a struct alice_describe the fields that are marked (out).
 * - Flags and reserved fields that the driver reads must be zero where they are
 *   not named here.
 * - Pointers are __u64 in every program, so that 32-bit programs pass the same
 *   bytes.  A pointer is not looked at where its length is 0.
 *
 * Errors that the ioctls share:
 *
 * - ENOTTY: the driver does not know this ioctl.
 * - E2BIG:  a structure that the driver reads is larger than its own, and what it
 *   does not know is not zero.  It reads that first, up to the first such byte.
 * - EFAULT: the structure cannot be read or written.
 * - EINVAL: an unknown flag, or a reserved field that is not zero.
 * - ENOMEM: the kernel has no memory for it.
 *
 * If a signal arrives before the op begins, the kernel restarts the call.  EINTR is
 * the answer of an op with ALICE_OP_F_LONG that was abandoned between two steps, of
 * read(2), or an errno of an op's own.
 */
#ifndef _LINUX_ALICE_H
#define _LINUX_ALICE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The ioctl type of /dev/alice. */
#define ALICE_IOC_TYPE			0xA8

/* Every cmd is below this. */
#define ALICE_MAX_CMDS			1024

/*
 * Flags of an op, in struct alice_op_desc.  An unknown one among the low 16 bits
 * closes the op to programs; the high 16 bits only tell.
 */
#define ALICE_OP_F_WRITE		1 /* needs an fd open for writing */
#define ALICE_OP_F_ADMIN		2 /* needs CAP_SYS_ADMIN */
#define ALICE_OP_F_CONTROL		4 /* Xen: the control domain only */
#define ALICE_OP_F_KERNEL		8 /* never works from user space */
#define ALICE_OP_F_LONG			16 /* may take many steps, and EINTR */
#define ALICE_OP_F_EVENT		32 /* no op: an event, for ALICE_IOC_LISTEN */
#define ALICE_OP_F_LOW			0xffff
#define ALICE_OP_F_LIVE			0x10000 /* was loaded into the running Xen */

/* Sizes of the texts in struct alice_op_desc, the NUL included. */
#define ALICE_NAME_LEN			24
#define ALICE_SUMMARY_LEN		80
#define ALICE_FMT_LEN			64

/**
 * struct alice_op_desc - what the hypervisor says of one of its ops
 * @cmd: the op's number
 * @flags: ALICE_OP_F_* bits
 * @in_min: the shortest input, in bytes
 * @in_max: the longest input, in bytes
 * @out_max: the longest answer, in bytes
 * @reserved: 0
 * @name: unique among the ops, of [a-z0-9-], NUL-terminated
 * @summary: one line for people, NUL-terminated
 * @in_fmt: field list of the input, NUL-terminated, "" when there is none
 * @out_fmt: field list of the answer, NUL-terminated, "" when there is none
 *
 * A field list is ``name:type``, separated by single spaces, packed in this
 * order with no padding and in little-endian order.  Types: u8 u16 u32 u64 s8
 * s16 s32 s64; x8 x16 x32 x64 (unsigned, shown in hexadecimal); cN (text in N
 * bytes, padded with NULs); bytes (the rest, as the last field only).
 */
struct alice_op_desc {
	__u32 cmd;
	__u32 flags;
	__u32 in_min;
	__u32 in_max;
	__u32 out_max;
	__u32 reserved;
	char name[ALICE_NAME_LEN];
	char summary[ALICE_SUMMARY_LEN];
	char in_fmt[ALICE_FMT_LEN];
	char out_fmt[ALICE_FMT_LEN];
};

/* Flags in struct alice_info. */
#define ALICE_INFO_LEGACY		1 /* Xen's alice_op takes no arguments */
#define ALICE_INFO_RESTRICTED		2 /* this open file is restricted */
#define ALICE_INFO_BATCH		4 /* Xen has batches; if not, single calls */

/* Features of the hypervisor, in struct alice_info. */
#define ALICE_FEATURE_PHYS		1 /* payloads by physical address */
#define ALICE_FEATURE_LONG		2 /* ops that take many steps */
#define ALICE_FEATURE_EVENTS		4 /* ALICE_IOC_LISTEN */
#define ALICE_FEATURE_LIVE		8 /* ops can be loaded */

/**
 * struct alice_info - what the driver and the hypervisor offer now
 * @abi_major: ABI version of the hypervisor, 0 in legacy mode
 * @abi_minor: the same; a minor version only adds
 * @hypercall_nr: number of the hypercall
 * @ops: rows of the op table
 * @max_len: the longest payload of one op, in bytes
 * @max_batch: the most ops in one ALICE_IOC_BATCH
 * @flags: ALICE_INFO_* bits
 * @generation: of the op table: 1 when the driver was loaded; rises when a row
 *	comes, goes, changes or has another place, or @max_len changes; 0 where
 *	there is no table
 * @features: ALICE_FEATURE_* bits
 * @reserved: 0
 */
struct alice_info {
	__u16 abi_major;
	__u16 abi_minor;
	__u32 hypercall_nr;
	__u32 ops;
	__u32 max_len;
	__u32 max_batch;
	__u32 flags;
	__u64 generation;
	__u32 features;
	__u32 reserved[7];
};

/**
 * struct alice_describe - one row of the op table
 * @index: which row, from 0 (in)
 * @access: 0, or the negative errno by which the driver would refuse a call of
 *	this op on this open file, whatever its payload (out)
 * @since: the generation at which this row became as it is, whatever its place
 *	(out)
 * @desc: the row (out)
 */
struct alice_describe {
	__u32 index;
	__s32 access;
	__u64 since;
	struct alice_op_desc desc;
};

/**
 * struct alice_op - one op
 * @cmd: the op's number
 * @flags: 0
 * @in_len: length of the input, in bytes
 * @out_len: room for the answer, in bytes; it may exceed what the op can answer
 * @in: user pointer to the input
 * @out: user pointer to the room for the answer; it may be the same as @in
 * @generation: if not 0, the op is called only if the @since of its row, of
 *	&struct alice_describe, is not larger
 */
struct alice_op {
	__u32 cmd;
	__u32 flags;
	__u32 in_len;
	__u32 out_len;
	__u64 in;
	__u64 out;
	__u64 generation;
};

/* Flags in struct alice_batch. */
#define ALICE_BATCH_STOP_ON_ERROR	1 /* attempt nothing after a failure */

/**
 * struct alice_batch - many ops in few entries into the hypervisor
 * @ops: user pointer to &struct alice_op[@count], only read
 * @results: user pointer to __s32[@count]: bytes written, or a negative errno,
 *	one an op
 * @count: how many ops, from 1 to max_batch of &struct alice_info
 * @op_size: sizeof(struct alice_op) in the program: the stride of @ops
 * @flags: ALICE_BATCH_* bits
 * @reserved: 0
 */
struct alice_batch {
	__u64 ops;
	__u64 results;
	__u32 count;
	__u32 op_size;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct alice_restrict - what an open file may do, or is told, from now on
 * @cmds: user pointer to __u32[@count], the numbers of ops, or events, with their
 *	rows as they are now
 * @count: how many; 0 is none
 * @flags: 0
 */
struct alice_restrict {
	__u64 cmds;
	__u32 count;
	__u32 flags;
};

/**
 * struct alice_event - an event, as read(2) answers it
 * @cmd: number of the event's row in the op table
 * @len: length of the payload that follows, in bytes
 * @seq: counts this event for this domain, from 1; it begins again at 1 when the
 *	domain has moved, or nobody in it listened to any event for a while
 * @time_ns: when it happened, as the hypervisor's uptime
 * @lost: how many events, of those that this open file listens to, found no room
 *	since the record before this one
 * @reserved: 0
 *
 * Behind the payload, whose fields are the @out_fmt of the event's row, come zeros
 * up to the next multiple of 8.
 */
struct alice_event {
	__u32 cmd;
	__u32 len;
	__u64 seq;
	__u64 time_ns;
	__u32 lost;
	__u32 reserved;
};

/* The longest payload of an event, in bytes. */
#define ALICE_EVENT_LEN			4064

/*
 * ALICE_IOC_INFO: fill a struct alice_info.  Returns 0.
 */
#define ALICE_IOC_INFO		_IOR(ALICE_IOC_TYPE, 0, struct alice_info)

/*
 * ALICE_IOC_DESCRIBE: fill a struct alice_describe with the row of its index,
 * in the hypervisor's table as it is now.  Returns 0.
 *
 * - ENOENT: the table has no such row.
 */
#define ALICE_IOC_DESCRIBE	_IOWR(ALICE_IOC_TYPE, 1, struct alice_describe)

/*
 * ALICE_IOC_OP: call one op.  Returns how many bytes were written at out.
 *
 * These are checked in this order, after the general ones, before anything
 * reaches the hypervisor:
 *
 * - EOPNOTSUPP: the table has no such op.
 * - ESTALE: generation is not 0, and the op's row is newer.
 * - EACCES: the op was restricted away on this open file.
 * - EPERM:  the op needs CAP_SYS_ADMIN, is the kernel's own, or has a flag that
 *   the driver does not know.
 * - EBADF:  the op has a side effect and the file is not open for writing.
 * - EINVAL: in_len is outside what the op declares.
 * - ENOMEM: there is no memory for the payload.
 * - EFAULT: the payload cannot be read.
 *
 * An errno of the hypervisor's is handed through as it is: EPERM where the
 * domain may not make the call, EINVAL where the answer does not fit into
 * out_len, and whatever the op itself answers.  EIO says that the hypervisor's
 * answer made no sense, and ESTALE that its table does not stand still.  EFAULT
 * can also mean that the op ran and its answer could not be written, as with
 * read(2).
 *
 * An op with ALICE_OP_F_LONG takes as many steps as it wants, and each is checked
 * as if it came alone.  It can be abandoned between two of them; what it did until
 * then stays done.  EINTR says that a signal, a stop, a debugger or a freezer
 * wanted the thread, and ESTALE that the op's row has changed.  Any other errno is
 * that of a step which was refused.
 */
#define ALICE_IOC_OP		_IOW(ALICE_IOC_TYPE, 2, struct alice_op)

/*
 * ALICE_IOC_BATCH: call many ops, in order.  Returns how many were attempted;
 * their results are written, those of the others are untouched.  What
 * ALICE_IOC_OP would answer to an op is that op's result.
 *
 * - EINVAL: count is 0 or above max_batch, or op_size is 0.
 * - E2BIG:  op_size is above 4096.
 * - EFAULT: the first op cannot be read; or results cannot be written, where
 *   ops may have run.
 *
 * A batch that has begun ends early at a signal, and before an op that cannot be
 * read.  It returns the count so far.  The caller goes on with what is left, and
 * gets the errno then, if it is still due.
 *
 * With ALICE_BATCH_STOP_ON_ERROR it ends with the first op that failed.  That an
 * answer cannot be written (EFAULT) shows only after the ops behind it in the same
 * entry into the hypervisor ran: they have their results, too, and then it ends.
 *
 * Ops may be smaller or larger than struct alice_op, as every structure may: of a
 * larger one whose extra bytes are not zero the result is -E2BIG.
 *
 * Inputs are read before the ops of the same entry into the hypervisor run, so an
 * op cannot take the answer of one before it in the same batch for its input.
 */
#define ALICE_IOC_BATCH		_IOW(ALICE_IOC_TYPE, 3, struct alice_batch)

/*
 * ALICE_IOC_RESTRICT: allow this open file the named ops alone, from now on,
 * wherever it travels (fork, SCM_RIGHTS).  A later call can only take more
 * away.  An op that comes later under a number that was named, or one that is
 * replaced, is not allowed.  What was sent to the hypervisor before is not
 * waited for.  Returns 0.  It holds for this open file: whoever may open the
 * node can get another one.
 *
 * - EINVAL: a cmd of ALICE_MAX_CMDS or more, or more cmds than that.
 * - EFAULT: the cmds cannot be read.
 */
#define ALICE_IOC_RESTRICT	_IOW(ALICE_IOC_TYPE, 4, struct alice_restrict)

/*
 * ALICE_IOC_LISTEN: have this open file told of the named events, from now on,
 * instead of those of before; count 0 ends it.  What is queued stays.  Returns 0.
 * Where it fails, everything is as before.
 *
 * The permission of an event is checked here, as that of an op is by
 * ALICE_IOC_OP, with the same errnos.  An event that is taken out of the table, or
 * replaced, is no longer listened to, and so is one that ALICE_IOC_RESTRICT takes
 * away.
 *
 * - EINVAL: a cmd of ALICE_MAX_CMDS or more, more cmds than that, or one whose row
 *   is no event.
 * - EOPNOTSUPP: the table has no such event, or the hypervisor has none at all.
 * - EFAULT: the cmds cannot be read.
 * - EPERM, EACCES, EBADF: as ALICE_IOC_OP; EPERM also where the hypervisor keeps
 *   the event from this domain.
 * - ESTALE: the hypervisor's table does not stand still.
 *
 * read(2) answers whole records, one or more, each a struct alice_event.  It waits
 * for the first.  poll(2) tells EPOLLIN.
 *
 * - EAGAIN: there is none, and the file has O_NONBLOCK.
 * - EINTR:  a signal came while it waited.
 * - EINVAL: the next record does not fit, or nothing is queued and this open file
 *   listens to nothing.
 *
 * Records of one event keep their order.  A file's queue has 64 KiB, and a domain's
 * in the hypervisor 16 KiB.
 */
#define ALICE_IOC_LISTEN	_IOW(ALICE_IOC_TYPE, 5, struct alice_restrict)

#endif /* _LINUX_ALICE_H */
