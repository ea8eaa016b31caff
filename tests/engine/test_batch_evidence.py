"""成批的证据 batch evidence:合计、次数、上月、本年累计在成批里与逐人一分不差;缺的那个人交出去。"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula_evidence import EVIDENCE
from engine.pay import compute
from engine.pay_facts import Earlier, PayFacts, Recorded, to_json
from tests.engine.pay_world import facts
from tests.engine.test_batch_slip import PLAIN, answer, batched, company

SALES = EVIDENCE["签单"]
DEALS = st.lists(
    st.builds(
        lambda fen, product: SALES.record("deal:1", 金额=(fen, 1), 产品=product, 日期="2026-11-03"),
        st.integers(-10_000_000, 10**9),
        st.sampled_from(["A", "B", None]),
    ),
    max_size=4,
)
LATES = st.lists(st.integers(1, 60).map(lambda m: EVIDENCE["迟到"].record("punch:1", 分钟=(m, 1))), max_size=3)
MONTHS = st.lists(st.none() | st.tuples(st.integers(0, 500_000), st.just(1)), min_size=1, max_size=3)
SEEKERS = st.builds(
    lambda one, deals, lates, months: one._replace(
        records=tuple(r for r in (deals and Recorded("签单", tuple(deals[0])), Recorded("迟到", tuple(lates))) if r),
        past=(
            Earlier("上月(绩效奖金)", (("2026-10", months[0]),), ("payrun:1",)),
            Earlier("本年累计(餐补)", tuple((f"2026-{8 + i:02d}", v) for i, v in enumerate(months)), ()),
        ),
    ),
    PLAIN,
    st.just(()) | DEALS.map(lambda d: (d,)),
    LATES,
    MONTHS,
)
"""签单、迟到、往月都随意的人;有的没有装签单,有的缺月份。"""

SEEKING = (
    "餐补 = 四舍五入(合计(签单, 金额) × 1%) + 次数(迟到, 分钟 > 10) × 5元",
    '餐补 = 合计(签单, 金额 × 2%, 产品 = "A") ÷ 次数(签单)',
    "餐补 = 最大(0, 最小(餐补标准 × 出勤天数, 20000元 - 本年累计(餐补, 0元))) + 上月(绩效奖金, 100元) ÷ 3",
    "餐补 = 如果 次数(签单) > 1 则 上月(绩效奖金) 否则 10元",
)


@pytest.mark.parametrize("text", SEEKING)
@given(people=st.lists(SEEKERS, min_size=1, max_size=5))
@settings(max_examples=80)
def test_evidence_and_earlier_months_in_the_batch(text: str, people: list[PayFacts]) -> None:
    """合计、次数、往月先逐人求成一列;缺的那个人交出去,由逐人的说明缺什么。"""
    own = company(text)
    found, left = batched([json.loads(to_json(p)) for p in people], own)
    assert sorted([*found, *left]) == list(range(len(people)))
    for at, got in found.items():
        assert got == answer(compute(people[at], own))


def test_a_company_on_commission_goes_through_the_batch() -> None:
    own = company(SEEKING[0])
    deals = Recorded("签单", (SALES.record("deal:1", 金额=(12_345_678, 1)),))
    people = [facts(records=(deals, Recorded("迟到"))), facts(records=(Recorded("签单"), Recorded("迟到")))]
    found, left = batched(people, own)
    assert not left and [found[i] == answer(compute(people[i], own)) for i in (0, 1)] == [True, True]
    assert batched([*people, facts()], own)[1] == [2], "没有装签单的交给逐人的,由它说缺什么"


def test_a_sum_with_outer_names_is_left_to_the_one_by_one() -> None:
    own = company("餐补 = 合计(签单, 金额 × 绩效得分)")
    assert batched([facts(records=(Recorded("签单"),))], own) == ({}, [0])
