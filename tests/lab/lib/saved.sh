# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Saved machines.  A machine that has booted waits in its initramfs for the files of its run.
# There run saves its state. A later run of the same machine goes on from that state instead
# of booting. Machines are the same if QEMU gets the same options and files.

# How many machines to keep: the last ones used. Each takes 150 MB.
keep_saved=6

# saved_use QEMU-ARGUMENT...: look for this machine, and set saved_qemu, arguments for QEMU that
# let it go on from a state, or let its state be saved.  Sets saved_from or saved_to, the directory
# with the state; neither if such a machine is always booted.
saved_use() {
	saved_from='' saved_to='' saved_qemu=''
	# No IOMMU, and nothing of the caller's that may change between two runs.
	case $opt_arch,$opt_dom0,$opt_icount,$opt_boot,$opt_gdb,$opt_disk,$opt_qemu_args in
	amd64,pv,,,,,) ;;
	*) return 0 ;;
	esac
	{
		"$arch_qemu" --version
		cat sources
		printf '%s\n' "$@"
	} >machine
	saved_dir=$BUILD/lab/saved/$(key <machine)
	if ln "$saved_dir/state" state 2>/dev/null; then
		saved_from=$saved_dir
		touch "$saved_from"
		cat "$saved_from/console.log" >console.log
		saved_qemu='-incoming exec:cat<state'
	else
		saved_to=$saved_dir
		# Open in a way that neither this nor saved_save waits for a QEMU that died.
		mkfifo monitor.in monitor.out
		exec 5<>monitor.in 6<>monitor.out 7<monitor.out 6<&-
		saved_qemu='-chardev pipe,id=monitor,path=monitor -monitor chardev:monitor'
	fi
}

# saved_save: save the machine, which waits for its files, and give them to it.
saved_save() {
	{
		echo migrate_set_parameter max-bandwidth 100G
		echo 'migrate "exec:cat >state"'
		echo info migrate
		echo info status
	} >&5
	while read -r saved_line; do
		case $saved_line in
		'Migration status: completed'*) saved_keep ;;
		'VM status: '*) break ;;
		esac
	done <&7
	machine_give
	saved_to=
	echo cont >&5
}

# saved_keep: keep the state, unless another run was faster.
saved_keep() {
	mkdir -p "$BUILD/lab/saved" "$run_dir/state.dir"
	(cd "$run_dir" && mv state machine state.dir/ && cp console.log state.dir/ &&
		mv -T state.dir "$saved_to" 2>/dev/null) || return 0
	prune "$BUILD/lab/saved" "$keep_saved"
}

# saved_drop: forget a state with which the machine died.
saved_drop() {
	[ -z "${saved_from:-}" ] || rm -rf "$saved_from"
}
