# SPDX-License-Identifier: LGPL-2.1-or-later
"""Call the ops of a Xen hypervisor by their names.

    import alice

    with alice.open() as dev:
        print(dev.whoami().domid)       # the fields of an answer are attributes
        help(dev.echo)                  # what an op does, takes and answers
        print(dev.ops())                # the ops that this hypervisor has now
        for event in dev.listen():      # what it tells of by itself
            print(event)

The hypervisor describes its ops at run time, so an op that is loaded later can be called
at once.
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

# How often a call is begun anew where its op is replaced meanwhile.
_TRIES = 8
# How many calls of a batch are kept by the library at a time.
_WINDOW = 256

_WHO = ("caller", "system", "driver", "hypervisor", "op", "hypervisor or op")
_FLAGS = {
    1: ("write", "It has a side effect: the device has to be open for writing."),
    2: ("admin", "It needs the capability CAP_SYS_ADMIN."),
    4: ("control", "Only the control domain (dom0) may call it."),
    8: ("kernel", "It is the kernel's own: no program may call it."),
    16: ("long", "It may take many steps. A signal can end it between two of them (EINTR)."),
    32: ("event", "It is an event: it can be listened to, and not called."),
    0x10000: ("live", "It was loaded into the running Xen."),
}
_INFO_FLAGS = {1: "legacy", 2: "restricted", 4: "batch"}
_FEATURES = {1: "phys", 2: "long", 4: "events", 8: "live"}
# What an event has besides its fields.
_EVENT = ("event", "seq", "time_ns", "lost", "data")


# ---- Errors

class RequestError(ValueError):
    """A value does not fit its field, or the call was not made. Nothing was called."""


class NoSuchOp(AttributeError, KeyError):
    """The hypervisor has no such op."""

    __str__ = Exception.__str__


class Error(OSError):
    """A call failed: strerror is a sentence that says why.

    It is also of the class that Python has for its errno, such as PermissionError.
    """

    #: who refused: "system", "driver", "hypervisor", "op" or "hypervisor or op"
    who = "system"
    #: with EBADMSG, an answer that does not fit its field list
    answer = b""
    #: whether the op was replaced before it was called
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
    """A field of a request or an answer: its size is 0 where the payload decides it."""

    name: str           # as the hypervisor has it
    type: str           # u8 to u64, x8 to x64, s8 to s64, cN or bytes
    size: int
    attribute: str      # its name in Python

    @property
    def python_type(self) -> Type[Any]:
        """int, str or bytes."""
        return {"c": str, "b": bytes}.get(self.type[0], int)

    def show(self, value: Any) -> str:
        """A value as the repr of an answer has it."""
        return f"{value:#0{2 * self.size + 2}x}" if self.type[0] == "x" else repr(value)


def _printable(text: bytes) -> str:
    """A text of the hypervisor's that a terminal can show."""
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
    """What a row of the op table says, read once."""

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
        """The values of all fields of the request, in their order."""
        if not isinstance(args, (tuple, list)):
            raise TypeError(f"{self.name}: its arguments are a tuple, in their order, or a "
                            f"dict, and not {type(args).__name__}")
        try:
            kwargs = {self.known.get(name, name): value for name, value in kwargs.items()}
            return list(self.signature.bind(*args, **kwargs).arguments.values())
        except TypeError as e:
            raise TypeError(f"{self.name}{self.signature}: {e}") from None

    def doc(self) -> str:
        """The text for help()."""
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


# No table has more rows.
_row = lru_cache(maxsize=1024)(_Row)


# ---- Answers

