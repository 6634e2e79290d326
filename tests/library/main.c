// SPDX-License-Identifier: GPL-2.0-only
/* libalice with a recorded table. */
#include <string.h>

#include "parts.h"
#include "tap.h"

struct fake device;

struct alice *opened(void)
{
	device = fake_recorded();
	return alice_open_by(fake_ioctl, &device, -1, "a recorded table", NULL);
}

bool said(const struct alice_error *e, int code, int who, const char *part)
{
	bool right = e->code == code && e->who == who && strstr(e->text, part);

	for (const char *c = e->text; *c; c++)
		right = right && *c >= ' ' && *c < 0x7f;
	if (!right)
		diag("errno %d, who %d: %s", e->code, e->who, e->text);
	return right;
}

struct alice_call *filled(struct alice *a, const char *op)
{
	struct alice_call *c = alice_call_new(a, op, NULL);
	const struct alice_fields *in = alice_call_in(c);

	for (unsigned int i = 0; i < in->count; i++)
		if (alice_set(c, in->field[i].name, "1", NULL))
			diag("%s: %s cannot be set", op, in->field[i].name);
	return c;
}

int main(void)
{
	part_fields();
	part_values();
	part_calls();
	part_table();
	part_batch();
	part_events();
	part_open();
	return tap_done();
}
