/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alice.c
 *
 * alice_op, a hypercall whose ops describe themselves: the ops, their table,
 * and the one path by which a guest reaches them.
 *
 * An op is a row of alice_table[] and a function.  The function sees memory of
 * the hypervisor alone: copying from and to the guest, permission, lengths and
 * counting happen once, around it, in do_alice_op().  Nothing here holds more
 * than a page of payload, so that no call needs to be continued later.
 */

#include <xen/cache.h>
#include <xen/cpu.h>
#include <xen/errno.h>
#include <xen/event.h>
#include <xen/guest_access.h>
#include <xen/hypercall.h>
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/mm.h>
#include <xen/notifier.h>
#include <xen/sched.h>
#include <xen/smp.h>
#include <xen/softirq.h>
#include <xen/spinlock.h>
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

/**
 * struct alice_cpu - what a physical CPU needs to serve calls
 * @in: one page for the input
 * @out: one page for the answer
 * @busy: a call is using the pages
 * @stats: the counters of each usable row, written by this CPU alone
 *
 * Once allocated it stays, so that a CPU that goes offline takes no counts
 * with it.
 */
struct alice_cpu {
    void *in;
    void *out;
    bool busy;
    struct xen_alice_stats stats[];
};

static struct alice_cpu **__read_mostly alice_cpus;

/* The usable rows, in the order of the table, and where each cmd is in it. */
static const struct alice_op_row **__read_mostly alice_rows;
static unsigned int __read_mostly alice_nr_rows;
static uint16_t __read_mostly alice_index[ALICE_MAX_CMDS];
#define ALICE_NO_ROW ((uint16_t)~0)

/* What reset-stats subtracts from the counters, a row each. */
static struct xen_alice_stats *__read_mostly alice_baseline;
static DEFINE_SPINLOCK(alice_baseline_lock);

enum alice_access __read_mostly alice_access;

static char __initdata opt_alice[16] = "all";
string_param("alice", opt_alice);

/* Where the row of a cmd is in alice_rows[], or ALICE_NO_ROW. */
static unsigned int alice_find(unsigned int cmd)
{
    if ( cmd >= ALICE_MAX_CMDS )
        return ALICE_NO_ROW;

    return alice_index[array_index_nospec(cmd, ALICE_MAX_CMDS)];
}

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
        .magic = ALICE_MAGIC,
        .major = ALICE_ABI_MAJOR,
        .minor = ALICE_ABI_MINOR,
        .ops = alice_nr_rows,
        .max_len = ALICE_MAX_LEN,
    };

    return alice_answer(out, out_len, &version, sizeof(version));
}

