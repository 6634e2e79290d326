# SPDX-License-Identifier: LGPL-2.1-or-later
"""Call the ops of a Xen hypervisor by their names.

    import alice

    with alice.open() as dev:
        print(dev.whoami().domid)       # fields of an answer are attributes
        help(dev.echo)                  # summary, arguments and answer of an op
        print(dev.ops())                # all ops that this hypervisor has now
        for event in dev.listen():      # events from the hypervisor
            print(event)

The hypervisor describes its ops at run time, so an op that is loaded later can be called
at once.

Errors: a call that fails raises Error, which is an OSError. A value that does not fit
raises RequestError (a ValueError) or TypeError. An unknown op raises NoSuchOp (an
AttributeError and a KeyError). Threads can share a Device.
"""

from __future__ import annotations

import ctypes
import errno
import inspect
import io
import keyword
import math
import operator
import os
import select
import threading
import time
import traceback
import weakref
from ctypes import byref, sizeof
from functools import lru_cache, partial
from html import escape
from itertools import islice
from typing import (
    Any, AsyncIterator, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple,
    NoReturn, Optional, Sequence, Set, Tuple, Type, Union,
)

from . import _lib
from ._lib import lib

__version__ = "1.0"
__all__ = ["Answer", "Batch", "Device", "Error", "Event", "Events", "Field", "Info",
           "NoSuchOp", "Op", "Pending", "RequestError", "open"]

# How often a call is tried if its op is replaced meanwhile.
_TRIES = 8
# Maximum number of calls passed to alice_call_many() at once.
_WINDOW = 256

_WHO = ("caller", "system", "driver", "hypervisor", "op", "hypervisor or op")
_FLAGS = {
    1: ("write", "It has a side effect: the device has to be open for writing."),
    2: ("admin", "It needs the capability CAP_SYS_ADMIN."),
    4: ("control", "Only the control domain (dom0) may call it."),
    8: ("kernel", "It is for the kernel only: no program may call it."),
    16: ("long", "It may take many steps. A signal can end it between two of them (EINTR)."),
    32: ("event", "It is an event: it cannot be called."),
    0x10000: ("live", "It was loaded into the running Xen."),
}
_INFO_FLAGS = {1: "legacy", 2: "restricted", 4: "batch"}
_FEATURES = {1: "phys", 2: "long", 4: "events", 8: "live"}
# Attributes of every event. Its fields get other names.
_EVENT = ("event", "seq", "time_ns", "lost", "data")


# ---- Errors

class RequestError(ValueError):
    """The request is invalid, or the call was not made. The op did not run."""


class NoSuchOp(AttributeError, KeyError):
    """The hypervisor has no such op."""

    __str__ = Exception.__str__


class Error(OSError):
    """A call failed. errno has the code, strerror the reason as text.

    It is also an instance of Python's class for its errno, such as PermissionError.
    """

    #: where the error comes from: "system", "driver", "hypervisor", "op" or
    #: "hypervisor or op"
    who = "system"
    #: with EBADMSG: the answer, which does not match its field list
    answer = b""
    #: the op was replaced before it was called, so try again
    _again = False

    def __reduce__(self) -> Tuple[Any, ...]:
        return _error, (self.errno, self.strerror, self.who, self.answer)


_errors: Dict[Type[OSError], Type[Error]] = {OSError: Error}


def _error(code: int, text: str, who: str, answer: bytes = b"") -> Error:
    base = type(OSError(code, text))
    if base not in _errors:
        _errors[base] = type(base.__name__, (Error, base), {"__module__": __name__})
    error = _errors[base](code, text)
    error.who, error.answer = who, answer
    return error


def _failure(e: _lib.Error, answer: bytes = b"") -> Exception:
    text = e.text.decode()
    if e.who == _lib.CALLER:
        return NoSuchOp(text) if e.code == errno.ENOENT else RequestError(text)
    return _error(e.code, text, _WHO[e.who], answer)


# ---- The op table

