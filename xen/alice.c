/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alice.c
 *
 * The hypercall alice_op: the table of its ops, and the path from the guest to
 * an op.
 *
 * An op is a file of its own that adds its row to the table (xen/alice.h).
 * Its function sees only memory of the hypervisor: do_alice_op() checks
 * permission and lengths, copies from and to the guest, and counts the call.
 * The ops in this file are those that need the table or the path itself.
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

#define ALICE_PROJECT 1
#include <xen/alice.h>

/**
 * struct alice_buffers - memory for the payload of one call
 * @next: next buffers of the same CPU
 * @domain: the calling domain, or NULL if the buffers are free
 * @domid: its domain ID
 * @in: the input; alice_max_len bytes
 * @in_len: length of the last input, in bytes; @in is zero from there on
 * @out: the answer; alice_max_len bytes
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
 * struct alice_counters - counters of one op on one CPU
 * @epoch: unless it equals the op's in alice_epochs[], @stats count as 0
 * @stats: the counters; only that CPU writes them
 */
struct alice_counters {
    unsigned int epoch;
    struct xen_alice_stats stats;
};

/**
 * struct alice_cpu - state of a physical CPU
 * @buffers: list of buffers: one, and more once vcpus have slept in calls here
 *           while all others were in use
 * @counters: the counters of each op, by its number
 *
 * Never freed, so that the counts of a CPU that goes offline remain.
 */
struct alice_cpu {
    struct alice_buffers *buffers;
    struct alice_counters counters[XEN_ALICE_MAX_CMDS];
};

static struct alice_cpu **__read_mostly alice_cpus;

static int cf_check alice_op_unknown(const void *in, unsigned int in_len,
                                     void *out, unsigned int out_len)
{
    return -EOPNOTSUPP;
}

static const struct alice_op_row alice_unknown = { .fn = alice_op_unknown };

/*
 * The row of each number, and the epoch of its counters.  Every index is
 * masked with XEN_ALICE_CMD_NUMBER, which also bounds speculative accesses.
 *
 * Rows change only at boot, and while a livepatch has all CPUs in rendezvous.
 * So a call sees a change only after it slept.
 */
static const struct alice_op_row *__read_mostly
alice_rows[XEN_ALICE_MAX_CMDS] = {
    [0 ... XEN_ALICE_MAX_CMDS - 1] = &alice_unknown
};
static unsigned int __read_mostly alice_epochs[XEN_ALICE_MAX_CMDS];
static unsigned int __read_mostly alice_nr_rows;
static unsigned int __read_mostly alice_nr_live;

static uint64_t __read_mostly alice_generation;
static unsigned int __read_mostly alice_max_len = XEN_ALICE_LEN_DEFAULT;
integer_param("alice-len", alice_max_len);

/* Upper bound for the number of live ops. */
#define ALICE_MAX_LIVE 128

/* After boot, only livepatches add and remove rows. */
static bool alice_is_live(void)
{
    return system_state >= SYS_STATE_active;
}

enum alice_access __read_mostly alice_access;

static char __initdata opt_alice[16] = "all";
string_param("alice", opt_alice);

/*
 * Ops on the table.
 */

/* Truncate the answer to the room: a guest may know a shorter structure. */
static int alice_answer_part(void *out, unsigned int out_len,
                             const void *src, unsigned int len)
{
    return alice_answer(out, out_len, src, min(len, out_len));
}

