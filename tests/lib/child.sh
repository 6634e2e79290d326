# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Ending what a script started, and nothing else.

# end_child PID: end a process that this script started in the background. The shell
# gives a number back when the process is over, and on a busy machine it is somebody
# else's within a minute: that one is left alone.
end_child() {
	{ read -r child_stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	# Its name, in brackets, may have anything in it.
	child_stat=${child_stat##*) }
	child_stat=${child_stat#* }
	[ "${child_stat%% *}" -ne $$ ] || kill "$1" 2>/dev/null || :
}