class Field(NamedTuple):
    """A field of a request or an answer."""

    name: str           # in the op table
    type: str           # u8 to u64, x8 to x64, s8 to s64, cN or bytes
    size: int           # in bytes; 0 for type bytes
    attribute: str      # name in Python

    @property
    def python_type(self) -> Type[Any]:
        """The Python type of its values: int, str or bytes."""
        return {"c": str, "b": bytes}.get(self.type[0], int)

    def show(self, value: Any) -> str:
        """Format a value for the repr of an answer."""
        return f"{value:#0{2 * self.size + 2}x}" if self.type[0] == "x" else repr(value)


def _printable(text: bytes) -> str:
    """Make text from the hypervisor safe for a terminal."""
    return text.decode("latin-1").encode("unicode_escape").decode()


def _fields(fields: _lib.Fields, taken: Iterable[str] = ()) -> Tuple[Field, ...]:
    result: List[Field] = []
    seen: Set[str] = set(taken)
    kind = ctypes.create_string_buffer(_lib.FMT_LEN)
    for field in fields.field[:fields.count]:
        attribute = field.name.decode().replace("-", "_").lstrip("_")
        if not attribute.isidentifier():
            attribute = "field" + attribute
        while keyword.iskeyword(attribute) or attribute in seen:
            attribute += "_"
        seen.add(attribute)
        lib.alice_type(byref(field), kind)
        result.append(Field(field.name.decode(), kind.value.decode(), field.size, attribute))
    return tuple(result)


class _Row:
    """A parsed row of the op table."""

    def __init__(self, desc: bytes) -> None:
        row = _lib.Describe(desc=_lib.Desc.from_buffer_copy(desc))
        request, answer, e = _lib.Fields(), _lib.Fields(), _lib.Error()
        bad = lib.alice_row_check(byref(row), byref(request), byref(answer), byref(e))
        self.desc = row.desc
        self.problem: str = e.text.decode() if bad else ""
        self.name, self.summary = map(_printable, (row.desc.name, row.desc.summary))
        self.event = bool(row.desc.flags & _lib.OP_F_EVENT)
        self.request = () if bad else _fields(request)
        self.answer = () if bad else _fields(answer, _EVENT if self.event else ())
        self.known = {field.name: field.attribute for field in self.request}
        self.known.update((field.attribute, field.attribute) for field in self.request)
        self.signature = inspect.Signature(
            [inspect.Parameter(field.attribute, inspect.Parameter.POSITIONAL_OR_KEYWORD,
                               annotation=field.python_type) for field in self.request],
            return_annotation=Answer if self.answer else None)

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> List[Any]:
        """Return the values of all fields of the request, in their order."""
        if not isinstance(args, (tuple, list)):
            raise TypeError(f"{self.name}: arguments must be a tuple or a dict, "
                            f"not {type(args).__name__}")
        try:
            kwargs = {self.known.get(name, name): value for name, value in kwargs.items()}
            return list(self.signature.bind(*args, **kwargs).arguments.values())
        except TypeError as e:
            raise TypeError(f"{self.name}{self.signature}: {e}") from None

    def doc(self) -> str:
        """Return the text for help()."""
        desc = self.desc
        lines = [self.summary, "", f"{'Event' if self.event else 'Op'} {desc.cmd}."]
        for title, fields, least, most in (
                ("Arguments", self.request, desc.in_min, desc.in_max),
                ("Fields" if self.event else "Fields of the answer", self.answer, 0,
                 desc.out_max))[self.event:]:
            lines += ["", title + ":" * bool(fields) + ": none" * (not fields)]
            most -= sum(field.size for field in fields)
            least = max(least - sum(field.size for field in fields), 0)
            lines += [f"    {field.attribute}: {field.python_type.__name__} ({field.type}"
                      f"{f', {least} to {most} bytes' if not field.size else ''})"
                      for field in fields]
        words = [text for bit, (_, text) in _FLAGS.items() if desc.flags & bit]
        return "\n".join(lines + [""] * bool(words) + words).strip()


# An op table has at most 1024 rows.
_row = lru_cache(maxsize=1024)(_Row)


# ---- Answers

