"""How a job and who asked for it talk: frames over a socket, values as JSON in the types they declare.

Nothing that is read can make code run: a value becomes an object only where a declared type says so.
"""

from __future__ import annotations

import json
import socket
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataops.engine import errors
from dataops.engine.confine import Bounds
from dataops.engine.errors import InspectionError
from dataops.engine.profile import Profile, codec
from dataops.engine.protocols import NumberedBlock

NUMBERS = "\0numbers"
_HEAD = struct.Struct("!cQ")
LONGEST_FRAME_BYTES = 1 << 31

# What a frame holds: a request, what comes on the way, and the end.
REQUEST, PROGRESS, BLOCK, ASK, FOUND, NOT_THERE = b"Q", b"P", b"B", b"?", b"!", b"0"
NOTHING = b"-"
ANSWER, REFUSED, NO_MEMORY, BROKE = b"A", b"R", b"M", b"X"


@dataclass(frozen=True, slots=True)
class Request:
    """A job by its dotted name, how much it may take, and its arguments as JSON."""

    job: str
    bounds: Bounds
    asked: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the engine; ``kind`` is the name of its class."""

    kind: str
    message: str
    code: str
    location: str


def told(error: InspectionError) -> Refusal:
    return Refusal(type(error).__name__, error.message, error.code, error.location)


def error_of(content: bytes) -> InspectionError:
    """The error that was told, of its class or the nearest that the engine has."""
    refusal: Refusal = decode(Refusal, content)
    kind = getattr(errors, refusal.kind, InspectionError)
    if kind is errors.InvalidParameter:
        return errors.InvalidParameter(refusal.message, parameter=refusal.location.removeprefix("parameter "))
    return kind(refusal.message, code=refusal.code, location=refusal.location)


class Channel:
    """Frames over a socket. Raises EOFError where the other side is gone."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, kind: bytes, content: bytes = b"") -> None:
        try:
            self.connection.sendall(_HEAD.pack(kind, len(content)))
            self.connection.sendall(content)
        except (BrokenPipeError, ConnectionResetError) as gone:
            raise EOFError from gone

    def receive(self) -> tuple[bytes, bytes]:
        kind, length = _HEAD.unpack(self._exactly(_HEAD.size))
        if length > LONGEST_FRAME_BYTES:
            raise EOFError(f"a frame of {length} bytes")
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        content = bytearray(length)
        view = memoryview(content)
        while view:
            try:
                got = self.connection.recv_into(view)
            except ConnectionResetError as gone:
                raise EOFError from gone
            if not got:
                raise EOFError
            view = view[got:]
        return bytes(content)


def encode(value: Any) -> bytes:
    """A value of the engine as JSON; ``decode`` with its type gives an equal one back."""
    return json.dumps(_plain(value)).encode()


def decode(kind: Any, content: bytes) -> Any:
    """The value of type ``kind``; raises ValueError for what is none."""
    return _formed(kind, json.loads(content))


def asked_of(job: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a job from decoded JSON, by the types it declares."""
    hints = get_type_hints(job)
    return {name: _formed(hints[name], value) for name, value in given.items()}


def encode_block(block: pa.RecordBatch, numbers: NDArray[np.int64]) -> bytes:
    """A block of rows and where each stands in its file."""
    whole = block.append_column(NUMBERS, pa.array(numbers, pa.int64()))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, whole.schema) as stream:
        stream.write_batch(whole)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def decode_block(content: bytes) -> NumberedBlock:
    """Raises ArrowInvalid for one whose parts point outside of it."""
    with pa.ipc.open_stream(content) as stream:
        whole = stream.read_next_batch()
    whole.validate(full=True)
    *names, _ = whole.schema.names
    return whole.select(names), whole.column(whole.num_columns - 1).to_numpy()


_AS_THEY_ARE = (str, int, float, bool, NoneType)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _AS_THEY_ARE):
        return value
    if isinstance(value, Profile):
        return b64encode(codec.encode(value)).decode()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return b64encode(value.astype("<i8", copy=False).tobytes()).decode()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return [_plain(item) for item in value]


def _formed(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _one_of(get_args(kind), value)
    if origin is not None and origin is not Literal:
        return _several(origin, get_args(kind), value)
    if maker := _MADE.get(kind):
        return maker(value)
    if is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _formed(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return _checked(kind, value)


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """Nothing, or the one type that is not nothing; of several numbers and texts it is as it came."""
    given = [kind for kind in kinds if kind is not NoneType]
    return value if value is None or len(given) > 1 else _formed(given[0], value)


def _several(origin: type, kinds: tuple[Any, ...], value: Any) -> Any:
    if origin is np.ndarray:
        return np.frombuffer(b64decode(value), "<i8")
    if issubclass(origin, Mapping):
        return {_formed(kinds[0], key): _formed(kinds[1], item) for key, item in value.items()}
    if origin is tuple and kinds[-1] is not ...:
        return tuple(_formed(kind, item) for kind, item in zip(kinds, value, strict=True))
    items = (_formed(kinds[0], item) for item in value)
    return frozenset(items) if origin is frozenset else tuple(items)


_MADE: dict[Any, Callable[[Any], Any]] = {
    Profile: lambda packed: codec.decode(b64decode(packed)),
    datetime: datetime.fromisoformat,
    Path: Path,
    bytes: b64decode,
}


def _checked(kind: Any, value: Any) -> Any:
    """Numbers and texts as they came; whole numbers are floats as well."""
    wanted = (int, float) if kind is float else kind
    if kind is not Any and isinstance(kind, type) and not isinstance(value, wanted):
        raise ValueError(f"{type(value).__name__} where {kind.__name__} was expected")
    return value


_hints: Callable[[Any], dict[str, Any]] = cache(get_type_hints)
