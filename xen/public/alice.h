/* SPDX-License-Identifier: MIT */
/*
 * alice.h
 *
 * Interface of the hypercall alice_op, whose ops the hypervisor describes.
 *
 *   long HYPERVISOR_alice_op(unsigned int cmd, void *arg,
 *                            unsigned int in_len, unsigned int out_len)
 *
 * An op consumes in_len bytes at arg and then writes at most out_len bytes at
 * arg, over its input.  It returns how many bytes it wrote (0 or more), or a
 * negative errno value.  These are checked in this order:
 *
 *   -EPERM       the domain may not make this call (Xen's boot parameter
 *                alice=, a CONTROL op outside the control domain, or a policy)
 *   -XEN_ALICE_ESTALE  the tag in cmd is not that of the current table
 *   -EOPNOTSUPP  no op has this number, or it is the number of an event
 *   -EINVAL      the reserved bit of cmd, PHYS from a PV guest, or an in_len
 *                outside the bounds of the op
 *   -EFAULT      arg is NULL, and in_len or the usable room is not 0
 *   -ENOMEM      a vcpu sleeps in a call on this CPU, and there is no memory
 *                for the buffers of another call
 *   -EFAULT      arg is not a canonical address, or cannot be read
 *   (the op's own errno; -EINVAL if its answer, or the cursor of a LONG op,
 *                does not fit)
 *   -XEN_ALICE_ERESTART  a LONG op is not finished: call it again
 *   -EIO         the op claims to have written more than there was room for,
 *                or returns an errno that says it did not run (ENOSYS,
 *                XEN_ALICE_ESTALE, and XEN_ALICE_ERESTART if it is not LONG)
 *                or that is invalid (XEN_ALICE_ERRNOS and above)
 *   -EFAULT      the answer cannot be written; the op ran
 *
 * Payloads hold no pointers and no implicit padding.  Their fields are
 * little-endian, and the layout is the same for 32-bit and for 64-bit callers,
 * so that the call needs no compat translation.  In the structures below each
 * field is naturally aligned.
 *
 * A call with four zero arguments is valid: it calls op hello.
 */

#ifndef __XEN_PUBLIC_ALICE_H__
#define __XEN_PUBLIC_ALICE_H__

/* Default number of the hypercall; wire --number chooses another. */
#define XEN_ALICE_HYPERCALL_NR          47

/* Values in the answer of op version: magic ("ALCE") and ABI version. */
#define XEN_ALICE_MAGIC                 0x414c4345
#define XEN_ALICE_ABI_MAJOR             1
#define XEN_ALICE_ABI_MINOR             0

/*
 * cmd: bits 0 to 9 are the number of the op.  Bits 10 to 29 are a tag: the low
 * 20 bits of the generation of the table that the caller has read, or 0 for
 * any table.  Bit 30 is 0.  With PHYS, arg is the guest-physical address of
 * max(in_len, out_len) contiguous bytes; not for PV guests.
 */
#define XEN_ALICE_MAX_CMDS              1024
#define XEN_ALICE_CMD_NUMBER            0x000003ffU
#define XEN_ALICE_CMD_TAG_SHIFT         10
#define XEN_ALICE_TAG                   0x000fffffU
#define XEN_ALICE_CMD_RESERVED          0x40000000U
#define XEN_ALICE_CMD_PHYS              0x80000000U

/* ESTALE, which not every Xen defines.  No op returns it. */
#define XEN_ALICE_ESTALE                116

/* Errnos from here on are internal to kernels.  No op returns one. */
#define XEN_ALICE_ERRNOS                512

/* Bounds and default of max_len, the longest payload: alice-len= sets it. */
#define XEN_ALICE_LEN_LEAST             4096
#define XEN_ALICE_LEN_DEFAULT           65536
#define XEN_ALICE_LEN_MOST              1048576

/*
 * The ops of this project.  It never uses numbers from XEN_ALICE_OP_USER up:
 * these are for ops of others.
 */
#define XEN_ALICE_OP_HELLO              0
#define XEN_ALICE_OP_VERSION            1
#define XEN_ALICE_OP_DESCRIBE           2
#define XEN_ALICE_OP_ECHO               3
#define XEN_ALICE_OP_WHOAMI             4
#define XEN_ALICE_OP_MEMORY             5
#define XEN_ALICE_OP_STATS              6
#define XEN_ALICE_OP_RESET_STATS        7
#define XEN_ALICE_OP_BATCH              8
#define XEN_ALICE_OP_EVENTS_OPEN        9
#define XEN_ALICE_OP_EVENTS_WANT        10
#define XEN_ALICE_OP_EVENTS_READ        11
#define XEN_ALICE_OP_CHANGED            12
#define XEN_ALICE_OP_USER               64

