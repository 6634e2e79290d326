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
 * The library has no global state, prints nothing and never exits.
 *
 * Thread safety: a handle and its calls must not be used by two threads at a time.
 * Different handles are independent. alice_fd(), alice_writable(), alice_number() and
 * alice_get_info() may be called from any thread at any time.
 *
 * Errors: functions that return an int return 0 or more, or a negative errno. Functions
 * that return a pointer return NULL on failure. On failure they fill in the struct
 * alice_error that they are passed, which may be NULL; on success its contents are
 * undefined. Any function that allocates memory can fail with ENOMEM, and any function
 * that uses the device with ENODEV or ENXIO if the driver no longer reaches a hypervisor
 * with alice_op.
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
 * enum alice_who - where an error comes from
 * @ALICE_CALLER: the program: unknown op or field, or invalid value; nothing was called
 * @ALICE_SYSTEM: this system: no device, no permission or no memory
 * @ALICE_DRIVER: the driver: the op was not called, or a long op was abandoned between
 *	two steps; with EBADMSG, the driver returned malformed events
 * @ALICE_XEN: the hypervisor; with EBADMSG, its description of an op, or an answer, is
 *	malformed
 * @ALICE_OP: the op
 * @ALICE_XEN_OR_OP: the hypervisor or the op; they cannot be told apart
 */
enum alice_who {
	ALICE_CALLER,
	ALICE_SYSTEM,
	ALICE_DRIVER,
	ALICE_XEN,
	ALICE_OP,
	ALICE_XEN_OR_OP
};

/* Size of an error's text. */
#define ALICE_ERROR_LEN 1016

/**
 * struct alice_error - why a function failed
 * @code: errno, positive
 * @who: enum alice_who
 * @text: message for people, NUL-terminated, printable ASCII
 */
struct alice_error {
	int code;
	int who;
	char text[ALICE_ERROR_LEN];
};

/**
 * enum alice_kind - kind of a field
 * @ALICE_UNSIGNED: u8 to u64: unsigned number
 * @ALICE_HEX: x8 to x64: unsigned number, shown in hexadecimal
 * @ALICE_SIGNED: s8 to s64: number in two's complement
 * @ALICE_TEXT: cN: text, padded with NULs
 * @ALICE_BYTES: bytes: the rest of the payload
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
 * @name: letters, digits, '_' and '-'; starts with a letter or '_'
 * @kind: enum alice_kind
 * @size: in bytes; 0 for ALICE_BYTES, whose size depends on the payload
 * @offset: of the field in the payload
 */
struct alice_field {
	char name[ALICE_FMT_LEN];
	int kind;
	unsigned int size;
	unsigned int offset;
};

/* Upper bound: the shortest field with its separator is "a:u8 ". */
#define ALICE_FIELDS_MAX (ALICE_FMT_LEN / 5)

/**
 * struct alice_fields - a field list
 * @count: number of fields
 * @size: total size of the fields of fixed size, in bytes
 * @rest: 1 if the last field is of kind ALICE_BYTES, else 0
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
 * @path: of the device node. NULL means the descriptor whose number is in the environment
 *	variable ALICE_FD, or /dev/alice if that is not set. Set-user-ID programs ignore
 *	ALICE_FD.
 * @e: error, or NULL
 *
 * Without write permission the device is opened read-only, which is enough for ops that
 * have no side effect.
 *
 * Return: a handle, to be freed with alice_close(), or NULL.
 */
struct alice *alice_open(const char *path, struct alice_error *e);

/**
 * alice_open_fd() - use an open descriptor of the device
 * @fd: the descriptor; the library uses a duplicate of it
 * @e: error, or NULL
 *
 * Return: a handle, to be freed with alice_close(), or NULL.
 */
struct alice *alice_open_fd(int fd, struct alice_error *e);

/**
 * typedef alice_ioctl - stand-in for ioctl() on the device
 * @context: from alice_open_by()
 * @request: ALICE_IOC_*
 * @arg: the structure of @request; its pointers are addresses in this process
 *
 * It runs in the thread that uses the handle. alice_get_info() and alice_number() can call
 * it from several threads at once.
 *
 * Return: what ioctl() returns, or a negative errno. -ENOTTY for ALICE_IOC_BATCH means
 * that only single calls are supported, for ALICE_IOC_LISTEN that events are not.
 */
typedef int alice_ioctl(void *context, unsigned long request, void *arg);

