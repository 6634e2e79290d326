/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alice.c
 *
 * alice_op, a hypercall whose ops describe themselves: the ops, their table,
 * and the one path by which a guest reaches them.
 *
 * An op is a row of alice_table[] and a function.  The function sees memory of
 * the hypervisor alone: copying from and to the guest, permission, lengths and
 * counting happen once, around it, in do_alice_op().
 */

#include <xen/cache.h>
#include <xen/cpu.h>
#include <xen/errno.h>
#include <xen/guest_access.h>
#include <xen/hypercall.h>
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/mm.h>
#include <xen/notifier.h>
#include <xen/sched.h>
#include <xen/smp.h>
#include <xen/softirq.h>
#include <xen/string.h>
#include <xen/time.h>
#include <xen/xmalloc.h>

#include <public/alice.h>

#include "alice-compat.h"

/**
 * struct alice_op_row - one op
 * @desc: what guests are told of it, and what is checked before it runs
 * @fn: what it does.  It takes @in_len bytes at @in, writes at most @out_len
 *      bytes at @out and returns how many, or a negative errno value; -EINVAL
 *      where the answer does not fit.  @in_len is within the row's limits and
 *      @out_len not above its out_max; @in and @out are aligned to 8 bytes and
 *      do not overlap, and @out is zeroed.  It runs on behalf of current, and
 *      must neither sleep nor take longer than about the copying of a page.
 * @fills: @out need not be zeroed for it, since it never claims to have written
 *         what it did not
 */
struct alice_op_row {
    struct xen_alice_op_desc desc;
    int (*fn)(const void *in, unsigned int in_len,
              void *out, unsigned int out_len);
    bool fills;
};

/* In a row: as long as payloads may be. */
#define ALICE_ANY_LEN (~0U)

/**
 * struct alice_buffers - memory for the payload of one call
 * @next: those of another call on the same CPU
 * @domain: the domain that calls, or NULL
 * @domid: its number
 * @in: the input
 * @in_len: how much of @in can be other than zero, in bytes
 * @out: the answer
 */
struct alice_buffers {
    struct alice_buffers *next;
    const struct domain *domain;
    domid_t domid;
    void *in;
    unsigned int in_len;
    void *out;
};

/**
 * struct alice_cpu - what a physical CPU needs to serve calls
 * @buffers: one, and one more for each vcpu that slept amid a call here at a
 *           time when all were taken
 * @epoch: of @stats; another one than alice_epoch means that all are 0
 * @stats: the counters of each slot, written by this CPU alone
 *
 * Once allocated it stays, so that a CPU that goes offline takes no counts
 * with it.
 */
struct alice_cpu {
    struct alice_buffers *buffers;
    unsigned int epoch;
    struct xen_alice_stats stats[];
};

static struct alice_cpu **__read_mostly alice_cpus;
static unsigned int __read_mostly alice_epoch;

/*
 * The rows, and in which slot the row of each number is.  Slot 0 is that of
 * unknown ops, so that every number has a row.  XEN_ALICE_CMD_NUMBER masks each
 * index of alice_slots, speculative ones included.
 */
static const struct alice_op_row **__read_mostly alice_rows;
static unsigned int __read_mostly alice_nr_rows = 1;
static uint16_t __read_mostly alice_slots[XEN_ALICE_MAX_CMDS];

static uint64_t __read_mostly alice_generation;
static unsigned int __read_mostly alice_max_len = XEN_ALICE_LEN_DEFAULT;
integer_param("alice-len", alice_max_len);

enum alice_access __read_mostly alice_access;

static char __initdata opt_alice[16] = "all";
string_param("alice", opt_alice);

/* Hand out @len bytes at @src as the whole answer of an op. */
static int alice_answer(void *out, unsigned int out_len,
                        const void *src, unsigned int len)
{
    if ( out_len < len )
        return -EINVAL;

    if ( len )
        memcpy(out, src, len);

    return len;
}

/* The same where a guest that knows less of a structure has less room. */
static int alice_answer_part(void *out, unsigned int out_len,
                             const void *src, unsigned int len)
{
    return alice_answer(out, out_len, src, min(len, out_len));
}

/*
 * The ops.
 */

