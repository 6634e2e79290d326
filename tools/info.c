// SPDX-License-Identifier: GPL-2.0-only
/* alicectl info, alicectl --version: show versions, limits and counters. */
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alicectl.h"
#include "json.h"

static void show_number(struct json *j, const char *group, const char *key, uint64_t value)
{
	if (j) {
		json_key(j, key);
		json_unsigned(j, value);
	} else {
		(void)printf("%s%s%s=%" PRIu64 "\n", group, *group ? "." : "", key, value);
	}
}

static void show_bool(struct json *j, const char *key, bool value)
{
	if (j) {
		json_key(j, key);
		json_bool(j, value);
	} else {
		(void)printf("%s=%s\n", key, value ? "true" : "false");
	}
}

/* Filter for scandir(): check for a name that a counter can have. */
static int is_counter(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len == strspn(entry->d_name, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

/* Read a file that has one number and a newline. */
static bool read_counter(const char *dir, const char *group, const char *name,
			 uint64_t *value)
{
	char path[512], end = '\0';
	FILE *file;
	int n;

	(void)snprintf(path, sizeof(path), "%s/%s/%s", dir, group, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	n = fscanf(file, "%20" SCNu64 "%c", value, &end);
	(void)fclose(file);
	return n == 2 && end == '\n';
}

/* Show all counters of a group, under the names that the driver uses. */
static void show_counters(struct json *j, const char *dir, const char *group)
{
	struct dirent **names = NULL;
	char path[256];
	uint64_t value;
	int n, i;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, group);
	n = *dir ? scandir(path, &names, is_counter, alphasort) : 0;
	if (j) {
		json_key(j, group);
		json_open(j, '{');
	}
	for (i = 0; i < n; i++) {
		if (read_counter(dir, group, names[i]->d_name, &value))
			show_number(j, group, names[i]->d_name, value);
		free(names[i]);
	}
	if (j)
		json_close(j, '}');
	free(names);
}

int run_info(struct alice *a, const struct options *o, struct alice_error *e)
{
	struct json writer = { .out = stdout }, *j = o->json ? &writer : NULL;
	struct alice_info info;
	char dir[128];

	if (alice_get_info(a, &info, sizeof(info), e))
		return STATUS_NO_DEVICE;
	if (j)
		json_open(j, '{');
	show_number(j, "", "abi_major", info.abi_major);
	show_number(j, "", "abi_minor", info.abi_minor);
	show_number(j, "", "hypercall_nr", info.hypercall_nr);
	show_number(j, "", "ops", info.ops);
	show_number(j, "", "max_len", info.max_len);
	show_number(j, "", "max_batch", info.max_batch);
	show_bool(j, "legacy", info.flags & ALICE_INFO_LEGACY);
	show_bool(j, "restricted", info.flags & ALICE_INFO_RESTRICTED);
	show_bool(j, "batch", info.flags & ALICE_INFO_BATCH);
	show_number(j, "", "generation", info.generation);
	show_number(j, "", "features", info.features);
	sysfs_of(a, dir, sizeof(dir));
	show_counters(j, dir, "counters");
	show_counters(j, dir, "refused");
	if (j) {
		json_close(j, '}');
		(void)putchar('\n');
	}
	return 0;
}

void show_version(const struct options *o)
{
	FILE *file = fopen("/sys/module/alice/version", "re");
	struct alice *a = alice_open(o->device, NULL);
	struct alice_info info;
	char version[64];

	(void)fputs("alicectl " ALICECTL_VERSION "\n", stdout);
	if (file && fscanf(file, "%63s", version) == 1)
		(void)printf("driver alice %s\n", version);
	if (file)
		(void)fclose(file);
	if (a && !alice_get_info(a, &info, sizeof(info), NULL))
		(void)printf("hypervisor alice_op ABI %u.%u, hypercall %u%s\n", info.abi_major,
			     info.abi_minor, info.hypercall_nr,
			     info.flags & ALICE_INFO_LEGACY ? ", legacy mode" : "");
	alice_close(a);
}
