# SPDX-License-Identifier: GPL-2.0-only
"""Events, from a device that emits them when a test requests it."""
import asyncio
import errno
import os
import pickle
import select
import signal
import threading
import time

import pytest

import alice
from recorded import Row, event_rows, record

TICK, ODD, PLAIN = 90, 91, 92
PAYLOAD = b"\x07\0\0\0hatter\0\0tea"


@pytest.fixture
def clock(recorded):
    recorded.load(*event_rows())
    return recorded


def after(seconds, function, *args):
    """Do something meanwhile."""
    timer = threading.Timer(seconds, function, args)
    timer.start()
    return timer


def test_fields(dev, clock):
    """An event has its fields, and when and what it was"""
    clock.emit(record(TICK, PAYLOAD, seq=3, time_ns=1 << 40, lost=2))
    event = next(dev.listen("tick"))
    assert (event.n, event.by, event.rest) == (7, "hatter", b"tea") == event
    assert repr(event) == "tick(n=7, by='hatter', rest=b'tea')"
    assert event._asdict() == {"n": 7, "by": "hatter", "rest": b"tea"}
    assert (event.event, event.seq, event.time_ns, event.lost) == ("tick", 3, 1 << 40, 2)
    assert event.data == PAYLOAD and isinstance(event, alice.Event)
    assert "<th>by</th><td>&#x27;hatter&#x27;" in event._repr_html_()
    again = pickle.loads(pickle.dumps(event))
    assert again == event and again.__dict__ == event.__dict__ and repr(again) == repr(event)


def test_names(dev, clock):
    """Fields with names that each event has for itself"""
    clock.emit(record(ODD, b"\x09\x08\x07\x06"))
    event = next(dev.listen("odd-names"))
    assert (event.seq, event.lost) == (1, 0) and (event.seq_, event.lost_) == (9, 8)
    assert repr(event) == "odd-names(seq_=9, lost_=8, x=0x0607)"
    assert event._asdict() == {"seq": 9, "lost": 8, "x": 0x0607}


def test_many(dev, clock):
    """Several of one read come one by one, in their order"""
    clock.emit(*(record(TICK, PAYLOAD, seq=i) for i in range(1, 100)), record(PLAIN))
    events = dev.listen("tick", dev.op("plain"))
    assert clock.listening == [TICK, PLAIN]
    assert [next(events).seq for _ in range(99)] == list(range(1, 100))
    last = next(events)
    assert last == () and last.event == "plain" and repr(last) == "plain()"


@pytest.mark.parametrize("payload", [b"", b"\0" * 11, b"\xff"])
def test_misfit(dev, clock, payload):
    """A payload that does not fit is bytes"""
    clock.emit(record(TICK, payload), record(TICK, PAYLOAD))
    first, second = dev.listen("tick"), dev.listen("tick")
    assert first.closed and not second.closed
    event = next(second)
    assert event == () and event.data == payload and not hasattr(event, "n")
    assert repr(event) == (f"tick(data={payload!r})" if payload else "tick()")
    assert pickle.loads(pickle.dumps(event)).data == payload
    assert next(second).n == 7


def test_gone(dev, clock):
    """An event keeps the fields that it had, and one of no row has its number"""
    events = dev.listen("tick")
    clock.unload("tick")
    clock.emit(record(TICK, PAYLOAD), record(99, b"xy"))
    assert next(events).by == "hatter"
    event = next(events)
    assert (event.event, event.data, repr(event)) == ("99", b"xy", "99(data=b'xy')")


@pytest.mark.parametrize("odd", [
    record(TICK, PAYLOAD)[:-1], record(TICK, PAYLOAD)[:31], record(TICK, PAYLOAD, length=17),
    record(TICK, PAYLOAD, length=(1 << 32) - 1), record(1024)])
