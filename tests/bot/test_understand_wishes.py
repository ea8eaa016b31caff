"""愿望 understand wishes:意图、回法、一句两愿、改口;没进语料的句子考意图。"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.understand import INTENTS, Understanding, understand
from config import policies

CASES = Path(__file__).parent / "cases"
AT = datetime.fromisoformat("2026-11-23T09:30:00+08:00")
CHANGES = {"leave.request", "leave.cancel", "training.enroll", "goal.adjust"}


def read(text: str) -> Understanding:
    return understand(text, AT, policies.shipped().calendar)


def _kinds(found: Understanding) -> list[str]:
    return [found.reply_kind, *(also.reply_kind for also in found.more)]


def _load(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text("utf-8"))


@pytest.mark.parametrize("row", _load("wishes.yaml"), ids=lambda row: row[0])
def test_wishes_of_a_sentence(row: list[Any]) -> None:
    say, intent, reply, more = row
    found = read(say)
    assert (found.intent, found.reply_kind, [also.intent for also in found.more]) == (intent, reply, more)


@pytest.mark.parametrize("name", ["intents.yaml", "intents_more.yaml"])
def test_intents_of_sentences_held_back_from_training(name: str) -> None:
    wrong = [
        f"{say}:应为 {intent},得 {found.intent}"
        for intent, says in _load(name).items()
        for say in says
        if (found := read(say)).intent != intent
    ]
    total = sum(len(says) for says in _load(name).values())
    assert len(wrong) * 100 <= total * 3, "\n".join(wrong)


@pytest.mark.parametrize("name", ["intents.yaml", "intents_more.yaml"])
def test_nobody_is_offered_a_change_they_did_not_ask_for(name: str) -> None:
    offered = [
        say
        for intent, says in _load(name).items()
        if intent not in CHANGES
        for say in says
        if "card" in _kinds(read(say))
    ]
    assert offered == []


def test_the_sentences_held_back_are_not_in_the_corpus() -> None:
    corpus = Path(__file__).parents[2] / "bot" / "understand" / "corpus"
    trained = {
        str(say)
        for path in corpus.glob("*.yaml")
        for says in yaml.safe_load(path.read_text("utf-8"))["families"]
        for say in says
    }
    held = {say for name in ("intents.yaml", "intents_more.yaml") for says in _load(name).values() for say in says}
    assert not trained & held


def test_json_has_exactly_the_promised_shape() -> None:
    found = read("明天下午请半天事假,顺便查下工资条").to_json()
    assert json.loads(json.dumps(found, ensure_ascii=False)) == {
        "text": "明天下午请半天事假,顺便查下工资条",
        "intent": "leave.request",
        "slots": {"type": "personal", "start": "2026-11-24 pm", "end": "2026-11-24 pm", "days": 0.5},
        "more": [{"intent": "payslip.view", "slots": {"type": None, "start": None, "end": None, "days": None}}],
        "reply_kind": "card",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "😊",
        "a" * 5000,
        "请" * 5000,
        "1" * 3000,
        "\x00\x01",
        "明天" * 999,
        "(" * 2000,
        "[x](dingtalk://y)",
    ],
)
def test_odd_input_is_answered_calmly(text: str) -> None:
    found = read(text)
    assert found.text == text
    assert found.intent in INTENTS
    assert found.reply_kind != "card"


def test_a_question_is_asked_whenever_something_is_missing() -> None:
    asked = [
        read(say)
        for say in ("我想请假", "请三天年假", "明天请假", "2月30日请年假", "明天请两小时事假", "取消请假", "我要报名")
    ]
    assert all(found.reply_kind == "ask" and found.question for found in asked)
    assert read("孩子发烧明天请假").choices == ("parental", "personal", "annual")
