"""录入的分数:三季度完成的课改四季度的方案,不改三季度的;录用时的面试分是试用期的基线;都带依据,撤得回。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import BadInput, EhrError, NotAllowed, NotFound, RuleBroken
from handlers import opening, performance_inputs
from handlers.performance_inputs import InputsOf, RecordInput, RevokeInput
from tests.handlers.performance_world import gathered, install, late, plan, publish, score, story
from tests.handlers.world import World, deal, rating

TRAINING = opening.OpenIndicator("training", "培训完成", "培训", "input", "rate", "higher", False, missing="reweight")
ITEMS = (
    ("sales", Decimal("0.55"), "", ""),
    ("satisfaction", Decimal("0.40"), "", ""),
    ("training", Decimal("0.05"), "", ""),
)
FORMULA = "绩效得分 = 销售额完成率 × 55% + 客户满意度 × 40% + 培训完成 × 5%"


def with_training(world: World) -> None:
    """方案里培训占 5%,没有记录的人权重让给别的;九月也有签单、评价、目标。"""
    install(
        world,
        plan("sales", ("销售岗",), items=ITEMS, formula=FORMULA),
        indicators=(TRAINING,),
        targets=(("liming", "sales", "2026-09", Decimal("100000.00")),),
    )
    world.take("deals", deal(20, "95000.00", "2026-09-10"), window="s")
    world.take("ratings", rating(50, "0.95", "2026-09-12"), window="s")


def record(world: World, by: str = "zhaohui", **more: Any) -> Any:
    usual: dict[str, Any] = {
        "person_id": world.id("liming"),
        "indicator": "training",
        "kind": "score",
        "value": "100%",
        "earned_on": date(2026, 8, 20),
        "counts": "next_quarter",
        "evidence": "training:12",
        "reason": "完成《大客户谈判》",
        "until": date(2026, 12, 31),
    }
    return world.do(by, performance_inputs.record, RecordInput(**(usual | more)))


def test_a_course_finished_in_the_third_quarter_changes_the_fourth_only(paid: World) -> None:
    """九月 95%;十月没有培训时 (120%×55% + 95%×40%) ÷ 95% = 109.47…%,有了是 120%×55% + 95%×40% + 100%×5% = 109%。"""
    with_training(paid)
    assert (score(paid, "2026-09").score, score(paid).score) == ("95%", "109.47%")
    assert [i.missing for i in score(paid).items] == [False, False, True]
    found = record(paid)
    assert (found.since, found.until, found.value) == (date(2026, 10, 1), date(2026, 12, 31), "1")
    assert (score(paid, "2026-09").score, score(paid).score) == ("95%", "109%")
    assert gathered(paid).facts.score.value == (109, 100)
    trace = str(score(paid).trace)
    assert "training:12" in trace and f"input:{found.input_id}" in trace


def test_the_plan_s_own_next_cycle(paid: World) -> None:
    """月度方案的下个周期是九月。"""
    with_training(paid)
    assert record(paid, counts="next_cycle").since == date(2026, 9, 1)
    assert record(paid, counts="this_cycle").since == date(2026, 8, 1)


def test_a_revoked_certificate_no_longer_counts(paid: World) -> None:
    with_training(paid)
    first = record(paid)
    with pytest.raises(BadInput):
        paid.do("zhaohui", performance_inputs.revoke, RevokeInput(first.input_id, ""))
    gone = paid.do("zhaohui", performance_inputs.revoke, RevokeInput(first.input_id, "证书被取消"))
    assert (gone.state, gone.revision) == ("revoked", 2)
    assert score(paid).score == "109.47%"
    with pytest.raises(RuleBroken) as twice:
        paid.do("zhaohui", performance_inputs.revoke, RevokeInput(first.input_id, "再来"))
    assert twice.value.code == "INPUT_CHANGED"
    again = record(paid, value="80%")
    assert again.revision == 3
    assert score(paid).score == "108%"
    seen = paid.ask("liming", performance_inputs.inputs, InputsOf(paid.id("liming")))
    assert [(one.revision, one.state, one.set_by) for one in seen] == [
        (3, "in_force", "赵慧"),
        (2, "revoked", "赵慧"),
        (1, "in_force", "赵慧"),
    ]


def test_recorded_after_publication_it_is_a_late_truth(paid: World) -> None:
    with_training(paid)
    publish(paid)
    record(paid)
    assert [(v.say, v.how) for v in story(paid).versions] == [
        ("109%", "依据有变,自动更正"),
        ("109.4737%", "锁定"),
    ]
    assert "完成《大客户谈判》" in story(paid).versions[0].reason
    assert late(paid) == [("2026-10", "input")]


def test_the_interview_is_the_probation_baseline(paid: World) -> None:
    """结果导向 = 录入值 ÷ 基线:面试 7 分,试用期评 8.4 分,120%;没有基线就是无数据。"""
    result = opening.OpenIndicator(
        "result", "结果导向", "结果导向", "input", "count", "higher", False, formula="结果导向 = 录入值 ÷ 基线"
    )
    one = plan("probation", (), items=(("result", Decimal(1), "", ""),), formula="绩效得分 = 结果导向 × 100%")
    install(paid, one, indicators=(result,), assigned=(("zhangsan", date(2026, 1, 1), None, "probation"),))
    who: dict[str, Any] = {
        "person_id": paid.id("zhangsan"),
        "indicator": "result",
        "until": None,
        "counts": "this_cycle",
    }
    record(paid, **who, value="8.4", earned_on=date(2026, 10, 30), evidence="review:3", reason="试用期评分")
    lacking = score(paid, who="zhangsan")
    assert (lacking.score, lacking.items[0].note) == ("", "缺 基线")
    record(
        paid, **who, kind="baseline", value="7", earned_on=date(2026, 10, 9), evidence="interview:5", reason="面试打分"
    )
    found = score(paid, who="zhangsan")
    assert found.score == "120%"
    assert "interview:5" in found.items[0].evidence


@pytest.mark.parametrize(
    ("more", "error", "code"),
    [
        ({"by": "wangfang"}, NotAllowed, "NOT_ALLOWED"),
        ({"by": "liming"}, NotAllowed, "NOT_ALLOWED"),
        ({"indicator": "nothing"}, NotFound, "NO_INDICATOR"),
        ({"indicator": "sales"}, NotFound, "NO_INDICATOR"),
        ({"kind": "guess"}, NotFound, "NO_INDICATOR"),
        ({"value": "很好"}, BadInput, "BAD_VALUE"),
        ({"value": "1e40"}, BadInput, "BAD_VALUE"),
        ({"evidence": ""}, BadInput, "EVIDENCE_NEEDED"),
        ({"reason": " "}, BadInput, "EVIDENCE_NEEDED"),
        ({"counts": "always"}, BadInput, "BAD_CHOICE"),
        ({"until": date(2026, 9, 1)}, BadInput, "BAD_UNTIL"),
    ],
)
def test_what_is_not_recorded(paid: World, more: dict[str, Any], error: type[EhrError], code: str) -> None:
    with_training(paid)
    by = more.get("by", "zhaohui")
    with pytest.raises(error) as refused:
        record(paid, by, **{k: v for k, v in more.items() if k != "by"})
    assert refused.value.code == code
    assert paid.rows("inputscore")["inputscore"] == []


def test_each_record_is_audited(paid: World) -> None:
    with_training(paid)
    record(paid)
    assert paid.one("SELECT count(*) FROM auditline WHERE use_case = 'performance_inputs.record'") == 1
