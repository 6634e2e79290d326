// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads the driver on a hypervisor whose table and answers are generated from seeds, one
 * after the other, and compares its behaviour with the contract:
 *
 *   tables64 MODULE FIRST-SEED SECONDS, as root, without the module loaded
 *   tables64 tell SEED, which only sends the hypervisor its seed
 */
#include "device.h"
#include "model.h"
#include "privcmd.h"
#include "random.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CANARY 0xa5
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

/* Bytes behind an answer that must not change. */
#define BEHIND 256
/* Room for the answers of a batch, or of a call. */
#define BATCH_ROOM 65536
#define ROOM (XEN_ALICE_LEN_MOST + 1)
#define CALLS 40
#define BATCHES 4
#define MOST_OPS 64

/* What programs should see, and the last valid table. */
static struct expected expected, last;
static uint8_t in[ROOM], out[ROOM + BEHIND];
static int module_fd;
static struct tally loads, tables, calls, batches;
static unsigned int loaded;

/* struct batch_op - an op of a batch: the request, and the expected result */
struct batch_op {
	const struct alice_op_desc *row;
	int refusal;
	struct answer answer;
	uint32_t at;
};

static void tell(uint64_t seed)
{
	static void *page;
	static int privcmd;
	struct privcmd_hypercall hypercall = {
		.op = XEN_ALICE_HYPERCALL_NR,
		.arg = { seed_cmd, 0, sizeof(seed), 0 },
	};

	if (!page)
		privcmd = privcmd_open(&page, 4096);
	memcpy(page, &seed, sizeof(seed));
	hypercall.arg[1] = (uintptr_t)page;
	if (ioctl(privcmd, IOCTL_PRIVCMD_HYPERCALL, &hypercall))
		err(2, "the hypervisor does not take a seed");
}

/* A length near those that are declared. */
static uint32_t length(uint64_t *random, uint32_t min, uint32_t max)
{
	switch (random_below(random, 8)) {
	case 0:
		return max;
	case 1:
		return min;
	case 2:
		return max + 1;
	case 3:
		return min ? min - 1 : 0;
	default:
		return min + random_below(random, max - min + 1);
	}
}

/* Check that the driver's table is the hypervisor's current one. */
static void table_test(int fd)
{
	struct alice_describe describe;
	struct alice_info info = { 0 };

	expect(&tables, !do_ioctl(fd, ALICE_IOC_INFO, &info) && info.ops == expected.rows &&
	       info.abi_minor == expected.minor && info.max_len == expected.max_len &&
	       info.features == expected.features && info.generation == expected.generation,
	       "seed %llu: info: %u ops, generation %llu, not %u, %llu",
	       (unsigned long long)expected.seed, info.ops,
	       (unsigned long long)info.generation, expected.rows,
	       (unsigned long long)expected.generation);
	for (uint32_t i = 0; i < expected.rows; i++) {
		memset(&describe, CANARY, sizeof(describe));
		describe.index = i;
		expect(&tables, !do_ioctl(fd, ALICE_IOC_DESCRIBE, &describe) &&
		       !memcmp(&describe.desc, &expected.row[i], sizeof(describe.desc)) &&
		       describe.since && describe.since <= expected.generation,
		       "seed %llu: row %u", (unsigned long long)expected.seed, i);
	}
	describe.index = expected.rows;
	expect(&tables, do_ioctl(fd, ALICE_IOC_DESCRIBE, &describe) == -ENOENT,
	       "seed %llu: the end", (unsigned long long)expected.seed);
}

/* A random op that can be called, or NULL. */
static const struct alice_op_desc *any_row(uint64_t *random)
{
	const struct alice_op_desc *row;

	if (!expected.rows)
		return NULL;
	row = &expected.row[random_below(random, expected.rows)];
	return expect_special(row->cmd) ? NULL : row;
}

