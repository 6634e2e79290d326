# SPDX-License-Identifier: GPL-2.0-only
"""A device with a recorded op table: it answers ioctls as the contract says.

Its ops are those of the lab's dom0 that the tests use, and some that fail on purpose.
"""
import copy
import errno
import os
import struct
from ctypes import (
    Structure, c_int32, c_uint32, c_uint64, memmove, memset, sizeof,
    string_at,
)

from alice import _lib

INFO, DESCRIBE, OP, BATCH, RESTRICT, LISTEN = range(6)
WRITE, ADMIN, CONTROL, KERNEL, LONG, EVENT, LIVE = 1, 2, 4, 8, 16, 32, 0x10000
MAX_LEN = 65536


class OpArg(Structure):
    _fields_ = [("cmd", c_uint32), ("flags", c_uint32), ("in_len", c_uint32),
                ("out_len", c_uint32), ("input", c_uint64), ("output", c_uint64),
                ("generation", c_uint64)]


class BatchArg(Structure):
    _fields_ = [("ops", c_uint64), ("results", c_uint64), ("count", c_uint32),
                ("op_size", c_uint32), ("flags", c_uint32), ("reserved", c_uint32)]


class RestrictArg(Structure):
    _fields_ = [("cmds", c_uint64), ("count", c_uint32), ("flags", c_uint32)]


class Failure(Exception):
    """The errno of an op or an ioctl."""


def add(data):
    total = sum(struct.unpack("<qq", data))
    if not -1 << 63 <= total < 1 << 63:
        raise Failure(errno.EOVERFLOW)
    return struct.pack("<q", total)


def fail(data):
    raise Failure(struct.unpack("<H", data)[0])


class Row:
    def __init__(self, cmd, name, run, request="", answer="", least=0, most=0, out=0,
                 flags=0, summary="", access=0, since=1):
        self.desc = dict(cmd=cmd, name=name.encode("latin-1"), in_fmt=request.encode(),
                         out_fmt=answer.encode(), in_min=least, in_max=most, out_max=out,
                         flags=flags, summary=summary.encode("latin-1"))
        self.run, self.access, self.since = run, access, since


NUMBERS = "u8:u8 u16:u16 u32:u32 u64:u64 s8:s8 s16:s16 s32:s32 s64:s64"
MIXED = "a:u8 b:s8 c:x16 d:u64 e:x32 text:c4 rest:bytes"


def table():
    whoami = struct.pack("<IIIIQ8s", 0, 1, 64, 1, 12345678901, b"pv")
    return [
        Row(0, "hello", lambda data: b"", flags=WRITE,
            summary="Write one line into the hypervisor's log"),
        Row(3, "echo", lambda data: data, "data:bytes", "data:bytes", 0, MAX_LEN, MAX_LEN,
            summary="Answer with the bytes it was given"),
        Row(4, "whoami", lambda data: whoami, "",
            "domid:u32 vcpu:u32 bits:u32 control:u32 uptime_ns:u64 type:c8", out=32,
            summary="Tell who calls, as the hypervisor sees it"),
        Row(7, "reset-stats", lambda data: b"", flags=WRITE | ADMIN | CONTROL,
            access=-errno.EPERM),
        Row(8, "batch", lambda data: b"", "records:bytes", "replies:bytes", 16, 4096, 4096,
            flags=KERNEL, access=-errno.EPERM),
        Row(12, "changed", None, answer="generation:u64", out=8, flags=EVENT,
            summary="The op table is another one"),
        Row(64, "add", add, "a:s64 b:s64", "sum:s64", 16, 16, 8, summary="Add two numbers"),
        Row(70, "numbers", lambda data: data, NUMBERS, NUMBERS, 30, 30, 30),
        Row(71, "mixed", lambda data: data, MIXED, MIXED, 20, MAX_LEN, MAX_LEN),
        Row(72, "fail", fail, "code:u16", "", 2, 2),
    ]


def odd_rows():
    """Ops with invalid or unusual rows."""
    return [
        Row(80, "misfit", lambda data: b"\xab\xab", "", "n:u32", out=4),
        Row(81, "bad-list", lambda data: b"", "a:u9", "", 0, 4),
        Row(82, "\33[31mred", lambda data: b""),
        Row(83, "words", lambda data: data, "class:u8 _x:u8 a-b:u8 a_b:u8 _1:u8 self:u8 _:u8",
            "class:u8 _x:u8 a-b:u8 a_b:u8 _1:u8 self:u8 _:u8", 7, 7, 7),
        Row(84, "info", lambda data: b"", summary="Has the name of a method"),
        Row(85, "import", lambda data: b""),
        Row(86, "newer", lambda data: b"", flags=0x4000, access=-errno.EPERM),
        Row(87, "long", fail, "code:u16", "", 2, 2, flags=LONG),
        Row(88, "66", lambda data: b"", summary="caf\xe9 <b>"),
    ]


def event_rows():
    """Events for tests."""
    return [
        Row(90, "tick", None, answer="n:u32 by:c8 rest:bytes", out=64, flags=EVENT,
            summary="A clock"),
        Row(91, "odd-names", None, answer="seq:u8 lost:u8 x:x16", out=4, flags=EVENT),
        Row(92, "plain", None, flags=EVENT),
        Row(93, "secret", None, flags=EVENT | ADMIN, access=-errno.EPERM),
        Row(94, "dom0", None, flags=EVENT | CONTROL),
    ]