/**
 * alice_open_by() - use something other than the device
 * @ioctl: called in place of ioctl()
 * @context: passed to @ioctl; must outlive the handle
 * @fd: descriptor to read events from, or -1; the library uses a duplicate of it
 * @name: used in messages; copied
 * @e: error, or NULL
 *
 * Return: a handle, to be freed with alice_close(), or NULL.
 */
struct alice *alice_open_by(alice_ioctl *ioctl, void *context, int fd, const char *name,
			    struct alice_error *e);

/**
 * alice_close() - close a handle
 * @a: the handle, or NULL; free its calls first
 */
void alice_close(struct alice *a);

/**
 * alice_fd() - the descriptor of the device
 * @a: the handle
 *
 * Return: the descriptor, which is close-on-exec and owned by the handle, or -1 if
 * alice_open_by() was passed none.
 */
int alice_fd(const struct alice *a);

/**
 * alice_writable() - check whether ops with a side effect can be called
 * @a: the handle
 *
 * Return: true if the device is open for writing.
 */
bool alice_writable(const struct alice *a);

/**
 * alice_get_info() - get limits and features of driver and hypervisor
 * @a: the handle
 * @info: set to the current values
 * @size: sizeof(*@info); later versions can have more members
 * @e: error, or NULL
 *
 * Members that the driver does not know are set to 0.
 *
 * Return: 0 or a negative errno.
 */
int alice_get_info(const struct alice *a, struct alice_info *info, size_t size,
		   struct alice_error *e);

/**
 * alice_restrict_to() - restrict the open device to some ops
 * @a: the handle
 * @names: their names or numbers
 * @count: number of @names; 0 means that no op may be called
 * @e: error, or NULL
 *
 * The restriction applies to every process that shares the open device, and cannot be
 * undone. If the function fails, nothing has changed, except with -EAGAIN: the op table
 * changed meanwhile, and the device is restricted, but possibly to other ops.
 *
 * Return: 0; -ENOENT for an unknown name; or another negative errno.
 */
int alice_restrict_to(struct alice *a, const char *const *names, unsigned int count,
		      struct alice_error *e);

/* ---- The op table ---- */

/**
 * alice_refresh() - read the op table again if it has changed
 * @a: the handle
 * @e: error, or NULL
 *
 * The library reads the table when it first needs it. It checks for a new one in this
 * function and in those for events, after alice_restrict_to(), if an op is not found, and
 * if a call fails because its op was replaced or removed. Rows that were returned before
 * become invalid when the table is read again. On failure the handle keeps the old table.
 *
 * Return: 1 if the table was read; 0 if it has not changed; -EAGAIN if it changed during
 * each attempt to read it; or another negative errno.
 */
int alice_refresh(struct alice *a, struct alice_error *e);

/**
 * alice_row() - get a row of the op table
 * @a: the handle
 * @index: from 0
 *
 * This does not read the table: call alice_refresh() first.
 *
 * Return: the row, valid until the table is read again, or NULL past the end.
 */
const struct alice_describe *alice_row(const struct alice *a, unsigned int index);

/**
 * alice_find() - look up an op or an event
 * @a: the handle
 * @name: its name, or its number: decimal, or hexadecimal after 0x
 * @e: error, or NULL; ENOENT for an unknown name, with a suggestion in the text
 *
 * Return: the row, valid until the table is read again, or NULL.
 */
const struct alice_describe *alice_find(struct alice *a, const char *name,
					struct alice_error *e);

/**
 * alice_row_check() - validate a row and parse its field lists
 * @row: the row
 * @in: set to the fields of the request
 * @out: set to the fields of the answer
 * @e: error, or NULL
 *
 * Return: 0, or -EBADMSG for an invalid row.
 */
int alice_row_check(const struct alice_describe *row, struct alice_fields *in,
		    struct alice_fields *out, struct alice_error *e);

/**
 * alice_access() - check whether the driver allows calls of an op
 * @row: the row
 * @e: error, or NULL
 *
 * This reads the row only: the result is as of when the table was read. The hypervisor can
 * still refuse a call that the driver allows.
 *
 * Return: 0; -EACCES if a restriction excludes the op; -EPERM if this program may not call
 * it; or -EBADF if it has a side effect and the device is not open for writing.
 */
int alice_access(const struct alice_describe *row, struct alice_error *e);

/**
 * alice_fields_parse() - parse a field list
 * @f: set to the fields
 * @list: the text, NUL-terminated, shorter than ALICE_FMT_LEN
 * @max: maximum total size of the fields
 * @e: error, or NULL
 *
 * Return: 0, or -EBADMSG for an invalid list.
 */
