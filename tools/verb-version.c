// SPDX-License-Identifier: GPL-2.0-only
/* alicectl --version: this program, and what it would talk to. */
#include "files.h"
#include "verbs.h"

static void show_driver(FILE *out)
{
	char version[64];

	if (files_line("/sys/module/alice/version", version, sizeof(version)))
		(void)fprintf(out, "driver alice %s\n", version);
}

static void show_hypervisor(FILE *out, const char *device)
{
	struct alice_info info;
	struct backend b;
	struct err ignored;

	if (device_open(&b, device, &ignored))
		return;
	if (!b.info(&b, &info))
		(void)fprintf(out, "hypervisor alice_op ABI %u.%u, hypercall %u%s\n",
			      info.abi_major, info.abi_minor, info.hypercall_nr,
			      info.flags & ALICE_INFO_LEGACY ? ", legacy mode"
							     : "");
	b.close(&b);
}

void verb_version(const struct output *o, const char *device)
{
	(void)fputs("alicectl " ALICECTL_VERSION "\n", o->file);
	show_driver(o->file);
	show_hypervisor(o->file, device);
}
