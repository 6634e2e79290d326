# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Trees are wired with --flask.

test_flask() {
	for v in $flask_versions; do
		fresh "$v"
		flask_cycle "$v"
	done
	fresh 4.7
	flask_refused 4.7
}

flask_refused() {
	refused "$1: --flask" 'knows FLASK in Xen 4.8 and newer' \
		"$wire" --flask "$tree"
}

flask_cycle() {
	cycle "$1" 47 --flask
	name=$1
	"$wire" "$tree" >/dev/null
	without=$(content "$tree")
	like "$("$wire" --flask "$tree")" 'updated' "$name: --flask adds to a wired tree"
	is "$(content "$tree")" "$wired" "$name: the same"
	cp -p "$work/xen/flask/alice.c" "$work/alice.c"
	echo '/* older */' >>"$work/xen/flask/alice.c"
	"$wire" "$tree" >/dev/null
	cp -p "$work/alice.c" "$work/xen/flask/alice.c"
	"$wire" "$tree" >/dev/null
	is "$(content "$tree")" "$wired" "$name: which is kept up to date from then on"
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$clean")" "$name: --remove restores that, too"
	"$wire" "$tree" >/dev/null
	is "$(content "$tree")" "$without" "$name: without --flask nothing of it is left"
	is "$(grep -rl alice "$tree/xen/xsm" "$tree/tools")" "" \
		"$name: nor was anything there"
}

# hooked NAME - test that the hook is in every place where another hypercall's is, and
# that the tree's policy has the class and its permissions
hooked() {
	is "$(cd "$tree/xen" && hooks_of alice_op)" \
		"$(cd "$tree/xen" && hooks_of xen_version)" \
		"$1: the hook is wherever xen_version's is"
	is "$(wanted_permissions)" "$(permissions)" \
		"$1: each op and kind of op has a permission"
	[ -e "$tree/tools/flask/policy/Makefile.common" ] || return 0
	mkdir -p "$work/policy"
	said=$(make -s -C "$tree/tools/flask/policy" -f Makefile.common \
		FLASK_BUILD_DIR="$work/policy" XEN_FULLVERSION=1 2>&1)
	ok $? "$1: the tree makes a policy" || diag "$said"
	is "$(grep -c ' xen_t:alice ' "$work/policy/policy.conf")" 2 \
		"$1: which has the module alice's rules"
	rm -rf "$work/policy"
}

# Print the places with a pointer, an assignment or a list entry for a hook.
hooks_of() {
	grep -Ec "XSM_HOOK\\(int, $1,|\\(\\*$1\\)|if_null\\(ops, $1\\)|\\.$1 +=|[ >.]xsm_$1 *\\(" \
		include/xsm/hooks.h include/xsm/xsm.h include/xsm/dummy.h \
		xsm/dummy.c xsm/flask/hooks.c \
		2>/dev/null
}

permissions() {
	sed -n '/^class alice$/,/^}/s/^    //p' "$tree/xen/xsm/flask/policy/access_vectors"
}

wanted_permissions() {
	sed -n 's/^#define XEN_ALICE_OP_\([A-Z_]*\)  *1\{0,1\}[0-9]$/\1/p' "$work/xen/public/alice.h" |
		tr '[:upper:]' '[:lower:]'
	printf 'other_%s\n' read write control
}

test_flask_refusals() {
	each_anchor "$flask_versions" anchors-flask --flask
	fresh 4.17
	"$wire" --flask "$tree" >/dev/null
	file=xen/xsm/dummy.c
	cp -p "$clean/$file" "$tree/$file"
	refused "a tree half wired for FLASK" "$file \(0 of 1 " "$wire" "$tree"
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$clean")" "--remove cleans it up"

	"$wire" --flask "$tree" >/dev/null
	file=xen/common/Makefile
	cp -p "$clean/$file" "$tree/$file"
	refused "a tree wired for FLASK, and else by half" "$file \(0 of 1 " \
		"$wire" "$tree"

	for v in 4.8 4.14 4.16 4.17- 4.17; do
		fresh "$v"
		echo '    .xen_version = another_xen_version,' >>"$tree/xen/xsm/dummy.c"
		refused "$v: hooks in a place that wire does not know" \
			'xsm/dummy.c: lists the hook xen_version [12] times' \
			"$wire" --flask "$tree"
	done

	fresh 4.17
	"$wire" "$tree" >/dev/null
	echo '/* mine */' >"$tree/xen/xsm/flask/alice.c"
	refused "a file that is in FLASK's way" 'xen/xsm/flask/alice.c is in the tree' \
		"$wire" --flask "$tree"

	fresh 4.17
	rm -rf "$work/elsewhere"
	mv "$tree/xen/include/xsm" "$work/elsewhere"
	ln -s "$work/elsewhere" "$tree/xen/include/xsm"
	refused "a directory to copy into that is a symbolic link" \
		'xen/include/xsm is a symbolic link' "$wire" "$tree"
}
