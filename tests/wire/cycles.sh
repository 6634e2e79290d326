# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Trees are wired, and restored.

# cycle NAME NUMBER [--flask] - dry run, wire, wire again, and remove
cycle() {
	name="$1, $2${3:+, $3}" n=$2
	before=$(state "$tree")
	"$wire" --dry-run --number "$n" ${3:+"$3"} "$tree" >"$work/diff" 2>"$work/stderr"
	is "$(state "$tree") $(cat "$work/stderr")" "$before " \
		"$name: --dry-run changes nothing"
	said=$("$wire" --number "$n" ${3:+"$3"} "$tree" 2>&1)
	ok $? "$name: wired" || diag "$said"
	wired=$(content "$tree")
	is "$(patched patch -sp1)" "$wired" "$name: patch makes the same of the diff"
	tables=$("$here/tables" "$tree" "$n" 2>&1)
	if [ -n "$tables" ] && ! printf '%s\n' "$tables" | grep -q '^!'; then
		ok 0 "$name: every table has it"
	else
		ok 1 "$name: every table has it"
		diag "$tables"
	fi
	[ -z "${3-}" ] || hooked "$name"
	before=$(state "$tree")
	for option in '' ${3:+"$3"}; do
		like "$("$wire" ${option:+"$option"} "$tree")" \
			"wired already.* hypercall $n;.*nothing to do" \
			"$name: a second run${option:+, with $option,} says so"
	done
	is "$(state "$tree")" "$before" "$name: and changes nothing"
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$clean")" \
		"$name: --remove restores it"
}

# patched COMMAND... - the content of a clean tree after COMMAND with $work/diff
patched() (
	rm -rf "$work/patched"
	cp -pR "$clean" "$work/patched"
	cd "$work/patched" && "$@" <"$work/diff" && content .
)

test_cycles() {
	for v in $versions; do
		fresh "$v"
		cycle "$v" 47
		case " $main_versions " in
		*" $v "*) cycle "$v" 60 ;;
		*) continue ;;
		esac
		case $v in
		4.12|4.17-|4.22)
			refused "$v, 39: refused" "39 is taken, by argo_op" \
				"$wire" --number 39 "$tree"
			;;
		*) cycle "$v" 39 ;;
		esac
	done
	test_real
	for missing in ${XEN_MISSING-}; do
		skip "Xen $missing" "Debian's mirror does not have its source at present"
	done
}

# A separate part for tests/wire/trees, which reads the last line.
test_real() {
	for real in ${XEN_TREES-}; do
		fresh "$real"
		xen=$(basename "$real")
		cycle "$xen" 47
		cycle "$xen" 43
		if [ -e "$tree/tools/flask/policy/modules/modules.conf" ]; then
			flask_cycle "$xen"
			with=with
		else
			flask_refused "$xen"
			with=without
		fi
		diag "style $(sed -n 's/^ \* style \(.*\), has\.$/\1/p' \
			"$work/patched/xen/include/xen/alice-probe.h"), $with FLASK"
	done
}

# The number of tables, in case both wire and the test miss one.
test_table_counts() {
	for count in 4.3:16 4.4:18 4.6:18 4.7:14 4.8:8 4.9:8 4.16:8; do
		fresh "${count%:*}"
		"$wire" "$tree" >/dev/null
		is "$("$here/tables" "$tree" 47 | wc -l)" "${count#*:}" \
			"${count%:*}: the expected number of table checks"
	done
}

test_every_number() {
	fresh 4.7
	failed=
	for n in 43 44 45 46 47 56 57 58 59 60 61 62 63; do
		"$wire" --number "$n" "$tree" >/dev/null &&
			! "$here/tables" "$tree" "$n" | grep '^!' >&2 &&
			"$wire" --remove "$tree" >/dev/null ||
			failed="$failed $n"
	done
	is "$failed" "" "every number that the driver accepts"
}

test_dry_run() {
	for v in $main_versions; do
		fresh "$v"
		"$wire" --dry-run "$tree" >"$work/diff"
		"$wire" "$tree" >/dev/null
		if command -v git >/dev/null; then
			is "$(patched sh -c 'git init -q . && git apply && rm -rf .git')" \
				"$(content "$tree")" "$v: git apply makes the same of the diff"
		else
			skip "$v: git apply makes the same of the diff" "no git"
		fi
		before=$(state "$tree")
		"$wire" --remove --dry-run "$tree" >"$work/diff"
		is "$(state "$tree")" "$before" \
			"$v: --remove --dry-run changes nothing"
		(cd "$tree" && patch -sp1 <"$work/diff")
		is "$(content "$tree")" "$(content "$clean")" \
			"$v: patch makes a clean tree of its diff"
	done
}

