// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor.h"
#include "explain.h"

/* What the rule makes of the node. */
#define NODE_OWNER "root"
#define NODE_MODE 0660u

#define RULE "KERNEL==\"alice\", SUBSYSTEM==\"misc\", GROUP=\"%k\", MODE=\"0660\", TAG+=\"systemd\""

/* Nothing from outside does anything to a terminal. */
static void clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

/* Whether a name means itself in a shell. */
static bool plain(const char *name)
{
	return !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")];
}

__attribute__((format(printf, 3, 4)))
static void judge(struct finding *x, enum state state, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(x->text, sizeof(x->text), fmt, args);
	va_end(args);
	clean(x->text);
	x->state = state;
}

__attribute__((format(printf, 2, 3)))
static void mend_as_root(struct finding *x, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(x->mend, sizeof(x->mend), fmt, args);
	va_end(args);
	x->root = true;
}

/* ---- the hypervisor */

static void judge_xen(const struct facts *f, struct finding *x)
{
	const struct facts_xen *xen = &f->xen;

	if (xen->there == ANSWER_YES) {
		judge(x, STATE_OK, "Xen %s; this is %s%s%s", xen->version,
		      xen->control ? "the control domain (dom0)" : "a guest",
		      *xen->type ? ", " : "", xen->type);
	} else if (xen->there == ANSWER_NO) {
		judge(x, STATE_MISSING,
		      "this system does not run on Xen (/sys/hypervisor/type does not say so): boot it as a guest of one that has alice, or boot such a Xen beneath it");
	} else {
		judge(x, STATE_UNKNOWN, "sysfs is not mounted");
		mend_as_root(x, "mount -t sysfs sysfs /sys");
	}
}

static void judge_answer(const struct alice_info *info, struct finding *x)
{
	if (info->flags & ALICE_INFO_LEGACY)
		judge(x, STATE_OK,
		      "hypercall %u answers in legacy mode: its one op is hello",
		      info->hypercall_nr);
	else
		judge(x, STATE_OK, "hypercall %u is alice_op, ABI %u.%u, %u ops",
		      info->hypercall_nr, info->abi_major, info->abi_minor,
		      info->ops);
}

static void judge_hypercall(const struct facts *f, struct finding *x)
{
	const struct facts_xen *xen = &f->xen;

	if (f->device.opened) {
		judge_answer(&f->device.info, x);
	} else if (f->module.loaded) {
		judge(x, STATE_OK,
		      "the driver found alice_op; its ABI shows to those who may open the device");
	} else if (xen->there == ANSWER_NO) {
		judge(x, STATE_UNKNOWN, "there is no hypervisor to be asked");
	} else if (xen->answers) {
		judge(x, STATE_OK, "hypercall %u is alice_op, ABI %u.%u",
		      xen->number, xen->abi_major, xen->abi_minor);
	} else if (xen->asked) {
		judge(x, STATE_MISSING, "%s", xen->why.text);
	} else if (*f->module.refusal) {
		judge(x, STATE_MISSING, "the driver said, when it was to be loaded: %s",
		      f->module.refusal);
	} else if (f->person.root) {
		judge(x, STATE_UNKNOWN, "it shows when the driver is loaded");
	} else {
		judge(x, STATE_UNKNOWN, "without the driver, root alone can ask");
		mend_as_root(x, "alicectl doctor");
	}
}

/* ---- the driver */

static void mend_module(const struct facts_module *m, struct finding *x)
{
	const char *build = m->dkms ? "dkms autoinstall -k " : "make install KVER=";

	if (m->headers)
		mend_as_root(x, "%s%s", build, m->release);
	else
		mend_as_root(x, "apt-get install linux-headers-%s && %s%s",
			     m->release, build, m->release);
}

static void judge_module(const struct facts *f, struct finding *x)
{
	const struct facts_module *m = &f->module;

	if (m->indexed) {
		judge(x, STATE_OK, "%s", m->file);
	} else if (*m->file) {
		judge(x, STATE_MISSING,
		      "%s is there, but not in the index by which modprobe finds modules",
		      m->file);
		mend_as_root(x, "depmod -a %s", m->release);
	} else {
		judge(x, STATE_MISSING, "it is not installed for Linux %s%s%s",
		      m->release,
		      m->headers ? "" : ", whose headers are not installed either",
		      m->dkms ? "" : "; 'make' is for a terminal where alice's source is");
		mend_module(m, x);
	}
}

static void judge_signature(const struct facts *f, struct finding *x)
{
	const struct facts_module *m = &f->module;

	if (!*m->enforced) {
		judge(x, STATE_OK, "this kernel does not ask for one");
	} else if (m->loaded) {
		judge(x, STATE_OK, "this kernel asks for one (%s), and took the module",
		      m->enforced);
	} else if (!*m->file) {
		judge(x, STATE_UNKNOWN,
		      "this kernel asks for one (%s), and there is no module",
		      m->enforced);
	} else if (m->sealed == ANSWER_NO) {
		judge(x, STATE_MISSING,
		      "this kernel takes signed modules alone (%s), and %s is not signed; 'make' is for a terminal where alice's source is",
		      m->enforced, m->file);
		mend_as_root(x, "make sign KVER=%s", m->release);
	} else {
		judge(x, STATE_UNKNOWN,
		      "this kernel asks for one (%s); whether it trusts the module's shows when that is loaded",
		      m->enforced);
	}
}

