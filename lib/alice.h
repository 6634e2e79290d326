/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libalice: call the ops of a Xen hypervisor by their names.
 *
 *	#include <stdio.h>
 *	#include <alice.h>
 *
 *	int main(void)
 *	{
 *		struct alice_error e;
 *		struct alice *a = alice_open(NULL, &e);
 *		struct alice_call *c = a ? alice_run(a, &e, "whoami", NULL) : NULL;
 *		uint64_t domid;
 *
 *		if (!c || alice_get_u64(c, "domid", &domid, &e))
 *			return fprintf(stderr, "%s\n", e.text), 1;
 *		printf("this is domain %u\n", (unsigned int)domid);
 *		alice_call_free(c);
 *		alice_close(a);
 *	}
 *
 * The library has no global state, prints nothing and ends no program.
 *
 * A handle, and the calls that are made with it, belong to one thread at a time; other
 * handles are independent of it. alice_fd(), alice_writable(), alice_number() and
 * alice_get_info() may be called in any thread at any time.
 *
 * Functions that return an int return 0 or more, or a negative errno; those that return
 * a pointer return NULL if they fail. Each takes a struct alice_error to be filled in
 * then, which may be NULL and means nothing otherwise. Also where it is not said, what
 * allocates memory can fail with ENOMEM, and what asks the device with ENODEV or ENXIO,
 * where that no longer reaches a hypervisor.
 *
 * Lengths and sizes are in bytes.
 */
#ifndef ALICE_H
#define ALICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/alice.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum alice_who - who refused
 * @ALICE_CALLER: the library, because the program asked for what there is not, or gave
 *	a wrong value; nothing was called
 * @ALICE_SYSTEM: this system: there is no device, no permission or no memory
 * @ALICE_DRIVER: the driver; the op was not called, or one of many steps was abandoned;
 *	with EBADMSG, the events that it answered make no sense
 * @ALICE_XEN: the hypervisor; with EBADMSG, what it says of an op, or the answer, makes
 *	no sense
 * @ALICE_OP: the op
 * @ALICE_XEN_OR_OP: one of these two; nothing tells them apart
 */
enum alice_who {
	ALICE_CALLER,
	ALICE_SYSTEM,
	ALICE_DRIVER,
	ALICE_XEN,
	ALICE_OP,
	ALICE_XEN_OR_OP
};

/* Room for the sentences of an error. */
#define ALICE_ERROR_LEN 1016

/**
 * struct alice_error - why a function failed
 * @code: errno, positive
 * @who: of enum alice_who
 * @text: one or more sentences for people, NUL-terminated, printable ASCII
 */
struct alice_error {
	int code;
	int who;
	char text[ALICE_ERROR_LEN];
};

/**
 * enum alice_kind - how the bytes of a field are meant
 * @ALICE_UNSIGNED: a number, u8 to u64
 * @ALICE_HEX: the same, shown in hexadecimal, x8 to x64
 * @ALICE_SIGNED: a number in two's complement, s8 to s64
 * @ALICE_TEXT: cN, text padded with NULs
 * @ALICE_BYTES: the rest of the payload
 */
enum alice_kind {
	ALICE_UNSIGNED,
	ALICE_HEX,
	ALICE_SIGNED,
	ALICE_TEXT,
	ALICE_BYTES
};

/**
 * struct alice_field - a field of a request or an answer
 * @name: letters, digits, '_' and '-', beginning with a letter or '_'
 * @kind: of enum alice_kind
 * @size: in bytes; 0 for ALICE_BYTES, whose size the payload decides
 * @offset: of its first byte in the payload
 */
struct alice_field {
	char name[ALICE_FMT_LEN];
	int kind;
	unsigned int size;
	unsigned int offset;
};

/* No list has more fields: the shortest, with the space behind it, is "a:u8 ". */
#define ALICE_FIELDS_MAX (ALICE_FMT_LEN / 5)

/**
 * struct alice_fields - a field list
 * @count: how many fields it has
 * @size: of those of a fixed size together, in bytes
 * @rest: 1 if the last is of kind ALICE_BYTES, or 0
 * @field: the fields, in their order in the payload
 */
struct alice_fields {
	unsigned int count;
	unsigned int size;
	int rest;
	struct alice_field field[ALICE_FIELDS_MAX];
};

struct alice;
struct alice_call;

/* ---- The device ---- */

/**
 * alice_open() - open the device
 * @path: of its node; NULL for the descriptor whose number is in the environment
 *	variable ALICE_FD, or else /dev/alice
 * @e: what is in the way, and what to do
 *
 * Where it cannot be opened for writing it is opened for reading only, which does for ops
 * without a side effect.
 *
 * Return: a handle for alice_close(), or NULL.
 */
