# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Binary data, output that cannot be written, and JSON.

# ---- binary data

head -c 65536 /dev/urandom >"$work/random"
"$fake" --raw echo <"$work/random" >"$work/back"
is "$?" 0 "--raw: status"
cmp "$work/random" "$work/back"
ok $? "--raw: the same bytes out as in"
"$fake" --raw echo "@$work/random" </dev/null >"$work/back" && cmp "$work/random" "$work/back"
ok $? "--raw: a request made of arguments, an answer as it is"
"$fake" echo @- <"$work/random" >"$work/plain"
# A command-line argument cannot be this long.
sed 's/^data=/echo /' "$work/plain" | "$fake" batch >"$work/back" && cmp "$work/plain" "$work/back"
ok $? "an answer that was printed is the same bytes as an argument"
(sleep 0.2; printf a; sleep 0.2; printf b) | "$fake" --raw echo >"$work/back"
is "$(cat "$work/back")" ab "--raw: a request that comes in pieces"
run "$fake" --raw echo </dev/null
gives 0 "" "" "--raw: an empty request"
head -c 65537 /dev/zero >"$work/long"
run "$fake" --raw echo <"$work/long"
gives 1 "" "it takes 0 to 65536 bytes, and the request has 65537 \(EINVAL\)" \
	"--raw: the driver or the hypervisor checks the length"
run "$fake" echo "@$work/long"
gives 2 "" "echo: data: it takes at most 65536 bytes, not 65537" "a file that is too long"
run "$fake" echo @/dev/zero
gives 2 "" "echo: data: it takes at most 65536 bytes, and '/dev/zero' is longer" "a file without an end"
run "$fake" mixed a=1 b=1 c=1 d=1 e=1 f=@- g= </dev/zero
gives 2 "" "mixed: f: it takes at most 4 bytes, and '-' is longer" "and one for a text"
run "$fake" --raw echo </dev/zero
gives 2 "" "standard input is longer than 1048576 bytes, and no request is" \
	"--raw: a request without an end"
run "$fake" --raw hello </dev/zero
gives 0 "" "" "--raw: no request where the op takes none"
run "$fake" --raw echo <&-
gives 5 "" "cannot read standard input: Bad file descriptor" "--raw: no standard input"
run "$fake" --raw echo </
gives 5 "" "cannot read standard input: Is a directory" "--raw: a directory"
run "$fake" echo @/nonexistent
gives 5 "" "cannot read '/nonexistent': No such file.*text:" "a file that is not there"

# ---- output that cannot be written

for verb in ops info --help "help echo" "echo x" "--raw echo x" "--json echo x"; do
	# shellcheck disable=SC2086 # words of one command
	"$fake" $verb >/dev/full 2>"$work/err"
	is "$?" 5 "a full disk: $verb"
done
like "$(cat "$work/err")" "cannot write the output" "a full disk: the reason"
"$fake" echo x >&- 2>"$work/err"
is "$?" 5 "no standard output"
"$fake" hello >&- 2>"$work/err"
is "$?" 0 "no standard output, and nothing to write"
"$fake" nosuch >/dev/full 2>/dev/null
is "$?" 2 "an earlier error keeps its status"
(
	trap '' PIPE
	"$fake" echo "@$work/random" 2>"$work/err"
	echo $? >"$work/status"
) | :
is "$(cat "$work/status")" 5 "a reader that went away"

# ---- JSON, read by another parser

valid_json() {
	perl -MJSON::PP -e 'local $/; JSON::PP->new->ascii->decode(<STDIN>)' <"$1"
}
if perl -MJSON::PP -e 1 2>/dev/null; then
	for table in good hostile; do
		for verb in ops info "help echo" "help 78" "call 3 @$work/random" short; do
			# shellcheck disable=SC2086 # words of one command
			FAKE=$table "$fake" --json $verb >"$work/json" 2>/dev/null
			[ -s "$work/json" ] || continue
			valid_json "$work/json"
			ok $? "JSON is JSON: $table, ${verb%@*}"
		done
	done
	printf 'echo x\nhello\nshort\nlong\nfail 2\n' >"$work/lines"
	for table in good hostile; do
		grep -v -e "$([ $table = good ] && echo 'short\|long' || echo 'hello\|fail')" "$work/lines" |
			FAKE=$table "$fake" --json batch 2>/dev/null |
			perl -MJSON::PP -ne 'print decode_json($_)->{line}, " "' >"$work/json"
		is "$(cat "$work/json")" "1 2 3 " "JSON is JSON: $table, each line of a batch"
	done
	printf '{"a":' >"$work/json"
	! valid_json "$work/json" 2>/dev/null
	ok $? "what is no JSON is found"
	head -c 65536 /dev/zero | tr '\0' '\001' >"$work/ones"
	FAKE=good "$fake" --json echo "@$work/ones" |
		perl -MJSON::PP -e 'local $/; print pack("H*", JSON::PP->new->decode(<STDIN>)->{data})' |
		cmp - "$work/ones"
	ok $? "JSON: bytes are hexadecimal digits"
else
	skip "JSON is JSON" "perl has no JSON::PP"
fi
