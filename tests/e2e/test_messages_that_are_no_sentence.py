"""不成句子的消息 no sentence:空的、很长的、表情、图片、语音(有无识别),都答一句,都说接下来怎么办。"""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.telling import ask_one, words
from tests.harness.house import House

CASES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("", {}, "没有收到文字"),
    ("   ", {}, "没有收到文字"),
    ("😀👍", {}, "文字"),
    ("年" * 5000, {}, "5000 个字"),
    ("", {"kind": "picture"}, "图片"),
    ("", {"kind": "file"}, "文件"),
    ("", {"kind": "audio"}, "没有识别出文字"),
    ("", {"kind": "audio", "recognition": "年假还剩几天"}, "年假"),
    ("年假还剩几天", {"kind": "richText"}, "年假"),
)


@pytest.mark.parametrize(("text", "more", "part"), CASES)
def test_each_gets_one_answer(story: House, text: str, more: dict[str, Any], part: str) -> None:
    answer = ask_one(story, "caiming", text, **more)
    assert part in words(answer) and "系统错误" not in words(answer)
