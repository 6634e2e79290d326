/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between PV and PVH guests: pv.c or hvm.c.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>

#define PAGE 4096u

enum access { NO_ACCESS, READ_ACCESS, WRITE_ACCESS };

/* The type that op whoami has to report. */
extern const char machine_type[];

/* Can calls pass physical addresses?  They are the same as the virtual ones then. */
extern const bool machine_phys;

/*
 * Addresses that Xen must not access for this guest, virtual or physical,
 * 0 at the end.
 */
extern const unsigned long machine_bad[];

/* Call first: set up hypercalls.  @start_info comes from Xen. */
void machine_init(const void *start_info);

/* The kernel's command line. */
const char *machine_arguments(void);

/* Enable paging, if it is not. */
void machine_paging(void);

/* Limit access to one of our pages, also for Xen. */
void machine_access(void *page, enum access access);

#endif
