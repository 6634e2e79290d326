/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the tests of faulty hypervisors; each has its own file. */
#ifndef TESTS_HOSTILE_PARTS_H
#define TESTS_HOSTILE_PARTS_H

void part_shown(void);
void part_versions(void);
void part_rows(void);
void part_answers(void);
void part_changes(void);
void part_long(void);
void part_events(void);
void part_legacy(void);

#endif