class Answer(Tuple[Any, ...]):
    """The answer of an op: a tuple of values, with the fields as attributes."""

    __slots__ = ()
    _spec: Tuple[Field, ...] = ()
    _fields: Tuple[str, ...] = ()

    def _asdict(self) -> Dict[str, Any]:
        """Return the values as a dict, by the fields' names in the op table."""
        return {field.name: value for field, value in zip(self._spec, self)}

    def __repr__(self) -> str:
        shown = (f"{field.attribute}={field.show(value)}"
                 for field, value in zip(self._spec, self))
        return f"{type(self).__name__}({', '.join(shown)})"

    def _repr_html_(self) -> str:
        rows = (f"<tr><th>{field.name}</th><td>{escape(text[:200])}{'…' * (len(text) > 200)}"
                "</td></tr>"
                for field, value in zip(self._spec, self) for text in (field.show(value),))
        return f"<table>{''.join(rows)}</table>"

    def __reduce__(self) -> Tuple[Any, ...]:
        return _answer, (type(self).__name__, self._spec, tuple(self))


class Event(Answer):
    """An event: a tuple of values, with the fields as attributes.

    If the fields are unknown, or do not match the payload, the tuple is empty and only data
    is set.
    """

    #: name; or number, as text, if the op table no longer has the event
    event: str
    #: sequence number of this event, from 1
    seq: int
    #: time when it happened: the hypervisor's uptime
    time_ns: int
    #: number of events lost before this one
    lost: int
    #: payload
    data: bytes

    def __repr__(self) -> str:
        if self._spec or not self.data:
            return super().__repr__()
        return f"{type(self).__name__}(data={self.data!r})"

    def __reduce__(self) -> Tuple[Any, ...]:
        return _event, (self._spec, tuple(self), self.__dict__)


@lru_cache(maxsize=1024)
def _answer_class(name: str, spec: Tuple[Field, ...],
                  base: Type[Answer] = Answer) -> Type[Answer]:
    members: Dict[str, Any] = {field.attribute: property(operator.itemgetter(i))
                               for i, field in enumerate(spec)}
    members.update(__slots__=(), _spec=spec, _fields=tuple(members), __module__=__name__)
    return type(name, (base,), members)


def _event(spec: Tuple[Field, ...], values: Iterable[Any], more: Dict[str, Any]) -> Event:
    event = _answer_class(more["event"], spec, Event)(values)
    event.__dict__.update(more)
    assert isinstance(event, Event)
    return event


def _answer(name: str, spec: Tuple[Field, ...], values: Iterable[Any]) -> Answer:
    return _answer_class(name, spec)(values)


# ---- Calls

def _value(pointer: int, field: Field) -> Any:
    """Return a field of an answer that matches its fields."""
    name, kind = field.name.encode(), field.python_type
    if kind is int:
        signed = field.type[0] == "s"
        number = ctypes.c_int64() if signed else ctypes.c_uint64()
        get = lib.alice_get_s64 if signed else lib.alice_get_u64
        get(pointer, name, byref(number), None)
        return number.value
    size = ctypes.c_size_t()
    value = ctypes.string_at(lib.alice_get_bytes(pointer, name, byref(size), None), size.value)
    return value.decode("utf-8", "surrogateescape") if kind is str else value


def _payload(pointer: int) -> bytes:
    """Return the whole answer."""
    size = ctypes.c_size_t()
    return ctypes.string_at(lib.alice_answer(pointer, byref(size)), size.value)


