// SPDX-License-Identifier: GPL-2.0-only
/*
 * Costs of calls, for every way to make them.
 *
 * All are of op echo: it has no side effect, and takes payloads of any length.
 */
#include "module/bench.h"
#include "device.h"
#include "measure.h"
#include "parts.h"
#include "privcmd.h"

#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Upper bounds for the ops in one call, and the bytes in one op. */
#define MAX_OPS 1024
#define MAX_LEN 65536

/* From Xen's public header (xen/include/public/xen.h). */
#define HYPERVISOR_MULTICALL 13

struct multicall_entry {
	unsigned long op;
	unsigned long result;
	unsigned long args[6];
};

static const unsigned int lengths[] = { 0, 16, 64, 128, 1024, 4096, 65536 };
static const unsigned int batch_lengths[] = { 0, 64 };

/* Calls in a multicall: they fill a page. */
#define MULTICALL 64

static int bench, privcmd, alice;

/*
 * Payload buffers: one for hypercalls through privcmd, and one of ordinary memory.
 */
static unsigned char *in_place, *in, *out;
static struct multicall_entry *entries;

static void *map_or_die(size_t len, int flags, int fd)
{
	void *map = mmap(NULL, len, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (map == MAP_FAILED)
		err(2, "mmap");
	return map;
}

/* Check that the echo is right, or the measurement is void. */
static void check_echo(const unsigned char *from, const unsigned char *to,
		       size_t len, const char *name)
{
	if (memcmp(from, to, len))
		errx(2, "%s: the answer is not the echo of the input", name);
}

static void null_ioctl(void)
{
	const struct call call = { .fd = bench, .request = BENCH_NULL };

	figure("null-ioctl", per_call(&call), 1);
}

static uint64_t copy_sample(const void *arg, unsigned int loops)
{
	struct bench_copy copy = *(const struct bench_copy *)arg;

	copy.loops = loops;
	if (ioctl(bench, BENCH_COPY, &copy))
		err(2, "the module's ioctl");
	return copy.ticks;
}

/* The kernel's part of the cost of a payload, in and out. */
static void copies(unsigned int len)
{
	const struct bench_copy copy = { .in = ptr(in), .out = ptr(out), .len = len };

	figure(name("copies.%u", len), least(copy_sample, &copy), 1);
}

/* A batch that Xen ended early is not a valid sample. */
static uint64_t raw_sample(const void *arg, unsigned int loops)
{
	struct bench_raw raw = *(const struct bench_raw *)arg;
	int want = (int)raw.out_len;

	raw.loops = loops;
	if (ioctl(bench, BENCH_RAW, &raw))
		err(2, "the module's ioctl");
	if (raw.cmd == XEN_ALICE_OP_BATCH && raw.result > 0 && raw.result < want)
		return NO_SAMPLE;
	if (raw.result != want)
		errx(2, "the module's hypercall: %d", raw.result);
	return raw.ticks;
}

static void hypercall(unsigned int len)
{
	const struct bench_raw raw = {
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = len,
		.out_len = len,
		.in = ptr(in),
	};

	figure(name("hypercall.%u", len), least(raw_sample, &raw), 1);
}

/* Xen's part of the cost of a batch of COUNT ops that fits into a page. */
static void hypercall_batch(unsigned int count, unsigned int len)
{
	static uint8_t page[4096] __attribute__((aligned(8)));
	struct xen_alice_batch_record *record;
	struct bench_raw raw = {
		.cmd = XEN_ALICE_OP_BATCH,
		.in_len = sizeof(struct xen_alice_batch),
		.refill = 1,
		.in = ptr(page),
	};

	memset(page, 0, sizeof(page));
	for (unsigned int i = 0; i < count; i++) {
		record = (void *)(page + raw.in_len);
		*record = (struct xen_alice_batch_record){
			.cmd = XEN_ALICE_OP_ECHO,
			.in_len = (uint16_t)len,
			.out_len = (uint16_t)len,
		};
		raw.in_len += (uint32_t)sizeof(*record) + len;
		raw.out_len +=
			(uint32_t)sizeof(struct xen_alice_batch_reply) + len;
	}
	figure(name("hypercall-batch.%u.%u", count, len),
	       least(raw_sample, &raw), count);
}

static void privcmd_call(unsigned int len)
{
	const struct privcmd_hypercall hypercall = {
		.op = XEN_ALICE_HYPERCALL_NR,
		.arg = { XEN_ALICE_OP_ECHO, ptr(in_place), len, len },
	};
	const struct call call = {
		.fd = privcmd,
		.request = IOCTL_PRIVCMD_HYPERCALL,
		.arg = &hypercall,
		.want = (int)len,
	};

	figure(name("privcmd.%u", len), per_call(&call), 1);
}

/* The fastest way for a user of privcmd: entries prepared once. */
static void multicall(unsigned int len)
{
	const struct privcmd_hypercall hypercall = {
		.op = HYPERVISOR_MULTICALL,
		.arg = { ptr(entries), MULTICALL },
	};
	const struct call call = {
		.fd = privcmd,
		.request = IOCTL_PRIVCMD_HYPERCALL,
		.arg = &hypercall,
	};

	for (unsigned int i = 0; i < MULTICALL; i++)
		entries[i] = (struct multicall_entry){
			.op = XEN_ALICE_HYPERCALL_NR,
			.args = { XEN_ALICE_OP_ECHO, ptr(in_place + i * len), len,
				  len },
		};
	figure(name("multicall.%u.%u", MULTICALL, len), per_call(&call),
	       MULTICALL);
	for (unsigned int i = 0; i < MULTICALL; i++)
		if (entries[i].result != len)
			errx(2, "call %u of the multicall: %ld", i,
			     (long)entries[i].result);
}

static void single(const char *prefix, uint32_t cmd, unsigned int len)
{
	const struct alice_op op = {
		.cmd = cmd,
		.in_len = len,
		.out_len = len,
		.in = ptr(in),
		.out = ptr(out),
	};
	const struct call call = {
		.fd = alice,
		.request = ALICE_IOC_OP,
		.arg = &op,
		.want = (int)len,
	};

	memset(out, 0, len);
	figure(name("%s.%u", prefix, len), per_call(&call), 1);
	check_echo(in, out, len, "ALICE_IOC_OP");
}

/* A batch in which every other op is @other. */
static void batch(const char *prefix, uint32_t cmd, uint32_t other,
		  unsigned int count, unsigned int len)
{
	static struct alice_op ops[MAX_OPS];
	static int32_t results[MAX_OPS];
	const struct alice_batch request = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = count,
		.op_size = sizeof(*ops),
	};
	const struct call call = {
		.fd = alice,
		.request = ALICE_IOC_BATCH,
		.arg = &request,
		.want = (int)count,
	};

	for (unsigned int i = 0; i < count; i++)
		ops[i] = (struct alice_op){
			.cmd = i % 2 ? other : cmd,
			.in_len = len,
			.out_len = len,
			.in = ptr(in + i * len),
			.out = ptr(out + i * len),
		};
	memset(out, 0, (size_t)count * len);
	figure(name("%s.%u.%u", prefix, count, len), per_call(&call), count);
	for (unsigned int i = 0; i < count; i++)
		if (results[i] != (int)len)
			errx(2, "op %u of the batch: %d", i, results[i]);
	check_echo(in, out, (size_t)count * len, "ALICE_IOC_BATCH");
}