static void call_test(int fd, bool writable, uint64_t *random)
{
	const uint64_t seed = expected.seed;
	const struct alice_op_desc *row = any_row(random);
	uint32_t in_len, out_len, room;
	struct answer answer = { 0 };
	int ret, want;

	if (!row)
		return;
	in_len = length(random, row->in_min, row->in_max);
	out_len = length(random, 0, row->out_max);
	room = out_len < row->out_max ? out_len : row->out_max;
	want = expect_refusal(row, in_len, writable);
	if (!want) {
		answer = expect_answer(seed, row, in_len, room);
		want = answer.single;
	}
	memset(out, CANARY, out_len + BEHIND);
	ret = op_call(fd, row->cmd, in, in_len, out, out_len);
	expect(&calls, ret == want, "seed %llu: cmd %u, %u in, %u out: %d, not %d",
	       (unsigned long long)seed, row->cmd, in_len, out_len, ret, want);
	if (ret < 0)
		ret = 0;
	expect(&calls, expect_bytes(seed, row->cmd, &answer, in, in_len, out, (uint32_t)ret) &&
	       filled(out + ret, out_len + BEHIND - (size_t)ret, CANARY),
	       "seed %llu: cmd %u, %u in, %u out: bytes that are nobody's",
	       (unsigned long long)seed, row->cmd, in_len, out_len);
}

/* Is this the expected result, if an earlier reply may have been broken? */
static bool batched_right(const struct batch_op *op, int32_t result, bool broken)
{
	if (op->refusal)
		return result == op->refusal;
	return result == op->answer.batched || result == op->answer.single ||
	       (broken && result == -EIO);
}

/* Check the result and answer of each op, and that no other byte was written. */
static void batch_check(const struct batch_op *asked, const struct alice_op *ops,
			const int32_t *results, uint32_t count)
{
	const uint64_t seed = expected.seed;
	bool broken = false;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t len = results[i] > 0 ? (uint32_t)results[i] : 0;
		uint8_t *at = out + asked[i].at;

		expect(&batches, batched_right(&asked[i], results[i], broken),
		       "seed %llu: op %u of %u, cmd %u: %d", (unsigned long long)seed, i,
		       count, ops[i].cmd, results[i]);
		broken |= asked[i].answer.broken;
		expect(&batches, len <= ops[i].out_len &&
		       expect_bytes(seed, ops[i].cmd, &asked[i].answer, in, ops[i].in_len,
				    at, len), "seed %llu: op %u of %u, cmd %u: bytes",
		       (unsigned long long)seed, i, count, ops[i].cmd);
		if (len <= ops[i].out_len)
			memset(at, CANARY, len);
	}
	expect(&batches, filled(out, BATCH_ROOM + BEHIND, CANARY),
	       "seed %llu: bytes that are nobody's", (unsigned long long)seed);
}

static void batch_test(int fd, uint64_t *random)
{
	const uint64_t seed = expected.seed;
	static struct batch_op asked[MOST_OPS];
	static struct alice_op ops[MOST_OPS];
	static int32_t results[MOST_OPS];
	uint32_t want = random_below(random, MOST_OPS) + 1, count = 0, at = 0;
	struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.op_size = sizeof(ops[0]),
	};

	memset(asked, 0, sizeof(asked));
	for (uint32_t i = 0; i < want; i++) {
		const struct alice_op_desc *row = any_row(random);
		uint32_t in_len, out_len;

		if (!row)
			continue;
		in_len = length(random, row->in_min, row->in_max);
		out_len = length(random, 0, row->out_max);
		if (at + out_len > BATCH_ROOM)
			continue;
		asked[count].row = row;
		asked[count].at = at;
		asked[count].refusal = expect_refusal(row, in_len, true);
		if (!asked[count].refusal)
			asked[count].answer = expect_answer(seed, row, in_len,
				out_len < row->out_max ? out_len : row->out_max);
		ops[count] = (struct alice_op){
			.cmd = row->cmd,
			.in_len = in_len,
			.out_len = out_len,
			.in = ptr(in),
			.out = ptr(out + at),
		};
		results[count++] = UNTOUCHED;
		at += out_len;
	}
	if (!count)
		return;
	batch.count = count;
	memset(out, CANARY, BATCH_ROOM + BEHIND);
	want = (uint32_t)do_ioctl(fd, ALICE_IOC_BATCH, &batch);
	expect(&batches, want == count, "seed %llu: %d of %u ops", (unsigned long long)seed,
	       (int)want, count);
	if (want == count)
		batch_check(asked, ops, results, count);
}