static int cf_check alice_op_hello(const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    /* The guest warning level: shown by default, and limited in its rate. */
    printk(XENLOG_G_WARNING "alice: hello from d%uv%u\n",
           (unsigned int)current->domain->domain_id,
           (unsigned int)current->vcpu_id);

    return 0;
}

static int cf_check alice_op_version(const void *in, unsigned int in_len,
                                     void *out, unsigned int out_len)
{
    const struct xen_alice_version version = {
        .magic = XEN_ALICE_MAGIC,
        .major = XEN_ALICE_ABI_MAJOR,
        .minor = XEN_ALICE_ABI_MINOR,
        .ops = alice_nr_rows - 1,
        .max_len = alice_max_len,
        .generation = alice_generation,
        .features = alice_phys_ok(current->domain) ? XEN_ALICE_FEATURE_PHYS : 0,
    };

    return alice_answer_part(out, out_len, &version, sizeof(version));
}

static int cf_check alice_op_describe(const void *in, unsigned int in_len,
                                      void *out, unsigned int out_len)
{
    const struct xen_alice_describe *what = in;
    unsigned int slot = what->index;

    if ( slot >= alice_nr_rows - 1 )
        return -ENOENT;

    slot = 1 + array_index_nospec(slot, alice_nr_rows - 1);

    return alice_answer_part(out, out_len, &alice_rows[slot]->desc,
                             sizeof(alice_rows[slot]->desc));
}

static int cf_check alice_op_echo(const void *in, unsigned int in_len,
                                  void *out, unsigned int out_len)
{
    return alice_answer(out, out_len, in, in_len);
}

static int cf_check alice_op_whoami(const void *in, unsigned int in_len,
                                    void *out, unsigned int out_len)
{
    const struct domain *d = current->domain;
    struct xen_alice_whoami whoami = {
        .domid = d->domain_id,
        .vcpu = current->vcpu_id,
        .bits = alice_guest_bits(current),
        .control = !!is_control_domain(d),
        .uptime_ns = NOW(),
    };

    strlcpy(whoami.type, alice_is_pv(d) ? "pv" : "hvm", sizeof(whoami.type));

    return alice_answer(out, out_len, &whoami, sizeof(whoami));
}

static int cf_check alice_op_memory(const void *in, unsigned int in_len,
                                    void *out, unsigned int out_len)
{
    const struct domain *d = current->domain;
    const struct xen_alice_memory memory = {
        .pages = alice_tot_pages(d),
        .max_pages = d->max_pages,
        .page_size = PAGE_SIZE,
    };

    return alice_answer(out, out_len, &memory, sizeof(memory));
}

static int cf_check alice_op_stats(const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    const struct xen_alice_stats_of *of = in;
    unsigned int slot = alice_slots[of->cmd & XEN_ALICE_CMD_NUMBER], cpu;
    struct xen_alice_stats sum = {};

    if ( of->cmd >= XEN_ALICE_MAX_CMDS || !slot )
        return -ENOENT;

    for ( cpu = 0; cpu < nr_cpu_ids; cpu++ )
    {
        const struct alice_cpu *from = alice_cpus[cpu];

        if ( !from || from->epoch != alice_epoch )
            continue;

        /* Pairs with the barrier in alice_count(). */
        smp_rmb();

        sum.calls += from->stats[slot].calls;
        sum.errors += from->stats[slot].errors;
        sum.in_bytes += from->stats[slot].in_bytes;
        sum.out_bytes += from->stats[slot].out_bytes;
    }

    return alice_answer(out, out_len, &sum, sizeof(sum));
}

/* Each CPU sets its counters to 0 before it counts again. */
static int cf_check alice_op_reset_stats(const void *in, unsigned int in_len,
                                         void *out, unsigned int out_len)
{
    alice_epoch++;

    return 0;
}

static int cf_check alice_op_batch(const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len);

/* alice: functions of your own go above this line */

