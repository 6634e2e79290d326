/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Figures that are shown again and again: at the same place of a terminal, which
 * is given back as it was, or below each other.
 */
#ifndef ALICECTL_SCREEN_H
#define ALICECTL_SCREEN_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/**
 * struct screen - where figures are shown
 * @out: a terminal or not
 * @terminal: whether it is one that can be drawn on
 * @signals: those that come when they are waited for
 * @before: those that were blocked before
 * @next: when the next round begins
 */
struct screen {
	FILE *out;
	bool terminal;
	sigset_t signals;
	sigset_t before;
	struct timespec next;
};

/**
 * enum moment - what waiting ended with
 * @MOMENT_ROUND: it is time for the next round
 * @MOMENT_REDRAW: what was shown is to be shown again
 * @MOMENT_END: somebody wants an end
 */
enum moment {
	MOMENT_ROUND,
	MOMENT_REDRAW,
	MOMENT_END,
};

/**
 * screen_open() - take the terminal, if it is one
 * @s: filled in; give it back with screen_close()
 * @out: where to
 * @plain: do not draw, even on a terminal
 */
void screen_open(struct screen *s, FILE *out, bool plain);

/**
 * screen_begin() - the next figures replace those that are shown
 * @s: the screen
 *
 * Return: how many lines there is room for, 0 where that does not matter.
 */
unsigned int screen_begin(struct screen *s);

/**
 * screen_line_end() - end a line
 * @s: the screen
 */
void screen_line_end(struct screen *s);

/**
 * screen_end() - the figures are complete
 * @s: the screen
 *
 * Return: false where they cannot be written.
 */
bool screen_end(struct screen *s);

/**
 * screen_wait() - wait for the next round
 * @s: the screen
 * @interval: seconds from the last to the next
 * @signal: set to the signal with MOMENT_END
 *
 * Rounds begin at even times, unless the program was held up.
 *
 * Return: what happened first.
 */
enum moment screen_wait(struct screen *s, double interval, int *signal);

/**
 * screen_close() - give the terminal back
 * @s: the screen
 */
void screen_close(struct screen *s);

#endif
