# SPDX-License-Identifier: GPL-2.0-only
"""What only a recorded table has: odd rows, and changes at a chosen moment."""
import copy
import ctypes
import errno
import itertools
import json
import os
import pickle
import re
import subprocess
import sys
import threading
import time

import pytest

import alice
from alice import _lib
from recorded import MIXED, Failure, Recorded, Row, add, odd_rows


def test_layout():
    """The structures are those of the headers"""
    layout = json.loads(os.environ["ALICE_LAYOUT"])
    for name, fields in layout.items():
        mine = getattr(_lib, name)
        assert ctypes.sizeof(mine) == fields.pop("sizeof")
        assert {field: getattr(mine, field).offset for field in fields} == fields
        assert [field for field, _ in mine._fields_] == list(fields)


def test_version():
    """Its version is the project's"""
    assert alice.__version__ == os.environ["ALICE_VERSION"]


def test_no_library():
    """Without the library, the import says what is missing"""
    done = subprocess.run([sys.executable, "-c", "import alice"], text=True, check=False,
                          capture_output=True, env=dict(os.environ, ALICE_LIBRARY="/nosuch"))
    assert re.search("^ImportError: the package alice needs the library libalice: .*/nosuch",
                     done.stderr, re.M)


def test_open():
    """What is no device is an error that says so"""
    for how in (lambda: alice.open("/nosuch"), lambda: alice.open(path=b"/nosuch")):
        with pytest.raises(FileNotFoundError, match="^.Errno 2. cannot open '/nosuch': ") as e:
            how()
        assert e.value.who == "system"
    with pytest.raises(alice.Error, match="not the device of alice"):
        alice.open("/dev/null")
    with open("/dev/null", encoding="ascii") as null:
        with pytest.raises(alice.Error, match="not the device of alice"):
            alice.open(fd=null.fileno())
    with pytest.raises(alice.Error) as e:
        alice.open(fd=999)
    assert e.value.errno == errno.EBADF
    with pytest.raises(ValueError):
        alice.open("/dev/alice\0")


@pytest.mark.parametrize("arguments, said", [
    (((3,), {}), "not int"), ((("\ud800",), {}), "surrogates"),
    (((), {"fd": 1 << 40}), "invalid descriptor number: 1099511627776"),
    (((), {"fd": -1}), "invalid descriptor number: -1"),
    (((), {"fd": 1 << 32, "ioctl": Recorded}), "invalid descriptor number:"),
    (((), {"fd": "3"}), "'str' object"), (((), {"fd": 3.0}), "'float' object"),
    ((("/dev/alice",), {"fd": 3}), "a path cannot be combined with"),
    ((("/dev/alice",), {"ioctl": Recorded}), "a path cannot be combined with"),
    (((), {"ioctl": 5}), "ioctl must be a function, not int")])
@pytest.mark.parametrize("how", [alice.open, alice.Device])
def test_open_wrong(how, arguments, said):
    """Wrong arguments are errors, and leave nothing open"""
    before = os.listdir("/proc/self/fd")
    with pytest.raises((TypeError, ValueError), match=said):
        how(*arguments[0], **arguments[1])
    assert os.listdir("/proc/self/fd") == before


def test_copies(dev):
    """A device, and what is done with it, cannot be copied or pickled"""
    for thing in dev, dev.batch(), dev.listen("changed"), dev.batch().whoami():
        for way in copy.copy, copy.deepcopy, pickle.dumps:
            with pytest.raises(TypeError, match="cannot be copied or pickled"):
                way(thing)
    with pytest.raises(TypeError, match="Device objects cannot be copied or pickled"):
        pickle.dumps(dev.add)
    assert copy.copy(dev.add)(1, 2).sum == 3


