"""群里问工资 payslip in a group:一句话请去私聊,什么也不说;群里能答的只有培训与帮助。"""

from __future__ import annotations

import pytest

from tests.e2e.telling import ask_one, words
from tests.harness.house import House


@pytest.mark.parametrize("text", ["查工资条", "为什么这个月工资少了", "王芳工资多少", "年假还剩几天", "我的绩效怎么样"])
def test_one_sentence_and_nothing_more(story: House, text: str) -> None:
    group = story.sandbox.groups("liming")["全员群"]
    answer = ask_one(story, "liming", text, conversation=group)
    assert answer["card"] is None and answer["buttons"] == [] and not answer["link"]
    said = str(answer["text"])
    assert "私聊" in said and len([part for part in said.split("。") if part]) == 1
    assert "2026" not in said and "工资" not in said


def test_training_is_answered_in_the_group(story: House) -> None:
    group = story.sandbox.groups("liming")["全员群"]
    assert "高效客户沟通技巧" in words(ask_one(story, "liming", "有什么培训", conversation=group))


def test_somebody_elses_pay_is_not_told_in_private_either(story: House) -> None:
    answer = ask_one(story, "xiejuan", "查一下王芳的工资")
    assert "隐私" in words(answer) and answer["buttons"] == []
