// SPDX-License-Identifier: GPL-2.0-only
/* Which tables the driver accepts, and its log lines about those that it refuses. */
#include "parts.h"
#include "puppet.h"
#include "tap.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define FOUND "Xen 4."
#define WRONG "Xen's op table is wrong: "
#define OTHER "hypercall 47 answers, but not as alice_op does"

/*
 * Answers of version: a field of this many bytes has this value; or, without a field, this
 * is its result.
 */
static const struct {
	const char *name;
	size_t at, len;
	int64_t value;
	int load;
	const char *says;
} versions[] = {
#define FIELD(field, value, load, says) \
	{ #field " " #value, offsetof(struct xen_alice_version, field), \
	  sizeof(((struct xen_alice_version *)0)->field), value, load, says }
	FIELD(magic, XEN_ALICE_MAGIC + 1, -ENODEV, OTHER),
	FIELD(magic, 0x45434c41, -ENODEV, OTHER),
	FIELD(major, 0, -ENODEV, "has ABI 0.0 and this driver is for 1.x"),
	FIELD(major, 2, -ENODEV, "has ABI 2.0 and this driver is for 1.x"),
	FIELD(major, 65535, -ENODEV, "has ABI 65535.0 and"),
	FIELD(minor, 99, 0, "ABI 1.99"),
	FIELD(ops, 0, -EPROTO, WRONG "0 rows"),
	FIELD(ops, 1, 0, ": 1 ops"),
	FIELD(ops, 1025, -EPROTO, WRONG "1025 rows"),
	FIELD(ops, 100000, -EPROTO, WRONG "100000 rows"),
	FIELD(ops, 0xffffffff, -EPROTO, WRONG "4294967295 rows"),
	FIELD(max_len, 0, -EPROTO, "of up to 0 bytes"),
	FIELD(max_len, 4095, -EPROTO, "of up to 4095 bytes"),
	FIELD(max_len, 65536, 0, FOUND),
	FIELD(max_len, 1048576, 0, FOUND),
	FIELD(max_len, 1048577, -EPROTO, "of up to 1048577 bytes"),
	FIELD(max_len, 0x80000000, -EPROTO, "of up to 2147483648 bytes"),
	FIELD(max_len, 0xffffffff, -EPROTO, "of up to 4294967295 bytes"),
	FIELD(generation, 0, -EPROTO, "generation 0"),
	FIELD(generation, 1 << 20, -EPROTO, "generation 1048576"),
	FIELD(generation, -0x100000, -EPROTO, "generation 18446744073708503040"),
	FIELD(generation, (1 << 20) + 1, 0, FOUND),
	FIELD(generation, -1, 0, FOUND),
	FIELD(features, ~XEN_ALICE_FEATURE_PHYS, 0, FOUND),
	FIELD(reserved, 1, 0, FOUND),
#define RESULT(value, load, says) { "result " #value, 0, 0, value, load, says }
	RESULT(0, -ENODEV, OTHER),
	RESULT(31, -ENODEV, OTHER),
	RESULT(33, -ENODEV, OTHER),
	RESULT(LLONG_MAX, -ENODEV, OTHER),
	RESULT(-EINVAL, -ENODEV, "hypercall 47 answers error 22"),
	RESULT(-XEN_ALICE_ESTALE, -ENODEV, "hypercall 47 answers error 116"),
	RESULT(-100000, -ENODEV, "hypercall 47 answers error 100000"),
	RESULT(-ENOSYS, -ENODEV, "this Xen has no hypercall 47"),
	RESULT(-EPERM, -ENODEV, "Xen does not let this domain call"),
	RESULT(-ENOMEM, -ENOMEM, "could not be read (error 12)"),
};

void part_versions(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(versions); i++) {
		const char *name = versions[i].name;
		int load;

		puppet_reset();
		if (versions[i].len)
			memcpy((uint8_t *)&puppet.version + versions[i].at,
			       &versions[i].value, versions[i].len);
		else
			puppet.version_result = versions[i].value;
		TELL(version);
		TELL(version_result);
		load = module_load();
		is(load, versions[i].load, "%s: loading", name);
		ok(said_ok(1, versions[i].says), "%s: one line says what it is", name);
		if (!load)
			module_unload();
	}

	for (unsigned int endless = 0; endless < 2; endless++) {
		uint32_t left = endless ? UINT32_MAX : 7;
		int want = endless ? -EAGAIN : 0;

		for (unsigned int at = HOSTILE_AT_VERSION; at <= HOSTILE_AT_DESCRIBE; at *= 2) {
			puppet_reset();
			puppet.raise_at = at;
			puppet.raise_left = left;
			TELL(raise_at);
			TELL(raise_left);
			is(module_load(), want, "the table changes %u times at op %u",
			   left, at);
			ok(ASK(versions) > 7 && puppet.versions < 32,
			   "and is read %u times", puppet.versions);
			ok(said_ok(1, want ? "could not be read (error 11)" : FOUND),
			   "one line says how it ended");
			if (!want)
				module_unload();
		}
	}
}

