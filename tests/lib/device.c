// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared by the tests of /dev/alice.  Nothing here reports a test: an unexpected error
 * ends the program, which tests/run reports as a failure.
 */
#include "device.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct alice_describe table[ALICE_MAX_CMDS];
unsigned int rows;

/* Open the device, or exit. */
int device_open(int flags)
{
	int fd = open(DEVICE, flags | O_CLOEXEC);

	if (fd < 0)
		err(2, DEVICE);
	return fd;
}

/* Make an ioctl.  Returns what it returned, or -errno. */
int do_ioctl(int fd, unsigned long request, const volatile void *arg)
{
	int n = ioctl(fd, request, arg);

	return n < 0 ? -errno : n;
}

/* Call an op.  Returns the length of its answer, or -errno. */
int op_ioctl(int fd, const struct alice_op *op)
{
	return do_ioctl(fd, ALICE_IOC_OP, op);
}

/* The same, from single arguments. */
int op_call(int fd, uint32_t cmd, const void *in, uint32_t in_len, void *out,
	    uint32_t out_len)
{
	const struct alice_op op = {
		.cmd = cmd,
		.in_len = in_len,
		.out_len = out_len,
		.in = ptr(in),
		.out = ptr(out),
	};

	return op_ioctl(fd, &op);
}

int restrict_to(int fd, const uint32_t *cmds, uint32_t count)
{
	const struct alice_restrict request = {
		.cmds = ptr(cmds),
		.count = count,
	};

	return do_ioctl(fd, ALICE_IOC_RESTRICT, &request);
}

/* Read the op table into table[].  Returns whether it ended with ENOENT. */
bool table_read(int fd)
{
	int n = 0;

	for (rows = 0; rows < ALICE_MAX_CMDS; rows++) {
		table[rows].index = rows;
		n = do_ioctl(fd, ALICE_IOC_DESCRIBE, &table[rows]);
		if (n)
			break;
	}
	return n == -ENOENT;
}

/* The row of a cmd, or NULL. */
const struct alice_op_desc *row_of(uint32_t cmd)
{
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == cmd)
			return &table[i].desc;
	return NULL;
}

/* The upper bound for payloads, from ALICE_IOC_INFO. */
uint32_t max_len(void)
{
	static struct alice_info info;
	int fd;

	if (!info.max_len) {
		fd = device_open(O_RDONLY);
		if (do_ioctl(fd, ALICE_IOC_INFO, &info) || !info.max_len)
			errx(2, "ALICE_IOC_INFO does not work");
		close(fd);
	}
	return info.max_len;
}

/* Is this the control domain? */
bool control_domain(void)
{
	static struct xen_alice_whoami who;
	int fd;

	if (!who.bits) {
		fd = device_open(O_RDONLY);
		if (op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, &who, sizeof(who)) < 0)
			errx(2, "whoami does not work");
		close(fd);
	}
	return who.control;
}

/* The hypervisor's counters of one op. */
struct xen_alice_stats stats_of(int fd, uint32_t cmd)
{
	const struct xen_alice_stats_of of = { .cmd = cmd };
	struct xen_alice_stats stats;
	int n = op_call(fd, XEN_ALICE_OP_STATS, &of, sizeof(of), &stats,
			sizeof(stats));

	if (n != (int)sizeof(stats))
		errx(2, "stats of %u: %d", cmd, n);
	return stats;
}

/* One of the driver's counters, by its path below DRIVER_SYSFS. */
uint64_t driver_count(const char *path)
{
	char name[400];
	unsigned long long n;
	FILE *file;

	snprintf(name, sizeof(name), DRIVER_SYSFS "%s", path);
	file = fopen(name, "r");
	if (!file || fscanf(file, "%llu\n", &n) != 1 || fgetc(file) != EOF)
		errx(2, "%s is no counter", name);
	fclose(file);
	return n;
}

/* Read the counters of every row; in a guest, the driver's total. */
void counts_read(int fd, struct counts *counts)
{
	if (!rows)
		errx(2, "no op table to count by");
	if (!control_domain()) {
		memset(counts, 0, sizeof(*counts));
		counts->sum = (struct xen_alice_stats){
			.calls = driver_count("counters/calls"),
			.errors = driver_count("counters/errors"),
			.in_bytes = driver_count("counters/in_bytes"),
			.out_bytes = driver_count("counters/out_bytes"),
		};
		return;
	}
	counts->sum = (struct xen_alice_stats){ 0 };
	for (unsigned int i = 0; i < rows; i++)
		counts->of[i] = stats_of(fd, table[i].desc.cmd);
}