int alice_fields_parse(struct alice_fields *f, const char *list, unsigned int max,
		       struct alice_error *e);

/**
 * alice_type() - get the type of a field, as written in a field list
 * @field: the field
 * @text: set to the type, such as "u32", NUL-terminated
 */
void alice_type(const struct alice_field *field, char text[ALICE_FMT_LEN]);

/* ---- Calls ---- */

/**
 * alice_run() - call an op by its name
 * @a: the handle
 * @e: error, or NULL
 * @name: of the op, or its number
 * @...: const char *, each "FIELD=VALUE" or, if the op has one field, "VALUE"; NULL after
 *	the last. See alice_set() for values.
 *
 * If the op is replaced meanwhile, the function starts over with the new one, unless it is
 * a long op (ALICE_OP_F_LONG), which may have run partly.
 *
 * Return: the call with its answer, to be freed with alice_call_free(), or NULL.
 */
struct alice_call *alice_run(struct alice *a, struct alice_error *e, const char *name, ...)
	__attribute__((sentinel));

/**
 * alice_call_new() - prepare a call of an op
 * @a: the handle, which must outlive the call
 * @name: of the op, or its number
 * @e: error, or NULL; ENOENT for an unknown op, EOPNOTSUPP for an event, EBADMSG for an
 *	invalid row
 *
 * Return: the call, to be freed with alice_call_free(), or NULL.
 */
struct alice_call *alice_call_new(struct alice *a, const char *name, struct alice_error *e);

/**
 * alice_call_new_raw() - prepare a call from the bytes of a request
 * @a: the handle, which must outlive the call
 * @name: of the op, or its number
 * @request: the request; copied
 * @len: length of @request, which the driver checks
 * @e: error, or NULL; ENOENT for an unknown op, EOPNOTSUPP for an event, EMSGSIZE if
 *	@len is more than any op takes
 *
 * The op's field lists are not parsed: the call has no fields.
 *
 * Return: the call, to be freed with alice_call_free(), or NULL.
 */
struct alice_call *alice_call_new_raw(struct alice *a, const char *name, const void *request,
				      size_t len, struct alice_error *e);

/**
 * alice_call_free() - free a call
 * @c: the call, or NULL
 */
void alice_call_free(struct alice_call *c);

/**
 * alice_call_row() - get the row of a call's op
 * @c: the call
 *
 * Return: a copy of the row, from when the call was prepared; valid until the call is
 * freed.
 */
const struct alice_describe *alice_call_row(const struct alice_call *c);

/**
 * alice_call_in() - get the fields of a call's request
 * @c: the call
 *
 * Return: the fields, valid until the call is freed.
 */
const struct alice_fields *alice_call_in(const struct alice_call *c);

/**
 * alice_call_out() - get the fields of a call's answer
 * @c: the call
 *
 * Return: the fields, valid until the call is freed.
 */
const struct alice_fields *alice_call_out(const struct alice_call *c);

/**
 * alice_set() - set a field of the request from text
 * @c: the call
 * @field: name of the field, or NULL if the op has only one
 * @value: for a number: decimal, or hexadecimal after 0x. For text and bytes: the text
 *	itself; "hex:00ff"; or "text:" and the text, for text that starts with a prefix.
 * @e: error, or NULL
 *
 * A value that was set before is replaced.
 *
 * Return: 0; -EINVAL for an unknown field, an invalid value or too few bytes; -EMSGSIZE for
 * too many bytes; -ERANGE for a number that is out of range.
 */
int alice_set(struct alice_call *c, const char *field, const char *value,
	      struct alice_error *e);

/**
 * alice_set_word() - set a field from a command-line argument
 * @c: the call
 * @word: "FIELD=VALUE" or, if the op has one field, "VALUE"; the value as for alice_set()
 * @e: error, or NULL
 *
 * Unlike alice_set(), this refuses to set a field twice, whichever function set it first.
 * If it fails, the call is unchanged.
 *
 * Return: 0; -EINVAL if the field is unknown or set already, or if @word has no FIELD= and
 * the op does not have exactly one field; or as alice_set().
 */
int alice_set_word(struct alice_call *c, const char *word, struct alice_error *e);

/**
 * alice_set_u64() - set a field to an unsigned number
 * @c: the call
 * @field: name of the field
 * @value: the number
 * @e: error, or NULL
 *
 * Return: 0; -EINVAL if the field is unknown or not a number; -ERANGE if the number does
 * not fit.
 */