struct alice *alice_open(const char *path, struct alice_error *e);

/**
 * alice_open_fd() - use a descriptor of the device that is open already
 * @fd: the descriptor; the library uses a duplicate of it
 * @e: what is wrong with it
 *
 * Return: a handle for alice_close(), or NULL.
 */
struct alice *alice_open_fd(int fd, struct alice_error *e);

/**
 * typedef alice_ioctl - answer an ioctl of the device
 * @context: of alice_open_by()
 * @request: ALICE_IOC_*
 * @arg: its structure; what that points to is the program's own memory
 *
 * It is called in the thread that uses the handle; for alice_get_info() and alice_number()
 * that can be several at once.
 *
 * Return: what ioctl() returns, or a negative errno; -ENOTTY for ALICE_IOC_BATCH where
 * there are single calls alone, and for ALICE_IOC_LISTEN where there are no events.
 */
typedef int alice_ioctl(void *context, unsigned long request, void *arg);

/**
 * alice_open_by() - go another way than through the device
 * @ioctl: answers what the device would be asked
 * @context: for @ioctl, as long as the handle lives
 * @fd: a descriptor that events are read from, or -1; the library uses a duplicate of it
 * @name: of that way, for messages; copied
 * @e: why it does not serve
 *
 * Return: a handle for alice_close(), or NULL.
 */
struct alice *alice_open_by(alice_ioctl *ioctl, void *context, int fd, const char *name,
			    struct alice_error *e);

/**
 * alice_close() - give a handle back
 * @a: the handle, whose calls are freed already, or NULL
 */
void alice_close(struct alice *a);

/**
 * alice_fd() - the descriptor of the device
 * @a: the handle
 *
 * Return: the descriptor, which is closed on exec, or -1 where alice_open_by() got none.
 */
int alice_fd(const struct alice *a);

/**
 * alice_writable() - whether ops with a side effect can be called
 * @a: the handle
 *
 * Return: true if the device is open for writing.
 */
bool alice_writable(const struct alice *a);

/**
 * alice_get_info() - what driver and hypervisor offer now
 * @a: the handle
 * @info: filled in
 * @size: sizeof(*@info), as the structure can grow
 * @e: why not
 *
 * Where the driver knows of less, the rest is zeros.
 *
 * Return: 0 or a negative errno.
 */
int alice_get_info(const struct alice *a, struct alice_info *info, size_t size,
		   struct alice_error *e);

/**
 * alice_restrict_to() - keep the open device to some ops
 * @a: the handle
 * @names: their names or numbers
 * @count: how many; 0 takes every op away
 * @e: which there is not, or why not
 *
 * It holds for every process that shares the descriptor, and cannot be undone. Where it
 * fails, all is as it was, but for -EAGAIN: the op table changed meanwhile, and the device
 * is restricted, perhaps to other ops than these.
 *
 * Return: 0; -ENOENT for a name that there is not; or another negative errno.
 */
int alice_restrict_to(struct alice *a, const char *const *names, unsigned int count,
		      struct alice_error *e);

/* ---- The op table ---- */

/**
 * alice_refresh() - see the op table as it is now
 * @a: the handle
 * @e: why not; the handle keeps the table that it had
 *
 * The table is read when it is first needed, and again by this function and those of
 * events, after alice_restrict_to(), and where an op is not found, or a call tells that it
 * has changed or is gone. Rows that were returned before are not valid then.
 *
 * Return: 1 if the table is another one, 0 if not, -EAGAIN where it changed each time that
 * it was read, or another negative errno.
 */
int alice_refresh(struct alice *a, struct alice_error *e);

/**
 * alice_row() - a row of the op table
 * @a: the handle
 * @index: from 0
 *
 * It reads nothing: before alice_refresh(), or a call, there are no rows.
 *
 * Return: the row, valid until the table is read again, or NULL past the end.
 */
const struct alice_describe *alice_row(const struct alice *a, unsigned int index);

/**
 * alice_find() - look an op up
 * @a: the handle
 * @name: its name, or else its number, decimal or hexadecimal after 0x
 * @e: that there is none (ENOENT), and which was meant perhaps
 *
 * Return: the row, valid until the table is read again, or NULL.
 */
const struct alice_describe *alice_find(struct alice *a, const char *name,
					struct alice_error *e);