static int cf_check alice_op_describe(const void *in, unsigned int in_len,
                                      void *out, unsigned int out_len)
{
    const struct xen_alice_describe *what = in;
    unsigned int index = what->index;

    if ( index >= alice_nr_rows )
        return -ENOENT;

    index = array_index_nospec(index, alice_nr_rows);

    return alice_answer(out, out_len, &alice_rows[index]->desc,
                        sizeof(alice_rows[index]->desc));
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

/* Add up the counters of a row over all CPUs, since boot. */
static void alice_sum(unsigned int row, struct xen_alice_stats *sum)
{
    unsigned int cpu;

    memset(sum, 0, sizeof(*sum));

    for ( cpu = 0; cpu < nr_cpu_ids; cpu++ )
    {
        const struct xen_alice_stats *stats;

        if ( !alice_cpus[cpu] )
            continue;

        stats = &alice_cpus[cpu]->stats[row];
        sum->calls += stats->calls;
        sum->errors += stats->errors;
        sum->in_bytes += stats->in_bytes;
        sum->out_bytes += stats->out_bytes;
    }
}

static int cf_check alice_op_stats(const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    const struct xen_alice_stats_of *of = in;
    unsigned int row = alice_find(of->cmd);
    struct xen_alice_stats stats;

    if ( row == ALICE_NO_ROW )
        return -ENOENT;

    spin_lock(&alice_baseline_lock);
    alice_sum(row, &stats);
    stats.calls -= alice_baseline[row].calls;
    stats.errors -= alice_baseline[row].errors;
    stats.in_bytes -= alice_baseline[row].in_bytes;
    stats.out_bytes -= alice_baseline[row].out_bytes;
    spin_unlock(&alice_baseline_lock);

    return alice_answer(out, out_len, &stats, sizeof(stats));
}

static int cf_check alice_op_reset_stats(const void *in, unsigned int in_len,
                                         void *out, unsigned int out_len)
{
    unsigned int row;

    /* Other CPUs are counting: theirs stay, and are subtracted from now on. */
    spin_lock(&alice_baseline_lock);
    for ( row = 0; row < alice_nr_rows; row++ )
        alice_sum(row, &alice_baseline[row]);
    spin_unlock(&alice_baseline_lock);

    return 0;
}

static int cf_check alice_op_batch(const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len);

/* alice: functions of your own go above this line */

static const struct alice_op_row alice_table[] = {
    {
        .desc = {
            .cmd = ALICE_OP_HELLO,
            .flags = ALICE_OP_F_WRITE,
            .name = "hello",
            .summary = "Write one line into the hypervisor's log",
        },
        .fn = alice_op_hello,
    },
    {
        .desc = {
            .cmd = ALICE_OP_VERSION,
            .name = "version",
            .summary = "Tell the version of alice_op and its limits",
            .out_fmt = "magic:x32 major:u16 minor:u16 ops:u32 max_len:u32",
            .out_max = sizeof(struct xen_alice_version),
        },
        .fn = alice_op_version,
    },
    {
        .desc = {
            .cmd = ALICE_OP_DESCRIBE,
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
            .cmd = ALICE_OP_ECHO,
            .name = "echo",
            .summary = "Answer with the bytes it was given",
            .in_fmt = "data:bytes",
            .in_max = ALICE_MAX_LEN,
            .out_fmt = "data:bytes",
            .out_max = ALICE_MAX_LEN,
        },
        .fn = alice_op_echo,
    },
    {
        .desc = {
            .cmd = ALICE_OP_WHOAMI,
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
            .cmd = ALICE_OP_MEMORY,
            .name = "memory",
            .summary = "Tell how much memory the calling domain has",
            .out_fmt = "pages:u64 max_pages:u64 page_size:u32 reserved:x32",
            .out_max = sizeof(struct xen_alice_memory),
        },
        .fn = alice_op_memory,
    },
    {
        .desc = {
            .cmd = ALICE_OP_STATS,
            .flags = ALICE_OP_F_CONTROL,
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
            .cmd = ALICE_OP_RESET_STATS,
            .flags = ALICE_OP_F_CONTROL | ALICE_OP_F_ADMIN | ALICE_OP_F_WRITE,
            .name = "reset-stats",
            .summary = "Set the counters of all ops to zero",
        },
        .fn = alice_op_reset_stats,
    },
    {
        .desc = {
            .cmd = ALICE_OP_BATCH,
            .flags = ALICE_OP_F_KERNEL,
            .name = "batch",
            .summary = "Run many ops in one call, for the guest's kernel",
            .in_fmt = "records:bytes",
            .in_min = sizeof(struct xen_alice_batch) +
                      sizeof(struct xen_alice_batch_record),
            .in_max = ALICE_MAX_LEN,
            .out_fmt = "replies:bytes",
            .out_max = ALICE_MAX_LEN,
        },
        .fn = alice_op_batch,
        .fills = true,
    },
    /* alice: rows of your own go above this line */
};

/*
 * The path from the guest to an op.
 */

/* What a call of an op that there is not is answered. */
static int alice_absent(unsigned int cmd)
{
    return xsm_alice_op(XSM_OTHER, cmd, 0) ?: -EOPNOTSUPP;
}

/* What is wrong with a call of an op, before it runs; 0 if nothing is. */
static always_inline int alice_check(const struct xen_alice_op_desc *desc,
                                     unsigned int in_len)
{
    int rc = xsm_alice_op(XSM_OTHER, desc->cmd, desc->flags);

    if ( rc )
        return rc;

    if ( in_len < desc->in_min || in_len > desc->in_max )
        return -EINVAL;

    return 0;
}

/* Run an op whose call was checked, with the room that it can use. */
static always_inline int alice_run(const struct alice_op_row *row,
                                   const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    int rc;

    /* What the op claims to have written and did not must not be a leak. */
    if ( out_len && !row->fills )
        memset(out, 0, out_len);

    rc = row->fn(in, in_len, out, out_len);

    /* An op with a bug must not make us copy what is behind its room. */
    return rc > (int)out_len ? -EIO : rc;
}

/* Count a call once its answer is known. */
static always_inline void alice_count(struct xen_alice_stats *stats,
                                      unsigned int in_len, int rc)
{
    stats->calls++;

    if ( rc < 0 )
    {
        stats->errors++;
        return;
    }

    stats->in_bytes += in_len;
    stats->out_bytes += rc;
}

static bool alice_copy_in(void *to, XEN_GUEST_HANDLE_PARAM(void) arg,
                          unsigned int len)
{
    return alice_address_ok((unsigned long)arg.p, len) &&
           !copy_from_guest(to, arg, len);
}

static bool alice_copy_out(XEN_GUEST_HANDLE_PARAM(void) arg, const void *from,
                           unsigned int len)
{
    return alice_address_ok((unsigned long)arg.p, len) &&
           !copy_to_guest(arg, from, len);
}

/* Copy the input in, run the op, copy its answer out. */
static int alice_call(struct alice_cpu *cpu, const struct alice_op_row *row,
                      XEN_GUEST_HANDLE_PARAM(void) arg,
                      unsigned int in_len, unsigned int out_len)
{
    uint8_t *in = cpu->in, *out = cpu->out;
    int rc = alice_check(&row->desc, in_len);

    if ( rc )
        return rc;

    out_len = min(out_len, (unsigned int)row->desc.out_max);

    /* NULL can be mapped in a guest, where it is still not meant. */
    if ( (in_len || out_len) && guest_handle_is_null(arg) )
        return -EFAULT;

    if ( in_len && !alice_copy_in(in, arg, in_len) )
        return -EFAULT;

    rc = alice_run(row, in, in_len, out, out_len);
    if ( rc > 0 && !alice_copy_out(arg, out, rc) )
        return -EFAULT;

    return rc;
}

/**
 * do_alice_op() - the hypercall
 * @cmd: which op
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
 *         public/alice.h.  -EBUSY says that another vcpu fell asleep amid its
 *         call on this CPU, while its page of the guest's memory was being
 *         paged in.
 */
long do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    struct alice_cpu *cpu = alice_cpus[smp_processor_id()];
    unsigned int row;
    int rc;

    /*
     * A guest's memory can be paged out, and a copy then waits for it.  The
     * vcpu stays tied to this CPU, but others run here meanwhile, and must not
     * get at its pages.
     */
    if ( cpu->busy )
        return -EBUSY;

    row = alice_find(cmd);
    if ( row == ALICE_NO_ROW )
        return alice_absent(cmd);

    cpu->busy = true;
    rc = alice_call(cpu, alice_rows[row], arg, in_len, out_len);
    cpu->busy = false;

    alice_count(&cpu->stats[row], in_len, rc);

    return rc;
}

