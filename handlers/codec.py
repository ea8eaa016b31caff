"""编码 codec:命令的摘要与结果的存取。结果与幂等键同存,重来时原样取回。"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from engine.errors import BadInput


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


def digest(command: Any, userid: str) -> str:
    """谁办什么的摘要:同一个键配不同的内容、或换了一个人,会被认出。"""
    kind: Any = type(command)
    try:
        body = adapter_of(kind).dump_json(command)
    except PydanticSerializationError as error:
        raise BadInput("BAD_VALUE", "内容里有读不成字的字符,没有办理。请重新输入后再试。") from error
    whole = (type(command).__name__.encode(), userid.encode(), body)
    return hashlib.sha256(b"\0".join(whole)).hexdigest()