int alice_set_u64(struct alice_call *c, const char *field, uint64_t value,
		  struct alice_error *e);

/**
 * alice_set_s64() - set a field to a signed number
 * @c: the call
 * @field: name of the field
 * @value: the number
 * @e: error, or NULL
 *
 * Return: 0; -EINVAL if the field is unknown or not a number; -ERANGE if the number does
 * not fit.
 */
int alice_set_s64(struct alice_call *c, const char *field, int64_t value,
		  struct alice_error *e);

/**
 * alice_set_bytes() - set a field of text or bytes
 * @c: the call
 * @field: name of the field
 * @bytes: the bytes; copied
 * @len: number of bytes; shorter text is padded with NULs
 * @e: error, or NULL
 *
 * Return: 0; -EINVAL if the field is unknown or a number, or for too few bytes; -EMSGSIZE
 * for too many bytes.
 */
int alice_set_bytes(struct alice_call *c, const char *field, const void *bytes, size_t len,
		    struct alice_error *e);

/**
 * alice_call_ready() - check that all fields of a call are set
 * @c: the call
 * @e: error, or NULL
 *
 * Return: 0; -EINVAL if a field is missing; or, if one is missing and the driver refuses
 * the op anyway, what alice_access() returns.
 */
int alice_call_ready(const struct alice_call *c, struct alice_error *e);

/**
 * alice_call_do() - make a call
 * @c: the call, which may have been made before
 * @e: error, or NULL
 *
 * Return: length of the answer, or a negative errno. -ESTALE means that the op was replaced
 * by one with other fields, lengths or flags: prepare a new call, unless it is a long op
 * (ALICE_OP_F_LONG) that must not run twice. -EBADMSG means that the op succeeded, but its
 * answer does not match its fields; alice_answer() returns that answer.
 */
int alice_call_do(struct alice_call *c, struct alice_error *e);

/* Flag of alice_call_many(): enter the driver once, then return. */
#define ALICE_ONCE 0x80000000u

/**
 * alice_call_many() - make many calls, as batches
 * @a: the handle of all calls
 * @calls: the calls, in the order in which to make them
 * @count: number of calls
 * @flags: ALICE_BATCH_*, ALICE_ONCE
 * @e: error, or NULL; set if not all calls were attempted
 *
 * The driver returns early after a signal. With ALICE_ONCE so does this function: the
 * program can check what its signal handler did, and then pass the remaining calls.
 *
 * Return: number of calls attempted; alice_result() has the result of each. If none was,
 * a negative errno: -EINVAL if a call is not ready or belongs to another handle.
 */
int alice_call_many(struct alice *a, struct alice_call *const *calls, unsigned int count,
		    unsigned int flags, struct alice_error *e);

/**
 * alice_result() - get the result of a call
 * @c: the call
 * @e: error, or NULL
 *
 * Return: as alice_call_do(); -EINPROGRESS if the call was not attempted.
 */
int alice_result(struct alice_call *c, struct alice_error *e);

/**
 * alice_number() - call an op by its number
 * @a: the handle
 * @cmd: number of the op
 * @in: the request
 * @in_len: length of @in
 * @out: buffer for the answer; may be @in
 * @out_len: size of @out
 *
 * The library does not use the op table here; the driver checks the request.
 *
 * Return: length of the answer, or a negative errno from the driver, the hypervisor or the
 * op: see ALICE_IOC_OP in linux/alice.h.
 */
int alice_number(const struct alice *a, unsigned int cmd, const void *in, size_t in_len,
		 void *out, size_t out_len);

/* ---- Answers ---- */

/**
 * alice_answer() - get the whole answer of a call
 * @c: a call that was made
 * @len: set to the length of the answer; 0 if there is none
 *
 * Return: the bytes, valid until the call is made again or freed.
 */
const void *alice_answer(const struct alice_call *c, size_t *len);

/**
 * alice_get_u64() - get a number from the answer as unsigned
 * @c: a call that was made
 * @field: name of the field
 * @value: set to the number
 * @e: error, or NULL
 *
 * Return: 0; -EINVAL if the field is unknown or not a number, or if the call has no answer
 * that matches its fields; -ERANGE if the number is negative.
 */
int alice_get_u64(const struct alice_call *c, const char *field, uint64_t *value,
		  struct alice_error *e);