class _Call:
    """A struct alice_call. It exists only while its device is locked."""

    def __init__(self, dev: Device, op: Union[Op, str], args: Sequence[Any],
                 kwargs: Mapping[str, Any]) -> None:
        self._error = dev._error
        self.pointer = lib.alice_call_new(dev._pointer(), _text(op), self._error)
        if not self.pointer:
            raise _failure(self._error)
        try:
            self.row = _row(bytes(lib.alice_call_row(self.pointer).contents.desc))
            self.values = list(map(self._set, self.row.request, self.row.bind(args, kwargs)))
        except BaseException:
            self.free()
            raise

    def free(self) -> None:
        """Free the struct alice_call."""
        lib.alice_call_free(self.pointer)

    def _set(self, field: Field, value: Any) -> Union[int, bytes]:
        """Set a field. Return an immutable copy of the value."""
        name, kind = field.name.encode(), field.python_type
        try:
            if kind is int:
                value = operator.index(value)
            elif kind is str and isinstance(value, str):
                value = value.encode("utf-8", "surrogateescape")
            else:
                value = bytes(memoryview(value))
        except TypeError:
            takes = {int: "an int", str: "a str, or bytes", bytes: "bytes"}[kind]
            raise TypeError(f"{self.row.name}: {field.name}: it takes {takes} ({field.type}), "
                            f"not {type(value).__name__}") from None
        except UnicodeEncodeError as e:
            raise RequestError(f"{self.row.name}: {field.name}: {e}") from None
        if kind is not int:
            done = lib.alice_set_bytes(self.pointer, name, value, len(value), self._error)
        elif 0 <= value < 1 << 64:
            done = lib.alice_set_u64(self.pointer, name, value, self._error)
        elif -1 << 63 <= value < 0:
            done = lib.alice_set_s64(self.pointer, name, value, self._error)
        else:   # Out of range for any field: let the library raise the error.
            done = lib.alice_set(self.pointer, name, hex(value).encode(), self._error)
        if done < 0:
            raise _failure(self._error)
        return value    # type: ignore[no-any-return]

    def answer(self, result: int) -> Any:
        """Return the answer of a call with this result, or raise its error."""
        if result >= 0:
            spec = self.row.answer
            values = map(partial(_value, self.pointer), spec)
            return _answer(self.row.name, spec, values) if spec else None
        answer = _payload(self.pointer) if result == -errno.EBADMSG else b""
        error = _failure(self._error, answer)
        if isinstance(error, Error):
            error._again = result == -errno.ESTALE and not self.row.desc.flags & _lib.OP_F_LONG
        raise error


class Op:
    """An op. Call it with its fields as arguments, by keyword or by position.

    It is bound to the name: if the op is replaced, the new op of that name is called.
    Events are described by the same class, but cannot be called.
    """

    def __init__(self, dev: Device, describe: _lib.Describe) -> None:
        row = _row(bytes(describe.desc))
        self._dev = dev
        self.name = self.__name__ = self.__qualname__ = row.name
        self.number: int = row.desc.cmd
        self.summary = row.summary
        #: names of the flags that are set, such as "write"
        self.flags = _bits(row.desc.flags, {bit: name for bit, (name, _) in _FLAGS.items()})
        #: 0, or the errno with which the driver refuses it to this device
        self.access: int = -describe.access
        self.request = row.request
        #: fields of the answer, or of the event
        self.answer = row.answer
        #: why its row in the op table is invalid, or ""
        self.problem = row.problem
        self.__signature__ = row.signature
        self.__doc__ = row.doc()
        self._event = row.event

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self._dev._call(self.name, args, kwargs)

    def __repr__(self) -> str:
        if self._event:
            return f"<alice event {self.name}>"
        return f"<alice op {self.name}{self.__signature__}>"


def _bits(value: int, names: Mapping[int, str]) -> Tuple[str, ...]:
    bits = (1 << i for i in range(value.bit_length()) if value >> i & 1)
    return tuple(names.get(bit, hex(bit)) for bit in bits)


def _text(op: Union[Op, str]) -> bytes:
    """Return the name of an op for the library. Reject a NUL, which would truncate it."""
    name = op.name if isinstance(op, Op) else op
    if not isinstance(name, str):
        raise TypeError(f"expected the name of an op, or its number as text, not {op!r}")
    if not name.isascii() or "\0" in name:
        raise NoSuchOp(f"invalid name for an op: {name!r}")
    return name.encode()


# A call for call_many(): op and arguments.
_Pair = Tuple[Union[Op, str], Any]
_Outcome = Tuple[Any, Optional[Exception]]


class _Unique:
    """An object that cannot be copied or pickled."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} objects cannot be copied or pickled")


def _unpack(call: _Pair) -> Tuple[Union[Op, str], Sequence[Any], Mapping[str, Any]]:
    """Return the op, its positional arguments and its keyword arguments."""
    if not isinstance(call, (tuple, list)) or len(call) != 2:
        raise TypeError(f"a call must be a pair of an op and its arguments, not {call!r}")
    op, given = call
    return (op, (), given) if isinstance(given, Mapping) else (op, given, {})


class Pending(_Unique):
    """A call of a batch."""

    _outcome: _Outcome = None, RequestError(
        "the call was not made: the batch has not ended, or it ended before this call")

    def result(self) -> Any:
        """Return the answer or raise the call's error: RequestError if it was not made."""
        value, error = self._outcome
        if error:
            raise error
        return value