/**
 * alice_row_check() - read the field lists of a row, and judge the whole of it
 * @row: the row
 * @in: set to the fields of the request
 * @out: set to those of the answer
 * @e: what makes no sense
 *
 * Return: 0, or -EBADMSG.
 */
int alice_row_check(const struct alice_describe *row, struct alice_fields *in,
		    struct alice_fields *out, struct alice_error *e);

/**
 * alice_access() - whether the driver lets an op be called
 * @row: the row
 * @e: why not
 *
 * The row says it, and nobody is asked: it is as of the time when the table was read. The
 * hypervisor has the last word.
 *
 * Return: 0; -EACCES for an op that was restricted away, -EPERM, or -EBADF where the device
 * is not open for writing.
 */
int alice_access(const struct alice_describe *row, struct alice_error *e);

/**
 * alice_fields_parse() - read a field list
 * @f: set to what it says
 * @list: the text, NUL-terminated, shorter than ALICE_FMT_LEN
 * @max: the most bytes that the fields may take
 * @e: what is wrong
 *
 * Return: 0, or -EBADMSG.
 */
int alice_fields_parse(struct alice_fields *f, const char *list, unsigned int max,
		       struct alice_error *e);

/**
 * alice_type() - the type of a field, as a field list writes it
 * @field: the field
 * @text: set to the type
 */
void alice_type(const struct alice_field *field, char text[ALICE_FMT_LEN]);

/* ---- Calls ---- */

/**
 * alice_run() - call an op by its name
 * @a: the handle
 * @e: who refused, and why
 * @name: of the op, or its number
 * @...: "FIELD=VALUE" or, for an op with one field, "VALUE", each a const char *; NULL
 *	after the last. See alice_set().
 *
 * If the op is replaced meanwhile, the call is made anew for the new one.
 *
 * Return: the call with its answer, for alice_call_free(), or NULL.
 */
struct alice_call *alice_run(struct alice *a, struct alice_error *e, const char *name, ...)
	__attribute__((sentinel));

/**
 * alice_call_new() - begin a call of an op
 * @a: the handle, which must live longer
 * @name: of the op, or its number
 * @e: that there is none, or that its row makes no sense
 *
 * Return: the call, for alice_call_free(), or NULL.
 */
struct alice_call *alice_call_new(struct alice *a, const char *name, struct alice_error *e);

/**
 * alice_call_new_raw() - begin a call whose request is there already
 * @a: the handle, which must live longer
 * @name: of the op, or its number
 * @request: the bytes as they are sent; copied
 * @len: how many; the driver judges whether the op takes them
 * @e: that there is no such op
 *
 * The field lists of the op are not read, so the call has no fields.
 *
 * Return: the call, for alice_call_free(), or NULL.
 */
struct alice_call *alice_call_new_raw(struct alice *a, const char *name, const void *request,
				      size_t len, struct alice_error *e);

/**
 * alice_call_free() - give a call back
 * @c: the call, or NULL
 */
void alice_call_free(struct alice_call *c);

/**
 * alice_call_row() - the row of a call's op
 * @c: the call
 *
 * Return: the row as it was when the call was begun; it lives as long as the call.
 */
const struct alice_describe *alice_call_row(const struct alice_call *c);

/**
 * alice_call_in() - the fields of a call's request
 * @c: the call
 *
 * Return: the fields; they live as long as the call.
 */
const struct alice_fields *alice_call_in(const struct alice_call *c);

/**
 * alice_call_out() - the fields of a call's answer
 * @c: the call
 *
 * Return: the fields; they live as long as the call.
 */
const struct alice_fields *alice_call_out(const struct alice_call *c);

/**
 * alice_set() - set a field from text
 * @c: the call
 * @field: its name, or NULL for the only field
 * @value: a number, decimal or hexadecimal after 0x; for text and bytes the text itself,
 *	"hex:00ff", or "text:" and a text, whatever that begins with
 * @e: what is wrong
 *
 * A value that was set before is replaced.
 *
 * Return: 0; -EINVAL where there is no such field, or where the value is none for it or has
 * too few bytes; -EMSGSIZE where it has too many, and -ERANGE for a number outside its range.
 */
int alice_set(struct alice_call *c, const char *field, const char *value,
	      struct alice_error *e);

/**
 * alice_set_word() - set a field from "FIELD=VALUE" or, where there is one field, "VALUE"
 * @c: the call
 * @word: the text, NUL-terminated; the value as of alice_set()
 * @e: what is wrong
 *
 * It is for the words of a command line: a field that has a value already, whichever
 * function set it, is not given another one. Where it fails, the call is as it was.
 *
 * Return: 0; -EINVAL where there is no such field or it has a value, or where @word has no
 * FIELD= and the op not just one field; or as alice_set().
 */
