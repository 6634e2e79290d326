// SPDX-License-Identifier: GPL-2.0-only
/* Prints the layout of the structures that the Python package declares, as JSON. */
#include <stddef.h>
#include <stdio.h>

#include "alice.h"

#define FIELD(type, name) printf(", \"" #name "\": %zu", offsetof(struct type, name));
#define BEGIN(python, type) printf("\"" #python "\": {\"sizeof\": %zu", sizeof(struct type));
#define END(sep) puts("}" sep);

int main(void)
{
	puts("{");
	BEGIN(Error, alice_error)
	FIELD(alice_error, code) FIELD(alice_error, who) FIELD(alice_error, text)
	END(",")
	BEGIN(Field, alice_field)
	FIELD(alice_field, name) FIELD(alice_field, kind) FIELD(alice_field, size)
	FIELD(alice_field, offset)
	END(",")
	BEGIN(Fields, alice_fields)
	FIELD(alice_fields, count) FIELD(alice_fields, size) FIELD(alice_fields, rest)
	FIELD(alice_fields, field)
	END(",")
	BEGIN(Desc, alice_op_desc)
	FIELD(alice_op_desc, cmd) FIELD(alice_op_desc, flags) FIELD(alice_op_desc, in_min)
	FIELD(alice_op_desc, in_max) FIELD(alice_op_desc, out_max)
	FIELD(alice_op_desc, reserved) FIELD(alice_op_desc, name)
	FIELD(alice_op_desc, summary) FIELD(alice_op_desc, in_fmt)
	FIELD(alice_op_desc, out_fmt)
	END(",")
	BEGIN(Describe, alice_describe)
	FIELD(alice_describe, index) FIELD(alice_describe, access)
	FIELD(alice_describe, since) FIELD(alice_describe, desc)
	END(",")
	BEGIN(Info, alice_info)
	FIELD(alice_info, abi_major) FIELD(alice_info, abi_minor)
	FIELD(alice_info, hypercall_nr) FIELD(alice_info, ops) FIELD(alice_info, max_len)
	FIELD(alice_info, max_batch) FIELD(alice_info, flags)
	FIELD(alice_info, generation) FIELD(alice_info, features)
	FIELD(alice_info, reserved)
	END(",")
	BEGIN(Event, alice_event)
	FIELD(alice_event, cmd) FIELD(alice_event, len) FIELD(alice_event, seq)
	FIELD(alice_event, time_ns) FIELD(alice_event, lost) FIELD(alice_event, reserved)
	END("")
	puts("}");
	return 0;
}
