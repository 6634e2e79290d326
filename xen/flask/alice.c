/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alice.c
 *
 * FLASK's hook for alice_op: maps ops to permissions of the class alice.
 */

#include <xen/lib.h>
#include <xen/sched.h>

#include <public/alice.h>

#include <xsm/alice.h>

#include <avc.h>
#include <objsec.h>

#include <xen/alice-compat.h>

/* Ops with a permission of their own in access_vectors. */
static const uint32_t alice_perms[] = {
    [XEN_ALICE_OP_HELLO] = ALICE__HELLO,
    [XEN_ALICE_OP_VERSION] = ALICE__VERSION,
    [XEN_ALICE_OP_DESCRIBE] = ALICE__DESCRIBE,
    [XEN_ALICE_OP_ECHO] = ALICE__ECHO,
    [XEN_ALICE_OP_WHOAMI] = ALICE__WHOAMI,
    [XEN_ALICE_OP_MEMORY] = ALICE__MEMORY,
    [XEN_ALICE_OP_STATS] = ALICE__STATS,
    [XEN_ALICE_OP_RESET_STATS] = ALICE__RESET_STATS,
    [XEN_ALICE_OP_BATCH] = ALICE__BATCH,
    [XEN_ALICE_OP_EVENTS_OPEN] = ALICE__EVENTS_OPEN,
    [XEN_ALICE_OP_EVENTS_WANT] = ALICE__EVENTS_WANT,
    [XEN_ALICE_OP_EVENTS_READ] = ALICE__EVENTS_READ,
    [XEN_ALICE_OP_CHANGED] = ALICE__CHANGED,
    /* alice: permissions of your own go above this line */
};

/* The permissions for any other op follow from its flags. */
static uint32_t alice_other_perms(uint32_t flags)
{
    uint32_t perms = (flags & XEN_ALICE_OP_F_WRITE) ? ALICE__OTHER_WRITE
                                                : ALICE__OTHER_READ;

    if ( flags & XEN_ALICE_OP_F_CONTROL )
        perms |= ALICE__OTHER_CONTROL;

    return perms;
}

static uint32_t alice_perms_of(uint32_t cmd, uint32_t flags)
{
    uint32_t perms = 0;

    if ( cmd < ARRAY_SIZE(alice_perms) )
        perms = alice_perms[array_index_nospec(cmd, ARRAY_SIZE(alice_perms))];

    return perms ?: alice_other_perms(flags);
}

int cf_check flask_alice_op(uint32_t cmd, uint32_t flags)
{
    const struct domain_security_struct *dsec = current->domain->ssid;
    int rc = alice_parameter();

    if ( rc )
        return rc;

    /* avc_has_perm() returns -EACCES, but alice_op refuses with -EPERM. */
    if ( avc_has_perm(dsec->sid, SECINITSID_XEN, SECCLASS_ALICE,
                      alice_perms_of(cmd, flags), NULL) )
        return -EPERM;

    return 0;
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
