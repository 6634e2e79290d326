# SPDX-License-Identifier: GPL-2.0-only
"""The device: opened, closed, restricted, shared by threads."""
import gc
import os
import threading
import weakref

import pytest

import alice


def resident():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_close(opened):
    """A closed device is a ValueError, as a closed file is"""
    with opened() as dev:
        op, batch = dev.whoami, dev.batch()
        assert not dev.closed and dev.writable is True
        many = dev.call_many([("whoami", ())])
    assert dev.closed
    dev.close()
    for use in (op, dev.info, dev.ops, dev.fileno, dev.restrict, dev.__enter__,
                lambda: dev.whoami, lambda: dev["whoami"], lambda: batch.call("whoami"),
                lambda: next(many)):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_collected(opened, monkeypatch):
    """A device is closed once, by close() or when nobody has it any more"""
    closed = []
    close = alice.lib.alice_close
    monkeypatch.setattr(alice.lib, "alice_close", lambda a: (closed.append(a), close(a)))
    dev = opened()
    gone, op = weakref.ref(dev), dev.whoami
    del dev
    gc.collect()
    assert op().domid == 0 and not closed
    del op
    gc.collect()
    assert gone() is None and len(closed) == 1
    with opened() as dev:
        dev.close()
    del dev
    gc.collect()
    assert len(closed) == 2


def test_info(dev):
    """info() tells what there is"""
    info = dev.info()
    assert info.abi_major == 1 and info.max_len == 65536
    assert info.ops == len(dev.ops() + dev.events())
    assert "batch" in info.flags and "restricted" not in info.flags
    assert "live" in info.features and info.generation >= 1


def test_restrict(dev, opened):
    """A device that is restricted has these ops, and never more"""
    dev.restrict("echo", dev.whoami)
    assert "restricted" in dev.info().flags
    assert dev.echo(b"x").data == b"x" and dev.whoami().domid == 0
    with pytest.raises(PermissionError, match="restricted to other ops") as raised:
        dev.add(1, 2)
    assert raised.value.who == "driver"
    dev.restrict("echo", "add")
    for op in dev.whoami, dev.hello:
        with pytest.raises(PermissionError):
            op()
    assert [op.name for op in dev.ops() if not op.access] == ["echo"]
    with pytest.raises(alice.NoSuchOp):
        dev.restrict("nosuch")
    dev.restrict()
    with pytest.raises(PermissionError):
        dev.echo(b"x")
    with opened() as other:
        assert other.whoami().domid == 0


def test_threads(dev):
    """Threads share a device"""
    wrong, done = [], []

    def work(number):
        for i in range(200):
            data = b"%d %d" % (number, i)
            if dev.echo(data).data != data or dev.add(number, i).sum != number + i:
                wrong.append(data)
            with dev.batch() as b:
                answer = b.echo(data)
            if answer.result().data != data:
                wrong.append(data)
        done.append(number)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(done) == 4


def test_memory(dev):
    """Nothing is lost by calls, errors and batches"""
    def some():
        for _ in range(50):
            dev.echo(bytes(60000))
            for wrong in (lambda: dev.add(1 << 63, 1), lambda: dev.add((1 << 63) - 1, 1),
                          lambda: dev.add("1", 1)):
                with pytest.raises((alice.RequestError, alice.Error, TypeError)):
                    wrong()
            with dev.batch() as b:
                b.echo(bytes(60000))
            list(dev.call_many([("echo", (bytes(60000),)), ("reset-stats", ())],
                               return_exceptions=True))
    some()
    gc.collect()
    before = resident()
    for _ in range(4):
        some()
    gc.collect()
    # A call that is not freed has room for 64 KiB, and touched most of that.
    assert resident() - before < 100 * 60000


def test_many_devices(opened):
    """As many devices as one likes, one after the other"""
    descriptors = os.listdir("/proc/self/fd")
    for _ in range(50):
        with opened() as dev:
            assert dev.whoami().domid == 0
    assert os.listdir("/proc/self/fd") == descriptors