/*
 * Op batch.
 */

/* Are there only zeros in these bytes? */
static bool alice_all_zero(const uint8_t *p, unsigned int len)
{
    while ( len-- )
        if ( *p++ )
            return false;

    return true;
}

/* How many bytes a record, or a reply, with @len bytes of payload takes. */
static unsigned int alice_framed(unsigned int len)
{
    BUILD_BUG_ON(sizeof(struct xen_alice_batch_record) !=
                 sizeof(struct xen_alice_batch_reply));

    return sizeof(struct xen_alice_batch_record) +
           ROUNDUP(len, ALICE_BATCH_ALIGN);
}

/*
 * Most batches are rows of ops with the same cmd and lengths, and so with the
 * same head: what was found out for one holds for those that follow.
 */
static bool alice_same_head(const struct xen_alice_batch_record *a,
                            const struct xen_alice_batch_record *b)
{
    return !memcmp(a, b, sizeof(*a));
}

/* Are the bytes behind a record's payload zeros? */
static bool alice_padding_ok(const struct xen_alice_batch_record *record)
{
    const uint8_t *payload = (const void *)(record + 1);
    unsigned int in_len = record->in_len;

    return !(in_len % ALICE_BATCH_ALIGN) ||
           alice_all_zero(payload + in_len, -in_len % ALICE_BATCH_ALIGN);
}

