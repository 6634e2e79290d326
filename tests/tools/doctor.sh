# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# alicectl doctor, a script beside the program.

[ -n "${ALICE_QUICK:-}" ] || tap_run doctor "$here/doctor-test"
run "$cli" --device /nonexistent doctor
is "$status" 1 "doctor: status where something is not right"
like "$out" "^unknown  node       |^missing  node .* there is no /nonexistent$" "doctor: another device"
like "$err" "^alicectl: [0-9]+ of 12 checks are not ok; begin with [a-z]+$" "doctor: says where to begin"
run "$cli" doctor --number 46 --json
like "$out" '^\[\{"check":"xen",' "doctor: --json"
# alicectl passes its own path and its options.
mkdir -p "$work/beside" "$work/alone"
cp "$cli" "$work/beside/"
cp "$cli" "$work/alone/"
printf '#!/bin/sh\nprintf "<%%s>" "$@"\nexit 7\n' >"$work/beside/alicectl-doctor"
chmod +x "$work/beside/alicectl-doctor"
run "$work/beside/alicectl" --json --device "a b" --number 46 doctor
gives 7 "<$work/beside/alicectl><a b><46><json>" "" "doctor: options are handed on"
run "$work/beside/alicectl" doctor
gives 7 "<$work/beside/alicectl></dev/alice><><>" "" "doctor: none are"
run "$work/alone/alicectl" doctor
gives 5 "" "cannot run alicectl-doctor: No such file" "doctor: without its script"
mkdir -p "$work/libexec/alice"
cp "$work/beside/alicectl-doctor" "$work/libexec/alice/"
run "$work/alone/alicectl" doctor
gives 7 "<$work/alone/alicectl></dev/alice><><>" "" "doctor: where it is installed"
run "$fake" --version
like "$out" '^hypervisor alice_op ABI 1\.0, hypercall 47$' "--version: of the hypervisor"