/*
 * Flags of an op, in struct xen_alice_op_desc.  A guest has to understand the
 * low 16 bits: an unknown flag there closes the op to its programs.  The high
 * 16 bits are informational.
 */
#define XEN_ALICE_OP_F_WRITE            1 /* it has a side effect */
#define XEN_ALICE_OP_F_ADMIN            2 /* guest: privileged callers only */
#define XEN_ALICE_OP_F_CONTROL          4 /* Xen: the control domain only */
#define XEN_ALICE_OP_F_KERNEL           8 /* guest: the kernel's own use only */
#define XEN_ALICE_OP_F_LONG             16 /* may take many steps */
#define XEN_ALICE_OP_F_EVENT            32 /* an event, not an op */
#define XEN_ALICE_OP_F_LIVE             0x10000 /* was loaded into the running Xen */

/*
 * An op with LONG may take many steps, each of them a call.  A cursor of
 * XEN_ALICE_CURSOR_LEN bytes comes before its input and before its answer.
 * The caller sets it to zero for the first step.  It counts in in_len and
 * out_len, but not in the lengths of the op's row.  -XEN_ALICE_ERESTART means
 * that only the cursor at arg was updated and that the op is not finished:
 * call it again with this cursor and the same input.
 */
#define XEN_ALICE_CURSOR_LEN            32
#define XEN_ALICE_ERESTART              85

/* Sizes of the texts in struct xen_alice_op_desc, the NUL included. */
#define XEN_ALICE_NAME_LEN              24
#define XEN_ALICE_SUMMARY_LEN           80
#define XEN_ALICE_FMT_LEN               64

/*
 * One row of the op table: the answer of op describe.  Ops describe and
 * version truncate their answers to the room, so that their structures can
 * grow.  A reader uses the fields that it knows and ignores reserved ones.
 *
 * A field list has a name:type for each field, separated by single spaces.
 * Fields are packed in this order, without padding.  Types: u8 u16 u32 u64 s8
 * s16 s32 s64; x8 x16 x32 x64 (unsigned, shown in hexadecimal); cN (text in N
 * bytes, padded with NULs); bytes (the rest of the payload, as the last field
 * only).  The list is empty if there is no payload.
 */
struct xen_alice_op_desc {
    uint32_t cmd;                        /* below XEN_ALICE_MAX_CMDS */
    uint32_t flags;                      /* XEN_ALICE_OP_F_* */
    uint32_t in_min;                     /* bounds of in_len */
    uint32_t in_max;
    uint32_t out_max;                    /* the longest answer */
    uint32_t reserved;                   /* 0 */
    char name[XEN_ALICE_NAME_LEN];       /* [a-z0-9-], unique */
    char summary[XEN_ALICE_SUMMARY_LEN]; /* one line for humans */
    char in_fmt[XEN_ALICE_FMT_LEN];      /* field list of the input */
    char out_fmt[XEN_ALICE_FMT_LEN];     /* field list of the answer */
};
typedef struct xen_alice_op_desc xen_alice_op_desc_t;

/* Features for the calling domain, in struct xen_alice_version. */
#define XEN_ALICE_FEATURE_PHYS          1 /* XEN_ALICE_CMD_PHYS */
#define XEN_ALICE_FEATURE_LONG          2 /* XEN_ALICE_OP_F_LONG */
#define XEN_ALICE_FEATURE_EVENTS        4 /* ops events-open, -want and -read */
#define XEN_ALICE_FEATURE_LIVE          8 /* ops can be loaded */

/*
 * The answer of op version.  The generation rises with every change of the
 * table, and its low 20 bits are never 0.  They are a hash of all rows that
 * were added and removed so far.  So a call that is prepared on one Xen and
 * made on another, after a migration, has the wrong tag if the tables differ.
 */
struct xen_alice_version {
    uint32_t magic;                      /* XEN_ALICE_MAGIC */
    uint16_t major;                      /* XEN_ALICE_ABI_MAJOR */
    uint16_t minor;                      /* XEN_ALICE_ABI_MINOR */
    uint32_t ops;                        /* rows of the op table */
    uint32_t max_len;                    /* of one payload */
    uint64_t generation;                 /* of the op table */
    uint32_t features;                   /* XEN_ALICE_FEATURE_* */
    uint32_t reserved;                   /* 0 */
};
typedef struct xen_alice_version xen_alice_version_t;

/* The input of op describe. */
struct xen_alice_describe {
    uint32_t index;                      /* of the row, from 0 */
};
typedef struct xen_alice_describe xen_alice_describe_t;

/* The answer of op whoami. */
struct xen_alice_whoami {
    uint32_t domid;
    uint32_t vcpu;
    uint32_t bits;                       /* width of the caller: 32 or 64 */
    uint32_t control;                    /* 1 in the control domain */
    uint64_t uptime_ns;                  /* of the hypervisor */
    char type[8];                        /* "pv" or "hvm" */
};
typedef struct xen_alice_whoami xen_alice_whoami_t;

