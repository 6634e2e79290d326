# SPDX-License-Identifier: GPL-2.0-only
"""Single calls: values, answers, errors, and what an op says of itself."""
import copy
import errno
import inspect
import pickle
import pydoc
from array import array

import pytest

import alice

NUMBERS = {f"{kind}{bits}": (0 if kind == "u" else -1 << bits - 1,
                             (1 << bits - (kind == "s")) - 1)
           for kind in "us" for bits in (8, 16, 32, 64)}


def test_whoami(dev):
    """An answer has its fields as attributes"""
    me = dev.whoami()
    assert (me.domid, me.bits, me.control) == (0, 64, 1) and me.type in ("pv", "pvh", "hvm")
    assert me.uptime_ns > 0
    domid, *_, kind = me
    assert (domid, kind) == (0, me.type)
    assert me._fields == ("domid", "vcpu", "bits", "control", "uptime_ns", "type")
    with pytest.raises(AttributeError):
        me.nosuch


def test_answer(dev):
    """An answer is a value: repr, ==, hash, a dict, a copy, a pickle"""
    three = dev.add(a=1, b=2)
    assert repr(three) == "add(sum=3)"
    assert three == dev.add(2, 1) and three != dev.add(2, 2)
    assert hash(three) == hash(dev.add(2, 1)) and isinstance(three, alice.Answer)
    assert three._asdict() == {"sum": 3}
    for other in copy.copy(three), pickle.loads(pickle.dumps(three)):
        assert other == three and other.sum == 3 and type(other) is type(three)
    with pytest.raises(AttributeError):
        three.sum = 4


def test_arguments(dev):
    """Arguments are fields, by name or in their order, as for a function"""
    assert dev.add(40, 2) == dev.add(40, b=2) == dev.add(b=2, a=40)
    for args, kwargs, said in (
            ((), {}, r"^add\(a: int, b: int\).*: missing a required argument: 'a'"),
            ((1,), {}, "missing a required argument: 'b'"),
            ((1, 2, 3), {}, "too many positional arguments"),
            ((1,), {"a": 1, "b": 2}, "multiple values for argument 'a'"),
            ((1, 2), {"c": 3}, "unexpected keyword argument 'c'")):
        with pytest.raises(TypeError, match=said):
            dev.add(*args, **kwargs)


def test_bytes(dev):
    """Bytes are bytes, of all that has a buffer"""
    for data in (b"", b"x", bytes(range(256)), bytes(65536)):
        for value in (data, bytearray(data), memoryview(data), array("B", data)):
            assert dev.echo(value).data == data
    assert dev.echo(memoryview(b"abcdef")[::2]).data == b"ace"


def test_none(dev):
    """An op without an answer returns None"""
    assert dev.hello() is None