ALICE_OP_RAW(XEN_ALICE_OP_VERSION, version,
             "Tell the version of alice_op and its limits", 0,
             0, 0, "", sizeof(struct xen_alice_version),
             "magic:x32 major:u16 minor:u16 ops:u32 max_len:u32 more:bytes")
{
    struct xen_alice_version version = {
        .magic = XEN_ALICE_MAGIC,
        .major = XEN_ALICE_ABI_MAJOR,
        .minor = XEN_ALICE_ABI_MINOR,
        .ops = alice_nr_rows,
        .max_len = alice_max_len,
        .generation = alice_generation,
        .features = XEN_ALICE_FEATURE_LONG |
                    (ALICE_CAN_TELL ? XEN_ALICE_FEATURE_EVENTS : 0) |
                    (ALICE_CAN_LOAD ? XEN_ALICE_FEATURE_LIVE : 0),
    };

    if ( alice_phys_ok(current->domain) )
        version.features |= XEN_ALICE_FEATURE_PHYS;

    return alice_answer_part(out, out_len, &version, sizeof(version));
}

ALICE_OP_RAW(XEN_ALICE_OP_DESCRIBE, describe,
             "Describe one op, by its row in the op table", 0,
             sizeof(struct xen_alice_describe),
             sizeof(struct xen_alice_describe), "index:u32",
             sizeof(struct xen_alice_op_desc), "desc:bytes")
{
    const struct xen_alice_describe *what = in;
    unsigned int number, index = what->index;

    for ( number = 0; number < XEN_ALICE_MAX_CMDS; number++ )
        if ( alice_rows[number] != &alice_unknown && !index-- )
            return alice_answer_part(out, out_len, &alice_rows[number]->desc,
                                     sizeof(alice_rows[number]->desc));

    return -ENOENT;
}

ALICE_OP_RAW(XEN_ALICE_OP_STATS, stats,
             "Count the calls of one op, over all domains",
             XEN_ALICE_OP_F_CONTROL,
             sizeof(struct xen_alice_stats_of),
             sizeof(struct xen_alice_stats_of), "cmd:u32",
             sizeof(struct xen_alice_stats),
             "calls:u64 errors:u64 in_bytes:u64 out_bytes:u64")
{
    const struct xen_alice_stats_of *of = in;
    unsigned int number = of->cmd & XEN_ALICE_CMD_NUMBER, cpu;
    struct xen_alice_stats sum = {};

    if ( of->cmd >= XEN_ALICE_MAX_CMDS ||
         alice_rows[number] == &alice_unknown )
        return -ENOENT;

    for ( cpu = 0; cpu < nr_cpu_ids; cpu++ )
    {
        const struct alice_counters *from;

        if ( !alice_cpus[cpu] )
            continue;

        from = &alice_cpus[cpu]->counters[number];
        if ( from->epoch != alice_epochs[number] )
            continue;

        /* Pairs with the barrier in alice_count(). */
        smp_rmb();

        sum.calls += from->stats.calls;
        sum.errors += from->stats.errors;
        sum.in_bytes += from->stats.in_bytes;
        sum.out_bytes += from->stats.out_bytes;
    }

    return alice_answer(out, out_len, &sum, sizeof(sum));
}

/* Each CPU zeroes its own counters at the next call: see alice_count(). */
ALICE_OP_RAW(XEN_ALICE_OP_RESET_STATS, reset_stats,
             "Set the counters of all ops to zero",
             XEN_ALICE_OP_F_CONTROL | XEN_ALICE_OP_F_ADMIN |
                 XEN_ALICE_OP_F_WRITE,
             0, 0, "", 0, "")
{
    unsigned int number;

    for ( number = 0; number < XEN_ALICE_MAX_CMDS; number++ )
        alice_epochs[number]++;

    return 0;
}

int alice_event_check(unsigned int cmd)
{
    const struct alice_op_row *row = alice_rows[cmd & XEN_ALICE_CMD_NUMBER];
    int rc = xsm_alice_op(XSM_OTHER, cmd, row->desc.flags);

    if ( rc )
        return rc;

    return row->desc.flags & XEN_ALICE_OP_F_EVENT ? 0 : -EINVAL;
}

/*
 * The path from the guest to an op.
 */

/* Check a call before it runs.  Returns 0 or a negative errno value. */
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

    if ( row->fn == alice_op_unknown )
        return -EOPNOTSUPP;

    if ( (cmd & XEN_ALICE_CMD_RESERVED) ||
         in_len < row->in_least || in_len > row->in_most )
        return -EINVAL;

    return 0;
}