static struct alice_op_row __read_mostly alice_table[] = {
    {
        .desc = {
            .cmd = XEN_ALICE_OP_HELLO,
            .flags = XEN_ALICE_OP_F_WRITE,
            .name = "hello",
            .summary = "Write one line into the hypervisor's log",
        },
        .fn = alice_op_hello,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_VERSION,
            .name = "version",
            .summary = "Tell the version of alice_op and its limits",
            .out_fmt = "magic:x32 major:u16 minor:u16 ops:u32 max_len:u32 "
                       "more:bytes",
            .out_max = sizeof(struct xen_alice_version),
        },
        .fn = alice_op_version,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_DESCRIBE,
            .name = "describe",
            .summary = "Describe one op, by its row in the op table",
            .in_fmt = "index:u32",
            .in_min = sizeof(struct xen_alice_describe),
            .in_max = sizeof(struct xen_alice_describe),
            .out_fmt = "desc:bytes",
            .out_max = sizeof(struct xen_alice_op_desc),
        },
        .fn = alice_op_describe,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_ECHO,
            .name = "echo",
            .summary = "Answer with the bytes it was given",
            .in_fmt = "data:bytes",
            .in_max = ALICE_ANY_LEN,
            .out_fmt = "data:bytes",
            .out_max = ALICE_ANY_LEN,
        },
        .fn = alice_op_echo,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_WHOAMI,
            .name = "whoami",
            .summary = "Tell who calls, as the hypervisor sees it",
            .out_fmt = "domid:u32 vcpu:u32 bits:u32 control:u32 "
                       "uptime_ns:u64 type:c8",
            .out_max = sizeof(struct xen_alice_whoami),
        },
        .fn = alice_op_whoami,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_MEMORY,
            .name = "memory",
            .summary = "Tell how much memory the calling domain has",
            .out_fmt = "pages:u64 max_pages:u64 page_size:u32 reserved:x32",
            .out_max = sizeof(struct xen_alice_memory),
        },
        .fn = alice_op_memory,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_STATS,
            .flags = XEN_ALICE_OP_F_CONTROL,
            .name = "stats",
            .summary = "Count the calls of one op, over all domains",
            .in_fmt = "cmd:u32",
            .in_min = sizeof(struct xen_alice_stats_of),
            .in_max = sizeof(struct xen_alice_stats_of),
            .out_fmt = "calls:u64 errors:u64 in_bytes:u64 out_bytes:u64",
            .out_max = sizeof(struct xen_alice_stats),
        },
        .fn = alice_op_stats,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_RESET_STATS,
            .flags = XEN_ALICE_OP_F_CONTROL | XEN_ALICE_OP_F_ADMIN | XEN_ALICE_OP_F_WRITE,
            .name = "reset-stats",
            .summary = "Set the counters of all ops to zero",
        },
        .fn = alice_op_reset_stats,
    },
    {
        .desc = {
            .cmd = XEN_ALICE_OP_BATCH,
            .flags = XEN_ALICE_OP_F_KERNEL,
            .name = "batch",
            .summary = "Run many ops in one call, for the guest's kernel",
            .in_fmt = "records:bytes",
            .in_min = sizeof(struct xen_alice_batch) +
                      sizeof(struct xen_alice_batch_record),
            .in_max = XEN_ALICE_BATCH_LEN,
            .out_fmt = "replies:bytes",
            .out_max = XEN_ALICE_BATCH_LEN,
        },
        .fn = alice_op_batch,
        .fills = true,
    },
    /* alice: rows of your own go above this line */
};

/*
 * The path from the guest to an op.
 */

static int cf_check alice_op_unknown(const void *in, unsigned int in_len,
                                     void *out, unsigned int out_len)
{
    return -EOPNOTSUPP;
}

static const struct alice_op_row alice_unknown = { .fn = alice_op_unknown };

/* What is wrong with a call, before it runs; 0 if nothing is. */
static always_inline int alice_check(const struct alice_op_row *row,
                                     unsigned int cmd, unsigned int in_len)
{
    unsigned int tag = (cmd >> XEN_ALICE_CMD_TAG_SHIFT) & XEN_ALICE_TAG;
    int rc = xsm_alice_op(XSM_OTHER, cmd & XEN_ALICE_CMD_NUMBER,
                          row->desc.flags);

    if ( rc )
        return rc;

    if ( tag && tag != (alice_generation & XEN_ALICE_TAG) )
        return -XEN_ALICE_ESTALE;

    if ( row == &alice_unknown )
        return -EOPNOTSUPP;

    if ( (cmd & XEN_ALICE_CMD_RESERVED) ||
         in_len < row->desc.in_min || in_len > row->desc.in_max )
        return -EINVAL;

    return 0;
}

