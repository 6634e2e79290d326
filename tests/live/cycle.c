// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and unloads live ops many times, by the hypercalls that xen-livepatch makes.
 * alice-live runs dozens of processes for each, and is slow on eight emulated CPUs.
 */
#include "parts.h"
#include "privcmd.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define __XEN_TOOLS__ 1
#include <xen/xen.h>
#include <xen/sysctl.h>

enum {
	FIRST_VERSION = 0x10,	/* of the sysctl interface; Xen 4.14 has a later one */
	LAST_VERSION = 0x40,	/* not used yet */
	TRIES = 100,		/* how often CPUs may fail to gather */
	WAIT_MS = 30000,	/* how long an action may take */
	STAY_US = 20000,	/* how long an op is loaded, and how long it is not */
};

/* Memory that Xen reads and writes. */
static struct area {
	struct xen_sysctl sysctl;
	char name[32];
	size_t size;
	uint8_t payload[1 << 16];
} *area;

static int privcmd;
static unsigned int late;

static struct xen_livepatch_name name(void)
{
	struct xen_livepatch_name name = { .size = (uint16_t)(strlen(area->name) + 1) };

	set_xen_guest_handle_raw(name.name, area->name);
	return name;
}

/* These operations are the same in all versions of the interface. */
static int livepatch(struct xen_sysctl_livepatch_op op)
{
	static uint32_t version = FIRST_VERSION;
	struct privcmd_hypercall call = {
		.op = __HYPERVISOR_sysctl,
		.arg = { (uintptr_t)&area->sysctl },
	};
	int ret;

	do {
		area->sysctl = (struct xen_sysctl){
			.cmd = XEN_SYSCTL_livepatch_op,
			.interface_version = version,
			.u.livepatch = op,
		};
		ret = ioctl(privcmd, IOCTL_PRIVCMD_HYPERCALL, &call) < 0 ? -errno : 0;
	} while (ret == -EACCES && version++ < LAST_VERSION);
	return ret;
}

static int upload(void)
{
	struct xen_sysctl_livepatch_op op = {
		.cmd = XEN_SYSCTL_LIVEPATCH_UPLOAD,
		.u.upload = { .name = name(), .size = area->size },
	};

	set_xen_guest_handle_raw(op.u.upload.payload, area->payload);
	return livepatch(op);
}

static int action(uint32_t cmd)
{
	return livepatch((struct xen_sysctl_livepatch_op){
		.cmd = XEN_SYSCTL_LIVEPATCH_ACTION,
		.u.action = { .name = name(), .cmd = cmd, .timeout = UINT32_MAX },
	});
}

/* The result of the last action: -EAGAIN while it is under way. */
static int result(void)
{
	int ret = livepatch((struct xen_sysctl_livepatch_op){
		.cmd = XEN_SYSCTL_LIVEPATCH_GET,
		.u.get.name = name(),
	});

	return ret ? ret : area->sysctl.u.livepatch.u.get.status.rc;
}

/* The result of the last action, when it has ended. */
static int ended(void)
{
	for (unsigned int ms = 0; ms < WAIT_MS; ms++) {
		int ret = result();

		if (ret != -EAGAIN)
			return ret;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

/* Apply or revert, again while CPUs do not gather in time. */
static int gather(uint32_t cmd)
{
	int ret = -EBUSY;

	for (unsigned int tries = 0; ret == -EBUSY && tries < TRIES; tries++) {
		ret = action(cmd);
		if (!ret)
			ret = ended();
		if (ret == -EBUSY) {
			late++;
			/* Xen still ends the attempt after it has reported the result. */
			usleep(100000);
		}
	}
	return ret;
}

static void payload_read(const char *file)
{
	int fd = open(file, O_RDONLY);
	ssize_t size = read(fd, area->payload, sizeof(area->payload));

	if (size < 0)
		err(2, "%s", file);
	if (!size || (size_t)size == sizeof(area->payload))
		errx(2, "%s is empty, or has %zu bytes or more", file, sizeof(area->payload));
	area->size = (size_t)size;
	close(fd);
}

/* Load and unload the op of a payload. */
static int cycle_once(const char *file)
{
	int ret;

	payload_read(file);
	ret = upload();
	if (!ret)
		ret = gather(LIVEPATCH_ACTION_APPLY);
	usleep(STAY_US);
	if (!ret)
		ret = gather(LIVEPATCH_ACTION_REVERT);
	if (!ret)
		ret = action(LIVEPATCH_ACTION_UNLOAD);
	usleep(STAY_US);
	return ret;
}

void cycle_test(unsigned int times, char *const files[2])
{
	unsigned int done;
	int ret = 0;
	void *memory;

	privcmd = privcmd_open(&memory, sizeof(*area));
	area = memory;
	strcpy(area->name, "cycle");

	for (done = 0; !ret && done < times; done++) {
		ret = cycle_once(files[done % 2]);
		if (done % 50 == 49)
			diag("%u of %u", done + 1, times);
	}
	diag("%u times; the CPUs were late %u times", done, late);
	is(ret, 0, "loaded and unloaded %u times", times);
}
