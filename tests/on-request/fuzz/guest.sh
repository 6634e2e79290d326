#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Random ioctl requests, by 64-bit and 32-bit programs; the argument is their
# options.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

for bits in 64 32; do
	# shellcheck disable=SC2086 # words
	tap_run "$bits bits" "./fuzz$bits" $1 --keep "kept$bits"
done
# Inputs that reached new code, for tests/on-request/fuzz/ioctl/corpus.
sed 's/^/# kept: /' kept64 kept32
no_oops
tap_done
