#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run a command with a device that is restricted to the named ops.

    $ ./restrict.py whoami,echo ./whoami.py
    domain 0, vcpu 1, pv

Programs that use libalice find the descriptor by the environment variable ALICE_FD.
"""
import os
import sys

import alice


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit("usage: restrict.py OP[,OP...] COMMAND [ARGUMENT...]")
    dev = alice.open()
    dev.restrict(*sys.argv[1].split(","))
    os.set_inheritable(dev.fileno(), True)
    os.environ["ALICE_FD"] = str(dev.fileno())
    os.execvp(sys.argv[2], sys.argv[2:])


try:
    main()
except (OSError, alice.NoSuchOp) as e:
    sys.exit(f"restrict.py: {e}")
