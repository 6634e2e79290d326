// SPDX-License-Identifier: GPL-2.0-only
#include "step.h"
#include "device.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UNTOUCHED ((int32_t)0xa5a5a5a5)
#define CANARY 0xa5

/* More ops than fit into a file's cached memory. */
#define MANY_OPS 1024

static uint8_t in[XEN_ALICE_LEN_DEFAULT], out[XEN_ALICE_LEN_DEFAULT];
static struct alice_op ops[MANY_OPS];
static int32_t results[MANY_OPS];
static uint32_t count;
static int fd, module_fd;

/* An errno that a failure explains. */
bool failed(int ret)
{
	return ret == -ENOMEM || ret == -EFAULT;
}

/* Does the device work as usual? */
bool works(int on)
{
	static const char text[] = "still here";
	char answer[sizeof(text)] = "";

	return op_call(on, XEN_ALICE_OP_ECHO, text, sizeof(text), answer,
		       sizeof(answer)) == (int)sizeof(text) &&
	       !memcmp(text, answer, sizeof(text));
}

static void nothing(void)
{
}

/* Open the device. */
static int open_run(void)
{
	int ret = open(DEVICE, O_RDWR | O_CLOEXEC);

	return ret < 0 ? -errno : ret;
}

static bool open_right(int ret)
{
	return ret >= 0 ? works(ret) : failed(ret);
}

static void open_after(int ret)
{
	if (ret >= 0)
		close(ret);
}

/* All other ioctls run on a file without memory from an earlier call. */
static void ioctl_before(void)
{
	fd = device_open(O_RDWR);
	memset(out, CANARY, sizeof(out));
}

static void ioctl_after(int ret)
{
	(void)ret;
	close(fd);
}

static struct alice_info info;
static struct alice_describe describe;

static int info_run(void)
{
	return do_ioctl(fd, ALICE_IOC_INFO, &info);
}

static bool info_right(int ret)
{
	return (ret ? failed(ret) : info.abi_major == XEN_ALICE_ABI_MAJOR) && works(fd);
}

static int describe_run(void)
{
	describe.index = 0;
	return do_ioctl(fd, ALICE_IOC_DESCRIBE, &describe);
}

static bool describe_right(int ret)
{
	return (ret ? failed(ret) : !strcmp(describe.desc.name, table[0].desc.name)) &&
	       works(fd);
}

static int echo(uint32_t len)
{
	count = len;
	return op_call(fd, XEN_ALICE_OP_ECHO, in, len, out, len);
}

static int op_empty_run(void)
{
	return echo(0);
}

static int op_short_run(void)
{
	return echo(64);
}

static int op_page_run(void)
{
	return echo(4096);
}

static int op_long_run(void)
{
	return echo(sizeof(in));
}

/* The whole answer, or none: it is one copy. */
static bool op_right(int ret)
{
	bool right = ret < 0 ? failed(ret) && filled(out, sizeof(out), CANARY) :
		ret == (int)count && !memcmp(in, out, count) &&
		filled(out + count, sizeof(out) - count, CANARY);

	return right && works(fd);
}

/* Raise the hypervisor's generation: the driver has to read the table again. */
void table_change(int on)
{
	if (op_call(on, XEN_ALICE_OP_RESET_STATS, NULL, 0, NULL, 0))
		errx(2, "reset-stats does not work");
}

static void changed_before(void)
{
	ioctl_before();
	table_change(fd);
}

/* The old table is still valid, so only the copy of the answer can fail. */
static bool info_changed_right(int ret)
{
	return (ret ? ret == -EFAULT : info.ops == rows) && works(fd);
}

/* Echoes, with answers over their inputs, which are set. */
static void batch_fill(uint32_t n, uint32_t (*len)(uint32_t i))
{
	count = n;
	memset(ops, 0, sizeof(ops));
	memset(results, CANARY, sizeof(results));
	for (uint32_t i = 0; i < n; i++)
		ops[i] = (struct alice_op){
			.cmd = XEN_ALICE_OP_ECHO,
			.in_len = len(i),
			.out_len = len(i),
			.in = ptr(in),
			.out = ptr(in),
		};
}

static uint32_t length_none(uint32_t i)
{
	(void)i;
	return 0;
}

static uint32_t length_mixed(uint32_t i)
{
	static const uint32_t lengths[] = { 0, 1, 64, 129, 2000, 4096, sizeof(in) };

	return lengths[i % ARRAY_SIZE(lengths)];
}

static int batch_run(void)
{
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = count,
		.op_size = sizeof(ops[0]),
	};

	return do_ioctl(fd, ALICE_IOC_BATCH, &batch);
}

static void batch_one_before(void)
{
	ioctl_before();
	batch_fill(1, length_mixed);
}

