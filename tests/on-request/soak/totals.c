// SPDX-License-Identifier: GPL-2.0-only
#include "totals.h"
#include "device.h"
#include "events.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * The counters at the beginning: the hypervisor's, and the driver's, read in this order at
 * the end as well. Reading the former calls op stats for each row; these calls are counted
 * in both, and the same way at both times.
 */
struct books {
	struct totals driver;
	struct xen_alice_stats of[COUNTED];
};

/* The cmd of the counters at @i. */
static uint32_t cmd_at(unsigned int i)
{
	return i == OF_BURST ? BURST : i;
}

/* Add the counters of the loaded driver. */
void totals_take(struct totals *totals)
{
	totals->driver.calls += driver_count("counters/calls");
	totals->driver.errors += driver_count("counters/errors");
	totals->driver.in_bytes += driver_count("counters/in_bytes");
	totals->driver.out_bytes += driver_count("counters/out_bytes");
	totals->batches += driver_count("counters/batches");
}

/* Write a line: a word, a number, and counters of calls. */
static void stats_write(FILE *file, const char *name, unsigned int number,
			uint64_t begun, const struct xen_alice_stats *stats)
{
	fprintf(file, "%s %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		name, number, begun, stats->calls, stats->errors,
		stats->in_bytes, stats->out_bytes);
}

void totals_write(const struct totals *totals, const char *path)
{
	const struct xen_alice_stats none = { 0 };
	FILE *file = fopen(path, "w");

	if (!file)
		err(2, "%s", path);
	stats_write(file, "driver", (unsigned int)totals->reads,
		    totals->batches, &totals->driver);
	stats_write(file, "asked", 0, totals->asked, &none);
	for (unsigned int i = 0; i < COUNTED; i++)
		stats_write(file, "op", i, totals->programs.begun[i],
			    &totals->programs.told[i]);
	if (fclose(file))
		err(2, "%s", path);
}

static void stats_add(struct xen_alice_stats *sum,
		      const struct xen_alice_stats *stats)
{
	sum->calls += stats->calls;
	sum->errors += stats->errors;
	sum->in_bytes += stats->in_bytes;
	sum->out_bytes += stats->out_bytes;
}

static void stats_subtract(struct xen_alice_stats *sum,
			   const struct xen_alice_stats *stats)
{
	sum->calls -= stats->calls;
	sum->errors -= stats->errors;
	sum->in_bytes -= stats->in_bytes;
	sum->out_bytes -= stats->out_bytes;
}

/* Add the totals in a file. */
static void totals_read(struct totals *totals, const char *path)
{
	FILE *file = fopen(path, "r");
	struct xen_alice_stats stats;
	unsigned int number, lines = 0;
	uint64_t begun;
	char name[8];

	if (!file)
		err(2, "%s", path);
	while (fscanf(file, "%7s %u %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		      name, &number, &begun, &stats.calls, &stats.errors,
		      &stats.in_bytes, &stats.out_bytes) == 7) {
		lines++;
		if (!strcmp(name, "driver")) {
			totals->reads += number;
			totals->batches += begun;
			stats_add(&totals->driver, &stats);
		} else if (!strcmp(name, "asked")) {
			totals->asked += begun;
		} else if (number < COUNTED) {
			totals->programs.begun[number] += begun;
			stats_add(&totals->programs.told[number], &stats);
		}
	}
	fclose(file);
	if (lines != COUNTED + 2)
		errx(2, "%s has %u lines, not %u", path, lines, COUNTED + 2);
}

static void books_read(struct books *books)
{
	int fd = device_open(O_RDWR);

	memset(books, 0, sizeof(*books));
	if (!table_read(fd) || rows != ROWS)
		errx(2, "the op table has %u rows, not %u", rows, ROWS);
	totals_take(&books->driver);
	for (unsigned int i = 0; i < COUNTED; i++)
		books->of[i] = stats_of(fd, cmd_at(i));
	close(fd);
}

/* Save the counters, for books_judge(). */
void books_open(const char *path)
{
	struct books books;
	FILE *file = fopen(path, "w");

	books_read(&books);
	if (!file || fwrite(&books, sizeof(books), 1, file) != 1 || fclose(file))
		err(2, "%s", path);
}

/* The increase of the hypervisor's counters, and the drivers', over all their loads. */
static void books_close(struct books *risen, struct totals *all, const char *path)
{
	struct books before;
	FILE *file = fopen(path, "r");

	if (!file || fread(&before, sizeof(before), 1, file) != 1)
		err(2, "%s", path);
	fclose(file);
	books_read(risen);
	for (unsigned int i = 0; i < COUNTED; i++)
		stats_subtract(&risen->of[i], &before.of[i]);
	stats_add(&all->driver, &risen->driver.driver);
	stats_subtract(&all->driver, &before.driver.driver);
	all->batches += risen->driver.batches - before.driver.batches;
	/* Caused by the DESCRIBEs of books_read(), one for each row and one past the end. */
	all->asked += ROWS + 1;
}

