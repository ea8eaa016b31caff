"""专项附加扣除的标准与税前其他扣除的限额。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from config.policies import shipped
from engine.deductions import OtherDeclared, OtherTerms, allowed_other, fits, special_notes

TABLE = shipped().deductions
NOW = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("item", "fen", "fine"),
    [
        ("children_education", 200000, True),  # 一个孩子
        ("children_education", 600000, True),  # 三个孩子
        ("children_education", 100000, True),  # 夫妻各半
        ("children_education", 150000, False),
        ("elder_support", 300000, True),
        ("elder_support", 123400, True),
        ("elder_support", 200000, False),  # 分摊的至多 1,500,独自的是 3,000
        ("continuing_education", 360000, True),  # 取得证书的当年一次扣
        ("elder_support", 300100, False),
        ("housing_loan", 100000, True),
        ("housing_loan", 50000, True),
        ("housing_loan", 200000, False),
        ("housing_rent", 150000, True),
        ("housing_rent", 110000, True),
        ("housing_rent", 100000, False),
        ("continuing_education", 40000, True),
        ("continuing_education", 20000, False),
    ],
)
def test_what_may_be_declared(item: str, fen: int, fine: bool) -> None:
    assert fits(fen, TABLE.special[item].terms.on(NOW)) is fine


def test_amounts_have_dates() -> None:
    """2022 年子女教育一个孩子 1,000,2023 年起 2,000。"""
    rule = TABLE.special["children_education"].terms
    assert rule.on(date(2022, 12, 31)).amounts == (100000,)
    assert rule.on(date(2023, 1, 1)).amounts == (200000,)


def test_what_does_not_fit_is_said_and_not_changed() -> None:
    said = special_notes([("住房贷款利息", 100000), ("住房租金", 150000), ("子女教育", 150000)], TABLE, NOW)
    assert len(said) == 2
    assert "不能同时扣" in said[1]
    assert special_notes([("赡养老人", 150000), ("3岁以下婴幼儿照护", 200000)], TABLE, NOW) == ()
    assert "汇算" in special_notes([("捐赠", 100000)], TABLE, NOW)[0]
    assert "汇算" in special_notes([("大病医疗", 100000)], TABLE, NOW)[0]
    assert "不是规定的项目" in special_notes([("买车", 1)], TABLE, NOW)[0]


@pytest.mark.parametrize(
    ("one", "terms", "expect"),
    [
        (OtherDeclared(25000), OtherTerms(monthly=20000), 20000),
        (OtherDeclared(100000, used=1150000), OtherTerms(yearly=1200000), 50000),
        (OtherDeclared(100000, used=1200000), OtherTerms(yearly=1200000), 0),
        # 年金:min(30,000, 3 × 8,000) × 4% = 960
        (OtherDeclared(200000, base=3000000, average=800000), OtherTerms(base_ratio=Decimal("0.04"), base_multiple=Decimal(3)), 96000),
        (OtherDeclared(30000, base=1000000, average=800000), OtherTerms(base_ratio=Decimal("0.04"), base_multiple=Decimal(3)), 30000),
        (OtherDeclared(30000, base=1000000), OtherTerms(base_ratio=Decimal("0.04"), base_multiple=Decimal(3)), 0),
    ],
)  # fmt: skip
def test_limits_of_other_deductions(one: OtherDeclared, terms: OtherTerms, expect: int) -> None:
    assert allowed_other(one, terms) == expect
