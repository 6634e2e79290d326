/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alice-compat.h
 *
 * All differences between the Xen trees in which alice_op and its ops build.
 *
 * Differences are found by feature, not by version, because distributions
 * backport.  For each line below that begins with "probe:", wire defines the
 * name in alice-probe.h if one of the files contains the text:
 *
 * probe: ALICE_HAVE_PARAM_H "string_param(" include/xen/param.h
 * probe: ALICE_HAVE_NOSPEC "array_index_nospec(" include/xen/nospec.h
 * probe: ALICE_HAVE_TOT_PAGES "domain_tot_pages(" include/xen/sched.h
 * probe: ALICE_HAVE_BOOL "bool" include/xen/stdbool.h
 * probe: ALICE_HAVE_IS_PV_DOMAIN "is_pv_domain(" include/xen/sched.h
 * probe: ALICE_HAVE_XLAT "event_channel.h" include/xlat.lst
 * probe: ALICE_HAVE_HVM_TO_VCPU "int size, struct vcpu *v);" include/asm-x86/hvm/support.h arch/x86/include/asm/hvm/support.h
 * probe: ALICE_HAVE_BY_IPA "COPY_ipa" arch/arm/guestcopy.c
 * probe: ALICE_HAVE_LIVE_HOOKS "LIVEPATCH_APPLY_HOOK(" include/xen/livepatch_payload.h
 * probe: ALICE_HAVE_EVENTS "void softirq_tasklet_init(struct tasklet *t," include/xen/tasklet.h
 * probe: ALICE_HAVE_BY_GPA "access_guest_memory_by_gpa(" arch/arm/guestcopy.c
 *
 * alice-probe.h also lists the structures of public/alice.h: ALICE_STRUCTS().
 */

#ifndef __ALICE_COMPAT_H__
#define __ALICE_COMPAT_H__

#include <xen/init.h>
#include <xen/lib.h>
#include <xen/sched.h>

#include <public/alice.h>

#include <xsm/alice.h>
#include <xsm/xsm.h>

#include <xen/alice-probe.h>

#ifdef ALICE_HAVE_PARAM_H
#include <xen/param.h>
#endif

#ifdef ALICE_HAVE_NOSPEC
#include <xen/nospec.h>
#else
#define array_index_nospec(index, size) ((void)(size), (index))
#endif

#ifdef ALICE_HAVE_BOOL
#include <xen/stdbool.h>
#else
#define bool _Bool
#define true 1
#define false 0
#endif

#ifndef ROUNDUP
#define ROUNDUP(x, a) (((x) + (a) - 1) & ~((a) - 1))
#endif

/* Older trees have no CET-IBT: cf_check marks functions called by pointer. */
#ifndef cf_check
#define cf_check
#endif

/* Without "wire --flask" XSM has no hook: see xsm/alice.h. */
#ifndef ALICE_HAVE_XSM_HOOK
#define xsm_alice_op(action, cmd, flags) ((void)(cmd), alice_default_rule(flags))
#endif

/**
 * alice_tot_pages() - number of pages of a domain
 * @d: the domain
 *
 * Return: the number of its pages.
 */
static inline unsigned long alice_tot_pages(const struct domain *d)
{
#ifdef ALICE_HAVE_TOT_PAGES
    return domain_tot_pages(d);
#else
    return d->tot_pages;
#endif
}

/**
 * alice_is_pv() - is a domain paravirtualised?
 * @d: the domain
 *
 * Only x86 has PV guests.  Older trees regard Arm guests as PV, too, which is
 * not what users of a guest expect.
 *
 * Return: 1 for a PV guest, 0 for every other.
 */
static inline unsigned int alice_is_pv(const struct domain *d)
{
#if !defined(CONFIG_X86)
    return 0;
#elif defined(ALICE_HAVE_IS_PV_DOMAIN)
    return is_pv_domain(d);
#else
    return !is_hvm_domain(d);
#endif
}

#ifdef CONFIG_X86
#include <asm/hvm/hvm.h>
#include <asm/hvm/support.h>
#else
#include <asm/guest_access.h>
#endif

/**
 * alice_guest_bits() - the width of the calling guest
 * @v: the current vcpu
 *
 * Return: 32 or 64.
 */
static inline unsigned int alice_guest_bits(struct vcpu *v)
{
#if defined(CONFIG_X86)
    if ( alice_is_pv(v->domain) )
        return is_pv_32bit_domain(v->domain) ? 32 : 64;

    /*
     * Neither PV nor HVM: in older trees PVH was a type of its own, always
     * with 64 bits.  Without CONFIG_HVM the condition is constant, which
     * removes the call of the function below, as that does not exist then.
     */
    if ( !is_hvm_domain(v->domain) )
        return 64;

    return hvm_guest_x86_mode(v) == 8 ? 64 : 32;
#elif defined(CONFIG_ARM_64)
    return is_64bit_domain(v->domain) ? 64 : 32;
#else
    return BITS_PER_LONG;
#endif
}

