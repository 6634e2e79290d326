// SPDX-License-Identifier: GPL-2.0-only
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backend.h"
#include "explain.h"
#include "facts.h"
#include "table.h"
#include "value.h"

/* Bit of the features that Xen gives to the control domain alone. */
#define FEATURE_CONTROL (1u << 11)

/* What is at the end of a signed module. */
static const char seal[] = "~Module signature appended~\n";

/* How the driver's lines in the kernel's log begin, and of which level they are. */
#define KERNEL_PREFIX "alice: "
#define LEVEL_ERR '3'
#define LEVEL_INFO '6'

/* Whether a line consists of these words first, the second of which may be "". */
static bool begins(const char *line, const char *first, const char *second)
{
	const char *words[] = { first, second };
	size_t i, len;

	for (i = 0; i < sizeof(words) / sizeof(words[0]) && *words[i]; i++) {
		line += strspn(line, " \t");
		len = strcspn(line, " \t");
		if (len != strlen(words[i]) || strncmp(line, words[i], len) != 0)
			return false;
		line += len;
	}
	return true;
}

static bool is_options(const char *line)
{
	return begins(line, "options", "alice");
}

static bool is_install(const char *line)
{
	return begins(line, "install", "alice");
}

static bool is_blacklist(const char *line)
{
	return begins(line, "blacklist", "alice");
}

static bool is_boot(const char *line)
{
	return begins(line, "alice", "");
}

static bool is_rule(const char *line)
{
	return line[0] != '#' && strstr(line, "KERNEL==\"alice\"");
}

/* ---- the hypervisor */

static void read_version(struct facts_xen *x)
{
	static const char dir[] = "/sys/hypervisor/version";
	static const char *const parts[] = { "major", "minor", "extra" };
	char name[64], part[16];
	size_t i, len = 0;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s/%s", dir, parts[i]);
		if (!files_line(name, part, sizeof(part)))
			continue;
		(void)snprintf(x->version + len, sizeof(x->version) - len,
			       "%s%s", i == 1 ? "." : "", part);
		len = strlen(x->version);
	}
}

static void read_xen(struct facts_xen *x)
{
	char features[32];

	x->there = under_xen();
	read_version(x);
	(void)files_line("/sys/hypervisor/guest_type", x->type, sizeof(x->type));
	x->control = files_line("/sys/hypervisor/properties/features", features,
				sizeof(features)) &&
		     strtoul(features, NULL, 16) & FEATURE_CONTROL;
}

/* The number that the driver goes by, or would. */
static unsigned int hypercall_number(const struct facts_module *m)
{
	const char *option = strstr(m->options.line, "hypercall_nr=");
	uint64_t number = 0;

	if (option)
		number = strtoull(option + strlen("hypercall_nr="), NULL, 0);
	return number > 0 && number < 64 ? (unsigned int)number : 0;
}

/*
 * Without the driver, the control domain's root alone can ask: everybody else is
 * refused before it reaches the hypervisor.
 */
static void ask_hypervisor(struct facts_xen *x, const struct facts_module *m,
			   bool root)
{
	struct alice_info info;
	struct backend b;

	if (!privcmd_built || !root || !x->control || m->loaded ||
	    !files_there("/dev/xen/privcmd"))
		return;
	x->asked = true;
	if (privcmd_open(&b, hypercall_number(m), &x->why))
		return;
	x->answers = !b.info(&b, &info);
	if (x->answers) {
		x->abi_major = info.abi_major;
		x->abi_minor = info.abi_minor;
		x->number = info.hypercall_nr;
	}
	b.close(&b);
}

/* ---- the driver */

static bool is_module(const char *name)
{
	const char *last = strrchr(name, '/');

	return !strncmp(last ? last + 1 : name, "alice.ko", strlen("alice.ko"));
}

/* Look it up in the index that modprobe's own is made from: "FILE: FILE...". */
static void find_indexed(struct facts_module *m)
{
	char name[FILES_PATH], path[FILES_PATH], line[4096];
	FILE *f;

	(void)snprintf(name, sizeof(name), "/lib/modules/%s/modules.dep",
		       m->release);
	f = fopen(files_path(path, name), "re");
	if (!f)
		return;
	while (!m->indexed && fgets(line, sizeof(line), f)) {
		line[strcspn(line, ":\n")] = '\0';
		m->indexed = is_module(line);
	}
	(void)fclose(f);
	if (m->indexed)
		(void)snprintf(m->file, sizeof(m->file), "/lib/modules/%s/%.*s",
			       m->release, FILES_PATH / 2, line);
}

