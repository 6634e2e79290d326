/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the tests of /dev/alice: calls, the op table, and the hypervisor's counters,
 * which tell a test which calls reached it. A guest cannot read these: there the
 * driver's counters are used.
 */
#ifndef TESTS_DEVICE_H
#define TESTS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/alice.h>
#include <alice.h> /* xen/public */

#define DEVICE "/dev/alice"
#define DRIVER_SYSFS "/sys/class/misc/alice/"

/* How many records without payload fit into a batch of the hypervisor. */
#define MOST_RECORDS \
	((int)((XEN_ALICE_BATCH_LEN - sizeof(struct xen_alice_batch)) / \
	       sizeof(struct xen_alice_batch_record)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A pointer as the ABI passes it. */
static inline uint64_t ptr(const volatile void *p)
{
	return (uintptr_t)p;
}

/* The op table, from ALICE_IOC_DESCRIBE. */
extern struct alice_describe table[ALICE_MAX_CMDS];
extern unsigned int rows;

/* The counters of all rows, in the order of the table; in a guest, only their sum. */
struct counts {
	struct xen_alice_stats of[ALICE_MAX_CMDS];
	struct xen_alice_stats sum;
};

int device_open(int flags);
bool table_read(int fd);
bool control_domain(void);
uint32_t max_len(void);
const struct alice_op_desc *row_of(uint32_t cmd);

int do_ioctl(int fd, unsigned long request, const volatile void *arg);
int op_ioctl(int fd, const struct alice_op *op);
int op_call(int fd, uint32_t cmd, const void *in, uint32_t in_len, void *out,
	    uint32_t out_len);
int restrict_to(int fd, const uint32_t *cmds, uint32_t count);

uint64_t driver_count(const char *path);
struct xen_alice_stats stats_of(int fd, uint32_t cmd);
void counts_read(int fd, struct counts *counts);
uint64_t counts_calls(const struct counts *from, const struct counts *to);
uint64_t counts_ops(const struct counts *from, const struct counts *to);
bool counts_delta(const struct counts *from, const struct counts *to,
		  uint32_t cmd, struct xen_alice_stats want, const char *what);

void pattern(void *buf, size_t len, uint32_t seed);
bool filled(const void *buf, size_t len, uint8_t with);

void *guarded(size_t len);
void *at_end(void *area, size_t len, size_t used);
void *unmapped(void);

void drop_admin(void);
int in_child(int (*fn)(void *arg), void *arg);

#endif
