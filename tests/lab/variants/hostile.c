/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An alice_op that answers whatever a test tells it: everything is in one structure,
 * which op 1000 writes and op 1001 reads.  The test includes this file, too, except its
 * last part.
 */

#ifdef __XEN__
#include <xen/errno.h>
#include <xen/guest_access.h>
#include <xen/hypercall.h>
#include <xen/lib.h>
#include <xen/spinlock.h>
#include <xen/string.h>

#include <public/alice.h>
#endif

#define HOSTILE_PROBE 64
#define HOSTILE_POKE  1000
#define HOSTILE_PEEK  1001

#define HOSTILE_ROWS  1024
/* Most bytes in one poke or peek. */
#define HOSTILE_BYTES 4088
/* Most bytes in one events-read. */
#define HOSTILE_RECORDS 256

/* When the generation rises: after version's answer, or before the other op runs. */
#define HOSTILE_AT_VERSION  1
#define HOSTILE_AT_DESCRIBE 2
#define HOSTILE_AT_PROBE    4
#define HOSTILE_AT_BATCH    8
/* After a step that answers ERESTART. */
#define HOSTILE_AT_STEP     16

struct hostile_row {
    struct xen_alice_op_desc desc;
    int64_t result;
};

/**
 * struct hostile - what to answer, and counters of calls
 * @version: answer of version
 * @version_result: what version returns
 * @probe_result: result of every op that has no other meaning
 * @probe_steps: how many times it returns ERESTART first
 * @step_row: replaces the op's row after such a step, unless its name is empty
 * @batch_result: what batch returns, instead of the length of the replies
 * @batch_more: added to that length
 * @batch_most: upper bound for the number of replies; 0 for no limit
 * @batch_unwritten: batch writes no replies
 * @reply_result: result in every reply of batch
 * @open_port: answer of events-open
 * @open_result: what events-open returns
 * @want_result: what events-want returns
 * @records: what events-read writes, followed by zeros
 * @records_len: number of bytes in @records
 * @read_result: what events-read returns
 * @read_left: how many more times; then it returns 0
 * @reads: how often events-read was called
 * @raise_at: HOSTILE_AT_* flags
 * @raise_left: how many more times the generation rises
 * @versions: how many times version was called
 * @describes: how many times describe was called
 * @probes: calls of other ops, by today's table
 * @outside: of these, calls with lengths outside those that the row declares
 * @row: the rows that version.ops announces: answer and result of describe
 */
struct hostile {
    struct xen_alice_version version;
    int64_t version_result;
    int64_t probe_result;
    int64_t probe_steps;
    struct xen_alice_op_desc step_row;
    int64_t batch_result;
    int32_t batch_more;
    uint32_t batch_most;
    uint32_t batch_unwritten;
    int32_t reply_result;
    uint32_t open_port;
    int64_t open_result;
    int64_t want_result;
    uint8_t records[HOSTILE_RECORDS];
    uint32_t records_len;
    int64_t read_result;
    uint32_t read_left;
    uint32_t reads;
    uint32_t raise_at;
    uint32_t raise_left;
    uint32_t versions;
    uint32_t describes;
    uint32_t probes;
    uint32_t outside;
    struct hostile_row row[HOSTILE_ROWS];
};

/* The input of poke, followed by bytes to write; without bytes, poke resets everything. */
struct hostile_poke {
    uint32_t at;
    uint32_t raise;
};

/* The input of peek. */
struct hostile_peek {
    uint32_t at;
    uint32_t len;
};

