/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What alicectl asks of the system around it, other than the device.  All of it
 * goes through here, so that a test can be another system.
 */
#ifndef ALICECTL_SYSTEM_H
#define ALICECTL_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Room for the name of a user or a group. */
#define PERSON_LEN 64

/**
 * enum answer - what looking at the system said to a question
 * @ANSWER_NO: no
 * @ANSWER_YES: yes
 * @ANSWER_UNKNOWN: there was no way to tell
 */
enum answer {
	ANSWER_NO,
	ANSWER_YES,
	ANSWER_UNKNOWN,
};

/**
 * struct person - the caller, and a group
 * @user: name of the caller, or "uid N"
 * @root: whether that is root
 * @member: whether the caller is in the group by the user database
 * @session: whether this process is in the group
 */
struct person {
	char user[PERSON_LEN];
	bool root;
	bool member;
	bool session;
};

/* In front of the name of every file that says something of the system. */
extern const char *system_root;

/**
 * system_release() - which kernel is running
 *
 * Return: its release.
 */
const char *system_release(void);

/**
 * system_group() - find a group in the user database
 * @name: its name
 * @gid: set to its number
 *
 * Return: whether there is one.
 */
bool system_group(const char *name, gid_t *gid);

/**
 * system_person() - who calls
 * @p: filled in
 * @gid: the group to look for
 */
void system_person(struct person *p, gid_t gid);

/**
 * system_log() - read the kernel's log
 * @log: set to its end, NUL-terminated
 * @room: how many bytes there are
 *
 * Return: whether it may be read.
 */
bool system_log(char *log, size_t room);

#endif