/* The cmd of the first row of a test. */
#define FIRST_CMD 100

/* Results of describe that do not cost just that row. */
static const struct {
	const char *name;
	int64_t result;
	int load;
	const char *says;
} describes[] = {
	{ "EPERM", -EPERM, -ENODEV, "Xen does not let this domain call" },
	{ "ENOMEM", -ENOMEM, -ENOMEM, "could not be read (error 12)" },
	{ "ENOSYS, always", -ENOSYS, -EAGAIN, "could not be read (error 11)" },
};

static void describes_test(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(describes); i++) {
		puppet_reset();
		puppet_row(OWN, FIRST_CMD, "own");
		puppet.row[OWN].result = describes[i].result;
		puppet.version.ops = OWN + 1;
		TELL(row[OWN]);
		TELL(version);
		is(module_load(), describes[i].load, "a row answers %s: loading", describes[i].name);
		ok(said_ok(1, describes[i].says), "a row answers %s: one line", describes[i].name);
	}
}

#define TEXT "a text is not terminated or not printable ASCII"
#define NAME "its name is not of [a-z0-9-]"
#define NAME_TAKEN "its name is taken by another row"
#define CMD "its cmd is too large"
#define CMD_TAKEN "its cmd is taken by another row"
#define LENGTH "a length is above max_len"
#define UNREAD "it cannot be read"

#define NAMED(text) strcpy(d->name, text)

/* Faults of a row, and the log line about each. */
#define FAULTS(each) \
	each(name_unterminated, TEXT, memset(d->name, 'a', sizeof(d->name))) \
	each(name_empty, NAME, memset(d->name, 0, sizeof(d->name))) \
	each(name_escape, TEXT, NAMED("\033[31mred")) \
	each(name_space, NAME, NAMED("two words")) \
	each(name_upper, NAME, NAMED("Hello")) \
	each(name_newline, TEXT, NAMED("a\nb")) \
	each(name_high, TEXT, NAMED("\xff")) \
	each(name_taken, NAME_TAKEN, NAMED("hello")) \
	each(cmd_taken, CMD_TAKEN, d->cmd = 0) \
	each(cmd_1024, CMD, d->cmd = 1024) \
	each(cmd_65536, CMD, d->cmd = 65536) \
	each(cmd_tagged, CMD, d->cmd |= 1u << XEN_ALICE_CMD_TAG_SHIFT) \
	each(cmd_phys, CMD, d->cmd |= XEN_ALICE_CMD_PHYS) \
	each(cmd_4g, CMD, d->cmd = UINT32_MAX) \
	each(in_min_above, "in_min is above in_max", d->in_min = 5; d->in_max = 4) \
	each(in_max_above, LENGTH, d->in_max = XEN_ALICE_LEN_DEFAULT + 1) \
	each(in_max_4g, LENGTH, d->in_max = UINT32_MAX) \
	each(out_max_above, LENGTH, d->out_max = XEN_ALICE_LEN_DEFAULT + 1) \
	each(out_max_2g, LENGTH, d->out_max = 1u << 31) \
	each(out_max_4g, LENGTH, d->out_max = UINT32_MAX) \
	each(long_in_max_above, LENGTH, d->flags = XEN_ALICE_OP_F_LONG; \
	     d->in_max = XEN_ALICE_LEN_DEFAULT - XEN_ALICE_CURSOR_LEN + 1) \
	each(long_out_max_above, LENGTH, d->flags = XEN_ALICE_OP_F_LONG; \
	     d->out_max = XEN_ALICE_LEN_DEFAULT - XEN_ALICE_CURSOR_LEN + 1) \
	each(summary_unterminated, TEXT, memset(d->summary, 'a', sizeof(d->summary))) \
	each(summary_escape, TEXT, strcpy(d->summary, "\033]0;title\a")) \
	each(summary_newline, TEXT, strcpy(d->summary, "a\nb")) \
	each(summary_high, TEXT, strcpy(d->summary, "\x9b")) \
	each(in_fmt_unterminated, TEXT, memset(d->in_fmt, 'a', sizeof(d->in_fmt))) \
	each(in_fmt_escape, TEXT, strcpy(d->in_fmt, "a\033:u8")) \
	each(out_fmt_unterminated, TEXT, memset(d->out_fmt, 'a', sizeof(d->out_fmt))) \
	each(out_fmt_escape, TEXT, strcpy(d->out_fmt, "a:u8\r")) \
	each(all_ones, TEXT, memset(d, 0xff, sizeof(*d))) \
	each(all_zero, CMD_TAKEN, memset(d, 0, sizeof(*d))) \
	each(hello_again, CMD_TAKEN, d->cmd = 0; NAMED("hello")) \
	each(describe_0, UNREAD, *result = 0) \
	each(describe_short, UNREAD, *result = 255) \
	each(describe_long, UNREAD, *result = 257) \
	each(describe_huge, UNREAD, *result = LLONG_MAX) \
	each(describe_enoent, UNREAD, *result = -ENOENT) \
	each(describe_eio, UNREAD, *result = -EIO) \
	each(describe_512, UNREAD, *result = -512) \
	each(describe_odd, UNREAD, *result = -100000)

