#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One call: ask the hypervisor who we are.

    $ ./whoami.py
    domain 0, vcpu 1, pv
"""
import sys

import alice


def main() -> None:
    with alice.open() as dev:
        me = dev.whoami()
    print(f"domain {me.domid}, vcpu {me.vcpu}, {me.type}")


try:
    main()
except OSError as e:
    sys.exit(e.strerror)
