// SPDX-License-Identifier: GPL-2.0-only
/* alicectl doctor: what is right on the way from Xen to a call, and what is not. */
#include <string.h>

#include "doctor.h"
#include "verbs.h"

static void show_finding(const struct output *o, const struct finding *x)
{
	(void)fprintf(o->file, "%-8s %-10s %s\n", doctor_state(x->state),
		      x->check, x->text);
	if (*x->mend)
		(void)fprintf(o->file, "%-19s %s%s\n", "",
			      x->root ? "as root: " : "run: ", x->mend);
}

static void finding_json(const struct output *o, const struct finding *x)
{
	struct json j = { .out = o->file };

	json_open(&j, '{');
	json_key(&j, "check");
	json_string(&j, x->check);
	json_key(&j, "state");
	json_string(&j, doctor_state(x->state));
	json_key(&j, "text");
	json_string(&j, x->text);
	json_key(&j, "mend");
	if (*x->mend)
		json_string(&j, x->mend);
	else
		json_null(&j);
	json_key(&j, "root");
	json_bool(&j, x->root);
	json_close(&j, '}');
}

static void show_json(const struct output *o, const struct finding *x)
{
	unsigned int i;

	(void)fputc('[', o->file);
	for (i = 0; i < DOCTOR_CHECKS; i++) {
		if (i)
			(void)fputs(",\n ", o->file);
		finding_json(o, &x[i]);
	}
	(void)fputs("]\n", o->file);
}

/* The first that is not right is what to begin with. */
static int verdict(const struct finding *x, struct err *e)
{
	unsigned int i, bad = 0;
	const char *first = NULL;

	for (i = 0; i < DOCTOR_CHECKS; i++) {
		if (x[i].state == STATE_OK)
			continue;
		bad++;
		if (!first && x[i].state != STATE_UNKNOWN)
			first = x[i].check;
	}
	if (!bad)
		return STATUS_DONE;
	return fail(e, STATUS_REFUSED, "%u of %u are not right%s%s", bad,
		    DOCTOR_CHECKS, first ? "; begin with " : "",
		    first ? first : "");
}

int verb_doctor(const struct output *o, const char *device, struct err *e)
{
	struct finding findings[DOCTOR_CHECKS];
	struct facts facts;
	unsigned int i;

	facts_read(&facts, device);
	doctor_judge(&facts, findings);
	if (o->json)
		show_json(o, findings);
	else
		for (i = 0; i < DOCTOR_CHECKS; i++)
			show_finding(o, &findings[i]);
	return verdict(findings, e);
}
