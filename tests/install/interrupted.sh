# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Installations that die in the middle.

# An install, or a cp for the module, that dies together with all of its make in the middle
# of its file, at the call that $WORK/fatal names.
for tool in install cp; do
	cat >"$WORK/bin/$tool" <<-END
	#!/bin/sh
	echo $tool >>"$WORK/calls"
	[ "\$(wc -l <"$WORK/calls")" -eq "\$(cat "$WORK/fatal")" ] ||
		exec /usr/bin/$tool "\$@"
	/usr/bin/$tool "\$@"
	for last; do :; done
	[ ! -d "\$last" ] || last=\$last/alice.ko
	truncate -s 7 "\$last"
	kill -KILL 0
	END
	chmod +x "$WORK/bin/$tool"
done

# interrupted N - an install that dies at its Nth file
interrupted() {
	echo "$1" >"$WORK/fatal"
	: >"$WORK/calls"
	PATH=$WORK/bin:$PATH setsid make -C "$TOP" BUILD="$built" KDIR="$headers" \
		KARGS=CC=gcc DESTDIR="$stage" install >"$WORK/log" 2>&1
}

made "before that, the module is built" all
interrupted 0
calls=$(wc -l <"$WORK/calls")
is "$?: $(files "$stage")" "0: $(installed usr/local)" "an install that is not interrupted"
(cd "$stage" && find . -type f -exec sha256sum {} +) | sort >"$WORK/whole"
[ "$calls" -ge 9 ]
ok $? "it copies a file at each of $calls steps"
rm -rf "$stage"
n=0
while [ $n -lt "$calls" ]; do
	n=$((n + 1))
	interrupted $n
	is $? 137 "interrupted at $n: it died"
	case $((n % 2)) in
	0)
		making uninstall DESTDIR="$stage"
		is "$status: $(files "$stage")" "0: " "interrupted at $n: uninstall takes all away" ;;
	1)
		making install DESTDIR="$stage"
		is "$status: $(cd "$stage" && find . -type f -exec sha256sum {} + | sort)" \
			"0: $(cat "$WORK/whole")" "interrupted at $n: install repairs it" ;;
	esac
	rm -rf "$stage"
done
