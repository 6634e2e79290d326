# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What wire refuses: unknown and half-wired trees, taken numbers, wrong usage.

test_anchors() {
	each_anchor "$main_versions" anchors
}

# each_anchor VERSIONS FILE [OPTION] - test that a version cannot be wired if a line of FILE is
# missing; for the first version, also if a line is there twice, which the same code detects
each_anchor() {
	hows='delete double'
	for v in $1; do
		for how in $hows; do
			anchors "$v" "$how" "$2" ${3:+"$3"} >"$work/anchors.$v.$how" 2>&1 &
		done
		wait
		for how in $hows; do
			is "$(tail -n 1 "$work/anchors.$v.$how")" good \
				"$v: with any line of $2 to $how, refused and untouched" ||
				diag "$(cat "$work/anchors.$v.$how")"
		done
		hows=delete
	done
}

# anchors VERSION HOW FILE [OPTION] - runs in parallel, in a tree of its own
anchors() {
	tree=$work/tree.$1.$2
	work=$work/work.$1.$2
	mkdir "$work"
	"$here/skeleton" "$1" "$tree"
	before=$(state "$tree")
	count=0
	failed=0
	while IFS='|' read -r in_versions file nth line <&3; do
		case " $in_versions " in
		*" $1 "*) ;;
		*) continue ;;
		esac
		count=$((count + 1))
		cp -p "$tree/$file" "$work/saved"
		mutate "$tree/$file" "$nth" "$line" "$2" || {
			echo "the skeleton has no line $nth: $file: $line"
			failed=1
		}
		mutated=$(state "$tree")
		said=$("$wire" ${4:+"$4"} "$tree" 2>&1)
		status=$?
		if [ "$status" -ne 1 ] || [ "$(state "$tree")" != "$mutated" ]; then
			echo "not refused: $file: $line"
			failed=1
		elif ! printf '%s\n' "$said" | grep -qF "  $file: "; then
			echo "$file not named: $said"
			failed=1
		fi
		cp -p "$work/saved" "$tree/$file"
	done 3<"$here/$3"
	[ "$(state "$tree")" = "$before" ] || failed=1
	[ "$count" -ge 7 ] && [ "$failed" -eq 0 ] && echo good
}

test_taken() {
	for v in $main_versions; do
		fresh "$v"
		echo '#define __HYPERVISOR_v4v_op 45' >>"$tree/xen/include/public/xen.h"
		echo '#define __HYPERVISOR_far_op (46)' >"$tree/xen/include/public/far.h"
		refused "$v: a number that another hypercall has" \
			'45 is taken, by v4v_op in xen/include/public/xen.h' \
			"$wire" --number 45 "$tree"
		refused "$v: a number that another header gives away" \
			'46 is taken, by far_op in xen/include/public/far.h' \
			"$wire" --number=46 "$tree"
	done
	fresh 4.3
	sed -i '/rept .*arch_0.*-hypercall_table/i\        .quad do_seed' \
		"$tree/xen/arch/x86/x86_64/entry.S"
	refused "a slot that the tables give to a hypercall without a name" \
		'slot 39 of hypercall_table holds do_seed' \
		"$wire" --number 39 "$tree"
	fresh 4.8
	sed -i 's/HYPERCALL(xsm_op),/&\n    HYPERCALL(xc_reserved_op),/' \
		"$tree/xen/arch/x86/hvm/hvm.c"
	refused "39 in use under its old name" 'hvm.c: uses number 39' \
		"$wire" --number 39 "$tree"
	fresh 4.17
	sed -i '/Architecture-spec/i#define __HYPERVISOR_alice_op 47' \
		"$tree/xen/include/public/xen.h"
	refused "an alice_op that was put there by hand" \
		'xen.h: has an alice_op, and wire did not' "$wire" "$tree"
	fresh 4.17
	echo '/* mine */' >"$tree/xen/common/alice.c"
	refused "a file that is in the way" \
		'xen/common/alice.c .* wire did not put it there' "$wire" "$tree"
	"$wire" --remove "$tree" >/dev/null
	is "$(cat "$tree/xen/common/alice.c")" '/* mine */' \
		"which --remove leaves alone"
	fresh 4.6
	printf '%s {\n    HYPERCALL(event_channel_op),\n};\n' \
		'static hvm_hypercall_t *const new_table[NR_hypercalls] =' \
		>>"$tree/xen/arch/x86/hvm/hvm.c"
	refused "a table that wire does not know" \
		'hvm.c: names event_channel_op 4 times' "$wire" "$tree"
}

