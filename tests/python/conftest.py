# SPDX-License-Identifier: GPL-2.0-only
"""Run the tests on a recorded table and, with ALICE_REAL, on the device of this machine.

With ALICE_TAP, results are also written as TAP to the descriptor of that number. The name of
a test is the first line of its docstring.
"""
import os

import pytest

import alice
from recorded import Recorded

real = "ALICE_REAL" in os.environ
collect_ignore = ["test_recorded.py", "test_events.py"] if real else []
tap_file = open(int(os.environ["ALICE_TAP"]) if "ALICE_TAP" in os.environ else os.devnull, "w",
                encoding="utf-8", errors="backslashreplace")
count = 0


@pytest.fixture
def recorded():
    device = Recorded()
    yield device
    device.close()


@pytest.fixture
def opened(request):
    """A function that opens the device again."""
    function = alice.open
    if real:
        return function
    table = request.getfixturevalue("recorded")
    return lambda: function(ioctl=table.file(), fd=table.events)


@pytest.fixture
def dev(request):
    table = None if real else request.getfixturevalue("recorded")
    with alice.open(ioctl=table, fd=table and table.events) as device:
        yield device


def tap(good, name, text=""):
    global count
    count += 1
    print(f"{'' if good else 'not '}ok {count} - {name}", file=tap_file)
    for line in text.splitlines():
        print("#", line, file=tap_file)


def pytest_itemcollected(item):
    what = (item.function.__doc__ or item.name).splitlines()[0].rstrip(".")
    case = f" [{item.callspec.id}]" if hasattr(item, "callspec") else ""
    item.user_properties.append(("tap", what + case))


def pytest_runtest_logreport(report):
    name = dict(report.user_properties)["tap"]
    if report.skipped:
        tap(True, f"{name} # SKIP {report.longrepr[2]}")
    elif report.when == "call" or report.failed:
        tap(report.passed, name, report.longreprtext)


def pytest_collectreport(report):
    if report.failed:
        tap(False, f"collect {report.nodeid}", report.longreprtext)


def pytest_sessionfinish():
    print(f"1..{count}", file=tap_file, flush=True)
