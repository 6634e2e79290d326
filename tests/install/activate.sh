# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What udev-rules/activate does and says, in simulated systems.

# Simulated systems: a directory with their files, and commands that work on it. The PATH
# has no commands that could change the real system.
system=$WORK/system
mkdir "$WORK/tools" "$WORK/commands"
for tool in awk cat cmp cut grep sed; do
	ln -s "$(command -v $tool)" "$WORK/tools/"
done

# command_of NAME - define a command of the simulated system
command_of() {
	{
		echo "#!/bin/sh"
		echo "cd '$system' && echo \"$1 \$*\" >>did || exit"
		cat
	} >"$WORK/commands/$1"
	chmod +x "$WORK/commands/$1"
}
command_of getent <<'END'
exec grep "^$2:" "etc/$1"
END
command_of systemd-sysusers <<'END'
sed -n 's/^g \([^ ]*\) .*/\1:x:997:/p' "$1" >>etc/group
END
command_of groupadd <<'END'
[ "$1" = --system ] && echo "$2:x:998:" >>etc/group
END
command_of udevadm <<'END'
[ ! -e no-answer ]
END

# put FILE [LINE]...
put() {
	put_file=$system/$1
	shift
	mkdir -p "${put_file%/*}"
	printf '%s\n' "$@" >"$put_file"
}

# gone FILE...
gone() {
	for gone_file; do
		rm -r "${system:?}/$gone_file"
	done
}

# A Debian system, installed with PREFIX= and GROUP=.
debian() {
	rm -rf "$system"
	put etc/group root:x:0: staff:x:50:
	put etc/passwd root:x:0:0::/: bob:x:1000:1000::/:
	put run/udev/control
	put usr/lib/systemd/systemd-udevd
	put usr/lib/systemd/systemd-modules-load
	cp -R "$WORK/commands" "$system/bin"
	make -C "$TOP/udev-rules" install DESTDIR="$system" PREFIX="$PREFIX" GROUP="$GROUP" >/dev/null
}

devuan() {
	gone usr/lib/systemd
	put etc/init.d/kmod
	gone bin/systemd-sysusers
}

openrc() {
	devuan
	gone etc/init.d/kmod
	put etc/init.d/modules
}

# A case is its name, changes to a Debian system without problems, PREFIX= and GROUP=.
# The indented lines below it are the complete output, and then the group.
judge_activate() {
	name='' want=''
	while IFS='|' read -r a b c d; do
		case $a in
		'#'* | '') ;;
		' '*) want=$want${want:+"
"}${a# } ;;
		*)
			judge_case
			name=$a want='' PREFIX=${c:-/usr/local} GROUP=${d:-alice}
			debian
			eval "$b"
			;;
		esac
	done
	judge_case
}

judge_case() {
	[ -n "$name" ] || return 0
	said=$(PATH=$system/bin:$WORK/tools ACTIVATE_ROOT=$system /bin/sh "$TOP/udev-rules/activate" \
		"$GROUP" "$PREFIX/lib/udev/rules.d/60-alice.rules" \
		"$PREFIX/lib/sysusers.d/alice.conf" "$PREFIX/lib/modules-load.d/alice.conf" 2>&1
		grep "^$GROUP:" "$system/etc/group")
	is "$said" "$want" "activate: $name"
}
judge_activate <<'END'
all is right|:
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
another group|:||lab
 Installed: the group lab, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG lab USER
 lab:x:997:
below /usr|:|/usr
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
a group that is there|put etc/group alice:x:999:bob
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:999:bob

# The group.
no systemd-sysusers|gone bin/systemd-sysusers
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:998:
systemd-sysusers fails|put bin/systemd-sysusers '#!/bin/sh' 'echo "Read-only file system"; exit 1'
 Read-only file system
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:998:
neither of both|gone bin/systemd-sysusers bin/groupadd
 Not in force: the group alice: neither systemd-sysusers nor groupadd created it: create a system group of that name
 Installed: the udev rule, the module at boot.
 Now: modprobe alice
no getent|gone bin/getent
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
a person's group|put etc/group lab:x:1000:||lab
 The group lab is the own group of bob and has a number for users, 1000, which udev 258 and newer refuse. Its members may use the device; make install GROUP=NAME chooses another.
 Installed: the group lab, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG lab USER
 lab:x:1000:
