/* SPDX-License-Identifier: MIT */
/*
 * alice.h
 *
 * alice_op: one hypercall whose ops the hypervisor describes itself.
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
 *   -XEN_ALICE_ESTALE  the table is not the one that cmd has the tag of
 *   -EOPNOTSUPP  no op has this number, or it is an event's
 *   -EINVAL      a reserved bit of cmd, PHYS from a PV guest, or a length
 *                outside what the op declares
 *   -EFAULT      arg is NULL, though there is something to read or room to use
 *   -ENOMEM      no memory for another call on a CPU where a vcpu sleeps amid
 *                its own
 *   -EFAULT      arg is no canonical address, or cannot be read
 *   (the op's own errno; -EINVAL where its answer, or the cursor of a LONG op,
 *                does not fit)
 *   -XEN_ALICE_ERESTART  a LONG op wants to go on
 *   -EIO         the op claims to have written more than there was room for,
 *                or answers an errno that says it did not run (ENOSYS,
 *                XEN_ALICE_ESTALE, and XEN_ALICE_ERESTART if it is not LONG) or
 *                that is none (XEN_ALICE_ERRNOS and more)
 *   -EFAULT      the answer cannot be written; the op ran
 *
 * Payloads hold no pointers and no implicit padding.  Their fields are
 * little-endian and naturally aligned, with the same layout for 32-bit and for
 * 64-bit callers, so that the call needs no compat translation.
 *
 * Four zero arguments are a valid call, of the op hello.
 */

#ifndef __XEN_PUBLIC_ALICE_H__
#define __XEN_PUBLIC_ALICE_H__

/* The number that the hypercall has, unless the tree was wired with another. */
#define XEN_ALICE_HYPERCALL_NR          47

/* What op version answers: the magic ("ALCE") and the ABI of this header. */
#define XEN_ALICE_MAGIC                 0x414c4345
#define XEN_ALICE_ABI_MAJOR             1
#define XEN_ALICE_ABI_MINOR             0

/*
 * cmd: bits 0 to 9 are the number of the op.  Bits 10 to 29 are a tag, the low
 * 20 bits of the table generation that the caller went by, or 0 where it does
 * not say.  Bit 30 is 0.  With PHYS, arg is the guest-physical address of
 * max(in_len, out_len) contiguous bytes; not for PV guests.
 */
#define XEN_ALICE_MAX_CMDS              1024
#define XEN_ALICE_CMD_NUMBER            0x000003ffU
#define XEN_ALICE_CMD_TAG_SHIFT         10
#define XEN_ALICE_TAG                   0x000fffffU
#define XEN_ALICE_CMD_RESERVED          0x40000000U
#define XEN_ALICE_CMD_PHYS              0x80000000U

/* Not every Xen has a name for this errno.  No op answers it. */
#define XEN_ALICE_ESTALE                116

/* Kernels have errnos from here on for themselves.  No op answers one. */
#define XEN_ALICE_ERRNOS                512

/* Bounds of max_len, the longest payload: the boot parameter alice-len=. */
#define XEN_ALICE_LEN_LEAST             4096
#define XEN_ALICE_LEN_DEFAULT           65536
#define XEN_ALICE_LEN_MOST              1048576

/*
 * The ops of this project.  Numbers from XEN_ALICE_OP_USER up are never used
 * by it: they are yours.
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
 * low 16 bits: an unknown one closes the op to its programs.  The high 16 bits
 * only tell.
 */
#define XEN_ALICE_OP_F_WRITE            1 /* it has a side effect */
#define XEN_ALICE_OP_F_ADMIN            2 /* guest: privileged callers only */
#define XEN_ALICE_OP_F_CONTROL          4 /* Xen: the control domain only */
#define XEN_ALICE_OP_F_KERNEL           8 /* guest: the kernel's own use only */
#define XEN_ALICE_OP_F_LONG             16 /* may take many steps */
#define XEN_ALICE_OP_F_EVENT            32 /* no op, but an event */
#define XEN_ALICE_OP_F_LIVE             0x10000 /* was loaded into the running Xen */

/*
 * An op with LONG may take many steps, each a call.  XEN_ALICE_CURSOR_LEN bytes
 * of cursor come before its input and before its answer; they are zero at
 * first.  They count in in_len and out_len, but not in the lengths of the op's
 * row.  -XEN_ALICE_ERESTART says that the cursor at arg was updated, and
 * nothing else, and that the op wants to go on: call it again, with the input
 * as it was.
 */
#define XEN_ALICE_CURSOR_LEN            32
#define XEN_ALICE_ERESTART              85

/* Sizes of the texts in struct xen_alice_op_desc, the NUL included. */
#define XEN_ALICE_NAME_LEN              24
#define XEN_ALICE_SUMMARY_LEN           80
#define XEN_ALICE_FMT_LEN               64

