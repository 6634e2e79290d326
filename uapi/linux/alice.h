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
 * - What the driver only writes need not be initialised: all of a struct
 *   alice_info, and the fields of a struct alice_describe that are marked (out).
 * - Reserved fields, and flags that are not named here, must be zero where the
 *   driver reads them.
 * - Pointers are __u64 in every program, so that 32-bit programs pass the same
 *   bytes.  A pointer is ignored if its length is 0.
 *
 * Errors that the ioctls share:
 *
 * - ENOTTY: the driver does not know this ioctl.
 * - E2BIG:  a structure that the driver reads is larger than its own, and one of the
 *   extra bytes is not zero.  These are read before the rest, up to the first that
 *   is not zero.
 * - EFAULT: the structure cannot be read or written.
 * - EINVAL: an unknown flag, or a reserved field that is not zero.
 * - ENOMEM: the kernel is out of memory.
 *
 * If a signal arrives before the op begins, the kernel restarts the call.  EINTR
 * comes from an op with ALICE_OP_F_LONG that was abandoned between two steps, from
 * read(2), or from an op that returns it itself.
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
 * Flags of an op, in struct alice_op_desc.  An unknown flag among the low 16 bits
 * closes the op to programs; the high 16 bits are informational.
 */
#define ALICE_OP_F_WRITE		1 /* needs an fd open for writing */
#define ALICE_OP_F_ADMIN		2 /* needs CAP_SYS_ADMIN */
#define ALICE_OP_F_CONTROL		4 /* Xen: the control domain only */
#define ALICE_OP_F_KERNEL		8 /* programs cannot call it */
#define ALICE_OP_F_LONG			16 /* may take many steps, or end with EINTR */
#define ALICE_OP_F_EVENT		32 /* an event: see ALICE_IOC_LISTEN */
#define ALICE_OP_F_LOW			0xffff
#define ALICE_OP_F_LIVE			0x10000 /* was loaded into the running Xen */

/* Sizes of the texts in struct alice_op_desc, the NUL included. */
#define ALICE_NAME_LEN			24
#define ALICE_SUMMARY_LEN		80
#define ALICE_FMT_LEN			64

/**
 * struct alice_op_desc - the hypervisor's description of one of its ops
 * @cmd: the op's number
 * @flags: ALICE_OP_F_* bits
 * @in_min: the shortest input, in bytes
 * @in_max: the longest input, in bytes
 * @out_max: the longest answer, in bytes
 * @reserved: 0
 * @name: unique name, of [a-z0-9-], NUL-terminated
 * @summary: one line of text for humans, NUL-terminated
 * @in_fmt: field list of the input, NUL-terminated, "" when there is none
 * @out_fmt: field list of the answer, NUL-terminated, "" when there is none
 *
 * A field list has a ``name:type`` for each field, separated by single spaces.
 * Fields are packed in this order, without padding, and little-endian.  Types:
 * u8 u16 u32 u64 s8 s16 s32 s64; x8 x16 x32 x64 (unsigned, shown in hexadecimal);
 * cN (text in N bytes, padded with NULs); bytes (the rest, as the last field only).
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
#define ALICE_INFO_BATCH		4 /* Xen has op batch; if not, a batch is single calls */

/* Features of the hypervisor, in struct alice_info. */
#define ALICE_FEATURE_PHYS		1 /* payloads by physical address */
#define ALICE_FEATURE_LONG		2 /* ops that take many steps */
#define ALICE_FEATURE_EVENTS		4 /* ALICE_IOC_LISTEN */
#define ALICE_FEATURE_LIVE		8 /* ops can be loaded */