class Batch(_Unique):
    """Calls that are made together, in order, at the end of a with block.

        with dev.batch() as b:
            me = b.whoami()
            total = b.add(a=1, b=2)
        print(me.result().domid, total.result().sum)

    An invalid value raises an error at once. All other errors are raised by result(). If an
    exception leaves the block, nothing is called.
    """

    def __init__(self, dev: Device, stop_on_error: bool) -> None:
        self._dev, self._stop = dev, stop_on_error
        self._calls: List[Tuple[_Pair, Pending]] = []
        self._ended = False

    def call(self, op: Union[Op, str], /, *args: Any, **kwargs: Any) -> Pending:
        """Add a call. Raises as a call of the op does, if the arguments are invalid."""
        if self._ended:
            raise RequestError("the batch has ended: calls are added in its with block")
        self._calls.append((self._dev._checked(op, args, kwargs), Pending()))
        return self._calls[-1][1]

    def __getattr__(self, name: str) -> Callable[..., Pending]:
        if name.startswith("_"):
            raise AttributeError(f"a batch has no attribute {name!r}")
        return partial(self.call, self._dev.__getattr__(name))

    def __getitem__(self, name: str) -> Callable[..., Pending]:
        return partial(self.call, self._dev.op(name))

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], *_: object) -> None:
        calls, self._calls, self._ended = self._calls, [], True
        outcomes = self._dev._many(pair for pair, _ in calls)
        for _, pending in calls if kind is None else ():
            pending._outcome = next(outcomes)
            if self._stop and pending._outcome[1]:
                break


# ---- Events

