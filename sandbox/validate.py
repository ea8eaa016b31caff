"""校验 validate:请求的形状是数据,一行一个字段;不合就按字段名拒绝。"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sandbox.clock import SHANGHAI, from_ms
from sandbox.refusal import BadField

Args: TypeAlias = dict[str, Any]

_LONG_MS = 4_102_444_800_000


@dataclass(frozen=True, slots=True)
class Field:
    """一个字段。

    kind:str · int · bool · strs(字符串数组)· dicts(对象数组)· dict · csv(逗号分隔)· ms(毫秒)· when(yyyy-MM-dd HH:mm:ss)
    · day(yyyy-MM-dd,容许带钟点)· text(可为空的字符串)· params(字符串到字符串的对象)。most/least:str 是字节数,数组与 csv 是项数,int 是大小。
    """

    name: str
    kind: str = "str"
    must: bool = False
    most: int | None = None
    least: int | None = None
    one_of: tuple[Any, ...] = ()


def must(name: str, kind: str = "str", most: int | None = None, least: int | None = None) -> Field:
    """必填字段。"""
    return Field(name, kind, True, most, least)


def may(name: str, kind: str = "str", most: int | None = None, least: int | None = None) -> Field:
    """可缺字段。"""
    return Field(name, kind, False, most, least)


def check(fields: tuple[Field, ...], given: Args, *, loose: bool) -> Args:
    """按形状取值;loose 时容许数字写成文字、数组写成 JSON 文字(表单与查询串)。不合则 BadField。"""
    out: Args = {}
    for field in fields:
        raw = given.get(field.name)
        empty = raw is None or (field.kind != "text" and raw in ("", []))
        if empty:
            if field.must:
                raise BadField(field.name, "missing")
            continue
        value = _READ[field.kind](field.name, raw, loose)
        _limits(field, value)
        out[field.name] = value
    return out


def _limits(field: Field, value: Any) -> None:
    if field.one_of and value not in field.one_of:
        raise BadField(field.name, "invalid", f"must be one of {list(field.one_of)}")
    if field.most is None and field.least is None:
        return
    size = value if isinstance(value, int) else len(value.encode()) if isinstance(value, str) else len(value)
    if field.most is not None and size > field.most:
        raise BadField(field.name, "invalid", f"exceeds the maximum {field.most}")
    if field.least is not None and size < field.least:
        raise BadField(field.name, "invalid", f"below the minimum {field.least}")


def _str(name: str, raw: Any, loose: bool) -> str:
    if isinstance(raw, str):
        return raw
    if loose and isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise BadField(name, "invalid", "must be a string")


def _int(name: str, raw: Any, loose: bool) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if loose and isinstance(raw, str) and raw.lstrip("-").isdigit():
        return int(raw)
    raise BadField(name, "invalid", "must be an integer")


def _bool(name: str, raw: Any, loose: bool) -> bool:
    if isinstance(raw, bool):
        return raw
    if loose and raw in ("true", "false"):
        return bool(raw == "true")
    raise BadField(name, "invalid", "must be a boolean")


def _json(name: str, raw: Any, loose: bool) -> Any:
    if loose and isinstance(raw, str):
        try:
            return json.loads(raw)
        except ValueError as error:
            raise BadField(name, "invalid", "must be JSON") from error
    return raw


def _strs(name: str, raw: Any, loose: bool) -> list[str]:
    value = _json(name, raw, loose)
    if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
        return value
    raise BadField(name, "invalid", "must be an array of strings")


def _ints(name: str, raw: Any, loose: bool) -> list[int]:
    value = _json(name, raw, loose)
    if isinstance(value, list) and all(isinstance(item, int) and not isinstance(item, bool) for item in value):
        return value
    raise BadField(name, "invalid", "must be an array of integers")


def _dicts(name: str, raw: Any, loose: bool) -> list[Args]:
    value = _json(name, raw, loose)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise BadField(name, "invalid", "must be an array of objects")


def _dict(name: str, raw: Any, loose: bool) -> Args:
    value = _json(name, raw, loose)
    if isinstance(value, dict):
        return value
    raise BadField(name, "invalid", "must be an object")


def _params(name: str, raw: Any, loose: bool) -> dict[str, str]:
    value = _dict(name, raw, loose)
    for key, item in value.items():
        if not isinstance(item, str):
            raise BadField(name, "invalid", f"value of {key} must be a string")
    return value


def _csv(name: str, raw: Any, loose: bool) -> list[str]:
    if not isinstance(raw, str):
        raise BadField(name, "invalid", "must be a comma separated string")
    return [part.strip() for part in raw.split(",") if part.strip()]


def _ms(name: str, raw: Any, loose: bool) -> datetime:
    value = _int(name, raw, loose)
    if not 0 <= value <= _LONG_MS:
        raise BadField(name, "invalid", "must be a timestamp in milliseconds")
    return from_ms(value)


def _when(name: str, raw: Any, loose: bool) -> datetime:
    try:
        return datetime.strptime(_str(name, raw, loose), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise BadField(name, "invalid", "must be yyyy-MM-dd HH:mm:ss") from error


def _day(name: str, raw: Any, loose: bool) -> date:
    text = _str(name, raw, loose)
    try:
        return date.fromisoformat(text) if len(text) == 10 else _when(name, text, loose).date()
    except ValueError as error:
        raise BadField(name, "invalid", "must be yyyy-MM-dd") from error


_READ: dict[str, Callable[[str, Any, bool], Any]] = {
    "str": _str,
    "text": _str,
    "int": _int,
    "ints": _ints,
    "bool": _bool,
    "strs": _strs,
    "dicts": _dicts,
    "dict": _dict,
    "params": _params,
    "csv": _csv,
    "ms": _ms,
    "when": _when,
    "day": _day,
}