/* Run an op whose call was checked, with the room that it can use. */
static always_inline int alice_run(const struct alice_op_row *row,
                                   const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    int rc;

    /* An op may claim to have written what it did not: no leak by that. */
    if ( out_len && !row->fills )
        memset(out, 0, out_len);

    rc = row->fn(in, in_len, out, out_len);

    /* Wrong answers of an op: too long, or an errno that says it did not run. */
    if ( rc > (int)out_len || rc == -XEN_ALICE_ESTALE || rc == -ENOSYS ||
         rc == -ERESTART )
        return -EIO;

    return rc;
}

/* Count a call once its answer is known. */
static always_inline void alice_count(struct alice_cpu *cpu, unsigned int slot,
                                      unsigned int in_len, int rc)
{
    struct xen_alice_stats *stats = &cpu->stats[slot];

    if ( unlikely(cpu->epoch != alice_epoch) )
    {
        memset(cpu->stats, 0, alice_nr_rows * sizeof(cpu->stats[0]));
        smp_wmb();
        cpu->epoch = alice_epoch;
    }

    stats->calls++;

    if ( rc < 0 )
    {
        stats->errors++;
        return;
    }

    stats->in_bytes += in_len;
    stats->out_bytes += rc;
}

static struct alice_buffers *alice_buffers_alloc(void)
{
    struct alice_buffers *new = xzalloc(struct alice_buffers);
    unsigned int order = get_order_from_bytes(alice_max_len);

    if ( !new )
        return NULL;

    new->in = alloc_xenheap_pages(order, 0);
    new->out = alloc_xenheap_pages(order, 0);
    if ( new->in && new->out )
    {
        memset(new->in, 0, alice_max_len);
        return new;
    }

    free_xenheap_pages(new->in, order);
    free_xenheap_pages(new->out, order);
    xfree(new);

    return NULL;
}

/* Is nobody using these?  A vcpu may have been destroyed while it slept. */
static bool alice_buffers_free(const struct alice_buffers *buffers)
{
    struct domain *d;

    if ( likely(!buffers->domain) )
        return true;

    d = rcu_lock_domain_by_id(buffers->domid);
    if ( d )
        rcu_unlock_domain(d);

    return d != buffers->domain;
}

/*
 * Take buffers for a call.  Where a guest's memory can be paged out, a copy may
 * sleep until the pager can be told.  The vcpu stays tied to this CPU, but others
 * run here meanwhile, and must not get at its buffers.
 */
static always_inline struct alice_buffers *
alice_buffers_get(struct alice_cpu *cpu, unsigned int in_len)
{
    const struct domain *d = current->domain;
    struct alice_buffers *buffers, **at = &cpu->buffers;

    while ( *at && !alice_buffers_free(*at) )
        at = &(*at)->next;

    if ( !*at )
        *at = alice_buffers_alloc();

    buffers = *at;
    if ( !buffers )
        return NULL;

    buffers->domain = d;
    buffers->domid = d->domain_id;

    /* Behind the input an op finds zeros, and not those of another call. */
    if ( buffers->in_len > in_len )
        memset(buffers->in + in_len, 0, buffers->in_len - in_len);
    buffers->in_len = in_len;

    return buffers;
}

static bool alice_copy_in(void *to, XEN_GUEST_HANDLE_PARAM(void) arg,
                          unsigned int len, bool phys)
{
    unsigned long address = (unsigned long)arg.p;

    if ( phys )
        return alice_from_phys(to, address, len);

    return alice_address_ok(address, len) && !copy_from_guest(to, arg, len);
}

static bool alice_copy_out(XEN_GUEST_HANDLE_PARAM(void) arg, void *from,
                           unsigned int len, bool phys)
{
    unsigned long address = (unsigned long)arg.p;

    if ( phys )
        return alice_to_phys(address, from, len);

    return alice_address_ok(address, len) && !copy_to_guest(arg, from, len);
}

