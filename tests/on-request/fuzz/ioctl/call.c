// SPDX-License-Identifier: GPL-2.0-only
#include "call.h"
#include "device.h"

#include <errno.h>
#include <string.h>

/* A random byte is rarely below this. */
#define SELDOM 6

const uint32_t open_few[] = { XEN_ALICE_OP_ECHO, XEN_ALICE_OP_DESCRIBE, 1000 };
const uint32_t open_few_count = ARRAY_SIZE(open_few);

static struct model_row model_rows[ALICE_MAX_CMDS];
struct model_table the_table = { .rows = model_rows };
struct model_domain this_domain = { .admitted = true };

/* Set up the model's facts about this machine. */
void call_init(void)
{
	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *desc = &table[i].desc;

		model_rows[i] = (struct model_row){
			desc->cmd, desc->flags, desc->in_min, desc->in_max,
			desc->out_max, table[i].since,
		};
		if (table[i].since > the_table.generation)
			the_table.generation = table[i].since;
	}
	the_table.nr = rows;
	this_domain.control = control_domain();
}

struct model_file file_model(enum open_as as, bool admin)
{
	struct model_file file = { .writable = as != OPEN_READ, .admin = admin };

	if (as == OPEN_FEW)
		model_restrict(&the_table, &file, open_few, open_few_count);
	return file;
}

/*
 * Decoding.
 */

/* Mostly a cmd of the table; or one next to a special value. */
uint32_t decode_cmd(struct input *input)
{
	static const uint32_t boundary[] = {
		0, 8, 9, 12, 63, 64, 999, 1000, 1022, 1023, 1024, 1025, 1027, 2047, 2048,
		1u << 30, 1u << 30 | 3, 1u << 31, 1u << 31 | 3, 3u << 30, INT32_MAX,
		UINT32_MAX - 1, UINT32_MAX, 1u << 10, 3u << 10 | 3, 0xfffffu << 10 | 3,
	};
	uint8_t kind = input_u8(input);
	uint16_t any = input_u16(input);

	if (kind < 200)
		return table[any % rows].desc.cmd;
	return kind < 248 ? boundary[any % ARRAY_SIZE(boundary)] : any * 65537u;
}

/* A length near those that a row declares, or near the size of a page, a buffer or a type. */
static uint32_t decode_len(struct input *input, uint32_t min, uint32_t max)
{
	static const uint32_t boundary[] = {
		0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 255, 256, 257,
		2032, 2033, 4072, 4079, 4080, 4081, 4087, 4088, 4089, 4095, 4096, 4097,
		8191, 8192, 8193, 65519, 65520, 65535, 65536, 65537, 65540, 1u << 20,
		INT32_MAX, 1u << 31, UINT32_MAX - 7, UINT32_MAX,
	};
	uint8_t kind = input_u8(input);
	uint16_t any = input_u16(input);

	if (kind < 110)
	/* Short ones are more frequent. */
		return min + (any >> (kind & 15)) % (max - min + 1);
	if (kind < 170)
		return min;
	if (kind < 190)
		return max;
	if (kind < 200)
		return max + 1;
	return kind < 250 ? boundary[any % ARRAY_SIZE(boundary)] : any * 65537u;
}

/* An op with usual values. */
static void decode_usual(const struct memory *memory, struct input *input,
			 struct call *call)
{
	uint32_t cmd = decode_cmd(input), room;
	const struct model_row *row = model_row(&the_table, cmd);
	struct alice_op *op = &call->op;

	*call = (struct call){ .op.cmd = cmd };
	op->in_len = decode_len(input, row ? row->in_min : 0, row ? row->in_max : 64);
	if (input_u8(input) < 160 && row)
		op->out_len = row->cmd == XEN_ALICE_OP_ECHO ||
			row->cmd == MODEL_OP_STEPS ? op->in_len : row->out_max;
	else
		op->out_len = decode_len(input, 0, row ? row->out_max : 64);
	room = row && row->out_max < op->out_len ? row->out_max : op->out_len;
	call->out = memory_out(memory, input, room);
	call->in = memory_in(memory, input, op->in_len);
	op->in = call->in.at;
	op->out = call->out.at;
}

/* Change one field, which can make a valid op invalid, or an invalid one valid. */
static void decode_change(const struct memory *memory, struct input *input,
			  struct call *call)
{
	struct alice_op *op = &call->op;