/**
 * alice_address_ok() - check that guest-virtual addresses are canonical
 * @address: first address
 * @len: length, in bytes; not 0
 *
 * Only x86 has non-canonical addresses.  For an HVM guest, Xen walks the page
 * tables in software and ignores the bits above those that the tables
 * translate.  So it would access the memory of another address.
 *
 * Return: false if the guest's own access would fault.
 */
static inline bool alice_address_ok(unsigned long address, unsigned int len)
{
#ifdef CONFIG_X86
    return is_canonical_address(address) &&
           is_canonical_address(address + len - 1);
#else
    return 1;
#endif
}

/**
 * alice_phys_ok() - may a domain pass guest-physical addresses?
 * @d: the domain
 *
 * They save the page-table walk that Xen does for each copy, unless the guest
 * is PV.
 *
 * Return: true if alice_from_phys() and alice_to_phys() work for it.
 */
static inline bool alice_phys_ok(const struct domain *d)
{
#if defined(CONFIG_X86)
    return is_hvm_domain(d);
#elif defined(ALICE_HAVE_BY_GPA) || defined(ALICE_HAVE_BY_IPA)
    return true;
#else
    return false;
#endif
}

#if defined(ALICE_HAVE_BY_IPA) && !defined(ALICE_HAVE_BY_GPA)
#define access_guest_memory_by_gpa access_guest_memory_by_ipa
#define ALICE_HAVE_BY_GPA 1
#endif

/**
 * alice_from_phys() - copy from memory of the calling domain
 * @to: destination, in the hypervisor
 * @from: source, a guest-physical address
 * @len: length, in bytes
 *
 * Return: false if not all could be read.
 */
static inline bool alice_from_phys(void *to, paddr_t from, unsigned int len)
{
#if defined(CONFIG_X86)
    /* Without CONFIG_HVM this is constant, and the function does not exist. */
    return is_hvm_domain(current->domain) &&
           !hvm_copy_from_guest_phys(to, from, len);
#elif defined(ALICE_HAVE_BY_GPA)
    return !access_guest_memory_by_gpa(current->domain, from, to, len, false);
#else
    return false;
#endif
}

/**
 * alice_to_phys() - copy to memory of the calling domain
 * @to: destination, a guest-physical address
 * @from: source, in the hypervisor
 * @len: length, in bytes
 *
 * Return: false if not all could be written.
 */
static inline bool alice_to_phys(paddr_t to, void *from, unsigned int len)
{
#if defined(CONFIG_X86) && defined(ALICE_HAVE_HVM_TO_VCPU)
    return is_hvm_domain(current->domain) &&
           !hvm_copy_to_guest_phys(to, from, len, current);
#elif defined(CONFIG_X86)
    return is_hvm_domain(current->domain) &&
           !hvm_copy_to_guest_phys(to, from, len);
#elif defined(ALICE_HAVE_BY_GPA)
    return !access_guest_memory_by_gpa(current->domain, to, from, len, true);
#else
    return false;
#endif
}

/* Loading ops needs livepatches with apply and revert hooks. */
#if defined(CONFIG_LIVEPATCH) && defined(ALICE_HAVE_LIVE_HOOKS)
#define ALICE_CAN_LOAD 1
#else
#define ALICE_CAN_LOAD 0
#endif

/* Events need tasklets whose functions take a pointer. */
#ifdef ALICE_HAVE_EVENTS
#define ALICE_CAN_TELL 1
#else
#define ALICE_CAN_TELL 0
#endif

/*
 * Payloads are not translated for 32-bit callers, so each structure must have
 * the same layout for all callers.  Xen's build generates compat/alice.h, with
 * the 32-bit layout, and CHECK_*() macros, which compare it field by field.
 */
#if defined(CONFIG_COMPAT) && defined(ALICE_HAVE_XLAT)
#include <compat/alice.h>

#define ALICE_CHECK_LAYOUT(name)                                              \
    _Static_assert(sizeof(struct xen_ ## name) ==                             \
                   sizeof(struct compat_ ## name),                            \
                   "struct xen_" #name " has another layout for 32-bit "      \
                   "guests: use types of one size everywhere, and put each "  \
                   "field at a multiple of its size");                        \
    CHECK_ ## name;
ALICE_STRUCTS(ALICE_CHECK_LAYOUT)
#endif

#endif /* __ALICE_COMPAT_H__ */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