/**
 * struct alice_info - what the driver and the hypervisor offer now
 * @abi_major: major ABI version of the hypervisor; 0 in legacy mode
 * @abi_minor: minor ABI version: a higher one only adds; 0 in legacy mode
 * @hypercall_nr: number of the hypercall
 * @ops: number of rows of the op table
 * @max_len: the longest payload of one op, in bytes
 * @max_batch: the most ops in one ALICE_IOC_BATCH
 * @flags: ALICE_INFO_* bits
 * @generation: generation of the op table: 1 when the driver is loaded; rises when
 *	a row is added, removed, changed or moved, or @max_len changes; 0 if there
 *	is no table
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
 * @index: index of the row, from 0 (in)
 * @access: 0, or the negative errno with which the driver would refuse a call of
 *	this op on this open file, whatever its payload (out)
 * @since: generation of the table in which this row last changed; moving it does
 *	not count (out)
 * @desc: the row (out)
 */
struct alice_describe {
	__u32 index;
	__s32 access;
	__u64 since;
	struct alice_op_desc desc;
};

/**
 * struct alice_op - a call of one op
 * @cmd: the op's number
 * @flags: 0
 * @in_len: length of the input, in bytes
 * @out_len: room for the answer, in bytes; may exceed the longest answer
 * @in: user pointer to the input
 * @out: user pointer to the room for the answer; may be the same as @in
 * @generation: if not 0, the op is called only if the @since of its row in
 *	&struct alice_describe is not larger
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
 * @results: user pointer to __s32[@count]: for each op the bytes written, or a
 *	negative errno
 * @count: number of ops, from 1 to max_batch of &struct alice_info
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
 * struct alice_restrict - the ops that an open file may call, or the events that it
 *	listens to
 * @cmds: user pointer to __u32[@count]: numbers of ops or events, which stand for
 *	the rows with these numbers in the current table
 * @count: number of @cmds; may be 0
 * @flags: 0
 */
struct alice_restrict {
	__u64 cmds;
	__u32 count;
	__u32 flags;
};

/**
 * struct alice_event - header of an event's record, as read(2) returns it
 * @cmd: the event's number in the op table
 * @len: length of the payload that follows, in bytes
 * @seq: counts this event in this domain, from 1; starts again at 1 after a
 *	migration, after a time in which nobody in the domain listened to events, or
 *	when the event's row was removed
 * @time_ns: uptime of the hypervisor when the event happened, in nanoseconds; may be
 *	less than in the record before, as the clocks of two processors can differ
 * @lost: number of events dropped since the previous record, of those that this
 *	open file listens to
 * @reserved: 0
 *
 * The payload has the fields of @out_fmt in the event's row. Zeros follow up to the
 * next multiple of 8.
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
 * ALICE_IOC_DESCRIBE: fill a struct alice_describe with the row at its index in
 * the hypervisor's current table.  Returns 0.
 *
 * - ENOENT: the table has no such row.
 */
#define ALICE_IOC_DESCRIBE	_IOWR(ALICE_IOC_TYPE, 1, struct alice_describe)

/*
 * ALICE_IOC_OP: call one op.  Returns how many bytes were written at out.
 *
 * These errors are checked in this order, after the general ones and before the
 * call reaches the hypervisor:
 *
 * - EOPNOTSUPP: the table has no such op, or the row is an event.
 * - ESTALE: generation is not 0, and the op's row is newer.
 * - EACCES: this open file is restricted to other ops.
 * - EPERM:  the op needs CAP_SYS_ADMIN, is for the kernel only, or has a low flag
 *   that the driver does not know.
 * - EBADF:  the op has a side effect and the file is not open for writing.
 * - EINVAL: in_len is outside what the op declares.
 * - ENOMEM: there is no memory for the payload.
 * - EFAULT: the payload cannot be read.
 *
 * An errno of the hypervisor is passed on unchanged: EPERM if the domain may not
 * make the call, EINVAL if the answer does not fit into out_len, and whatever the
 * op itself returns.  EIO says that the hypervisor's answer was invalid, and ESTALE
 * that its table keeps changing.  EFAULT can also mean that the op ran and its
 * answer could not be written, as with read(2).
 *
 * An op with ALICE_OP_F_LONG takes any number of steps, each checked like a single
 * call.  It can be abandoned between two steps; what it did until then is not
 * undone.  EINTR says that a signal, a stop, a debugger or a freezer interrupted
 * it, and ESTALE that the op's row has changed.  Any other errno comes from a step
 * that was refused.
 */
