/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An alice_op whose table and answers are generated from a seed, an 8-byte number that is the
 * input of op 1000.
 *
 * An answer depends on seed and request only.  The test includes this file, too, except
 * its last part, and so it can compute each answer.
 */

#ifdef __XEN__
#include <xen/errno.h>
#include <xen/guest_access.h>
#include <xen/hypercall.h>
#include <xen/lib.h>
#include <xen/string.h>

#include <public/alice.h>
#endif

#define MADE_CMD_SEED 1000
#define MADE_NONE     (~0U)

/* Purposes of random numbers: each has a sequence of its own. */
enum made_for { MADE_PLAN = 1, MADE_VERSION, MADE_ROW, MADE_WRONG, MADE_ANSWER };

/* xorshift64* */
static uint64_t made_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;

    return *state * 0x2545f4914f6cdd1dULL;
}

static uint32_t made_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)((made_next(state) >> 32) * n >> 32);
}

static uint64_t made_start(uint64_t seed, enum made_for what, uint64_t index)
{
    uint64_t state = (seed + 1) * 0x9e3779b97f4a7c15ULL;

    state ^= ((uint64_t)what << 56) + index * 0xd1342543de82ef95ULL;
    state = state ? state : 1;
    made_next(&state);
    made_next(&state);

    return state;
}

/**
 * struct made_plan - properties of a table
 * @rows: number of rows
 * @max_len: upper bound for payloads
 * @batch: index of op batch, or MADE_NONE
 * @wrong: index of a row that may break a rule
 * @odd: index of a row for which describe returns another length, or an errno
 * @step: distance between the cmds of two rows
 * @offset: of the first row's cmd
 */
struct made_plan {
    uint32_t rows;
    uint32_t max_len;
    uint32_t batch;
    uint32_t wrong;
    uint32_t odd;
    uint32_t step;
    uint32_t offset;
};

/* Rows have this many possible cmds, from 64 up. */
#define MADE_CMDS 897

static struct made_plan made_plan(uint64_t seed)
{
    /* Coprime with MADE_CMDS. */
    static const uint32_t steps[] = { 1, 5, 7, 11, 100, 896 };
    uint64_t state = made_start(seed, MADE_PLAN, 0);
    struct made_plan plan;

    plan.rows = made_below(&state, made_below(&state, 8) ? 24 : 300) + 1;
    plan.max_len = made_below(&state, 4) ? XEN_ALICE_LEN_LEAST
                                         : XEN_ALICE_LEN_LEAST +
                                           made_below(&state, XEN_ALICE_LEN_MOST -
                                                              XEN_ALICE_LEN_LEAST + 1);
    plan.batch = made_below(&state, 3) ? made_below(&state, plan.rows)
                                       : MADE_NONE;
    plan.wrong = made_below(&state, 2) ? made_below(&state, plan.rows)
                                       : MADE_NONE;
    plan.odd = made_below(&state, 16) ? MADE_NONE
                                      : made_below(&state, plan.rows);
    plan.step = steps[made_below(&state, 6)];
    plan.offset = made_below(&state, MADE_CMDS);

    return plan;
}

/* A result that is not the number of bytes written. */
static int64_t made_odd(uint64_t *state, uint32_t room)
{
    static const int64_t odd[] = {
        0x7fffffff, 0x80000000LL, 0xffffffffLL, 0x100000000LL, 0x100000001LL,
        0x7fffffffffffffffLL, -0x7fffffffffffffffLL - 1, -100000, -4096, -4095, -513, -512, -511,
        -XEN_ALICE_ESTALE, -12,
    };
    int64_t result;

    switch ( made_below(state, 4) )
    {
    case 0:
        result = -(int64_t)made_below(state, 511) - 1;
        /* The same request gets the same answer, so a LONG op would never end. */
        return result == -XEN_ALICE_ERESTART ? -1 : result;

    case 1:
        return (int64_t)room + 1 + made_below(state, 100);

    case 2:
        return made_below(state, room + 1);
    }

    return odd[made_below(state, sizeof(odd) / sizeof(odd[0]))];
}

