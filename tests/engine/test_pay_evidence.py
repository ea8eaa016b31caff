"""工资事实里的记录变成公式可以合计、计数的一笔一笔:每一种的值与证据。"""

from __future__ import annotations

from typing import Any

import pytest

from engine.formula_evidence import EVIDENCE
from engine.pay_evidence import records_of
from engine.pay_facts import Attended, LeaveTaken, OvertimeWorked, PayFacts
from tests.engine.pay_world import facts

LABELS = {"personal": "事假"}


def attended(**more: Any) -> PayFacts:
    return facts(attended=Attended(**more))


@pytest.mark.parametrize(
    ("one", "kind", "want"),
    [
        (
            facts(overtime=(OvertimeWorked("workday", 90, "", ("overtime:1",)), OvertimeWorked("rest_day", 60))), "加班",
            [(("overtime:1",), {"小时": (90, 60), "种类": "工作日加班"}), ((), {"小时": (60, 60), "种类": "休息日加班"})],
        ),
        (
            facts(leaves=(LeaveTaken("personal", (1, 2), 3, "", ("leave:1",)), LeaveTaken("other", (1, 1), 12))), "请假",
            [
                (("leave:1",), {"天数": (1, 2), "假种": "事假", "日期": "2026-11-03"}),
                ((), {"天数": (1, 1), "假种": "other", "日期": "2026-11-12"}),
            ],
        ),
        # 只有一次才知道那一次的分钟;编号一次一个时各记各的,对不上时每次都记全部
        (attended(late=1, late_minutes=6, evidence=(("迟到次数", ("p:1",)),)), "迟到", [(("p:1",), {"分钟": (6, 1)})]),
        (
            attended(late=2, late_minutes=6, evidence=(("迟到次数", ("p:1", "p:2")),)), "迟到",
            [(("p:1",), {"分钟": None}), (("p:2",), {"分钟": None})],
        ),
        (
            attended(early=2, early_minutes=6, evidence=(("早退次数", ("p:3",)),)), "早退",
            [(("p:3",), {"分钟": None}), (("p:3",), {"分钟": None})],
        ),
        (attended(early=1, early_minutes=9), "早退", [((), {"分钟": (9, 1)})]),
        (attended(late=1, late_minutes=9), "迟到", [((), {"分钟": (9, 1)})]),
        (attended(missing=1, evidence=(("缺卡次数", ("p:4",)),)), "缺卡", [(("p:4",), {"分钟": None})]),
        (attended(missing=1), "缺卡", [((), {"分钟": None})]),
        (attended(absent_days=(1, 2), evidence=(("旷工天数", ("d:1",)),)), "旷工", [(("d:1",), {"天数": (1, 2)})]),
        (attended(absent_days=(1, 1)), "旷工", [((), {"天数": (1, 1)})]),
        (attended(), "旷工", []),
        (attended(), "迟到", []),
    ],
)  # fmt: skip
def test_records(one: PayFacts, kind: str, want: list[tuple[tuple[str, ...], dict[str, Any]]]) -> None:
    assert records_of(one, kind, LABELS) == tuple(EVIDENCE[kind].record(*ids, **values) for ids, values in want)


def test_a_kind_that_is_not_in_the_facts_has_no_records() -> None:
    assert records_of(facts(), "签单", LABELS) is None