#define ALICE_IOC_OP		_IOW(ALICE_IOC_TYPE, 2, struct alice_op)

/*
 * ALICE_IOC_BATCH: call many ops, in order.  Returns how many were attempted.
 * Their results are written, and those of the others are left untouched.  The
 * result of an op is what ALICE_IOC_OP would return for it.
 *
 * - EINVAL: count is 0 or above max_batch, or op_size is 0.
 * - E2BIG:  op_size is above 4096.
 * - EFAULT: the first op cannot be read; or results cannot be written, in which
 *   case ops may have run.
 *
 * A batch that has begun ends early at a signal, and before an op that cannot be
 * read.  It returns the count so far.  If the caller goes on with the other ops, it
 * gets the errno then, should the cause persist.
 *
 * With ALICE_BATCH_STOP_ON_ERROR the batch ends with the first op that fails.  An
 * answer that cannot be written (EFAULT) is noticed only after later ops of the
 * same entry into the hypervisor ran: their results are written, too.
 *
 * Ops may be smaller or larger than struct alice_op, like all structures.  The
 * result of a larger one whose extra bytes are not zero is -E2BIG.
 *
 * Inputs are read before the ops of the same entry into the hypervisor run: an op
 * cannot use the answer of an earlier one in the same batch as its input.
 */
#define ALICE_IOC_BATCH		_IOW(ALICE_IOC_TYPE, 3, struct alice_batch)

/*
 * ALICE_IOC_RESTRICT: from now on allow only the named ops on this open file, also
 * for those who get it by fork or SCM_RIGHTS.  A later call can only restrict it
 * further.  An op that is added later with a named number, or that replaces a named
 * op, is not allowed.  Does not wait for calls that were sent to the hypervisor
 * before.  Returns 0.  Whoever may open the node can get another open file, which
 * is not restricted.
 *
 * - EINVAL: a cmd of ALICE_MAX_CMDS or more, or more cmds than that.
 * - EFAULT: the cmds cannot be read.
 */
#define ALICE_IOC_RESTRICT	_IOW(ALICE_IOC_TYPE, 4, struct alice_restrict)

/*
 * ALICE_IOC_LISTEN: from now on queue the named events for this open file, and no
 * others; with a count of 0, none.  Records that are queued already stay.  Returns
 * 0.  If it fails, nothing changes.
 *
 * Permission is checked here, as ALICE_IOC_OP does for an op, with the same errnos.
 * The open file stops listening to an event that is removed from the table or
 * replaced, and to one that ALICE_IOC_RESTRICT no longer allows.
 *
 * - EINVAL: a cmd of ALICE_MAX_CMDS or more, more cmds than that, or a cmd whose
 *   row is not an event.
 * - EOPNOTSUPP: the table has no such event, or the hypervisor has no events.
 * - EFAULT: the cmds cannot be read.
 * - EPERM, EACCES, EBADF: as ALICE_IOC_OP; EPERM also if the hypervisor denies the
 *   event to this domain.
 * - ESTALE: the hypervisor's table keeps changing.
 *
 * read(2) returns one or more whole records, each a struct alice_event and its
 * payload.  It waits for the first.  poll(2) reports EPOLLIN, or EPOLLERR where
 * read(2) fails with EINVAL because the file listens to no event.
 *
 * - EAGAIN: there is no record, and the file has O_NONBLOCK.
 * - EINTR:  a signal came while it waited.
 * - EINVAL: the next record does not fit, or no record is queued and this open file
 *   listens to no event.
 *
 * Records of one event keep their order.  The queue of an open file has 64 KiB, and
 * that of a domain in the hypervisor 16 KiB.
 */
#define ALICE_IOC_LISTEN	_IOW(ALICE_IOC_TYPE, 5, struct alice_restrict)

#endif /* _LINUX_ALICE_H */