static const struct xen_alice_op_desc hostile_rows[] = {
    { .cmd = XEN_ALICE_OP_HELLO, .flags = XEN_ALICE_OP_F_WRITE, .name = "hello" },
    { .cmd = XEN_ALICE_OP_VERSION, .out_max = sizeof(struct xen_alice_version),
      .name = "version", .out_fmt = "version:bytes" },
    { .cmd = XEN_ALICE_OP_DESCRIBE, .in_min = sizeof(struct xen_alice_describe),
      .in_max = sizeof(struct xen_alice_describe),
      .out_max = sizeof(struct xen_alice_op_desc), .name = "describe",
      .in_fmt = "index:u32", .out_fmt = "desc:bytes" },
    { .cmd = XEN_ALICE_OP_BATCH, .flags = XEN_ALICE_OP_F_KERNEL,
      .in_min = sizeof(struct xen_alice_batch), .in_max = XEN_ALICE_BATCH_LEN,
      .out_max = XEN_ALICE_BATCH_LEN, .name = "batch", .in_fmt = "records:bytes",
      .out_fmt = "replies:bytes" },
    { .cmd = HOSTILE_PROBE, .in_max = XEN_ALICE_LEN_DEFAULT,
      .out_max = XEN_ALICE_LEN_DEFAULT, .name = "probe", .in_fmt = "data:bytes",
      .out_fmt = "data:bytes" },
    { .cmd = HOSTILE_POKE, .in_min = sizeof(struct hostile_poke),
      .in_max = sizeof(struct hostile_poke) + HOSTILE_BYTES, .name = "poke",
      .in_fmt = "at:u32 raise:u32 bytes:bytes" },
    { .cmd = HOSTILE_PEEK, .in_min = sizeof(struct hostile_peek),
      .in_max = sizeof(struct hostile_peek), .out_max = HOSTILE_BYTES,
      .name = "peek", .in_fmt = "at:u32 len:u32", .out_fmt = "bytes:bytes" },
};
#define HOSTILE_OWN (sizeof(hostile_rows) / sizeof(hostile_rows[0]))

/* Valid answers, and counters at 0. */
static inline void hostile_reset(struct hostile *state)
{
    unsigned int i;

    memset(state, 0, sizeof(*state));
    state->version = (struct xen_alice_version){
        .magic = XEN_ALICE_MAGIC,
        .major = XEN_ALICE_ABI_MAJOR,
        .minor = XEN_ALICE_ABI_MINOR,
        .ops = HOSTILE_OWN,
        .max_len = XEN_ALICE_LEN_DEFAULT,
        .generation = 1,
    };
    state->version_result = sizeof(state->version);
    state->open_result = sizeof(struct xen_alice_events_open);

    for ( i = 0; i < HOSTILE_ROWS; i++ )
        state->row[i].result = -ENOENT;

    for ( i = 0; i < HOSTILE_OWN; i++ )
    {
        state->row[i].desc = hostile_rows[i];
        state->row[i].result = sizeof(state->row[i].desc);
    }
}

#ifdef __XEN__

static struct hostile state;
static bool ready;
static DEFINE_SPINLOCK(lock);

static long poke(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int in_len)
{
    static uint8_t bytes[HOSTILE_BYTES];
    struct hostile_poke order;
    unsigned int len = in_len - sizeof(order);

    if ( in_len < sizeof(order) || len > sizeof(bytes) ||
         copy_from_guest(&order, arg, 1) ||
         copy_from_guest_offset(bytes, arg, sizeof(order), len) ||
         order.at > sizeof(state) - len )
        return -EINVAL;

    if ( !len )
        hostile_reset(&state);
    memcpy((void *)&state + order.at, bytes, len);
    state.version.generation += order.raise;

    return 0;
}

static long peek(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int out_len)
{
    struct hostile_peek order;

    if ( copy_from_guest(&order, arg, 1) || order.len > HOSTILE_BYTES ||
         order.len > out_len || order.at > sizeof(state) - order.len ||
         copy_to_guest(arg, (uint8_t *)&state + order.at, order.len) )
        return -EINVAL;

    return order.len;
}

static void raise_at(unsigned int what)
{
    if ( !(state.raise_at & what) || !state.raise_left )
        return;

    state.raise_left--;
    state.version.generation++;
}

static long version(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int out_len)
{
    unsigned int len = min(out_len, (unsigned int)sizeof(state.version));

    state.versions++;
    if ( copy_to_guest(arg, (uint8_t *)&state.version, len) )
        return -EFAULT;

    raise_at(HOSTILE_AT_VERSION);

    return state.version_result;
}

static long describe(XEN_GUEST_HANDLE_PARAM(void) arg)
{
    struct xen_alice_describe what;
    const struct hostile_row *row;

    state.describes++;
    if ( copy_from_guest(&what, arg, 1) )
        return -EFAULT;
    if ( what.index >= HOSTILE_ROWS )
        return -ENOENT;

    row = &state.row[what.index];

    return copy_to_guest(arg, &row->desc, 1) ? -EFAULT : row->result;
}