# Values as the preprocessor sees them, from headers anywhere below xen/.
test_values() {
	fresh 4.17
	mkdir -p "$tree/xen/arch/x86/include/asm"
	while IFS='|' read -r answer file text; do
		printf '%b\n' "$text" >"$tree/xen/$file"
		if [ "$answer" = taken ]; then
			refused "taken: $text" "number 46 is taken, by seed_op in xen/$file" \
				"$wire" --number 46 "$tree"
		else
			succeeds "free: $text" "$wire" --dry-run --number 46 "$tree"
		fi
		rm "$tree/xen/$file"
	done <<-'END'
		taken|include/public/far.h|#define __HYPERVISOR_seed_op 46
		taken|arch/x86/include/asm/hypercall.h|#define __HYPERVISOR_seed_op 46
		taken|include/public/far.h|#define __HYPERVISOR_seed_op 0x2e
		taken|include/public/far.h|#define __HYPERVISOR_seed_op 0X2EUL
		taken|include/public/far.h|#define __HYPERVISOR_seed_op 056
		taken|include/public/far.h|#define __HYPERVISOR_seed_op 46U
		taken|include/public/far.h|#define __HYPERVISOR_seed_op (45 + 1)
		taken|include/public/far.h|#define __HYPERVISOR_seed_op 45|1 ? 46 : 2
		taken|include/public/far.h|\t# define\t__HYPERVISOR_seed_op\t46// it
		taken|include/public/far.h|#define __HYPERVISOR_seed_op/**/46/* it\n * goes on */
		taken|include/public/far.h|#define __HYPERVISOR_seed_op \\\n    (__HYPERVISOR_arch_0 \\\n     - 2)
		taken|include/public/far.h|#define __HYPERVISOR_seed_op SEED(45)\n#define SEED(n) ((n) + ONE)\n#define ONE 1
		taken|include/public/far.h|#ifdef CONFIG_SEED\n#define __HYPERVISOR_seed_op 46\n#endif
		taken|include/public/far.h|#ifdef CONFIG_SEED\n#define __HYPERVISOR_seed_op 46\n#else\n#define __HYPERVISOR_seed_op 45\n#endif
		taken|include/public/far.h|#define __HYPERVISOR_bad_op "46"\n#define __HYPERVISOR_seed_op 46
		free|include/public/far.h|#define __HYPERVISOR_seed_op (46 + 1)
		free|include/public/far.h|#define __HYPERVISOR_seed_op 046
		free|include/public/far.h|#define __HYPERVISOR_seed_op 45 /* or 46 */
		free|include/public/far.h|#define __HYPERVISOR_seed_op(n) + 46
		free|include/public/far.h|#define __HYPERVISOR_SEED_H
		free|include/public/far.h|#define SEED 46
		free|include/public/far.h|#define __HYPERVISOR_alice_op 46
		free|include/public/far.h|#define __HYPERVISOR_xc_reserved_op 46
	END
	fresh 4.17
	export CC=/nowhere/cc
	refused "no compiler" 'C preprocessor has to tell .*"/nowhere/cc -E" does not' \
		"$wire" "$tree"
	unset CC
}

test_half_wired() {
	for v in $main_versions; do
		fresh "$v"
		"$wire" "$tree" >/dev/null
		file=xen/common/Makefile
		cp -p "$clean/$file" "$tree/$file"
		refused "$v: a half-wired tree" "$file \(0 of 1 " "$wire" "$tree"
		cp -p "$clean/xen/include/public/xen.h" "$tree/xen/include/public/"
		refused "$v: and half of that" 'xen.h \(0 of 1 ' "$wire" "$tree"
		"$wire" --remove "$tree" >/dev/null
		is "$(content "$tree")" "$(content "$clean")" \
			"$v: --remove cleans it up"
	done
	fresh 4.6
	"$wire" "$tree" >/dev/null
	awk '/alice: begin/ && !n++ { skip = 1 } !skip { print }
	     /alice: end/ { skip = 0 }' "$tree/xen/arch/x86/hvm/hvm.c" \
		>"$work/hvm.c"
	cat "$work/hvm.c" >"$tree/xen/arch/x86/hvm/hvm.c"
	refused "a table of three lacks it" 'hvm.c \(2 of 3 ' "$wire" "$tree"

	fresh 4.17
	"$wire" "$tree" >/dev/null
	sed -i '/alice: end/d' "$tree/xen/common/Kconfig"
	refused "a mark without its other half" 'Kconfig:3: .*do not pair' \
		"$wire" "$tree"
	refused "--remove refuses that too" 'Kconfig:3: .*do not pair' \
		"$wire" --remove "$tree"

	fresh 4.17
	"$wire" --number 45 "$tree" >/dev/null
	refused "another number than the tree is wired with" \
		'wired with number 45; .*--remove first' "$wire" --number 46 "$tree"

	fresh 4.17
	"$wire" "$tree" >/dev/null
	(cd "$tree" && tar -cf "$work/left.tar" xen/common/alice* xen/include/xen/alice*)
	fresh 4.17
	tar -xf "$work/left.tar" -C "$tree"
	refused "copied files alone" 'run wire --remove' "$wire" "$tree"
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$clean")" \
		"--remove cleans them up"
}

