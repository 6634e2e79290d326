/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An alice_op that lies, in one of many ways that a test chooses at run time:
 * cmd 1000 takes the name of a lie, "none" for none.
 *
 * Its table has five rows; lies about a row are about row 2.  The last row is
 * probe, an op whose result is a lie; before it is batch, whose answer is one.
 */

#include <xen/errno.h>
#include <xen/guest_access.h>
#include <xen/hypercall.h>
#include <xen/lib.h>
#include <xen/string.h>

#include <public/alice.h>

#define CMD_CHOOSE 1000
#define CMD_PROBE  64

#define ROWS       5
#define LIED_ROW   2

/**
 * struct lie - one way to lie
 * @name: what a test calls it
 * @version: changes the answer of version
 * @version_result: answer of version, where it is not the length
 * @row: changes row LIED_ROW, or every row where @all is set
 * @all: see there
 * @row_result: answer of describe for row LIED_ROW, where it is not the length
 * @probe_result: answer of probe
 * @reply_result: result in every reply of batch
 * @batch_result: answer of batch, where it is not the length
 * @batch_most: how many replies there are at most; 0 for no limit
 * @batch_more: what is added to the length
 * @batch_unwritten: batch writes no replies
 */
struct lie {
    const char *name;
    void (*version)(struct xen_alice_version *v);
    long version_result;
    void (*row)(struct xen_alice_op_desc *d, unsigned int index);
    bool all;
    long row_result;
    long probe_result;
    int32_t reply_result;
    long batch_result;
    unsigned int batch_most;
    int batch_more;
    bool batch_unwritten;
};

#define VERSION(name, statement)                                        \
    static void cf_check version_ ## name(struct xen_alice_version *v)  \
    {                                                                   \
        statement;                                                      \
    }

#define ROW(name, statement)                                            \
    static void cf_check row_ ## name(struct xen_alice_op_desc *d,      \
                                      unsigned int index)               \
    {                                                                   \
        statement;                                                      \
    }

VERSION(magic, v->magic++)
VERSION(magic_swapped, v->magic = 0x45434c41)
VERSION(major_0, v->major = 0)
VERSION(major_2, v->major = 2)
VERSION(major_65535, v->major = 65535)
VERSION(minor_99, v->minor = 99)
VERSION(ops_0, v->ops = 0)
VERSION(ops_1, v->ops = 1)
VERSION(ops_6, v->ops = ROWS + 1)
VERSION(ops_1024, v->ops = 1024)
VERSION(ops_1025, v->ops = 1025)
VERSION(ops_100000, v->ops = 100000)
VERSION(ops_4g, v->ops = ~0U)
VERSION(max_len_0, v->max_len = 0)
VERSION(max_len_255, v->max_len = 255)
VERSION(max_len_65537, v->max_len = 65537)
VERSION(max_len_2g, v->max_len = 1U << 31)
VERSION(max_len_4g, v->max_len = ~0U)

ROW(name_unterminated, memset(d->name, 'a', sizeof(d->name)))
ROW(name_empty, memset(d->name, 0, sizeof(d->name)))
ROW(name_escape, strlcpy(d->name, "\033[31mred", sizeof(d->name)))
ROW(name_space, strlcpy(d->name, "two words", sizeof(d->name)))
ROW(name_upper, strlcpy(d->name, "Hello", sizeof(d->name)))
ROW(name_newline, strlcpy(d->name, "a\nb", sizeof(d->name)))
ROW(name_high, strlcpy(d->name, "\xff", sizeof(d->name)))
ROW(name_taken, strlcpy(d->name, "hello", sizeof(d->name)))
ROW(cmd_taken, d->cmd = 0)
ROW(cmd_1024, d->cmd = 1024)
ROW(cmd_65536, d->cmd = 65536)
ROW(cmd_4g, d->cmd = ~0U)
ROW(in_min_above, d->in_min = 5; d->in_max = 4)
ROW(in_max_4097, d->in_max = 4097)
ROW(in_max_4g, d->in_max = ~0U)
ROW(out_max_4097, d->out_max = 4097)
ROW(out_max_2g, d->out_max = 1U << 31)
ROW(out_max_4g, d->out_max = ~0U)
ROW(reserved, d->reserved = 1)
ROW(flag_unknown, if ( index == ROWS - 1 ) d->flags = 1U << 31)
ROW(summary_unterminated, memset(d->summary, 'a', sizeof(d->summary)))
ROW(summary_escape, strlcpy(d->summary, "\033]0;title\a", sizeof(d->summary)))
ROW(summary_newline, strlcpy(d->summary, "a\nb", sizeof(d->summary)))
ROW(summary_high, strlcpy(d->summary, "\x9b", sizeof(d->summary)))
ROW(in_fmt_unterminated, memset(d->in_fmt, 'a', sizeof(d->in_fmt)))
ROW(in_fmt_escape, strlcpy(d->in_fmt, "a\033:u8", sizeof(d->in_fmt)))
ROW(out_fmt_unterminated, memset(d->out_fmt, 'a', sizeof(d->out_fmt)))
ROW(out_fmt_escape, strlcpy(d->out_fmt, "a:u8\r", sizeof(d->out_fmt)))
ROW(all_ones, memset(d, 0xff, sizeof(*d)))
ROW(all_zero, memset(d, 0, sizeof(*d)))
ROW(same, d->cmd = 0; strlcpy(d->name, "hello", sizeof(d->name)))
ROW(fmt_nonsense, if ( index == ROWS - 1 )
                      strlcpy(d->out_fmt, "no field list", sizeof(d->out_fmt)))