/* Take a line out of the administrator's configuration, if its file has a plain name. */
static void mend_setting(struct finding *x, const struct setting *s,
			 const char *word, const char *then)
{
	if (plain(s->file))
		mend_as_root(x, "sed -i '/^[[:space:]]*%s[[:space:]]*alice/d' %s%s",
			     word, s->file, then);
}

static void judge_parameters(const struct facts_module *m, struct finding *x)
{
	judge(x, STATE_OK, "%s%s%shypercall_nr=%s legacy=%s",
	      *m->version ? "version " : "", m->version,
	      *m->version ? ", " : "", m->number, m->legacy);
}

static void judge_unloaded(const struct facts_module *m, struct finding *x)
{
	if (*m->install.file) {
		judge(x, STATE_MISSING,
		      "it is not loaded, and modprobe does not load it: %s says '%s'",
		      m->install.file,
		      m->install.line);
		mend_setting(x, &m->install, "install", " && modprobe alice");
		return;
	}
	if (*m->refusal)
		judge(x, STATE_MISSING, "it did not load: %s",
		      m->refusal);
	else
		judge(x, STATE_MISSING, "it is not loaded");
	if (*m->options.file) {
		size_t len = strlen(x->text);

		(void)snprintf(x->text + len, sizeof(x->text) - len,
			       "; %s says '%s'", m->options.file,
			       m->options.line);
	}
	mend_as_root(x, "modprobe alice");
}

static void judge_loaded(const struct facts *f, struct finding *x)
{
	const struct facts_module *m = &f->module;

	if (m->loaded)
		judge_parameters(m, x);
	else if (f->xen.there == ANSWER_NO)
		judge(x, STATE_UNKNOWN, "it does not load where there is no Xen");
	else if (!m->indexed)
		judge(x, STATE_UNKNOWN, "it has to be installed first");
	else if (m->kernel_blacklist)
		judge(x, STATE_MISSING,
		      "it is not loaded, and the kernel's command line forbids it: take alice out of module_blacklist= there (/etc/default/grub), and boot again");
	else
		judge_unloaded(m, x);
}

static void judge_boot(const struct facts *f, struct finding *x)
{
	const struct facts_module *m = &f->module;

	if (m->kernel_blacklist) {
		judge(x, STATE_WRONG,
		      "the kernel's command line keeps the boot from loading it: take alice out of its blacklist there (/etc/default/grub)");
	} else if (*m->blacklist.file) {
		judge(x, STATE_WRONG,
		      "%s says 'blacklist alice', which keeps the boot from loading it",
		      m->blacklist.file);
		mend_setting(x, &m->blacklist, "blacklist", "");
	} else if (*m->boot.file) {
		judge(x, STATE_OK, "%s loads it", m->boot.file);
	} else {
		judge(x, STATE_MISSING, "nothing loads the module when the system boots");
		mend_as_root(x, "echo alice >/etc/modules-load.d/alice.conf");
	}
}

/* ---- the node */

static void judge_rule(const struct facts *f, struct finding *x)
{
	const struct facts_node *n = &f->node;

	if (!*n->rule.file) {
		judge(x, STATE_MISSING, "no rule of udev's is for the node");
		mend_as_root(x, "echo '%s' >/etc/udev/rules.d/60-alice.rules && udevadm control --reload",
			     RULE);
	} else if (!n->udev) {
		judge(x, STATE_WRONG, "%s is there, but udev does not run",
		      n->rule.file);
		mend_as_root(x, "systemctl start systemd-udevd");
	} else {
		judge(x, STATE_OK, "%s", n->rule.file);
	}
}

/* The kernel makes the node with the device, and takes no other's away with it. */
static void mend_node(const struct facts_node *n, struct finding *x)
{
	if (!strcmp(n->path, DEVICE_PATH))
		mend_as_root(x, "rm -f " DEVICE_PATH " && rmmod alice && modprobe alice");
}

static void mend_mode(const struct facts_node *n, struct finding *x)
{
	if (strcmp(n->path, DEVICE_PATH) != 0)
		return;
	if (*n->rule.file && n->udev)
		mend_as_root(x, "udevadm trigger --settle --action=add " DEVICE_PATH);
	else
		mend_as_root(x, "chown " NODE_OWNER ":" ALICE_GROUP " " DEVICE_PATH " && chmod 0660 " DEVICE_PATH);
}

