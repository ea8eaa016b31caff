"""迟编译 lazy:大的正则第一次用到才编译,导入这个包便不费工夫。"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any


class Lazy:
    """一个迟编译的正则。第一次用到时编译,并把它自己的 search、match、finditer 接过来:一句话要用上百次,少过一道手。"""

    compiled: re.Pattern[str]
    search: Callable[[str], re.Match[str] | None]
    match: Callable[[str], re.Match[str] | None]
    finditer: Callable[[str], Iterator[re.Match[str]]]

    def __init__(self, source: str) -> None:
        self.source = source

    def __getattr__(self, name: str) -> Any:
        if name not in ("compiled", "search", "match", "finditer"):
            raise AttributeError(name)
        compiled = re.compile(self.source)
        self.search, self.match, self.finditer = compiled.search, compiled.match, compiled.finditer
        self.compiled = compiled
        return getattr(self, name)
