#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""List the ops of this hypervisor, with the fields of requests and answers.

    $ ./table.py
    echo(data: bytes) -> data: bytes    Answer with the bytes it was given
    ...
"""
import sys
from typing import Sequence

import alice


def fields(some: Sequence[alice.Field]) -> str:
    return ", ".join(f"{field.attribute}: {field.type}" for field in some)


def main() -> None:
    with alice.open() as dev:
        for op in dev.ops():
            answer = f" -> {fields(op.answer)}" if op.answer else ""
            print(f"{op.name}({fields(op.request)}){answer}    {op.summary}")


try:
    main()
except OSError as e:
    sys.exit(e.strerror)
