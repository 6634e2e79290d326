# SPDX-License-Identifier: GPL-2.0-only
"""Evaluate lines of Python with an open device, and print a line for each."""
import sys

import alice

names = {"alice": alice, "dev": alice.open()}
for line in sys.stdin:
    try:
        print(repr(eval(line, names)), flush=True)
    except Exception as e:
        print(f"{type(e).__name__}: {e}", flush=True)
