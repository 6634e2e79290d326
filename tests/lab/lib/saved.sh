# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Saved machines.  A machine that has booted waits in its initramfs for the files of its run.
# There run saves its state if the same machine has booted before, as saving takes some seconds.
# A later run of it goes on from that state instead of booting. Machines are the same if QEMU
# gets the same options and files.

# How many machines to keep: the last ones used. Each takes 150 MB.
keep_saved=6

# saved_use QEMU-ARGUMENT...: look for this machine, and set saved_qemu, further arguments for
# QEMU. Sets saved_from, the directory with the state from which the machine goes on, or saved_to,
# where its state is to be saved, or neither.
saved_use() {
	saved_from='' saved_to='' saved_qemu=''
	# QEMU cannot save the IOMMU of a PVH dom0, and the caller's disks may change.
	case $opt_arch,$opt_dom0,$opt_icount,$opt_boot,$opt_gdb,$opt_disk,$opt_qemu_args in
	amd64,pv,,,,,) ;;
	*) return 0 ;;
	esac
	{
		# A state that was saved in another way is not used.
		cksum <"$lab_dir/lib/saved.sh"
		cat sources
		printf '%s\n' "$@"
	} >machine
	saved_key=$(key <machine)
	saved_dir=$BUILD/lab/saved/$saved_key
	saved_seen=$BUILD/lab/seen/$saved_key
	# Another run may remove the directory meanwhile.
	if cat "$saved_dir/console.log" >console.log 2>/dev/null &&
		ln "$saved_dir/state" state 2>/dev/null; then
		touch -c "$saved_dir"
		saved_from=$saved_dir
		saved_qemu='-incoming exec:cat<state'
		return
	fi
	: >console.log
	if [ ! -e "$saved_seen" ]; then
		mkdir -p "$BUILD/lab/seen"
		touch "$saved_seen"
		prune "$BUILD/lab/seen" 100
		return
	fi
	saved_to=$saved_dir
	# Open in a way that neither this nor saved_save waits for a QEMU that died.
	mkfifo monitor.in monitor.out
	exec 5<>monitor.in 6<>monitor.out 7<monitor.out 6<&-
	saved_qemu='-chardev pipe,id=monitor,path=monitor -monitor chardev:monitor'
	# The machine that goes on from the state runs at once, though this one was stopped.
	saved_qemu="$saved_qemu -global migration.store-global-state=off"
}

# saved_save: save the machine, which waits for its files, and give them to it.
saved_save() {
	{
		# Of a machine that runs, QEMU can lose writes that emulated processors make
		# meanwhile: three saves of four had pages with old bytes.
		echo stop
		echo migrate_set_parameter max-bandwidth 100G
		echo 'migrate "exec:cat >state.part && mv state.part state"'
		echo info status
	} >&5
	while read -r saved_line; do
		case $saved_line in
		'VM status: paused (postmigrate)'*) saved_keep; break ;;
		'VM status: '*) break ;;
		esac
	done <&7
	rm -f "$run_dir/state.part"
	machine_give
	saved_to=
	echo cont >&5
	exec 5>&- 7<&-
}

# saved_keep: keep the state, unless another run was faster.
saved_keep() {
	# Half of it is left if its removal was interrupted.
	[ -e "$saved_to/state" ] || rm -rf "$saved_to"
	mkdir -p "$BUILD/lab/saved" "$run_dir/state.dir"
	(cd "$run_dir" && mv state machine state.dir/ && cp console.log state.dir/ &&
		mv -T state.dir "$saved_to") 2>/dev/null || return 0
	prune "$BUILD/lab/saved" "$keep_saved"
}

# saved_drop: forget a state with which the machine died.
saved_drop() {
	[ -n "${saved_from:-}" ] || return 0
	rm -rf "$saved_from"
	say "the machine went on from a saved state, which is removed: the next run boots"
}