static void judge_present(const struct facts_node *n, struct finding *x)
{
	const unsigned int mode = n->mode & 07777u;

	if (!S_ISCHR(n->mode)) {
		judge(x, STATE_WRONG, "%s is there, and is no device", n->path);
		mend_node(n, x);
	} else if (strcmp(n->number, n->wanted) != 0) {
		judge(x, STATE_WRONG, "%s is device %s, and the driver's is %s",
		      n->path, n->number, n->wanted);
		mend_node(n, x);
	} else if (strcmp(n->owner, NODE_OWNER) != 0 ||
		   strcmp(n->group, ALICE_GROUP) != 0 || mode != NODE_MODE) {
		judge(x, STATE_WRONG,
		      "%s is %s:%s %04o, and should be " NODE_OWNER ":" ALICE_GROUP " %04o",
		      n->path, n->owner, n->group, mode, NODE_MODE);
		mend_mode(n, x);
	} else {
		judge(x, STATE_OK, "%s is %s:%s %04o", n->path, n->owner,
		      n->group, mode);
	}
}

static void judge_node(const struct facts *f, struct finding *x)
{
	const struct facts_node *n = &f->node;

	if (!n->there && !f->module.loaded) {
		judge(x, STATE_UNKNOWN, "the driver makes it when it is loaded");
	} else if (!n->there) {
		judge(x, STATE_MISSING, "the driver is loaded, and there is no %s",
		      n->path);
		mend_node(n, x);
	} else if (!f->module.loaded) {
		judge(x, STATE_WRONG, "%s is there without the driver: somebody made it",
		      n->path);
		if (!strcmp(n->path, DEVICE_PATH))
			mend_as_root(x, "rm " DEVICE_PATH);
	} else {
		judge_present(n, x);
	}
}

/* ---- the caller */

static void judge_group(const struct facts *f, struct finding *x)
{
	if (f->group) {
		judge(x, STATE_OK, ALICE_GROUP " has number %u",
		      (unsigned int)f->gid);
	} else {
		judge(x, STATE_MISSING, "there is no group " ALICE_GROUP);
		mend_as_root(x, "groupadd --system " ALICE_GROUP);
	}
}

static void judge_member(const struct facts *f, struct finding *x)
{
	const struct person *p = &f->person;

	if (p->root) {
		judge(x, STATE_OK, "you are root, who needs no group");
	} else if (!f->group) {
		judge(x, STATE_UNKNOWN, "there has to be the group first");
	} else if (p->session) {
		judge(x, STATE_OK, "you (%s) are in the group", p->user);
	} else if (p->member) {
		judge(x, STATE_MISSING,
		      "you (%s) are in the group, but this session began before you were: log out and in again; for a shell right here there is newgrp",
		      p->user);
		(void)snprintf(x->mend, sizeof(x->mend), "newgrp " ALICE_GROUP);
	} else {
		judge(x, STATE_MISSING,
		      "you (%s) are not in the group: have yourself added, then log out and in again",
		      p->user);
		if (plain(p->user))
			mend_as_root(x, "adduser %s " ALICE_GROUP, p->user);
	}
}

/* ---- using it */

static void judge_open(const struct facts *f, struct finding *x)
{
	if (f->device.opened)
		judge(x, STATE_OK, "it opens, and the driver answers");
	else if (!f->node.there)
		judge(x, STATE_UNKNOWN, "there is no node to be opened");
	else
		judge(x, STATE_MISSING, "%s", f->device.why.text);
}

static void judge_call(const struct facts *f, struct finding *x)
{
	const struct facts_device *d = &f->device;
	struct err e;

	if (!d->opened) {
		judge(x, STATE_UNKNOWN, "the device has to be opened first");
	} else if (!*d->op) {
		judge(x, STATE_OK, "none was made: every op that you may call takes something, changes something, or is the control domain's");
	} else if (d->result >= 0) {
		judge(x, STATE_OK, "%s answered %d bytes", d->op, d->result);
	} else {
		(void)explain_errno(&e, -d->result);
		judge(x, STATE_MISSING, "%s failed: %s", d->op, e.text);
	}
}

static const struct {
	const char *check;
	void (*judge)(const struct facts *f, struct finding *x);
} checks[] = {
	{ "xen", judge_xen },
	{ "hypercall", judge_hypercall },
	{ "module", judge_module },
	{ "signature", judge_signature },
	{ "loaded", judge_loaded },
	{ "boot", judge_boot },
	{ "rule", judge_rule },
	{ "node", judge_node },
	{ "group", judge_group },
	{ "member", judge_member },
	{ "open", judge_open },
	{ "call", judge_call },
};

_Static_assert(sizeof(checks) / sizeof(checks[0]) == DOCTOR_CHECKS,
	       "DOCTOR_CHECKS is wrong");

void doctor_judge(const struct facts *f, struct finding *x)
{
	size_t i;

	for (i = 0; i < DOCTOR_CHECKS; i++) {
		x[i] = (struct finding){ .check = checks[i].check };
		checks[i].judge(f, &x[i]);
	}
}

const char *doctor_state(enum state state)
{
	static const char *const names[] = {
		[STATE_OK] = "ok",
		[STATE_MISSING] = "missing",
		[STATE_WRONG] = "wrong",
		[STATE_UNKNOWN] = "unknown",
	};

	return names[state];
}
