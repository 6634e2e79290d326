# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Static analysis, one function for each tool: it prints the tool's findings, and nothing
# if there are none.  Needs lab.sh, and WORK, a directory for temporary files.

# The kernel's scripts are only in its source package.
analyse_suite=bookworm
analyse_scripts=$BUILD/check/kernel-scripts

# analyse_ready: fetch or check what is needed; call it before the others.
analyse_ready() {
	[ -d "$analyse_scripts" ] || locked kernel-scripts analyse_fetch
	analyse_kernel=$(kernel_ready "$analyse_suite") || return
	analyse_headers=$(kernel_headers "$analyse_kernel")
	analyse_macros >"$WORK/macros.h"
}

analyse_fetch() {
	[ ! -d "$analyse_scripts" ] || return 0
	analyse_debs=$BUILD/check/debs
	apt_ready "$analyse_suite"
	step "fetch the kernel's scripts with its source" fetch-scripts \
		apt_download "$analyse_suite" "$analyse_debs" linux-source-6.1
	step "unpack the kernel's scripts" unpack-scripts analyse_unpack
	rm -rf "$analyse_debs"
}

analyse_unpack() {
	rm -rf "$analyse_scripts.part" && mkdir -p "$analyse_scripts.part" &&
		dpkg-deb --fsys-tarfile "$analyse_debs"/*.deb |
		tar -x -O ./usr/src/linux-source-6.1.tar.xz |
		tar -xJ -C "$analyse_scripts.part" --strip-components=2 \
			linux-source-6.1/scripts/checkpatch.pl \
			linux-source-6.1/scripts/spelling.txt \
			linux-source-6.1/scripts/const_structs.checkpatch \
			linux-source-6.1/scripts/coccinelle &&
		mv "$analyse_scripts.part" "$analyse_scripts"
}

# analyse_checkpatch FILE
analyse_checkpatch() {
	# It writes a file into the current directory.
	(cd "$WORK" && perl "$analyse_scripts/checkpatch.pl" --no-tree \
		--strict --terse --quiet --file "$1" 2>&1 |
		grep -v '^total: 0 errors, 0 warnings, 0 checks, ')
}

# analyse_driver TREE: sparse and the kernel's W=1, on the driver of a tree
analyse_driver() {
	make -s -C "$1/driver" KDIR="$analyse_headers" BUILD="$WORK/driver" \
		KARGS="CC=gcc W=1 C=2" 2>&1 || echo "make failed"
	rm -rf "$WORK/driver"
}

# Two macros that coccinelle misparses: without these definitions it silently skips the
# functions that use them.
analyse_macros() {
	cat /usr/lib/coccinelle/standard.h
	echo '#define DECLARE_BITMAP(name, bits) unsigned long name[bits]'
	echo '#define DEFINE_PER_CPU(type, name) type name'
}

# The kernel's scripts that have a report mode.  Two others are in OCaml and would need its
# compiler: one is about batteries, the other finds what sparse also finds.
analyse_cocci_scripts() {
	find "$analyse_scripts/coccinelle" -name '*.cocci' |
		xargs grep -l '^virtual report' |
		xargs grep -L 'script:ocaml' | sort
}

# analyse_cocci FILE...: the kernel's coccinelle scripts, as its make coccicheck runs them
analyse_cocci() {
	# shellcheck disable=SC2016 # for the other shell
	analyse_cocci_scripts | xargs -P "$jobs" -I '{}' sh -c '
		script=$1 macros=$2 headers=$3
		shift 3
		spatch -D report --no-show-diff --very-quiet --cocci-file "$script" \
			$(sed -n "s,^// Options:,,p" "$script") \
			--macro-file-builtins "$macros" -I uapi -I xen \
			-I "$headers/include" "$@" 2>"$macros.$$" ||
			echo "$script: failed: $(tail -n 1 "$macros.$$")"
		rm -f "$macros.$$"' \
		- '{}' "$WORK/macros.h" "$analyse_headers" "$@" | grep .
}

# analyse_cocci_unread FILE...: print how many parts of them coccinelle cannot parse
analyse_cocci_unread() {
	spatch --macro-file-builtins "$WORK/macros.h" --parse-c "$@" 2>&1 |
		sed -n 's/^nb good = [0-9]*,  nb bad = \([0-9]*\) .*/\1/p'
}

# analyse_cppcheck FILE...: the C of programs, not of Xen. POSIX makes NULL a pointer, so it
# can end variable arguments.
analyse_cppcheck() {
	cppcheck --quiet --std=c11 --inline-suppr --template=gcc --error-exitcode=1 \
		--enable=warning,performance,portability \
		--suppress=varFuncNullUB \
		-U__XEN__ -I uapi -I xen/public -I lib -I tools -I tests/lib -I . "$@" 2>&1 ||
		echo "cppcheck failed"
}

# analyse_gcc TREE PART [FILE.o]: gcc -fanalyzer on lib or tools of a tree, or on one file
# of it
analyse_gcc() {
	make -s -C "$1/$2" BUILD="$WORK/gcc" CC=gcc CFLAGS='-O2 -g -fanalyzer -Werror' \
		${3:+"$WORK/gcc/$2/$3"} 2>&1 |
		grep -vE "^$WORK/gcc/(tools/alicectl \(with|lib/libalice\.so\.)"
	rm -rf "$WORK/gcc"
}

# analyse_shell FILE
analyse_shell() {
	shellcheck -f gcc -s sh "$1" 2>&1
}
