/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen/alice.h
 *
 * Header for the files of ops of alice_op.
 *
 *   #include <xen/alice.h>
 *
 *   #define ADD_IN(f)  f(s64, a) f(s64, b)
 *   #define ADD_OUT(f) f(s64, sum)
 *
 *   ALICE_OP(64, add, "Add two numbers", 0, ADD_IN, ADD_OUT)
 *   {
 *       out->sum = in->a + in->b;
 *
 *       return 0;
 *   }
 *
 * The macros make structures, lengths, field lists and the row of the op table
 * from that at compile time.  The same file can be compiled into Xen, or
 * loaded into a running Xen as a livepatch; ALICE_LIVE is defined only for the
 * latter.
 */

#ifndef __XEN_ALICE_H__
#define __XEN_ALICE_H__

#include <xen/errno.h>
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/sched.h>
#include <xen/string.h>

#include <public/alice.h>

#include <xen/alice-compat.h>

#ifdef ALICE_LIVE
#include <xen/livepatch.h>
#include <xen/livepatch_payload.h>
#endif

/* 1 in files of this project, which use numbers below XEN_ALICE_OP_USER. */
#ifndef ALICE_PROJECT
#define ALICE_PROJECT 0
#endif

/* In a row: the length is bounded only by max_len. */
#define ALICE_ANY_LEN (~0U)

/* Length of the cursor before the input and before the answer of an op. */
#define ALICE_CURSOR_LEN(op_flags)                                            \
    (((op_flags) & XEN_ALICE_OP_F_LONG) ? XEN_ALICE_CURSOR_LEN : 0U)

/**
 * struct alice_op_row - one op
 * @desc: description for guests, which calls are checked against
 * @fn: function of the op.  It takes @in_len bytes at @in, writes at most
 *      @out_len bytes at @out and returns how many, or a negative errno value;
 *      -EINVAL if the answer does not fit.  @in_len is within the bounds of the
 *      row, and @out_len at most its out_max.  @in and @out are aligned to 8
 *      bytes and do not overlap; @out is zeroed.  It runs on behalf of current.
 *      It must not sleep, nor take longer than it takes to copy a page or so.
 *      With XEN_ALICE_OP_F_LONG, @in and @out begin with the cursor, which
 *      counts in their lengths; to go on in another step it returns -ERESTART,
 *      which needs room for the cursor.
 * @fills: @out need not be zeroed, as @fn writes all that it claims to write
 * @in_least: the shortest input with the cursor, in bytes; alice_row_add()
 *            sets it, and the next two
 * @in_most: the longest input with the cursor, in bytes
 * @room: the longest answer with the cursor, in bytes
 */
struct alice_op_row {
    struct xen_alice_op_desc desc;
    int (*fn)(const void *in, unsigned int in_len,
              void *out, unsigned int out_len);
    bool fills;
    unsigned int in_least, in_most, room;
};

/**
 * alice_row_add() - add a row to the op table
 * @row: the row; the fields that follow from others are filled in
 *
 * Context: at boot, or in a livepatch's apply hook, when no guest runs.
 * Return: 0; -EEXIST if its number or its name is taken; -ENOSPC if the number
 *         of live ops is at its limit; -EINVAL if the row is invalid.  A line
 *         in Xen's log says why.
 */
int alice_row_add(struct alice_op_row *row);

/**
 * alice_row_del() - remove a row from the op table
 * @row: a row that alice_row_add() added
 *
 * A call that sleeps in its copy meanwhile returns -XEN_ALICE_ESTALE.
 *
 * Context: in a livepatch's revert hook.
 */
void alice_row_del(const struct alice_op_row *row);

/**
 * alice_event() - report an event to guests
 * @d: the domain, or NULL for all domains; not dereferenced
 * @cmd: the event's number
 * @data: its payload
 * @len: length of @data, in bytes
 *
 * Only domains that listen to the event get it.  If the queue of one has no
 * room, the event is counted as lost there.
 *
 * Context: any, except NMI and machine check; the caller may hold any locks
 *          but those of tasklets.  Waits for no lock but these and that of the
 *          event queues.
 */
