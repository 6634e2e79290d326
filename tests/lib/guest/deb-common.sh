# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by the scripts that install packages in the lab's dom0.  The packages are in
# ./new, and the same with an older version number in ./old.

# shellcheck source=common.sh
. ./common.sh

export DEBIAN_FRONTEND=noninteractive

# timed TEXT COMMAND... - test that COMMAND succeeds; its output is in timed_said, and
# what the packages' scripts wrote in hints
timed() {
	timed_text=$1
	shift
	timed_from=$(date +%s)
	timed_said=$("$@" 2>&1)
	ok $? "$timed_text" || diag "$timed_said"
	diag "$(($(date +%s) - timed_from)) s: $timed_text"
	# shellcheck disable=SC2034 # for the scripts
	hints=$(printf '%s\n' "$timed_said" | grep '^alice: ')
}

# apt COMMAND ARGUMENT... - apt-get, quiet and without a terminal
apt() {
	apt-get -q -y -o Dpkg::Use-Pty=0 "$@"
}

# dkms_has VERSION KERNEL TEXT - DKMS has that version installed for that kernel, and no other
dkms_has() {
	is "$(dkms status alice 2>/dev/null | grep -F ", $2, ")" \
		"alice/$1, $2, $(uname -m): installed" "$3"
}

# The directory of these scripts and their files.
here=$PWD

# left - all files in the root that belong to alice, except the lab's own, from this or an
# earlier machine on the same disk, and this directory
left() {
	find / -xdev \( -name '*alice*' -o -path '*/dkms/alice*' \) \
		! -path '/usr/lib/alice-lab*' ! -path /usr/bin/alice-live \
		! -path '*/alice-lab.*' ! -path "$here*" \
		! -path '/var/tmp/*' ! -path '/var/log/*' ! -path '/run/*' 2>/dev/null | sort
}

# snapshot - the names of all files in the root, without logs and caches; without DKMS's
# key, which is created with the first module; and without the backups of the group files,
# which are made whenever a group is added
snapshot() {
	find / -xdev ! -path "$here*" ! -path '/var/cache/*' ! -path '/var/lib/apt/*' \
		! -path '/var/log/*' ! -path '/run/*' ! -path '/tmp/*' \
		! -path '/var/lib/dpkg/*' ! -path '/var/lib/systemd/*' \
		! -path '/var/lib/dkms/mok.*' ! -path '/etc/g*-' | sort
}

# killed_upgrade VERSION - upgrade to ./new, and kill it while DKMS builds
killed_upgrade() {
	setsid dpkg --install ./new/*alice*.deb >killed.log 2>&1 &
	killed=$!
	n=0
	while [ $n -lt 900 ] && [ -e "/proc/$killed" ] &&
		[ -z "$(find "/var/lib/dkms/alice/$1/build" -name '*.o' 2>/dev/null)" ]; do
		sleep 1
		n=$((n + 1))
	done
	kill -KILL "-$killed"
	wait "$killed" 2>/dev/null
	is $? 137 "dpkg was killed while DKMS built the new module" || diag "$(cat killed.log)"
	# shellcheck disable=SC2016 # for dpkg
	is "$(dpkg-query -W -f '${db:Status-Status}' alice-dkms)" half-configured \
		"the package is half-configured"
}

# repeated VERSION SCRIPT... - run these package scripts of that version twice more
repeated() {
	repeated_version=$1
	shift
	for script; do
		case $script in
		*.postinst) set -- configure "$repeated_version" ;;
		*) set -- upgrade "$repeated_version" ;;
		esac
		for again in once twice; do
			succeeds "$script $again more" "/var/lib/dpkg/info/$script" "$@"
		done
	done
}