class Answer(Tuple[Any, ...]):
    """The answer of an op: its fields are attributes, and it is a tuple of their values."""

    __slots__ = ()
    _spec: Tuple[Field, ...] = ()
    _fields: Tuple[str, ...] = ()

    def _asdict(self) -> Dict[str, Any]:
        """The values by the names that the hypervisor has for the fields."""
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
    """An event: its fields are attributes, and it is a tuple of their values.

    Where they are not known, or do not fit, there is data alone.
    """

    #: its name; its number, as text, where the hypervisor describes no such event any more
    event: str
    #: counts this event, from 1
    seq: int
    #: when it happened: the hypervisor's uptime
    time_ns: int
    #: how many of the events that are listened to were lost before it
    lost: int
    #: its payload, as the bytes that it is
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
    """A field of an answer that fits its fields."""
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
    """The whole of an answer."""
    size = ctypes.c_size_t()
    return ctypes.string_at(lib.alice_answer(pointer, byref(size)), size.value)


class _Call:
    """A call of the library's. It lives while its device is locked."""

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
        """Give it back."""
        lib.alice_call_free(self.pointer)

    def _set(self, field: Field, value: Any) -> Union[int, bytes]:
        """Set a field, and return the value, which nobody can change any more."""
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
        else:   # No field takes it, and the library has the words for that.
            done = lib.alice_set(self.pointer, name, hex(value).encode(), self._error)
        if done < 0:
            raise _failure(self._error)
        return value    # type: ignore[no-any-return]

    def answer(self, result: int) -> Any:
        """The answer of a call with this result, or its error is raised."""
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
    """An op. Call it with its fields as arguments, by their names or in their order.

    It stands for the name: if another op is loaded under it, that one is called. What
    describes an event is one, too, and cannot be called.
    """

    def __init__(self, dev: Device, describe: _lib.Describe) -> None:
        row = _row(bytes(describe.desc))
        self._dev = dev
        self.name = self.__name__ = self.__qualname__ = row.name
        self.number: int = row.desc.cmd
        self.summary = row.summary
        #: such as "write"
        self.flags = _bits(row.desc.flags, {bit: name for bit, (name, _) in _FLAGS.items()})
        #: 0, or the errno by which the driver refuses it to this device
        self.access: int = -describe.access
        self.request = row.request
        #: the fields of the answer, or of the event
        self.answer = row.answer
        #: why it cannot be called as the hypervisor describes it, or ""
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
    """The name of an op for the library, to which it would end at a NUL."""
    name = op.name if isinstance(op, Op) else op
    if not isinstance(name, str):
        raise TypeError(f"an op is told by its name, or its number as text, and not by {op!r}")
    if not name.isascii() or "\0" in name:
        raise NoSuchOp(f"no op has a name such as {name!r}")
    return name.encode()


# An op, values in their order, values by their names
# A call as call_many() is given it.
_Pair = Tuple[Union[Op, str], Any]
_Outcome = Tuple[Any, Optional[Exception]]