#define DEFINE(name, says, ...) \
	static void fault_##name(struct xen_alice_op_desc *d, int64_t *result) \
	{ \
		(void)d, (void)result; \
		__VA_ARGS__; \
	}
FAULTS(DEFINE)

static const struct {
	const char *name, *says;
	void (*make)(struct xen_alice_op_desc *d, int64_t *result);
} faults[] = {
#define ENTRY(name, says, ...) { #name, says, fault_##name },
	FAULTS(ENTRY)
};

/* Rows that the driver accepts: their access, and the result of a call. */
static void low(struct xen_alice_op_desc *d)
{
	d->flags = 0x4000;
}

static void low_last(struct xen_alice_op_desc *d)
{
	d->flags = 0x8000 | ALICE_OP_F_WRITE;
}

static void high(struct xen_alice_op_desc *d)
{
	d->flags = 0x10000;
}

static void high_last(struct xen_alice_op_desc *d)
{
	d->flags = 0x80000000;
}

static void reserved(struct xen_alice_op_desc *d)
{
	d->reserved = UINT32_MAX;
}

static void nonsense(struct xen_alice_op_desc *d)
{
	strcpy(d->in_fmt, "no field list");
}

static const struct {
	const char *name;
	int answer;
	void (*make)(struct xen_alice_op_desc *d);
} oddities[] = {
	{ "an unknown low flag", -EPERM, low },
	{ "the last low flag", -EPERM, low_last },
	{ "the first high flag", 0, high },
	{ "the last high flag", 0, high_last },
	{ "a reserved field", 0, reserved },
	{ "a field list that is none", 0, nonsense },
};

/* As many lines as the kernel's rate limit passes, less one for the device. */
#define CHUNK 9
/* The bad rows are among the good ones. */
#define AMID 3

/* Rows FIRST to FIRST+n-1 of faults[]: each costs only itself, and one log line. */
static void rows_test(unsigned int first, unsigned int n)
{
	const struct hostile honest = puppet;
	struct tally lines = { 0 }, calls = { 0 };
	char want[160], name[24];
	int fd;

	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "bad-%u", i);
		puppet_row(AMID + i, FIRST_CMD + i, name);
		faults[first + i].make(&puppet.row[AMID + i].desc, &puppet.row[AMID + i].result);
	}
	memcpy(&puppet.row[AMID + n], &honest.row[AMID], (OWN - AMID) * sizeof(puppet.row[0]));
	puppet.version.ops = OWN + n;
	TELL(version);
	TELL(row);
	if (!is(module_load(), 0, "rows %u to %u: the device is there", first, first + n - 1))
		return;
	ok(said_ok(n + 1, FOUND), "a line for each, and that of the device");
	for (unsigned int i = 0; i < n && i < said_lines; i++) {
		snprintf(want, sizeof(want), "row %u of Xen's op table is left out: %s",
			 AMID + i, faults[first + i].says);
		expect(&lines, !strcmp(said[i], want), "%s: \"%s\", not \"%s\"",
		       faults[first + i].name, said[i], want);
	}
	tally_ok(&lines, "each line has the number of the row, and what is wrong with it");

	fd = device_open(O_RDWR);
	ok(table_read(fd) && rows == OWN, "the table is the other rows");
	for (unsigned int i = 0; i < rows; i++)
		expect(&calls, !memcmp(&table[i].desc, &honest.row[i].desc,
				       sizeof(table[i].desc)), "row %u", i);
	for (unsigned int i = 0; i < n; i++)
		expect(&calls, op_call(fd, FIRST_CMD + i, NULL, 0, NULL, 0) == -EOPNOTSUPP,
		       "%s: it can be called", faults[first + i].name);
	expect(&calls, !op_call(fd, HOSTILE_PROBE, NULL, 0, NULL, 0), "probe");
	expect(&calls, !op_call(fd, XEN_ALICE_OP_HELLO, NULL, 0, NULL, 0), "hello");
	tally_ok(&calls, "they can be called, and the bad ones cannot");
	close(fd);
	module_unload();
}

