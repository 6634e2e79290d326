// SPDX-License-Identifier: GPL-2.0-only
#include "model.h"
#include "made.h"

const uint32_t seed_cmd = MADE_CMD_SEED;

/* From here on, errnos are internal to the kernel. */
#define FIRST_INTERNAL 512

/* The result for the program, given the hypervisor's result and the room for the answer. */
static int passed_on(int64_t result, uint32_t room)
{
	return result > (int64_t)room || result <= -FIRST_INTERNAL ||
	       result == -XEN_ALICE_ESTALE ? -EIO : (int)result;
}

static bool text_right(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!text[i])
			return true;
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	}
	return false;
}

static bool name_right(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

/* Does an earlier row have this name or cmd? */
static bool row_taken(const struct expected *expected, const struct alice_op_desc *row)
{
	for (uint32_t i = 0; i < expected->rows; i++)
		if (expected->row[i].cmd == row->cmd ||
		    !strcmp(expected->row[i].name, row->name))
			return true;
	return false;
}

/* The length of the cursor before input and answer. */
static uint32_t cursor_of(const struct alice_op_desc *row)
{
	return row->flags & ALICE_OP_F_LONG ? XEN_ALICE_CURSOR_LEN : 0;
}

static bool row_right(const struct expected *expected, const struct alice_op_desc *row)
{
	const uint32_t longest = expected->max_len - cursor_of(row);

	return text_right(row->name, sizeof(row->name)) &&
	       text_right(row->summary, sizeof(row->summary)) &&
	       text_right(row->in_fmt, sizeof(row->in_fmt)) &&
	       text_right(row->out_fmt, sizeof(row->out_fmt)) &&
	       name_right(row->name) && row->cmd < ALICE_MAX_CMDS &&
	       !row_taken(expected, row) && row->in_min <= row->in_max &&
	       row->in_max <= longest && row->out_max <= longest;
}

/* Checks the answer of version; sets @ops to the announced number of rows. */
static int version_load(struct expected *expected, uint32_t *ops)
{
	struct xen_alice_version v;
	int64_t result = made_version(expected->seed, &v);

	if (result == -ENOMEM)
		return -ENOMEM;
	if (result != sizeof(v) || v.magic != XEN_ALICE_MAGIC || v.major != XEN_ALICE_ABI_MAJOR)
		return -ENODEV;
	if (!v.ops || v.ops > ALICE_MAX_CMDS || v.max_len < XEN_ALICE_LEN_LEAST ||
	    v.max_len > XEN_ALICE_LEN_MOST || !(v.generation & XEN_ALICE_TAG))
		return -EPROTO;
	*ops = v.ops;
	expected->minor = v.minor;
	expected->max_len = v.max_len;
	expected->features = v.features;
	return 0;
}

/* Set @expected to the table of a seed: without its invalid rows. */
void expect_table(struct expected *expected, uint64_t seed)
{
	struct xen_alice_op_desc desc;
	uint32_t ops = 0;

	memset(expected, 0, sizeof(*expected));
	expected->seed = seed;
	expected->load = version_load(expected, &ops);
	for (uint32_t i = 0; i < ops; i++) {
		struct alice_op_desc *row = &expected->row[expected->rows];
		int64_t result = made_row(seed, i, &desc);

		/* Each answer says that the table has changed. */
		if (result == -XEN_ALICE_ESTALE || result == -ENOMEM) {
			expected->load = result == -ENOMEM ? -ENOMEM : -EAGAIN;
			break;
		}
		memcpy(row, &desc, sizeof(desc));
		expected->rows += result == sizeof(desc) && row_right(expected, row);
	}
	if (expected->load)
		*expected = (struct expected){ .seed = seed, .load = expected->load };
}

/* Are the tables the same, so that the generation is, too? */
bool expect_same(const struct expected *a, const struct expected *b)
{
	return a->rows == b->rows && a->max_len == b->max_len &&
	       !memcmp(a->row, b->row, a->rows * sizeof(a->row[0]));
}

/* The errno by which the driver refuses root's call, whatever its pointers; or 0. */
int expect_refusal(const struct alice_op_desc *row, uint32_t in_len, bool writable)
{
	if (row->flags & ALICE_OP_F_EVENT)
		return -EOPNOTSUPP;
	if (row->flags & ALICE_OP_F_LOW &
	    ~(ALICE_OP_F_WRITE | ALICE_OP_F_ADMIN | ALICE_OP_F_CONTROL | ALICE_OP_F_LONG))
		return -EPERM;
	if (row->flags & ALICE_OP_F_WRITE && !writable)
		return -EBADF;
	return in_len < row->in_min || in_len > row->in_max ? -EINVAL : 0;
}

/* The expected result of a call that reaches a hypervisor with @seed. */
struct answer expect_answer(uint64_t seed, const struct alice_op_desc *row,
			    uint32_t in_len, uint32_t room)
{
	const uint32_t cursor = cursor_of(row);
	const struct made_answer made = made_answer(seed, row->cmd, cursor + in_len,
						    cursor + room);
	struct answer answer = {
		.single = passed_on(made.result, cursor + room),
		.batched = passed_on((int32_t)made.result, room),
		.written = made.written,
		.cursor = cursor,
	};

	/* It is a single call, even in a batch. */
	if (cursor) {
		if (answer.single >= 0)
			answer.single = made.result < cursor ? -EIO : answer.single - (int)cursor;
		answer.batched = answer.single;
		return answer;
	}

	/* A result in a reply has 32 bits; a length beyond the room ends the batch. */
	answer.broken = (int32_t)made.result != answer.batched;
	return answer;
}

/*
 * Are @len bytes of an answer what the hypervisor wrote, and otherwise the program's input,
 * or zeros?
 */
bool expect_bytes(uint64_t seed, uint32_t cmd, const struct answer *answer,
		  const uint8_t *in, uint32_t in_len, const uint8_t *out, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		const uint32_t at = answer->cursor + i;

		if (at < answer->written ? out[i] == made_byte(seed, cmd, at) :
		    !out[i] || (i < in_len && out[i] == in[i]))
			continue;
		return false;
	}
	return true;
}

/* Ops with a special implementation in the hypervisor. */
bool expect_special(uint32_t cmd)
{
	return cmd == seed_cmd || cmd == XEN_ALICE_OP_VERSION ||
	       cmd == XEN_ALICE_OP_DESCRIBE || cmd == XEN_ALICE_OP_BATCH;
}
