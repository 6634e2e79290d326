# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Events, and alicectl watch.

# le BYTES NUMBER - a number in little-endian order, as octal escapes
le() {
	le_value=$2
	le_left=$1
	while [ "$le_left" -gt 0 ]; do
		printf '\\0%03o' $((le_value & 255))
		le_value=$((le_value >> 8))
		le_left=$((le_left - 1))
	done
}

# record CMD LEN SEQ TIME LOST BYTES - a record as the driver returns it, as octal escapes;
# BYTES are the payload, padded to a multiple of 8
record() {
	printf '%s' "$(le 4 "$1")$(le 4 "$2")$(le 8 "$3")$(le 8 "$4")$(le 4 "$5")$(le 4 0)$6"
}

# emit ESCAPES... - make the device return these records, in one read
emit() {
	printf '%b' "$(printf '%s' "$@")" >&7
}

mkfifo "$work/events"
exec 7<>"$work/events"
tick=$(record 70 18 1 1500000000 0 'ab\0\0dormouse\0000\0001\0377xyz\0\0\0\0\0\0')
word=$(record 70 16 2 20000000005 0 '\0\0\0\0hatter\0\0 tea')
other=$(record 71 0 1 86400000000001 3 '')
wrong=$(record 73 3 1 9 0 'abc\0\0\0\0\0')
gone=$(record 99 2 1 7 1 'xy\0\0\0\0\0\0')
FAKE=events FAKE_EVENTS=$work/events
export FAKE FAKE_EVENTS

run "$fake" ops
gives 0 "CMD  OP                  YOU    FLAGS    SUMMARY
3    echo data           yes    -        answer with the request

CMD  EVENT               YOU    FLAGS    SUMMARY
12   changed generation  yes    -        the op table is another one
70   tick n by data      yes    -        a clock
71   plain               yes    live
72   secret              EPERM  admin
73   fixed n             yes    -
74   dom0                yes    control
75   watch ?             yes    -" "^alicectl: warning: event 75 is invalid: " "ops: events apart"
emit "$tick" "$word"
run env FAKE_TRACE=1 "$fake" watch tick --count 2
gives 0 "1.500000000 tick n=25185 by=dormouse data=hex:0001ff78797a
20.000000005 tick n=0 by=hatter data= tea" "^listen 70$" "watch: events by their fields"
emit "$tick" "$other"
run "$fake" --json watch tick plain --count 2
gives 0 '{"event":"tick","seq":1,"time_ns":1500000000,"lost":0,"fields":{"n":25185,"by":"dormouse","data":"0001ff78797a"}}
{"event":"plain","seq":1,"time_ns":86400000000001,"lost":3,"fields":{}}' "" "watch --json"
emit "$word" "$other"
run env FAKE_TRACE=1 "$fake" watch --count 2
gives 0 "20.000000005 tick n=0 by=hatter data= tea
86400.000000001 plain" "^listen 12 70 71 73 75$" "watch: all that one may have"
like "$err" "^alicectl: 3 events were lost$" "watch: what was lost"
emit "$wrong" "$gone" "$tick"
run "$fake" watch fixed tick --count 3
gives 4 "0.000000009 fixed hex:616263
0.000000007 99 hex:7879
1.500000000 tick n=25185 by=dormouse data=hex:0001ff78797a" \
	"^alicectl: 2 of 3 events do not fit their field lists$" \
	"watch: payloads that do not fit, and an event of no row"
like "$err" "^alicectl: 1 event was lost$" "watch: one was lost"
emit "$wrong" "$gone"
run "$fake" watch fixed --count 2 --json
is "$out" '{"event":"fixed","seq":1,"time_ns":9,"lost":0,"fields":{"hex":"616263"}}
{"event":"99","seq":1,"time_ns":7,"lost":1,"fields":{"hex":"7879"}}' "watch --json: the same"
emit "$tick" "$(record 70 17 2 0 0 'cut off')"
run "$fake" watch tick
gives 4 "1.500000000 tick n=25185 by=dormouse data=hex:0001ff78797a" \
	"^alicectl: the driver returned malformed events$" "watch: a record that is cut off"
emit "$(record 12 8 1 5 0 '\0002\0\0\0\0\0\0\0')" "$other"
run env FAKE_TRACE=1 "$fake" watch --count 2
is "$(printf '%s\n' "$err" | grep -c '^listen 12 70 71 73 75$')" 2 \
	"watch: where the table is another one, its events are watched, too"
emit "$(record 12 8 1 5 0 '\0002\0\0\0\0\0\0\0')" "$other"
run env FAKE_TRACE=1 "$fake" watch changed plain --count 2
is "$(printf '%s\n' "$err" | grep -c '^listen')" 1 "watch: but not where events were named"

run "$fake" watch tick --timeout 0.1
gives 0 "" "" "watch: --timeout without an event"
emit "$word"
run "$fake" watch tick --timeout 0.3 --count 2
gives 1 "20.000000005 tick n=0 by=hatter data= tea" "^alicectl: 1 of 2 events came in time$" \
	"watch: --timeout with fewer events than --count"
read -r start _ </proc/uptime
run "$fake" watch tick --timeout 1.2
read -r end _ </proc/uptime
awk -v s="$start" -v e="$end" 'BEGIN { exit !(e - s >= 1.19 && e - s < 5) }'
ok $? "watch: --timeout is in seconds" || diag "$start to $end"