/*
 * Calls that the driver makes for itself are not the programs': to read the table when it
 * is loaded, with a second version call afterwards; and to ask for the version.
 */
static void reads_subtract(struct books *risen, uint64_t reads, uint64_t asked)
{
	uint64_t versions = 2 * reads + asked;
	const struct xen_alice_stats version = {
		.calls = versions,
		.out_bytes = versions * sizeof(struct xen_alice_version),
	};
	const struct xen_alice_stats describe = {
		.calls = reads * ROWS,
		.in_bytes = reads * ROWS * sizeof(struct xen_alice_describe),
		.out_bytes = reads * ROWS * sizeof(struct xen_alice_op_desc),
	};

	stats_subtract(&risen->of[XEN_ALICE_OP_VERSION], &version);
	stats_subtract(&risen->of[XEN_ALICE_OP_DESCRIBE], &describe);
}

/* Does the driver call this op for itself? */
static bool is_drivers(unsigned int cmd)
{
	return cmd == XEN_ALICE_OP_BATCH || cmd == XEN_ALICE_OP_EVENTS_OPEN ||
	       cmd == XEN_ALICE_OP_EVENTS_WANT || cmd == XEN_ALICE_OP_EVENTS_READ;
}

/* Sum over the ops that were called for programs, alone or in a batch. */
static struct xen_alice_stats risen_sum(const struct books *risen)
{
	struct xen_alice_stats sum = { 0 };

	for (unsigned int i = 0; i < COUNTED; i++)
		if (!is_drivers(i))
			stats_add(&sum, &risen->of[i]);
	return sum;
}

static void driver_test(const struct books *risen, const struct totals *all)
{
	const struct xen_alice_stats sum = risen_sum(risen);

	is((long long)all->driver.calls, (long long)sum.calls,
	   "calls: what the driver sent is what the hypervisor got");
	is((long long)all->driver.errors, (long long)sum.errors,
	   "errors: and so are those");
	is((long long)all->driver.in_bytes, (long long)sum.in_bytes,
	   "bytes in: and these");
	is((long long)all->driver.out_bytes, (long long)sum.out_bytes,
	   "bytes out: and these");
	is((long long)all->batches,
	   (long long)risen->of[XEN_ALICE_OP_BATCH].calls, "batches: and these");
	is((long long)risen->of[XEN_ALICE_OP_BATCH].errors, 0, "no batch was malformed");
	is((long long)(risen->of[XEN_ALICE_OP_EVENTS_OPEN].errors +
		       risen->of[XEN_ALICE_OP_EVENTS_WANT].errors +
		       risen->of[XEN_ALICE_OP_EVENTS_READ].errors), 0,
	   "and no call for events was");
}

/*
 * Programs know the results that they got. Processes that were killed in calls made some
 * more echoes: no more than they had begun.
 */
static void program_test(const struct books *risen, const struct ledger *programs,
			 unsigned int i)
{
	const struct xen_alice_stats *told = &programs->told[i];
	const struct xen_alice_stats *got = &risen->of[i];
	uint32_t cmd = cmd_at(i);

	if (cmd != XEN_ALICE_OP_ECHO) {
		ok(told->calls && !memcmp(told, got, sizeof(*told)),
		   "op %u: %" PRIu64 " calls, which is what the programs were told", cmd,
		   told->calls);
		return;
	}
	ok(told->calls && told->calls <= got->calls &&
	   told->in_bytes <= got->in_bytes && told->errors == got->errors,
	   "op %u: %" PRIu64 " calls, of which the programs know %" PRIu64, cmd,
	   got->calls, told->calls);
	ok(got->calls <= programs->begun[i],
	   "op %u: and no more than the %" PRIu64 " that had begun", cmd,
	   programs->begun[i]);
	is((long long)got->in_bytes, (long long)got->out_bytes,
	   "op %u: as many bytes came out as went in", cmd);
}

/* Compare the counters since books_open() with these totals. */
void books_judge(const char *path, char **totals)
{
	static const unsigned int called[] = {
		XEN_ALICE_OP_HELLO, XEN_ALICE_OP_VERSION, XEN_ALICE_OP_DESCRIBE,
		XEN_ALICE_OP_ECHO, XEN_ALICE_OP_WHOAMI, XEN_ALICE_OP_MEMORY, OF_BURST,
	};
	struct totals all = { 0 };
	struct books risen;

	for (; *totals; totals++)
		totals_read(&all, *totals);
	books_close(&risen, &all, path);
	reads_subtract(&risen, all.reads, all.asked);
	driver_test(&risen, &all);
	for (size_t i = 0; i < ARRAY_SIZE(called); i++)
		program_test(&risen, &all.programs, called[i]);
}