	switch (input_u8(input) % 8) {
	case 0:
		op->cmd = decode_cmd(input);
		break;
	case 1:
		op->flags = input_u32(input);
		break;
	case 2:
		op->in_len = decode_len(input, op->in_len - 1, op->in_len);
		break;
	case 3:
		op->out_len = decode_len(input, op->out_len - 1, op->out_len);
		break;
	case 4:
		call->in = memory_in(memory, input, op->in_len);
		op->in = call->in.at;
		break;
	case 5:
		call->out = memory_out(memory, input, op->out_len);
		op->out = call->out.at;
		break;
	case 6:
		op->generation = input_u8(input) % 4;
		break;
	default:
		op->generation = input_u8(input) % 2 ? UINT64_MAX : input_u64(input);
	}
}

/* An op; @before is the one before it in its batch, or NULL. */
void decode_call(const struct memory *memory, struct input *input, struct call *call,
		 const struct call *before)
{
	uint8_t kind = input_u8(input);

	if (kind < 24)
		/* Only a number. */
		*call = (struct call){ .op.cmd = decode_cmd(input) };
	else if (kind < 80 && before)
		*call = *before;
	else
		decode_usual(memory, input, call);
	if (kind % 4 == 0)
		decode_change(memory, input, call);
	call->tail = input_u8(input) < SELDOM;
}

/* The size of a structure: of an older or newer program, or an invalid one. */
uint32_t decode_size(struct input *input)
{
	static const uint32_t odd[] = {
		1, 4, 8, 16, 31, 32, 33, 39, 41, 48, 63, 64, 104, 4095, 4096,
	};
	uint8_t kind = input_u8(input);

	return kind < 200 ? sizeof(struct alice_op) : odd[kind % ARRAY_SIZE(odd)];
}

/* A pointer that a smaller structure does not have, or only half of it. */
static void cut_place(struct place *place, uint64_t at, bool gone)
{
	/* The part that was cut off may have been zero. */
	if (at != place->at)
		*place = (struct place){ .at = at, .shaky = !gone };
}

/* Write the structure with this size; the call is changed to what these bytes mean. */
void call_image(struct call *call, uint32_t size, uint8_t *image)
{
	struct alice_op *op = &call->op;
	uint32_t known = size < sizeof(*op) ? size : sizeof(*op);

	memset(image, 0, size);
	memcpy(image, op, known);
	memset((uint8_t *)op + known, 0, sizeof(*op) - known);
	cut_place(&call->in, op->in, size <= offsetof(struct alice_op, in));
	cut_place(&call->out, op->out, size <= offsetof(struct alice_op, out));
	call->tail = call->tail && size > sizeof(*op);
	if (call->tail)
		image[size - 1] = 1;
}

/*
 * Checking.
 */

/* Unknown facts about a call: each can be true or false. */
enum unknown { NO_ROOM = 1, NO_INPUT = 2, NO_WORD = 4, UNKNOWNS = 8 };

static struct model_op model_of(const struct call *call, unsigned int unknown)
{
	struct model_op op = {
		.tail = call->tail,
		.cmd = call->op.cmd,
		.flags = call->op.flags,
		.generation = call->op.generation,
		.payload = {
			.in_len = call->op.in_len,
			.out_len = call->op.out_len,
			.readable = call->in.readable,
			.writable = call->out.writable,
			.word = unknown & NO_WORD ? UINT32_MAX : 0,
		},
	};

	if (call->in.shaky)
		op.payload.readable = unknown & NO_INPUT ? 0 : UINT32_MAX;
	if (call->out.shaky)
		op.payload.writable = unknown & NO_ROOM ? 0 : UINT32_MAX;
	if (call->in.word)
		memcpy(&op.payload.word, call->in.word, sizeof(op.payload.word));
	return op;
}

/* Is this result possible? Sets @op to the variant of the call that has it. */
bool call_result_ok(const struct call *call, const struct model_file *file, int result,
		    struct model_op *op)
{
	for (unsigned int unknown = 0; unknown < UNKNOWNS; unknown++) {
		struct model_result want;

		*op = model_of(call, unknown);
		want = model_op(&the_table, &this_domain, file, op);
		if (want.result == result)
			return true;
	/* Signals arrive all the time, and end a LONG op between two steps. */
		if (result == -EINTR && want.sent && call->op.cmd == MODEL_OP_STEPS)
			return true;
	}
	*op = model_of(call, 0);
	return false;
}
