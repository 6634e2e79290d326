// SPDX-License-Identifier: LGPL-2.1-or-later
/* Messages for failed calls: who refused the call, and why. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* Xen's feature bits in sysfs, and the bit that is set in the control domain. */
#define FEATURES "/sys/hypervisor/properties/features"
#define XENFEAT_DOM0 11

/* Longer lists of values are left out of messages. */
#define VALUES_LEN 80

#define ABANDONED "was abandoned between two steps, and the steps that it completed are not undone"

/* Meaning of each errno that an op returns. */
static const struct reason {
	int code;
	const char *name;
	const char *text;
} reasons[] = {
	{ EPERM, "EPERM", "it is not permitted" },
	{ ENOENT, "ENOENT", "there is no such thing" },
	{ ESRCH, "ESRCH", "there is no such domain or thing" },
	{ EINTR, "EINTR", "it was interrupted" },
	{ EIO, "EIO", "input or output failed" },
	{ ENXIO, "ENXIO", "there is no such thing any more" },
	{ E2BIG, "E2BIG", "something is too long or too large" },
	{ EBADF, "EBADF", "something is in a state that does not allow it" },
	{ EAGAIN, "EAGAIN", "it cannot be done at this moment: try again" },
	{ ENOMEM, "ENOMEM", "memory ran out" },
	{ EACCES, "EACCES", "it may not be accessed" },
	{ EFAULT, "EFAULT", "memory could not be accessed, and the op may have run" },
	{ EBUSY, "EBUSY", "it is in use: try again" },
	{ EEXIST, "EEXIST", "what it would make exists already" },
	{ EXDEV, "EXDEV", "it belongs elsewhere" },
	{ ENODEV, "ENODEV", "there is no such device" },
	{ EINVAL, "EINVAL", "a value is invalid" },
	{ ENOTTY, "ENOTTY", "it does not apply" },
	{ ENOSPC, "ENOSPC", "there is no room for what it would make" },
	{ EROFS, "EROFS", "it can only be read" },
	{ EDOM, "EDOM", "a value is out of range" },
	{ ERANGE, "ERANGE", "a value is out of range" },
	{ ENOSYS, "ENOSYS", "it is not implemented" },
	{ ENOTEMPTY, "ENOTEMPTY", "it is not empty" },
	{ ENODATA, "ENODATA", "there is no data" },
	{ EBADMSG, "EBADMSG", "the data is malformed" },
	{ EOVERFLOW, "EOVERFLOW", "the result is too large for its field" },
	{ EMSGSIZE, "EMSGSIZE", "the request is too long" },
	{ EOPNOTSUPP, "EOPNOTSUPP", "it is not supported" },
	{ ENOBUFS, "ENOBUFS", "there is no room for the answer" },
	{ ETIMEDOUT, "ETIMEDOUT", "it took too long: try again" },
	{ EALREADY, "EALREADY", "it has begun already" },
	{ ESTALE, "ESTALE", "it has changed" },
};

static const struct reason *find(int code)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == code)
			return &reasons[i];
	return NULL;
}

const char *alice_errno_name(int code)
{
	const struct reason *reason = find(code);

	return reason ? reason->name : "";
}

/* Return: 1 in the control domain, 0 elsewhere, -1 if that is unknown. */
static int control_domain(void)
{
	FILE *file = fopen(FEATURES, "re");
	unsigned int features;
	int ret = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%x", &features) == 1)
		ret = features >> XENFEAT_DOM0 & 1;
	(void)fclose(file);
	return ret;
}

/* Why the driver refuses an op. Except for EACCES, the text follows "the op". */
static const char *driver_reason(const struct alice_op_desc *desc, int code)
{
	const __u32 known = ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN | ALICE_OP_F_CONTROL |
			    ALICE_OP_F_KERNEL | ALICE_OP_F_LONG | ALICE_OP_F_EVENT;

	if (code == EACCES)
		return "this open device is restricted to other ops, and a restriction cannot be undone";
	if (code == EBADF)
		return " has a side effect, and the device is open for reading only: write permission on its node is needed";
	if (desc->flags & ALICE_OP_F_KERNEL)
		return " is for the kernel only, and no program may call it";
	if (desc->flags & ALICE_OP_F_LOW & ~known)
		return " has a flag that this driver does not know, so no program may call it: a newer driver may know the flag";
	return " needs the capability CAP_SYS_ADMIN, outside of any container";
}