/* Where it is put, by hand and by packages. */
static void find_file(struct facts_module *m)
{
	static const char *const dirs[] = { "updates", "updates/dkms", "extra" };
	static const char *const ends[] = { "", ".xz", ".gz", ".zst" };
	const size_t count = sizeof(ends) / sizeof(ends[0]);
	char name[FILES_PATH];
	size_t i;

	for (i = 0; i < count * sizeof(dirs) / sizeof(dirs[0]); i++) {
		(void)snprintf(name, sizeof(name),
			       "/lib/modules/%s/%s/alice.ko%s", m->release,
			       dirs[i / count], ends[i % count]);
		if (!files_there(name))
			continue;
		(void)snprintf(m->file, sizeof(m->file), "%s", name);
		return;
	}
}

/* A module that is compressed does not show whether it is signed. */
static enum answer read_seal(const char *file)
{
	const long len = sizeof(seal) - 1;
	char path[FILES_PATH], end[sizeof(seal)] = "";
	FILE *f;

	if (!*file || strcmp(strrchr(file, '.'), ".ko") != 0)
		return ANSWER_UNKNOWN;
	f = fopen(files_path(path, file), "re");
	if (!f)
		return ANSWER_UNKNOWN;
	if (fseek(f, -len, SEEK_END) || !fread(end, (size_t)len, 1, f))
		end[0] = '\0';
	(void)fclose(f);
	return memcmp(end, seal, sizeof(seal) - 1) ? ANSWER_NO : ANSWER_YES;
}

/* Whether, and why, the kernel takes signed modules alone. */
static void read_enforced(struct facts_module *m)
{
	char line[64], *chosen;

	if (files_line("/sys/module/module/parameters/sig_enforce", line,
		       sizeof(line)) && line[0] == 'Y')
		(void)snprintf(m->enforced, sizeof(m->enforced),
			       "module.sig_enforce");
	if (!files_line("/sys/kernel/security/lockdown", line, sizeof(line)))
		return;
	chosen = strchr(line, '[');
	if (!chosen || !strncmp(chosen, "[none]", strlen("[none]")))
		return;
	chosen[strcspn(chosen, "]")] = '\0';
	(void)snprintf(m->enforced, sizeof(m->enforced), "lockdown=%s",
		       chosen + 1);
}

/* What the kernel's command line forbids, nothing in the file system can allow. */
static bool on_command_line(void)
{
	char line[4096], *word, *rest = line, *name;

	if (!files_line("/proc/cmdline", line, sizeof(line)))
		return false;
	while ((word = strsep(&rest, " "))) {
		if (strncmp(word, "module_blacklist=", 17) != 0 &&
		    strncmp(word, "modprobe.blacklist=", 19) != 0)
			continue;
		(void)strsep(&word, "=");
		while ((name = strsep(&word, ",")))
			if (!strcmp(name, "alice"))
				return true;
	}
	return false;
}

/* What the driver said in a line of the log, "<LEVEL>[TIME] TEXT", or NULL. */
static const char *said(const char *line)
{
	const char *text = strstr(line, KERNEL_PREFIX);

	if (line[0] != '<' || !text || (text[-1] != ' ' && text[-1] != '>'))
		return NULL;
	return text + strlen(KERNEL_PREFIX);
}

/* The last that the driver said, if that was why it does not load. */
static void read_refusal(struct facts_module *m)
{
	static char log[1 << 18];
	char *line, *rest = log;
	const char *text;

	if (!system_log(log, sizeof(log)))
		return;
	while ((line = strsep(&rest, "\n"))) {
		text = said(line);
		if (text && line[1] == LEVEL_ERR)
			(void)snprintf(m->refusal, sizeof(m->refusal), "%s",
				       text);
		else if (text && line[1] == LEVEL_INFO)
			m->refusal[0] = '\0';
	}
}

