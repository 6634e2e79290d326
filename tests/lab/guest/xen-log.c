// SPDX-License-Identifier: GPL-2.0-only
/*
 * xen-log: print the hypervisor's log, as "xl dmesg" does, on any version of Xen.
 *
 * Each xl works with one version of Xen only, because the sysctl interface version must
 * match. This sysctl itself has not changed since Xen 4.0, so try all interface versions
 * in turn.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xencall.h>
#define __XEN_TOOLS__ 1
#include <xen/xen.h>
#include <xen/sysctl.h>

enum {
	LOG_ROOM = 1 << 20,	/* larger than any ring the lab has */
	FIRST_VERSION = 0x07,	/* Xen 4.0 */
	LAST_VERSION = 0x40,	/* not used yet */
};

/* Fills ring with the log.  Returns its length, or a negative errno. */
static long read_log(xencall_handle *xen, struct xen_sysctl *sysctl, char *ring)
{
	for (unsigned int version = FIRST_VERSION; version <= LAST_VERSION; version++) {
		memset(sysctl, 0, sizeof(*sysctl));
		sysctl->cmd = XEN_SYSCTL_readconsole;
		sysctl->interface_version = version;
		sysctl->u.readconsole.count = LOG_ROOM;
		set_xen_guest_handle_raw(sysctl->u.readconsole.buffer, ring);
		if (!xencall1(xen, __HYPERVISOR_sysctl, (uintptr_t)sysctl))
			return sysctl->u.readconsole.count;
		if (errno != EACCES)
			return -errno;
	}
	return -EACCES;
}

int main(void)
{
	xencall_handle *xen = xencall_open(NULL, 0);
	struct xen_sysctl *sysctl = NULL;
	char *ring = NULL;
	long length;

	if (xen) {
		sysctl = xencall_alloc_buffer(xen, sizeof(*sysctl));
		ring = xencall_alloc_buffer(xen, LOG_ROOM);
	}
	if (!sysctl || !ring) {
		perror("xen-log: cannot reach the hypervisor as root of a dom0");
		return 1;
	}
	length = read_log(xen, sysctl, ring);
	if (length < 0) {
		fprintf(stderr, "xen-log: Xen refuses its log: %s\n", strerror((int)-length));
		return 1;
	}
	return fwrite(ring, 1, (size_t)length, stdout) != (size_t)length;
}
