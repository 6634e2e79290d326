// SPDX-License-Identifier: MIT
/*
 * One call: ask the hypervisor who we are, by the name of the op.
 *
 *	$ ./call
 *	domain 0, vcpu 1, pv
 *
 * The op table says which number an op has on this hypervisor, and since when it is
 * as it is: a call that tells the driver so is not made if there is another op under
 * that number by then, which a move to another hypervisor can bring.  A program that
 * was written for an op of this project may know its number instead.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/alice.h>

/* The answer of whoami, as its field list has it: packed, little-endian. */
struct whoami {
	uint32_t domid;
	uint32_t vcpu;
	uint32_t bits;
	uint32_t control;
	uint64_t uptime_ns;
	char type[8];
};

/* The field list that this program was written for. */
static const char whoami_fields[] =
	"domid:u32 vcpu:u32 bits:u32 control:u32 uptime_ns:u64 type:c8";

/* Find an op by its name.  Returns 0, or -1 with errno. */
static int find_op(int fd, const char *name, struct alice_describe *row)
{
	for (row->index = 0; !ioctl(fd, ALICE_IOC_DESCRIBE, row); row->index++)
		if (strncmp(row->desc.name, name, sizeof(row->desc.name)) == 0)
			return 0;
	return -1;
}

/* Call it.  Returns 0, or -1 with errno. */
static int whoami(int fd, struct whoami *who)
{
	struct alice_describe row;
	struct alice_op op = {
		.out_len = sizeof(*who),
		.out = (uintptr_t)who,
	};
	int ret;

	if (find_op(fd, "whoami", &row))
		return -1;
	/* Another answer than the one that we know would be misread. */
	if (strncmp(row.desc.out_fmt, whoami_fields, sizeof(row.desc.out_fmt)) != 0) {
		errno = EPROTO;
		return -1;
	}
	op.cmd = row.desc.cmd;
	op.generation = row.since;
	ret = ioctl(fd, ALICE_IOC_OP, &op);
	if (ret >= 0 && (size_t)ret != sizeof(*who)) {
		errno = EPROTO;
		return -1;
	}
	return ret < 0 ? -1 : 0;
}

int main(void)
{
	struct whoami who;
	int fd = open("/dev/alice", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		perror("/dev/alice");
		return 1;
	}
	if (whoami(fd, &who)) {
		perror("whoami");
		return 1;
	}
	(void)close(fd);
	return printf("domain %u, vcpu %u, %.*s\n", who.domid, who.vcpu,
		      (int)sizeof(who.type), who.type) < 0;
}
