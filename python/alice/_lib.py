# SPDX-License-Identifier: LGPL-2.1-or-later
"""ctypes bindings for libalice: the part of alice.h that the package needs."""

from __future__ import annotations

import os
from ctypes import (
    CDLL, CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int32, c_int64,
    c_size_t, c_uint, c_uint16, c_uint32, c_uint64, c_ulong, c_void_p,
)

CALLER = 0          # of enum alice_who
FMT_LEN = 64
OP_F_LONG = 16
OP_F_EVENT = 32
STOP_ON_ERROR = 1


class Error(Structure):
    """struct alice_error"""
    _fields_ = [("code", c_int), ("who", c_int), ("text", c_char * 1016)]


class Field(Structure):
    """struct alice_field"""
    _fields_ = [("name", c_char * FMT_LEN), ("kind", c_int), ("size", c_uint),
                ("offset", c_uint)]


class Fields(Structure):
    """struct alice_fields"""
    _fields_ = [("count", c_uint), ("size", c_uint), ("rest", c_int),
                ("field", Field * (FMT_LEN // 5))]


class Desc(Structure):
    """struct alice_op_desc"""
    _fields_ = [("cmd", c_uint32), ("flags", c_uint32), ("in_min", c_uint32),
                ("in_max", c_uint32), ("out_max", c_uint32), ("reserved", c_uint32),
                ("name", c_char * 24), ("summary", c_char * 80),
                ("in_fmt", c_char * FMT_LEN), ("out_fmt", c_char * FMT_LEN)]


class Describe(Structure):
    """struct alice_describe"""
    _fields_ = [("index", c_uint32), ("access", c_int32), ("since", c_uint64), ("desc", Desc)]


class Info(Structure):
    """struct alice_info"""
    _fields_ = [("abi_major", c_uint16), ("abi_minor", c_uint16), ("hypercall_nr", c_uint32),
                ("ops", c_uint32), ("max_len", c_uint32), ("max_batch", c_uint32),
                ("flags", c_uint32), ("generation", c_uint64), ("features", c_uint32),
                ("reserved", c_uint32 * 7)]


class Event(Structure):
    """struct alice_event"""
    _fields_ = [("cmd", c_uint32), ("len", c_uint32), ("seq", c_uint64), ("time_ns", c_uint64),
                ("lost", c_uint32), ("reserved", c_uint32)]


# alice_ioctl: context, request, argument
IOCTL = CFUNCTYPE(c_int, c_void_p, c_ulong, c_void_p)

_E = POINTER(Error)

# Result type and argument types of each function.
_FUNCTIONS = {
    "alice_open": (c_void_p, c_char_p, _E),
    "alice_open_fd": (c_void_p, c_int, _E),
    "alice_open_by": (c_void_p, IOCTL, c_void_p, c_int, c_char_p, _E),
    "alice_close": (None, c_void_p),
    "alice_fd": (c_int, c_void_p),
    "alice_writable": (c_bool, c_void_p),
    "alice_get_info": (c_int, c_void_p, POINTER(Info), c_size_t, _E),
    "alice_restrict_to": (c_int, c_void_p, POINTER(c_char_p), c_uint, _E),
    "alice_refresh": (c_int, c_void_p, _E),
    "alice_row": (POINTER(Describe), c_void_p, c_uint),
    "alice_find": (POINTER(Describe), c_void_p, c_char_p, _E),
    "alice_row_check": (c_int, POINTER(Describe), POINTER(Fields), POINTER(Fields), _E),
    "alice_type": (None, POINTER(Field), c_char_p),
    "alice_call_new": (c_void_p, c_void_p, c_char_p, _E),
    "alice_call_free": (None, c_void_p),
    "alice_call_row": (POINTER(Describe), c_void_p),
    "alice_set": (c_int, c_void_p, c_char_p, c_char_p, _E),
    "alice_set_u64": (c_int, c_void_p, c_char_p, c_uint64, _E),
    "alice_set_s64": (c_int, c_void_p, c_char_p, c_int64, _E),
    "alice_set_bytes": (c_int, c_void_p, c_char_p, c_char_p, c_size_t, _E),
    "alice_call_do": (c_int, c_void_p, _E),
    "alice_call_many": (c_int, c_void_p, POINTER(c_void_p), c_uint, c_uint, _E),
    "alice_result": (c_int, c_void_p, _E),
    "alice_answer": (c_void_p, c_void_p, POINTER(c_size_t)),
    "alice_get_u64": (c_int, c_void_p, c_char_p, POINTER(c_uint64), _E),
    "alice_get_s64": (c_int, c_void_p, c_char_p, POINTER(c_int64), _E),
    "alice_get_bytes": (c_void_p, c_void_p, c_char_p, POINTER(c_size_t), _E),
    "alice_listen": (c_int, c_void_p, POINTER(c_char_p), c_uint, _E),
    "alice_listen_all": (c_int, c_void_p, _E),
    "alice_event_read": (c_void_p, c_void_p, POINTER(Event), c_int, _E),
}

try:
    lib = CDLL(os.environ.get("ALICE_LIBRARY", "libalice.so.1"))
except OSError as e:
    raise ImportError(f"the package alice needs the library libalice: {e}") from e
for _name, (_result, *_arguments) in _FUNCTIONS.items():
    getattr(lib, _name).restype = _result
    getattr(lib, _name).argtypes = _arguments
