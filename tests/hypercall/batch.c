// SPDX-License-Identifier: GPL-2.0-only
/*
 * Op batch: framing, replies, which errors end it; and, by the hypervisor's counters,
 * that a refused batch runs nothing.
 */
#include "calls.h"
#include "device.h"
#include "module.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HEAD sizeof(struct xen_alice_batch)
#define RECORD sizeof(struct xen_alice_batch_record)
#define REPLY sizeof(struct xen_alice_batch_reply)
#define CANARY 0xa5

/* Where the next counts go; each comparison here is about one call. */
static struct counts from, to;
static int fd;

/* Length of the request that is built in memory[]. */
static uint32_t built;

static uint32_t padded(uint32_t len)
{
	return (len + XEN_ALICE_BATCH_ALIGN - 1) & ~(XEN_ALICE_BATCH_ALIGN - 1u);
}

static void begin(uint32_t flags)
{
	const struct xen_alice_batch head = { .flags = flags };

	memset(memory, CANARY, sizeof(memory));
	memcpy(memory, &head, sizeof(head));
	built = HEAD;
}

/* Add a record.  Returns where its head is. */
static uint32_t add(uint32_t cmd, const void *in, uint32_t in_len,
		    uint32_t out_len)
{
	const struct xen_alice_batch_record record = {
		.cmd = cmd,
		.in_len = (uint16_t)in_len,
		.out_len = (uint16_t)out_len,
	};
	uint32_t at = built;

	memcpy(memory + at, &record, sizeof(record));
	memset(memory + at + RECORD, 0, padded(in_len));
	if (in_len)
		memcpy(memory + at + RECORD, in, in_len);
	built += RECORD + padded(in_len);
	return at;
}

/* A request, a part of which may have to be sent again. */
static struct {
	uint8_t bytes[XEN_ALICE_BATCH_LEN];
	uint32_t len;
} request;

/* Remove from the request what the @n bytes of replies in memory[] answer. */
static void take_answered(uint32_t n)
{
	uint32_t at = HEAD;

	for (uint32_t reply = 0; reply < n && at < request.len;) {
		struct xen_alice_batch_record record;
		struct xen_alice_batch_reply r;

		memcpy(&record, request.bytes + at, sizeof(record));
		memcpy(&r, memory + reply, sizeof(r));
		at += RECORD + padded(record.in_len);
		reply += REPLY + (r.result > 0 ? padded((uint32_t)r.result) : 0);
	/* Nothing after the failure that stops it may run. */
		if (r.result < 0 && request.bytes[0] & XEN_ALICE_BATCH_STOP_ON_ERROR)
			at = request.len;
	}
	if (at > request.len)
		at = request.len;
	request.len -= at - HEAD;
	memmove(request.bytes + HEAD, request.bytes + at, request.len - HEAD);
}

/*
 * Submit the request in memory[], and again the part that Xen left, until all replies are
 * there.  Returns their length, or an errno.
 */
static long submit(uint32_t in_len, uint32_t out_len)
{
	static uint8_t replies[2 * XEN_ALICE_BATCH_LEN];
	uint32_t done = 0;
	long n;

	memcpy(request.bytes, memory, sizeof(request.bytes));
	request.len = in_len;
	counts_read(fd, &from);
	while ((n = module_call(XEN_ALICE_OP_BATCH, request.len, out_len)) > 0 &&
	       n <= XEN_ALICE_BATCH_LEN && done < XEN_ALICE_BATCH_LEN) {
		memcpy(replies + done, memory, (size_t)n);
		done += (uint32_t)n;
		take_answered((uint32_t)n);
		if (request.len <= HEAD)
			break;
		memcpy(memory, request.bytes, request.len);
	}
	counts_read(fd, &to);
	if (n <= 0)
		return n;
	memcpy(memory, replies, done);
	return done;
}

static uint64_t calls_of(uint32_t cmd)
{
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == cmd)
			return to.of[i].calls - from.of[i].calls;
	return 0;
}

/* Submit an invalid request: EINVAL, nothing ran, nothing was written. */
static bool refused(struct tally *tally, uint32_t in_len, uint32_t out_len,
		    const char *what, unsigned int which)
{
	static uint8_t before[sizeof(memory)];
	long n;

	memcpy(before, memory, sizeof(memory));
	n = submit(in_len, out_len);
	return expect(tally, n == -EINVAL && calls_of(XEN_ALICE_OP_BATCH) == 1 &&
		      counts_calls(&from, &to) == 1 &&
		      !memcmp(before, memory, sizeof(memory)),
		      "%s %u: %ld, and %llu ops ran", what, which, n,
		      (unsigned long long)counts_calls(&from, &to) - 1);
}

