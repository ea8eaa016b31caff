"""没见过的句子 understand fresh:每批写的时候没看语料与规则,先考一次记下分,再拿来守住。

cases/fresh_N.txt 一行一句:原话|意图(可几个)|假种|起|止|天数|另一个愿望|回法;"-" 不考,"." 为空。
文件头写着头一次见面时的分:那才是对没见过的话的本事;改过之后的分只说明没有退步。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from bot.understand import Slots, Understanding, understand
from config import policies
from engine.days import SHANGHAI

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("fresh_*.txt"))
CHANGES = {"leave.request", "leave.cancel", "training.enroll", "goal.adjust"}


@dataclass(frozen=True)
class Case:
    """一句话与它的答案。"""

    at: datetime
    text: str
    intents: tuple[str, ...]
    slots: tuple[str, ...]
    more: str
    reply: str


def read(path: Path) -> list[Case]:
    cases: list[Case] = []
    at = datetime.now(SHANGHAI)
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# at "):
            at = datetime.fromisoformat(line.removeprefix("# at ")).replace(tzinfo=SHANGHAI)
        elif line and not line.startswith("#"):
            parts = line.split("|")
            text, intents, *slots, more, reply = parts
            slots = ["-"] * (4 - len(slots)) + slots
            cases.append(Case(at, text, tuple(intents.split(",")), tuple(slots), more, reply))
    return cases


def _same(found: Slots, wanted: tuple[str, ...]) -> bool:
    kind, start, end, days = wanted
    got = (found.type, found.start, found.end)
    plain = all(
        want == "-" or value == (None if want == "." else want)
        for value, want in zip(got, (kind, start, end), strict=True)
    )
    return plain and (days == "-" or found.days == (None if days == "." else Fraction(days)))


def _exact(case: Case, found: Understanding) -> bool:
    if not _same(found.slots, case.slots):
        return False
    if case.more == "-":
        return "leave.request" not in case.intents or not found.more
    intent, *slots = case.more.split(":")
    also = found.more[0] if len(found.more) == 1 else None
    return also is not None and also.intent == intent and (not slots or _same(also.slots, tuple(slots)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_batch_written_blind_is_understood(path: Path) -> None:
    calendar = policies.shipped().calendar
    cases = read(path)
    found = [(case, understand(case.text, case.at, calendar)) for case in cases]
    wrong = [
        f"{case.text}:应为 {case.intents},得 {got.intent}" for case, got in found if got.intent not in case.intents
    ]
    checked = [(case, got) for case, got in found if {*case.slots, case.more} != {"-"}]
    inexact = [
        f"{case.text}:应为 {case.slots} {case.more},得 {got.slots} {got.more}"
        for case, got in checked
        if not _exact(case, got)
    ]
    changed = [case.text for case, got in found if _false(case, got)]
    assert len(wrong) * 100 <= len(cases) * 3, "\n".join(wrong)
    assert len(inexact) * 100 <= len(checked) * 5, "\n".join(inexact)
    assert changed == []


def _false(case: Case, got: Understanding) -> bool:
    asked = {*case.intents, case.more.split(":")[0]}
    return any(
        intent in CHANGES and intent not in asked for intent in (got.intent, *(also.intent for also in got.more))
    )


def test_no_sentence_of_a_batch_is_in_the_corpus() -> None:
    corpus = CASES.parents[2] / "bot" / "understand" / "corpus"
    trained = {
        str(say)
        for path in corpus.glob("*.yaml")
        for says in yaml.safe_load(path.read_text("utf-8"))["families"]
        for say in says
    }
    assert not trained & {case.text for path in FILES for case in read(path)}


def test_leave_for_another_person_is_never_a_card_for_oneself() -> None:
    calendar = policies.shipped().calendar
    at = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
    for say in ("帮张伟请明天的事假", "替我同事王磊请明天一天的病假", "代小赵提交明天的年假", "给李娜报一天明天的病假"):
        found = understand(say, at, calendar)
        assert found.reply_kind == "ask", say
        assert found.slots.extra.get("problem") == "for_another", say
        assert found.question, say
