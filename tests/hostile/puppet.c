// SPDX-License-Identifier: GPL-2.0-only
#include "puppet.h"
#include "privcmd.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct hostile puppet;
char said[64][200];
unsigned int said_lines;
static int log_fd = -1;

/*
 * Call poke or peek, with the answer over the input: through privcmd, which does not need
 * the table.  Privcmd does not serve 32-bit programs: they are used with a valid table
 * only.
 */
static void order(uint32_t cmd, const void *in, size_t in_len, void *out, size_t out_len)
{
	static void *page;
	static int privcmd, device;
	struct privcmd_hypercall call = {
		.op = XEN_ALICE_HYPERCALL_NR,
		.arg = { cmd, 0, in_len, out_len },
	};
	long n;

	if (sizeof(long) == 4) {
		if (!device)
			device = device_open(O_RDWR);
		n = op_call(device, cmd, in, (uint32_t)in_len, out, (uint32_t)out_len);
	} else {
		if (!page)
			privcmd = privcmd_open(&page, 4096);
		memcpy(page, in, in_len);
		call.arg[1] = (uintptr_t)page;
		n = do_ioctl(privcmd, IOCTL_PRIVCMD_HYPERCALL, &call);
		memcpy(out, page, out_len);
	}
	if (n != (long)out_len)
		errx(2, "the hypervisor does not take op %u: %ld", cmd, n);
}

/* Reset the hypervisor to valid answers, and its counters to 0. */
void puppet_reset(void)
{
	const struct hostile_poke nothing = { 0 };

	hostile_reset(&puppet);
	order(HOSTILE_POKE, &nothing, sizeof(nothing), NULL, 0);
}

/* Write @len bytes of @puppet to the hypervisor. */
void puppet_write(const void *at, size_t len, bool raise)
{
	struct {
		struct hostile_poke head;
		uint8_t bytes[HOSTILE_BYTES];
	} poke;
	size_t part;

	for (; len; len -= part, at = (const uint8_t *)at + part) {
		part = len < HOSTILE_BYTES ? len : HOSTILE_BYTES;
		poke.head.at = (uint32_t)((const uint8_t *)at - (uint8_t *)&puppet);
		poke.head.raise = raise && part == len;
		memcpy(poke.bytes, at, part);
		order(HOSTILE_POKE, &poke, sizeof(poke.head) + part, NULL, 0);
	}
}

/* Read @len bytes of @puppet from the hypervisor. */
void puppet_read(void *at, size_t len)
{
	const struct hostile_peek peek = {
		.at = (uint32_t)((uint8_t *)at - (uint8_t *)&puppet),
		.len = (uint32_t)len,
	};

	order(HOSTILE_PEEK, &peek, sizeof(peek), at, len);
}

/* Make row @index an op with input and answer up to 16 bytes.  The caller sends it. */
void puppet_row(uint32_t index, uint32_t cmd, const char *name)
{
	struct hostile_row *row = &puppet.row[index];

	memset(row, 0, sizeof(*row));
	row->result = sizeof(row->desc);
	row->desc.cmd = cmd;
	row->desc.in_max = 16;
	row->desc.out_max = 16;
	strcpy(row->desc.in_fmt, "data:bytes");
	strcpy(row->desc.out_fmt, "data:bytes");
	snprintf(row->desc.name, sizeof(row->desc.name), "%s", name);
}

void said_begin(void)
{
	if (log_fd < 0)
		log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		err(2, "/dev/kmsg");
	said_lines = 0;
}

void said_end(void)
{
	static const char prefix[] = "alice: ";
	char record[8192], *text;
	ssize_t n;

	/* EPIPE: lines were lost. */
	while ((n = read(log_fd, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			continue;
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text || strncmp(++text, prefix, strlen(prefix)) ||
		    strstr(text, "out-of-tree") || strstr(text, "verification failed"))
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (said_lines < ARRAY_SIZE(said))
			snprintf(said[said_lines++], sizeof(said[0]), "%s",
				 text + strlen(prefix));
	}
}

/* Are there that many lines, one of which contains this text?  Prints them if not. */
bool said_ok(unsigned int lines, const char *text)
{
	bool found = !text;

	for (unsigned int i = 0; i < said_lines; i++)
		found |= text && strstr(said[i], text);
	if (found && said_lines == lines)
		return true;
	diag("%u lines, and not %u with \"%s\":", said_lines, lines, text ? text : "");
	for (unsigned int i = 0; i < said_lines; i++)
		diag("  %s", said[i]);
	return false;
}

/* Load the module that MODULE in the environment names.  Returns 0 or -errno. */
int module_load(void)
{
	const char *name = getenv("MODULE");
	int fd = open(name ? name : "", O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		err(2, "MODULE in the environment");
	said_begin();
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	said_end();
	close(fd);
	return ret;
}

void module_unload(void)
{
	if (syscall(SYS_delete_module, "alice", O_NONBLOCK))
		err(2, "delete_module");
}
