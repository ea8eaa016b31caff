"""字眼:用“您”,不怪人,说下一步,不出现金额;例句自己听得懂。"""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot import words
from bot.intents import INTENTS, menu
from bot.understand import INTENTS as NAMES
from bot.understand import understand
from config.policies import Policies
from engine.days import SHANGHAI
from tests.house import ROOT, name_of

BLAME = re.compile(r"系统错误|非法|无效的|您错|不合法|失败了您|操作有误|你(?!好)")
NEXT = re.compile(r"请|可以|联系|打开|点|回复|告诉|稍候|说|看看")
SAYINGS = {
    name: value for name, value in vars(words).items() if name.isupper() and isinstance(value, str) and len(value) > 8
} | {f"KINDS.{key}": value for key, value in words.KINDS.items()}
EXAMPLES = [(name, example) for name, intent in INTENTS.items() for example in intent.examples]


@pytest.mark.parametrize("name", sorted(SAYINGS))
def test_each_saying_is_polite_and_tells_what_to_do(name: str):
    assert not BLAME.search(SAYINGS[name])
    assert NEXT.search(SAYINGS[name])


@pytest.mark.parametrize(
    "said", [words.too_long(5000, 1000), words.unexpected("E-1"), words.no_account("事假"), words.ask_type("明天")]
)
def test_made_sayings_too(said: str):
    assert not BLAME.search(said)
    assert NEXT.search(said)


def test_no_amount_of_pay_can_be_written_here():
    found = [
        name_of(path)
        for path in sorted((ROOT / "bot").rglob("*.py"))
        if "understand" not in path.parts
        and re.search(r"¥|\.yuan\(|(?<!turn)\.show\b|元", path.read_text(encoding="utf-8"))
    ]
    assert not found, f"聊天里不写工资金额:{found}"


def test_the_table_has_every_intent_that_is_understood():
    assert set(INTENTS) == set(NAMES)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_examples_are_understood_as_what_they_are(rules: Policies, name: str, example: str):
    at = datetime(2026, 11, 23, 9, 31, tzinfo=SHANGHAI)
    assert understand(example, at, rules.calendar).intent == name


@pytest.mark.parametrize("text", words.SUGGESTIONS)
def test_suggestions_are_understood(rules: Policies, text: str):
    at = datetime(2026, 11, 23, 9, 31, tzinfo=SHANGHAI)
    assert understand(text, at, rules.calendar).intent != "none"


def test_an_employee_is_not_shown_what_only_managers_do():
    assert {line.label for line in menu(True)} - {line.label for line in menu(False)} == {"目标(经理)", "审批(经理)"}