static void read_module(struct facts_module *m)
{
	char name[FILES_PATH];

	m->release = system_release();
	find_indexed(m);
	if (!m->indexed)
		find_file(m);
	(void)snprintf(name, sizeof(name), "/lib/modules/%s/build", m->release);
	m->headers = files_there(name);
	m->dkms = files_there("/var/lib/dkms/alice");
	m->sealed = read_seal(m->file);
	read_enforced(m);

	m->loaded = module_loaded() == ANSWER_YES;
	(void)files_line("/sys/module/alice/version", m->version,
			 sizeof(m->version));
	(void)files_line("/sys/module/alice/parameters/hypercall_nr", m->number,
			 sizeof(m->number));
	(void)files_line("/sys/module/alice/parameters/legacy", m->legacy,
			 sizeof(m->legacy));
	if (!m->loaded)
		read_refusal(m);

	(void)files_setting(&m->options, "modprobe.d", ".conf", is_options);
	(void)files_setting(&m->install, "modprobe.d", ".conf", is_install);
	(void)files_setting(&m->blacklist, "modprobe.d", ".conf", is_blacklist);
	m->kernel_blacklist = on_command_line();
	(void)files_setting(&m->boot, "modules-load.d", ".conf", is_boot);
}

/* ---- the node */

static void name_owner(struct facts_node *n, uid_t uid, gid_t gid)
{
	const struct passwd *owner = getpwuid(uid);
	const struct group *group = getgrgid(gid);

	(void)snprintf(n->owner, sizeof(n->owner), "%u", (unsigned int)uid);
	if (owner)
		(void)snprintf(n->owner, sizeof(n->owner), "%s", owner->pw_name);
	(void)snprintf(n->group, sizeof(n->group), "%u", (unsigned int)gid);
	if (group)
		(void)snprintf(n->group, sizeof(n->group), "%s", group->gr_name);
}

static void read_node(struct facts_node *n, const char *device)
{
	char path[FILES_PATH];
	struct stat node;

	n->path = device;
	(void)files_setting(&n->rule, "udev/rules.d", ".rules", is_rule);
	n->udev = files_there("/run/udev/control");
	(void)files_line("/sys/class/misc/alice/dev", n->wanted,
			 sizeof(n->wanted));
	n->there = !stat(device[0] == '/' ? files_path(path, device) : device,
			 &node);
	if (!n->there)
		return;
	n->mode = node.st_mode;
	name_owner(n, node.st_uid, node.st_gid);
	(void)snprintf(n->number, sizeof(n->number), "%u:%u",
		       major(node.st_rdev), minor(node.st_rdev));
}

/* ---- the device */

/*
 * Call an op that takes nothing, changes nothing and is for every domain, whichever
 * that is.
 */
static void call_something(struct facts_device *d, struct backend *b,
			   const struct table *t)
{
	static uint8_t answer[PAYLOAD_MAX];
	struct alice_op op = { .out = (uintptr_t)answer };
	unsigned int i;

	for (i = 0; i < t->count; i++) {
		const struct alice_describe *row = &t->rows[i];
		struct err ignored;

		if (row->access || row->desc.in_min ||
		    row->desc.flags & (ALICE_OP_F_WRITE | ALICE_OP_F_CONTROL) ||
		    table_check(t, row, &ignored))
			continue;
		op.cmd = row->desc.cmd;
		op.out_len = row->desc.out_max;
		(void)snprintf(d->op, sizeof(d->op), "%s", row->desc.name);
		d->result = b->call(b, &op);
		return;
	}
}

static void read_device(struct facts_device *d, const char *path)
{
	struct backend b;
	struct table t;
	int ret;

	if (device_open(&b, path, &d->why))
		return;
	ret = b.info(&b, &d->info);
	if (ret)
		(void)explain_info(&d->why, path, -ret);
	else if (!table_load(&t, &b, &d->why)) {
		d->opened = true;
		call_something(d, &b, &t);
		table_free(&t);
	}
	b.close(&b);
}

void facts_read(struct facts *f, const char *path)
{
	*f = (struct facts){ .gid = (gid_t)-1 };
	read_xen(&f->xen);
	read_module(&f->module);
	read_node(&f->node, path);
	f->group = system_group(ALICE_GROUP, &f->gid);
	system_person(&f->person, f->gid);
	read_device(&f->device, path);
	ask_hypervisor(&f->xen, &f->module, f->person.root);
}