/*
 * After sending a seed: set @expected to what programs should see now. Returns false if the
 * driver cannot read the table, and keeps the old one.
 */
static bool see(uint64_t seed)
{
	static struct expected now;

	expect_table(&now, seed);
	if (now.load == -ENOMEM || now.load == -EAGAIN)
		return false;
	if (!now.load) {
		now.generation = last.generation + !expect_same(&now, &last);
		last = now;
	}
	expected = now;
	return true;
}

/* Call everything while the hypervisor uses this seed, then another, then this one again. */
static void serve_test(uint64_t seed)
{
	const uint64_t seeds[] = { seed, ~seed, seed };
	int fd = device_open(O_RDWR), reading = device_open(O_RDONLY);
	uint64_t random = seed * 2 + 1;

	for (unsigned int s = 0; s < ARRAY_SIZE(seeds); s++) {
		if (s) {
			tell(seeds[s]);
			if (!see(seeds[s]))
				continue;
		}
	/* The first ioctl meets the change. */
		if (seed % 2)
			table_test(fd);
		for (unsigned int i = 0; i < CALLS; i++)
			call_test(i % 4 ? fd : reading, i % 4, &random);
		for (unsigned int i = 0; i < BATCHES; i++)
			batch_test(fd, &random);
		table_test(fd);
	}
	close(reading);
	close(fd);
}

static void seed_test(uint64_t seed)
{
	int ret;

	expect_table(&expected, seed);
	expected.generation = !expected.load;
	last = expected;
	tell(seed);
	ret = syscall(SYS_finit_module, module_fd, "", 0) ? -errno : 0;
	expect(&loads, ret == expected.load, "seed %llu: loading: %d, not %d",
	       (unsigned long long)seed, ret, expected.load);
	if (ret)
		return;
	loaded++;
	if (!expected.load)
		serve_test(seed);
	if (syscall(SYS_delete_module, "alice", O_NONBLOCK))
		err(2, "delete_module");
}

int main(int argc, char **argv)
{
	uint64_t random = 7, seed;
	unsigned int told;
	time_t end;

	if (argc == 3 && !strcmp(argv[1], "tell")) {
		tell(strtoull(argv[2], NULL, 0));
		return 0;
	}
	if (argc != 4)
		errx(2, "usage: %s MODULE FIRST-SEED SECONDS, or tell SEED", argv[0]);
	module_fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (module_fd < 0)
		err(2, "%s", argv[1]);
	seed = strtoull(argv[2], NULL, 0);
	end = time(NULL) + strtol(argv[3], NULL, 0);
	/* The hypervisor's bytes have the highest bit set; these do not, and are not zero. */
	for (unsigned int i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(random_below(&random, 127) + 1);

	diag("seeds from %llu on", (unsigned long long)seed);
	while (time(NULL) < end)
		seed_test(seed++);
	told = loads.cases;
	diag("%u seeds, %u of which the driver took", told, loaded);
	tally_ok(&loads, "the driver loads if the table is valid, and logs why if not");
	tally_ok(&tables, "the table is the hypervisor's last one, without its invalid rows");
	diag("%u looks at calls, %u at batches", calls.cases, batches.cases);
	tally_ok(&calls, "a call: the hypervisor's result, or EIO, and no uninitialised byte");
	tally_ok(&batches, "a batch: the same");
	ok(loaded > 3 && told - loaded > 3, "there were valid and invalid tables");
	return tap_done();
}