def test_no_descriptor_given():
    """A function in the place of the device needs none, unless events are read"""
    table = Recorded()
    with alice.open(ioctl=table) as dev:
        assert dev.add(1, 2).sum == 3
        for use in dev.fileno, lambda: next(dev.listen("changed")):
            with pytest.raises(OSError):
                use()
    table.close()
    with pytest.raises(alice.Error):
        alice.open(ioctl=table, fd=999)


@pytest.mark.parametrize("code, kind", [
    (errno.EPERM, PermissionError), (errno.ENOENT, FileNotFoundError),
    (errno.EAGAIN, BlockingIOError), (errno.EEXIST, FileExistsError),
    (errno.ESRCH, ProcessLookupError), (errno.ETIMEDOUT, TimeoutError),
    (errno.EINTR, InterruptedError), (errno.ERANGE, alice.Error), (511, alice.Error)])
def test_classes(dev, code, kind):
    """Each errno has its class"""
    with pytest.raises(kind) as raised:
        dev.fail(code)
    assert raised.value.errno == code and isinstance(raised.value, alice.Error)
    assert not isinstance(raised.value, (ValueError, KeyError))


def test_misfit(dev, recorded):
    """An answer that does not fit its fields is an error that has it"""
    recorded.load(*odd_rows())
    with pytest.raises(alice.Error, match="does not fit its field list 'n:u32'") as raised:
        dev.misfit()
    assert raised.value.errno == errno.EBADMSG and raised.value.answer == b"\xab\xab"
    with dev.batch() as b:
        misfit, good = b.misfit(), b.add(1, 2)
    with pytest.raises(alice.Error) as raised:
        misfit.result()
    assert raised.value.answer == b"\xab\xab" and good.result().sum == 3


def test_bad_rows(dev, recorded):
    """Rows that make no sense cost these ops alone"""
    recorded.load(*odd_rows())
    ops = {op.number: op for op in dev.ops()}
    assert "'a:u9'" in ops[81].problem and not ops[64].problem
    assert ops[82].name == r"\x1b[31mred"
    assert ops[82].problem and "bad_list" not in dir(dev)
    for op in ops[81], ops[82]:
        with pytest.raises((alice.Error, alice.NoSuchOp)):
            op()
    with pytest.raises(alice.Error, match="the hypervisor's description of op .* is invalid"):
        dev.bad_list()
    assert ops[86].flags == ("0x4000",)
    with pytest.raises(PermissionError, match="a flag that this driver does not know"):
        dev.newer()
    assert dev.whoami().domid == 0


def test_names(dev, recorded):
    """Names that Python has for itself"""
    recorded.load(*odd_rows())
    assert dev.op("info")() is None and isinstance(dev.info(), alice.Info)
    assert dev["import"]() is None and getattr(dev, "import")() is None
    with pytest.raises(alice.NoSuchOp, match="no op 'import-'"):
        dev.import_
    assert "import" not in [name for name in dir(dev) if not hasattr(dev, name)]
    names = ("class_", "x", "a_b", "a_b_", "field1", "self", "field")
    answer = dev.words(**{name: i for i, name in enumerate(names)})
    assert answer._fields == names and answer.class_ == 0 and answer.field == 6
    real = ("class", "_x", "a-b", "a_b", "_1", "self", "_")
    assert answer._asdict() == dict(zip(real, range(7)))
    assert dev.words(**{"class": 9, "_x": 1, "a-b": 2, "a_b_": 3, "_1": 4, "self": 5, "_": 6})
    with dev.batch() as b:
        pending = b.words(*range(7))
    assert pending.result() == answer
    assert dev.op("66").number == 88
    assert dev.op("66").summary == "caf\\xe9 <b>"


