// SPDX-License-Identifier: GPL-2.0-only
/* From what is the case to what is right: one fact is changed at a time. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor.h"
#include "tap.h"

/* A system on which everything is right, and member calls. */
static const struct facts right = {
	.xen = { .there = ANSWER_YES, .version = "4.17.5", .type = "PV",
		 .control = true },
	.module = { .release = "6.1.0-test", .indexed = true, .headers = true,
		    .file = "/lib/modules/6.1.0-test/updates/alice.ko",
		    .loaded = true, .version = "1.0", .number = "47",
		    .legacy = "N",
		    .boot = { "/usr/lib/modules-load.d/alice.conf", "alice" } },
	.node = { .path = "/dev/alice", .there = true, .udev = true,
		  .mode = S_IFCHR | 0660, .owner = "root", .group = "alice",
		  .number = "10:122", .wanted = "10:122",
		  .rule = { "/usr/lib/udev/rules.d/60-alice.rules", "" } },
	.group = true, .gid = 997,
	.person = { .user = "bob", .member = true, .session = true },
	.device = { .opened = true, .op = "version", .result = 16,
		    .info = { .abi_major = 1, .hypercall_nr = 47, .ops = 9 } },
};

/* The same without the driver. */
static struct facts unloaded(void)
{
	struct facts f = right;

	f.module.loaded = false;
	f.node.there = false;
	f.node.wanted[0] = '\0';
	f.device.opened = false;
	return f;
}

static struct finding findings[DOCTOR_CHECKS];

static const struct finding *find(const struct facts *f, const char *check)
{
	unsigned int i;

	doctor_judge(f, findings);
	for (i = 0; i < DOCTOR_CHECKS - 1; i++)
		if (!strcmp(findings[i].check, check))
			break;
	return &findings[i];
}

/* What is found of one thing; a mend of NULL is none. */
static void finds(const struct facts *f, const char *check, enum state state,
		  const char *text, const char *mend)
{
	const struct finding *x = find(f, check);
	bool fine = !strcmp(x->check, check) && x->state == state &&
		    strstr(x->text, text) && !strcmp(x->mend, mend ? mend : "");

	if (!ok(fine, "%s: %s: %s", check, doctor_state(state), text))
		diag("%s: %s (mend: %s)\n# want: %s (mend: %s)",
		     doctor_state(x->state), x->text, x->mend, text,
		     mend ? mend : "");
}

static void test_right(void)
{
	struct facts f = right;
	struct tally tally = { 0 };
	unsigned int i;

	doctor_judge(&f, findings);
	for (i = 0; i < DOCTOR_CHECKS; i++)
		expect(&tally, findings[i].state == STATE_OK && !*findings[i].mend,
		       "%s: %s", findings[i].check, findings[i].text);
	tally_ok(&tally, "everything is right");
	finds(&f, "xen", STATE_OK, "Xen 4.17.5; this is the control domain (dom0), PV",
	      NULL);
	finds(&f, "hypercall", STATE_OK, "hypercall 47 is alice_op, ABI 1.0, 9 ops",
	      NULL);
	finds(&f, "loaded", STATE_OK, "version 1.0, hypercall_nr=47 legacy=N", NULL);
	finds(&f, "call", STATE_OK, "version answered 16 bytes", NULL);
	f.device.op[0] = '\0';
	finds(&f, "call", STATE_OK, "none was made", NULL);
	f.device.info.flags = ALICE_INFO_LEGACY;
	finds(&f, "hypercall", STATE_OK, "legacy mode", NULL);
}

