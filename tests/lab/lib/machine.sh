# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# One machine: its run directory, its files, QEMU, and how it ends.  run and shell set
# the options below from their command lines. The variables LAB_... run suites on
# another machine; an option that a suite sets itself takes precedence.

opt_xen=${LAB_XEN:-4.17}
opt_number=
opt_debug=${LAB_UBSAN:+ubsan}
opt_debug=${opt_debug:-${LAB_DEBUG:-}}
opt_kernel=${LAB_KERNEL:-bookworm}
opt_init=systemd
opt_load=yes
opt_root=product
opt_disk=
opt_boot=
opt_dom0=${LAB_DOM0:-pv}
opt_icount=
opt_cpus=1
opt_memory=2048
opt_xen_args=
opt_kernel_args=
opt_qemu_args=
opt_packages=
opt_ops=
opt_gdb=
opt_files=

# Drivers that are not needed, for hardware that the machine has and that is slow to set
# up under emulation.
unused_drivers=ata_generic,ata_piix,evdev,floppy,i2c_piix4,pcspkr,powernow_k8,psmouse
unused_drivers=$unused_drivers,qemu_fw_cfg,serio_raw

# Size of the disk with the files of a run, a sparse file. A saved machine does not look at the
# size again, so it is the same in all runs.
layer_size=4G

# How many directories of failed runs to keep.
keep_runs=5

machine_help() {
	cat <<-EOF
	  --xen XEN          4.14, 4.17 or 4.20, built with alice_op wired in; the path of
	                     a Xen source tree, or of a hypervisor; stock, Debian's own Xen
	                     without alice_op; none, no Xen at all. XEN+VARIANT uses
	                     variants/VARIANT.c, or the file VARIANT if that ends in .c,
	                     instead of alice.c, or, if it is an op, adds it (default
	                     $opt_xen)
	  --op FILE          load the op in FILE into Xen; may be given more than once
	  --gdb              open a port for gdb on this host's loopback interface, and print
	                     how to debug Xen from there
	  -f, --file FILE    copy FILE, or a directory, into the working directory
	  --number N         the hypercall's number (default: that of wire)
	  --debug            a debug build of Xen
	  --ubsan            a debug build that also reports undefined behaviour in its log
	  --arch ARCH        amd64 or arm64, the machine's architecture; everything is
	                     cross-compiled for it (default $opt_arch)
	  --kernel SUITE     Debian's kernel of bullseye, bookworm, bookworm-backports,
	                     trixie, trixie-backports or sid; bookworm-rt, the one with
	                     PREEMPT_RT; clang, a kernel built by clang; or a kernel with
	                     checks: debug, for locks, leaks and injected failures, or
	                     kasan, for --dom0 pvh (default $opt_kernel)
	  --init INIT        systemd, or fast: a small init, for tests that do not test the
	                     boot (default $opt_init)
	  --dom0 MODE        Linux as pv, or as pvh, which is an HVM guest to Xen; pvh is
	                     slow, and has one processor (default $opt_dom0)
	  --icount           one processor, whose clock counts executed instructions: each run
	                     measures the same
	  --packages LIST    also install Debian packages LIST, separated by commas, in the dom0
	  --root ROOT        product: the dom0 with the files of "make install"; dkms: without
	                     them, but with all that DKMS needs (default $opt_root)
	  --disk FILE        keep the changes to the root in FILE, for the next machine
	                     that is started with it; FILE is created if needed
	  --boot             boot, and do not go on from the saved state of an earlier run
	  --no-load          install the module, but do not load it
	  --xen-args ARGS    append ARGS to Xen's command line
	  --kernel-args ARGS append ARGS to the kernel's command line
	  --qemu-args ARGS   append ARGS, split at blanks, to QEMU's command line
	  --cpus N           number of processors (default $opt_cpus)
	  --memory MIB       the machine's memory; with Xen, half of it is the dom0's
	                     (default $opt_memory)
	EOF
}

