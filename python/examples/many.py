#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many calls as batches: echo each line of standard input.

    $ seq 100000 | ./many.py | tail -n 1
    100000
"""
import sys

import alice


def main() -> None:
    with alice.open() as dev:
        calls = (("echo", (line,)) for line in sys.stdin.buffer)
        for answer in dev.call_many(calls):
            sys.stdout.buffer.write(answer.data)


try:
    main()
except OSError as e:
    sys.exit(e.strerror)