def test_live(dev, recorded):
    """An op that comes is there, and one that is gone is not"""
    assert not hasattr(dev, "sub")
    recorded.load(Row(90, "sub", lambda data: data, MIXED, MIXED, 20, 64, 64))
    assert "sub" in dir(dev) and dev.sub.request[0].name == "a"
    held = dev.sub
    recorded.unload("sub")
    with pytest.raises(alice.Error, match="sub was not called: the hypervisor no") as raised:
        held(a=1, b=1, c=1, d=1, e=1, text="", rest=b"")
    assert (raised.value.errno, raised.value.who) == (errno.EOPNOTSUPP, "hypervisor")
    with pytest.raises(alice.NoSuchOp):
        held(a=1, b=1, c=1, d=1, e=1, text="", rest=b"")
    assert not hasattr(dev, "sub") and "sub" not in dir(dev)


def test_ioctl_raises(dev, recorded, capfd):
    """What the function in the device's place raises is told, and an error of the call"""
    recorded.before = lambda: 1 // 0
    with pytest.raises(alice.Error) as raised:
        dev.whoami()
    assert raised.value.errno == errno.EIO
    assert "ZeroDivisionError" in capfd.readouterr().err
    with pytest.raises(alice.Error):
        alice.open(ioctl=lambda request, address: None)


def test_amid_itself(dev, recorded):
    """A device cannot be used during a call of the same thread, as from a signal handler"""
    def handler():
        for use in dev.close, dev.ops, dev.info, lambda: dev.whoami:
            with pytest.raises(RuntimeError, match="already in a call"):
                use()
        used.append(1)
    used = []
    recorded.before = handler
    assert dev.whoami().domid == 0 and used and not dev.closed