static void test_xen(void)
{
	struct facts f = unloaded();

	f.xen.control = false;
	finds(&f, "xen", STATE_OK, "this is a guest, PV", NULL);
	finds(&f, "hypercall", STATE_UNKNOWN, "root alone can ask", "alicectl doctor");
	f.person.root = true;
	finds(&f, "hypercall", STATE_UNKNOWN, "when the driver is loaded", NULL);
	(void)strcpy(f.module.refusal, "this Xen has no hypercall 47");
	finds(&f, "hypercall", STATE_MISSING, "this Xen has no hypercall 47", NULL);
	f.xen.asked = true;
	(void)strcpy(f.xen.why.text, "refused by \33Xen");
	finds(&f, "hypercall", STATE_MISSING, "refused by ?Xen", NULL);
	f.xen.answers = true;
	f.xen.abi_major = 1;
	f.xen.number = 46;
	finds(&f, "hypercall", STATE_OK, "hypercall 46 is alice_op, ABI 1.0", NULL);
	f.xen = (struct facts_xen){ .there = ANSWER_NO };
	finds(&f, "xen", STATE_MISSING, "does not run on Xen", NULL);
	finds(&f, "hypercall", STATE_UNKNOWN, "no hypervisor", NULL);
	finds(&f, "loaded", STATE_UNKNOWN, "no Xen", NULL);
	f.xen.there = ANSWER_UNKNOWN;
	finds(&f, "xen", STATE_UNKNOWN, "sysfs", "mount -t sysfs sysfs /sys");
}

static void test_installed(void)
{
	struct facts f = unloaded();

	f.module.indexed = false;
	finds(&f, "module", STATE_MISSING, "not in the index", "depmod -a 6.1.0-test");
	finds(&f, "loaded", STATE_UNKNOWN, "installed first", NULL);
	f.module.file[0] = '\0';
	finds(&f, "module", STATE_MISSING, "not installed for Linux 6.1.0-test",
	      "make install KVER=6.1.0-test");
	f.module.dkms = true;
	finds(&f, "module", STATE_MISSING, "not installed for Linux 6.1.0-test",
	      "dkms autoinstall -k 6.1.0-test");
	f.module.headers = false;
	finds(&f, "module", STATE_MISSING, "headers are not installed",
	      "apt-get install linux-headers-6.1.0-test && dkms autoinstall -k 6.1.0-test");
}

static void test_signature(void)
{
	struct facts f = right;

	(void)strcpy(f.module.enforced, "lockdown=integrity");
	finds(&f, "signature", STATE_OK, "took the module", NULL);
	f.module.loaded = false;
	f.module.sealed = ANSWER_YES;
	finds(&f, "signature", STATE_UNKNOWN, "trusts the module's", NULL);
	f.module.sealed = ANSWER_UNKNOWN;
	finds(&f, "signature", STATE_UNKNOWN, "trusts the module's", NULL);
	f.module.sealed = ANSWER_NO;
	finds(&f, "signature", STATE_MISSING, "(lockdown=integrity)",
	      "make sign KVER=6.1.0-test");
	f.module.file[0] = '\0';
	finds(&f, "signature", STATE_UNKNOWN, "there is no module", NULL);
}

static void test_loaded(void)
{
	struct facts f = unloaded();

	finds(&f, "loaded", STATE_MISSING, "it is not loaded", "modprobe alice");
	f.module.options = (struct setting){ "/etc/modprobe.d/a.conf",
					     "options alice hypercall_nr=46" };
	(void)strcpy(f.module.refusal, "this Xen has no hypercall 46");
	finds(&f, "loaded", STATE_MISSING,
	      "did not load: this Xen has no hypercall 46; /etc/modprobe.d/a.conf says 'options alice hypercall_nr=46'",
	      "modprobe alice");
	f.module.install = (struct setting){ "/etc/modprobe.d/b.conf",
					     "install alice /bin/false" };
	finds(&f, "loaded", STATE_MISSING,
	      "/etc/modprobe.d/b.conf says 'install alice /bin/false'",
	      "sed -i '/^[[:space:]]*install[[:space:]]*alice/d' /etc/modprobe.d/b.conf && modprobe alice");
	(void)strcpy(f.module.install.file, "/etc/modprobe.d/$(halt).conf");
	finds(&f, "loaded", STATE_MISSING, "$(halt)", NULL);
	f.module.kernel_blacklist = true;
	finds(&f, "loaded", STATE_MISSING, "command line forbids it", NULL);
	finds(&f, "boot", STATE_WRONG, "command line", NULL);
}

static void test_boot(void)
{
	struct facts f = right;

	f.module.boot.file[0] = '\0';
	finds(&f, "boot", STATE_MISSING, "nothing loads",
	      "echo alice >/etc/modules-load.d/alice.conf");
	f = right;
	f.module.blacklist = (struct setting){ "/etc/modprobe.d/c.conf",
					       "blacklist alice" };
	finds(&f, "boot", STATE_WRONG, "/etc/modprobe.d/c.conf says 'blacklist alice'",
	      "sed -i '/^[[:space:]]*blacklist[[:space:]]*alice/d' /etc/modprobe.d/c.conf");
}