def test_odd(dev, clock, odd):
    """An invalid record is an error, and nothing of it stays"""
    clock.emit(record(TICK, PAYLOAD), odd)
    events = dev.listen("tick", timeout=0)
    assert next(events).n == 7
    with pytest.raises(alice.Error, match="malformed events") as raised:
        next(events)
    assert (raised.value.errno, raised.value.who) == (errno.EBADMSG, "driver")
    clock.emit(record(TICK, PAYLOAD))
    assert next(events).n == 7


@pytest.mark.parametrize("wrong, error", [(-1, ValueError), (float("nan"), ValueError),
                                          ("1", TypeError)])
def test_wrong_timeout(dev, wrong, error):
    """An invalid timeout is refused at once"""
    with pytest.raises(error):
        dev.listen("tick", timeout=wrong)


def test_timeout(dev, clock):
    """None in time is a TimeoutError, and one can go on"""
    events = dev.listen("tick", timeout=0.1)
    start = time.monotonic()
    with pytest.raises(TimeoutError, match="^no event came in 0.1 seconds$"):
        next(events)
    assert 0.09 < time.monotonic() - start < 5
    timer = after(0.02, clock.emit, record(TICK, PAYLOAD))
    assert next(events).n == 7
    timer.join()


def test_wait(dev, clock):
    """Events are waited for, and meanwhile the device can be used"""
    def use():
        assert dev.add(1, 2).sum == 3
        clock.emit(record(TICK, PAYLOAD))
    timer = after(0.1, use)
    assert next(dev.listen("tick")).n == 7
    timer.join()


def test_loop(dev, clock):
    """A loop ends where they are listened to no more, and nothing is left"""
    seen = []
    with dev.listen("tick") as events:
        clock.emit(*(record(TICK, PAYLOAD, seq=i) for i in range(5)))
        for event in events:
            seen.append(event.seq)
            if event.seq == 2:
                events.close()
    assert seen == [0, 1, 2] and clock.listening == [] and events.closed
    events.close()
    assert list(events) == []
    with dev.listen("plain") as others, pytest.raises(ZeroDivisionError):
        clock.emit(record(PLAIN), record(PLAIN), record(TICK, PAYLOAD))
        assert next(others).event == "plain"
        1 / 0
    assert clock.listening == []
    with pytest.raises(TimeoutError):
        next(dev.listen("tick", timeout=0))


def test_turns(dev, clock):
    """What is listened to is instead of what was before"""
    first = dev.listen("tick")
    with dev.listen("plain") as second:
        first.close()
        assert clock.listening == [PLAIN] and list(first) == []
    assert second.closed


def test_device_closed(opened, clock):
    """A closed device is a ValueError"""
    dev = opened()
    events = dev.listen()
    dev.close()
    assert events.closed
    events.close()
    for use in dev.listen, dev.events, events.fileno:
        with pytest.raises(ValueError, match="closed"):
            use()


@pytest.mark.parametrize("what", ["dev", "events"])
def test_closed_meanwhile(opened, clock, what):
    """A thread, and a task, that wait are told that another one closed the device"""
    def listen(events):
        seen.extend(events)
        ended.append(1)

    async def listen_too(events):
        async for event in events:
            seen.append(event)
        ended.append(1)
    seen, ended = [], []
    for way in listen, lambda events: asyncio.run(listen_too(events)):
        dev = opened()
        events = dev.listen("tick")
        thread = threading.Thread(target=way, args=(events,), daemon=True)
        thread.start()
        time.sleep(0.1)
        (dev if what == "dev" else events).close()
        thread.join(5)
        dev.close()
    assert (seen, ended) == ([], [1, 1])


def test_long_timeout(dev, clock):
    """A timeout can be longer than poll(2) can express"""
    timer = after(0.1, clock.emit, record(TICK, PAYLOAD))
    assert next(dev.listen("tick", timeout=1e9)).n == 7
    timer.join()


def test_all(dev, clock):
    """Without names it is all that one may have"""
    assert [event.name for event in dev.events()] == \
        ["changed", "tick", "odd-names", "plain", "secret", "dom0"]
    dev.listen()
    assert clock.listening == [12, TICK, ODD, PLAIN]
    dev.restrict("plain")
    dev.listen()
    assert clock.listening == [PLAIN]