machine_variables_help() {
	cat <<-EOF

	The environment variables LAB_XEN, LAB_DEBUG, LAB_UBSAN, LAB_ARCH, LAB_KERNEL and
	LAB_DOM0 set --xen, --debug and --ubsan (if not empty), --arch, --kernel and --dom0,
	unless these options are given.
	EOF
}

# machine_option NAME [VALUE]: take one option.  Sets option_words to how many
# words it was, 0 where it is none of these.
machine_option() {
	option_words=2
	case $1 in
	--debug) opt_debug=yes option_words=1 ;;
	--ubsan) opt_debug=ubsan option_words=1 ;;
	--no-load) opt_load='' option_words=1 ;;
	--icount) opt_icount=yes option_words=1 ;;
	--boot) opt_boot=yes option_words=1 ;;
	--gdb) opt_gdb=yes option_words=1 ;;
	--op)
		[ $# -ge 2 ] || die "$1 needs a value; see --help"
		opt_ops="$opt_ops$(realpath "$2")
" ;;
	-f | --file)
		[ $# -ge 2 ] || die "$1 needs a value; see --help"
		machine_file "$2" ;;
	--arch | --dom0 | --root | --disk | --xen | --number | --kernel | --init | --packages | \
		--xen-args | --kernel-args | --qemu-args | --cpus | --memory)
		[ $# -ge 2 ] || die "$1 needs a value; see --help"
		case $1 in
		--arch) arch_use "$2" ;;
		--dom0) opt_dom0=$2 ;;
		--root) opt_root=$2 ;;
		--disk) opt_disk=$2 ;;
		--xen) opt_xen=$2 ;;
		--number) opt_number=$2 ;;
		--kernel) opt_kernel=$2 ;;
		--init) opt_init=$2 ;;
		--packages) opt_packages=$2 ;;
		--xen-args) opt_xen_args=$2 ;;
		--kernel-args) opt_kernel_args=$2 ;;
		--qemu-args) opt_qemu_args=$2 ;;
		--cpus) opt_cpus=$2 ;;
		--memory) opt_memory=$2 ;;
		esac ;;
	*) option_words=0 ;;
	esac
}