test_changed_since() {
	fresh 4.12
	chmod 755 "$tree/xen/common/Makefile"
	chmod 440 "$tree/xen/arch/arm/traps.c"
	"$wire" "$tree" >/dev/null
	is "$(stat -c %a "$tree/xen/common/Makefile" \
		"$tree/xen/arch/arm/traps.c" | tr '\n' ' ')" "755 440 " \
		"the modes of files are kept"

	for file in xen/common/Makefile xen/arch/x86/pv/hypercall.c \
		    xen/include/public/xen.h; do
		for t in "$tree" "$clean"; do
			sed -i '1i# mine' "$t/$file"
			echo '# mine' >>"$t/$file"
		done
	done
	chmod 755 "$clean/xen/common/Makefile"
	chmod 440 "$clean/xen/arch/arm/traps.c"
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$clean")" \
		"--remove leaves what was changed since"
	like "$("$wire" --remove "$tree")" 'not wired; nothing to do' \
		"--remove of a clean tree has nothing to do"

	fresh 4.17
	for file in xen/include/hypercall-defs.c xen/common/Makefile; do
		for t in "$tree" "$clean"; do
			printf 'the end' >>"$t/$file"
		done
	done
	succeeds "files without a newline at their end are wired" \
		"$wire" "$tree"
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$clean")" \
		"and restored"
}

# Xen itself compares all structures of our header, where it supports that.
test_structures() {
	for v in $main_versions; do
		fresh "$v"
		"$wire" "$tree" >/dev/null
		is "$(listed)" "$(structures)" "$v: xlat.lst lists every structure"
		is "$(checked)" "$(structures)" "$v: alice.c checks every one"
		is "$(grep -c 'compat/alice\.h$' "$tree/xen/include/Makefile")" 1 \
			"$v: and what is compared is made"
	done
	header=$work/xen/public/alice.h
	cp -p "$header" "$work/alice.h"
	sed -i 's/^struct xen_alice_describe {$/struct xen_alice_mine {\n};\n&/' "$header"
	like "$("$wire" "$tree")" '^  xen/include/xlat\.lst$' \
		"a structure that is added is, by the next run"
	is "$(listed) $(checked)" "$(structures) $(structures)" "as all others are"
	cp -p "$work/alice.h" "$header"

	is "$(grep -n '^ *# *if' "$work/xen/alice.c")" "" \
		"what differs between Xens is in alice-compat.h, and not in alice.c"
}

structures() {
	sed -n 's/^struct xen_\([a-z_]*\) {$/\1/p' "$work/xen/public/alice.h" | sort
}

listed() {
	awk '$1 == "?" && $3 == "alice.h" { print $2 }' \
		"$tree/xen/include/xlat.lst" | sort
}

checked() {
	sed -n 's/^    each(\([a-z_]*\)).*/\1/p' \
		"$tree/xen/include/xen/alice-probe.h" | sort
}

# What a reader of the tree sees.
test_looks() {
	fresh 4.17
	"$wire" "$tree" >/dev/null
	is "$(diff "$clean/xen/include/public/xen.h" \
		"$tree/xen/include/public/xen.h")" "$(cat <<-'END'
		44a45,47
		> /* alice: begin */
		> #define __HYPERVISOR_alice_op             47
		> /* alice: end */
	END
	)" "the number goes directly below the last one"
}

test_probes() {
	text='probe: ALICE_HAVE_TEST "domain_tot_pages(" include/none.h include/xen/sched.h'
	cp -p "$work/xen/include/alice-compat.h" "$work/compat.h"
	printf '/*\n * %s\n */\n' "$text" >>"$work/xen/include/alice-compat.h"
	for v in 4.12:0 4.14:1; do
		fresh "${v%:*}"
		"$wire" "$tree" >/dev/null
		is "$(grep -c '^#define ALICE_HAVE_TEST 1$' \
			"$tree/xen/include/xen/alice-probe.h")" "${v#*:}" \
			"${v%:*}: a probe finds what is there, and only that"
	done
	cp -p "$work/compat.h" "$work/xen/include/alice-compat.h"
}