# watching OPTION... - run watch in the background, up to its first line
watching() {
	: >"$work/out"
	env --default-signal=INT "$fake" watch tick "$@" >"$work/out" 2>"$work/err" &
	emit "$word"
	tries=0
	until [ -s "$work/out" ] || [ $((tries += 1)) -gt 200 ]; do sleep 0.1; done
}
watching
is "$(cat "$work/out")" "20.000000005 tick n=0 by=hatter data= tea" \
	"watch: a line is written before the next event comes"
kill -INT $!
wait $!
is "$? $(cat "$work/err")" "0 " "watch: ^C ends it well"
watching --count 5 --timeout 60
kill -INT $!
wait $!
is "$? $(cat "$work/err")" "0 " "watch: ^C, before there were as many as were wanted"
# ^C works while events keep coming: nobody reads the output, which does not fit into the
# pipe. The size of a read is a multiple of these records' 64 bytes.
printf '%b' "$(record 70 32 1 5 0 '\0\0\0\0hatter\0\0more tea! more tea!\0001')" >"$work/many"
while [ "$(wc -c <"$work/many")" -lt 65536 ]; do
	cat "$work/many" "$work/many" >"$work/more"
	mv "$work/more" "$work/many"
done
cat "$work/many" >&7
mkfifo "$work/seen"
env --default-signal=INT "$fake" watch tick >"$work/seen" 2>"$work/err" &
exec 8<"$work/seen"
read -r line <&8
kill -INT $!
lines=$(wc -l <&8)
wait $!
is "$? $line" "0 0.000000005 tick n=0 by=hatter data=hex:6d6f72652074656121206d6f7265207465612101" \
	"watch: ^C during many events"
[ "$lines" -lt 1000 ]
ok $? "watch: which ends it before they do" || diag "$lines lines"
exec 8<&-
# Closing the FIFO discards unread events.
exec 7>&-
rm "$work/events"
mkfifo "$work/events"
exec 7<>"$work/events"

# watch_one - watch, for a reader that closes the pipe after a line; its status is in
# $work/status
watch_one() {
	{
		timeout -k 5 20 "$fake" watch tick 2>"$work/err"
		echo $? >"$work/status"
	} | head -n 1 >"$work/out"
}

# The reader closes the pipe, and no more events come.
emit "$word"
watch_one
is "$(cat "$work/status") $(cat "$work/out")" "141 20.000000005 tick n=0 by=hatter data= tea" \
	"watch: a reader that goes away"
emit "$word"
(
	trap '' PIPE
	watch_one
)
is "$(cat "$work/status") $(cat "$work/err")" "5 alicectl: the events cannot be written: nobody reads them" \
	"watch: where SIGPIPE is ignored"
emit "$word"
timeout 20 "$fake" watch tick >/dev/full 2>"$work/err"
is "$?" 5 "watch: a full disk"

run "$fake" watch tikc
gives 2 "" "this hypervisor has no event 'tikc'; did you mean 'tick'\?$" "watch: an event that is mistyped"
run "$fake" watch cheshire
gives 2 "" "no event 'cheshire'; 'alicectl ops' lists those that it has$" "watch: an event that there is not"
run "$fake" watch tick echo
gives 2 "" "echo is an op, not an event$" "watch: an op"
run "$fake" watch secret
gives 1 "" "^alicectl: secret was refused by the driver: the event needs the capability CAP_SYS_ADMIN" \
	"watch: an event that the driver refuses"
run "$fake" watch dom0
gives 1 "" "^alicectl: dom0 was refused by the hypervisor" "watch: one that the hypervisor does"
run env FAKE=good "$fake" watch
gives 1 "" "^alicectl: this hypervisor has no events that you may listen to$" "watch: no events"
# shellcheck disable=SC2016 # expanded there
run env FAKE_EVENTS= "$fake" --only tick,echo -- sh -c 'FAKE_TRACE=1 "$0" watch --timeout 0.01' "$fake"
is "$(printf '%s\n' "$err" | grep listen | sort -u)" "listen 70" "watch: a device that was restricted"
emit "$word"
run "$fake" watch tick --count 1 --device /dev/alice
is "$status" 0 "watch: another device"

run "$fake" help tick
gives 0 "tick (event 70): a clock

Usage: alicectl watch tick
Fields:
  n                u32    0 to 4294967295
  by               c8     text, up to 8 bytes
  data             bytes  text or bytes, 0 to 52 bytes

It reports what happened; it cannot be called.
You may listen to it, unless the hypervisor refuses." "" "help EVENT"
run "$fake" help secret
like "$out" "^You may not listen to it: the event needs the capability CAP_SYS_ADMIN" \
	"help EVENT: why one may not have it"
run "$fake" --json help tick
like "$out" '^\{"cmd":70,"name":"tick","kind":"event",.*"flag_names":\["event"\],' "help EVENT --json"
printf 'tick\n' >"$work/line"
for words in tick "call tick" "--raw tick" "batch $work/line" "table tick 1.." "call 70"; do
	# shellcheck disable=SC2086 # words of one command
	run "$fake" $words
	gives 2 "" "tick is an event, not an op: .*; 'alicectl watch (tick|70)' shows it" \
		"an event cannot be called: ${words%"$work"*}"
done
exec 7>&-
unset FAKE FAKE_EVENTS