/* How many calls reached the hypervisor, without those that read the counters. */
uint64_t counts_calls(const struct counts *from, const struct counts *to)
{
	uint64_t calls = to->sum.calls - from->sum.calls;

	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd != XEN_ALICE_OP_STATS)
			calls += to->of[i].calls - from->of[i].calls;
	return calls;
}

/*
 * The same without op version, which the driver calls for INFO, DESCRIBE, RESTRICT and an
 * unknown cmd to see whether its table is current.
 */
uint64_t counts_ops(const struct counts *from, const struct counts *to)
{
	uint64_t calls = counts_calls(from, to);

	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == XEN_ALICE_OP_VERSION)
			calls -= to->of[i].calls - from->of[i].calls;
	return calls;
}

static struct xen_alice_stats risen(const struct xen_alice_stats *from,
				    const struct xen_alice_stats *to)
{
	return (struct xen_alice_stats){
		.calls = to->calls - from->calls,
		.errors = to->errors - from->errors,
		.in_bytes = to->in_bytes - from->in_bytes,
		.out_bytes = to->out_bytes - from->out_bytes,
	};
}

/*
 * Did the counters of @cmd rise by exactly @want?  Prints them if not. In a guest, no other
 * op may have been called.
 */
bool counts_delta(const struct counts *from, const struct counts *to,
		  uint32_t cmd, struct xen_alice_stats want, const char *what)
{
	struct xen_alice_stats got = risen(&from->sum, &to->sum);
	bool same;

	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == cmd && control_domain())
			got = risen(&from->of[i], &to->of[i]);
	same = !memcmp(&got, &want, sizeof(got));
	if (!same)
		diag("%s: op %u: calls, errors, in and out bytes rose by %llu %llu %llu %llu, want %llu %llu %llu %llu",
		     what, cmd, (unsigned long long)got.calls,
		     (unsigned long long)got.errors,
		     (unsigned long long)got.in_bytes,
		     (unsigned long long)got.out_bytes,
		     (unsigned long long)want.calls,
		     (unsigned long long)want.errors,
		     (unsigned long long)want.in_bytes,
		     (unsigned long long)want.out_bytes);
	return same;
}

/* Fill a buffer with bytes that differ by position and by @seed. */
void pattern(void *buf, size_t len, uint32_t seed)
{
	uint32_t x = seed * 2654435761u + 1;
	uint8_t *p = buf;

	while (len--) {
		x = x * 1664525u + 1013904223u;
		*p++ = (uint8_t)(x >> 24);
	}
}

/* Is every byte of a buffer @with? */
bool filled(const void *buf, size_t len, uint8_t with)
{
	const uint8_t *p = buf;

	while (len--)
		if (*p++ != with)
			return false;
	return true;
}

static size_t page_round(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (len + page - 1) / page * page;
}

/* Zeroed memory of whole pages, at least @len bytes, followed by a hole. */
void *guarded(size_t len)
{
	size_t size = page_round(len), page = page_round(1);
	uint8_t *p = mmap(NULL, size + page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(2, "mmap");
	/* Kept reserved, so that no later mapping fills the hole. */
	if (mprotect(p + size, page, PROT_NONE))
		err(2, "mprotect");
	return p;
}

/* Address of the last @used bytes of guarded(@len). */
void *at_end(void *area, size_t len, size_t used)
{
	return (uint8_t *)area + page_round(len) - used;
}

/* An address that is not mapped. */
void *unmapped(void)
{
	static uint8_t *hole;

	if (!hole) {
		hole = mmap(NULL, 16 * page_round(1), PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (hole == MAP_FAILED)
			err(2, "mmap");
	}
	return hole;
}

/* Give up CAP_SYS_ADMIN and nothing else, for the rest of this process. */
void drop_admin(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	const uint32_t bit = 1u << CAP_SYS_ADMIN;

	if (syscall(SYS_capget, &head, data))
		err(2, "capget");
	data[0].effective &= ~bit;
	data[0].permitted &= ~bit;
	data[0].inheritable &= ~bit;
	if (syscall(SYS_capset, &head, data))
		err(2, "capset");
}

/*
 * Run @fn(@arg) in a child.  Returns its result (0 to 125), or 126 if the child died.
 */
int in_child(int (*fn)(void *arg), void *arg)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid)
		_exit(fn(arg));
	if (waitpid(pid, &status, 0) != pid)
		err(2, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