class _Unique:
    """What there is only once."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} objects cannot be copied or pickled")


def _unpack(call: _Pair) -> Tuple[Union[Op, str], Sequence[Any], Mapping[str, Any]]:
    """The op, and the arguments by order and by name."""
    if not isinstance(call, (tuple, list)) or len(call) != 2:
        raise TypeError(f"a call is a pair of an op and its arguments, and not {call!r}")
    op, given = call
    return (op, (), given) if isinstance(given, Mapping) else (op, given, {})


class Pending(_Unique):
    """A call of a batch."""

    _outcome: _Outcome = None, RequestError(
        "the call was not made: the batch has not ended, or ended before it")

    def result(self) -> Any:
        """The answer; or its error is raised, RequestError where it was not called."""
        value, error = self._outcome
        if error:
            raise error
        return value


class Batch(_Unique):
    """Calls that are made together, in their order, at the end of a with block.

        with dev.batch() as b:
            me = b.whoami()
            total = b.add(a=1, b=2)
        print(me.result().domid, total.result().sum)

    A value that does not fit is an error at once. What else becomes of a call, its result()
    tells. If the block is left by an exception, nothing is called.
    """

    def __init__(self, dev: Device, stop_on_error: bool) -> None:
        self._dev, self._stop = dev, stop_on_error
        self._calls: List[Tuple[_Pair, Pending]] = []
        self._ended = False

    def call(self, op: Union[Op, str], /, *args: Any, **kwargs: Any) -> Pending:
        """Add a call."""
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
    """Events as they come, in a for or an async for loop.

        with dev.listen("changed") as events:
            for event in events:
                print(event.time_ns, event)

    TimeoutError tells that none came in time; one can go on then. The loop ends where
    close() or another listen() was called, and by an Error with errno EINVAL where the
    hypervisor lost the last of them, or a restriction took it away. One task, or thread, at
    a time can wait.
    """

    def __init__(self, dev: Device, events: Sequence[Union[Op, str]],
                 timeout: Optional[float]) -> None:
        if timeout is not None and not timeout >= 0:
            raise ValueError(f"timeout={timeout!r}: it takes seconds, 0 or more, or None")
        self._dev, self._timeout = dev, timeout
        with dev._locked():
            dev._listen([_text(event) for event in events] or None)
            self._turn = dev._turn

    @property
    def closed(self) -> bool:
        """Whether they are listened to no more, or others are instead."""
        return self._dev.closed or self._dev._turn != self._turn

    def close(self) -> None:
        """Listen to no event any more, and forget those that nobody took."""
        with self._dev._locked():
            if not self.closed:
                self._dev._listen([])
                try:
                    while self._dev._next_event() is not None:
                        pass
                except Error:
                    pass    # The driver has none any more.

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """The descriptor of the device."""
        return self._dev.fileno()

    def _take(self) -> Optional[Event]:
        """The next event, if there is one already."""
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
            # Another thread that closes the device wakes nobody.
            if not poll.poll(math.ceil(1000 * min(rest, 1))) and rest <= 1:
                raise self._late()

    def __aiter__(self) -> Events:
        return self

    async def __anext__(self) -> Event:
        # To import it takes longer than all else, and few need it.
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
    """What driver and hypervisor offer now."""

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
    """The same for ctypes, which would go on with any number where something is raised."""
    def answer(_: object, request: int, address: int) -> int:
        try:
            return operator.index(ioctl(request, address))
        except BaseException:
            traceback.print_exc()
            return -errno.EIO
    return answer


class Device(_Unique):
    """An open device. Its ops are its attributes, with '_' for each '-' in a name.

    One with the name of a method, or of a keyword of Python, is found by op(). Threads can
    share a device: their calls are made one after the other.
    """

    def __init__(self, path: _Path = None, *, fd: Optional[int] = None,
                 ioctl: Optional[Callable[[int, int], int]] = None) -> None:
        self._lock = threading.RLock()
        self._error = e = _lib.Error()
        if path is not None and (fd is not None or ioctl is not None):
            raise ValueError("a path excludes fd and ioctl")
        if ioctl is not None and not callable(ioctl):
            raise TypeError(f"ioctl is a function, and not {type(ioctl).__name__}")
        if fd is not None:
            fd = operator.index(fd)
            if not 0 <= fd < 1 << 31:
                raise ValueError(f"no descriptor has the number {fd}")
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
        self._turn = 0      # counts what it was told to listen to
        #: whether ops with a side effect can be called
        self.writable: bool = lib.alice_writable(handle)
        self._close = weakref.finalize(self, lambda *_: lib.alice_close(handle), way)
        # When the program ends, other threads may be in a call.
        self._close.atexit = False

    def _locked(self) -> Any:
        # The handler of a signal, say, is not to free what a call beneath it goes by.
        if self._lock._is_owned():      # type: ignore[attr-defined]
            raise RuntimeError("the device is in a call already, and this is within it")
        return self._lock

    def close(self) -> None:
        """Close the device. To use it then is a ValueError."""
        with self._locked():
            self._close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
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
        """The descriptor of the device."""
        self._pointer()
        if self._fd < 0:
            raise io.UnsupportedOperation("fileno")
        return self._fd

    def info(self) -> Info:
        """What driver and hypervisor offer now."""
        info = _lib.Info()
        with self._locked():
            if lib.alice_get_info(self._pointer(), byref(info), sizeof(info), self._error) < 0:
                raise _failure(self._error)
        return Info(info.abi_major, info.abi_minor, info.hypercall_nr, info.ops, info.max_len,
                    info.max_batch, _bits(info.flags, _INFO_FLAGS), info.generation,
                    _bits(info.features, _FEATURES))

    def restrict(self, *ops: Union[Op, str]) -> None:
        """Keep the device to these ops and events, for all who have its descriptor, for ever.
        """
        names = [_text(op) for op in ops]
        with self._locked():
            if lib.alice_restrict_to(self._pointer(), (ctypes.c_char_p * len(names))(*names),
                                     len(names), self._error) < 0:
                raise _failure(self._error)

    def _refresh(self) -> bool:
        """See the op table as it is now: whether it is another one."""
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
        """The ops that the hypervisor has now."""
        return [op for op in self._rows() if not op._event]

    def events(self) -> List[Op]:
        """The events that the hypervisor has now: what listen() takes."""
        return [op for op in self._rows() if op._event]

    def listen(self, *events: Union[Op, str], timeout: Optional[float] = None) -> Events:
        """Listen to these events, or else to all that one may have; see Events.

        It is instead of those of before, for all who have the descriptor of the device. None
        in so many seconds is a TimeoutError.
        """
        return Events(self, events, timeout)

    def _listen(self, names: Optional[Sequence[bytes]]) -> None:
        """Listen to these, or with None to all."""
        if names is None:
            done = lib.alice_listen_all(self._pointer(), self._error)
        else:
            done = lib.alice_listen(self._pointer(), (ctypes.c_char_p * len(names))(*names),
                                    len(names), self._error)
        if done < 0:
            raise _failure(self._error)
        self._turn += 1

    def _next_event(self) -> Optional[Event]:
        """The next event that has come, or None."""
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
        """The op of this name, or else of this number as text. dev[name] is the same."""
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
            # They may fit the op that there is now.
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
        """Begin a batch; see Batch. With stop_on_error nothing is called after an error."""
        return Batch(self, stop_on_error)

    def call_many(self, calls: Iterable[_Pair], *,
                  return_exceptions: bool = False) -> Iterator[Any]:
        """Make many calls in few entries into the hypervisor, and yield their answers.

        Each is an op, or its name, and the arguments: a dict by name, or a tuple in order.
        Some hundreds are taken at a time. The first that fails raises its error, and nothing
        after it is called; or the error is yielded in its place, and it goes on.
        """
        for value, error in self._many(iter(calls)):
            if error and not return_exceptions:
                raise error
            yield error or value

    def _checked(self, op: Union[Op, str], args: Sequence[Any],
                 kwargs: Mapping[str, Any]) -> _Pair:
        """A call that fits, with values that nobody can change, for these fields alone."""
        with self._locked():
            call = self._begin(op, args, kwargs)
            call.free()
            return op, {field.attribute: value
                        for field, value in zip(call.row.request, call.values)}

    def _many(self, pairs: Iterator[_Pair]) -> Iterator[_Outcome]:
        todo: List[_Pair] = []
        tries = 0
        while True:
            todo += islice(pairs, _WINDOW - len(todo))
            if not todo:
                return
            outcomes = self._some(todo)
            tries = tries + 1 if len(outcomes) == 1 else 1
            if getattr(outcomes[-1][1], "_again", False) and tries < _TRIES:
                outcomes.pop()
            del todo[:len(outcomes)]
            yield from outcomes

    def _some(self, pairs: Sequence[_Pair]) -> List[_Outcome]:
        """Make calls up to one that fails: the outcomes of those that were attempted."""
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
    """Open the device at PATH, or use a descriptor of it: FD, of which it has a duplicate.

    Without both that is the descriptor in the environment variable ALICE_FD, or else
    /dev/alice. IOCTL is a function that answers the ioctls instead of a device: it gets the
    request and the address of its structure, and returns a negative errno where it fails. What
    it raises is printed, and is EIO. Events are read from FD then.
    """
    return Device(path, fd=fd, ioctl=ioctl)
