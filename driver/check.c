// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a call may be made, but for its payload: one place for every way to
 * make one.
 */
#include <linux/bitops.h>
#include <linux/capability.h>
#include <linux/compiler.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/user_namespace.h>
#include <xen/xen.h>

#include "alice.h"
#include "table.h"

/*
 * Flags that leave an op open to programs, under their conditions. Any other,
 * ALICE_OP_F_KERNEL or one of a later ABI, closes it: what it would demand is
 * not known here.
 */
#define ALICE_OP_F_OPEN		(ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN | \
				 ALICE_OP_F_CONTROL)

/* What the flags of an op demand of an open file. */
static int alice_check_flags(u32 flags, fmode_t mode, bool admin)
{
	if ((flags & ~ALICE_OP_F_OPEN) || !admin)
		return -EPERM;

	if ((flags & ALICE_OP_F_WRITE) && !(mode & FMODE_WRITE))
		return -EBADF;

	return 0;
}

/* Kept apart, because most ops have no flags. */
static noinline int alice_check_caller(const struct file *file, u32 flags)
{
	bool admin = !(flags & ALICE_OP_F_ADMIN) || capable(CAP_SYS_ADMIN);

	return alice_check_flags(flags, file->f_mode, admin);
}

/* Is an op, whose number is below ALICE_MAX_CMDS, left to a file? */
static bool alice_allowed(const struct file *file, u32 cmd)
{
	return test_bit(cmd, alice_file(file)->allowed);
}

/**
 * alice_check_op() - may this call be made?
 * @file: the open file
 * @op: the program's request, copied from it; its pointers are not looked at
 *
 * ALICE_OP_F_CONTROL is the hypervisor's to enforce.
 *
 * Context: Process context.
 * Return: how much of the room for its answer the call can use, in bytes, or the
 *	first of these that holds: -EINVAL for an unknown flag;
 *	-EOPNOTSUPP where the table has no such op; -EACCES where it was
 *	restricted away; -EPERM where the caller lacks CAP_SYS_ADMIN or the op is
 *	closed to programs; -EBADF where the file is not open for writing; -EINVAL
 *	for an input length that the table forbids.
 */
int alice_check_op(const struct file *file, const struct alice_op *op)
{
	struct alice_limits limits;
	int ret;

	if (op->flags)
		return -EINVAL;

	ret = alice_table_find(op->cmd, &limits);
	if (ret)
		return ret;

	if (!alice_allowed(file, op->cmd))
		return -EACCES;

	if (limits.flags) {
		ret = alice_check_caller(file, limits.flags);
		if (ret)
			return ret;
	}

	if (op->in_len < limits.in_min || op->in_len > limits.in_max)
		return -EINVAL;

	return min(op->out_len, limits.out_max);
}

/**
 * alice_check_access() - would the caller be let through to an op?
 * @file: the open file
 * @cmd: number of the op
 * @flags: ALICE_OP_F_* of the op
 *
 * Unlike alice_check_op() this uses no capability, is not audited,
 * and foresees what the hypervisor will say to ALICE_OP_F_CONTROL.
 *
 * Context: Process context.
 * Return: 0, or the negative errno of a call, whatever its payload.
 */
int alice_check_access(const struct file *file, u32 cmd, u32 flags)
{
	bool admin;
	int ret;

	if (!alice_allowed(file, cmd))
		return -EACCES;

	admin = !(flags & ALICE_OP_F_ADMIN) ||
		ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);

	ret = alice_check_flags(flags, file->f_mode, admin);
	if (!ret && (flags & ALICE_OP_F_CONTROL) && !xen_initial_domain())
		return -EPERM;

	return ret;
}