/*
 * Is this a valid result of an op?  An op must not return an errno that is
 * internal to kernels, or one that says that the op did not run.
 */
static always_inline bool alice_result_ok(const struct alice_op_row *row,
                                          int rc, unsigned int out_len)
{
    if ( rc >= 0 )
        return rc <= (int)out_len;

    if ( rc == -XEN_ALICE_ERESTART )
        return row->desc.flags & XEN_ALICE_OP_F_LONG;

    return rc > -XEN_ALICE_ERRNOS && rc != -XEN_ALICE_ESTALE && rc != -ENOSYS;
}

/* Run an op after its call was checked.  @out_len is within the row's room. */
static always_inline int alice_run(const struct alice_op_row *row,
                                   const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    int rc;

    /* An op that writes less than it claims must not leak old data. */
    if ( out_len && !row->fills )
        memset(out, 0, out_len);

    rc = row->fn(in, in_len, out, out_len);
    if ( alice_result_ok(row, rc, out_len) )
        return rc;

    printk(XENLOG_G_WARNING
           "d%uv%u alice: op %s answered %d, with room for %u bytes: the caller gets EIO\n",
           (unsigned int)current->domain->domain_id,
           (unsigned int)current->vcpu_id, row->desc.name, rc, out_len);

    return -EIO;
}

static always_inline void alice_count(struct alice_cpu *cpu,
                                      unsigned int number,
                                      unsigned int in_len, int rc)
{
    struct alice_counters *counters = &cpu->counters[number];
    struct xen_alice_stats *stats = &counters->stats;

    if ( unlikely(counters->epoch != alice_epochs[number]) )
    {
        memset(stats, 0, sizeof(*stats));
        smp_wmb();
        counters->epoch = alice_epochs[number];
    }

    stats->calls++;

    if ( rc < 0 )
    {
        stats->errors += rc != -XEN_ALICE_ERESTART;
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

/*
 * Are these buffers free?  If the domain is gone, its vcpu was destroyed while
 * it slept in a call.
 */
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
 * Get buffers for a call.  If a guest's memory is paged out, a copy may sleep
 * until there is room to notify the pager.  The vcpu stays on this CPU
 * meanwhile, but other vcpus run here and need buffers of their own.
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

    /* An op must not see another call's input behind its own. */
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
    uint64_t generation = alice_generation;
    struct alice_buffers *buffers;
    int rc = alice_check(row, cmd, in_len), len;

    if ( rc )
        return rc;

    if ( phys && !alice_phys_ok(current->domain) )
        return -EINVAL;

    out_len = min(out_len, row->room);

    /* NULL can be a mapped address in a guest, but is refused all the same. */
    if ( (in_len || out_len) && guest_handle_is_null(arg) )
        return -EFAULT;

    buffers = alice_buffers_get(cpu, in_len);
    if ( !buffers )
        return -ENOMEM;

    if ( in_len && !alice_copy_in(buffers->in, arg, in_len, phys) )
        rc = -EFAULT;
    else if ( unlikely(alice_generation != generation) )
        /* The copy slept, and the row may be gone. */
        rc = -XEN_ALICE_ESTALE;
    else
        rc = alice_run(row, buffers->in, in_len, buffers->out, out_len);

    /* A LONG op that goes on answers only its cursor, and had room for it. */
    len = unlikely(rc == -XEN_ALICE_ERESTART) ? XEN_ALICE_CURSOR_LEN : rc;
    if ( len > 0 && !alice_copy_out(arg, buffers->out, len, phys) )
        rc = -EFAULT;

    buffers->domain = NULL;

    return rc;
}

/**
 * do_alice_op() - the hypercall
 * @cmd: number of the op, tag of the table, PHYS: XEN_ALICE_CMD_*
 * @arg: guest memory with the input, which the answer overwrites
 * @in_len: length of the input, in bytes
 * @out_len: room for the answer, in bytes
 *
 * Needs no compat wrapper: all arguments are 32 bits wide or a pointer, and
 * payloads have the same layout for all callers.
 *
 * Context: hypercall of a vcpu; does not nest.  Takes no lock, so calls on
 *          different CPUs do not wait for each other.
 * Return: length of the answer, or a negative errno value: see public/alice.h.
 */
long cf_check do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                          unsigned int in_len, unsigned int out_len)
{
    struct alice_cpu *cpu = alice_cpus[smp_processor_id()];
    unsigned int number = cmd & XEN_ALICE_CMD_NUMBER;
    int rc = alice_call(cpu, alice_rows[number], cmd, arg, in_len, out_len);

    alice_count(cpu, number, in_len, rc);

    return rc;
}

