# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Debian packages and sources, with a private apt state for each suite and
# architecture below build/apt/.  The host's own sources, lists and cache are
# neither read nor changed.  apt verifies indexes with the keys of Debian's archive, and files
# by the indexes.

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
security_mirror=${DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# A mirror that lags behind or is an archive has expired indexes: their signature is
# valid, but they may be outdated.
apt_stale_option='Acquire::Check-Valid-Until "false";'
apt_stale() {
	[ -n "${LAB_STALE:-}" ]
}

# apt_archs: print the architectures whose packages are known: the target's, which is
# the default, and the host's.
apt_archs() {
	case $opt_arch in
	amd64) echo amd64 ;;
	*) echo "$opt_arch,amd64" ;;
	esac
}

# apt_sources SUITE: print its sources.list.
apt_sources() {
	case $1 in
	sid) set -- "$mirror sid" ;;
	*-backports) set -- "$mirror $1" "$mirror ${1%-backports}" ;;
	*) set -- "$mirror $1" "$security_mirror $1-security" ;;
	esac
	for source; do
		echo "deb [arch=$(apt_archs) signed-by=$keyring] $source main"
		echo "deb-src [signed-by=$keyring] $source main"
	done
}

# apt_in SUITE COMMAND...: run an apt command with the private state of SUITE.
apt_in() {
	apt_state=$BUILD/apt/$(arch_name "$1")
	shift
	APT_CONFIG=$apt_state/apt.conf "$@"
}

apt_make_state() {
	apt_state=$BUILD/apt/$(arch_name "$1")
	rm -rf "$apt_state"
	mkdir -p "$apt_state/etc/preferences.d" "$apt_state/lists/partial" \
		"$apt_state/archives/partial"
	cat >"$apt_state/apt.conf" <<-EOF
	Dir::State "$apt_state";
	Dir::State::status "/dev/null";
	Dir::Cache "$apt_state";
	Dir::Etc "$apt_state/etc";
	Dir::Etc::main "";
	Dir::Etc::parts "";
	Dir::Etc::sourceparts "";
	Dir::Etc::trusted "";
	Dir::Etc::trustedparts "";
	APT::Architecture "$opt_arch";
	APT::Architectures "$(apt_archs)";
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	Acquire::Retries "3";
	Acquire::http::Timeout "30";
	EOF
	# Of the host's configuration, only the proxy is used.
	apt-config dump Acquire::http | grep -i '^[^ ]*::proxy' \
		>>"$apt_state/apt.conf" || :
	! apt_stale || echo "$apt_stale_option" >>"$apt_state/apt.conf"
	apt_sources "$1" >"$apt_state/etc/sources.list"
	apt_in "$1" apt-get -q --error-on=any update &&
		apt_sources "$1" >"$apt_state/complete"
}

# apt_complete SUITE: whether its private state exists.
apt_complete() {
	apt_sources "$1" | cmp -s - "$BUILD/apt/$(arch_name "$1")/complete"
}

# apt_ready SUITE: create its private state if needed.  The index is read once, so
# package versions stay the same until build/apt is removed.
apt_ready() {
	apt_complete "$1" && return
	[ -r "$keyring" ] || die "$keyring is missing; run tests/lab/deps --install"
	step "fetch Debian's package index of $1" "apt-$(arch_name "$1")" \
		apt_make_state "$1"
}

# apt_versions SUITE PACKAGE: print the versions of a binary package, newest first.
apt_versions() {
	apt_in "$1" apt-cache show --no-generate -a "$2" 2>/dev/null |
		awk '$1 == "Version:" { print $2 }'
}

# apt_depends SUITE PACKAGE=VERSION PATTERN: print the dependencies that match a basic
# regular expression (without groups), as arguments for apt-get download, with versions
# where the package depends on a version.
apt_depends() {
	apt_in "$1" apt-cache show --no-generate "$2" |
		sed -n 's/^Depends: //p' | tr , '\n' |
		sed -n -e "s/^ *\($3\) *([<>=]* *\([^)]*\)) *$/\1=\2/p" \
			-e "s/^ *\($3\) *$/\1/p" |
		awk -F= 'NF > 1 || !($1 in named) { named[$1] = $0 }
			END { for (name in named) print named[name] }'
}

# apt_download SUITE DIR PACKAGE...: fetch exactly these .debs into DIR.
apt_download() {
	apt_suite=$1 apt_dir=$2
	shift 2
	rm -rf "$apt_dir.part" && mkdir -p "$apt_dir.part" &&
		(cd "$apt_dir.part" &&
			apt_in "$apt_suite" apt-get -q download "$@") &&
		rm -rf "$apt_dir" && mv "$apt_dir.part" "$apt_dir"
}

# apt_unpack DIR ROOT: unpack the .debs in DIR into ROOT, which is created anew.
apt_unpack() {
	rm -rf "$2" && mkdir -p "$2" || return
	for apt_deb in "$1"/*.deb; do
		dpkg-deb -x "$apt_deb" "$2" || return
	done
}

# apt_tarball SUITE DIR SOURCE=VERSION: fetch the upstream tarball into DIR.
apt_tarball() {
	rm -rf "$2.part" && mkdir -p "$2.part" &&
		(cd "$2.part" && apt_in "$1" apt-get -q source \
			--download-only --tar-only --only-source "$3") &&
		rm -rf "$2" && mv "$2.part" "$2"
}

# attempt TEXT LOG COMMAND...: like step, but report a failure in one line and return:
# LAB_UNAVAILABLE if the mirror lacks the file, or its index has expired, else
# LAB_FAILED.
attempt() {
	attempt_text=$1 attempt_log=$BUILD/log/$2.log
	shift 2
	mkdir -p "$BUILD/log"
	printf 'lab: %s ... ' "$attempt_text" >&2
	if "$@" >"$attempt_log" 2>&1; then
		printf 'done\n' >&2
	elif grep -q ' 404 ' "$attempt_log"; then
		printf 'the mirror does not have it (404)\n' >&2
		return "$LAB_UNAVAILABLE"
	elif grep -q 'Release file .* is expired' "$attempt_log"; then
		printf "the mirror's index is out of date; LAB_STALE=yes accepts it\\n" >&2
		return "$LAB_UNAVAILABLE"
	else
		printf 'failed, see %s\n' "$attempt_log" >&2
		return "$LAB_FAILED"
	fi
}

# apt_attempt SUITE: like apt_ready, if another suite can be tried instead.
apt_attempt() {
	apt_complete "$1" && return
	attempt "fetch Debian's package index of $1" "apt-$(arch_name "$1")" \
		apt_make_state "$1"
}