ROW(many, d->cmd = index; d->flags = 0;
          d->in_min = d->in_max = d->out_max = 0;
          snprintf(d->name, sizeof(d->name), "op-%u", index))

#define VERSION_LIE(name) { #name, .version = version_ ## name }
#define ROW_LIE(name)     { #name, .row = row_ ## name }

static const struct lie lies[] = {
    { "none" },
    VERSION_LIE(magic),
    VERSION_LIE(magic_swapped),
    VERSION_LIE(major_0),
    VERSION_LIE(major_2),
    VERSION_LIE(major_65535),
    VERSION_LIE(minor_99),
    VERSION_LIE(ops_0),
    VERSION_LIE(ops_1),
    VERSION_LIE(ops_6),
    VERSION_LIE(ops_1024),
    VERSION_LIE(ops_1025),
    VERSION_LIE(ops_100000),
    VERSION_LIE(ops_4g),
    VERSION_LIE(max_len_0),
    VERSION_LIE(max_len_255),
    VERSION_LIE(max_len_65537),
    VERSION_LIE(max_len_2g),
    VERSION_LIE(max_len_4g),
    { "version_short", .version_result = 15 },
    { "version_long", .version_result = 17 },
    { "version_huge", .version_result = LONG_MAX },
    { "version_einval", .version_result = -EINVAL },
    { "version_odd", .version_result = -100000 },
    { "many", .version = version_ops_1024, .row = row_many, .all = true },
    ROW_LIE(name_unterminated),
    ROW_LIE(name_empty),
    ROW_LIE(name_escape),
    ROW_LIE(name_space),
    ROW_LIE(name_upper),
    ROW_LIE(name_newline),
    ROW_LIE(name_high),
    ROW_LIE(name_taken),
    ROW_LIE(cmd_taken),
    ROW_LIE(cmd_1024),
    ROW_LIE(cmd_65536),
    ROW_LIE(cmd_4g),
    ROW_LIE(in_min_above),
    ROW_LIE(in_max_4097),
    ROW_LIE(in_max_4g),
    ROW_LIE(out_max_4097),
    ROW_LIE(out_max_2g),
    ROW_LIE(out_max_4g),
    ROW_LIE(reserved),
    ROW_LIE(summary_unterminated),
    ROW_LIE(summary_escape),
    ROW_LIE(summary_newline),
    ROW_LIE(summary_high),
    ROW_LIE(in_fmt_unterminated),
    ROW_LIE(in_fmt_escape),
    ROW_LIE(out_fmt_unterminated),
    ROW_LIE(out_fmt_escape),
    ROW_LIE(all_ones),
    ROW_LIE(all_zero),
    { "same", .row = row_same, .all = true },
    { "flag_unknown", .row = row_flag_unknown, .all = true },
    { "fmt_nonsense", .row = row_fmt_nonsense, .all = true },
    { "row_short", .row_result = 255 },
    { "row_long", .row_result = 257 },
    { "row_huge", .row_result = LONG_MAX },
    { "row_enoent", .row_result = -ENOENT },
    { "row_eio", .row_result = -EIO },
    { "row_odd", .row_result = -100000 },
    { "probe_above_room", .probe_result = 4097 },
    { "probe_2g", .probe_result = 0x7fffffff },
    { "probe_4g", .probe_result = 0x100000000L },
    { "probe_max", .probe_result = LONG_MAX },
    { "probe_min", .probe_result = LONG_MIN },
    { "probe_512", .probe_result = -512 },
    { "probe_513", .probe_result = -513 },
    { "probe_4096", .probe_result = -4096 },
    { "probe_100000", .probe_result = -100000 },
    /* It says that it wrote a page, and wrote nothing. */
    { "probe_unwritten", .probe_result = 4096 },
    { "batch_short", .batch_more = -1 },
    { "batch_cut", .batch_more = -8 },
    { "batch_long", .batch_more = 8 },
    /* No lie: it has something else to do. */
    { "batch_early", .batch_most = 7 },
    { "batch_none", .batch_more = -4096 },
    { "batch_eio", .batch_result = -EIO },
    { "batch_odd", .batch_result = -100000 },
    { "batch_huge", .batch_result = LONG_MAX },
    { "batch_above_room", .batch_result = 4097 },
    { "reply_behind", .reply_result = 64 },
    { "reply_above_room", .reply_result = 65 },
    { "reply_max", .reply_result = 0x7fffffff },
    { "reply_min", .reply_result = -0x7fffffff - 1 },
    { "reply_512", .reply_result = -512 },
    { "reply_enoent", .reply_result = -ENOENT },
    { "batch_unwritten", .batch_unwritten = true },
};

static const struct lie *lie = &lies[0];