/* Copy the input in, run the op, copy its answer out. */
static int alice_call(struct alice_cpu *cpu, const struct alice_op_row *row,
                      unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                      unsigned int in_len, unsigned int out_len)
{
    bool phys = !!(cmd & XEN_ALICE_CMD_PHYS);
    struct alice_buffers *buffers;
    int rc = alice_check(row, cmd, in_len);

    if ( rc )
        return rc;

    if ( phys && !alice_phys_ok(current->domain) )
        return -EINVAL;

    out_len = min(out_len, (unsigned int)row->desc.out_max);

    /* NULL can be mapped in a guest, where it is still not meant. */
    if ( (in_len || out_len) && guest_handle_is_null(arg) )
        return -EFAULT;

    buffers = alice_buffers_get(cpu, in_len);
    if ( !buffers )
        return -ENOMEM;

    if ( in_len && !alice_copy_in(buffers->in, arg, in_len, phys) )
        rc = -EFAULT;
    else
        rc = alice_run(row, buffers->in, in_len, buffers->out, out_len);

    if ( rc > 0 && !alice_copy_out(arg, buffers->out, rc, phys) )
        rc = -EFAULT;

    buffers->domain = NULL;

    return rc;
}

/**
 * do_alice_op() - the hypercall
 * @cmd: number of the op, tag of the table, PHYS
 * @arg: in the guest, the input and, over it, the answer
 * @in_len: length of the input, in bytes
 * @out_len: room for the answer, in bytes
 *
 * Serves callers of every width as it is: all arguments are 32 bits wide or a
 * pointer, and payloads have one layout.
 *
 * Context: a vcpu's hypercall; does not nest.  Takes no lock, so that calls on
 *          different CPUs do not wait for each other.
 * Return: the length of the answer, or a negative errno value: see
 *         public/alice.h.
 */
long do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    struct alice_cpu *cpu = alice_cpus[smp_processor_id()];
    unsigned int slot = alice_slots[cmd & XEN_ALICE_CMD_NUMBER];
    int rc = alice_call(cpu, alice_rows[slot], cmd, arg, in_len, out_len);

    alice_count(cpu, slot, in_len, rc);

    return rc;
}

/*
 * Op batch.
 */

/* How many bytes a record, or a reply, with @len bytes of payload takes. */
static always_inline unsigned int alice_framed(unsigned int len)
{
    BUILD_BUG_ON(sizeof(struct xen_alice_batch_record) !=
                 sizeof(struct xen_alice_batch_reply));

    return sizeof(struct xen_alice_batch_record) +
           ROUNDUP(len, XEN_ALICE_BATCH_ALIGN);
}

/* Are the bytes behind a record's payload zeros? */
static always_inline bool
alice_padding_ok(const struct xen_alice_batch_record *record)
{
    const uint8_t *payload = (const void *)(record + 1);
    unsigned int at = record->in_len;

    for ( ; at % XEN_ALICE_BATCH_ALIGN; at++ )
        if ( payload[at] )
            return false;

    return true;
}

/*
 * Check the framing of a whole request.  Records are aligned, so that a head which
 * is not wholly inside the request is at least inside the buffer.
 */
static int alice_batch_check(const void *in, unsigned int in_len,
                             unsigned int out_len)
{
    const struct xen_alice_batch *head = in;
    unsigned int left = in_len - sizeof(*head), room = out_len, size;

    if ( (head->flags & ~XEN_ALICE_BATCH_STOP_ON_ERROR) || head->reserved )
        return -EINVAL;

    for ( in += sizeof(*head); left; in += size, left -= size )
    {
        const struct xen_alice_batch_record *record = in;
        unsigned int reply = alice_framed(record->out_len);

        size = alice_framed(record->in_len);
        if ( size > left || reply > room || !alice_padding_ok(record) )
            return -EINVAL;

        room -= reply;
    }

    return 0;
}

/* Run the op of one record.  Returns what a call of it alone would. */
static always_inline int
alice_batch_one(struct alice_cpu *cpu, struct xen_alice_batch_record record,
                const void *in, void *out)
{
    unsigned int slot = alice_slots[record.cmd & XEN_ALICE_CMD_NUMBER];
    const struct alice_op_row *row = alice_rows[slot];
    int rc = alice_check(row, record.cmd, record.in_len);

    if ( !rc && (row->fn == alice_op_batch ||
                 (record.cmd & XEN_ALICE_CMD_PHYS)) )
        rc = -EINVAL;

    if ( !rc )
        rc = alice_run(row, in, record.in_len, out,
                       min((unsigned int)record.out_len,
                           (unsigned int)row->desc.out_max));

    alice_count(cpu, slot, record.in_len, rc);

    return rc;
}