void alice_event(const struct domain *d, unsigned int cmd,
                 const void *data, unsigned int len);

/**
 * alice_event_check() - may the calling domain listen to an event?
 * @cmd: the event's number
 *
 * Return: 0; -EPERM; -EINVAL if there is no such row, or it is not an event.
 */
int alice_event_check(unsigned int cmd);

/**
 * alice_event_gone() - make all domains stop listening to an event
 * @cmd: number of a row that is removed from the table; need not be an event
 *
 * Context: as alice_row_del().
 */
void alice_event_gone(unsigned int cmd);

/**
 * alice_answer() - write an answer, or a field of type bytes, if it fits
 * @out: destination
 * @out_len: room at @out, in bytes
 * @src: source
 * @len: length of @src, in bytes
 *
 * Return: @len, or -EINVAL if it does not fit.
 */
static inline int alice_answer(void *out, unsigned int out_len,
                               const void *src, unsigned int len)
{
    if ( out_len < len )
        return -EINVAL;

    if ( len )
        memcpy(out, src, len);

    return len;
}

/*
 * Types of fields.  Each has an alignment of 1, so that structures are packed.
 * Those of text, c1 to c129, are arrays of char.
 */
#define ALICE_FIELD_TYPE(type, c_type)                                        \
    typedef c_type alice_field_of_type_ ## type __attribute__((aligned(1)));
ALICE_FIELD_TYPE(u8, uint8_t)
ALICE_FIELD_TYPE(u16, uint16_t)
ALICE_FIELD_TYPE(u32, uint32_t)
ALICE_FIELD_TYPE(u64, uint64_t)
ALICE_FIELD_TYPE(s8, int8_t)
ALICE_FIELD_TYPE(s16, int16_t)
ALICE_FIELD_TYPE(s32, int32_t)
ALICE_FIELD_TYPE(s64, int64_t)
ALICE_FIELD_TYPE(x8, uint8_t)
ALICE_FIELD_TYPE(x16, uint16_t)
ALICE_FIELD_TYPE(x32, uint32_t)
ALICE_FIELD_TYPE(x64, uint64_t)