int alice_set_word(struct alice_call *c, const char *word, struct alice_error *e);

/**
 * alice_set_u64() - set a field to a number that is not negative
 * @c: the call
 * @field: its name
 * @value: the number
 * @e: that there is no such field, or it has not the range
 *
 * Return: 0; -EINVAL where there is no such field, or it is no number; -ERANGE.
 */
int alice_set_u64(struct alice_call *c, const char *field, uint64_t value,
		  struct alice_error *e);

/**
 * alice_set_s64() - set a field to a number
 * @c: the call
 * @field: its name
 * @value: the number
 * @e: that there is no such field, or it has not the range
 *
 * Return: 0; -EINVAL where there is no such field, or it is no number; -ERANGE.
 */
int alice_set_s64(struct alice_call *c, const char *field, int64_t value,
		  struct alice_error *e);

/**
 * alice_set_bytes() - set a field of text or bytes
 * @c: the call
 * @field: its name
 * @bytes: the bytes; copied
 * @len: how many; after a text that is shorter than its field there are NULs
 * @e: that there is no such field, or it has not the room
 *
 * Return: 0; -EINVAL where there is no such field, it is a number, or they are too few;
 * -EMSGSIZE where they are too many.
 */
int alice_set_bytes(struct alice_call *c, const char *field, const void *bytes, size_t len,
		    struct alice_error *e);

/**
 * alice_call_ready() - whether a call can be made
 * @c: the call
 * @e: which field is missing, or why the driver refuses the op anyway
 *
 * Return: 0 if all fields are set, -EINVAL, or what alice_access() returns.
 */
int alice_call_ready(const struct alice_call *c, struct alice_error *e);

/**
 * alice_call_do() - make a call, again if it was made before
 * @c: the call
 * @e: which field is missing; or who refused, and why
 *
 * Return: how many bytes were answered, or a negative errno. It is -ESTALE where the op
 * has been replaced by one of other fields, lengths or flags: begin the call anew, unless
 * the op takes many steps (ALICE_OP_F_LONG) and is not to be begun twice. It is -EBADMSG
 * where the op was done and its answer does not fit its fields; alice_answer() has it.
 */
int alice_call_do(struct alice_call *c, struct alice_error *e);

/* Of alice_call_many(): return after one entry into the driver, with what that attempted. */
#define ALICE_ONCE 0x80000000u

/**
 * alice_call_many() - make calls, in few entries into the hypervisor
 * @a: the handle of all of them
 * @calls: the calls, in their order
 * @count: how many
 * @flags: ALICE_BATCH_* bits, ALICE_ONCE
 * @e: why not all were attempted
 *
 * After a signal the driver returns early. With ALICE_ONCE this function does, too, so that
 * the caller can look at what the signal's handler did, and go on with the rest.
 *
 * Return: how many were attempted; what became of each says alice_result(). Or a negative
 * errno where none was: -EINVAL if one of them is not ready, or is another handle's.
 */
int alice_call_many(struct alice *a, struct alice_call *const *calls, unsigned int count,
		    unsigned int flags, struct alice_error *e);

/**
 * alice_result() - what became of a call that was attempted
 * @c: the call
 * @e: who refused, and why
 *
 * Return: as alice_call_do(); -EINPROGRESS where it was not attempted.
 */
int alice_result(struct alice_call *c, struct alice_error *e);

/**
 * alice_number() - call an op by its number, with bytes
 * @a: the handle
 * @cmd: the number
 * @in: the request
 * @in_len: its length
 * @out: where the answer goes; it may be @in
 * @out_len: how much room there is
 *
 * The table is not looked at: the driver judges the request.
 *
 * Return: how many bytes were answered, or a negative errno: the driver's, the hypervisor's
 * or the op's, see ALICE_IOC_OP in linux/alice.h.
 */
int alice_number(const struct alice *a, unsigned int cmd, const void *in, size_t in_len,
		 void *out, size_t out_len);

/* ---- Answers ---- */

/**
 * alice_answer() - the whole answer of a call
 * @c: a call that was made
 * @len: set to its length; 0 where there is none
 *
 * Return: the bytes, valid until the call is made again or freed.
 */
const void *alice_answer(const struct alice_call *c, size_t *len);

/**
 * alice_get_u64() - a number of the answer
 * @c: a call that was made
 * @field: its name
 * @value: set to the number
 * @e: that there is no such field, or it is no such number
 *
 * Return: 0; -EINVAL where there is no such field, it is no number, or the call has no answer
 * that fits its fields; -ERANGE for a negative number.
 */