def test_refused(dev, clock):
    """What is refused is said, and by whom"""
    with pytest.raises(alice.NoSuchOp, match="no event 'tikc'; did you mean 'tick'"):
        dev.listen("tikc")
    with pytest.raises(alice.RequestError, match="add is an op, not an event"):
        dev.listen("tick", "add")
    for name, who in ("secret", "driver"), ("dom0", "hypervisor"):
        with pytest.raises(PermissionError, match=f"^.Errno 1. {name} was refused") as raised:
            dev.listen(name)
        assert raised.value.who == who
    clock.rows = [row for row in clock.rows if row.desc["name"] == b"add"]
    clock.generation += 1
    with pytest.raises(alice.Error, match="no events that you may listen to"):
        dev.listen()


def test_no_call(dev, clock):
    """An event is described, and cannot be called"""
    tick = dev.tick
    assert repr(tick) == "<alice event tick>" and tick.flags == ("event",)
    assert "Event 90." in tick.__doc__ and "by: str (c8)" in tick.__doc__
    assert "Arguments" not in tick.__doc__
    assert "tick" not in [op.name for op in dev.ops()] and "tick" not in dir(dev)
    with pytest.raises(alice.RequestError, match="tick is an event, not an op"):
        tick()
    assert "events" in dev.info().features and not clock.calls


def test_changed(dev, recorded):
    """changed tells that an op came"""
    with dev.listen("changed") as events:
        recorded.load(Row(95, "new", lambda data: b""))
        assert next(events).generation == recorded.generation
        assert dev.new() is None


def test_select(dev, clock):
    """They can be waited for by other means"""
    events = dev.listen("tick", timeout=0)
    assert not select.select([events], [], [], 0)[0]
    clock.emit(record(TICK, PAYLOAD))
    assert select.select([events], [], [], 5)[0]
    assert next(events).n == 7


def test_interrupted(dev, clock):
    """A signal whose handler raises ends the wait"""
    def handler(*_):
        raise InterruptedError("by a signal")
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(InterruptedError, match="by a signal"):
            next(dev.listen("tick"))
    finally:
        signal.signal(signal.SIGALRM, before)


def test_ended(dev, clock):
    """The end of the device's data is an error, and not an endless loop"""
    with open(os.devnull, "wb") as null:
        os.dup2(null.fileno(), clock.answer_events)
    with pytest.raises(alice.Error, match="no more events") as raised:
        next(dev.listen("tick"))
    assert raised.value.errno == errno.ENODATA


@pytest.mark.parametrize("blocking", [True, False])
def test_async(dev, clock, blocking):
    """async for waits, and lets others run"""
    os.set_blocking(clock.events, blocking)
    ran, seen = [], []

    async def others():
        for i in range(3):
            await asyncio.sleep(0.01)
            ran.append(i)
            clock.emit(record(TICK, PAYLOAD, seq=2 * i), record(TICK, PAYLOAD, seq=2 * i + 1))

    async def listen():
        task = asyncio.ensure_future(others())
        with dev.listen("tick") as events:
            async for event in events:
                seen.append((event.seq, len(ran)))
                if event.seq == 5:
                    break
        assert not asyncio.get_running_loop().remove_reader(dev.fileno())
        await task
    asyncio.run(listen())
    assert seen == [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3)]


def test_async_timeout(dev, clock):
    """async for has a timeout, too, and can be cancelled"""
    async def listen():
        events = dev.listen("tick", timeout=0.05)
        with pytest.raises(TimeoutError, match="^no event came in 0.05 seconds$"):
            await events.__anext__()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(dev.listen("tick").__anext__(), 0.05)
        assert not asyncio.get_running_loop().remove_reader(dev.fileno())
        clock.emit(record(TICK, PAYLOAD))
        assert [event.n async for event in one(dev.listen("tick"))] == [7]

    async def one(events):
        async for event in events:
            events.close()
            yield event
    asyncio.run(listen())
