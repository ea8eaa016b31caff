"""接口 endpoint:一个 OpenAPI 接口是一份数据:方法、路径、请求的形状、计不计量、谁来答。"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.house import House
from sandbox.validate import Args, Field

Json: TypeAlias = dict[str, Any]
Answer: TypeAlias = Callable[[House, Args], Json]


@dataclass(frozen=True)
class Endpoint:
    """一个接口。path 里的 {name} 是路径参数;form 是正文(GET 即查询串)的形状,query 是 POST 的查询串形状。

    family 为 old 或 new;metered 为真计入月度调用;token 为真要令牌。
    """

    method: str
    path: str
    answer: Answer
    form: tuple[Field, ...] = ()
    query: tuple[Field, ...] = ()
    metered: bool = True
    token: bool = True

    @property
    def family(self) -> str:
        """属于哪一族。"""
        return "new" if self.path.startswith("/v1.0/") else "old"

    def pattern(self) -> re.Pattern[str]:
        """路径的式样。"""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))
