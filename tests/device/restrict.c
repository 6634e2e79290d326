// SPDX-License-Identifier: GPL-2.0-only
/*
 * Restricted open files: the ops that remain, that excluded ops never come back, and that
 * the restriction travels with the descriptor.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORDS (ALICE_MAX_CMDS / 32)

/* A set of cmds. */
struct set {
	uint32_t bits[WORDS];
};

static bool set_has(const struct set *set, uint32_t cmd)
{
	return set->bits[cmd / 32] & 1u << cmd % 32;
}

static void set_add(struct set *set, uint32_t cmd)
{
	set->bits[cmd / 32] |= 1u << cmd % 32;
}

static void set_cut(struct set *set, const struct set *by)
{
	for (unsigned int i = 0; i < WORDS; i++)
		set->bits[i] &= by->bits[i];
}

static int restrict_to_set(int fd, const struct set *set)
{
	uint32_t cmds[ALICE_MAX_CMDS], n = 0;

	for (uint32_t cmd = 0; cmd < ALICE_MAX_CMDS; cmd++)
		if (set_has(set, cmd))
			cmds[n++] = cmd;
	return restrict_to(fd, cmds, n);
}

static bool info_says_restricted(int fd)
{
	struct alice_info info = { 0 };

	if (do_ioctl(fd, ALICE_IOC_INFO, &info))
		errx(2, "ALICE_IOC_INFO does not work");
	return info.flags & ALICE_INFO_RESTRICTED;
}

/*
 * The expected result of calling row @i without effect: its input is too long, so EINVAL
 * means that the restriction allows it.
 */
static int probe(int fd, unsigned int i)
{
	return op_call(fd, table[i].desc.cmd, NULL, UINT32_MAX, NULL, 0);
}

/* How many rows differ from an unrestricted file restricted to @left. */
static unsigned int mismatches(int fd, const struct set *left)
{
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < rows; i++) {
		struct alice_describe d = { .index = i };
		bool allowed = set_has(left, table[i].desc.cmd);
		int access = allowed ? table[i].access : -EACCES, n;

		do_ioctl(fd, ALICE_IOC_DESCRIBE, &d);
		expect(&tally, d.access == access, "%s: access %d, want %d",
		       d.desc.name, d.access, access);
		n = probe(fd, i);
		if (d.desc.flags & ALICE_OP_F_EVENT)
			access = -EOPNOTSUPP;
		expect(&tally, n == (access ? access : -EINVAL),
		       "%s: answers %d, want %d", d.desc.name, n,
		       access ? access : -EINVAL);
	}
	return tally.bad + !tally.cases;
}

static void bad_requests_test(void)
{
	int fd = device_open(O_RDWR);
	static uint32_t cmds[ALICE_MAX_CMDS + 1];
	static const uint32_t far[] = {
		1024, 1025, 65536, 0x7fffffff, 0x80000000, UINT32_MAX,
	};
	struct tally flags = { 0 }, cmd = { 0 }, hole = { 0 };
	uint32_t *area = guarded(4096);

	for (unsigned int bit = 0; bit < 32; bit++) {
		const struct alice_restrict request = { .flags = 1u << bit };

		expect(&flags, do_ioctl(fd, ALICE_IOC_RESTRICT, &request) ==
		       -EINVAL, "flag bit %u", bit);
	}
	tally_ok(&flags, "no flag bit is known: EINVAL");

	is(restrict_to(fd, cmds, ALICE_MAX_CMDS + 1), -EINVAL,
	   "more cmds than there can be: EINVAL");
	is(restrict_to(fd, cmds, UINT32_MAX), -EINVAL,
	   "the largest count of cmds: EINVAL");
	for (unsigned int i = 0; i < ARRAY_SIZE(far); i++) {
		for (uint32_t at = 0; at < 4; at++) {
			memset(cmds, 0, 4 * sizeof(*cmds));
			cmds[at] = far[i];
			expect(&cmd, restrict_to(fd, cmds, 4) == -EINVAL,
			       "cmd %u at %u", far[i], at);
		}
	}
	tally_ok(&cmd, "an invalid cmd: EINVAL");

	for (uint32_t readable = 0; readable < 8 * 4; readable++)
		expect(&hole, restrict_to(fd, at_end(area, 4096, readable), 8) ==
		       -EFAULT, "%u bytes of 32", readable);
	expect(&hole, restrict_to(fd, NULL, 1) == -EFAULT, "NULL");
	expect(&hole, restrict_to(fd, unmapped(), 1) == -EFAULT, "a hole");
	tally_ok(&hole, "cmds that cannot be read: EFAULT");

	ok(!info_says_restricted(fd), "none of this restricted anything");
	is(op_call(fd, XEN_ALICE_OP_ECHO, NULL, 0, NULL, 0), 0, "and echo works");
	close(fd);
}

