# SPDX-License-Identifier: GPL-2.0-only
# The version of driver, tool, header and packages.  What cannot read it from here,
# debian/changelog and the manual pages, is held to it by tests/install/suite.
ALICE_VERSION := 1.0

# Who answers for the packages, and for reports of holes.  Fill it in before you publish,
# and have "make maintainer" copy it to the files that cannot read it from here.
ALICE_MAINTAINER := The alice developers <fill-in@alice.invalid>

# Every part of the tree includes this: make takes a blank in a file's name for its end.
$(if $(word 2,$(CURDIR)x),$(error '$(abspath $(dir $(lastword $(MAKEFILE_LIST))))' has \
	a blank in its name, and make cannot build there: move the source elsewhere))
