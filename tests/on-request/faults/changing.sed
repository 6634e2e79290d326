# SPDX-License-Identifier: GPL-2.0-only
# Makes of xen/alice.c one where each reset-stats raises the generation of the table, and
# tells so.
s/^        alice_epochs\[number\]++;$/&\
    alice_generation++;\
    alice_event(NULL, XEN_ALICE_OP_CHANGED, \&alice_generation,\
                sizeof(alice_generation));/