/* Flip some bits in @len bytes. */
static void made_flip(uint64_t *state, void *at, uint32_t len, uint32_t bits)
{
    while ( bits-- )
    {
        uint32_t bit = made_below(state, len * 8);

        ((uint8_t *)at)[bit / 8] ^= 1U << (bit % 8);
    }
}

/* The answer of version.  Returns its result. */
static int64_t made_version(uint64_t seed, struct xen_alice_version *v)
{
    const struct made_plan plan = made_plan(seed);
    uint64_t state = made_start(seed, MADE_VERSION, 0);
    int64_t result = sizeof(*v);

    *v = (struct xen_alice_version){
        .magic = XEN_ALICE_MAGIC,
        .major = XEN_ALICE_ABI_MAJOR,
        .minor = (uint16_t)made_below(&state, 65536),
        .ops = plan.rows,
        .max_len = plan.max_len,
        .generation = made_next(&state) | 1,
        .features = (uint32_t)made_next(&state),
        .reserved = (uint32_t)made_next(&state),
    };

    switch ( made_below(&state, 30) )
    {
    case 0:
        v->ops = made_below(&state, 2) ? 0 : 1025 + made_below(&state, 1000000);
        break;

    case 1:
        v->ops += 1 + made_below(&state, 3);
        break;

    case 2:
        v->ops = 1 + made_below(&state, plan.rows);
        break;

    case 3:
        v->max_len = made_below(&state, 2) ? made_below(&state, XEN_ALICE_LEN_LEAST)
                                           : XEN_ALICE_LEN_MOST + 1 +
                                             (uint32_t)made_next(&state);
        break;

    case 4:
        made_flip(&state, v, sizeof(*v), 1 + made_below(&state, 3));
        break;

    case 5:
        result = made_odd(&state, sizeof(*v));
        break;

    case 6:
        v->generation &= ~(uint64_t)XEN_ALICE_TAG;
        break;
    }

    /* For a PV guest, PHYS would be false. */
    v->features &= ~XEN_ALICE_FEATURE_PHYS;

    return result;
}

/* Text of @len characters, from the set @from or all printable ones. */
static void made_text(uint64_t *state, char *to, uint32_t len, const char *from,
                      uint32_t from_len)
{
    while ( len-- )
        *to++ = from ? from[made_below(state, from_len)]
                     : (char)(' ' + made_below(state, '~' - ' ' + 1));
    *to = '\0';
}

/* A field list, or an invalid one. */
static void made_fmt(uint64_t *state, char *to)
{
    static const char types[][6] = {
        "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "x8", "x16",
        "x32", "x64", "c1", "c8", "c64", "bytes", "u7", "c0", "c4097", "",
    };
    uint32_t fields, at = 0, i;

    switch ( made_below(state, 6) )
    {
    case 0:
        return;

    case 1:
        made_text(state, to, made_below(state, XEN_ALICE_FMT_LEN), NULL, 0);
        return;
    }

    /* Rarely, the types at the end of the list are wrong. */
    fields = 1 + made_below(state, 5);
    for ( i = 0; i < fields; i++ )
        at += snprintf(to + at, XEN_ALICE_FMT_LEN - at, "%sf%u:%s", i ? " " : "", i,
                       types[made_below(state, made_below(state, 8) ? 16 : 20)]);
}

/* A valid row. */
static void made_right_row(uint64_t seed, const struct made_plan *plan,
                           uint32_t index, struct xen_alice_op_desc *d)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";
    uint64_t state = made_start(seed, MADE_ROW, index);
    uint32_t len = made_below(&state, 19);

    memset(d, 0, sizeof(*d));
    d->cmd = 64 + (plan->offset + index * plan->step) % MADE_CMDS;
    d->flags = made_below(&state, 2) ? 0 : made_below(&state, 8);
    if ( !made_below(&state, 16) )
        d->flags = 1U << made_below(&state, 32);
    d->in_max = made_below(&state, made_below(&state, 2) ? 129
                                                         : plan->max_len + 1);
    d->in_min = made_below(&state, 2) ? 0 : made_below(&state, d->in_max + 1);
    d->out_max = made_below(&state, made_below(&state, 2) ? 129
                                                          : plan->max_len + 1);

    made_text(&state, d->name, len, letters, sizeof(letters) - 1);
    snprintf(d->name + len, sizeof(d->name) - len, "%u", index);
    made_text(&state, d->summary, made_below(&state, sizeof(d->summary)), NULL, 0);
    made_fmt(&state, d->in_fmt);
    made_fmt(&state, d->out_fmt);

    if ( index == plan->batch )
    {
        d->cmd = XEN_ALICE_OP_BATCH;
        d->flags = XEN_ALICE_OP_F_KERNEL;
        d->in_min = 0;
    }
}