/* Check the reply at @at.  Returns where the next one is. */
static uint32_t reply(struct tally *tally, uint32_t at, int32_t result,
		      const void *payload)
{
	struct xen_alice_batch_reply r;
	uint32_t len = result < 0 ? 0 : (uint32_t)result;

	memcpy(&r, memory + at, sizeof(r));
	expect(tally, r.result == result, "reply at %u: %d, want %d", at,
	       r.result, result);
	expect(tally, !r.reserved, "reply at %u: reserved %u", at, r.reserved);
	at += REPLY;
	expect(tally, !payload || !memcmp(memory + at, payload, len),
	       "payload at %u", at);
	for (uint32_t i = len; i < padded(len); i++)
		expect(tally, !memory[at + i], "padding at %u", at + i);
	return at + padded(len);
}

/* One record of every length; behind the answer, memory is unchanged. */
static void one_test(void)
{
	static uint8_t in[XEN_ALICE_BATCH_LEN];
	struct tally tally = { 0 };

	for (uint32_t len = 0; len <= XEN_ALICE_BATCH_LEN - HEAD - RECORD;
	     len += len < 150 ? 1 : 57) {
		uint32_t end;
		long n;

		pattern(in, len, len);
		begin(0);
		add(XEN_ALICE_OP_ECHO, in, len, len);
		memset(memory + built, CANARY, sizeof(memory) - built);
		n = submit(built, XEN_ALICE_BATCH_LEN);
		end = reply(&tally, 0, (int32_t)len, in);
		expect(&tally, n == (long)end, "%u bytes: %ld", len, n);
		expect(&tally, calls_of(XEN_ALICE_OP_ECHO) == 1 &&
		       calls_of(XEN_ALICE_OP_BATCH) == 1 &&
		       counts_calls(&from, &to) == 2, "%u bytes: counts", len);
		for (uint32_t b = end < built ? built : end; b < sizeof(memory);
		     b++)
			expect(&tally, memory[b] == CANARY,
			       "%u bytes: byte %u changed", len, b);
	}
	tally_ok(&tally, "batch of one echo, of every length");
}

