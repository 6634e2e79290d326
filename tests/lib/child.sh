# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Waits for processes that a script started, and ends these and no others.

# child_runs PID: whether a background process of this shell runs. After it has ended, it is a
# zombie until the shell waits for any process; then another process can have its PID.
child_runs() {
	{
		read -r child_stat <"/proc/$1/stat" && read -r child_parent _ </proc/self/stat
	} 2>/dev/null || return 1
	# The name, in parentheses, can contain anything.
	child_stat=${child_stat##*) }
	child_state=${child_stat%% *}
	child_stat=${child_stat#* }
	[ "$child_state" != Z ] && [ "${child_stat%% *}" = "$child_parent" ]
}

# end_child PID: end a background process of this shell, if it runs.
end_child() {
	! child_runs "$1" || kill "$1" 2>/dev/null || :
}

# silent SECONDS SIZES: whether SIZES, those of a process's outputs, have been the same for that
# time, while it was called again and again. Silence and not run time is the limit of processes,
# as on a busy host everything takes longer.
silent() {
	read -r silent_now _ </proc/uptime
	silent_now=${silent_now%.*}
	if [ "$2" != "${silent_sizes-}" ]; then
		silent_sizes=$2 silent_since=$silent_now
	fi
	[ $((silent_now - silent_since)) -ge "$1" ]
}

# wait_child PID SECONDS FILE...: wait for a background process of this script, and return its
# exit status. End it and return 124 if the files stay as long as they are for that time.
wait_child() {
	wait_pid=$1 wait_seconds=$2 silent_sizes=
	shift 2
	while child_runs "$wait_pid"; do
		if silent "$wait_seconds" "$(stat -c %s "$@")"; then
			end_child "$wait_pid"
			wait "$wait_pid" || :
			return 124
		fi
		sleep 0.2
	done
	wait "$wait_pid"
}