# machine_file FILE: add a file to the list for the job, one name a line.
machine_file() {
	[ -e "$1" ] || die "-f $1: there is no such file"
	case $1 in
	*"
"*) die "-f: a file's name has a line break" ;;
	/*) ;;
	*) set -- "$PWD/$1" ;;
	esac
	opt_files="$opt_files$1
"
}

whole_number() {
	case $2 in
	'' | *[!0-9]* | 0*) die "$1 takes a whole number above 0, not '$2'" ;;
	esac
}

# machine_model: select processor and board for --arch, --dom0, --icount and --cpus.
# Sets machine_model, machine_clock and machine_xen_args.
machine_model() {
	machine_model=$arch_model machine_clock=''
	machine_xen_args='' machine_cpus_most=''
	case $opt_dom0 in
	pv) ;;
	pvh)
		[ "$opt_xen" != none ] || die "--dom0 pvh needs a Xen, not --xen none"
		[ "$opt_arch" = amd64 ] || die "--dom0 pvh is for amd64, not --arch $opt_arch"
		# No processor for a board with an IOMMU works unmodified under emulation: on
		# family 23, Xen 4.17 with a Linux 5.10 guest reads an MSR that QEMU does not
		# have; with XSAVE, a guest of Xen 4.14 finds AVX, which does not work.
		machine_model='-cpu EPYC,family=25,+svm,-rdtscp,-monitor,-xsave'
		# A PVH dom0's addresses are not machine addresses: DMA needs an IOMMU.
		machine_model="$machine_model -machine q35 -device amd-iommu"
		machine_model="$machine_model -global virtio-pci.disable-legacy=on"
		machine_model="$machine_model -global virtio-device.iommu_platform=on"
		machine_xen_args=dom0=pvh
		machine_cpus_most=1 ;;
	*) die "--dom0 is pv or pvh, not '$opt_dom0'" ;;
	esac
	if [ -n "$opt_icount" ]; then
		machine_clock='-icount shift=0,sleep=off -seed 1'
		machine_clock="$machine_clock -rtc base=2026-01-01T00:00:00,clock=vm"
		machine_cpus_most=1
	fi
	whole_number --cpus "$opt_cpus"
	[ "$opt_cpus" -le "${machine_cpus_most:-$opt_cpus}" ] ||
		die "--dom0 pvh and --icount have one processor, not --cpus $opt_cpus"
}

# machine_source FILE: note in sources which file the machine is made of.
machine_source() {
	stat -Lc '%n %i %s %Y' "$1" >>"$run_dir/sources"
}

# machine_keep FILE NAME: put FILE into the run directory, as a hard link if both are on
# one file system.
machine_keep() {
	machine_source "$1"
	ln "$1" "$run_dir/$2" 2>/dev/null || cp "$1" "$run_dir/$2"
}

# machine_prepare: check the options, make a run directory, build what is missing, and link or
# copy everything into the directory, so that other builds do not change this run.
machine_prepare() {
	whole_number --memory "$opt_memory"
	machine_model
	[ -z "$opt_number" ] || whole_number --number "$opt_number"
	case $opt_init in
	systemd) init=/lib/systemd/systemd ;;
	fast) init=/usr/lib/alice-lab/fast-init ;;
	*) die "--init is systemd or fast, not '$opt_init'" ;;
	esac
	need "$arch_qemu" "$arch_deps"
	need cpio

	mkdir -p "$BUILD/lab"
	run_dir=$(mktemp -d "$BUILD/lab/run-XXXXXX")
	chmod 755 "$run_dir"
	echo $$ >"$run_dir/pid"

	machine_source "$(command -v "$arch_qemu")"
	kernel_path=$(kernel_ready "$opt_kernel")
	if [ "$opt_xen" = none ]; then
		machine_keep "$kernel_path/boot/vmlinuz-$(cat "$kernel_path/release")" vmlinuz
	else
		machine_keep "$kernel_path/boot/vmlinux" vmlinuz
	fi
	machine_keep "$kernel_path/modules.sqfs" modules.sqfs
	case $opt_root in
	product) root_path=$(dom0_image "$opt_packages") ;;
	dkms) root_path=$(dkms_image) ;;
	*) die "--root is product or dkms, not '$opt_root'" ;;
	esac
	machine_keep "$root_path" dom0.sqfs
	initrd_path=$(initrd_base "$kernel_path" "${opt_disk:+ext4}")
	machine_keep "$initrd_path" initrd

	layer=$run_dir/layer
	mkdir -p "$layer/usr/bin" "$layer/usr/lib/alice-lab" "$layer/etc/systemd/system"
	if [ "$opt_root" = product ]; then
		product_path=$(product "$kernel_path")
		cp -a "$product_path/." "$layer/"
	fi
	xen_log_path=$(xen_log)
	cp "$xen_log_path" "$layer/usr/bin/xen-log"
	cp "$lab_dir/guest/session" "$lab_dir/guest/fast-init" "$layer/usr/lib/alice-lab/"
	echo "$init" >"$layer/usr/lib/alice-lab/init"
	cp "$lab_dir/guest/alice-lab.service" "$lab_dir/guest/alice-lab.target" \
		"$layer/etc/systemd/system/"
	[ -n "$opt_load" ] || rm -f "$layer/usr/lib/modules-load.d/alice.conf"
	job=$layer/usr/lib/alice-lab/job
	mkdir -p "$job/files"
	printf %s "$opt_files" | while read -r file; do
		[ ! -e "$job/files/${file##*/}" ] ||
			die "-f: two files have the name ${file##*/}"
		cp -RLp "$file" "$job/files/"
	done

	if [ "$opt_xen" != none ]; then
		xen_path=$(xen_image "$opt_xen" "$opt_number" "$opt_debug")
		machine_keep "$xen_path" xen
		tools_path=$(xen_tools "$opt_xen")
		[ -z "$tools_path" ] || cp -a "$tools_path/." "$layer/"
	fi
	cp "$top/xen/alice-live" "$layer/usr/bin/"
	if [ "$opt_xen" != none ] && [ -d "${xen_path%/xen}/kit" ]; then
		ln -s "${xen_path%/xen}/kit" "$run_dir/kit"
	fi
	[ -z "$opt_ops" ] || machine_ops
	[ -z "$opt_gdb" ] || machine_gdb
}

