"""编码 codec:命令的摘要与结果的存取。结果与幂等键同存,重来时原样取回。"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """某个类型的编解码器。"""
    return TypeAdapter(kind)


@cache
def outcome_type(use_case: Callable[..., Any]) -> Any:
    """用例的结果类型:取自它的返回标注。"""
    return get_type_hints(use_case)["return"]


def dump_outcome(use_case: Callable[..., Any], outcome: Any) -> str:
    """结果 → JSON。"""
    return adapter_of(outcome_type(use_case)).dump_json(outcome).decode()


def load_outcome(use_case: Callable[..., Any], text: str) -> Any:
    """JSON → 结果。"""
    return adapter_of(outcome_type(use_case)).validate_json(text)


def digest(command: Any) -> str:
    """命令内容的摘要:同一个键配不同的内容会被认出。"""
    kind: Any = type(command)
    body = adapter_of(kind).dump_json(command)
    return hashlib.sha256(type(command).__name__.encode() + b"\0" + body).hexdigest()