static int cf_check alice_op_batch(const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    const unsigned int this_cpu = smp_processor_id();
    struct alice_cpu *cpu = alice_cpus[this_cpu];
    const struct xen_alice_batch *head = in;
    bool stops = head->flags & XEN_ALICE_BATCH_STOP_ON_ERROR;
    const void *end = in + in_len, *at = in + sizeof(*head);
    void *reply_at = out;
    int rc = alice_batch_check(in, in_len, out_len);

    if ( rc )
        return rc;

    do {
        const struct xen_alice_batch_record *record = at;
        struct xen_alice_batch_reply *reply = reply_at;
        unsigned int in_size = alice_framed(record->in_len), len;

        rc = alice_batch_one(cpu, *record, record + 1, reply + 1);
        reply->result = rc;
        reply->reserved = 0;

        len = max(rc, 0);
        if ( len % XEN_ALICE_BATCH_ALIGN )
            memset((void *)(reply + 1) + len, 0, -len % XEN_ALICE_BATCH_ALIGN);

        at += in_size;
        reply_at += alice_framed(len);

        if ( rc < 0 && stops )
            break;
    } while ( at < end && likely(!softirq_pending(this_cpu)) );

    return reply_at - out;
}

/*
 * Setting up.
 */

/* Is this a text that ends within its field, of the characters allowed? */
static bool __init alice_text_ok(const char *text, unsigned int size,
                                   const char *allowed)
{
    unsigned int i;

    for ( i = 0; i < size; i++ )
    {
        if ( !text[i] )
            return true;

        if ( allowed ? !strchr(allowed, text[i])
                     : (text[i] < ' ' || text[i] > '~') )
            return false;
    }

    return false;
}

/* Is there a usable row with this name already? */
static bool __init alice_name_taken(const char *name)
{
    unsigned int i;

    for ( i = 1; i < alice_nr_rows; i++ )
        if ( !strcmp(alice_rows[i]->desc.name, name) )
            return true;

    return false;
}

/* What makes a row unusable, in words, or NULL. */
static const char *__init alice_row_fault(const struct alice_op_row *row)
{
    const struct xen_alice_op_desc *desc = &row->desc;

    if ( !desc->name[0] ||
         !alice_text_ok(desc->name, sizeof(desc->name),
                        "abcdefghijklmnopqrstuvwxyz0123456789-") )
        return "its name is not of [a-z0-9-]";
    if ( desc->cmd >= XEN_ALICE_MAX_CMDS )
        return "its cmd is too large";
    if ( alice_slots[desc->cmd] )
        return "its cmd is taken";
    if ( alice_name_taken(desc->name) )
        return "its name is taken";
    if ( desc->in_min > desc->in_max )
        return "its in_min is above its in_max";
    if ( desc->in_max > alice_max_len || desc->out_max > alice_max_len )
        return "its lengths are above alice-len=";
    if ( desc->flags & ~(XEN_ALICE_OP_F_WRITE | XEN_ALICE_OP_F_ADMIN |
                         XEN_ALICE_OP_F_CONTROL | XEN_ALICE_OP_F_KERNEL) )
        return "it has an unknown flag";
    if ( desc->reserved )
        return "its reserved field is not 0";
    if ( !alice_text_ok(desc->summary, sizeof(desc->summary), NULL) ||
         !alice_text_ok(desc->in_fmt, sizeof(desc->in_fmt), NULL) ||
         !alice_text_ok(desc->out_fmt, sizeof(desc->out_fmt), NULL) )
        return "a text is too long or not printable";
    if ( !row->fn )
        return "it has no function";

    return NULL;
}

