// SPDX-License-Identifier: GPL-2.0-only
/*
 * Permission: who may call what, by the flags of the op.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/user_namespace.h>
#include <xen/xen.h>

#include "alice.h"

/*
 * Flags that leave an op open to programs, under their conditions. Any other,
 * ALICE_OP_F_KERNEL or one of a later ABI, closes it: what it would demand is
 * not known here.
 */
#define ALICE_OP_F_OPEN		(ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN | \
				 ALICE_OP_F_CONTROL)

static int alice_check_flags(u32 flags, fmode_t mode, bool admin)
{
	if ((flags & ~ALICE_OP_F_OPEN) || !admin)
		return -EPERM;

	if ((flags & ALICE_OP_F_WRITE) && !(mode & FMODE_WRITE))
		return -EBADF;

	return 0;
}

/**
 * alice_permit() - may the caller call an op?
 * @flags: ALICE_OP_F_* of the op
 * @mode: mode of the open file
 *
 * ALICE_OP_F_CONTROL is the hypervisor's to enforce.
 *
 * Context: Process context.
 * Return: 0; -EPERM where the caller lacks CAP_SYS_ADMIN or the op is closed to
 *	programs; -EBADF where the file is not open for writing.
 */
int alice_permit(u32 flags, fmode_t mode)
{
	bool admin = !(flags & ALICE_OP_F_ADMIN) || capable(CAP_SYS_ADMIN);

	return alice_check_flags(flags, mode, admin);
}

/**
 * alice_access() - would the caller be let through to an op?
 * @flags: ALICE_OP_F_* of the op
 * @mode: mode of the open file
 *
 * Unlike alice_permit() this uses no capability and is not audited, and it
 * foresees what the hypervisor will say to ALICE_OP_F_CONTROL.
 *
 * Context: Process context.
 * Return: 0, or the negative errno of a call, whatever its payload.
 */
int alice_access(u32 flags, fmode_t mode)
{
	bool admin = !(flags & ALICE_OP_F_ADMIN) ||
		     ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
	int ret = alice_check_flags(flags, mode, admin);

	if (!ret && (flags & ALICE_OP_F_CONTROL) && !xen_initial_domain())
		return -EPERM;

	return ret;
}