/* Break a rule, or sometimes none. */
static void made_wrong(uint64_t seed, const struct made_plan *plan,
                       uint32_t index, struct xen_alice_op_desc *d)
{
    uint64_t state = made_start(seed, MADE_WRONG, index);
    struct xen_alice_op_desc other;

    made_right_row(seed, plan, index / 2, &other);

    switch ( made_below(&state, 16) )
    {
    case 0:
        memset(d->name, 'a', sizeof(d->name));
        break;

    case 1:
        memset(d->summary, 'a', sizeof(d->summary));
        break;

    case 2:
        memset(d->in_fmt, 'a', sizeof(d->in_fmt));
        break;

    case 3:
        memset(d->out_fmt, 'a', sizeof(d->out_fmt));
        break;

    case 4:
        d->name[made_below(&state, sizeof(d->name))] = (char)made_below(&state, 256);
        break;

    case 5:
        d->summary[made_below(&state, sizeof(d->summary))] =
            (char)made_below(&state, 256);
        break;

    case 6:
        d->out_fmt[made_below(&state, sizeof(d->out_fmt))] =
            (char)made_below(&state, 256);
        break;

    case 7:
        d->name[0] = '\0';
        break;

    case 8:
        memcpy(d->name, other.name, sizeof(d->name));
        break;

    case 9:
        d->cmd = other.cmd;
        break;

    case 10:
        d->cmd = 1024 + (uint32_t)made_next(&state) / 2;
        break;

    case 11:
        d->in_min = d->in_max + 1 + made_below(&state, 2) * 100000;
        break;

    case 12:
        d->in_max = plan->max_len + 1 + (uint32_t)made_next(&state) / 2;
        break;

    case 13:
        d->out_max = plan->max_len + 1 + (uint32_t)made_next(&state) / 2;
        break;

    case 14:
        made_flip(&state, &d->reserved, sizeof(d->reserved), 1);
        break;

    default:
        made_flip(&state, d, sizeof(*d), 1 + made_below(&state, 8));
        break;
    }
}

/* The answer of describe.  Returns its result. */
static int64_t made_row(uint64_t seed, uint32_t index,
                        struct xen_alice_op_desc *d)
{
    const struct made_plan plan = made_plan(seed);
    uint64_t state = made_start(seed, MADE_WRONG, ~(uint64_t)index);

    if ( index >= plan.rows )
        return -ENOENT;

    made_right_row(seed, &plan, index, d);
    if ( index == plan.wrong )
        made_wrong(seed, &plan, index, d);

    return index == plan.odd ? made_odd(&state, sizeof(*d)) : (int)sizeof(*d);
}

/**
 * struct made_answer - the answer of any other op
 * @result: what it returns
 * @written: how many bytes it writes, whatever it returns; at most the room
 */
struct made_answer {
    int64_t result;
    uint32_t written;
};

static struct made_answer made_answer(uint64_t seed, uint32_t cmd,
                                      uint32_t in_len, uint32_t room)
{
    uint64_t state = made_start(seed, MADE_ANSWER,
                                ((uint64_t)cmd << 40) + ((uint64_t)in_len << 20) +
                                room);
    struct made_answer answer;

    answer.written = made_below(&state, 4) ? made_below(&state, room + 1) : room;
    answer.result = answer.written;

    switch ( made_below(&state, 8) )
    {
    case 0:
        answer.written = made_below(&state, room + 1);
        break;

    case 1:
        answer.result = room;
        break;

    case 2:
        answer.result = made_odd(&state, room);
        break;
    }

    return answer;
}

/* Byte @at of an answer.  The test's requests do not contain such bytes. */
static uint8_t made_byte(uint64_t seed, uint32_t cmd, uint32_t at)
{
    return (uint8_t)(0x80 | (seed + cmd + 7 * at + at / 128));
}

