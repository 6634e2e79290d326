// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "screen.h"

#define NS_PER_S 1000000000L

/*
 * What every terminal of today understands: its second screen and back, without
 * cursor and without lines that flow over into the next.
 */
static const char enter[] = "\33[?1049h\33[?25l\33[?7l";
static const char leave[] = "\33[?7h\33[?25h\33[?1049l";
static const char home[] = "\33[H";
static const char clear_line[] = "\33[K";
static const char clear_rest[] = "\33[J";

static void put(const struct screen *s, const char *control)
{
	if (s->terminal)
		(void)fputs(control, s->out);
}

static bool can_draw(FILE *out)
{
	const char *term = getenv("TERM");

	return isatty(fileno(out)) && term && *term && strcmp(term, "dumb") != 0;
}

/* Signals that whoever started us wants to be ignored stay so. */
static void choose_signals(sigset_t *set)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
				   SIGWINCH };
	struct sigaction action;
	size_t i;

	(void)sigemptyset(set);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!sigaction(all[i], NULL, &action) &&
		    action.sa_handler != SIG_IGN)
			(void)sigaddset(set, all[i]);
}

void screen_open(struct screen *s, FILE *out, bool plain)
{
	*s = (struct screen){
		.out = out,
		.terminal = !plain && can_draw(out),
	};
	choose_signals(&s->signals);
	(void)sigprocmask(SIG_BLOCK, &s->signals, &s->before);
	(void)clock_gettime(CLOCK_MONOTONIC, &s->next);
	put(s, enter);
}

unsigned int screen_begin(struct screen *s)
{
	struct winsize size;

	put(s, home);
	if (!s->terminal || ioctl(fileno(s->out), TIOCGWINSZ, &size))
		return 0;
	return size.ws_row;
}

void screen_line_end(struct screen *s)
{
	put(s, clear_line);
	(void)fputc('\n', s->out);
}

bool screen_end(struct screen *s)
{
	put(s, clear_rest);
	return !fflush(s->out) && !ferror(s->out);
}

static void add(struct timespec *t, double seconds)
{
	time_t whole = (time_t)seconds;

	t->tv_sec += whole;
	t->tv_nsec += (long)((seconds - (double)whole) * 1e9);
	if (t->tv_nsec >= NS_PER_S) {
		t->tv_sec++;
		t->tv_nsec -= NS_PER_S;
	}
}

/* What is left from now to a time; false where it is over. */
static bool left(const struct timespec *until, struct timespec *rest)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	rest->tv_sec = until->tv_sec - now.tv_sec;
	rest->tv_nsec = until->tv_nsec - now.tv_nsec;
	if (rest->tv_nsec < 0) {
		rest->tv_sec--;
		rest->tv_nsec += NS_PER_S;
	}
	return rest->tv_sec >= 0;
}

/* Stop as ^Z stops any program, with the terminal as it was. */
static void stop(struct screen *s)
{
	put(s, leave);
	(void)fflush(s->out);
	(void)raise(SIGSTOP);
	put(s, enter);
}

enum moment screen_wait(struct screen *s, double interval, int *signal)
{
	struct timespec rest, next = s->next;
	int got;

	add(&next, interval);
	if (!left(&next, &rest)) {
		/* Held up: the rounds that were missed are not made up for. */
		(void)clock_gettime(CLOCK_MONOTONIC, &s->next);
		rest = (struct timespec){ 0 };
		next = s->next;
	}
	do {
		got = sigtimedwait(&s->signals, NULL, &rest);
	} while (got < 0 && errno == EINTR && left(&next, &rest));
	if (got < 0) {
		s->next = next;
		return MOMENT_ROUND;
	}
	if (got == SIGTSTP)
		stop(s);
	if (got == SIGTSTP || got == SIGWINCH)
		return MOMENT_REDRAW;
	*signal = got;
	return MOMENT_END;
}

void screen_close(struct screen *s)
{
	put(s, leave);
	(void)fflush(s->out);
	(void)sigprocmask(SIG_SETMASK, &s->before, NULL);
}