/* Number of open files to choose from. */
#define FILES 16

/*
 * Open the device so that calls with a payload have the worst-case cost: in a PVH
 * guest, the driver's buffers may be mapped by small pages or by
 * large ones.
 */
static int open_dearest(void)
{
	const unsigned int len = 4096;
	double cost, most = 0;
	int fds[FILES], dearest = 0;

	for (int i = 0; i < FILES; i++) {
		const struct alice_op op = {
			.cmd = XEN_ALICE_OP_ECHO,
			.in_len = len,
			.out_len = len,
			.in = ptr(in),
			.out = ptr(out),
		};
		const struct call call = {
			.fd = fds[i] = open_or_die(DEVICE),
			.request = ALICE_IOC_OP,
			.arg = &op,
			.want = (int)len,
		};

		cost = per_call(&call);
		if (cost > most) {
			most = cost;
			dearest = i;
		}
	}
	for (int i = 0; i < FILES; i++)
		if (i != dearest)
			close(fds[i]);
	return fds[dearest];
}

static void prepare(void)
{
	size_t size = MAX_OPS * 64 > MAX_LEN ? MAX_OPS * 64 : MAX_LEN;
	int buffer = open_or_die(PRIVCMD_BUFFER);

	bench = open_or_die("/dev/bench");
	privcmd = open_or_die(PRIVCMD);
	in_place = map_or_die(size, MAP_SHARED, buffer);
	entries = map_or_die(MULTICALL * sizeof(*entries), MAP_SHARED, buffer);
	in = map_or_die(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	out = map_or_die(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	pattern(in, size, 1);
	pattern(in_place, size, 1);
	alice = open_dearest();
}

void part_calls(void)
{
	prepare();
	null_ioctl();
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		hypercall(lengths[i]);
	copies(64);
	/* These fill a page. */
	hypercall_batch(64, 0);
	hypercall_batch(56, 64);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		privcmd_call(lengths[i]);
	for (size_t i = 0; i < ARRAY_SIZE(batch_lengths); i++)
		multicall(batch_lengths[i]);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		single("op", XEN_ALICE_OP_ECHO, lengths[i]);
	for (size_t i = 0; i < ARRAY_SIZE(batch_lengths); i++)
		for (unsigned int count = 1; count <= MAX_OPS; count *= 2)
			batch("batch", XEN_ALICE_OP_ECHO, XEN_ALICE_OP_ECHO,
			      count, batch_lengths[i]);
	/* Without room, version answers nothing. */
	batch("batch-unlike", XEN_ALICE_OP_ECHO, XEN_ALICE_OP_VERSION,
	      MULTICALL, 0);
}

void part_lookup(void)
{
	uint32_t last = XEN_ALICE_OP_ECHO;

	prepare();
	if (!table_read(alice))
		errx(2, "the op table cannot be read");
	/* Rows that were added for this benchmark are last, and are echoes, too. */
	if (table[rows - 1].desc.cmd >= 64)
		last = table[rows - 1].desc.cmd;
	single(name("rows.%u.op", rows), last, 0);
	single(name("rows.%u.op", rows), last, 64);
	batch(name("rows.%u.batch", rows), last, last, MULTICALL, 0);
}
