/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsm/alice.h
 *
 * Access control for alice_op: the default rule, and declarations for XSM.
 *
 * Every op, alone or in a batch, is checked by xsm_alice_op().  In a tree
 * wired with "wire --flask" this is a hook of XSM: the dummy module applies
 * alice_default_rule(), and FLASK its policy.  In any other tree it always
 * applies alice_default_rule(), whatever XSM module is configured.
 */

#ifndef __XSM_ALICE_H__
#define __XSM_ALICE_H__

#include <xen/errno.h>
#include <xen/sched.h>

#include <public/alice.h>

/* Older trees have no CET-IBT: cf_check marks functions called by pointer. */
#ifndef cf_check
#define cf_check
#endif

/* Which domains may call: the boot parameter alice=. */
enum alice_access { ALICE_ACCESS_OFF, ALICE_ACCESS_CONTROL, ALICE_ACCESS_ALL };
extern enum alice_access alice_access;

/**
 * alice_parameter() - does the boot parameter alice= admit the calling domain?
 *
 * No policy overrides it: who sets boot parameters controls the machine.
 *
 * Return: 0 or -EPERM.
 */
static always_inline int alice_parameter(void)
{
    if ( alice_access == ALICE_ACCESS_ALL ||
         (alice_access == ALICE_ACCESS_CONTROL &&
          is_control_domain(current->domain)) )
        return 0;

    return -EPERM;
}

/**
 * alice_default_rule() - may the calling domain call an op, without a policy?
 * @flags: the op's XEN_ALICE_OP_F_*; 0 if there is no such op
 *
 * Return: 0 or -EPERM.
 */
static always_inline int alice_default_rule(uint32_t flags)
{
    if ( (flags & XEN_ALICE_OP_F_CONTROL) && !is_control_domain(current->domain) )
        return -EPERM;

    return alice_parameter();
}

/**
 * flask_alice_op() - FLASK's hook: may the calling domain call an op?
 * @cmd: the op's number
 * @flags: its XEN_ALICE_OP_F_*; 0 if there is no such op
 *
 * Return: 0 or -EPERM.
 */
int cf_check flask_alice_op(uint32_t cmd, uint32_t flags);

#endif /* __XSM_ALICE_H__ */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