/* The answer of op memory. */
struct xen_alice_memory {
    uint64_t pages;                      /* pages of the domain */
    uint64_t max_pages;                  /* upper bound for pages */
    uint32_t page_size;                  /* in bytes */
    uint32_t reserved;                   /* 0 */
};
typedef struct xen_alice_memory xen_alice_memory_t;

/* The input of op stats. */
struct xen_alice_stats_of {
    uint32_t cmd;                        /* number of an op */
};
typedef struct xen_alice_stats_of xen_alice_stats_of_t;

/*
 * The answer of op stats: sums over all domains, since boot or the last
 * reset-stats.  A call is counted when its result is known, so a call of stats
 * does not count itself.  Each step of a LONG op is a call; only the last step
 * counts in the other fields.
 */
struct xen_alice_stats {
    uint64_t calls;                      /* of this op */
    uint64_t errors;                     /* calls that failed */
    uint64_t in_bytes;                   /* input of the other calls */
    uint64_t out_bytes;                  /* answers of the other calls */
};
typedef struct xen_alice_stats xen_alice_stats_t;

/*
 * Op batch: many ops in one call.  The request is a head and a sequence of
 * records, each followed by its payload and by zeros up to the next multiple
 * of 8.  The answer is a sequence of replies in the same order, each followed
 * by its payload and by zeros up to the next multiple of 8.
 *
 * The framing of the whole request is checked before the first op runs.  If
 * the CPU is needed for something else, the answer may end early, after at
 * least one reply: the other ops did not run, and can be sent again.
 *
 * Each op is checked like a single call.  The cmd of a record has the same
 * parts as that of a call, but the result is -EINVAL for PHYS, for op batch
 * and for an op with LONG.
 */
#define XEN_ALICE_BATCH_STOP_ON_ERROR   1 /* nothing runs after a failure */
#define XEN_ALICE_BATCH_ALIGN           8
#define XEN_ALICE_BATCH_LEN             4096 /* of a request, and of an answer */

struct xen_alice_batch {
    uint32_t flags;                      /* XEN_ALICE_BATCH_* */
    uint32_t reserved;                   /* 0 */
};
typedef struct xen_alice_batch xen_alice_batch_t;

struct xen_alice_batch_record {
    uint32_t cmd;
    uint16_t in_len;                     /* of the payload that follows */
    uint16_t out_len;                    /* room for the op's answer */
};
typedef struct xen_alice_batch_record xen_alice_batch_record_t;

struct xen_alice_batch_reply {
    int32_t result;                      /* bytes that follow, or -errno */
    uint32_t reserved;                   /* 0 */
};
typedef struct xen_alice_batch_reply xen_alice_batch_reply_t;

/*
 * Events.  A row with EVENT is not an op; out_fmt lists the event's fields.
 *
 * Op events-open makes the calling domain's queue of XEN_ALICE_QUEUE_LEN
 * bytes, or empties it and queues no events from then on.  It returns an
 * unbound event channel, for the domain itself to bind.  Xen raises it when a
 * record enters the empty queue.
 *
 * Op events-want takes a bitmap of the events to queue from now on.  It has
 * XEN_ALICE_MAX_CMDS bits; the lowest bit of the first byte is cmd 0.  Each
 * event needs the permission that a call of an op needs.  -EINVAL if one is
 * not an event.
 *
 * Op events-read removes whole records from the queue and returns them.
 * -EINVAL if there is no room for the next one.
 *
 * events-want and events-read fail with -ENOENT if there is no queue.  An
 * event whose row is removed from the table is no longer queued.
 */
#define XEN_ALICE_QUEUE_LEN             16384
#define XEN_ALICE_EVENT_LEN             4064 /* the longest payload of an event */
#define XEN_ALICE_EVENT_ALIGN           8

/* The answer of op events-open. */
struct xen_alice_events_open {
    uint32_t port;                       /* of the calling domain */
    uint32_t reserved;                   /* 0 */
};
typedef struct xen_alice_events_open xen_alice_events_open_t;

/*
 * Head of a record of op events-read.  Its payload follows, and zeros up to
 * the next multiple of 8.
 */
struct xen_alice_event {
    uint32_t cmd;                        /* of the event's row */
    uint32_t len;                        /* of the payload that follows */
    uint64_t seq;                        /* counts this event, from 1 */
    uint64_t time_ns;                    /* the hypervisor's uptime */
    uint32_t lost;                       /* dropped since the last record */
    uint32_t reserved;                   /* 0 */
};
typedef struct xen_alice_event xen_alice_event_t;

#endif /* __XEN_PUBLIC_ALICE_H__ */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
