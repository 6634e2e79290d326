# SPDX-License-Identifier: GPL-2.0-only
# Turns xen/alice.c into one where each reset-stats raises the table's generation and emits
# changed.
s/^        alice_epochs\[number\]++;$/&\
    alice_generation++;\
    alice_event(NULL, XEN_ALICE_OP_CHANGED, \&alice_generation,\
                sizeof(alice_generation));/
