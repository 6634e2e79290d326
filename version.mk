# SPDX-License-Identifier: GPL-2.0-only
# The version of driver, library, tools and packages.  Suite install compares it with the copies
# in debian/changelog and the man pages.
ALICE_VERSION := 1.0

# The contact for packages and for reports of vulnerabilities.  Fill it in before you publish,
# and run "make maintainer", which copies it to the files that cannot include this one.
ALICE_MAINTAINER := The alice developers <fill-in@alice.invalid>

# Checked here because every part of the tree includes this file: make splits names at blanks.
$(if $(word 2,$(CURDIR)x),$(error '$(abspath $(dir $(lastword $(MAKEFILE_LIST))))' has \
	a blank in its name, and make cannot build there: move the source elsewhere))
