# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Other builds, installation, and the manual.

# ---- other builds, and installation

# builds: build into a separate directory, with warnings as errors.
builds() {
	name=$1
	shift
	make -j2 -C "$top/tools" BUILD="$work/builds/$name" "$@" >"$work/$name.log" 2>&1
	ok $? "$name: compiles without a warning" || diag "$(tail -n 5 "$work/$name.log")"
}
mkdir "$work/builds"
builds plain XENCALL=no CFLAGS="-O2 -Werror"
run "$work/builds/plain/tools/alicectl" --via privcmd ops
gives 3 "" "cannot run alicectl-privcmd: .* without libxencall does not have it: install libxen-dev" "without libxencall: says so"
cc32='cc -m32 -idirafter /usr/include/x86_64-linux-gnu'
if echo 'int main(void) { return 0; }' | $cc32 -x c - -o "$work/m32" 2>/dev/null &&
   "$work/m32" 2>/dev/null; then
	builds m32 CC="$cc32" CFLAGS="-O2 -Werror"
	run "$work/builds/m32/tools/alicectl" --device /nonexistent ops
	is "$status" 3 "m32: runs"
else
	skip "m32: compiles without a warning" "there is no 32-bit C library, or no kernel for it"
fi
if command -v clang >/dev/null; then
	builds clang CC=clang CFLAGS="-O2 -Werror"
else
	skip "clang: compiles without a warning" "clang is not installed"
fi
make -C "$top/tools" BUILD="$work/builds/plain" XENCALL=no CFLAGS="-O2 -Werror" \
	DESTDIR="$work/root" PREFIX=/usr install >"$work/install.log" 2>&1
ok $? "install: works" || diag "$(cat "$work/install.log")"
is "$(cd "$work/root" && find . -type f -printf '%P %m\n' | sort)" \
	"usr/bin/alicectl 755
usr/libexec/alice/alicectl-doctor 755
usr/share/bash-completion/completions/alicectl 644
usr/share/man/man1/alicectl.1 644
usr/share/man/man4/alice.4 644
usr/share/zsh/site-functions/_alicectl 644" "install: program, script, completions and manuals, nothing else"
make -C "$top/tools" BUILD="$work/builds/plain" DESTDIR="$work/root" PREFIX=/usr \
	uninstall >/dev/null 2>&1
is "$(find "$work/root" -type f 2>&1)" "" "uninstall: takes them away"
if command -v valgrind >/dev/null; then
	for verb in --help "--device /nonexistent/alice ops" "--device /dev/null info"; do
		# shellcheck disable=SC2086 # words of one command
		"$work/builds/plain/tools/alicectl" $verb >/dev/null 2>&1
		want=$?
		# shellcheck disable=SC2086 # words of one command
		valgrind -q --leak-check=full --error-exitcode=99 \
			"$work/builds/plain/tools/alicectl" $verb >"$work/out" 2>&1
		is "$?" "$want" "valgrind: $verb" || diag "$(cat "$work/out")"
	done
else
	skip "valgrind" "it is not installed"
fi

# ---- the manual

page=$top/tools/alicectl.1
for option in $(printf '%s\n' "$help" | sed -n 's/^  --\([a-z-]*\) .*/\1/p'); do
	grep -qF -e "\\-\\-$(printf '%s\n' "$option" | sed 's/-/\\-/g')" "$page"
	ok $? "manual: --$option is in it"
done
sed -n 's/^judge_\([a-z]*\)() .*/\1/p' "$top/tools/alicectl-doctor" >"$work/names"
while read -r check; do
	grep -qx -e "\.B $check" "$page"
	ok $? "manual: the doctor's $check is in it"
done <"$work/names"
page=$top/tools/alice.4
# Every name in the device's header is in its manual page.
sed -n 's/^#define \(ALICE_[A-Z_]*\)[^A-Z_(].*/\1/p; s/^\t__[us][0-9]* \([a-z_]*\).*;/\1/p; s/^\tchar \([a-z_]*\).*/\1/p' \
	"$top/uapi/linux/alice.h" | grep -v ALICE_IOC_TYPE | sort -u >"$work/names"
while read -r name; do
	grep -qw -e "$name" "$page"
	ok $? "manual: $name is in it"
done <"$work/names"
