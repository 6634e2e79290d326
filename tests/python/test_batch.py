# SPDX-License-Identifier: GPL-2.0-only
"""Calls that are made together."""
import errno
import itertools

import pytest

import alice


def test_batch(dev):
    """A batch is made at the end of the block, in its order"""
    with dev.batch() as b:
        me, total = b.whoami(), b.add(a=1, b=2)
        text, none, number = b["echo"](b"x"), b.hello(), b.call(dev.add, 4, 5)
        with pytest.raises(alice.RequestError, match="not made"):
            me.result()
    assert me.result().domid == 0 and total.result().sum == 3
    assert text.result().data == b"x" and none.result() is None and number.result().sum == 9
    with dev.batch() as b:
        pass
    with pytest.raises(alice.RequestError, match="the batch has ended"):
        b.whoami()


def test_batch_wrong(dev):
    """What does not fit is an error at once"""
    with dev.batch() as b:
        for wrong, error in ((lambda: b.add(1), TypeError), (lambda: b.add("1", 2), TypeError),
                             (lambda: b.add(1 << 63, 2), alice.RequestError),
                             (lambda: b.nosuch(), AttributeError),
                             (lambda: b["nosuch"], KeyError)):
            with pytest.raises(error):
                wrong()
        good = b.add(1, 2)
    assert good.result().sum == 3


def test_batch_error(dev):
    """An error in a batch is that call's"""
    with dev.batch() as b:
        calls = [b.add(1, 2), b.add((1 << 63) - 1, 1), b.reset_stats(), b.add(3, 4)]
    assert calls[0].result().sum == 3 and calls[3].result().sum == 7
    with pytest.raises(alice.Error) as raised:
        calls[1].result()
    assert raised.value.errno == errno.EOVERFLOW and raised.value.who == "op"
    with pytest.raises(PermissionError):
        calls[2].result()


def test_batch_stop(dev):
    """With stop_on_error nothing is called after one"""
    with dev.batch(stop_on_error=True) as b:
        calls = [b.add(1, 2), b.reset_stats(), b.add(3, 4)]
    assert calls[0].result().sum == 3
    with pytest.raises(PermissionError):
        calls[1].result()
    with pytest.raises(alice.RequestError, match="the call was not made"):
        calls[2].result()


def test_batch_attributes(dev):
    """What Python asks of any object is no op"""
    with dev.batch() as b:
        for name in "_dev_", "__copy__", "__len__":
            assert not hasattr(b, name) and not hasattr(dev, name)


def test_batch_left(dev):
    """A block that is left by an exception calls nothing"""
    with pytest.raises(ZeroDivisionError):
        with dev.batch() as b:
            call = b.whoami()
            1 / 0
    with pytest.raises(alice.RequestError):
        call.result()


def test_batch_value(dev):
    """A batch has the values of the moment"""
    data = bytearray(b"one")
    with dev.batch() as b:
        first = b.echo(data)
        data[:] = b"two"
        second = b.echo(data)
    assert (first.result().data, second.result().data) == (b"one", b"two")


def test_many(dev):
    """Many calls, in their order"""
    n = 3000
    answers = dev.call_many((dev.add, {"a": i, "b": 1}) for i in range(n))
    assert [answer.sum for answer in answers] == list(range(1, n + 1))
    answers = dev.call_many([("echo", (b"x",)), (dev.whoami, ()), ("hello", {})])
    echo, me, none = answers
    assert (echo.data, me.domid, none) == (b"x", 0, None)
    assert not list(dev.call_many([]))


def test_many_taken(dev):
    """They are taken as they are needed, and not all at once"""
    counter = itertools.count()
    answers = dev.call_many(("add", (i, i)) for i in counter)
    assert [next(answers).sum for _ in range(1000)] == list(range(0, 2000, 2))
    assert next(counter) < 2000


def test_many_error(dev):
    """The first error is raised, and nothing is called after it"""
    most = (1 << 63) - 1
    answers = dev.call_many(("add", (i, most if i == 3 else 1)) for i in range(10))
    assert [next(answers).sum for _ in range(3)] == [1, 2, 3]
    with pytest.raises(alice.Error):
        next(answers)
    assert not list(answers)


def test_many_errors(dev, monkeypatch):
    """Or errors are answers, in their place, and few calls are prepared twice"""
    begun = []
    begin = dev._begin
    monkeypatch.setattr(dev, "_begin", lambda *given: begun.append(given) or begin(*given))
    most = (1 << 63) - 1
    calls = [("add", (most if i % 3 else 0, i)) for i in range(1000)]
    calls[500:500] = [("add", (1,)), ("nosuch", ()), ("add", (1 << 64, 1)),
                      ("reset-stats", ())]
    answers = list(dev.call_many(calls, return_exceptions=True))
    kinds = [TypeError, alice.NoSuchOp, alice.RequestError, PermissionError]
    assert all(isinstance(a, kind) for a, kind in zip(answers[500:504], kinds))
    del answers[500:504]
    for i, answer in enumerate(answers):
        if i % 3:
            assert isinstance(answer, alice.Error) and answer.errno == errno.EOVERFLOW
        else:
            assert answer.sum == i
    assert len(begun) < 3 * len(calls)


@pytest.mark.parametrize("given", [5, None, "5", b"\5", {5}, iter((5,))])
def test_many_arguments(dev, given):
    """Arguments that are neither a tuple nor a dict are a TypeError, in their place"""
    said = "^echo: arguments must be a tuple or a dict, not "
    answers = dev.call_many([("add", (1, 2)), ("echo", given), ("add", [1, 2])])
    assert next(answers).sum == 3
    with pytest.raises(TypeError, match=said):
        next(answers)
    _, wrong, last = dev.call_many([("add", (1, 2)), ("echo", given), ("add", [1, 2])],
                                   return_exceptions=True)
    assert isinstance(wrong, TypeError) and last.sum == 3


@pytest.mark.parametrize("call", ["whoami", ("hello",), ("add", 1, 2), None])
def test_call_many_pairs(dev, call):
    """A call is a pair of an op and its arguments"""
    with pytest.raises(TypeError, match="pair of an op and its arguments"):
        list(dev.call_many([call]))
    first, wrong, last = dev.call_many([("add", (1, 2)), call, ("add", (3, 4))],
                                       return_exceptions=True)
    assert isinstance(wrong, TypeError) and (first.sum, last.sum) == (3, 7)