# machine_gdb: choose a port for gdb, and print the gdb command.
machine_gdb() {
	gdb_port=1234
	while grep -qi ":$(printf %04x $gdb_port) 00000000:0000 0a" /proc/net/tcp; do
		gdb_port=$((gdb_port + 1))
	done
	[ "$opt_xen" != none ] || die "--gdb needs a Xen, not --xen none"
	gdb_symbols=${xen_path%/xen}/xen-syms
	[ -e "$gdb_symbols" ] || gdb_symbols=
	say "gdb -ex 'target remote 127.0.0.1:$gdb_port' $gdb_symbols"
}

# machine_ops: build the ops of --op; the session loads them.
machine_ops() {
	[ -e "$run_dir/kit" ] || die "--op: ops cannot be loaded into --xen $opt_xen"
	mkdir "$layer/usr/lib/alice-lab/ops"
	printf %s "$opt_ops" | while read -r op; do
		payload=${op##*/}
		payload=$layer/usr/lib/alice-lab/ops/${payload%.c}.livepatch
		[ ! -e "$payload" ] || die "--op: two files have the name ${op##*/}"
		"$top/xen/alice-live" --xen "$run_dir/kit" build "$op" -o "$payload" \
			>/dev/null || exit "$LAB_FAILED"
	done
}

# machine_disk: create the disk of --disk if needed, and print its QEMU arguments. It is
# sparse.
machine_disk() {
	[ -n "$opt_disk" ] || return 0
	case $opt_disk in
	*[!-+._/[:alnum:]]*) die "--disk '$opt_disk': only letters, digits and -+._/ are allowed in its name" ;;
	esac
	[ -e "$opt_disk" ] ||
		mke2fs -q -t ext4 -E lazy_itable_init=1 "$opt_disk" 4G >&2 ||
		die "--disk: could not make $opt_disk"
	echo "-drive file=$(realpath "$opt_disk"),format=raw,if=none,id=changes" \
		"-device virtio-blk-pci,drive=changes,serial=changes"
}

# machine_start QEMU-ARGUMENT...: start QEMU, with stdin from descriptor 3.  Sets machine_pid.
machine_start() {
	# QEMU translates a program's code again for each address at which it runs.
	kernel_line="quiet panic=1 norandmaps systemd.unit=alice-lab.target"
	kernel_line="$kernel_line modprobe.blacklist=$unused_drivers"
	if [ "$opt_xen" = none ]; then
		machine_launch "$@" -kernel vmlinuz -initrd initrd \
			-append "console=$arch_console $kernel_line $opt_kernel_args"
	else
		xen_line="$(arch_xen_line $((opt_memory / 2))M) conring_size=512k"
		arch_boot "$xen_line $machine_xen_args $opt_xen_args" \
			"console=hvc0 $kernel_line $opt_kernel_args" machine_launch "$@"
	fi
}

