#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh HYPERVISOR - the commands of docs/install-xen.md, in a dom0 that was booted with
# this hypervisor. It has Debian's own Xen installed, and GRUB, though none that could
# boot it.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh
hypervisor=$1
own=/boot/xen-4.17-amd64.gz
plain="Debian GNU/Linux, with Xen hypervisor"
export DEBIAN_FRONTEND=noninteractive

# Answer yes to apt's questions.
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/yes
# Record a reboot instead of rebooting.
mkdir bin
printf '#!/bin/sh\necho reboot >>%s/reboots\n' "$PWD" >bin/reboot
chmod +x bin/reboot
PATH=$PWD/bin:$PATH

# Simulates a disk for GRUB, since this root is not on one.  GRUB's package for a platform
# has the file of defaults.
cat >/usr/sbin/grub-probe <<'END'
#!/bin/sh
case $* in
*--target=device*) echo /dev/vda ;;
*) echo ext2 ;;
esac
END
cat >/usr/bin/grub-mkrelpath <<'END'
#!/bin/sh
echo "$1"
END
mkdir -p /boot/grub
cp /usr/share/grub/default/grub /etc/default/grub
: >"/boot/vmlinuz-$(uname -r)"
: >"/boot/initrd.img-$(uname -r)"
echo CONFIG_XEN_DOM0=y >"/boot/config-$(uname -r)"

# documented NAME - test that this block of the document succeeds; sets said to its output
documented() {
	said=$(sh -e "blocks/$1" 2>&1)
	ok $? "docs/install-xen.md: the commands of '$1'" || diag "$said"
}

# menu - print each entry of the boot menu: the titles that lead to it, and what it boots
menu() {
	awk '
		/\{$/ {
			title = match($0, /\047[^\047]*\047/)
			path[depth + 1] = path[depth] (depth ? ">" : "") \
				(title ? substr($0, RSTART + 1, RLENGTH - 2) : "")
			depth++
		}
		$1 ~ /^(multiboot2?|linux)$/ { print path[depth] "\t" $2 }
		$1 == "}" { depth-- }' /boot/grub/grub.cfg
}

# boots TITLES - print what that entry of the menu boots
boots() {
	menu | awk -F '\t' -v titles="$1" '$1 == titles { print $2 }'
}

# remembered NAME - print the value of NAME that GRUB would read at the next boot
remembered() {
	grub-editenv list | sed -n "s/^$1=//p"
}

update-grub 2>/dev/null
menu >before
is "$(boots "$plain")" "$own" "the menu is that of Debian's own Xen"

documented install
menu >after
is "$(grep -v "$hypervisor" after)" "$(cat before)" "installed: the menu keeps all that it had"
is "$(boots "$plain")" "$own" "the first one of Xen is still Debian's"
is "$(grep "	$hypervisor\$" after | grep -vc recovery)" 1 "there is one entry more"

documented remember
is "$(remembered saved_entry)" "$plain" "Debian's own is what is booted"
like "$(cat /boot/grub/grub.cfg)" 'set default="\$\{saved_entry\}"' "since GRUB remembers"

documented once
is "$(boots "$(remembered next_entry)")" "$hypervisor" \
	"the next boot, and that alone, is the new one's"
is "$(remembered saved_entry)" "$plain" "then it is Debian's own again"
is "$(cat reboots)" reboot "the last command reboots"

documented see
like "$said" '^[^ ]*-alice$' "this is the new one, and xl info tells"
like "$said" '^abi_major=1$' "it has alice_op"

documented remove
menu >removed
is "$(cat removed)" "$(cat before)" "removed: the menu is what it was"
is "$(boots "$(remembered saved_entry)")" "$own" "and the default is Debian's own"
is "$(ls /boot/*alice* 2>/dev/null)" "" "nothing of it stays in /boot"
no_oops
tap_done