#ifdef __XEN__

static uint64_t told, generation;

static long choose(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int in_len)
{
    struct xen_alice_version v;

    if ( in_len != sizeof(told) || copy_from_guest(&told, arg, 1) )
        return -EINVAL;

    made_version(told, &v);
    generation = v.generation;

    return 0;
}

static long version(XEN_GUEST_HANDLE_PARAM(void) arg)
{
    struct xen_alice_version v;
    long result = made_version(told, &v);

    return copy_to_guest(arg, &v, 1) ? -EFAULT : result;
}

static long describe(XEN_GUEST_HANDLE_PARAM(void) arg)
{
    struct xen_alice_describe what;
    struct xen_alice_op_desc d = {};
    long result;

    if ( copy_from_guest(&what, arg, 1) )
        return -EFAULT;

    result = made_row(told, what.index, &d);

    return copy_to_guest(arg, &d, 1) ? -EFAULT : result;
}

static void fill(uint8_t *to, uint32_t cmd, uint32_t at, uint32_t len)
{
    for ( ; len; at++, len-- )
        *to++ = made_byte(told, cmd, at);
}

static long answer(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                   unsigned int in_len, unsigned int out_len)
{
    const struct made_answer made = made_answer(told, cmd, in_len, out_len);
    uint32_t at, len;
    uint8_t part[64];

    for ( at = 0; at < made.written; at += len )
    {
        len = min(made.written - at, (uint32_t)sizeof(part));
        fill(part, cmd, at, len);
        if ( copy_to_guest_offset(arg, at, part, len) )
            return -EFAULT;
    }

    return made.result;
}

/* One reply.  Returns its length, or 0 if there is no room for it. */
static unsigned int reply(const struct xen_alice_batch_record *record,
                          uint8_t *to, unsigned int room)
{
    const struct made_answer made = made_answer(told, record->cmd,
                                                record->in_len, record->out_len);
    struct xen_alice_batch_reply head = { .result = made.result };
    unsigned int len = sizeof(head);

    if ( head.result >= 0 && head.result <= record->out_len )
        len += ROUNDUP(head.result, XEN_ALICE_BATCH_ALIGN);
    if ( len > room )
        return 0;

    memset(to, 0, len);
    memcpy(to, &head, sizeof(head));
    fill(to + sizeof(head), record->cmd, 0,
         min(made.written, len > sizeof(head) ? (uint32_t)head.result : 0));

    return len;
}

static long batch(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int in_len,
                  unsigned int out_len)
{
    static uint8_t request[XEN_ALICE_BATCH_LEN], replies[XEN_ALICE_BATCH_LEN];
    unsigned int at = sizeof(struct xen_alice_batch), len = 0, size;

    if ( in_len > sizeof(request) || out_len > sizeof(replies) )
        return -EINVAL;
    if ( copy_from_guest(request, arg, in_len) )
        return -EFAULT;

    for ( ; at < in_len; len += size )
    {
        const struct xen_alice_batch_record *record = (void *)(request + at);

        size = reply(record, replies + len, out_len - len);
        if ( !size )
            return -EINVAL;
        at += sizeof(*record) + ROUNDUP(record->in_len, XEN_ALICE_BATCH_ALIGN);
    }

    return copy_to_guest(arg, replies, len) ? -EFAULT : len;
}

long do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    unsigned int number = cmd & XEN_ALICE_CMD_NUMBER;
    unsigned int tag = (cmd >> XEN_ALICE_CMD_TAG_SHIFT) & XEN_ALICE_TAG;

    if ( number == MADE_CMD_SEED )
        return choose(arg, in_len);

    if ( tag && tag != (generation & XEN_ALICE_TAG) )
        return -XEN_ALICE_ESTALE;

    switch ( number )
    {
    case XEN_ALICE_OP_VERSION:
        return version(arg);

    case XEN_ALICE_OP_DESCRIBE:
        return describe(arg);

    case XEN_ALICE_OP_BATCH:
        return batch(arg, in_len, out_len);
    }

    return answer(number, arg, in_len, out_len);
}

#endif

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