/* Every op of the project in one batch, and every way to fail in one. */
static void all_test(void)
{
	const uint32_t index = 3, past = 0xffffffff, cmd = XEN_ALICE_OP_ECHO;
	struct tally tally = { 0 };
	uint32_t end, tag;
	long n;

	module_call(XEN_ALICE_OP_VERSION, 0, sizeof(struct xen_alice_version));
	memcpy(&tag, memory + offsetof(struct xen_alice_version, generation),
	       sizeof(tag));
	tag = (tag & XEN_ALICE_TAG) << XEN_ALICE_CMD_TAG_SHIFT;

	begin(0);
	add(XEN_ALICE_OP_HELLO, NULL, 0, 0);
	add(XEN_ALICE_OP_VERSION, NULL, 0, 16);
	add(XEN_ALICE_OP_DESCRIBE, &index, 4, 256);
	add(XEN_ALICE_OP_DESCRIBE, &past, 4, 256);
	add(XEN_ALICE_OP_ECHO, "white rabbit", 12, 12);
	add(XEN_ALICE_OP_ECHO, "white rabbit", 12, 11);
	add(XEN_ALICE_OP_ECHO, "white rabbit", 12, 1000);
	add(XEN_ALICE_OP_WHOAMI, NULL, 0, 32);
	add(XEN_ALICE_OP_WHOAMI, NULL, 0, 31);
	add(XEN_ALICE_OP_MEMORY, NULL, 0, 24);
	add(XEN_ALICE_OP_STATS, &cmd, 4, 32);
	add(1023, NULL, 0, 8);
	add(XEN_ALICE_CMD_RESERVED | XEN_ALICE_OP_ECHO, "data", 4, 8);
	add(XEN_ALICE_CMD_PHYS | XEN_ALICE_OP_ECHO, "data", 4, 8);
	add(tag | XEN_ALICE_OP_ECHO, "data", 4, 8);
	add((tag ^ 1u << XEN_ALICE_CMD_TAG_SHIFT) | XEN_ALICE_OP_ECHO, "data", 4, 8);
	add(XEN_ALICE_OP_BATCH, memory, 16, 8);
	add(XEN_ALICE_OP_HELLO, "x", 1, 0);
	add(XEN_ALICE_OP_DESCRIBE, &index, 3, 256);
	n = submit(built, XEN_ALICE_BATCH_LEN);

	end = reply(&tally, 0, 0, NULL);
	end = reply(&tally, end, 16, NULL);
	end = reply(&tally, end, 256, &table[index].desc);
	end = reply(&tally, end, -ENOENT, NULL);
	end = reply(&tally, end, 12, "white rabbit");
	end = reply(&tally, end, -EINVAL, NULL);
	end = reply(&tally, end, 12, "white rabbit");
	end = reply(&tally, end, 32, NULL);
	end = reply(&tally, end, -EINVAL, NULL);
	end = reply(&tally, end, 24, NULL);
	end = reply(&tally, end, 32, NULL);
	end = reply(&tally, end, -EOPNOTSUPP, NULL);
	end = reply(&tally, end, -EINVAL, NULL);
	end = reply(&tally, end, -EINVAL, NULL);
	end = reply(&tally, end, 4, "data");
	end = reply(&tally, end, -ESTALE, NULL);
	end = reply(&tally, end, -EINVAL, NULL);
	end = reply(&tally, end, -EINVAL, NULL);
	end = reply(&tally, end, -EINVAL, NULL);
	expect(&tally, n == (long)end, "answered %ld, want %u", n, end);
	tally_ok(&tally, "batch of 19: replies in order, each as a call's own");

	ok(counts_delta(&from, &to, XEN_ALICE_OP_ECHO, (struct xen_alice_stats){
			.calls = 7, .errors = 4, .in_bytes = 28,
			.out_bytes = 28 }, "batch"),
	   "batch: echo is counted as by calls of its own");
	ok(counts_delta(&from, &to, XEN_ALICE_OP_DESCRIBE, (struct xen_alice_stats){
			.calls = 3, .errors = 2, .in_bytes = 4,
			.out_bytes = 256 }, "batch"),
	   "batch: so is describe, with its errors");
}

static void order_test(void)
{
	struct tally tally = { 0 };
	uint32_t at = 0;
	long n;

	begin(0);
	for (uint32_t i = 0; i < 100; i++)
		add(XEN_ALICE_OP_ECHO, &i, 4, 4);
	n = submit(built, XEN_ALICE_BATCH_LEN);
	for (uint32_t i = 0; i < 100; i++)
		at = reply(&tally, at, 4, &i);
	expect(&tally, n == (long)at, "answered %ld, want %u", n, at);
	tally_ok(&tally, "batch of 100: every reply is its record's");

	begin(0);
	for (uint32_t i = 0; i < MOST_RECORDS; i++)
		add(XEN_ALICE_OP_ECHO, NULL, 0, 0);
	is(built, XEN_ALICE_BATCH_LEN, "the most records fill a page");
	is(submit(built, XEN_ALICE_BATCH_LEN), (long)(MOST_RECORDS * REPLY),
	   "batch of %d", MOST_RECORDS);
	is((long long)calls_of(XEN_ALICE_OP_ECHO), (long long)MOST_RECORDS,
	   "all of them ran");
}

static void stop_test(void)
{
	struct tally tally = { 0 };

	for (uint32_t bad = 0; bad < 10; bad++) {
		for (uint32_t flags = 0; flags < 2; flags++) {
			uint32_t ran = flags ? bad : 9, at = 0;
			long n;

			begin(flags ? XEN_ALICE_BATCH_STOP_ON_ERROR : 0);
			for (uint32_t i = 0; i < 10; i++)
				add(i == bad ? 1023 : XEN_ALICE_OP_ECHO, &i, 4, 4);
			n = submit(built, XEN_ALICE_BATCH_LEN);
			for (uint32_t i = 0; i < (flags ? bad + 1 : 10); i++)
				at = reply(&tally, at, i == bad ? -EOPNOTSUPP :
					   4, i == bad ? NULL : &i);
			expect(&tally, n == (long)at, "%u fails: %ld, want %u",
			       bad, n, at);
			expect(&tally, calls_of(XEN_ALICE_OP_ECHO) == ran,
			       "%u fails, flags %u: %llu ran", bad, flags,
			       (unsigned long long)calls_of(XEN_ALICE_OP_ECHO));
		}
	}
	tally_ok(&tally, "STOP_ON_ERROR: the failure's reply is the last");
}

