# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Findings of alicectl doctor, for scripts that run in the dom0. They set doctor_case, a
# prefix for the names of their tests.

doctor_ifs=$(printf '\037')

# doctor USER - run it as that user
doctor() {
	as "$1" alicectl --json doctor >doctor.json 2>doctor.err
	doctor_status=$?
	doctor_read
}

# doctor_read - parse its output
doctor_read() {
	jq -r '.[] | [.check, .state, .root, .mend // "", .text] | map(tostring) | join("\u001f")' \
		doctor.json >doctor.found
	doctor_bad=
	while IFS=$doctor_ifs read -r doctor_check doctor_state _; do
		[ "$doctor_state" = ok ] || doctor_bad="$doctor_bad $doctor_check"
	done <doctor.found
}

# found CHECK - set $state, $root, $mend and $text to its last finding for that check
found() {
	state='' root='' mend='' text=''
	while IFS=$doctor_ifs read -r doctor_check state root mend text; do
		[ "$doctor_check" != "$1" ] || return 0
	done <doctor.found
	state=absent
}

# finds CHECK STATE TEXT-REGEX - test its last finding for that check
finds() {
	found "$1"
	like "$state: $text" "^$2: $3" "$doctor_case: $1 is $2"
}

# all_right USER - test that it finds no problem
all_right() {
	doctor "$1"
	is "$doctor_status$doctor_bad" 0 "$doctor_case: all is right for $1" || diag "$(cat doctor.json)"
}
