"""再签一单 deals:问法认得出、金额取得准;签到、续签、请假都不是。"""

from __future__ import annotations

import pytest

from bot.understand.deals import deal_amount
from handlers.what_if_deal import amount_of


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("如果这个月再签 5 万", 50000),
        ("要是我这个月再签一单10万,奖金多多少", 100000),
        ("假如再签五万呢", 50000),
        ("再签一笔20万绩效能到多少", 200000),
        ("这个月多卖3万会怎样", 30000),
        ("如果再成交50000元", 50000),
        ("要是再签十五万", 150000),
    ],
)
def test_the_amount_is_taken_from_the_sentence(text: str, yuan: int):
    assert amount_of(deal_amount(text)) == yuan * 100


@pytest.mark.parametrize(
    "text",
    [
        "明天再签到",
        "我想续签两年",
        "再请3天假",
        "再签一单",
        "如果再签证被拒",
        "多出3块钱",
        "如果我辞职签5万赔偿",
        "合同再签3年",
    ],
)
def test_these_are_not(text: str):
    assert deal_amount(text) == ""