/*
 * Check the framing of a whole request.  Records are aligned, so that a head which
 * is not wholly inside the request is at least inside the page.
 */
static int alice_batch_check(const void *in, unsigned int in_len,
                             unsigned int out_len)
{
    const struct xen_alice_batch *head = in;
    unsigned int left = in_len - sizeof(*head), room = out_len;
    struct xen_alice_batch_record known = {};
    unsigned int in_size = alice_framed(0), out_size = alice_framed(0);

    if ( (head->flags & ~ALICE_BATCH_STOP_ON_ERROR) || head->reserved )
        return -EINVAL;

    for ( in += sizeof(*head); left; in += in_size )
    {
        const struct xen_alice_batch_record *record = in;

        if ( !alice_same_head(record, &known) )
        {
            known = *record;
            in_size = alice_framed(record->in_len);
            out_size = alice_framed(record->out_len);
        }

        if ( in_size > left || out_size > room || !alice_padding_ok(record) )
            return -EINVAL;

        left -= in_size;
        room -= out_size;
    }

    return 0;
}

/**
 * struct alice_plan - what is to be done for a record
 * @record: the record's head
 * @size: length of the record, in bytes
 * @rc: 0, or the errno value that is the whole answer
 * @row: the op
 * @room: room for its answer, in bytes
 * @stats: where it is counted; NULL where there is no such op
 */
struct alice_plan {
    struct xen_alice_batch_record record;
    unsigned int size;
    int rc;
    const struct alice_op_row *row;
    unsigned int room;
    struct xen_alice_stats *stats;
};

static void alice_plan(struct alice_plan *plan, struct alice_cpu *cpu,
                       const struct xen_alice_batch_record *record)
{
    unsigned int index = alice_find(record->cmd);

    plan->record = *record;
    plan->size = alice_framed(record->in_len);
    plan->stats = NULL;
    if ( index == ALICE_NO_ROW )
    {
        plan->rc = alice_absent(record->cmd);
        return;
    }

    plan->row = alice_rows[index];
    plan->rc = record->cmd == ALICE_OP_BATCH
               ? -EINVAL : alice_check(&plan->row->desc, record->in_len);
    plan->room = min((unsigned int)record->out_len,
                     (unsigned int)plan->row->desc.out_max);
    plan->stats = &cpu->stats[index];
}

/* Run the op of one record.  Returns the length of its reply. */
static always_inline unsigned int
alice_batch_one(const struct alice_plan *plan,
                const struct xen_alice_batch_record *record,
                struct xen_alice_batch_reply *reply)
{
    uint8_t *payload = (void *)(reply + 1);
    unsigned int in_len = plan->record.in_len, len;
    int rc = plan->rc;

    if ( !rc )
        rc = alice_run(plan->row, record + 1, in_len, payload, plan->room);
    if ( plan->stats )
        alice_count(plan->stats, in_len, rc);

    reply->result = rc;
    reply->reserved = 0;

    len = max(rc, 0);
    if ( len % ALICE_BATCH_ALIGN )
        memset(payload + len, 0, -len % ALICE_BATCH_ALIGN);

    return alice_framed(len);
}

/*
 * Others' work is looked for after each op.  What the calling domain itself is to
 * be told is not as cheap to find out, and is looked for after so many bytes of
 * records.
 */
#define ALICE_BATCH_SLICE 512

