// SPDX-License-Identifier: GPL-2.0-only
#include "events.h"
#include "device.h"

#include <errno.h>
#include <unistd.h>

/* Listen to exactly these events.  Returns the result of LISTEN, or -errno. */
int listen_to(int fd, const uint32_t *cmds, uint32_t count)
{
	const struct alice_restrict request = { .cmds = ptr(cmds), .count = count };

	return do_ioctl(fd, ALICE_IOC_LISTEN, &request);
}

int listen_one(int fd, uint32_t cmd)
{
	return listen_to(fd, &cmd, 1);
}

/*
 * Emit HAPPENED @count times, with numbers from @first and @len bytes of payload.
 * Returns the op's result.
 */
int burst_by(int fd, uint32_t first, uint32_t count, uint32_t len)
{
	const uint32_t in[] = { first, count, len };

	return op_call(fd, BURST, in, sizeof(in), NULL, 0);
}

/* Read into @buf.  Returns how many bytes, or -errno. */
int read_some(int fd, void *buf, size_t len)
{
	ssize_t ret = read(fd, buf, len);

	return ret < 0 ? -errno : (int)ret;
}