def record(cmd, payload=b"", seq=1, time_ns=5, lost=0, length=None):
    """An event as the driver returns it."""
    length = len(payload) if length is None else length
    return struct.pack("<IIQQII", cmd, length, seq, time_ns, lost, 0) + payload + \
        bytes(-len(payload) % 8)


class Recorded:
    """A device. Tests change its rows, and check which calls it got."""

    def __init__(self):
        self.rows = table()
        self.generation = 1
        self.calls = []                 # names, in order
        self.entries = 0                # ioctls that make calls
        self.allowed = None
        self.before = lambda: None      # runs before an ioctl that makes calls
        self.limit = 8                  # max_batch
        self.early = 0                  # where a batch ends early
        self.listening = []             # numbers of events
        self.events, self.answer_events = os.pipe2(os.O_CLOEXEC)

    def close(self):
        """Close the pipe of events."""
        os.close(self.events)
        os.close(self.answer_events)

    def emit(self, *records):
        """Deliver events, in one read."""
        os.write(self.answer_events, b"".join(records))

    def changed(self):
        """Emit changed, if somebody listens."""
        if 12 in self.listening:
            self.emit(record(12, struct.pack("<Q", self.generation)))

    def file(self):
        """The same device, opened again."""
        file = copy.copy(self)
        file.allowed = None
        return file

    def load(self, *rows):
        """Add rows, or replace those of the same names."""
        self.generation += 1
        names = [row.desc["name"] for row in rows]
        self.rows = [row for row in self.rows if row.desc["name"] not in names]
        for row in rows:
            row.since = self.generation
            self.rows.append(row)
        self.changed()

    def unload(self, name):
        self.generation += 1
        self.rows = [row for row in self.rows if row.desc["name"] != name.encode()]
        self.changed()

    def __call__(self, request, address):
        handler = {INFO: self.info, DESCRIBE: self.describe, OP: self.op, BATCH: self.batch,
                   RESTRICT: self.restrict, LISTEN: self.listen}[request & 0xff]
        try:
            return handler(address)
        except Failure as failure:
            return -failure.args[0]

    def info(self, address):
        info = _lib.Info.from_address(address)
        memset(address, 0, sizeof(info))
        info.abi_major, info.hypercall_nr, info.ops = 1, 47, len(self.rows)
        info.max_len, info.max_batch, info.generation = MAX_LEN, self.limit, self.generation
        info.flags, info.features = 4 | 2 * (self.allowed is not None), 2 | 4 | 8
        return 0

    def describe(self, address):
        describe = _lib.Describe.from_address(address)
        if describe.index >= len(self.rows):
            raise Failure(errno.ENOENT)
        row = self.rows[describe.index]
        describe.since, describe.access = row.since, self.access(row)
        describe.desc = _lib.Desc(**row.desc)
        return 0

    def access(self, row):
        if self.allowed is not None and row.desc["cmd"] not in self.allowed:
            return -errno.EACCES
        return row.access

    def row(self, cmd):
        return next((row for row in self.rows if row.desc["cmd"] == cmd), None)

    def listen(self, address):
        argument = RestrictArg.from_address(address)
        cmds = list((c_uint32 * argument.count).from_address(argument.cmds))
        for row in map(self.row, cmds):
            if not row:
                raise Failure(errno.EOPNOTSUPP)
            if not row.desc["flags"] & EVENT:
                raise Failure(errno.EINVAL)
            if self.access(row):
                raise Failure(-self.access(row))
            if row.desc["flags"] & CONTROL:
                raise Failure(errno.EPERM)
        self.listening = cmds
        return 0

    def op(self, address):
        self.entries += 1
        self.before()
        return self.one(OpArg.from_address(address))

    def one(self, op):
        row = self.row(op.cmd)
        if not row or row.desc["flags"] & EVENT:
            raise Failure(errno.EOPNOTSUPP)
        if op.generation and row.since > op.generation:
            raise Failure(errno.ESTALE)
        if self.access(row):
            raise Failure(-self.access(row))
        if not row.desc["in_min"] <= op.in_len <= row.desc["in_max"]:
            raise Failure(errno.EINVAL)
        self.calls.append(row.desc["name"].decode("latin-1"))
        answer = row.run(string_at(op.input, op.in_len))
        if len(answer) > op.out_len:
            raise Failure(errno.EINVAL)
        memmove(op.output, answer, len(answer))
        return len(answer)

    def batch(self, address):
        self.entries += 1
        self.before()
        batch = BatchArg.from_address(address)
        if not 0 < batch.count <= self.limit or batch.op_size != sizeof(OpArg):
            raise Failure(errno.EINVAL)
        ops = (OpArg * batch.count).from_address(batch.ops)
        results = (c_int32 * batch.count).from_address(batch.results)
        for i in range(min(batch.count, self.early or batch.count)):
            try:
                results[i] = self.one(ops[i])
            except Failure as failure:
                results[i] = -failure.args[0]
                if batch.flags & 1:
                    break
        return i + 1

    def restrict(self, address):
        argument = RestrictArg.from_address(address)
        cmds = set((c_uint32 * argument.count).from_address(argument.cmds))
        self.allowed = cmds if self.allowed is None else self.allowed & cmds
        return 0
