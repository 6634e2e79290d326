# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# alicectl top.

FAKE=counting
export FAKE
run "$fake" top --interval 0.2 --count 3
is "$status $err" "0 " "top: ends after the rounds it was to show"
is "$(printf '%s\n' "$out" | awk '{ printf "%s ", $1 == "" ? "-" : $1 }')" \
	"OP stats memory echo hello - OP stats memory echo hello - OP stats memory echo hello " \
	"top: rounds of lines, sorted by the calls"
is "$(printf '%s\n' "$out" | head -n 1 | tr -s ' ')" "OP CALLS/S ERRORS/S IN_BYTES/S OUT_BYTES/S" \
	"top: a column for each counter"
like "$out" '^echo( +[1-9][0-9]*\.[0-9]){3} +0\.0$' "top: rates"
read -r start _ </proc/uptime
run "$fake" top --json --interval 0.5 --count 4
read -r end _ </proc/uptime
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 4 "top --json: a line a round"
# At least the interval, and at most the elapsed time.
printf '%s\n' "$out" | sed 's/^{"seconds":\([0-9.]*\),.*/\1/' |
	awk -v most="$start $end" '{ sum += $1 } END { split(most, t, " ")
		exit !(sum >= 1.99 && sum <= t[2] - t[1] + 0.02) }'
ok $? "top --json: the time that rounds cover" || diag "$start to $end: $out"
if perl -MJSON::PP -e 1 2>/dev/null; then
	# The increments of the fake counters, also after a reset.
	printf '%s\n' "$out" | perl -MJSON::PP -ne '
		my $round = decode_json($_);
		for (@{$round->{ops}}) {
			my $rate = $_->{per_second};
			my $rise = $rate->{calls} * $round->{seconds};
			my $want = 100 * ($_->{cmd} + 1);
			print "$_->{name}: $rise, not $want\n" if abs($rise - $want) > $want / 50;
			my $errors = $rate->{errors} * $round->{seconds};
			print "$_->{name}: $errors errors\n" if abs($errors - 7) > 0.5;
		}
		print join(" ", map { $_->{name} } @{$round->{ops}}), "\n"' >"$work/out"
	is "$(sort -u "$work/out")" "stats memory echo hello" "top --json: rates are what the counters rose by in the time"
else
	skip "top --json: rates are what the counters rose by in the time" "perl has no JSON::PP"
fi
run timeout --foreground -s INT 3 "$fake" top --interval 0.1
is "$(printf '%s\n' "$out" | tail -n 1 | cut -d' ' -f1)" "hello" "top: ^C ends it after a whole round"
# Startup is slow on a busy machine.  --foreground, since timeout otherwise sends SIGCONT:
# during the leak check at the end, that makes the check hang.
run timeout --foreground --preserve-status -s INT 5 "$fake" top --interval 60
gives 0 "" "" "top: ^C ends it at once, and well"
# A shell makes background processes ignore ^C.
env --default-signal=INT "$fake" top --interval 0.5 >"$work/out" 2>"$work/err" &
until [ -s "$work/out" ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
times=0
while [ $((times += 1)) -lt 20000 ]; do kill -INT $!; done 2>/dev/null
wait $!
is $? 0 "top: ^C again while it ends changes nothing"
run timeout --preserve-status -s TERM 5 "$fake" top --interval 60
gives 143 "" "" "top: SIGTERM ends it with its status"
timeout -k 5 10 "$fake" top --interval 0.1 | head -n 1 >"$work/out"
is "$(cut -c1-2 "$work/out")" "OP" "top: a reader that goes away"
timeout 20 "$fake" top --interval 0.1 >/dev/full 2>"$work/err"
is "$?" 5 "top: a full disk"
run env FAKE_BATCH=short "$fake" top --interval 0.1 --count 1
is "$status $(printf '%s\n' "$out" | wc -l)" "0 5" "top: batches that end early"
run env FAKE_BATCH=cut "$fake" top
gives 5 "" "^alicectl: the batch failed: Cannot allocate memory" "top: counters of which some cannot be read"
# The op disappears after the table was read, which is no fault of the hypervisor.
run env FAKE=shrinking "$fake" top --interval 0.1 --count 1
is "$status $err $(printf '%s\n' "$out" | awk '{ printf "%s ", $1 }')" "0  OP stats hello " \
	"top: an op that goes while it is asked about"
run env FAKE=guest "$fake" top
gives 1 "" "^alicectl: stats was refused by the hypervisor.* \(EPERM\)" \
	"top: outside of the control domain"
run env FAKE=good "$fake" top
gives 1 "" "this hypervisor has no op 'stats'" "top: a hypervisor that does not count"
run "$fake" --only hello -- "$fake" top
gives 1 "" "^alicectl: stats was refused by the driver: .*\(EACCES\)" "top: a device that was restricted"
unset FAKE