@pytest.mark.parametrize("field", NUMBERS)
def test_range(dev, field):
    """A number has the range of its field"""
    least, most = NUMBERS[field]
    some = dict.fromkeys(NUMBERS, 1)
    for value in (least, most, 0, most // 3):
        answer = dev.numbers(**{**some, field: value})
        assert answer._asdict() == {**some, field: value}
    for value in (least - 1, most + 1, -1 << 63, -1 << 64, 1 << 64, 1 << 100, 1 << 20000):
        if not least <= value <= most:
            with pytest.raises(alice.RequestError,
                               match=f"^numbers: {field}: .* is out of range, which is "):
                dev.numbers(**{**some, field: value})


def test_mixed(dev):
    """All kinds of fields at once, there and back"""
    given = dict(a=255, b=-128, c=0xabc, d=1 << 63, e=0xdeadbeef, text="é!", rest=b"\0rest")
    answer = dev.mixed(**given)
    assert answer._asdict() == given
    assert repr(answer) == ("mixed(a=255, b=-128, c=0x0abc, d=9223372036854775808, "
                            "e=0xdeadbeef, text='é!', rest=b'\\x00rest')")
    assert dev.mixed(**dict(given, text=b"\xff\0a")).text == "\udcff\0a"
    assert dev.mixed(**dict(given, text="\udcff")).text == "\udcff"
    assert dev.mixed(**dict(given, text="")).text == ""


@pytest.mark.parametrize("field, value, said", [
    ("a", "1", r"a: it takes an int \(u8\), not str"),
    ("a", 1.0, r"a: it takes an int \(u8\), not float"),
    ("a", None, r"a: it takes an int \(u8\), not NoneType"),
    ("c", b"\1", r"c: it takes an int \(x16\), not bytes"),
    ("text", 5, r"text: it takes a str, or bytes \(c4\), not int"),
    ("rest", "text", r"rest: it takes bytes \(bytes\), not str"),
    ("rest", 5, r"rest: it takes bytes \(bytes\), not int"),
    ("rest", [1, 2], r"rest: it takes bytes \(bytes\), not list")])
def test_types(dev, field, value, said):
    """A value of another type is a TypeError"""
    given = dict(a=1, b=1, c=1, d=1, e=1, text="x", rest=b"")
    with pytest.raises(TypeError, match="^mixed: " + said):
        dev.mixed(**dict(given, **{field: value}))


def test_index(dev):
    """What can be an index is an int"""
    class Seven:
        def __index__(self):
            return 7
    assert dev.add(Seven(), True).sum == 8


def test_lengths(dev):
    """Text and bytes have the length of their field"""
    given = dict(a=1, b=1, c=1, d=1, e=1, text="x", rest=b"")
    for change in dict(text="12345"), dict(text="ééé"), dict(rest=bytes(65517)):
        with pytest.raises(alice.RequestError, match="it takes at most") as raised:
            dev.mixed(**dict(given, **change))
        assert isinstance(raised.value, ValueError)
    with pytest.raises(alice.RequestError, match="^echo: data: it takes at most 65536 bytes"):
        dev.echo(bytes(65537))


def test_op_error(dev):
    """What an op answers is an OSError with a sentence"""
    with pytest.raises(alice.Error) as raised:
        dev.add((1 << 63) - 1, 1)
    error = raised.value
    assert isinstance(error, OSError) and error.errno == errno.EOVERFLOW
    assert error.who == "op" and error.answer == b""
    assert error.strerror == ("add failed: the op answered EOVERFLOW: the result is too large "
                              "for its field.")
    assert str(error) == f"[Errno {errno.EOVERFLOW}] {error.strerror}"
    other = pickle.loads(pickle.dumps(error))
    assert (type(other), other.args, other.who) == (type(error), error.args, "op")


def test_driver_error(dev):
    """What the driver refuses is of Python's class for it"""
    with pytest.raises(PermissionError, match="reset-stats was refused by the dr") as e:
        dev.reset_stats()
    assert isinstance(e.value, alice.Error) and e.value.who == "driver"
    assert type(e.value).__name__ == "PermissionError"
    with pytest.raises(PermissionError, match="for the kernel only"):
        dev.op("batch")(records=bytes(16))


def test_no_such_op(dev):
    """An op that there is not: AttributeError, and KeyError"""
    for how, said in ((lambda: dev.ehco, "no op 'ehco'; did you mean 'echo'"),
                      (lambda: dev["ehco"], "no op 'ehco'"),
                      (lambda: dev.op("reset_stats"), "did you mean 'reset-stats'"),
                      (lambda: dev["echo\0"], "invalid name for an op"),
                      (lambda: dev["\udcff"], "invalid name for an op"),
                      (lambda: dev["\ud800"], "invalid name for an op"),
                      (lambda: dev[""], "no op")):
        with pytest.raises(alice.NoSuchOp, match=said) as raised:
            how()
        assert isinstance(raised.value, AttributeError) and isinstance(raised.value, KeyError)
        assert not str(raised.value).startswith('"')
    assert not hasattr(dev, "nosuch") and hasattr(dev, "echo")
    for name in "64", "0x40", "reset-stats", "_echo", "__len__":
        assert not hasattr(dev, name)


def test_by_name(dev):
    """An op by its name or its number"""
    assert dev["whoami"]().domid == dev.op("whoami")().domid == dev["4"]().domid == 0
    assert dev["0x40"].name == "add" and dev["reset-stats"].name == dev.reset_stats.name


@pytest.mark.parametrize("name", [64, b"add", None, 1.5, ("add",)])
def test_no_name(dev, name):
    """What is no name is a TypeError"""
    for use in (lambda: dev[name], lambda: dev.op(name), lambda: dev.restrict(name),
                lambda: dev.listen(name), lambda: dev.batch().call(name),
                lambda: dev.batch()[name], lambda: list(dev.call_many([(name, ())]))):
        with pytest.raises(TypeError, match="^expected the name of an op, or its number as t"):
            use()
    assert dev[dev.add](1, 2).sum == 3


def test_surrogates(dev):
    """A text that cannot be sent is an error that says where"""
    values = dict(a=1, b=1, c=1, d=1, e=1, rest=b"")
    with pytest.raises(alice.RequestError, match="^mixed: text: .*surrogates not allowed"):
        dev.mixed(text="\ud800", **values)
    first, second = dev.call_many([("add", (1, 2)), ("mixed", dict(values, text="\ud800"))],
                                  return_exceptions=True)
    assert first.sum == 3 and isinstance(second, alice.RequestError)


def test_ops(dev):
    """The ops tell what they are"""
    ops = {op.name: op for op in dev.ops()}
    add, echo = ops["add"], ops["echo"]
    assert add.number == 64 and add.summary == "Add two numbers"
    assert add.request == (("a", "s64", 8, "a"), ("b", "s64", 8, "b"))
    assert [field.type for field in echo.answer] == ["bytes"]
    assert [field.python_type for field in ops["mixed"].request] == [int] * 5 + [str, bytes]
    assert ops["reset-stats"].flags == ("write", "admin", "control")
    assert ops["reset-stats"].access == errno.EPERM and echo.access == 0
    assert "add" in dir(dev) and "reset_stats" in dir(dev) and "close" in dir(dev)
    assert repr(echo) == "<alice op echo(data: bytes) -> alice.Answer>"
    assert add(1, 2).sum == 3


def test_help(dev):
    """help() of an op shows its summary, its fields and its flags"""
    text = pydoc.plain(pydoc.render_doc(dev.add))
    for line in ("Op in module alice", "add(a: int, b: int) -> alice.Answer",
                 "Add two numbers", "Arguments:", "a: int (s64)",
                 "Fields of the answer:", "sum: int (s64)"):
        assert line in text
    text = dev.mixed.__doc__
    assert "text: str (c4)" in text and "rest: bytes (bytes, 0 to 65516 bytes)" in text
    assert "Arguments: none" in dev.whoami.__doc__
    assert "the device has to be open for writing" in dev.hello.__doc__
    assert dev.echo.__name__ == "echo"
    assert str(inspect.signature(dev.hello)) == "() -> None"


def test_html(dev):
    """An answer in a notebook is a table"""
    given = dict(a=1, b=1, c=1, d=1, e=1, text="<b>", rest=b"")
    text = dev.mixed(**given)._repr_html_()
    assert "<th>c</th><td>0x0001</td>" in text and "<td>&#x27;&lt;b&gt;&#x27;</td>" in text
    assert len(dev.echo(bytes(65536))._repr_html_()) < 1000