/*
 * Op batch.
 */

/* Size of a record, or a reply, with @len bytes of payload. */
static always_inline unsigned int alice_framed(unsigned int len)
{
    BUILD_BUG_ON(sizeof(struct xen_alice_batch_record) !=
                 sizeof(struct xen_alice_batch_reply));

    return sizeof(struct xen_alice_batch_record) +
           ROUNDUP(len, XEN_ALICE_BATCH_ALIGN);
}

/* Is the padding behind a record's payload zero? */
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
 * Check the framing of a whole request.  Records are aligned, so the head of a
 * truncated record may lie beyond the request, but not beyond the buffer.
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

/* Run the op of one record.  Returns the same as a single call of it. */
static always_inline int
alice_batch_one(struct alice_cpu *cpu, struct xen_alice_batch_record record,
                const void *in, void *out)
{
    unsigned int number = record.cmd & XEN_ALICE_CMD_NUMBER;
    const struct alice_op_row *row = alice_rows[number];
    int rc = alice_check(row, record.cmd, record.in_len);

    if ( !rc && (number == XEN_ALICE_OP_BATCH ||
                 (row->desc.flags & XEN_ALICE_OP_F_LONG) ||
                 (record.cmd & XEN_ALICE_CMD_PHYS)) )
        rc = -EINVAL;

    if ( !rc )
        rc = alice_run(row, in, record.in_len, out,
                       min((unsigned int)record.out_len, row->room));

    alice_count(cpu, number, record.in_len, rc);

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

ALICE_ROW(op, XEN_ALICE_OP_BATCH, "batch", _batch,
          "Run many ops in one call, for the guest's kernel",
          XEN_ALICE_OP_F_KERNEL,
          sizeof(struct xen_alice_batch) +
              sizeof(struct xen_alice_batch_record),
          XEN_ALICE_BATCH_LEN, "records:bytes",
          XEN_ALICE_BATCH_LEN, "replies:bytes", alice_op_batch, true)

/*
 * The table.
 */

/* Called by alice_row_add() and alice_init(): either may be the first. */
static void alice_check_max_len(void)
{
    unsigned int len = min(max(alice_max_len, XEN_ALICE_LEN_LEAST + 0U),
                           XEN_ALICE_LEN_MOST + 0U);

    if ( len != alice_max_len )
        printk(XENLOG_ERR "alice: \"alice-len=%u\" is not within %u to %u: taken as %u\n",
               alice_max_len, XEN_ALICE_LEN_LEAST, XEN_ALICE_LEN_MOST, len);

    alice_max_len = len;
}

/* Strip the space at the end of a field list that ALICE_FORMAT() made. */
static void alice_strip(char *format)
{
    size_t len = strnlen(format, XEN_ALICE_FMT_LEN);

    if ( len && format[len - 1] == ' ' )
        format[len - 1] = '\0';
}

/* The longest payload of an op: a cursor takes part of the buffer. */
static unsigned int alice_longest(const struct xen_alice_op_desc *desc)
{
    return alice_max_len - ALICE_CURSOR_LEN(desc->flags);
}

/* Fill in the rest of a row, and make its description what guests see. */
static void alice_row_finish(struct alice_op_row *row)
{
    struct xen_alice_op_desc *desc = &row->desc;
    char *c;

    for ( c = desc->name; c < desc->name + sizeof(desc->name) && *c; c++ )
        if ( *c == '_' )
            *c = '-';

    alice_strip(desc->in_fmt);
    alice_strip(desc->out_fmt);

    if ( desc->in_max == ALICE_ANY_LEN )
        desc->in_max = alice_longest(desc);
    if ( desc->out_max == ALICE_ANY_LEN )
        desc->out_max = alice_longest(desc);

    if ( alice_is_live() )
        desc->flags |= XEN_ALICE_OP_F_LIVE;

    if ( desc->flags & XEN_ALICE_OP_F_EVENT )
        row->fn = alice_op_unknown;

    row->in_least = desc->in_min + ALICE_CURSOR_LEN(desc->flags);
    row->in_most = desc->in_max + ALICE_CURSOR_LEN(desc->flags);
    row->room = desc->out_max + ALICE_CURSOR_LEN(desc->flags);
}

/*
 * Is this text terminated within @size bytes, and made of allowed characters?
 * These are printable ASCII if @allowed is NULL.
 */
static bool alice_text_ok(const char *text, unsigned int size,
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

/* Returns the row with this name, or alice_unknown. */
static const struct alice_op_row *alice_row_named(const char *name)
{
    unsigned int i;

    for ( i = 0; i < XEN_ALICE_MAX_CMDS; i++ )
        if ( !strcmp(alice_rows[i]->desc.name, name) )
            return alice_rows[i];

    return &alice_unknown;
}

static int alice_left_out(const struct alice_op_row *row, int rc,
                          const char *why)
{
    printk(XENLOG_ERR "alice: op %.*s (cmd %u) left out: %s\n",
           XEN_ALICE_NAME_LEN, row->desc.name, row->desc.cmd, why);

    return rc;
}

static int alice_taken(const struct alice_op_row *row,
                       const struct alice_op_row *other, const char *what)
{
    printk(XENLOG_ERR
           "alice: op %s (cmd %u) left out: its %s is taken by op %s (cmd %u)\n",
           row->desc.name, row->desc.cmd, what, other->desc.name,
           other->desc.cmd);

    return -EEXIST;
}

/* Checks that ALICE_CHECK_ROW() cannot do at compile time. */
static int alice_row_check(const struct alice_op_row *row)
{
    const struct xen_alice_op_desc *desc = &row->desc;
    const struct alice_op_row *other;

    if ( !desc->name[0] ||
         !alice_text_ok(desc->name, sizeof(desc->name),
                        "abcdefghijklmnopqrstuvwxyz0123456789-") )
        return alice_left_out(row, -EINVAL, "its name is not of [a-z0-9_]");
    if ( !alice_text_ok(desc->summary, sizeof(desc->summary), NULL) ||
         !alice_text_ok(desc->in_fmt, sizeof(desc->in_fmt), NULL) ||
         !alice_text_ok(desc->out_fmt, sizeof(desc->out_fmt), NULL) )
        return alice_left_out(row, -EINVAL,
                              "a text is too long or not printable");
    if ( desc->in_min > desc->in_max || desc->in_max > alice_longest(desc) ||
         desc->out_max > alice_longest(desc) )
        return alice_left_out(row, -EINVAL,
                              "its lengths are wrong, or above alice-len=");
    if ( desc->cmd >= XEN_ALICE_MAX_CMDS )
        return alice_left_out(row, -EINVAL, "its number is too large");
    other = alice_rows[desc->cmd];
    if ( other != &alice_unknown )
        return alice_taken(row, other, "number");
    other = alice_row_named(desc->name);
    if ( other != &alice_unknown )
        return alice_taken(row, other, "name");
    if ( alice_is_live() && alice_nr_live == ALICE_MAX_LIVE )
        return alice_left_out(row, -ENOSPC, "there are 128 live ops already");

    return 0;
}

/*
 * Update the generation after a change of the table.  Its low 20 bits, the
 * tag, are taken from a hash (FNV-1a) of all rows that were added and removed,
 * and are never 0: a guest that migrates to a Xen with another table finds
 * another tag.  The high bits count the changes after boot.
 */
static void alice_changed(const struct alice_op_row *row, bool added)
{
    static uint64_t __read_mostly hash = 0xcbf29ce484222325ULL;
    const uint8_t *desc = (const void *)&row->desc;
    uint64_t changes = alice_generation & ~(uint64_t)XEN_ALICE_TAG;
    uint64_t tag;
    unsigned int i;

    if ( alice_is_live() )
        changes += XEN_ALICE_TAG + 1;

    do {
        hash = (hash ^ added) * 0x100000001b3ULL;
        for ( i = 0; i < sizeof(row->desc); i++ )
            hash = (hash ^ desc[i]) * 0x100000001b3ULL;
        tag = hash >> 44;
    } while ( !tag || tag == (alice_generation & XEN_ALICE_TAG) );

    alice_generation = changes | tag;

    if ( alice_is_live() )
        alice_event(NULL, XEN_ALICE_OP_CHANGED, &alice_generation,
                    sizeof(alice_generation));
}

int alice_row_add(struct alice_op_row *row)
{
    const struct xen_alice_op_desc *desc = &row->desc;
    int rc;

    alice_check_max_len();
    alice_row_finish(row);

    rc = alice_row_check(row);
    if ( rc )
        return rc;

    alice_rows[desc->cmd] = row;
    alice_epochs[desc->cmd]++;
    alice_nr_rows++;
    alice_nr_live += alice_is_live();
    alice_changed(row, true);

    return 0;
}

void alice_row_del(const struct alice_op_row *row)
{
    alice_rows[row->desc.cmd] = &alice_unknown;
    alice_nr_rows--;
    alice_nr_live -= alice_is_live();
    alice_event_gone(row->desc.cmd);
    alice_changed(row, false);
}

/*
 * Initialisation.
 */

static enum alice_access __init alice_parse_access(const char *s)
{
    if ( !strcmp(s, "all") )
        return ALICE_ACCESS_ALL;
    if ( !strcmp(s, "control") )
        return ALICE_ACCESS_CONTROL;
    if ( strcmp(s, "off") )
        printk(XENLOG_ERR
               "alice: \"alice=%s\" is not all, control or off: taken as off\n", s);

    return ALICE_ACCESS_OFF;
}

/* Allocate the state of a CPU, unless it has been online before. */
static int alice_cpu_prepare(unsigned int cpu)
{
    struct alice_cpu *new;

    if ( alice_cpus[cpu] )
        return 0;

    new = _xzalloc(sizeof(*new), SMP_CACHE_BYTES);
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

/* Runs before other CPUs are online and before any domain exists. */
static int __init cf_check alice_init(void)
{
    BUILD_BUG_ON(sizeof(struct xen_alice_op_desc) != 256);
    BUILD_BUG_ON(XEN_ALICE_ERESTART != ERESTART);

    alice_access = alice_parse_access(opt_alice);
    alice_check_max_len();

    alice_cpus = xzalloc_array(struct alice_cpu *, nr_cpu_ids);
    if ( !alice_cpus || alice_cpu_prepare(smp_processor_id()) )
        panic("alice: no memory for the boot CPU\n");

    register_cpu_notifier(&alice_cpu_nfb);

    return 0;
}
presmp_initcall(alice_init);

/* Runs after the initcalls of all ops, which the Makefile links first. */
static int __init cf_check alice_report(void)
{
    printk(XENLOG_INFO "alice: %u ops, hypercall %u\n",
           alice_nr_rows, __HYPERVISOR_alice_op);

    return 0;
}
__initcall(alice_report);

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