static const struct xen_alice_op_desc rows[ROWS] = {
    {
        .cmd = ALICE_OP_HELLO,
        .flags = ALICE_OP_F_WRITE,
        .name = "hello",
        .summary = "Say nothing",
    },
    {
        .cmd = ALICE_OP_VERSION,
        .out_max = sizeof(struct xen_alice_version),
        .name = "version",
        .summary = "Tell the version",
        .out_fmt = "magic:x32 major:u16 minor:u16 ops:u32 max_len:u32",
    },
    {
        .cmd = ALICE_OP_DESCRIBE,
        .in_min = sizeof(struct xen_alice_describe),
        .in_max = sizeof(struct xen_alice_describe),
        .out_max = sizeof(struct xen_alice_op_desc),
        .name = "describe",
        .summary = "Describe an op",
        .in_fmt = "index:u32",
        .out_fmt = "desc:bytes",
    },
    {
        .cmd = ALICE_OP_BATCH,
        .flags = ALICE_OP_F_KERNEL,
        .in_min = sizeof(struct xen_alice_batch),
        .in_max = ALICE_MAX_LEN,
        .out_max = ALICE_MAX_LEN,
        .name = "batch",
        .summary = "Answer what was chosen, many times",
        .in_fmt = "records:bytes",
        .out_fmt = "replies:bytes",
    },
    {
        .cmd = CMD_PROBE,
        .in_max = ALICE_MAX_LEN,
        .out_max = ALICE_MAX_LEN,
        .name = "probe",
        .summary = "Answer what was chosen",
        .in_fmt = "data:bytes",
        .out_fmt = "data:bytes",
    },
};

static long choose(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int in_len)
{
    char name[ALICE_NAME_LEN] = "";
    unsigned int i;

    if ( in_len >= sizeof(name) || copy_from_guest(name, arg, in_len) )
        return -EINVAL;

    for ( i = 0; i < ARRAY_SIZE(lies); i++ )
    {
        if ( strcmp(lies[i].name, name) )
            continue;

        lie = &lies[i];
        return 0;
    }

    return -ENOENT;
}

static long version(XEN_GUEST_HANDLE_PARAM(void) arg)
{
    struct xen_alice_version v = {
        .magic = ALICE_MAGIC,
        .major = ALICE_ABI_MAJOR,
        .minor = ALICE_ABI_MINOR,
        .ops = ROWS,
        .max_len = ALICE_MAX_LEN,
    };

    if ( lie->version )
        lie->version(&v);

    if ( copy_to_guest(arg, &v, 1) )
        return -EFAULT;

    return lie->version_result ?: sizeof(v);
}

static long describe(XEN_GUEST_HANDLE_PARAM(void) arg)
{
    struct xen_alice_describe what;
    struct xen_alice_op_desc d;

    if ( copy_from_guest(&what, arg, 1) )
        return -EFAULT;

    if ( what.index >= ROWS && !lie->all )
        return -ENOENT;

    d = rows[what.index % ROWS];
    if ( lie->row && (lie->all || what.index == LIED_ROW) )
        lie->row(&d, what.index);

    if ( copy_to_guest(arg, &d, 1) )
        return -EFAULT;

    return what.index == LIED_ROW && lie->row_result ? lie->row_result
                                                     : sizeof(d);
}

/* Replies without payload, whatever they say, one a record. */
static long batch(XEN_GUEST_HANDLE_PARAM(void) arg, unsigned int in_len,
                  unsigned int out_len)
{
    const struct xen_alice_batch_reply reply = { .result = lie->reply_result };
    static uint8_t request[ALICE_MAX_LEN], replies[ALICE_MAX_LEN];
    const unsigned int most = lie->batch_most * sizeof(reply);
    unsigned int at = sizeof(struct xen_alice_batch), len = 0;

    if ( in_len > sizeof(request) || copy_from_guest(request, arg, in_len) )
        return -EFAULT;

    while ( at < in_len && (!most || len < most) )
    {
        const struct xen_alice_batch_record *record = (void *)(request + at);

        at += sizeof(*record) + ROUNDUP(record->in_len, ALICE_BATCH_ALIGN);
        memcpy(replies + len, &reply, sizeof(reply));
        len += sizeof(reply);
    }

    if ( lie->batch_result )
        return lie->batch_result;

    if ( lie->batch_unwritten )
        return out_len;

    if ( copy_to_guest(arg, replies, len) )
        return -EFAULT;

    return max((int)len + lie->batch_more, 0);
}

long do_alice_op(unsigned int cmd, XEN_GUEST_HANDLE_PARAM(void) arg,
                 unsigned int in_len, unsigned int out_len)
{
    switch ( cmd )
    {
    case CMD_CHOOSE:
        return choose(arg, in_len);

    case ALICE_OP_HELLO:
        return 0;

    case ALICE_OP_VERSION:
        return version(arg);

    case ALICE_OP_DESCRIBE:
        return describe(arg);

    case ALICE_OP_BATCH:
        return batch(arg, in_len, out_len);

    case CMD_PROBE:
        return lie->probe_result;
    }

    return -EOPNOTSUPP;
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