/* Invalid heads. */
static void head_test(void)
{
	struct tally tally = { 0 };

	/* Bit 0 is STOP_ON_ERROR. */
	for (unsigned int bit = 1; bit < 64; bit++) {
		uint64_t head;

		begin(0);
		add(XEN_ALICE_OP_ECHO, "data", 4, 4);
		head = 1ull << bit;
		memcpy(memory, &head, sizeof(head));
		refused(&tally, built, XEN_ALICE_BATCH_LEN, "bit", bit);
	}
	tally_ok(&tally, "an unknown flag, or reserved not 0: nothing runs");
}

static void padding_test(void)
{
	struct tally tally = { 0 };

	for (uint32_t len = 0; len <= 17; len++) {
		for (uint32_t b = len; b < padded(len); b++) {
			uint32_t at;

			begin(0);
			add(XEN_ALICE_OP_ECHO, "first", 5, 5);
			at = add(XEN_ALICE_OP_ECHO, "0123456789abcdefg", len, len);
			add(XEN_ALICE_OP_ECHO, "last", 4, 4);
			memory[at + RECORD + b] = 0x80;
			refused(&tally, built, XEN_ALICE_BATCH_LEN, "padding of", len);
		}
	}
	tally_ok(&tally, "padding that is not 0: nothing runs");
}

/* A request cut at every byte: valid only after whole records. */
static void truncated_test(void)
{
	static const uint32_t lens[] = { 0, 1, 8, 13, 40 };
	uint32_t ends[ARRAY_SIZE(lens)], full;
	struct tally cut = { 0 }, whole = { 0 };
	static uint8_t data[64];

	for (uint32_t len = 0;; len++) {
		unsigned int records = 0;

		begin(0);
		for (unsigned int i = 0; i < ARRAY_SIZE(lens); i++) {
			add(XEN_ALICE_OP_ECHO, data, lens[i], lens[i]);
			ends[i] = built;
			records += ends[i] <= len;
		}
		full = built;
		if (len > full + 16)
			break;
		if (len > full)
	/* The bytes that follow are canaries, and no valid record. */
			refused(&cut, len, XEN_ALICE_BATCH_LEN, "in_len", len);
		else if (!records || ends[records - 1] != len)
			refused(&cut, len, XEN_ALICE_BATCH_LEN, "in_len", len);
		else
			expect(&whole, submit(len, XEN_ALICE_BATCH_LEN) > 0 &&
			       calls_of(XEN_ALICE_OP_ECHO) == records,
			       "in_len %u of %u records", len, records);
	}
	tally_ok(&cut, "a request that ends within a record: nothing runs");
	is((long long)whole.cases, ARRAY_SIZE(lens), "its whole parts are %zu",
	   ARRAY_SIZE(lens));
	tally_ok(&whole, "a request that ends with a record is one");
}

/* Lengths in a record that exceed the request. */
static void beyond_test(void)
{
	static const uint16_t lens[] = { 9, 16, 17, 255, 4088, 4096, 32767,
					 32768, 65528, 65529, 65535 };
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(lens); i++) {
		uint32_t at;

		begin(0);
		add(XEN_ALICE_OP_ECHO, "first", 5, 5);
		at = add(XEN_ALICE_OP_ECHO, "12345678", 8, 8);
		memcpy(memory + at + offsetof(struct xen_alice_batch_record,
					      in_len), &lens[i], 2);
		refused(&tally, built, XEN_ALICE_BATCH_LEN, "in_len", lens[i]);
	}
	tally_ok(&tally, "a record beyond the request: nothing runs");
}