a user's group|put etc/group alice:x:990:; echo alice:x:990:990::/: >>$system/etc/passwd
 The group alice is the own group of alice. Its members may use the device; make install GROUP=NAME chooses another.
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:990:
a group of persons|put etc/group alice:x:59999:
 The group alice has a number for users, 59999, which udev 258 and newer refuse. Its members may use the device; make install GROUP=NAME chooses another.
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:59999:
a number above those of persons|put etc/group alice:x:60000:
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:60000:
a number below those of persons here|put etc/group alice:x:1500:; put etc/login.defs "GID_MIN			 2000"
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:1500:
a number of persons here|put etc/group alice:x:600:; put etc/login.defs "#GID_MIN 1" "GID_MIN 500"
 The group alice has a number for users, 600, which udev 258 and newer refuse. Its members may use the device; make install GROUP=NAME chooses another.
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:600:

# The node.
udev does not run|gone run/udev/control
 Not in force: the udev rule: udev does not run here, and will read it when it starts
 Installed: the group alice, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
udev does not answer|put no-answer
 Not in force: the udev rule: udev does not run here, and will read it when it starts
 Installed: the group alice, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
no udev|gone bin/udevadm||lab
 Not in force: the udev rule: there is no udev: whatever creates device nodes must make /dev/alice root:lab, mode 0660
 Installed: the group lab, the module at boot.
 Now: modprobe alice; usermod -aG lab USER
 lab:x:997:
another rule|put etc/udev/rules.d/60-alice.rules '# mine'
 Not in force: the udev rule: /etc/udev/rules.d/60-alice.rules is read instead of /usr/local/lib/udev/rules.d/60-alice.rules: change that, or move it away
 Installed: the group alice, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
another rule below /usr/local|put usr/local/lib/udev/rules.d/60-alice.rules '# older'|/usr
 Not in force: the udev rule: /usr/local/lib/udev/rules.d/60-alice.rules is read instead of /usr/lib/udev/rules.d/60-alice.rules: change that, or move it away
 Installed: the group alice, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
the same rule in /etc|mkdir -p $system/etc/udev/rules.d; cp $system/usr/local/lib/udev/rules.d/* $system/etc/udev/rules.d/
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:

# Where nothing is read, or not by everything.
below /opt|:|/opt/alice
 Not in force: the group at boot: /opt/alice/lib/sysusers.d/alice.conf is in no directory that is read: install it with SYSUSERSDIR=/etc/sysusers.d
 Not in force: the udev rule: /opt/alice/lib/udev/rules.d/60-alice.rules is in no directory that is read: install it with RULESDIR=/etc/udev/rules.d
 Not in force: the module at boot: /opt/alice/lib/modules-load.d/alice.conf is in no directory that is read: install it with MODULESLOADDIR=/etc/modules-load.d
 Installed: the group alice.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
Devuan|devuan
 Not in force: the udev rule: /usr/local/lib/udev/rules.d/60-alice.rules is in no directory that is read: install it with RULESDIR=/etc/udev/rules.d
 Installed: the group alice, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:998:
Devuan, below /usr|devuan|/usr
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:998:
OpenRC|openrc
 Not in force: the udev rule: /usr/local/lib/udev/rules.d/60-alice.rules is in no directory that is read: install it with RULESDIR=/etc/udev/rules.d
 Not in force: the module at boot: /usr/local/lib/modules-load.d/alice.conf is in no directory that is read: install it with MODULESLOADDIR=/etc/modules-load.d
 Installed: the group alice.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:998:
OpenRC, below /usr|openrc|/usr
 Installed: the group alice, the udev rule, the module at boot.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:998:
nothing loads modules|gone usr/lib/systemd/systemd-modules-load
 Not in force: the module at boot: nothing here reads modules-load.d: run 'modprobe alice' at boot
 Installed: the group alice, the udev rule.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
another file loads modules|put run/modules-load.d/alice.conf '# none'
 Not in force: the module at boot: /run/modules-load.d/alice.conf is read instead of /usr/local/lib/modules-load.d/alice.conf: change that, or move it away
 Installed: the group alice, the udev rule.
 Now: modprobe alice; usermod -aG alice USER
 alice:x:997:
END
PREFIX=/usr GROUP=lab
debian
said=$(PATH=$system/bin:$PATH ACTIVATE_ROOT=$system make -C "$TOP/udev-rules" --no-print-directory \
	activate PREFIX=/usr GROUP=lab 2>&1)
is "$? $said" "0 Installed: the group lab, the udev rule, the module at boot.
Now: modprobe alice; usermod -aG lab USER" "make activate: says the same"
is "$(grep -v ^getent "$system/did")" "systemd-sysusers $system/usr/lib/sysusers.d/alice.conf
udevadm control --reload
udevadm trigger --sysname-match=alice --subsystem-match=misc" "make activate: and did this"
