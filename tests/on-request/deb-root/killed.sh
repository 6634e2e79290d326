#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# killed.sh VERSION - dpkg and a package's script are killed at each command that the
# script calls; running dpkg again repairs it. In a chroot that has nothing of alice
# installed.

# shellcheck source=../../lib/guest/deb-common.sh
. ./deb-common.sh

kernel=$(basename /lib/modules/*)

# The scripts check whether udev runs, and continue if it does not answer.
mkdir -p /run/udev
: >/run/udev/control

# killers SCRIPT - create, in ./killers, wrappers that count all commands that the package's
# script may call. At call number $KILL_AT, all of dpkg's processes are killed.
killers() {
	rm -rf killers
	mkdir killers
	for word in $(tr -cs 'a-z0-9-' '\n' <"/var/lib/dpkg/info/$1" | sort -u); do
		real=$(command -v -- "$word")
		case $real in
		/*) ;;
		*) continue ;;
		esac
		# Commands that the wrapper uses itself are not wrapped, and calls from elsewhere
		# are not counted.
		cat >"killers/$word" <<-END
			#!/bin/sh
			PATH=$PATH
			if grep -q "/dpkg/info/$1" "/proc/\$PPID/cmdline"; then
				echo "$word" >>"$PWD/calls"
				[ "\$(wc -l <"$PWD/calls")" -lt "\$KILL_AT" ] || kill -KILL 0
			fi
			exec $real "\$@"
		END
		chmod +x "killers/$word"
	done
}

# killed_at_each TEXT SCRIPT LEAST BEFORE DO AGAIN - for each command that the script
# calls, at least LEAST of them: run BEFORE, kill the shell command DO there, run AGAIN, and
# test that state prints the same as without a kill
killed_at_each() {
	text=$1 least=$3 before=$4 do=$5 again=$6
	$before >before.log 2>&1
	killers "$2"
	at=0 failed='' want=
	while :; do
		: >calls
		# The first run is not killed.
		# shellcheck disable=SC2086 # words of a command
		KILL_AT=$((at ? at : 1000)) PATH=$PWD/killers:$PATH setsid $do >killed.log 2>&1
		status=$?
		if [ $at -eq 0 ]; then
			want=$status:$(state)
		elif [ $status -ne 137 ]; then
			break
		else
			# shellcheck disable=SC2086 # words of a command
			$again >again.log 2>&1
			got=$?:$(state)
			[ "$got" = "$want" ] ||
				failed="$failed $at: $(cat killed.log again.log) $got"
		fi
		$before >before.log 2>&1
		at=$((at + 1))
	done
	is "$failed" "" "$text: killed at each of $((at - 1)) commands and repaired"
	[ "$at" -gt "$least" ]
	ok $? "$text: which are what its script calls" || diag "$(cat calls)"
}

# state - the state of the packages in dpkg, DKMS and the file system
state() {
	dpkg-query -W -f '${Package} ${db:Status-Status}\n' 'alice-*' 2>/dev/null
	dkms status alice 2>/dev/null
	left
	find "/lib/modules/$kernel" | sort
}

none() {
	dpkg --purge alice-dkms alice-tools
}

# unpacked PACKAGE - only this package is unpacked, not yet configured
unpacked() {
	none
	dpkg --unpack "./new/$1"_*.deb
}

installed() {
	none
	dpkg --install "./new/$1"_*.deb
}

removed() {
	installed "$1"
	dpkg --remove "$1"
}

killed_at_each "alice-tools, configured" alice-tools.postinst 4 "unpacked alice-tools" \
	"dpkg --configure alice-tools" "dpkg --configure -a"
killed_at_each "alice-tools, removed" alice-tools.postrm 1 "installed alice-tools" \
	"dpkg --remove alice-tools" "dpkg --remove alice-tools"
killed_at_each "alice-tools, purged" alice-tools.postrm 1 "removed alice-tools" \
	"dpkg --purge alice-tools" "dpkg --purge alice-tools"
killed_at_each "alice-dkms, configured" alice-dkms.postinst 1 "unpacked alice-dkms" \
	"dpkg --configure alice-dkms" "dpkg --configure -a"
killed_at_each "alice-dkms, removed" alice-dkms.prerm 2 "installed alice-dkms" \
	"dpkg --remove alice-dkms" "dpkg --remove alice-dkms"
none >/dev/null
rm -r /run/udev
is "$(left)" "" "nothing of alice stays"
tap_done
