#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# hand.sh - the commands of docs/install.md and docs/secure-boot.md, in a copy of the
# source: installed by hand, removed, and installed by packages.

# shellcheck source=../../lib/guest/deb-common.sh
. ./deb-common.sh

# Answer yes to apt's questions.
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/yes
USER=member
export USER
mkdir bin
PATH=$PWD/bin:$PATH

# Simulates firmware: at a reboot, each enrolled key becomes trusted.
printf '#!/bin/sh\n' >bin/reboot
cat >bin/mokutil <<'END'
#!/bin/sh
case $1 in
--sb-state) echo SecureBoot disabled ;;
--import) openssl x509 -inform DER -in "$2" -out "$0.$(echo "$2" | tr / _)" ;;
--test-key) [ -e "$0.$(echo "$2" | tr / _)" ] && echo "$2 is already enrolled" ;;
esac
END
chmod +x bin/*
cd source || exit

timed "by hand: the commands of docs/install.md" sh -e ../blocks/by-hand
like "$timed_said" '^4 +whoami ' "the last one lists the ops"
settle
is "$(node)" "root:alice 660" "the node is root:alice 0660"
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "the user can call"
is "$(modinfo -n alice)" "/lib/modules/$(uname -r)/updates/alice.ko" "modprobe finds it there"
like "$(ls /usr/local/lib/udev/rules.d)" alice "its rule is below /usr/local, and udev reads it"

unload "rmmod alice"

timed "whether signing is needed: the commands of docs/secure-boot.md" \
	sh -e ../blocks/signed-needed
is "$timed_said" "[none] integrity confidentiality
N
SecureBoot disabled" "here it is not"
timed "a key of one's own" sh -e ../blocks/signed-key
is "$(stat -c %a /root/mok)" 700 "which root alone can read"
timed "signed by hand" sh -e ../blocks/signed-by-hand
is "$(modinfo -F signer alice)" "modules of dom0" "modinfo tells whose key it was"
rm -r /root/mok
timed "make uninstall" make uninstall
is "$(left)" "" "nothing stays"
modprobe alice 2>/dev/null
is $? 1 "and modprobe finds nothing"
delgroup alice >/dev/null

# The packages were built on the host.
mkdir -p build
cp -R ../new build/deb
sed -i 's/^make deb$/:/' ../blocks/packages
timed "by packages: the commands of docs/install.md" sh -e ../blocks/packages
like "$timed_said" '^4 +whoami ' "the last one lists the ops"
settle
is "$(node)" "root:alice 660" "the node is root:alice 0660"
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "the user can call"

# ---- signed

timed "DKMS's key: the commands of docs/secure-boot.md" sh -e ../blocks/signed-trust
timed "after the reboot" sh -e ../blocks/signed-trusted
is "$timed_said" "/var/lib/dkms/mok.pub is already enrolled
DKMS module signing key" "DKMS has signed the module with it"
# As under Secure Boot; but this kernel does not know the key.
rmmod alice
echo 1 >/sys/module/module/parameters/sig_enforce
text=$(modprobe alice 2>&1)
is $? 1 "a kernel that wants a key which it trusts refuses the module"
like "$(cat docs/secure-boot.md)" "^$text\$" "with the words of docs/secure-boot.md"
cd ..
no_oops
tap_done