# machine_launch QEMU-ARGUMENT...: start QEMU.
machine_launch() {
	machine_disk=$(machine_disk)
	# TCG even where there is KVM: it behaves the same on every host.
	machine_accel=tcg
	# With a thread for each CPU, a CPU that spins takes the host's time from the CPU that it
	# waits for.
	[ "$opt_cpus" -le "$(nproc)" ] || machine_accel=tcg,thread=single

	machine_from=$PWD
	cd "$run_dir" || return
	# shellcheck disable=SC2086 # split at blanks, as documented and as made above
	set -- -nodefaults -no-user-config -display none -no-reboot \
		${opt_gdb:+-gdb "tcp:127.0.0.1:$gdb_port"} \
		-accel "$machine_accel" $machine_model $machine_clock -smp "$opt_cpus" -m "$opt_memory" \
		-chardev file,id=console,path=console.log,append=on -serial chardev:console \
		-drive file=dom0.sqfs,format=raw,readonly=on,if=none,id=dom0 \
		-device virtio-blk-pci,drive=dom0,serial=dom0 \
		-drive file=modules.sqfs,format=raw,readonly=on,if=none,id=modules \
		-device virtio-blk-pci,drive=modules,serial=modules \
		-drive file=layer.disk,format=raw,readonly=on,if=none,id=layer \
		-device virtio-blk-pci,drive=layer,serial=layer \
		-device virtio-serial-pci \
		-chardev file,id=status,path=status \
		-device virtserialport,chardev=status,name=lab.status \
		"$@" $machine_disk $opt_qemu_args
	truncate -s "$layer_size" layer.disk
	saved_use "$@"
	[ -n "$saved_to" ] || machine_give
	# QEMU ends when this shell ends, for whatever reason.
	# shellcheck disable=SC2086 # split at blanks
	setpriv --pdeathsig KILL "$arch_qemu" "$@" $saved_qemu <&3 2>qemu.log &
	machine_pid=$!
	cd "$machine_from" || return
}

# machine_give: give the machine the files of this run, on the disk that it waits for.
machine_give() {
	# The clock of a saved machine stood still.
	[ -z "$saved_to$saved_from" ] || date +%s >"$layer/usr/lib/alice-lab/now"
	(cd "$run_dir" && find layer | sort | cpio -o -H newc -R 0:0 --quiet |
		dd of=layer.disk bs=1M conv=notrunc status=none) ||
		die "could not write the files of this run"
}

# machine_stop: end QEMU, and set machine_status to its exit status.
machine_stop() {
	machine_status=0
	[ -n "${machine_pid:-}" ] || return 0
	end_child "$machine_pid"
	wait "$machine_pid" || machine_status=$?
	machine_pid=
}

# machine_obituary: print the logs of a machine that died and was stopped.
machine_obituary() {
	saved_drop
	[ "$machine_status" -eq 0 ] || say "QEMU ended with status $machine_status"
	if [ -s "$run_dir/qemu.log" ]; then
		say "QEMU's output:"
		sed 's/^/    /' "$run_dir/qemu.log" >&2
	fi
	say "the last lines of the console:"
	tail -n 60 "$run_dir/console.log" | tr -cd '\n\t -~' | sed 's/^/    /' >&2
	say "the whole console is in $run_dir/console.log"
}

# machine_clean: remove this run's directory, or after a failure all but the console's
# log, and the oldest directories of failed runs.
machine_clean() {
	[ -n "${run_dir:-}" ] || return 0
	if [ "$1" -eq 0 ]; then
		rm -rf "$run_dir"
		return
	fi
	(cd "$run_dir" && rm -rf layer layer.disk initrd pid stdin ops.* kit vmlinuz xen \
		./*.sqfs sources machine state* monitor.*)
	find "$BUILD/lab" -maxdepth 1 -name 'run-*' -printf '%T@ %p\n' | sort -rn |
		cut -d' ' -f2- | while read -r old; do
		# The directory of an active run has its pid.
		if [ -e "$old/pid" ] && kill -0 "$(cat "$old/pid")" 2>/dev/null; then
			continue
		fi
		keep_runs=$((keep_runs - 1))
		[ $keep_runs -ge 0 ] || rm -rf "$old"
	done
}