/**
 * alice_get_s64() - get a number from the answer as signed
 * @c: a call that was made
 * @field: name of the field
 * @value: set to the number
 * @e: error, or NULL
 *
 * Return: 0; -EINVAL if the field is unknown or not a number, or if the call has no answer
 * that matches its fields; -ERANGE if the number is above INT64_MAX.
 */
int alice_get_s64(const struct alice_call *c, const char *field, int64_t *value,
		  struct alice_error *e);

/**
 * alice_get_bytes() - get text or bytes from the answer
 * @c: a call that was made
 * @field: name of the field
 * @len: set to the length, without the NULs that pad text
 * @e: error, or NULL
 *
 * Return: the bytes, not NUL-terminated, valid until the call is made again or freed. NULL
 * (EINVAL) if the field is unknown or a number, or if the call has no answer that matches
 * its fields.
 */
const void *alice_get_bytes(const struct alice_call *c, const char *field, size_t *len,
			    struct alice_error *e);

/**
 * alice_get() - get a field of the answer as text
 * @c: a call that was made
 * @field: name of the field
 * @text: set to the text, truncated to @size and NUL-terminated
 * @size: of @text; with 0, @text can be NULL
 * @e: error, or NULL
 *
 * The text is in the format that alice_set() takes. Text that the program's locale cannot
 * print is written as "hex:" and digits.
 *
 * Return: length of the whole text without its NUL; -EINVAL if the field is unknown, or if
 * the call has no answer that matches its fields.
 */
int alice_get(const struct alice_call *c, const char *field, char *text, size_t size,
	      struct alice_error *e);

/* ---- Events ---- */

/**
 * alice_listen() - subscribe to some events
 * @a: the handle
 * @names: their names or numbers
 * @count: number of @names; 0 unsubscribes from all events
 * @e: error, or NULL
 *
 * This replaces the earlier subscription of the open device, for every process that shares
 * it. Events that came before can still be read.
 *
 * If an event is removed from the table or replaced, the subscription to it ends. The event
 * "changed" reports a change of the table. Before you subscribe to an event that was
 * replaced, read until EAGAIN: a record does not say whether it is from the old event or
 * the new one.
 *
 * Return: 0; -ENOENT for an unknown name; -EINVAL for an op; -EACCES, -EPERM or -EBADF for
 * an event that this program may not have; -EOPNOTSUPP if the hypervisor has no events;
 * -EAGAIN if the table changed during each attempt; or another negative errno. After
 * -EAGAIN or -ENOMEM the subscription is undefined.
 */
int alice_listen(struct alice *a, const char *const *names, unsigned int count,
		 struct alice_error *e);

/**
 * alice_listen_all() - subscribe to all events that this program may have
 * @a: the handle
 * @e: error, or NULL
 *
 * See alice_listen().
 *
 * Return: number of events, 1 or more, or a negative errno.
 */
int alice_listen_all(struct alice *a, struct alice_error *e);

/**
 * alice_event_read() - read the next event
 * @a: the handle
 * @event: set to number, time and length of the event, and how many were lost before it
 * @timeout_ms: how long to wait; 0 does not wait, -1 waits forever
 * @e: error, or NULL; EAGAIN on timeout, EINTR after a signal, EINVAL if there is neither a
 *	subscription nor an unread event
 *
 * The function works with and without O_NONBLOCK, which alice_open() sets. Without it, if
 * several readers share the open device, one that loses a race blocks regardless of the
 * timeout. Before a program polls alice_fd() itself, it must read until EAGAIN, because the
 * handle buffers events.
 *
 * Return: the event as a call with an answer, or NULL. The answer is the payload; row and
 * fields are those from when the program subscribed. If the event has no valid row, its
 * name is its number and it has no fields. Then, and if the payload does not match the
 * fields, only alice_answer() works. The event is valid until the handle is used for events
 * again, or closed.
 */
const struct alice_call *alice_event_read(struct alice *a, struct alice_event *event,
					  int timeout_ms, struct alice_error *e);

/* ---- Names ---- */

/**
 * alice_nearest() - suggest a name for a mistyped one
 * @typed: what was typed
 * @names: the valid names
 * @count: number of @names
 *
 * Return: the nearest of @names, or NULL if none is close enough.
 */
const char *alice_nearest(const char *typed, const char *const *names, unsigned int count);

/**
 * alice_errno_name() - get the name of an errno
 * @code: the errno, positive
 *
 * Return: a constant string such as "EPERM", or "" for an unknown errno.
 */
const char *alice_errno_name(int code);

#ifdef __cplusplus
}
#endif

#endif
