/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the tests of /dev/alice; each has its own file. */
#ifndef TESTS_DEVICE_PARTS_H
#define TESTS_DEVICE_PARTS_H

void part_table(void);
void part_answers(void);
void part_errors(void);
void part_lengths(void);
void part_structs(void);
void part_pointers(void);
void part_batch(void);
void part_restrict(void);
void part_races(void);
void part_signals(void);
void part_amid(void);
void part_disturbed(void);
void part_access(void);
void part_crowd(void);
void part_moved(void);
void part_narrow(void);
void part_busy(void);
void part_traced(void);
void part_counters(void);
void part_hellos(void);

#endif