class Events(_Unique, Iterator[Event], AsyncIterator[Event]):
    """Events as they come, for a for or an async for loop.

        with dev.listen("changed") as events:
            for event in events:
                print(event.time_ns, event)

    If no event comes in time, the iterator raises TimeoutError; it can be used further. The
    loop ends after close() or another listen(). If all of the events were removed from the
    hypervisor, or excluded by a restriction, it raises an Error with errno EINVAL. Only one
    task or thread at a time may wait.
    """

    def __init__(self, dev: Device, events: Sequence[Union[Op, str]],
                 timeout: Optional[float]) -> None:
        if timeout is not None and not timeout >= 0:
            raise ValueError(f"timeout={timeout!r}: it must be None, or seconds, 0 or more")
        self._dev, self._timeout = dev, timeout
        with dev._locked():
            dev._listen([_text(event) for event in events] or None)
            self._turn = dev._turn

    @property
    def closed(self) -> bool:
        """True after close(), another listen(), or close() of the device."""
        return self._dev.closed or self._dev._turn != self._turn

    def close(self) -> None:
        """Unsubscribe from the events, and discard those that were not read."""
        with self._dev._locked():
            if not self.closed:
                self._dev._listen([])
                try:
                    while self._dev._next_event() is not None:
                        pass
                except Error:
                    pass    # EINVAL: the driver's queue is empty.

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Return the descriptor of the device."""
        return self._dev.fileno()

    def _take(self) -> Optional[Event]:
        """Return the next event if there is one already."""
        with self._dev._locked():
            return None if self.closed else self._dev._next_event()

    def _late(self) -> TimeoutError:
        return TimeoutError(f"no event came in {self._timeout:g} seconds")

    def __iter__(self) -> Events:
        return self

    def __next__(self) -> Event:
        end = math.inf if self._timeout is None else time.monotonic() + self._timeout
        poll = select.poll()
        while True:
            event = self._take()
            if event is not None:
                return event
            if self.closed:
                raise StopIteration
            rest = max(end - time.monotonic(), 0)
            poll.register(self._dev._fd, select.POLLIN)
            # At most a second: close() in another thread does not wake poll().
            if not poll.poll(math.ceil(1000 * min(rest, 1))) and rest <= 1:
                raise self._late()

    def __aiter__(self) -> Events:
        return self

    async def __anext__(self) -> Event:
        # Imported here because that is slow, and few programs need it.
        import asyncio
        loop = asyncio.get_running_loop()
        end = math.inf if self._timeout is None else time.monotonic() + self._timeout
        while True:
            event = self._take()
            if event is not None:
                return event
            if self.closed:
                raise StopAsyncIteration
            ready, fd = asyncio.Event(), self.fileno()
            rest = end - time.monotonic()
            loop.add_reader(fd, ready.set)
            try:
                await asyncio.wait_for(ready.wait(), min(rest, 1))
            except asyncio.TimeoutError:
                if rest <= 1:
                    raise self._late() from None
            finally:
                loop.remove_reader(fd)


# ---- The device

class Info(NamedTuple):
    """Limits and features of driver and hypervisor."""

    abi_major: int
    abi_minor: int
    hypercall_nr: int
    ops: int
    max_len: int
    max_batch: int
    flags: Tuple[str, ...]          # of "legacy", "restricted", "batch"
    generation: int                 # of the op table
    features: Tuple[str, ...]       # of "phys", "long", "events", "live"


_Path = Union[str, bytes, "os.PathLike[str]", None]


def _guarded(ioctl: Callable[[int, int], int]) -> Callable[[object, int, int], int]:
    """Wrap a function for ctypes, which ignores exceptions: print them and return -EIO."""
    def answer(_: object, request: int, address: int) -> int:
        try:
            return operator.index(ioctl(request, address))
        except BaseException:
            traceback.print_exc()
            return -errno.EIO
    return answer


class Device(_Unique):
    """An open device. Its ops are attributes, with '_' for each '-' in a name.

    Use op() for an op whose name is that of a method or a Python keyword. Threads can share
    a device: a lock serializes their calls. A call from a signal handler that interrupts
    another call raises RuntimeError.
    """

    def __init__(self, path: _Path = None, *, fd: Optional[int] = None,
                 ioctl: Optional[Callable[[int, int], int]] = None) -> None:
        self._lock = threading.RLock()
        self._error = e = _lib.Error()
        if path is not None and (fd is not None or ioctl is not None):
            raise ValueError("a path cannot be combined with fd or ioctl")
        if ioctl is not None and not callable(ioctl):
            raise TypeError(f"ioctl must be a function, not {type(ioctl).__name__}")
        if fd is not None:
            fd = operator.index(fd)
            if not 0 <= fd < 1 << 31:
                raise ValueError(f"invalid descriptor number: {fd}")
        name = None if path is None else os.fsencode(path)
        if name and b"\0" in name:
            raise ValueError("embedded null byte")
        way = _lib.IOCTL(_guarded(ioctl)) if ioctl is not None else None
        if way:
            handle = lib.alice_open_by(way, None, -1 if fd is None else fd, b"the function",
                                       byref(e))
        elif fd is not None:
            handle = lib.alice_open_fd(fd, byref(e))
        else:
            handle = lib.alice_open(name, byref(e))
        if not handle:
            raise _failure(e)
        self._handle: int = handle
        self._fd: int = lib.alice_fd(handle)
        self._turn = 0      # number of subscriptions so far
        #: True if ops with a side effect can be called
        self.writable: bool = lib.alice_writable(handle)
        self._close = weakref.finalize(self, lambda *_: lib.alice_close(handle), way)
        # Do not free the handle at exit: other threads may be in a call.
        self._close.atexit = False

    def _locked(self) -> Any:
        # A signal handler must not free what the interrupted call uses.
        if self._lock._is_owned():      # type: ignore[attr-defined]
            raise RuntimeError("the device is already in a call in this thread")
        return self._lock

    def close(self) -> None:
        """Close the device. Any later use raises ValueError."""
        with self._locked():
            self._close()

    @property
    def closed(self) -> bool:
        """True if the device is closed."""
        return not self._close.alive

    def _pointer(self) -> int:
        if self.closed:
            raise ValueError("the device is closed")
        return self._handle

    def __enter__(self) -> Device:
        self._pointer()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Return the descriptor. Raises io.UnsupportedOperation if there is none."""
        self._pointer()
        if self._fd < 0:
            raise io.UnsupportedOperation("fileno")
        return self._fd

    def info(self) -> Info:
        """Return the current limits and features of driver and hypervisor."""
        info = _lib.Info()
        with self._locked():
            if lib.alice_get_info(self._pointer(), byref(info), sizeof(info), self._error) < 0:
                raise _failure(self._error)
        return Info(info.abi_major, info.abi_minor, info.hypercall_nr, info.ops, info.max_len,
                    info.max_batch, _bits(info.flags, _INFO_FLAGS), info.generation,
                    _bits(info.features, _FEATURES))

    def restrict(self, *ops: Union[Op, str]) -> None:
        """Restrict the device to these ops and events. Raises NoSuchOp for an unknown one.

        It applies to all processes that share the open device, and cannot be undone.
        """
        names = [_text(op) for op in ops]
        with self._locked():
            if lib.alice_restrict_to(self._pointer(), (ctypes.c_char_p * len(names))(*names),
                                     len(names), self._error) < 0:
                raise _failure(self._error)

    def _refresh(self) -> bool:
        """Read the op table if it has changed. Return whether it has."""
        changed = lib.alice_refresh(self._pointer(), self._error)
        if changed < 0:
            raise _failure(self._error)
        return bool(changed)

    def _rows(self) -> List[Op]:
        result: List[Op] = []
        with self._locked():
            self._refresh()
            while row := lib.alice_row(self._pointer(), len(result)):
                result.append(Op(self, row.contents))
        return result

    def ops(self) -> List[Op]:
        """Return the ops that the hypervisor has now."""
        return [op for op in self._rows() if not op._event]

    def events(self) -> List[Op]:
        """Return the events that the hypervisor has now, for listen()."""
        return [op for op in self._rows() if op._event]

    def listen(self, *events: Union[Op, str], timeout: Optional[float] = None) -> Events:
        """Subscribe to these events, or to all that this program may have. See Events.

        This replaces an earlier subscription, for all processes that share the open device.
        Waiting longer than timeout seconds for an event raises TimeoutError.
        """
        return Events(self, events, timeout)

    def _listen(self, names: Optional[Sequence[bytes]]) -> None:
        """Subscribe to these events, or with None to all."""
        if names is None:
            done = lib.alice_listen_all(self._pointer(), self._error)
        else:
            done = lib.alice_listen(self._pointer(), (ctypes.c_char_p * len(names))(*names),
                                    len(names), self._error)
        if done < 0:
            raise _failure(self._error)
        self._turn += 1

    def _next_event(self) -> Optional[Event]:
        """Return the next event, or None if there is none yet."""
        head = _lib.Event()
        pointer = lib.alice_event_read(self._pointer(), byref(head), 0, self._error)
        if not pointer:
            if self._error.code in (errno.EAGAIN, errno.EINTR):
                return None
            raise _failure(self._error)
        row, data = _row(bytes(lib.alice_call_row(pointer).contents.desc)), _payload(pointer)
        size = sum(field.size for field in row.answer)
        rest = row.answer and not row.answer[-1].size
        spec = row.answer if len(data) == size or rest and len(data) > size else ()
        return _event(spec, map(partial(_value, pointer), spec),
                      dict(zip(_EVENT, (row.name, head.seq, head.time_ns, head.lost, data))))

    def op(self, name: Union[Op, str]) -> Op:
        """Return the op or event with this name, or this number as text; also dev[name].

        Raises NoSuchOp for an unknown one.
        """
        with self._locked():
            self._refresh()
            row = lib.alice_find(self._pointer(), _text(name), self._error)
            if not row:
                raise _failure(self._error)
            return Op(self, row.contents)

    __getitem__ = op

    def __getattr__(self, name: str) -> Op:
        if name.startswith("_") or not name.isidentifier():
            raise AttributeError(f"a device has no attribute {name!r}")
        return self.op(name.replace("_", "-"))

    def __dir__(self) -> List[str]:
        names = {op.name.replace("-", "_") for op in self.ops() if not op.problem}
        return [*super().__dir__(), *filter(str.isidentifier, names)]

    def _begin(self, op: Union[Op, str], args: Sequence[Any],
               kwargs: Mapping[str, Any]) -> _Call:
        try:
            return _Call(self, op, args, kwargs)
        except (RequestError, TypeError):
            # If the table has changed, the arguments may be valid for the new op.
            if not self._refresh():
                raise
        return _Call(self, op, args, kwargs)

    def _call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        with self._locked():
            for last in [False] * (_TRIES - 1) + [True]:
                call = self._begin(name, args, kwargs)
                try:
                    return call.answer(lib.alice_call_do(call.pointer, self._error))
                except Error as e:
                    if last or not e._again:
                        raise
                finally:
                    call.free()

    def batch(self, *, stop_on_error: bool = False) -> Batch:
        """Return a new Batch. With stop_on_error, no op is called after one that failed."""
        return Batch(self, stop_on_error)

    def call_many(self, calls: Iterable[_Pair], *,
                  return_exceptions: bool = False) -> Iterator[Any]:
        """Make many calls as batches, and yield their answers in order.

        Each call is a pair: an op or its name, and the arguments as a dict or a tuple. Some
        hundred calls are taken from the iterable at a time. The first call that fails raises
        its error, and no later one is made. With return_exceptions, errors are yielded in
        place of answers instead, and the calls go on.
        """
        for value, error in self._many(iter(calls)):
            if error and not return_exceptions:
                raise error
            yield error or value

    def _checked(self, op: Union[Op, str], args: Sequence[Any],
                 kwargs: Mapping[str, Any]) -> _Pair:
        """Check the arguments of a call. Return it with immutable values."""
        with self._locked():
            call = self._begin(op, args, kwargs)
            call.free()
            return op, {field.attribute: value
                        for field, value in zip(call.row.request, call.values)}

    def _many(self, pairs: Iterator[_Pair]) -> Iterator[_Outcome]:
        todo: List[_Pair] = []
        window = _WINDOW
        tries = 0
        while True:
            todo += islice(pairs, max(window - len(todo), 0))
            if not todo:
                return
            outcomes = self._some(todo[:window])
            # Calls behind an error are prepared again: where errors are many, prepare few.
            window = min(2 * len(outcomes), _WINDOW)
            tries = tries + 1 if len(outcomes) == 1 else 1
            if getattr(outcomes[-1][1], "_again", False) and tries < _TRIES:
                outcomes.pop()
            else:
                tries = 0
            del todo[:len(outcomes)]
            yield from outcomes

    def _some(self, pairs: Sequence[_Pair]) -> List[_Outcome]:
        """Make calls up to the first that fails. Return the outcomes of those attempted."""
        calls: List[_Call] = []
        outcomes: List[_Outcome] = []
        wrong = None
        with self._locked():
            try:
                for pair in pairs:
                    try:
                        calls.append(self._begin(*_unpack(pair)))
                    except (Error, NoSuchOp, ValueError, TypeError) as e:
                        wrong = e
                        break
                pointers = (ctypes.c_void_p * len(calls))(*[call.pointer for call in calls])
                done = lib.alice_call_many(self._pointer(), pointers, len(calls),
                                           _lib.STOP_ON_ERROR, self._error)
                if done < 0:
                    return [(None, _failure(self._error))]
                for call in calls[:done]:
                    try:
                        outcomes.append((call.answer(lib.alice_result(
                            call.pointer, self._error)), None))
                    except (Error, RequestError) as e:
                        outcomes.append((None, e))
                if wrong and done == len(calls):
                    outcomes.append((None, wrong))
            finally:
                for call in calls:
                    call.free()
        return outcomes


def open(path: _Path = None, *, fd: Optional[int] = None,
         ioctl: Optional[Callable[[int, int], int]] = None) -> Device:
    """Open the device at path, or use a duplicate of the descriptor fd.

    With neither, use the descriptor whose number is in the environment variable ALICE_FD, or
    open /dev/alice. Raises Error if that fails.

    ioctl is a function to use instead of a device. It takes the request and the address of
    its structure, and returns a negative errno if it fails. An exception from it is printed
    and becomes EIO. Events are then read from fd.
    """
    return Device(path, fd=fd, ioctl=ioctl)
