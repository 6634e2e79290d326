/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between a PV and a PVH guest: pv.c or hvm.c.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>

#define PAGE 4096u

enum access { NO_ACCESS, READ_ACCESS, WRITE_ACCESS };

/* What op whoami is to say of the type. */
extern const char machine_type[];

/* May calls pass physical addresses?  Ours are the virtual ones then. */
extern const bool machine_phys;

/*
 * Addresses that Xen must neither read nor write for this guest, virtual or physical,
 * 0 at the end.
 */
extern const unsigned long machine_bad[];

/* First of all: make hypercalls work.  @start_info is what Xen left for us. */
void machine_init(const void *start_info);

/* The kernel's command line. */
const char *machine_arguments(void);

/* Turn paging on, where it is not. */
void machine_paging(void);

/* Let a page of ours be accessed so, and no more; by Xen too. */
void machine_access(void *page, enum access access);

#endif
