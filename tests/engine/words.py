"""测试用的字据 words:来处与报错一字不差地核对;期望写在 cases/words/<文件>.yaml,由人照规矩与手算写成。"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.errors import EhrError
from engine.trace import Trace

FOLDER = Path(__file__).parent / "cases" / "words"


@cache
def book(name: str) -> dict[str, Any]:
    """一个文件里的全部期望。"""
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found


def told(name: str, key: str) -> Trace:
    """期望的来处,连同全部操作数。"""
    return Trace.from_json(book(name)[key])


def refusal(call: Callable[[], object]) -> tuple[str, str, dict[str, str]]:
    """一定会报错;得(编号, 话, 细节)。"""
    with pytest.raises(EhrError) as raised:
        call()
    return raised.value.code, raised.value.say, raised.value.details
