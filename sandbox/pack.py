"""装箱 pack:不可变记录 ↔ JSON,给状态文件用;按类型注解还原日期、时刻、元组与嵌套记录。"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from datetime import date, datetime, time
from typing import Any, TypeVar

T = TypeVar("T")


def pack(value: Any) -> Any:
    """记录 → 能写成 JSON 的东西。"""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: pack(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [pack(item) for item in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return value


def unpack(kind: type[T], doc: Any) -> T:
    """JSON → 记录。"""
    return typing.cast(T, _read(kind, doc))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, doc: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner = next(part for part in typing.get_args(kind) if part is not type(None))
        return None if doc is None else _read(inner, doc)
    if origin is tuple:
        parts = typing.get_args(kind)
        return tuple(_read(parts[0], item) for item in doc)
    if dataclasses.is_dataclass(kind):
        make: Any = kind
        return make(**{name: _read(hint, doc[name]) for name, hint in _hints(make).items()})
    if kind in (datetime, date, time):
        return kind.fromisoformat(doc)
    return doc