/* Room: the largest possible replies have to fit, in out_len and in a page. */
static void room_test(void)
{
	struct tally fits = { 0 }, not = { 0 };

	for (uint32_t n = 1; n <= 20; n++) {
		uint32_t need = n * (uint32_t)(REPLY + 16);

		for (int off = -17; off <= 17; off++) {
			uint32_t room = need + (uint32_t)off;

			begin(0);
			for (uint32_t i = 0; i < n; i++)
				add(XEN_ALICE_OP_ECHO, "0123456789", 10, 10);
			if (off < 0)
				refused(&not, built, room, "room", room);
			else
				expect(&fits, submit(built, room) ==
				       (long)need, "room %u", room);
		}
	}
	tally_ok(&fits, "room for the replies at their largest");
	tally_ok(&not, "too little: nothing runs");

	begin(0);
	add(XEN_ALICE_OP_ECHO, "x", 1, 4088);
	is(submit(built, XEN_ALICE_BATCH_LEN), REPLY + 8, "a reply that may fill a page");
	is(submit(0, XEN_ALICE_BATCH_LEN), -EINVAL, "a request of nothing");
	begin(0);
	add(XEN_ALICE_OP_ECHO, "x", 1, 4089);
	refused(&not, built, XEN_ALICE_BATCH_LEN, "out_len", 4089);
	refused(&not, built, UINT32_MAX, "out_len", 4089);
	begin(0);
	add(XEN_ALICE_OP_ECHO, "x", 1, 65535);
	refused(&not, built, UINT32_MAX, "out_len", 65535);
	begin(0);
	add(XEN_ALICE_OP_ECHO, "x", 1, 2040);
	add(XEN_ALICE_OP_ECHO, "x", 1, 2041);
	refused(&not, built, UINT32_MAX, "sum of out_len", 4081);
	tally_ok(&not, "replies that may exceed a page: nothing runs");
}

/*
 * Xen ends a batch early if the CPU is needed for something else, which happens
 * sometimes, but not mostly: as many ops ran as there are replies.
 */
static void early_test(void)
{
	const time_t end = time(NULL) + 60;
	struct tally tally = { 0 };
	unsigned int early = 0, whole = 0;

	begin(0);
	for (uint32_t i = 0; i < MOST_RECORDS; i++)
		add(XEN_ALICE_OP_ECHO, NULL, 0, 0);
	memcpy(request.bytes, memory, sizeof(request.bytes));
	while (early < 5 && time(NULL) < end) {
		long n;

		memcpy(memory, request.bytes, sizeof(request.bytes));
		counts_read(fd, &from);
		n = module_call(XEN_ALICE_OP_BATCH, built, XEN_ALICE_BATCH_LEN);
		counts_read(fd, &to);
		early += n < (long)(MOST_RECORDS * REPLY);
		whole += n == (long)(MOST_RECORDS * REPLY);
		expect(&tally, n > 0 && !(n % (long)REPLY) &&
		       calls_of(XEN_ALICE_OP_ECHO) == (uint64_t)n / REPLY,
		       "%ld, and %llu ran", n,
		       (unsigned long long)calls_of(XEN_ALICE_OP_ECHO));
	}
	tally_ok(&tally, "a batch that may end early: each reply is an op that ran");
	is(early, 5, "some do end early");
	ok(whole > early, "and more do not: %u", whole);
}

/* Random batches of echoes, with a simple model. */
static void random_test(void)
{
	static uint8_t in[512];
	struct tally tally = { 0 };

	srand(1);
	for (unsigned int round = 0; round < 300; round++) {
		struct { uint32_t len, room; } records[64];
		uint32_t n = 1 + (uint32_t)rand() % 64, at = 0, most = 0;
		long got;

		pattern(in, sizeof(in), round);
		begin(0);
		for (uint32_t i = 0; i < n; i++) {
			records[i].len = (uint32_t)rand() % 100;
			records[i].room = (uint32_t)rand() % 120;
			most += REPLY + padded(records[i].room);
			if (most > XEN_ALICE_BATCH_LEN || built + RECORD +
			    padded(records[i].len) > XEN_ALICE_BATCH_LEN)
				n = i;
			else
				add(XEN_ALICE_OP_ECHO, in + i, records[i].len,
				    records[i].room);
		}
		got = submit(built, XEN_ALICE_BATCH_LEN);
		for (uint32_t i = 0; i < n; i++)
			at = reply(&tally, at,
				   records[i].room < records[i].len ?
				   -EINVAL : (int32_t)records[i].len, in + i);
		expect(&tally, got == (long)at, "round %u: %ld, want %u", round,
		       got, at);
		expect(&tally, calls_of(XEN_ALICE_OP_ECHO) == n, "round %u", round);
	}
	tally_ok(&tally, "300 random batches");
}

void part_batch(void)
{
	fd = device_open(O_RDWR);
	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	one_test();
	all_test();
	order_test();
	stop_test();
	head_test();
	padding_test();
	truncated_test();
	beyond_test();
	room_test();
	early_test();
	random_test();
	close(fd);
}
