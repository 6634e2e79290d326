# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Ends processes that a script started, and no others.

# end_child PID: end a background process of this script. After it has ended, the shell reuses
# its PID, and on a busy machine another process has it within a minute: that one is left
# alone.
end_child() {
	{ read -r child_stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	# The name, in parentheses, can contain anything.
	child_stat=${child_stat##*) }
	child_stat=${child_stat#* }
	[ "${child_stat%% *}" -ne $$ ] || kill "$1" 2>/dev/null || :
}