test_wrong_trees() {
	fresh 4.2
	refused "older than 4.3" 'older than Xen 4.3' "$wire" "$tree"
	fresh 4.17
	refused "the xen directory" 'give the directory above' "$wire" "$tree/xen"
	rm "$tree/xen/include/hypercall-defs.c"
	refused "an unknown layout" 'does not know how' "$wire" "$tree"
	fresh 4.12
	rm "$tree/xen/arch/arm/traps.c"
	refused "a file that is missing" 'arch/arm/traps.c: is missing' \
		"$wire" "$tree"
	refused "no Xen tree" 'not a Xen source tree' "$wire" "$work"
	refused "a path that is not there" 'no such directory' \
		"$wire" "$work/nowhere"
	refused "a file" 'not a directory' "$wire" "$wire"

	fresh 4.17
	mv "$tree/xen/common/Kconfig" "$work/Kconfig"
	ln -s "$work/Kconfig" "$tree/xen/common/Kconfig"
	refused "a file that is a symbolic link" 'Kconfig is a symbolic link' \
		"$wire" "$tree"
	fresh 4.17
	rm -rf "$work/elsewhere"
	mv "$tree/xen/common" "$work/elsewhere"
	ln -s "$work/elsewhere" "$tree/xen/common"
	before=$(content "$work/elsewhere")
	refused "a directory that is a symbolic link" \
		'xen/common is a symbolic link' "$wire" "$tree"
	is "$(content "$work/elsewhere")" "$before" "and what it points to is untouched"

	fresh 4.17
	mv "$tree" "$work/a tree"
	ln -s "$work/a tree" "$tree"
	succeeds "a tree with a space in its name, through a symbolic link" \
		"$wire" "$tree"
	succeeds "and out again" "$wire" --remove "$tree"
	is "$(content "$work/a tree")" "$(content "$clean")" "as it was"
	rm -rf "$tree" "$work/a tree"

	fresh 4.17
	mkdir "$work/bin"
	ln -s "$wire" "$work/bin/wire"
	succeeds "wire through a symbolic link" "$work/bin/wire" "$tree"
}

test_line_ends() {
	for v in $main_versions; do
		fresh "$v"
		find "$tree" -type f -exec sed -i 's/$/\r/' {} +
		refused "$v: a tree with CRLF" 'has CRLF at the ends of lines' "$wire" "$tree"
		is "$(printf '%s\n' "$said" | wc -l)" 1 "$v: in one sentence"
	done
	fresh 4.17
	"$wire" "$tree" >/dev/null
	sed -i 's/$/\r/' "$tree/xen/include/public/xen.h"
	refused "CRLF since it was wired" 'has CRLF .* in xen/include/public/xen.h' \
		"$wire" --number 47 "$tree"
	fresh 4.17
	sed -i 's/$/\r/' "$tree/xen/common/Kconfig"
	refused "one file with CRLF" 'has CRLF .* in xen/common/Kconfig' "$wire" "$tree"
}

# CDPATH and OLDPWD of the caller have no effect.
test_names() {
	fresh 4.17
	(
		cd "$work" || exit
		TMPDIR=tmp "$wire" "$tree"
	) >"$work/stdout"
	is "$? $(find "$tree" -name "alice-wire.*")" "0 " "a TMPDIR of this folder"
	for name in tree xen -; do
		rm -rf "$work/here" "$work/elsewhere"
		mkdir "$work/here"
		fresh 4.17
		mv "$tree" "$work/here/$name"
		"$here/skeleton" 4.17 "$work/elsewhere/$name"
		elsewhere=$(state "$work/elsewhere")
		(
			cd "$work/here" || exit
			export CDPATH="$work/elsewhere" OLDPWD="$work/elsewhere/$name"
			"$wire" -- "$name" && "$wire" --remove -- "$name"
		) >"$work/stdout"
		like "$(cat "$work/stdout")" "^wire: .*$name: alice_op taken out" \
			"$name: the tree of this folder is wired"
		is "$(state "$work/elsewhere")" "$elsewhere" "$name: and no other"
	done
}

usage() {
	said=$("$wire" "$@" 2>&1 >"$work/stdout")
	is "$? $(wc -c <"$work/stdout")" "2 0" "usage: $*"
}

test_usage() {
	fresh 4.17
	usage
	usage --nonsense "$tree"
	usage "$tree" "$tree"
	usage --number
	usage --number '' "$tree"
	usage --number 0x2f "$tree"
	usage --remove --number 47 "$tree"
	usage --remove --flask "$tree"
	usage ''
	for n in 0 38 40 42 48 55 64 1000 047; do
		refused "number $n" "number $n is" "$wire" --number "$n" "$tree"
	done
	said=$("$wire" --help)
	is $? 0 "--help"
	like "$said" 'instead of 47' "which names the default number"
	is "$(content "$tree")" "$(content "$clean")" "nothing happened"
}
