#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# inside.sh SECONDS SEED - a soak in a guest, which is saved and restored meanwhile;
# its totals go to the console, in lines "totals: ".

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# Later output appears at the end only.
diag "the soak begins"
tap_run "" ./soak32 run -p 8 -t "$1" -s "$2" totals
no_oops
sed 's/^/totals: /' totals
tap_done
