# SPDX-License-Identifier: GPL-2.0-only
# Makes of xen/alice.c one where each reset-stats raises the generation of the table.
s/^        alice_epochs\[number\]++;$/&\
    alice_generation++;/