/* Any other op that is in today's table. */
static long probe(unsigned int number, unsigned int in_len, unsigned int out_len)
{
    unsigned int i;

    for ( i = 0; i < min(state.version.ops, HOSTILE_ROWS + 0U); i++ )
    {
        const struct xen_alice_op_desc *desc = &state.row[i].desc;
        unsigned int cursor = desc->flags & XEN_ALICE_OP_F_LONG
                              ? XEN_ALICE_CURSOR_LEN : 0;

        if ( desc->cmd != number )
            continue;

        state.probes++;
        if ( in_len - cursor < desc->in_min || in_len - cursor > desc->in_max ||
             out_len < cursor || out_len - cursor > desc->out_max )
            state.outside++;
        if ( state.probe_steps )
        {
            state.probe_steps--;
            raise_at(HOSTILE_AT_STEP);
            if ( state.step_row.name[0] )
                state.row[i].desc = state.step_row;
            return -XEN_ALICE_ERESTART;
        }

        return state.probe_result;
    }

    return -EOPNOTSUPP;
}

/* One reply without payload for each record, whatever its op. */
static long batch(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int in_len,
                  unsigned int out_len)
{
    const struct xen_alice_batch_reply reply = { .result = state.reply_result };
    static uint8_t request[XEN_ALICE_BATCH_LEN], replies[XEN_ALICE_BATCH_LEN];
    const unsigned int most = state.batch_most * sizeof(reply);
    unsigned int at = sizeof(struct xen_alice_batch), len = 0;

    if ( in_len > sizeof(request) || copy_from_guest(request, arg, in_len) )
        return -EFAULT;

    while ( at < in_len && (!most || len < most) )
    {
        const struct xen_alice_batch_record *record = (void *)(request + at);

        at += sizeof(*record) + ROUNDUP(record->in_len, XEN_ALICE_BATCH_ALIGN);
        probe(record->cmd, record->in_len, record->out_len);
        memcpy(replies + len, &reply, sizeof(reply));
        len += sizeof(reply);
    }

    if ( state.batch_result )
        return state.batch_result;

    if ( state.batch_unwritten )
        return out_len;

    if ( copy_to_guest(arg, replies, len) )
        return -EFAULT;

    return max((int)len + state.batch_more, 0);
}

static long events_open(XEN_GUEST_HANDLE_PARAM(void) arg)
{
    const struct xen_alice_events_open open = { .port = state.open_port };

    return copy_to_guest(arg, &open, 1) ? -EFAULT : state.open_result;
}

static long events_read(XEN_GUEST_HANDLE_PARAM(void) arg)
{
    state.reads++;
    if ( !state.read_left )
        return 0;

    state.read_left--;

    return copy_to_guest(arg, state.records, state.records_len) ? -EFAULT
                                                                : state.read_result;
}

static long call(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    unsigned int number = cmd & XEN_ALICE_CMD_NUMBER;
    unsigned int tag = (cmd >> XEN_ALICE_CMD_TAG_SHIFT) & XEN_ALICE_TAG;

    if ( !ready )
        hostile_reset(&state);
    ready = true;

    /* Available with any table. */
    if ( number == HOSTILE_POKE )
        return poke(arg, in_len);
    if ( number == HOSTILE_PEEK )
        return peek(arg, out_len);

    raise_at(number == XEN_ALICE_OP_DESCRIBE ? HOSTILE_AT_DESCRIBE :
             number == XEN_ALICE_OP_BATCH ? HOSTILE_AT_BATCH :
             number == HOSTILE_PROBE ? HOSTILE_AT_PROBE : 0);
    if ( tag && tag != (state.version.generation & XEN_ALICE_TAG) )
        return -XEN_ALICE_ESTALE;

    switch ( number )
    {
    case XEN_ALICE_OP_VERSION:
        return version(arg, out_len);

    case XEN_ALICE_OP_DESCRIBE:
        return describe(arg);

    case XEN_ALICE_OP_BATCH:
        return batch(arg, in_len, out_len);

    case XEN_ALICE_OP_EVENTS_OPEN:
        return events_open(arg);

    case XEN_ALICE_OP_EVENTS_WANT:
        return state.want_result;

    case XEN_ALICE_OP_EVENTS_READ:
        return events_read(arg);
    }

    return probe(number, in_len, out_len);
}

long do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    long ret;

    spin_lock(&lock);
    ret = call(cmd, arg, in_len, out_len);
    spin_unlock(&lock);

    return ret;
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
