# SPDX-License-Identifier: GPL-2.0-only
"""The cells of docs/python.md."""
import ast
import contextlib
import doctest
import io
import os
import re

import alice


def cells():
    """Blocks of Python, each with the output that follows it, or None."""
    with open(os.environ["ALICE_PAGE"], encoding="utf-8") as page:
        blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page.read(), re.M | re.S)
    for i, (language, text) in enumerate(blocks):
        if language == "python":
            following = blocks[i + 1] if i + 1 < len(blocks) else ("python", "")
            yield text, following[1] if not following[0] else None


def run(text, names):
    """Run a cell as a notebook does, and return what it shows."""
    tree = ast.parse(text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        exec(compile(tree, "cell", "exec"), names)
        if last:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            if value is not None:
                print(repr(value))
    return shown.getvalue()


def test_page(opened, monkeypatch):
    """docs/python.md: each cell shows what stands below it"""
    monkeypatch.setattr(alice, "open", opened)
    monkeypatch.setenv("PAGER", "cat")
    names = {}
    count = 0
    for text, expected in cells():
        got = run(text, names)
        assert expected is None or doctest.OutputChecker().check_output(
            expected, got, doctest.ELLIPSIS), f"{text}\nshows:\n{got}"
        count += 1
    assert count >= 9
    names["dev"].close()
