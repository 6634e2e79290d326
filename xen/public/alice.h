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
 * negative errno value:
 *
 *   -EPERM       the domain may not make this call (Xen's boot parameter
 *                alice=, a CONTROL op outside the control domain, or a policy)
 *   -EOPNOTSUPP  no op has this number
 *   -EINVAL      a length outside what the op declares, or a malformed payload
 *   -EFAULT      arg cannot be read or written
 *   -ENOENT      describe: the index is past the end of the table
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
#define ALICE_HYPERCALL_NR              47

/* What op version answers: the magic ("ALCE") and the ABI of this header. */
#define ALICE_MAGIC                     0x414c4345
#define ALICE_ABI_MAJOR                 1
#define ALICE_ABI_MINOR                 0

/* Every cmd is below this, so that a lookup is an index. */
#define ALICE_MAX_CMDS                  1024

/* The longest payload, in and out, in bytes. */
#define ALICE_MAX_LEN                   4096

/*
 * The ops of this project.  Numbers from ALICE_OP_USER up are never used by
 * it: they are yours.
 */
#define ALICE_OP_HELLO                  0
#define ALICE_OP_VERSION                1
#define ALICE_OP_DESCRIBE               2
#define ALICE_OP_ECHO                   3
#define ALICE_OP_WHOAMI                 4
#define ALICE_OP_MEMORY                 5
#define ALICE_OP_STATS                  6
#define ALICE_OP_RESET_STATS            7
#define ALICE_OP_BATCH                  8
#define ALICE_OP_USER                   64

/* Flags of an op, in struct xen_alice_op_desc. */
#define ALICE_OP_F_WRITE                1 /* it has a side effect */
#define ALICE_OP_F_ADMIN                2 /* guest: privileged callers only */
#define ALICE_OP_F_CONTROL              4 /* Xen: the control domain only */
#define ALICE_OP_F_KERNEL               8 /* guest: the kernel's own use only */

/* Sizes of the texts in struct xen_alice_op_desc, the NUL included. */
#define ALICE_NAME_LEN                  24
#define ALICE_SUMMARY_LEN               80
#define ALICE_FMT_LEN                   64

/*
 * One row of the op table, the answer of op describe.
 *
 * A field list is name:type, separated by single spaces, packed in this order
 * with no padding.  Types: u8 u16 u32 u64 s8 s16 s32 s64; x8 x16 x32 x64
 * (unsigned, shown in hexadecimal); cN (text in N bytes, padded with NULs);
 * bytes (the rest of the payload, as the last field only).  It is empty where
 * there is no payload.
 */
struct xen_alice_op_desc {
    uint32_t cmd;                        /* below ALICE_MAX_CMDS */
    uint32_t flags;                      /* ALICE_OP_F_* */
    uint32_t in_min;                     /* bounds of in_len */
    uint32_t in_max;
    uint32_t out_max;                    /* the longest answer */
    uint32_t reserved;                   /* 0 */
    char name[ALICE_NAME_LEN];           /* [a-z0-9-], unique */
    char summary[ALICE_SUMMARY_LEN];     /* one line for people */
    char in_fmt[ALICE_FMT_LEN];          /* field list of the input */
    char out_fmt[ALICE_FMT_LEN];         /* field list of the answer */
};
typedef struct xen_alice_op_desc xen_alice_op_desc_t;

/* The answer of op version. */
struct xen_alice_version {
    uint32_t magic;                      /* ALICE_MAGIC */
    uint16_t major;                      /* ALICE_ABI_MAJOR */
    uint16_t minor;                      /* ALICE_ABI_MINOR */
    uint32_t ops;                        /* rows of the op table */
    uint32_t max_len;                    /* of one payload */
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
    uint32_t cmd;
};
typedef struct xen_alice_stats_of xen_alice_stats_of_t;

/*
 * The answer of op stats: all domains together, since boot or the last
 * reset-stats.  A call counts when its answer is known, so that a call of
 * stats does not count itself.
 */
struct xen_alice_stats {
    uint64_t calls;                      /* of this cmd */
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
 * the CPU is wanted for something else, the answer may end early, after any reply
 * but before the first: the ops behind it did not run, and can be sent again.
 */
#define ALICE_BATCH_STOP_ON_ERROR       1 /* nothing runs after a failure */
#define ALICE_BATCH_ALIGN               8

struct xen_alice_batch {
    uint32_t flags;                      /* ALICE_BATCH_* */
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