/* Enter the rows.  Skip invalid ones. */
static void __init alice_enter_rows(void)
{
    unsigned int i;

    alice_rows[0] = &alice_unknown;

    for ( i = 0; i < ARRAY_SIZE(alice_table); i++ )
    {
        struct alice_op_row *row = &alice_table[i];
        const char *fault;

        if ( row->desc.in_max == ALICE_ANY_LEN )
            row->desc.in_max = alice_max_len;
        if ( row->desc.out_max == ALICE_ANY_LEN )
            row->desc.out_max = alice_max_len;

        fault = alice_row_fault(row);
        if ( fault )
        {
            printk(XENLOG_ERR "alice: row %u (cmd %u) left out: %s\n",
                   i, row->desc.cmd, fault);
            continue;
        }

        alice_slots[row->desc.cmd] = alice_nr_rows;
        alice_rows[alice_nr_rows++] = row;
    }
}

/* The first generation: 20 bits of a hash (FNV-1a) of all rows, and never 0. */
static uint64_t __init alice_hash_rows(void)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    unsigned int i, j;

    for ( i = 1; i < alice_nr_rows; i++ )
    {
        const uint8_t *desc = (const void *)&alice_rows[i]->desc;

        for ( j = 0; j < sizeof(alice_rows[i]->desc); j++ )
            hash = (hash ^ desc[j]) * 0x100000001b3ULL;
    }

    return (hash >> 44) ?: 1;
}

static void __init alice_check_max_len(void)
{
    unsigned int len = min(max(alice_max_len, XEN_ALICE_LEN_LEAST + 0U),
                           XEN_ALICE_LEN_MOST + 0U);

    if ( len != alice_max_len )
        printk(XENLOG_ERR "alice: \"alice-len=%u\" is not within %u to %u: taken as %u\n",
               alice_max_len, XEN_ALICE_LEN_LEAST, XEN_ALICE_LEN_MOST, len);

    alice_max_len = len;
}

static enum alice_access __init alice_parse_access(const char *s)
{
    if ( !strcmp(s, "all") )
        return ALICE_ACCESS_ALL;
    if ( !strcmp(s, "control") )
        return ALICE_ACCESS_CONTROL;
    if ( strcmp(s, "off") )
        printk(XENLOG_ERR
               "alice: \"alice=%s\" is none of all, control, off: off\n", s);

    return ALICE_ACCESS_OFF;
}

/* Give a CPU its buffers and counters, unless it was here before. */
static int alice_cpu_prepare(unsigned int cpu)
{
    struct alice_cpu *new;

    if ( alice_cpus[cpu] )
        return 0;

    new = _xzalloc(sizeof(*new) + alice_nr_rows * sizeof(new->stats[0]),
                   SMP_CACHE_BYTES);
    if ( new )
        new->buffers = alice_buffers_alloc();

    if ( !new || !new->buffers )
    {
        xfree(new);
        return -ENOMEM;
    }

    alice_cpus[cpu] = new;

    return 0;
}

static int cf_check alice_cpu_callback(struct notifier_block *nfb,
                                       unsigned long action, void *hcpu)
{
    int rc = 0;

    if ( action == CPU_UP_PREPARE )
        rc = alice_cpu_prepare((unsigned long)hcpu);

    return rc ? notifier_from_errno(rc) : NOTIFY_DONE;
}

static struct notifier_block alice_cpu_nfb = {
    .notifier_call = alice_cpu_callback,
};

/* Before the other CPUs and any domain exist. */
static int __init cf_check alice_init(void)
{
    BUILD_BUG_ON(sizeof(struct xen_alice_op_desc) != 256);

    alice_access = alice_parse_access(opt_alice);
    alice_check_max_len();

    alice_rows = xzalloc_array(const struct alice_op_row *,
                               1 + ARRAY_SIZE(alice_table));
    alice_cpus = xzalloc_array(struct alice_cpu *, nr_cpu_ids);
    if ( !alice_rows || !alice_cpus )
        panic("alice: no memory for the op table\n");

    alice_enter_rows();
    alice_generation = alice_hash_rows();

    if ( alice_cpu_prepare(smp_processor_id()) )
        panic("alice: no memory for the boot CPU\n");

    register_cpu_notifier(&alice_cpu_nfb);

    printk(XENLOG_INFO "alice: %u ops, hypercall %u\n",
           alice_nr_rows - 1, __HYPERVISOR_alice_op);

    return 0;
}
presmp_initcall(alice_init);

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