/* Restrict to each single op, to none, to all. */
static void single_test(void)
{
	static const struct set nothing;
	struct tally tally = { 0 };
	struct set all, absent = nothing;
	int fd;

	for (unsigned int i = 0; i < rows; i++) {
		struct set one = nothing;

		set_add(&one, table[i].desc.cmd);
		fd = device_open(O_RDWR);
		expect(&tally, !restrict_to_set(fd, &one) && !mismatches(fd, &one),
		       "to %s", table[i].desc.name);
		close(fd);
	}
	tally_ok(&tally, "restricted to any single op: only that one, as before");

	fd = device_open(O_RDWR);
	is(restrict_to(fd, NULL, 0), 0, "no cmds need no memory");
	is(mismatches(fd, &nothing), 0, "and nothing is left");
	ok(info_says_restricted(fd), "INFO says so");
	close(fd);

	fd = device_open(O_RDWR);
	memset(&all, 0xff, sizeof(all));
	is(restrict_to_set(fd, &all), 0, "to every cmd that can be");
	is(mismatches(fd, &all), 0, "everything is as ever");
	ok(info_says_restricted(fd), "INFO says that it is restricted");
	close(fd);

	fd = device_open(O_RDONLY);
	set_add(&absent, ALICE_MAX_CMDS - 1);
	is(restrict_to_set(fd, &absent), 0,
	   "a cmd that the table lacks may be named, on a file open for reading");
	is(op_call(fd, ALICE_MAX_CMDS - 1, NULL, 0, NULL, 0), -EOPNOTSUPP,
	   "it is still EOPNOTSUPP");
	is(op_call(fd, XEN_ALICE_OP_ECHO, NULL, 0, NULL, 0), -EACCES, "echo: EACCES");
	close(fd);
}

/* Restrictions in any order: what remains is their intersection. */
static void intersection_test(void)
{
	struct tally tally = { 0 };

	srand(1);
	for (unsigned int round = 0; round < 50; round++) {
		int fd = device_open(O_RDWR);
		struct set left;

		memset(&left, 0xff, sizeof(left));
		for (unsigned int step = 0; step < 4; step++) {
			struct set set = { { 0 } };

			for (unsigned int i = 0; i < rows; i++)
				if (rand() % 3)
					set_add(&set, table[i].desc.cmd);
			set_cut(&left, &set);
			expect(&tally, !restrict_to_set(fd, &set) &&
			       !mismatches(fd, &left), "round %u, step %u",
			       round, step);
		}
		close(fd);
	}
	tally_ok(&tally, "restricted again and again: nothing ever comes back");
}

/* A refused RESTRICT keeps the earlier restriction. */
static void failed_test(void)
{
	const uint32_t good[] = { XEN_ALICE_OP_ECHO, XEN_ALICE_OP_WHOAMI };
	const uint32_t bad[] = { XEN_ALICE_OP_ECHO, ALICE_MAX_CMDS };
	struct set left = { { 0 } };
	int fd = device_open(O_RDWR);

	set_add(&left, XEN_ALICE_OP_ECHO);
	set_add(&left, XEN_ALICE_OP_WHOAMI);
	is(restrict_to(fd, good, 2), 0, "to echo and whoami");
	is(restrict_to(fd, bad, 2), -EINVAL, "then to a cmd that cannot be");
	is(mismatches(fd, &left), 0, "echo and whoami are left");
	close(fd);
}

/* EACCES comes before all later errors of a faulty request. */
static void batch_test(void)
{
	const uint32_t cmds[] = { XEN_ALICE_OP_ECHO };
	const struct alice_op ops[] = {
		{ .cmd = XEN_ALICE_OP_ECHO }, { .cmd = XEN_ALICE_OP_WHOAMI },
		{ .cmd = XEN_ALICE_OP_ECHO }, { .cmd = ALICE_MAX_CMDS - 1 },
		{ .cmd = XEN_ALICE_OP_BATCH }, { .cmd = XEN_ALICE_OP_HELLO },
	};
	static const int want[] = {
		0, -EACCES, 0, -EOPNOTSUPP, -EACCES, -EACCES,
	};
	int32_t results[ARRAY_SIZE(ops)];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = ARRAY_SIZE(ops),
		.op_size = sizeof(*ops),
	};
	int fd = device_open(O_RDWR);

	restrict_to(fd, cmds, 1);
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), ARRAY_SIZE(ops),
	   "a batch on a restricted file");
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
		is(results[i], want[i], "op %u of it, cmd %u", i, ops[i].cmd);
	close(fd);
}