static int cf_check alice_op_batch(const void *in, unsigned int in_len,
                                   void *out, unsigned int out_len)
{
    const unsigned int this_cpu = smp_processor_id();
    struct alice_cpu *cpu = alice_cpus[this_cpu];
    const struct xen_alice_batch *head = in;
    const void *end = in + in_len, *slice;
    struct alice_plan plan;
    void *reply = out;
    int rc = alice_batch_check(in, in_len, out_len);

    if ( rc )
        return rc;

    in += sizeof(*head);
    alice_plan(&plan, cpu, in);
    do {
        for ( slice = min(end, in + ALICE_BATCH_SLICE); in < slice;
              in += plan.size )
        {
            unsigned int size;

            if ( !alice_same_head(in, &plan.record) )
                alice_plan(&plan, cpu, in);

            size = alice_batch_one(&plan, in, reply);
            rc = ((struct xen_alice_batch_reply *)reply)->result;
            reply += size;

            if ( rc < 0 && (head->flags & ALICE_BATCH_STOP_ON_ERROR) )
                return reply - out;

            if ( unlikely(softirq_pending(this_cpu)) )
                return reply - out;
        }
    } while ( in < end && !hypercall_preempt_check() );

    return reply - out;
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

    for ( i = 0; i < alice_nr_rows; i++ )
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
    if ( desc->cmd >= ALICE_MAX_CMDS )
        return "its cmd is too large";
    if ( alice_index[desc->cmd] != ALICE_NO_ROW )
        return "its cmd is taken";
    if ( alice_name_taken(desc->name) )
        return "its name is taken";
    if ( desc->in_min > desc->in_max || desc->in_max > ALICE_MAX_LEN ||
         desc->out_max > ALICE_MAX_LEN )
        return "its lengths make no sense";
    if ( desc->flags & ~(ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN |
                         ALICE_OP_F_CONTROL | ALICE_OP_F_KERNEL) )
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

/* Enter the rows that are right.  A wrong one is an op less, not a panic. */
static void __init alice_enter_rows(void)
{
    unsigned int i;

    memset(alice_index, 0xff, sizeof(alice_index));

    for ( i = 0; i < ARRAY_SIZE(alice_table); i++ )
    {
        const struct alice_op_row *row = &alice_table[i];
        const char *fault = alice_row_fault(row);

        if ( fault )
        {
            printk(XENLOG_ERR "alice: row %u (cmd %u) left out: %s\n",
                   i, row->desc.cmd, fault);
            continue;
        }

        alice_index[row->desc.cmd] = alice_nr_rows;
        alice_rows[alice_nr_rows++] = row;
    }
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

/* Give a CPU its pages and counters, unless it was here before. */
static int alice_cpu_prepare(unsigned int cpu)
{
    struct alice_cpu *new;

    if ( alice_cpus[cpu] )
        return 0;

    new = _xzalloc(sizeof(*new) + alice_nr_rows * sizeof(new->stats[0]),
                   SMP_CACHE_BYTES);
    if ( !new )
        return -ENOMEM;

    new->in = alloc_xenheap_page();
    new->out = alloc_xenheap_page();
    if ( !new->in || !new->out )
    {
        free_xenheap_page(new->in);
        free_xenheap_page(new->out);
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
    BUILD_BUG_ON(ALICE_MAX_LEN > PAGE_SIZE);
    BUILD_BUG_ON(ARRAY_SIZE(alice_table) >= ALICE_NO_ROW);

    alice_access = alice_parse_access(opt_alice);

    alice_rows = xzalloc_array(const struct alice_op_row *,
                               ARRAY_SIZE(alice_table));
    alice_baseline = xzalloc_array(struct xen_alice_stats,
                                   ARRAY_SIZE(alice_table));
    alice_cpus = xzalloc_array(struct alice_cpu *, nr_cpu_ids);
    if ( !alice_rows || !alice_baseline || !alice_cpus )
        panic("alice: no memory for the op table\n");

    alice_enter_rows();

    if ( alice_cpu_prepare(smp_processor_id()) )
        panic("alice: no memory for the boot CPU\n");

    register_cpu_notifier(&alice_cpu_nfb);

    printk(XENLOG_INFO "alice: %u ops, hypercall %u\n",
           alice_nr_rows, __HYPERVISOR_alice_op);

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
