// SPDX-License-Identifier: GPL-2.0-only
/*
 * Restriction: the ops that are left to an open file.
 *
 * What a file may still do hangs on the file itself, and so travels with its
 * descriptors. It holds for that file alone: who may open the device can open it
 * anew.
 */
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>

#include "alice.h"
#include "payload.h"

/**
 * alice_restrict_init() - a file that was just opened may do everything
 * @file: the file
 *
 * Context: open().
 */
void alice_restrict_init(struct alice_file *file)
{
	bitmap_fill(file->allowed, ALICE_MAX_CMDS);
}

/* Read a program's list of cmds. */
static int alice_restrict_read(unsigned long *allowed,
			       const struct alice_restrict *request)
{
	const u32 __user *cmds = alice_user_ptr(request->cmds);
	u32 i, cmd;

	for (i = 0; i < request->count; i++) {
		if (get_user(cmd, cmds + i))
			return -EFAULT;
		if (cmd >= ALICE_MAX_CMDS)
			return -EINVAL;

		__set_bit(cmd, allowed);
	}

	return 0;
}

/**
 * alice_restrict() - allow an open file the named ops alone, from now on
 * @file: the file
 * @request: the program's request, copied from it
 *
 * Calls that were let through already are not waited for. Several requests at
 * once need no lock: each takes its bits away.
 *
 * Context: Process context; may sleep.
 * Return: 0; -EINVAL for a flag, too many cmds or one that is too large;
 *	-EFAULT. After an error nothing has changed.
 */
int alice_restrict(struct alice_file *file, const struct alice_restrict *request)
{
	DECLARE_BITMAP(allowed, ALICE_MAX_CMDS) = { };
	unsigned int cmd;
	int ret;

	if (request->flags || request->count > ALICE_MAX_CMDS)
		return -EINVAL;

	ret = alice_restrict_read(allowed, request);
	if (ret)
		return ret;

	WRITE_ONCE(file->restricted, true);
	for_each_clear_bit(cmd, allowed, ALICE_MAX_CMDS)
		clear_bit(cmd, file->allowed);

	return 0;
}