int alice_access(const struct alice_describe *row, struct alice_error *e)
{
	if (!row->access)
		return 0;
	return fail(e, ALICE_DRIVER, -row->access, "%s%s (%s).",
		    row->access == -EACCES ? "" :
		    row->desc.flags & ALICE_OP_F_EVENT ? "the event" : "the op",
		    driver_reason(&row->desc, -row->access), alice_errno_name(-row->access));
}

/**
 * refused() - say that the driver refuses an op, and why
 * @row: row of the op
 * @when: inserted after "was refused by the driver"
 * @e: error, or NULL
 *
 * Return: a negative errno.
 */
int refused(const struct alice_describe *row, const char *when, struct alice_error *e)
{
	struct quoted q;

	(void)alice_access(row, e);
	prefix(e, "%s was refused by the driver%s: ", op_name(&row->desc, &q), when);
	return row->access;
}

/* EPERM, but not from the driver. */
static int explain_perm(const struct alice_op_desc *desc, struct alice_error *e)
{
	if (desc->flags & ALICE_OP_F_CONTROL && !control_domain())
		return fail(e, ALICE_XEN, EPERM,
			    "was refused by the hypervisor: the op can be called in the control domain (dom0) only, and this is another domain (EPERM).");
	return fail(e, ALICE_XEN_OR_OP, EPERM,
		    "was refused by the hypervisor or by the op itself (EPERM). The hypervisor's boot parameter alice= and a policy for FLASK can forbid it; 'xl dmesg' in dom0 can say more.");
}

/* The values of a request, " a=1 b=2"; "" if they are long or not ASCII. */
static void show_values(const struct alice_call *c, char values[VALUES_LEN])
{
	size_t at = 0;
	unsigned int i;

	values[0] = '\0';
	if (c->raw || !fields_fit(&c->in, c->request_len))
		return;
	for (i = 0; i < c->in.count && at < VALUES_LEN; i++) {
		const struct alice_field *field = &c->in.field[i];

		at += (size_t)snprintf(values + at, VALUES_LEN - at, " %s=", field->name);
		if (at < VALUES_LEN)
			at += field_text(field, c->request, c->request_len, values + at,
					 VALUES_LEN - at);
	}
	for (i = 0; values[i]; i++)
		if (values[i] & 0x80)
			at = VALUES_LEN;
	if (at >= VALUES_LEN)
		values[0] = '\0';
}

/* The op ran and returned an error. */
static int explain_answer(const struct alice_call *c, int code, struct alice_error *e)
{
	const struct reason *reason = find(code);
	char values[VALUES_LEN] = "";

	if (code == ENOENT || code == ESRCH || code == EINVAL || code == ERANGE || code == EDOM)
		show_values(c, values);
	if (!reason)
		return fail(e, ALICE_OP, code, "failed: the op answered errno %d, %s.", code,
			    errno_text(code));
	return fail(e, ALICE_OP, code, "failed: the op answered %s: %s%s%s.", reason->name,
		    reason->text, values[0] ? "; it was given" : "", values);
}

/* Read a row again, which may have moved. Return: false if it was replaced or removed. */
static bool describe_anew(const struct alice *a, const struct alice_describe *row,
			  struct alice_describe *now)
{
	__u32 i;

	for (i = 0; i < ALICE_MAX_CMDS; i++) {
		*now = (struct alice_describe){ .index = i };
		if (a->ioctl(a->context, ALICE_IOC_DESCRIBE, now) < 0)
			return false;
		if (now->desc.cmd == row->desc.cmd)
			return now->since == row->since;
	}
	return false;
}

