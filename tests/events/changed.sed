# SPDX-License-Identifier: GPL-2.0-only
# Turns burst.c into its replacement, whose event has a field of another name.
s/f(u32, number) f(bytes/f(u32, renamed) f(bytes/
s/event->number/event->renamed/
