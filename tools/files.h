/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that say something of the system, below its root.
 */
#ifndef ALICECTL_FILES_H
#define ALICECTL_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* Room for the name of a file, and for a line of one. */
#define FILES_PATH 256
#define FILES_LINE 256

/**
 * files_path() - where a file is
 * @path: set to its name below the system's root; of FILES_PATH bytes
 * @name: its name on that system
 *
 * Return: @path.
 */
const char *files_path(char *path, const char *name);

/**
 * files_there() - whether there is such a file
 * @name: its name
 *
 * Return: true if there is.
 */
bool files_there(const char *name);

/**
 * files_line() - the first line of a file
 * @name: the file's name
 * @line: set to it, without the newline; "" where there is none
 * @room: how many bytes there are; what is longer is cut off
 *
 * Return: whether there is one.
 */
bool files_line(const char *name, char *line, size_t room);

/**
 * struct setting - a line of the system's configuration
 * @file: the file that it is in, "" where there is no such line
 * @line: the line
 */
struct setting {
	char file[FILES_PATH];
	char line[FILES_LINE];
};

/**
 * files_setting() - look for a line of configuration
 * @s: filled in
 * @dir: the directory, without what differs between the system's and the
 *	administrator's, such as "modprobe.d"
 * @suffix: of the files in there that count
 * @is_it: whether a line is the one
 *
 * A file hides those that have its name in directories that count less.
 *
 * Return: whether there is one.
 */
bool files_setting(struct setting *s, const char *dir, const char *suffix,
		   bool (*is_it)(const char *line));

#endif