static void batch_mixed_before(void)
{
	ioctl_before();
	batch_fill(63, length_mixed);
}

static void batch_changed_before(void)
{
	changed_before();
	batch_fill(3, length_none);
}

static void batch_many_before(void)
{
	ioctl_before();
	batch_fill(MANY_OPS, length_none);
}

/* Each attempted op has its own result; one of them may have failed. */
static bool batch_right(int ret)
{
	uint32_t done = ret < 0 ? 0 : (uint32_t)ret, bad = 0;

	if (ret < 0 && !failed(ret))
		return false;
	for (uint32_t i = 0; i < done; i++) {
		if (results[i] == (int32_t)ops[i].in_len)
			continue;
		if (!failed(results[i]) || bad++)
			return false;
	}
	/* Results that could not be written are missing, in part or all. */
	for (uint32_t i = done; ret > 0 && i < count; i++)
		if (results[i] != UNTOUCHED)
			return false;
	return works(fd);
}

static const uint32_t allowed[] = { XEN_ALICE_OP_ECHO, XEN_ALICE_OP_WHOAMI };

static int restrict_run(void)
{
	return restrict_to(fd, allowed, ARRAY_SIZE(allowed));
}

/* The restriction is in effect, or the file is unchanged. */
static bool restrict_right(int ret)
{
	struct xen_alice_version version;
	int other = op_call(fd, XEN_ALICE_OP_VERSION, NULL, 0, &version, sizeof(version));

	return works(fd) &&
	       (ret ? failed(ret) && other == (int)sizeof(version) : other == -EACCES);
}

/* Load the module; it was removed before. */
static int remove_module(void)
{
	return syscall(SYS_delete_module, "alice", O_NONBLOCK) ? -errno : 0;
}

static int load_module(void)
{
	return syscall(SYS_finit_module, module_fd, "", 0) ? -errno : 0;
}

static void load_before(void)
{
	if (remove_module())
		err(2, "delete_module");
}

static bool load_right(int ret)
{
	bool there = !access(DEVICE, F_OK);

	/* The driver core reports a failed allocation of a name as EINVAL. */
	if (ret)
		return (failed(ret) || ret == -EINVAL) && !there;
	fd = device_open(O_RDWR);
	there = there && works(fd);
	close(fd);
	return there;
}

static void load_after(int ret)
{
	if (ret)
		errno = -load_module();
	if (ret && errno)
		err(2, "finit_module");
}

/* Only copying the module's name can fail. */
static bool unload_right(int ret)
{
	bool gone = access(DEVICE, F_OK);

	return ret ? ret == -EFAULT && !gone : gone;
}

static void unload_after(int ret)
{
	if (!ret)
		load_after(-ENODEV);
}

const struct step steps[] = {
	{ "open", nothing, open_run, open_right, open_after, true, 1 },
	{ "info", ioctl_before, info_run, info_right, ioctl_after, true, 0 },
	{ "describe", ioctl_before, describe_run, describe_right, ioctl_after, true, 0 },
	{ "op without payload", ioctl_before, op_empty_run, op_right, ioctl_after,
	  true, 0 },
	{ "op of 64 bytes", ioctl_before, op_short_run, op_right, ioctl_after, true, 0 },
	{ "op of 4096 bytes", ioctl_before, op_page_run, op_right, ioctl_after, true, 1 },
	{ "op of 65536 bytes", ioctl_before, op_long_run, op_right, ioctl_after, true, 1 },
	{ "info of a changed table", changed_before, info_run, info_changed_right,
	  ioctl_after, true, 1 },
	{ "op by a changed table", changed_before, op_short_run, op_right, ioctl_after,
	  true, 1 },
	{ "batch by a changed table", batch_changed_before, batch_run, batch_right,
	  ioctl_after, true, 2 },
	{ "batch of one", batch_one_before, batch_run, batch_right, ioctl_after,
	  true, 1 },
	{ "batch of mixed sizes", batch_mixed_before, batch_run, batch_right,
	  ioctl_after, true, 1 },
	{ "batch of 1024", batch_many_before, batch_run, batch_right, ioctl_after,
	  true, 1 },
	{ "restrict", ioctl_before, restrict_run, restrict_right, ioctl_after, true, 0 },
	{ "load", load_before, load_module, load_right, load_after, true, 10 },
	{ "unload", nothing, remove_module, unload_right, unload_after, true, 0 },
};

const unsigned int steps_count = ARRAY_SIZE(steps);

/* Set the module's path; the module is loaded. */
void steps_init(const char *module)
{
	module_fd = open(module, O_RDONLY | O_CLOEXEC);
	if (module_fd < 0)
		err(2, "%s", module);
	pattern(in, sizeof(in), 7);
	fd = device_open(O_RDWR);
	if (!table_read(fd))
		errx(2, "no op table");
	close(fd);
}
