#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# covered.sh SCRIPT [ARGUMENT] - run another script with the module ./alice.ko, which was
# built for gcov, and print its coverage data.

module=$(modinfo -n alice)
loaded=
[ ! -e /sys/module/alice ] || loaded=yes
[ -z "$loaded" ] || rmmod alice
cp alice.ko "$module"
[ -z "$loaded" ] || modprobe alice
udevadm settle

# shellcheck disable=SC2086 # one argument, or none
sh "./$1" ${2:-}
status=$?

mkdir notes
# The data stays after the module is removed.
find /sys/kernel/debug/gcov -name '*.gcda' | while read -r note; do
	cat "$note" >"notes/${note##*/}"
done
tar -C notes -c . | gzip | base64 | sed 's/^/gcov: /'
exit $status
