// SPDX-License-Identifier: GPL-2.0-only
/* alicectl watch: show events as they come, one per line. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alicectl.h"
#include "json.h"

/* This event reports a new op table, which can have new events. */
#define CHANGED "changed"

/**
 * struct watch - state of watch
 * @a: the handle
 * @o: the command line
 * @all: watch all events, not only named ones
 * @start: start time, in seconds
 * @late: --timeout has expired
 * @shown: number of events written
 * @misfits: number of events that do not match their field lists
 */
struct watch {
	struct alice *a;
	const struct options *o;
	bool all;
	double start;
	bool late;
	uint64_t shown;
	uint64_t misfits;
};

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int listen_to(struct watch *w, struct alice_error *e)
{
	const char *const *names = (const char *const *)w->o->word + 1;
	struct alice_error why;
	int ret = w->all ? alice_listen_all(w->a, &why)
			 : alice_listen(w->a, names, w->o->count - 1, &why);

	if (ret >= 0)
		return 0;
	return fail(e, status_of(&why), "%.900s%s", why.text,
		    why.code == ENOENT && !strstr(why.text, "did you mean")
		    ? "; 'alicectl ops' lists those that it has" : "");
}

static void show_head(const struct alice_event *event, const char *name)
{
	if (event->lost) {
		(void)fflush(stdout);
		(void)fprintf(stderr, "alicectl: %" PRIu32 " event%s lost\n", event->lost,
			      event->lost == 1 ? " was" : "s were");
	}
	(void)printf("%" PRIu64 ".%09" PRIu64 " %s", (uint64_t)event->time_ns / 1000000000,
		     (uint64_t)event->time_ns % 1000000000, name);
}

static void show_json(const struct alice_event *event, const char *name,
		      const struct alice_call *c)
{
	struct json j = { .out = stdout };

	json_open(&j, '{');
	json_key(&j, "event");
	json_string(&j, name);
	json_key(&j, "seq");
	json_unsigned(&j, event->seq);
	json_key(&j, "time_ns");
	json_unsigned(&j, event->time_ns);
	json_key(&j, "lost");
	json_unsigned(&j, event->lost);
	json_key(&j, "fields");
	json_answer(&j, c);
	json_close(&j, '}');
}

static int show(struct watch *w, const struct alice_event *event, const struct alice_call *c,
		struct alice_error *e)
{
	const char *name = alice_call_row(c)->desc.name;

	w->shown++;
	w->misfits += !answer_fits(c);
	if (w->o->json) {
		show_json(event, name, c);
	} else {
		show_head(event, name);
		if (!show_values(c, " ", ""))
			return no_memory(e);
	}
	(void)putchar('\n');
	if (fflush(stdout) || ferror(stdout))
		return fail(e, STATUS_IO, "the events cannot be written");
	/* Subscribe to the events of the new table, too. */
	return w->all && !strcmp(name, CHANGED) ? listen_to(w, e) : 0;
}

/*
 * Let SIGINT in and, with @wait, wait for an event or the timeout. Poll stdout, too: if its
 * reader has gone, end now and not at the next event.
 */
static int look(struct watch *w, bool wait, struct alice_error *e)
{
	struct pollfd files[] = {
		{ .fd = alice_fd(w->a), .events = POLLIN }, { .fd = STDOUT_FILENO },
	};
	bool timed = w->o->timeout > 0;
	double rest = timed ? w->start + w->o->timeout - seconds() : 0;
	struct timespec until = { 0 };

	w->late = timed && rest <= 0;
	if (wait && rest > 0) {
		until.tv_sec = (time_t)rest;
		until.tv_nsec = (long)((rest - (double)until.tv_sec) * 1e9);
	}
	if (ppoll(files, 2, wait && !timed ? NULL : &until, &interrupt_mask) > 0 &&
	    files[1].revents & POLLERR) {
		(void)raise(SIGPIPE);
		return fail(e, STATUS_IO, "the events cannot be written: nobody reads them");
	}
	return 0;
}

static int next(struct watch *w, struct alice_error *e)
{
	struct alice_event event;
	const struct alice_call *c = alice_event_read(w->a, &event, 0, e);
	int ret;

	if (!c && e->code != EAGAIN && e->code != EINTR)
		return status_of(e);
	ret = look(w, !c, e);
	return ret || !c ? ret : show(w, &event, c, e);
}

int run_watch(struct alice *a, const struct options *o, struct alice_error *e)
{
	struct watch w = { .a = a, .o = o, .all = o->count == 1, .start = seconds() };
	int ret;

	interrupt_catch();
	ret = listen_to(&w, e);
	while (!ret && !interrupted && !w.late && (!o->rounds || w.shown < o->rounds))
		ret = next(&w, e);
	if (ret)
		return ret;
	if (w.late && w.shown < o->rounds)
		return fail(e, STATUS_REFUSED, "%" PRIu64 " of %" PRIu64 " events came in time",
			    w.shown, o->rounds);
	if (w.misfits)
		return fail(e, STATUS_NONSENSE,
			    "%" PRIu64 " of %" PRIu64 " events do not fit their field lists",
			    w.misfits, w.shown);
	return 0;
}
