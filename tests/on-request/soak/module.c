// SPDX-License-Identifier: GPL-2.0-only
#include "module.h"
#include "device.h"
#include "share.h"
#include "totals.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static int module_fd;

void module_init(const char *path)
{
	module_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (module_fd < 0)
		err(2, "%s", path);
}

static int remove_module(void)
{
	return syscall(SYS_delete_module, "alice", O_NONBLOCK) ? -errno : 0;
}

static int load_module(void)
{
	return syscall(SYS_finit_module, module_fd, "", 0) ? -errno : 0;
}

/* While a file is open, the module cannot be removed. */
static void try_busy(struct reloads *reloads)
{
	int fd = device_open(O_RDWR);
	int ret = remove_module();

	if (ret == -EAGAIN)
		reloads->busy++;
	else
		reloads->wrong++;
	close(fd);
}

/*
 * Remove the module, and load it again. No caller is inside when its counters are read for
 * the last time, so they are final; other processes still open the device, and can delay
 * the removal.
 */
void module_reload(struct reloads *reloads, struct totals *totals,
		   void (*wait)(void))
{
	int ret;

	try_busy(reloads);
	atomic_store(&share->closed, true);
	while (!share_empty())
		wait();

	totals_take(totals);
	while ((ret = remove_module()) == -EAGAIN) {
		reloads->busy++;
		wait();
	}
	/* From here on there is no module, and all processes notice. */
	atomic_store(&share->closed, false);
	wait();
	if (ret || !access(DEVICE, F_OK))
		reloads->wrong++;
	ret = load_module();
	if (ret) {
		fprintf(stderr, "soak: the module does not come back: %d\n", ret);
		reloads->wrong++;
	}
	totals->reads++;
	reloads->done++;
}