static void oddities_test(void)
{
	unsigned int n = ARRAY_SIZE(oddities);
	char name[24];
	int fd;

	puppet_reset();
	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "odd-%u", i);
		puppet_row(OWN + i, FIRST_CMD + i, name);
		oddities[i].make(&puppet.row[OWN + i].desc);
	}
	puppet.version.ops = OWN + n;
	TELL(version);
	TELL(row);
	if (!is(module_load(), 0, "odd rows: loading"))
		return;
	ok(said_ok(1, FOUND), "odd rows: nothing is said of them");
	fd = device_open(O_RDWR);
	ok(table_read(fd) && rows == OWN + n, "odd rows: they are there");
	for (unsigned int i = 0; i < n && OWN + i < rows; i++) {
		is(table[OWN + i].access, oddities[i].answer, "%s: DESCRIBE", oddities[i].name);
		is(op_call(fd, FIRST_CMD + i, NULL, 0, NULL, 0), oddities[i].answer,
		   "%s: a call", oddities[i].name);
	}
	close(fd);
	module_unload();
}

/* A full table of invalid rows; and more rows than there can be. */
static void full_test(void)
{
	struct alice_info info = { 0 };
	int fd;

	puppet_reset();
	for (unsigned int i = 0; i < HOSTILE_ROWS; i++)
		puppet_row(i, i, "Bad");
	puppet.version.ops = HOSTILE_ROWS;
	TELL(version);
	TELL(row);
	if (!is(module_load(), 0, "1024 bad rows: loading"))
		return;
	ok(said_lines < 20, "1024 bad rows: %u lines", said_lines);
	fd = device_open(O_RDWR);
	ok(!do_ioctl(fd, ALICE_IOC_INFO, &info) && !info.ops, "1024 bad rows: none is left");
	is(op_call(fd, 0, NULL, 0, NULL, 0), -EOPNOTSUPP, "1024 bad rows: no call");
	close(fd);
	module_unload();

	puppet_reset();
	puppet.version.ops = OWN + CHUNK;
	TELL(version);
	if (!is(module_load(), 0, "more rows than there are: loading"))
		return;
	ok(said_ok(CHUNK + 1, UNREAD), "more rows than there are: a line each");
	module_unload();
}

void part_rows(void)
{
	unsigned int n;

	describes_test();
	for (unsigned int first = 0; first < ARRAY_SIZE(faults); first += n) {
		n = ARRAY_SIZE(faults) - first;
		if (n > CHUNK)
			n = CHUNK;
		puppet_reset();
		rows_test(first, n);
	}
	oddities_test();
	full_test();
}

/* For alicectl: 1024 rows, some of which are odd. */
void part_shown(void)
{
	uint32_t row = OWN;
	char name[24];

	puppet_reset();
	puppet.version.minor = 99;
	puppet.version.ops = HOSTILE_ROWS;
	for (uint32_t cmd = 0; cmd < HOSTILE_ROWS; cmd++) {
		bool own = false;

		for (uint32_t i = 0; i < OWN; i++)
			own |= puppet.row[i].desc.cmd == cmd;
		if (own)
			continue;
		snprintf(name, sizeof(name), "op-%u", cmd);
		puppet_row(row++, cmd, name);
	}
	strcpy(puppet.row[OWN].desc.name, "closed");
	low(&puppet.row[OWN].desc);
	strcpy(puppet.row[OWN + 1].desc.name, "nonsense");
	nonsense(&puppet.row[OWN + 1].desc);
	TELL(version);
	TELL(row);
	ok(true, "it is told");
}