def test_turns(dev, recorded):
    """Threads that share a device take turns"""
    inside, met = [], []

    def slow():
        met.extend(inside)
        inside.append(1)
        time.sleep(0.002)
        inside.pop()
    recorded.before = slow
    ways = [lambda: dev.whoami(), lambda: list(dev.call_many([("whoami", ())] * 3))] * 3
    threads = [threading.Thread(target=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not met and len(recorded.calls) == 12


def test_replaced(dev, recorded):
    """An op that is replaced is called with the fields that it has now"""
    held = dev.add
    recorded.load(Row(64, "add", add, "n:s64 m:s64", "sum:s64", 16, 16, 8))
    assert [field.name for field in dev.add.request] == ["n", "m"]
    recorded.load(Row(64, "add", lambda data: data, "c:u8", "d:x8", 1, 1, 1))
    assert repr(held(c=7)) == "add(d=0x07)"
    with pytest.raises(TypeError, match=r"^add\(c: int\) -> alice.Answer: "):
        held(a=1, b=2)
    recorded.load(Row(91, "add", lambda data: data, "c:u8", "d:x8", 1, 1, 1))
    with pytest.raises(alice.Error):        # the number is another op's, or unknown
        held(c=7)
    assert held(c=8).d == 8


def test_replaced_ever(dev, recorded):
    """One that never stands still is an error in the end"""
    counter = itertools.count(1)

    def change():
        recorded.load(Row(64, "add", lambda data: data, f"a{next(counter)}:u8", "", 1, 1))
    change()
    recorded.before = change
    with pytest.raises(alice.Error, match="add was not called") as raised:
        dev.add(1)
    assert (raised.value.errno, raised.value.who) == (errno.ESTALE, "driver")
    answers = list(dev.call_many([("add", (1,))] * 3, return_exceptions=True))
    assert [answer.errno for answer in answers] == [errno.ESTALE] * 3
    assert not recorded.calls


def test_replaced_after_errors(dev, recorded):
    """Calls that failed do not count as attempts of the next one"""
    def fail(_):
        raise Failure(errno.EDOM)

    def change():
        if len(recorded.calls) == 20:
            recorded.load(Row(64, "add", add, "a:s64 b:s64", "sum:s64", 16, 16, 8))
            recorded.before = lambda: None
    recorded.load(Row(64, "add", fail, "a:s64 b:s64", "sum:s64", 16, 16, 8))
    recorded.before = change
    answers = list(dev.call_many([("add", (1, i)) for i in range(25)], return_exceptions=True))
    assert [answer.errno for answer in answers[:20]] == [errno.EDOM] * 20
    assert [answer.sum for answer in answers[20:]] == [21, 22, 23, 24, 25]


def test_replaced_long(dev, recorded):
    """A long op is not begun twice"""
    recorded.load(*odd_rows())
    for _ in range(3):
        with pytest.raises(alice.Error, match="the steps that it completed") as raised:
            dev.long(errno.ESTALE)
        assert raised.value.errno == errno.ESTALE
    assert recorded.calls == ["long"] * 3


def test_replaced_many(dev, recorded):
    """Of many calls each is made once, while ops come and go"""
    recorded.limit = 50
    size = itertools.cycle("u16 u32 u64".split())

    def change():
        if recorded.entries % 5 == 0:
            kind = next(size)
            recorded.load(Row(64, "add", lambda data: data, f"n:{kind}", f"n:{kind}",
                              int(kind[1:]) // 8, 8, 8))
    recorded.before = change
    recorded.load(Row(64, "add", lambda data: data, "n:u8 m:u8", "n:u8 m:u8", 2, 2, 2))
    recorded.load(Row(64, "add", lambda data: data, "n:u32", "n:u32", 4, 4, 4))
    answers = dev.call_many(("add", (i,)) for i in range(2000))
    assert [answer.n for answer in answers] == list(range(2000))
    assert recorded.calls == ["add"] * 2000 and recorded.generation > 10


def test_replaced_batch(dev, recorded):
    """A batch calls an op that was replaced since if it has the same fields"""
    for fields, result in (("a:s64 b:s64", 3), ("b:s64 a:s64", 3), ("x:s64 y:s64", TypeError),
                           ("a:s64", TypeError), ("a:s64 b:c8", TypeError)):
        recorded.load(Row(64, "add", add, "a:s64 b:s64", "sum:s64", 16, 16, 8))
        recorded.calls.clear()
        with dev.batch() as b:
            first, second = b.whoami(), b.add(1, 2)
            size = 8 * len(fields.split())
            recorded.load(Row(64, "add", add, fields, "sum:s64", size, size, 8))
        assert first.result().domid == 0
        if result == 3:
            assert second.result().sum == 3 and recorded.calls == ["whoami", "add"]
        else:
            with pytest.raises(result):
                second.result()
            assert recorded.calls == ["whoami"]


@pytest.mark.parametrize("early", [0, 1, 3])
def test_early(dev, recorded, early):
    """Batches that end early are gone on with"""
    recorded.early = early
    with dev.batch() as b:
        calls = [b.add(i, i) for i in range(20)]
    assert [call.result().sum for call in calls] == list(range(0, 40, 2))
    assert recorded.calls == ["add"] * 20


def test_entries(dev, recorded):
    """Many calls make few entries"""
    recorded.limit = 1024
    assert len(list(dev.call_many([("add", (1, 2))] * 1000))) == 1000
    assert recorded.entries <= 4


def test_stop(dev, recorded):
    """Nothing is called after an error where that was asked for"""
    with dev.batch(stop_on_error=True) as b:
        b.add(1, 2), b.fail(5), b.whoami()
    assert recorded.calls == ["add", "fail"]
    with pytest.raises(alice.Error):
        list(dev.call_many([("echo", (b"",)), ("fail", (5,)), ("whoami", ())]))
    assert recorded.calls[2:] == ["echo", "fail"]


def test_failing_device(dev, recorded):
    """A device that fails is an error of each use"""
    held = dev.whoami
    recorded.info = lambda address: -errno.ENODEV
    for use in dev.ops, dev.info, lambda: dev.nosuch:
        with pytest.raises(alice.Error, match="no longer reaches a hypervisor"):
            use()
    with dev.batch() as b:
        call, other = b.call(held), b.call(held)
    for pending in call, other:
        with pytest.raises(alice.Error, match="no longer reaches a hypervisor"):
            pending.result()
