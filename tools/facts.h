/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is the case on the way from Xen to a call, as far as the caller may see
 * it.  Nothing is judged here.
 */
#ifndef ALICECTL_FACTS_H
#define ALICECTL_FACTS_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/alice.h>

#include "err.h"
#include "files.h"
#include "system.h"

/* The group whose members may use the device. */
#define ALICE_GROUP "alice"

/**
 * struct facts_xen - the hypervisor
 * @there: whether this system runs on one
 * @version: its version
 * @type: what kind of guest this is, "" where the kernel does not say
 * @control: whether this is the control domain
 * @asked: whether alice_op was called without the driver
 * @answers: whether it answered that
 * @abi_major: by which version of its ABI
 * @abi_minor: the same
 * @number: of the hypercall
 * @why: why it did not answer
 */
struct facts_xen {
	enum answer there;
	char version[32];
	char type[8];
	bool control;
	bool asked;
	bool answers;
	unsigned int abi_major;
	unsigned int abi_minor;
	unsigned int number;
	struct err why;
};

/**
 * struct facts_module - the driver
 * @release: the kernel that is running
 * @file: the module's for that kernel, "" where there is none
 * @indexed: whether modprobe finds it
 * @headers: whether that kernel's headers are there
 * @dkms: whether DKMS has the source
 * @enforced: what makes the kernel take signed modules alone, "" if nothing does
 * @sealed: whether @file is signed
 * @loaded: whether it is
 * @version: of the one that is loaded, "" where it does not say
 * @number: parameter hypercall_nr, "" where it is not loaded
 * @legacy: parameter legacy, the same
 * @refusal: what the driver said when it did not load, "" where it did not say
 * @options: a line of modprobe's configuration that sets parameters
 * @install: one that does something else instead of loading it
 * @blacklist: one that keeps the boot from loading it
 * @kernel_blacklist: whether the kernel's command line forbids it
 * @boot: the line that loads it at boot
 */
struct facts_module {
	const char *release;
	char file[FILES_PATH];
	bool indexed;
	bool headers;
	bool dkms;
	char enforced[64];
	enum answer sealed;
	bool loaded;
	char version[32];
	char number[16];
	char legacy[4];
	char refusal[FILES_LINE];
	struct setting options;
	struct setting install;
	struct setting blacklist;
	bool kernel_blacklist;
	struct setting boot;
};

/**
 * struct facts_node - the device node
 * @path: where it is looked for
 * @rule: the rule of udev's that is for it
 * @udev: whether udev runs
 * @there: whether there is a node
 * @mode: of the node
 * @owner: name of its owner, or the number
 * @group: name of its group, or the number
 * @number: of the device, as MAJOR:MINOR
 * @wanted: what that number should be, "" where the driver is not loaded
 */
struct facts_node {
	const char *path;
	struct setting rule;
	bool udev;
	bool there;
	mode_t mode;
	char owner[PERSON_LEN];
	char group[PERSON_LEN];
	char number[32];
	char wanted[32];
};

/**
 * struct facts_device - using it
 * @opened: whether it could be opened, and answers
 * @why: why not
 * @info: what it offers
 * @op: the op that was called, "" where there is none to be called like that
 * @result: what it answered: a number of bytes, or a negative errno
 */
struct facts_device {
	bool opened;
	struct err why;
	struct alice_info info;
	char op[ALICE_NAME_LEN + 1];
	int result;
};

/**
 * struct facts - all of it
 * @xen: the hypervisor
 * @module: the driver
 * @node: its node
 * @group: whether the group is there
 * @gid: its number
 * @person: the caller, and whether that is in the group
 * @device: using it
 */
struct facts {
	struct facts_xen xen;
	struct facts_module module;
	struct facts_node node;
	bool group;
	gid_t gid;
	struct person person;
	struct facts_device device;
};

/**
 * facts_read() - look at the system, and make a call
 * @f: filled in
 * @path: of the device node
 */
void facts_read(struct facts *f, const char *path);

#endif