/*
 * One row of the op table, the answer of op describe.  Ops describe and
 * version answer as many bytes as there is room for, so that their structures
 * can grow; a reader takes what it knows and ignores reserved fields.
 *
 * A field list is name:type, separated by single spaces, packed in this order
 * with no padding.  Types: u8 u16 u32 u64 s8 s16 s32 s64; x8 x16 x32 x64
 * (unsigned, shown in hexadecimal); cN (text in N bytes, padded with NULs);
 * bytes (the rest of the payload, as the last field only).  It is empty where
 * there is no payload.
 */
struct xen_alice_op_desc {
    uint32_t cmd;                        /* below XEN_ALICE_MAX_CMDS */
    uint32_t flags;                      /* XEN_ALICE_OP_F_* */
    uint32_t in_min;                     /* bounds of in_len */
    uint32_t in_max;
    uint32_t out_max;                    /* the longest answer */
    uint32_t reserved;                   /* 0 */
    char name[XEN_ALICE_NAME_LEN];       /* [a-z0-9-], unique */
    char summary[XEN_ALICE_SUMMARY_LEN]; /* one line for people */
    char in_fmt[XEN_ALICE_FMT_LEN];      /* field list of the input */
    char out_fmt[XEN_ALICE_FMT_LEN];     /* field list of the answer */
};
typedef struct xen_alice_op_desc xen_alice_op_desc_t;

/* What the hypervisor offers to the calling domain, in struct xen_alice_version. */
#define XEN_ALICE_FEATURE_PHYS          1 /* XEN_ALICE_CMD_PHYS */
#define XEN_ALICE_FEATURE_LONG          2 /* XEN_ALICE_OP_F_LONG */
#define XEN_ALICE_FEATURE_EVENTS        4 /* ops events-open, -want and -read */
#define XEN_ALICE_FEATURE_LIVE          8 /* ops can be loaded */

/*
 * The answer of op version.  The generation rises with every change of the
 * table, and its low 20 bits are never 0.  At boot it is a hash of the table,
 * so that a call which straddles a migration to a Xen with another table has
 * the wrong tag there.
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
    uint32_t index;                      /* of a row, from 0 */
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
    uint64_t pages;                      /* that the domain has */
    uint64_t max_pages;                  /* that it may have */
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
 * The answer of op stats: all domains together, since boot or the last
 * reset-stats.  A call counts when its answer is known, so that a call of
 * stats does not count itself.  Each step of a LONG op is a call; only the last
 * one can be an error, or has bytes.
 */
struct xen_alice_stats {
    uint64_t calls;                      /* of this op */
    uint64_t errors;                     /* of them, answered with an errno */
    uint64_t in_bytes;                   /* consumed by the other calls */
    uint64_t out_bytes;                  /* written by the other calls */
};
typedef struct xen_alice_stats xen_alice_stats_t;

/*
 * Op batch: many ops in one call.  The request is a head and a sequence of
 * records, each followed by its payload and by zeros up to the next multiple
 * of 8.  The answer is a sequence of replies in the same order, each followed
 * by its payload and by zeros up to the next multiple of 8.
 *
 * The framing of the whole request is checked before the first op runs.  Where
 * the CPU is wanted for something else, the answer may end early, after at
 * least one reply: the ops behind it did not run, and can be sent again.
 *
 * Each op is checked as if it came alone.  The cmd of a record has the same
 * parts as that of the call, but PHYS in it is -EINVAL, and so are a batch and
 * an op with LONG.
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
 * Events.  A row with EVENT is no op: its answer's fields are those of an event.
 *
 * Op events-open makes the calling domain's queue of XEN_ALICE_QUEUE_LEN bytes, or
 * empties it; nothing is wanted then.  It answers an unbound event channel, for the
 * domain itself to bind, which Xen raises when something comes into the empty
 * queue.  Op events-want takes XEN_ALICE_MAX_CMDS bits, one an event, the lowest bit
 * of the first byte for cmd 0: which events are queued from now on.  It is checked
 * for each as a call of it would be; -EINVAL where one is no event.  Op events-read
 * answers whole records, and takes them out; -EINVAL where not even the next one
 * fits.  The last two answer -ENOENT where there is no queue.
 *
 * An event that leaves the table is wanted by nobody any more.
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
 * A record of op events-read, before its payload and zeros up to the next
 * multiple of 8.
 */
struct xen_alice_event {
    uint32_t cmd;                        /* of the event's row */
    uint32_t len;                        /* of the payload that follows */
    uint64_t seq;                        /* of this event here, from 1 */
    uint64_t time_ns;                    /* the hypervisor's uptime */
    uint32_t lost;                       /* of this event, since its last record */
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