int alice_get_u64(const struct alice_call *c, const char *field, uint64_t *value,
		  struct alice_error *e);

/**
 * alice_get_s64() - a number of the answer
 * @c: a call that was made
 * @field: its name
 * @value: set to the number
 * @e: that there is no such field, or it is no such number
 *
 * Return: 0; -EINVAL where there is no such field, it is no number, or the call has no answer
 * that fits its fields; -ERANGE where it is above INT64_MAX.
 */
int alice_get_s64(const struct alice_call *c, const char *field, int64_t *value,
		  struct alice_error *e);

/**
 * alice_get_bytes() - text or bytes of the answer
 * @c: a call that was made
 * @field: its name
 * @len: set to how many bytes it has, without the NULs after a text
 * @e: that there is no such field, or it is a number
 *
 * Return: the bytes, not NUL-terminated, valid until the call is made again or freed; or
 * NULL.
 */
const void *alice_get_bytes(const struct alice_call *c, const char *field, size_t *len,
			    struct alice_error *e);

/**
 * alice_get() - a field of the answer as text that alice_set() takes
 * @c: a call that was made
 * @field: its name
 * @text: set to the text, NUL-terminated and cut off where there is no more room
 * @size: how much room there is; with 0, @text can be NULL
 * @e: that there is no such field
 *
 * What the program's locale cannot print is written as "hex:".
 *
 * Return: the length of the whole text without its NUL, or -EINVAL.
 */
int alice_get(const struct alice_call *c, const char *field, char *text, size_t size,
	      struct alice_error *e);

/* ---- Events ---- */

/**
 * alice_listen() - be told of some events
 * @a: the handle
 * @names: their names or numbers
 * @count: how many; 0 ends it
 * @e: which there is not, or why not
 *
 * It is from now on, instead of the events of before, and for every process that shares
 * the descriptor. What came before can still be read. An event that is taken out of the
 * table, or replaced, is no longer listened to: the event "changed" tells that there is
 * another table. Read what came, until EAGAIN, before you listen anew to one that was
 * replaced: records do not tell by which row they were made.
 *
 * Return: 0; -ENOENT for a name that there is not, -EINVAL for that of an op, -EACCES,
 * -EPERM or -EBADF for an event that is kept from this program, -EOPNOTSUPP where there are
 * no events, -EAGAIN where the table does not stand still; or another negative errno. After
 * -EAGAIN and -ENOMEM nobody knows what is listened to.
 */
int alice_listen(struct alice *a, const char *const *names, unsigned int count,
		 struct alice_error *e);

/**
 * alice_listen_all() - be told of all events that this program may be told of
 * @a: the handle
 * @e: that there are none, or why not
 *
 * See alice_listen().
 *
 * Return: how many events they are, 1 or more, or a negative errno.
 */
int alice_listen_all(struct alice *a, struct alice_error *e);

/**
 * alice_event_read() - the next event
 * @a: the handle
 * @event: set to which it is, when it happened, and how many were lost before it
 * @timeout_ms: how long to wait for one, in ms; 0 does not wait, and -1 waits for ever
 * @e: why there is none: EAGAIN where none came, EINTR where a signal did, EINVAL where
 *	nothing is listened to any more
 *
 * It does not matter whether the descriptor has O_NONBLOCK, which alice_open() sets. But
 * where several readers share one without it, who comes too late waits for ever. Before a program waits for
 * alice_fd() by itself, it has to read until there is EAGAIN: the handle can have more.
 *
 * Return: the event as a call that was answered: its payload is the answer, and its row
 * and fields are those of the time when it was listened to. Where there is no such row,
 * its name is its number; then, and where the payload does not fit the fields, there is
 * alice_answer() alone. It is valid until the handle is used for events again, or closed.
 * Or NULL.
 */
const struct alice_call *alice_event_read(struct alice *a, struct alice_event *event,
					  int timeout_ms, struct alice_error *e);

/* ---- Words ---- */

/**
 * alice_nearest() - the name that was perhaps meant
 * @typed: what was typed
 * @names: the names that there are
 * @count: how many
 *
 * Return: the one of @names that is a slip or two away, or NULL.
 */
const char *alice_nearest(const char *typed, const char *const *names, unsigned int count);

/**
 * alice_errno_name() - the symbol of an errno
 * @code: the errno, positive
 *
 * Return: such as "EPERM", or "" for an unknown one; a constant.
 */
const char *alice_errno_name(int code);

#ifdef __cplusplus
}
#endif

#endif