static void test_node(void)
{
	const char *anew = "rm -f /dev/alice && rmmod alice && modprobe alice";
	struct facts f = right;

	f.node.there = false;
	finds(&f, "node", STATE_MISSING, "there is no /dev/alice", anew);
	finds(&f, "open", STATE_OK, "", NULL);
	f.node.path = "/tmp/alice";
	finds(&f, "node", STATE_MISSING, "there is no /tmp/alice", NULL);
	f = right;
	f.node.mode = S_IFREG | 0660;
	finds(&f, "node", STATE_WRONG, "is no device", anew);
	f = right;
	(void)strcpy(f.node.number, "10:121");
	finds(&f, "node", STATE_WRONG, "is device 10:121, and the driver's is 10:122",
	      anew);
	f = right;
	f.node.mode = S_IFCHR | 0666;
	finds(&f, "node", STATE_WRONG, "root:alice 0666, and should be root:alice 0660",
	      "udevadm trigger --settle --action=add /dev/alice");
	f.node.udev = false;
	finds(&f, "node", STATE_WRONG, "0666",
	      "chown root:alice /dev/alice && chmod 0660 /dev/alice");
	finds(&f, "rule", STATE_WRONG, "udev does not run",
	      "systemctl start systemd-udevd");
	f.node.rule.file[0] = '\0';
	finds(&f, "rule", STATE_MISSING, "no rule",
	      "echo 'KERNEL==\"alice\", SUBSYSTEM==\"misc\", GROUP=\"%k\", MODE=\"0660\", TAG+=\"systemd\"' >/etc/udev/rules.d/60-alice.rules && udevadm control --reload");
	f = right;
	(void)strcpy(f.node.owner, "bob");
	finds(&f, "node", STATE_WRONG, "bob:alice",
	      "udevadm trigger --settle --action=add /dev/alice");
	f = right;
	(void)strcpy(f.node.group, "root");
	finds(&f, "node", STATE_WRONG, "root:root",
	      "udevadm trigger --settle --action=add /dev/alice");
	f.node.path = "/tmp/alice";
	finds(&f, "node", STATE_WRONG, "/tmp/alice is root:root", NULL);
	f = unloaded();
	finds(&f, "node", STATE_UNKNOWN, "when it is loaded", NULL);
	finds(&f, "open", STATE_UNKNOWN, "no node", NULL);
	f.node.there = true;
	finds(&f, "node", STATE_WRONG, "without the driver", "rm /dev/alice");
}

static void test_caller(void)
{
	struct facts f = right;

	f.person.session = false;
	f.device.opened = false;
	(void)strcpy(f.device.why.text, "permission denied.");
	finds(&f, "member", STATE_MISSING, "this session began before you were",
	      "newgrp alice");
	ok(!find(&f, "member")->root, "newgrp is not for root");
	finds(&f, "hypercall", STATE_OK, "the driver found alice_op", NULL);
	finds(&f, "open", STATE_MISSING, "permission denied.", NULL);
	finds(&f, "call", STATE_UNKNOWN, "opened first", NULL);
	f.person.member = false;
	finds(&f, "member", STATE_MISSING, "you (bob) are not in the group",
	      "adduser bob alice");
	ok(find(&f, "member")->root, "adduser is for root");
	(void)strcpy(f.person.user, "uid 7");
	finds(&f, "member", STATE_MISSING, "you (uid 7) are not", NULL);
	f.person.root = true;
	finds(&f, "member", STATE_OK, "root", NULL);
	f.person.root = false;
	f.group = false;
	finds(&f, "member", STATE_UNKNOWN, "the group first", NULL);
	finds(&f, "group", STATE_MISSING, "no group alice",
	      "groupadd --system alice");
	f = right;
	f.device.result = -EPERM;
	finds(&f, "call", STATE_MISSING, "version failed: it is not permitted (EPERM)",
	      NULL);
}

int main(void)
{
	test_right();
	test_xen();
	test_installed();
	test_signature();
	test_loaded();
	test_boot();
	test_node();
	test_caller();
	return tap_done();
}
