#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# inside.sh SECONDS SEED - a soak in a guest, which is saved and restored meanwhile;
# what it did is told on the console, in lines "totals: ".

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# What follows is seen when it is over.
diag "the soak begins"
tap_run "" ./soak32 run -p 8 -t "$1" -s "$2" totals
no_oops
sed 's/^/totals: /' totals
tap_done
