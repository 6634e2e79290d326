# SPDX-License-Identifier: GPL-2.0-only
#
# Reads one TAP stream and judges it.  Variables:
#
#   name     of the stream, for messages
#   status   exit status of what printed it; or empty, if the stream ends with a line
#            "<mark> STATUS"
#   mark     see above
#   first    number of tests that precede this stream in the stream that it becomes part
#            of, for renumbering; -1: print failures and their explanations only
#   summary  file that gets "passed failed skipped"
#
# A stream is valid if it has exactly one plan, its tests are numbered 1, 2,
# 3 without a gap, their number is the plan's, it does not bail out, and the
# exit status is 0 if and only if nothing failed.  Each violation counts as a failure.

function broken(why) {
	failed++
	printf "%s", before
	before = ""
	number = first < 0 ? "" : " " (first + ++shown)
	print "not ok" number " - " (name == "" ? "" : name ": ") why
}

function test(passed, rest) {
	seen++
	if (match(rest, /^ *[0-9]+/)) {
		given = substr(rest, RSTART, RLENGTH) + 0
		rest = substr(rest, RSTART + RLENGTH)
		if (given != seen)
			disorder = disorder == "" ? given " where " seen \
			    " was due" : disorder
	}
	sub(/^ *(- )?/, "", rest)
	if (!passed)
		failed++
	else if (toupper(rest) ~ /# *SKIP/)
		skipped++
	else
		passes++
	explaining = !passed
	if (first < 0) {
		if (!passed) {
			printf "%s", before
			print "not ok - " (name == "" ? "" : name ": ") rest
		}
	} else {
		print (passed ? "" : "not ") "ok " (first + ++shown) " - " \
		    (name == "" ? "" : name ": ") rest
	}
	before = ""
}

BEGIN {
	passes = failed = skipped = seen = shown = plans = 0
	plan = -1
}

mark != "" && index($0, mark " ") == 1 {
	status = substr($0, length(mark) + 2)
	next
}

/^ok([ \t]|$)/ {
	test(1, substr($0, 3))
	next
}

/^not ok([ \t]|$)/ {
	test(0, substr($0, 7))
	next
}

/^1\.\.[0-9]+/ {
	plans++
	plan = substr($0, 4) + 0
	if (plan == 0)
		nothing = $0
	next
}

/^Bail out!/ {
	bail = $0
	next
}

/^#?[ \t]*$/ {
	next
}

# All other lines are explanations.  If only failures are wanted, an explanation is
# shown if the test right before or right after it failed.
{
	line = ($0 ~ /^#/ ? "" : "# ") $0
	if (first >= 0 || explaining)
		print line
	else if (lines[seen]++ < 20)
		before = before line "\n"
}

END {
	honest = failed
	if (bail != "")
		broken(bail)
	if (plans == 0)
		broken("no plan: it ended early, after " seen " tests")
	else if (plans > 1)
		broken(plans " plans")
	else if (plan != seen)
		broken("planned " plan " tests, ran " seen)
	if (disorder != "")
		broken("tests out of order: " disorder)
	if (status == "")
		broken("it ended without an exit status")
	else if (status == 124 || status == 137)
		broken("timed out (exit status " status ")")
	else if (status != 0 && honest == 0)
		broken("exit status " status ", though no test failed")
	else if (status == 0 && honest != 0)
		broken("exit status 0, though tests failed")
	if (plans == 1 && plan == 0 && seen == 0) {
		if (toupper(nothing) ~ /# *SKIP/) {
			skipped++
			if (first >= 0)
				print "ok " (first + ++shown) " - " name \
				    " # SKIP " substr(nothing, match(toupper(nothing), /SKIP/) + 5)
		} else {
			broken("it has no tests")
		}
	}
	print passes, failed, skipped, shown > summary
}