/* Write the sentence after the op's name. @same: the op's row is unchanged. */
static int explain(const struct alice_call *c, int code, bool same, struct alice_error *e)
{
	const struct alice_op_desc *desc = &c->row.desc;
	bool steps = desc->flags & ALICE_OP_F_LONG;
	/* The result does not say which step failed. */
	const char *ended = steps ? "was not called, or " ABANDONED : "was not called";

	switch (code) {
	case EINVAL:
		if (c->request_len >= desc->in_min && c->request_len <= desc->in_max)
			break;
		return fail(e, ALICE_DRIVER, code,
			    "was refused by the driver: it takes %u to %u bytes, and the request has %zu (EINVAL).",
			    desc->in_min, desc->in_max, c->request_len);
	case EOPNOTSUPP:
		if (same)
			break;
		return fail(e, ALICE_XEN, code,
			    "%s: the hypervisor no longer has it (EOPNOTSUPP).", ended);
	case ESTALE:
		return fail(e, ALICE_DRIVER, code,
			    "%s: the hypervisor has another op with this number now, or its op table keeps changing (ESTALE). Make a new call.",
			    ended);
	case EINTR:
		if (!steps)
			break;
		return fail(e, ALICE_DRIVER, code,
			    ABANDONED ": it was interrupted by a signal, a stop or a freezer (EINTR). If it is called again, it starts from the beginning.");
	case EPERM:
		return explain_perm(desc, e);
	case EIO:
		return fail(e, ALICE_XEN_OR_OP, code,
			    "failed: the op answered EIO, or its answer is invalid: longer than there was room for, or an errno that no op may answer.");
	case ENOMEM:
		return fail(e, ALICE_SYSTEM, code,
			    "failed: memory ran out, in this kernel, in the hypervisor or for the op (ENOMEM).");
	case ENOSYS:
		return fail(e, ALICE_XEN, code,
			    "%s: the hypervisor has no alice_op with this hypercall number (ENOSYS).", ended);
	default:
		break;
	}
	return explain_answer(c, code, e);
}

/**
 * explain_call() - say why a call failed
 * @c: the call
 * @code: its errno, positive
 * @e: error, or NULL
 *
 * Return: -@code.
 */
int explain_call(const struct alice_call *c, int code, struct alice_error *e)
{
	struct alice_describe now;
	struct quoted q;
	bool same;

	if (!e)
		return -code;
	/* Ask the driver again: "access" can have changed since, by a restriction. */
	same = describe_anew(c->a, &c->row, &now);
	if (same && now.access == -code)
		return refused(&now, c->row.desc.flags & ALICE_OP_F_LONG && !c->row.access
			       ? ", possibly after steps that are not undone" : "", e);
	(void)explain(c, code, same, e);
	prefix(e, "%s ", op_name(&c->row.desc, &q));
	return -code;
}

/**
 * explain_listen() - say why subscribing to events failed
 * @a: the handle
 * @rows: of the events
 * @count: number of @rows
 * @code: errno, positive
 * @e: error, or NULL
 *
 * Return: -@code.
 */
int explain_listen(const struct alice *a, const struct alice_describe *const *rows,
		   unsigned int count, int code, struct alice_error *e)
{
	struct alice_describe now;
	struct quoted q;
	unsigned int i;

	if (!e)
		return -code;
	/* As for a call, "access" can have changed. */
	for (i = 0; i < count && (code == EPERM || code == EACCES || code == EBADF); i++)
		if (describe_anew(a, rows[i], &now) && now.access == -code)
			return refused(&now, "", e);
	switch (code) {
	case ENOTTY:
		return fail(e, ALICE_DRIVER, code, "there are no events through %s.",
			    quote(&q, a->name, strlen(a->name)));
	case EOPNOTSUPP:
		return fail(e, ALICE_XEN, code, "this hypervisor has no events (EOPNOTSUPP).");
	case EPERM:
		for (i = 0; i < count; i++)
			if (rows[i]->desc.flags & ALICE_OP_F_CONTROL && !control_domain())
				return fail(e, ALICE_XEN, code,
					    "%s was refused by the hypervisor: the event is for the control domain (dom0) only, and this is another domain (EPERM).",
					    op_name(&rows[i]->desc, &q));
		return fail(e, ALICE_XEN, code,
			    "%s was refused by the hypervisor (EPERM). Its boot parameter alice= and a policy for FLASK can forbid it; 'xl dmesg' in dom0 can say more.",
			    count == 1 ? op_name(&rows[0]->desc, &q)
				       : "one of these events");
	default:
		/* Out of memory or event channels, in the kernel or in the hypervisor. */
		return fail(e, ALICE_SYSTEM, code, "cannot listen to the events: %s.",
			    errno_text(code));
	}
}
