# SPDX-License-Identifier: GPL-2.0-only
# GROUP=NAME: the group that may use the device.  Accepted on make's command line only, since
# some shells (tcsh) export the user's primary group under that name.
ifneq ($(origin GROUP),command line)
override GROUP := alice
else ifneq ($(shell printf x%s '$(subst ','\'',$(GROUP))' | LC_ALL=C grep -Ex 'x[a-z_][a-z0-9_-]*'),x$(GROUP))
$(error GROUP='$(GROUP)' is not a valid group name: lower-case letters, digits, _ and -, starting with a letter or _)
endif