static int child_sees(void *arg)
{
	return op_call(*(int *)arg, XEN_ALICE_OP_WHOAMI, NULL, 0, NULL, 0) != -EACCES ||
	       op_call(*(int *)arg, XEN_ALICE_OP_ECHO, NULL, 0, NULL, 0);
}

static int child_restricts(void *arg)
{
	return restrict_to(*(int *)arg, NULL, 0);
}

/* Send a descriptor through a socket.  Returns the one that arrived. */
static int passed(int fd)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { .space = { 0 } };
	char byte = 0;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	int ends[2], arrived;

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(int));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ||
	    sendmsg(ends[0], &msg, 0) != 1 || recvmsg(ends[1], &msg, 0) != 1)
		err(2, "passing a descriptor");
	memcpy(&arrived, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	close(ends[0]);
	close(ends[1]);
	return arrived;
}

static void travel_test(void)
{
	const uint32_t cmds[] = { XEN_ALICE_OP_ECHO };
	int fd = device_open(O_RDWR), other = device_open(O_RDWR), copy, sent;

	restrict_to(fd, cmds, 1);
	copy = dup(fd);
	sent = passed(fd);
	is(in_child(child_sees, &fd), 0, "it is a child's, too");
	is(in_child(child_sees, &copy), 0, "it is a duplicate's, too");
	ok(sent != fd && !child_sees(&sent), "it travels through a socket");
	is(op_call(other, XEN_ALICE_OP_WHOAMI, NULL, 0, NULL, 0), -EINVAL,
	   "another open file has nothing of it");
	is(in_child(child_restricts, &sent), 0, "a child takes the rest away");
	is(op_call(fd, XEN_ALICE_OP_ECHO, NULL, 0, NULL, 0), -EACCES,
	   "and it is gone here");
	close(fd);
	is(op_call(sent, XEN_ALICE_OP_ECHO, NULL, 0, NULL, 0), -EACCES,
	   "and it stays gone when one of the descriptors is closed");
	close(copy);
	close(sent);
	close(other);
}

/* A thread restricts a file to all cmds but one. */
struct narrow {
	int fd;
	uint32_t without;
	pthread_t thread;
};

static void *narrow(void *arg)
{
	struct narrow *n = arg;
	struct set set;

	memset(&set, 0xff, sizeof(set));
	set.bits[n->without / 32] &= ~(1u << n->without % 32);
	return restrict_to_set(n->fd, &set) ? n : NULL;
}

/* Several threads at once: each restriction takes effect. */
static void race_test(void)
{
	struct tally tally = { 0 };

	for (unsigned int round = 0; round < 300; round++) {
		int fd = device_open(O_RDWR);
		struct narrow n[4];
		struct set left;
		void *bad;

		memset(&left, 0xff, sizeof(left));
		for (uint32_t i = 0; i < ARRAY_SIZE(n); i++) {
			n[i] = (struct narrow){ .fd = fd, .without = i + 1 };
			left.bits[0] &= ~(1u << (i + 1));
			if (pthread_create(&n[i].thread, NULL, narrow, &n[i]))
				errx(2, "pthread_create");
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(n); i++) {
			pthread_join(n[i].thread, &bad);
			expect(&tally, !bad, "round %u: thread %u", round, i);
		}
		expect(&tally, !mismatches(fd, &left), "round %u", round);
		close(fd);
	}
	tally_ok(&tally, "four threads that restrict one file: each of them counts");
}

void part_restrict(void)
{
	int fd = device_open(O_RDWR);
	struct counts from, to;

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	ok(!info_says_restricted(fd), "a file that was just opened is not restricted");
	bad_requests_test();
	counts_read(fd, &from);
	single_test();
	intersection_test();
	failed_test();
	race_test();
	counts_read(fd, &to);
	is((long long)counts_ops(&from, &to), 0,
	   "nothing of this reached the hypervisor");
	batch_test();
	travel_test();
	close(fd);
}
