// SPDX-License-Identifier: GPL-2.0-only
/* alicectl info: what driver and hypervisor offer. */
#include <inttypes.h>

#include "counters.h"
#include "explain.h"
#include "json.h"
#include "verbs.h"

static void show_number(const struct output *o, struct json *j,
			const char *key, uint64_t value)
{
	if (o->json) {
		json_key(j, key);
		json_unsigned(j, value);
	} else {
		(void)fprintf(o->file, "%s=%" PRIu64 "\n", key, value);
	}
}

static void show_bool(const struct output *o, struct json *j, const char *key,
		      bool value)
{
	if (o->json) {
		json_key(j, key);
		json_bool(j, value);
	} else {
		(void)fprintf(o->file, "%s=%s\n", key,
			      value ? "true" : "false");
	}
}

/* What the driver counted, by the names that it gives. */
static int show_counters(const struct output *o, struct json *j,
			 const struct backend *b, const char *group,
			 struct err *e)
{
	struct counters c;
	unsigned int i;
	int ret = counters_read(&c, b->sysfs, group, e);

	if (ret)
		return ret;
	if (o->json) {
		json_key(j, group);
		json_open(j, '{');
	}
	for (i = 0; i < c.count; i++) {
		if (!o->json)
			(void)fprintf(o->file, "%s.", group);
		show_number(o, j, c.counter[i].name, c.counter[i].value);
	}
	if (o->json)
		json_close(j, '}');
	counters_free(&c);
	return 0;
}

int verb_info(struct backend *b, const struct output *o, struct err *e)
{
	struct json j = { .out = o->file };
	struct alice_info info;
	int ret = b->info(b, &info);

	if (ret)
		return explain_info(e, b->path, -ret);
	if (o->json)
		json_open(&j, '{');
	show_number(o, &j, "abi_major", info.abi_major);
	show_number(o, &j, "abi_minor", info.abi_minor);
	show_number(o, &j, "hypercall_nr", info.hypercall_nr);
	show_number(o, &j, "ops", info.ops);
	show_number(o, &j, "max_len", info.max_len);
	show_number(o, &j, "max_batch", info.max_batch);
	show_bool(o, &j, "legacy", info.flags & ALICE_INFO_LEGACY);
	show_bool(o, &j, "restricted", info.flags & ALICE_INFO_RESTRICTED);
	show_bool(o, &j, "batch", info.flags & ALICE_INFO_BATCH);
	show_number(o, &j, "generation", info.generation);
	show_number(o, &j, "features", info.features);
	ret = show_counters(o, &j, b, "counters", e);
	if (!ret)
		ret = show_counters(o, &j, b, "refused", e);
	if (o->json) {
		json_close(&j, '}');
		(void)fputc('\n', o->file);
	}
	return ret;
}
