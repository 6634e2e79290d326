// SPDX-License-Identifier: MIT
/*
 * One call: find the op "whoami" by its name and call it.
 *
 *	$ ./call
 *	domain 0, vcpu 1, pv
 *
 * The op table has the number of each op on this hypervisor, and the generation since
 * which the row is unchanged ("since").  If a call passes that generation and the row
 * has changed meanwhile, for example by a migration, the call fails with ESTALE.  For
 * the ops of this project, a program can use the number directly: it never changes.
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

/* The answer of whoami, laid out as in its field list: packed, little-endian. */
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

/* Call whoami.  Returns 0, or -1 with errno. */
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
	/* Do not misread an answer with other fields. */
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
