# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Additional ops: --op.

test_ops() {
	mkdir "$work/ops"
	for name in mine my-other; do
		echo "/* $name */" >"$work/ops/$name.c"
	done
	for v in $main_versions; do
		fresh "$v"
		"$wire" --op "$work/ops/mine.c" "$tree" >/dev/null
		is "$(cd "$tree/xen/common" && echo alice-op-*)" "$(ops_with mine)" \
			"$v: --op puts an op beside alice's own"
		is "$(built_objects)" "$(ops_with mine | sed 's/\.c/.o/g') alice.o" \
			"$v: and all of them are built, before alice.o"
		"$wire" --remove "$tree" >/dev/null
		is "$(content "$tree")" "$(content "$clean")" "$v: --remove takes it out, too"
	done

	"$wire" --op "$work/ops/mine.c" "$tree" >/dev/null
	like "$("$wire" "$tree")" 'nothing to do' "a run without --op leaves it there"
	said=$(cd "$work/ops" && "$wire" --op=my-other.c "$tree")
	is "$(printf '%s\n' "$said" | sed -n 's|^  xen/||p' | tr '\n' ' ')" \
		"common/alice-op-my-other.c include/xen/alice-probe.h " \
		"another joins it, from a relative path"
	echo '/* newer */' >>"$work/ops/mine.c"
	like "$("$wire" "$tree")" 'nothing to do' "one that changed is not looked at unasked"
	"$wire" --op "$work/ops/mine.c" "$tree" >/dev/null
	succeeds "--op brings it up to date" \
		cmp "$work/ops/mine.c" "$tree/xen/common/alice-op-mine.c"
	rm "$tree/xen/common/alice-op-my-other.c"
	"$wire" "$tree" >/dev/null
	is "$(cd "$tree/xen/common" && echo alice-op-*)" "$(ops_with mine)" \
		"one that was deleted stays deleted"

	echo '/* mine alone */' >>"$tree/xen/common/alice-op-mine.c"
	refused "an op that was changed in the tree, --remove" \
		'^  xen/common/alice-op-mine.c$' "$wire" --remove "$tree"
	refused "--op" '^  xen/common/alice-op-mine.c$' \
		"$wire" --op "$work/ops/mine.c" "$tree"
	"$wire" --force --op "$work/ops/mine.c" "$tree" >/dev/null
	is "$(grep -c alone "$tree/xen/common/alice-op-mine.c")" 0 "--force discards it"
	touch "$work/ops/hello.c" "$work/ops/a b.c" "$work/ops/Upper.c"
	mkdir "$work/ops/again"
	touch "$work/ops/again/mine.c"
	while IFS='|' read -r file said; do
		refused "--op $file" "$said" \
			"$wire" --op "$work/ops/mine.c" --op "$work/ops/$file" "$tree"
	done <<-'END'
		hello.c|alice has an op in a file of that name
		nothing.c|there is no such file
		a b.c|is called NAME.c
		Upper.c|is called NAME.c
		mine.o|is called NAME.c
		again/mine.c|two ops are in files of the name mine.c
	END
	fresh 4.17
	cp "$work/ops/mine.c" "$tree/xen/common/alice-op-mine.c"
	refused "a file that wire did not put there" 'wire did not put it there; move it away' \
		"$wire" --op "$work/ops/mine.c" "$tree"
}

# ops_with NAME - print the files of alice's own ops and of this one
ops_with() {
	(cd "$work/xen/ops" && ls ./*.c && echo "./$1.c") | sort |
		sed 's|^\./|alice-op-|' | tr '\n' ' ' | sed 's/ $//'
}

# The objects that wire's lines in the Makefile add, in every tree.
built_objects() {
	sed -n '/alice: begin/,/alice: end/p' "$tree/xen/common/Makefile" >"$work/objects.mk"
	# shellcheck disable=SC2016 # for make
	printf 'all:\n\t@echo $(obj-y)\n' >>"$work/objects.mk"
	if [ -e "$tree/xen/include/hypercall-defs.c" ]; then
		make -s -C "$tree" -f "$work/objects.mk" CONFIG_ALICE=y srctree="$tree/xen" \
			src=common
	else
		make -s -C "$tree/xen/common" -f "$work/objects.mk" CONFIG_ALICE=y \
			BASEDIR="$tree/xen"
	fi
}
