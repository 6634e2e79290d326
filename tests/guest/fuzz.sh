#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Requests of every kind at the ioctls, for so many seconds by programs of each width.

# shellcheck source=common.sh
. ./common.sh

for bits in 64 32; do
	tap_run "$bits bits" "./fuzz$bits" --seconds "$1"
done
no_oops
tap_done
