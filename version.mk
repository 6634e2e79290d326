# SPDX-License-Identifier: GPL-2.0-only
# The version of driver, tool, header and packages.  What cannot read it from here,
# debian/changelog and the manual pages, is held to it by tests/suites/install.
ALICE_VERSION := 1.0
