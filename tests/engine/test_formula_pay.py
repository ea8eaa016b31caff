"""公式的新写法在工资条里:表按当月有效的一版;加班、请假、迟到逐笔可数;没有的数据只拦住用到它的人。"""

from __future__ import annotations

from pathlib import Path

import pytest

from config.policies import load
from config.policy_pay import pay_rules
from engine.days import Month
from engine.errors import NotReady
from engine.pay import compute
from engine.pay_evidence import FROM_FACTS, records_of
from engine.pay_explain import Explainer
from engine.pay_facts import Attended, LeaveTaken, OvertimeWorked
from engine.pay_rules import PayRules
from tests.engine.pay_world import RATES, facts

ITEM = """
  {key}:
    {{label: {name}, section: earning, order: 90, versions: [{{since: 2026-01-01, source: 制度, formula: "{name} = {text}"}}]}}
"""
TABLES = """
lookup_tables:
  工龄表:
    key: count
    unit: money
    versions:
      - {since: 2026-01-01, source: 办法, bound: ≥, rows: [["1", "0.00"], ["3", "50.00"]]}
"""
LABELS = {"personal": "事假", "annual": "年假"}


def rules(tmp_path: Path, text: str, tables: str = "") -> PayRules:
    body = tables + "items:" + ITEM.format(key="extra", name="加项", text=text)
    (tmp_path / "pay_items.yaml").write_text(body, encoding="utf-8")
    return pay_rules(load([tmp_path]), Month(2026, 11), Month(2026, 12), RATES)


def test_seniority_from_a_table(tmp_path: Path) -> None:
    made = rules(tmp_path, "查表(工龄表, 工龄)", TABLES)
    person = facts(service_years=2)
    line = compute(person, made).line("extra")
    assert line is not None
    assert line.amount.yuan() == "50.00"
    trace = Explainer(person, made).line("extra")
    assert trace.parts[0].rule == "pay.table.工龄表@2026-01-01"


def test_a_missing_row_holds_out_only_that_person(tmp_path: Path) -> None:
    made = rules(tmp_path, "查表(工龄表, 工龄)", TABLES)
    with pytest.raises(NotReady) as caught:
        compute(facts(service_years=9), made)
    assert caught.value.code == "LOOKUP_MISSING"
    assert compute(facts(service_years=0), made).net_fen > 0


def test_overtime_and_leave_as_records(tmp_path: Path) -> None:
    """休息日加班 7.5 小时 × 10 元 + 事假一笔 × 1 元 = 76 元。"""
    made = rules(
        tmp_path, "合计(加班, 小时, 种类 = '休息日加班') × 10元 + 次数(请假, 假种 = '事假') × 1元".replace("'", '\\"')
    )
    person = facts(
        overtime=(
            OvertimeWorked("rest_day", 450, "", ("overtime:1",)),
            OvertimeWorked("workday", 60, "", ("overtime:2",)),
        ),
        leaves=(LeaveTaken("personal", (1, 2), 3, "", ("leave:5",)), LeaveTaken("annual", (1, 1), 9, "", ("leave:6",))),
    )
    trace = Explainer(person, made).line("extra")
    assert trace.value == "76.00"
    assert trace.all_evidence() == ["overtime:1", "leave:5"]


def test_lateness_knows_its_minutes_only_when_there_was_one(tmp_path: Path) -> None:
    made = rules(tmp_path, "次数(迟到) × 1元 + 次数(迟到, 分钟 > 10) × 10元")
    ids = (("迟到次数", ("punch:1", "punch:2")),)
    once = facts(attended=Attended(workdays=(21, 1), worked_days=(21, 1), late=1, late_minutes=12))
    line = compute(once, made).line("extra")
    assert line is not None
    assert line.amount.yuan() == "11.00"
    twice = facts(attended=Attended(workdays=(21, 1), worked_days=(21, 1), late=2, late_minutes=30, evidence=ids))
    with pytest.raises(NotReady) as caught:
        compute(twice, made)
    assert caught.value.code == "EVIDENCE_FIELD_MISSING"
    assert "punch:1" in caught.value.say


def test_each_kind_the_facts_hold_gives_its_records() -> None:
    person = facts(
        attended=Attended(
            late=2, early=1, early_minutes=7, missing=1, absent_days=(1, 2),
            evidence=(("迟到次数", ("punch:1", "punch:2")), ("缺卡次数", ("punch:3", "day:4")), ("旷工天数", ("day:5",))),
        )
    )  # fmt: skip
    found = {kind: records_of(person, kind, LABELS) for kind in FROM_FACTS}
    assert [r.evidence for r in found["迟到"] or ()] == [("punch:1",), ("punch:2",)]
    assert [r.values[0] for r in found["早退"] or ()] == [(7, 1)]
    assert [r.evidence for r in found["缺卡"] or ()] == [("punch:3", "day:4")]
    assert [(r.evidence, r.values[0]) for r in found["旷工"] or ()] == [(("day:5",), (1, 2))]
    assert (found["加班"], found["请假"]) == ((), ())
    assert records_of(person, "签单", LABELS) is None


def test_deals_and_history_are_declared_and_never_zero(tmp_path: Path) -> None:
    made = rules(tmp_path, "合计(签单, 金额) × 2% + 上月(基本工资) × 1%")
    assert made.sheet.evidence == ("签单",)
    assert [need.slot for need in made.sheet.past] == ["上月(基本工资)"]
    with pytest.raises(NotReady) as caught:
        compute(facts(), made)
    assert caught.value.code == "EVIDENCE_MISSING"


def test_a_zero_divisor_names_the_item(tmp_path: Path) -> None:
    made = rules(tmp_path, "100元 ÷ 迟到次数")
    with pytest.raises(NotReady) as caught:
        compute(facts(), made)
    assert caught.value.details == {"formula": "加项", "divisor": "迟到次数"}
    late = facts(attended=Attended(workdays=(21, 1), worked_days=(21, 1), late=3))
    line = compute(late, made).line("extra")
    assert line is not None
    assert line.amount.yuan() == "33.33"
