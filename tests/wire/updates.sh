# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Updates of a wired tree, and manual changes in it.

test_update() {
	fresh 4.17
	"$wire" "$tree" >/dev/null
	cp -p "$work/xen/alice.c" "$work/alice.c"
	echo '/* newer */' >>"$work/xen/alice.c"
	before=$(content "$tree")
	like "$("$wire" --dry-run "$tree")" '^\+/\* newer' \
		"--dry-run shows that a copied file is out of date"
	is "$(content "$tree")" "$before" "and changes nothing"
	said=$("$wire" "$tree")
	like "$said" 'updated' "a copied file that is out of date is updated"
	is "$(printf '%s\n' "$said" | sed -n 's|^  xen/||p' | tr '\n' ' ')" \
		"common/alice.c include/xen/alice-probe.h " "and named, with its record"
	succeeds "with what is new" \
		cmp "$work/xen/alice.c" "$tree/xen/common/alice.c"
	cp -p "$work/alice.c" "$work/xen/alice.c"
	"$wire" "$tree" >/dev/null

	rm "$tree/xen/include/xen/alice-probe.h"
	like "$("$wire" "$tree")" 'xen/include/xen/alice-probe.h' \
		"a copied file that is gone is made again"
}

# Manual changes to what wire added are discarded on request only.
test_edited() {
	fresh 4.17
	"$wire" --flask "$tree" >/dev/null
	rm -rf "$work/wired"
	cp -pR "$tree" "$work/wired"
	while IFS='|' read -r file edit; do
		sed -i "$edit" "$tree/$file"
		for option in --dry-run --remove; do
			refused "$option: $edit in $file" "^  $file\$" "$wire" "$option" "$tree"
		done
		is "$(printf '%s\n' "$said" | grep -c '^  ')" 1 "named alone"
		cp -p "$work/wired/$file" "$tree/$file"
	done <<-'END'
		xen/common/alice.c|/^presmp_initcall/i/* mine */
		xen/common/alice-op-echo.c|1i/* mine */
		xen/include/public/alice.h|1i/* mine */
		xen/include/xen/alice-probe.h|$a/* mine */
		xen/xsm/flask/alice.c|$d
		xen/common/Kconfig|/default y/s/y/n/
		xen/include/public/xen.h|/alice: begin/a/* mine */
		xen/include/hypercall-defs.c|/^alice_op /s/do /na /
		xen/xsm/flask/policy/access_vectors|/other_control/a\    mine
		tools/flask/policy/modules/modules.conf|/alice = /s/on/off/
	END
	is "$(content "$tree")" "$(content "$work/wired")" "nothing happened"

	# The same lines elsewhere do not count.
	echo '/* mine */' >>"$tree/xen/common/alice.c"
	cp "$work/wired/xen/include/xen/alice-compat.h" "$tree/xen/include/public/alice.h"
	refused "several" '^  xen/common/alice.c$' "$wire" "$tree"
	like "$said" '^  xen/include/public/alice.h$' "are all named"
	like "$("$wire" --dry-run --force "$tree")" '^-/\* mine' \
		"--dry-run --force shows what would be discarded"
	"$wire" --force "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$work/wired")" "--force discards it"
	echo '/* mine */' >>"$tree/xen/common/alice.c"
	"$wire" --remove --force "$tree" >/dev/null
	is "$(content "$tree")" "$(content "$clean")" "--remove --force does"

	# If it cannot be decided, it counts as changed.
	"$wire" "$tree" >/dev/null
	echo '/* mine */' >>"$tree/xen/common/alice.c"
	mkdir "$work/no-cksum"
	printf '#!/bin/sh\nexit 127\n' >"$work/no-cksum/cksum"
	chmod +x "$work/no-cksum/cksum"
	for option in --remove --flask; do
		refused "$option without cksum" 'cannot tell what is in .* by cksum' \
			env PATH="$work/no-cksum:$PATH" "$wire" "$option" "$tree"
	done
	"$wire" --remove --force "$tree" >/dev/null

	# Without a record, as an older wire leaves it.
	"$wire" "$tree" >/dev/null
	sed -i '/left: /d' "$tree/xen/include/xen/alice-probe.h"
	refused "without a record, --remove" 'may have changed' "$wire" --remove "$tree"
	like "$("$wire" "$tree")" '^  xen/include/xen/alice-probe.h$' \
		"files as this wire would leave them need none"
	sed -i '/left: /d' "$tree/xen/include/xen/alice-probe.h"
	echo '/* mine */' >>"$tree/xen/common/alice.c"
	refused "files that differ do" 'may have changed' "$wire" "$tree"
}