#define ALICE_TEXT(n) typedef char alice_field_of_type_c ## n[n];
#define ALICE_TEXTS_1_TO_9(d)                                                 \
    ALICE_TEXT(d ## 1) ALICE_TEXT(d ## 2) ALICE_TEXT(d ## 3)                  \
    ALICE_TEXT(d ## 4) ALICE_TEXT(d ## 5) ALICE_TEXT(d ## 6)                  \
    ALICE_TEXT(d ## 7) ALICE_TEXT(d ## 8) ALICE_TEXT(d ## 9)
#define ALICE_TEXTS(d) ALICE_TEXT(d ## 0) ALICE_TEXTS_1_TO_9(d)
ALICE_TEXTS_1_TO_9()
ALICE_TEXTS(1) ALICE_TEXTS(2) ALICE_TEXTS(3) ALICE_TEXTS(4)
ALICE_TEXTS(5) ALICE_TEXTS(6) ALICE_TEXTS(7) ALICE_TEXTS(8)
ALICE_TEXTS(9) ALICE_TEXTS(10) ALICE_TEXTS(11) ALICE_TEXTS(12)

/* The rest of the payload: the last field only. */
typedef uint8_t alice_field_of_type_bytes[0];

/* The fields of an op without input, or without an answer. */
#define ALICE_NONE(f)

/* Expansions of a field f(type, name). */
#define ALICE_FIELD_MEMBER(type, name) alice_field_of_type_ ## type name;
#define ALICE_FIELD_FORMAT(type, name) #name ":" #type " "
/* Sets bit 0 if the last field is bytes, and bit 1 if one before it is. */
#define ALICE_FIELD_BYTES(type, name)                                         \
    << 1 | !sizeof(alice_field_of_type_ ## type)

#define ALICE_FORMAT(FIELDS) "" FIELDS(ALICE_FIELD_FORMAT)
#define ALICE_BYTES_AT(FIELDS) (0 FIELDS(ALICE_FIELD_BYTES))
#define ALICE_MAX_OF(FIELDS, type)                                            \
    ((ALICE_BYTES_AT(FIELDS) & 1) ? ALICE_ANY_LEN : sizeof(type))

/* ALICE_FORMAT() leaves a space at the end, which alice_row_add() strips. */
#define ALICE_CHECK_FORMAT(format, most, what)                                \
    _Static_assert(sizeof(format) <= (most),                                  \
                   "the field list of the " what " has more than 63 "         \
                   "characters: shorten the names of fields");

#define ALICE_CHECK_FIELDS(FIELDS, type, what, op_flags)                      \
    ALICE_CHECK_FORMAT(ALICE_FORMAT(FIELDS), XEN_ALICE_FMT_LEN + 1, what)     \
    _Static_assert(!(ALICE_BYTES_AT(FIELDS) & ~1),                            \
                   "only the last field of the " what " can be bytes");       \
    _Static_assert(sizeof(type) + ALICE_CURSOR_LEN(op_flags) <=               \
                   XEN_ALICE_LEN_LEAST,                                       \
                   "the fields of the " what " are longer than every Xen "    \
                   "takes: use bytes for what is long");

#define ALICE_CHECK_CURSOR(FIELDS, type)                                      \
    _Static_assert(!ALICE_BYTES_AT(FIELDS) &&                                 \
                   sizeof(type) <= XEN_ALICE_CURSOR_LEN,                      \
                   "the fields of the cursor have at most 32 bytes in all, "  \
                   "and none of them is bytes");

/* Flags that ops may be declared with. */
#define ALICE_FLAGS (XEN_ALICE_OP_F_WRITE | XEN_ALICE_OP_F_ADMIN |            \
                     XEN_ALICE_OP_F_CONTROL | XEN_ALICE_OP_F_KERNEL)

#define ALICE_CHECK_FLAGS(op_flags)                                           \
    _Static_assert(!((op_flags) & ~ALICE_FLAGS),                              \
                   "the flags of an op are XEN_ALICE_OP_F_WRITE, _ADMIN, "    \
                   "_CONTROL and _KERNEL; ALICE_OP_LONG is for long ones");

#define ALICE_CHECK_ROW(nr, op_name, text, least, most, room)                 \
    _Static_assert((nr) >= XEN_ALICE_OP_USER || ALICE_PROJECT,                \
                   "numbers below 64 are for ops of alice itself: take one "  \
                   "from 64 to 1023");                                        \
    _Static_assert((nr) < XEN_ALICE_MAX_CMDS,                                 \
                   "the number of an op is below 1024");                      \
    _Static_assert(sizeof(op_name) <= XEN_ALICE_NAME_LEN,                     \
                   "the name of an op has at most 23 characters");            \
    _Static_assert(sizeof(text) <= XEN_ALICE_SUMMARY_LEN,                     \
                   "the summary of an op has at most 79 characters");         \
    _Static_assert((least) <= (most) && (least) <= XEN_ALICE_LEN_MOST,        \
                   "the shortest input is longer than the longest");          \
    _Static_assert(((most) <= XEN_ALICE_LEN_MOST ||                           \
                    (most) == ALICE_ANY_LEN) &&                               \
                   ((room) <= XEN_ALICE_LEN_MOST ||                           \
                    (room) == ALICE_ANY_LEN),                                 \
                   "no payload is longer than 1048576 bytes");

/*
 * Add a row to the table.  The project's own rows are added first, by an early
 * initcall, so that no other op takes their names.  Any other file only names
 * its rows here: they are added by the code at the end of this header, since a
 * livepatch has one apply hook.
 */
#if ALICE_PROJECT
#define ALICE_ENTER(what, _id)                                                \
    static int __init cf_check alice_enter ## _id(void)                       \
    {                                                                         \
        return alice_row_add(&alice_entry ## _id);                            \
    }                                                                         \
    presmp_initcall(alice_enter ## _id);
#else
#define ALICE_ENTER(what, _id)                                                \
    static struct alice_op_row *const alice_one_ ## what ## _per_file =       \
        &alice_entry ## _id;
#endif

/* @_id is _ and the op's identifier, which alone might expand as a macro. */
#define ALICE_ROW(what, nr, op_name, _id, text, op_flags, least, most,        \
                  fmt_in, room, fmt_out, run, fills_out)                      \
    ALICE_CHECK_ROW(nr, op_name, text, least, most, room)                     \
    static struct alice_op_row __read_mostly alice_entry ## _id = {           \
        .desc = {                                                             \
            .cmd = (nr),                                                      \
            .flags = (op_flags),                                              \
            .in_min = (least),                                                \
            .in_max = (most),                                                 \
            .out_max = (room),                                                \
            .name = op_name,                                                  \
            .summary = text,                                                  \
            .in_fmt = fmt_in,                                                 \
            .out_fmt = fmt_out,                                               \
        },                                                                    \
        .fn = run,                                                            \
        .fills = (fills_out),                                                 \
    };                                                                        \
    ALICE_ENTER(what, _id)

/*
 * An op whose cursor, input and answer are fields; its body follows.  The
 * cursor is copied from the input to the answer, where the body changes it.
 */
#define ALICE_OP_FIELDS(nr, op_name, _id, text, op_flags, cursor_arg, CURSOR, \
                        IN, OUT)                                              \
    struct alice_cursor ## _id { CURSOR(ALICE_FIELD_MEMBER) };                \
    struct alice_in ## _id { IN(ALICE_FIELD_MEMBER) };                        \
    struct alice_out ## _id { OUT(ALICE_FIELD_MEMBER) };                      \
    ALICE_CHECK_CURSOR(CURSOR, struct alice_cursor ## _id)                    \
    ALICE_CHECK_FIELDS(IN, struct alice_in ## _id, "input", op_flags)         \
    ALICE_CHECK_FIELDS(OUT, struct alice_out ## _id, "answer", op_flags)      \
    static int alice_do ## _id(struct alice_cursor ## _id *cursor_arg,        \
                               const struct alice_in ## _id *in,              \
                               unsigned int in_tail,                          \
                               struct alice_out ## _id *out,                  \
                               unsigned int out_tail);                        \
    static int cf_check alice_run ## _id(const void *in, unsigned int in_len, \
                                         void *out, unsigned int out_len)     \
    {                                                                         \
        const unsigned int cursor = ALICE_CURSOR_LEN(op_flags);               \
        const unsigned int fixed = cursor + sizeof(struct alice_out ## _id);  \
        const int tail = out_len - fixed;                                     \
        int rc;                                                               \
                                                                              \
        if ( out_len < fixed )                                                \
            return -EINVAL;                                                   \
                                                                              \
        memcpy(out, in, cursor);                                              \
        in_len -= cursor + sizeof(struct alice_in ## _id);                    \
        rc = alice_do ## _id(out, in + cursor, in_len, out + cursor, tail);   \
                                                                              \
        return rc < 0 ? rc : fixed + min(rc, INT_MAX - (int)fixed);           \
    }                                                                         \
    ALICE_ROW(op, nr, op_name, _id, text, op_flags,                           \
              sizeof(struct alice_in ## _id),                                 \
              ALICE_MAX_OF(IN, struct alice_in ## _id), ALICE_FORMAT(IN),     \
              ALICE_MAX_OF(OUT, struct alice_out ## _id), ALICE_FORMAT(OUT),  \
              alice_run ## _id, false)                                        \
    static int alice_do ## _id(struct alice_cursor ## _id *cursor_arg,        \
                               const struct alice_in ## _id *in,              \
                               unsigned int in_tail,                          \
                               struct alice_out ## _id *out,                  \
                               unsigned int out_tail)

/**
 * ALICE_OP() - an op whose input and answer are fields; its body follows
 * @nr: its number, 64 to 1023
 * @id: its name, an identifier; guests see - for each _ in it
 * @text: summary, one line for humans
 * @op_flags: XEN_ALICE_OP_F_*, or 0
 * @IN: macro that lists the fields of the input, each as f(type, name), or
 *      ALICE_NONE
 * @OUT: likewise for the answer
 *
 * In the body, @in and @out are pointers to structures of these fields,
 * @in_tail is the length of a last field of type bytes in the input, and
 * @out_tail the room for one in the answer.  The answer is zeroed.  If there
 * is no room for its fields, the caller gets EINVAL and the body does not run.
 *
 * The body returns the number of bytes that it wrote to a last field of type
 * bytes (0 if there is none), or a negative errno value.
 */
#define ALICE_OP(nr, id, text, op_flags, IN, OUT)                             \
    ALICE_CHECK_FLAGS(op_flags)                                               \
    ALICE_OP_FIELDS(nr, #id, _ ## id, text, op_flags, alice_no_cursor,        \
                    ALICE_NONE, IN, OUT)

/**
 * ALICE_OP_LONG() - an op that may take many steps; the body of a step follows
 * @nr: as for ALICE_OP()
 * @id: as for ALICE_OP()
 * @text: as for ALICE_OP()
 * @op_flags: as for ALICE_OP()
 * @CURSOR: macro that lists the fields of the cursor, at most 32 bytes in all;
 *          they are 0 in the first step
 * @IN: as for ALICE_OP()
 * @OUT: as for ALICE_OP()
 *
 * The body is as for ALICE_OP(), and has @cursor.  To go on in another step,
 * it sets @cursor and returns -ERESTART.  The next step gets this cursor, the
 * same input, and a zeroed answer.
 *
 * The guest can change the cursor, and may never call again.  So trust the
 * cursor no more than the input, and hold no reference or lock from one step
 * to the next.
 */
#define ALICE_OP_LONG(nr, id, text, op_flags, CURSOR, IN, OUT)                \
    ALICE_CHECK_FLAGS(op_flags)                                               \
    ALICE_OP_FIELDS(nr, #id, _ ## id, text, (op_flags) | XEN_ALICE_OP_F_LONG, \
                    cursor, CURSOR, IN, OUT)

/**
 * ALICE_OP_RAW() - an op of bare buffers; its body follows
 * @nr: its number, 64 to 1023
 * @id: its name, an identifier; guests see - for each _ in it
 * @text: summary, one line for humans
 * @op_flags: XEN_ALICE_OP_F_*, or 0
 * @least: the shortest input, in bytes
 * @most: the longest input, in bytes; ALICE_ANY_LEN is max_len
 * @fmt_in: field list of the input, a string as in public/alice.h
 * @room: the longest answer, in bytes; ALICE_ANY_LEN is max_len
 * @fmt_out: field list of the answer
 *
 * The body has @in, @in_len, @out and @out_len.  It returns the length of the
 * answer, or a negative errno value: see @fn of struct alice_op_row.
 */
#define ALICE_OP_RAW(nr, id, text, op_flags, least, most, fmt_in, room,       \
                     fmt_out)                                                 \
    static int cf_check alice_run_ ## id(const void *in, unsigned int in_len, \
                                         void *out, unsigned int out_len);    \
    ALICE_CHECK_FLAGS(op_flags)                                               \
    ALICE_CHECK_FORMAT(fmt_in, XEN_ALICE_FMT_LEN, "input")                    \
    ALICE_CHECK_FORMAT(fmt_out, XEN_ALICE_FMT_LEN, "answer")                  \
    ALICE_ROW(op, nr, #id, _ ## id, text, op_flags, least, most, fmt_in,      \
              room, fmt_out, alice_run_ ## id, false)                         \
    static int cf_check alice_run_ ## id(const void *in, unsigned int in_len, \
                                         void *out, unsigned int out_len)

/**
 * ALICE_EVENT() - an event, for alice_event() to report
 * @nr: its number, 64 to 1023; ops and events share the numbers
 * @id: its name, an identifier; guests see - for each _ in it
 * @text: summary, one line for humans
 * @op_flags: XEN_ALICE_OP_F_*, or 0: who may listen
 * @FIELDS: macro that lists the fields of its payload, as for ALICE_OP()
 *
 * Defines struct alice_out_@id, which has these fields.
 */
#define ALICE_EVENT(nr, id, text, op_flags, FIELDS)                           \
    struct alice_out_ ## id { FIELDS(ALICE_FIELD_MEMBER) };                   \
    ALICE_CHECK_FLAGS(op_flags)                                               \
    ALICE_CHECK_FIELDS(FIELDS, struct alice_out_ ## id, "event",              \
                       XEN_ALICE_OP_F_LONG)                                   \
    ALICE_ROW(event, nr, #id, _ ## id, text,                                  \
              (op_flags) | XEN_ALICE_OP_F_EVENT, 0, 0, "",                    \
              (ALICE_BYTES_AT(FIELDS) & 1) ? XEN_ALICE_EVENT_LEN              \
                                           : sizeof(struct alice_out_ ## id), \
              ALICE_FORMAT(FIELDS), NULL, false)

/**
 * ALICE_HOOKS() - functions that run when a file is loaded and unloaded
 * @start_fn: called after the file's rows are added; returns 0, or a negative
 *            errno value to refuse, and the rows are removed again
 * @stop_fn: called before they are removed; afterwards no code of the file may
 *           run, in a timer for instance
 *
 * A file that is compiled in is never unloaded.
 *
 * Context: at boot, or while all CPUs are in rendezvous with interrupts off;
 *          must not allocate memory.
 */
#define ALICE_HOOKS(start_fn, stop_fn)                                        \
    static int (*const alice_start_of_file)(void) = start_fn;                 \
    static void (*const __maybe_unused alice_stop_of_file)(void) = stop_fn;

#if !ALICE_PROJECT

/* Tentative definitions: NULL unless the macros above define them. */
static struct alice_op_row *const alice_one_op_per_file;
static struct alice_op_row *const alice_one_event_per_file;
static int (*const alice_start_of_file)(void);
static void (*const alice_stop_of_file)(void);

static inline void alice_file_leave(void)
{
    if ( alice_one_event_per_file )
        alice_row_del(alice_one_event_per_file);
    if ( alice_one_op_per_file )
        alice_row_del(alice_one_op_per_file);
}

static inline int alice_file_enter(void)
{
    int rc = 0;

    if ( alice_one_op_per_file )
        rc = alice_row_add(alice_one_op_per_file);

    if ( !rc && alice_one_event_per_file )
    {
        rc = alice_row_add(alice_one_event_per_file);
        if ( rc && alice_one_op_per_file )
            alice_row_del(alice_one_op_per_file);
    }

    if ( !rc && alice_start_of_file )
    {
        const struct alice_op_row *row =
            alice_one_op_per_file ?: alice_one_event_per_file;

        rc = alice_start_of_file();
        if ( rc )
        {
            printk(XENLOG_ERR "alice: %s left out: its start hook answered %d\n",
                   row ? row->desc.name : "a file without an op", rc);
            alice_file_leave();
        }
    }

    return rc;
}

#ifdef ALICE_LIVE
static int cf_check alice_apply(livepatch_payload_t *payload)
{
    return alice_file_enter();
}

static int cf_check alice_revert(livepatch_payload_t *payload)
{
    if ( alice_stop_of_file )
        alice_stop_of_file();
    alice_file_leave();

    return 0;
}
LIVEPATCH_APPLY_HOOK(alice_apply)
LIVEPATCH_REVERT_HOOK(alice_revert)
#else
static int __init cf_check alice_enter(void)
{
    return alice_file_enter();
}
__initcall(alice_enter);
#endif

#endif /* !ALICE_PROJECT */

#endif /* __XEN_ALICE_H__ */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
