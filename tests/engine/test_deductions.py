"""专项附加扣除的标准与税前其他扣除的限额。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from config.policies import shipped
from engine.deductions import DeductionRules, OtherDeclared, OtherTerms, SpecialItem, allowed_other, fits, special_notes

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
        ("elder_support", 0, True),
        ("elder_support", 1, True),
        ("elder_support", -1, False),
        ("housing_rent", 0, True),
        ("housing_rent", 1, False),
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


def test_every_note_in_its_words() -> None:
    """不认得的一项不妨碍后面的;两样互斥只说一次,带着两个名字。"""
    assert special_notes(
        [("买车", 1), ("住房租金", 150100), ("住房贷款利息", 100000), ("大病医疗", 1)], TABLE, NOW
    ) == (
        "专项附加扣除“买车”不是规定的项目。请与本人的申报核对。",
        "“住房租金”申报的每月金额与现行标准不合。请与本人的申报核对(单位不得自行更改)。",
        "“大病医疗”只在年度汇算时扣,不在发工资时扣。请改由本人汇算时申报。",
        "“住房贷款利息”与“住房租金”同一年不能同时扣。请与本人的申报核对。",
    )


def test_an_item_that_excludes_itself_is_not_said_twice() -> None:
    """互斥写在两边时,只从名字小的一边说。"""
    terms = TABLE.special["housing_rent"].terms
    both = {
        "a": SpecialItem("a", "甲", terms, excludes="b"),
        "b": SpecialItem("b", "乙", terms, excludes="b"),
    }
    rules = DeductionRules(both, {}, {})
    assert special_notes([("甲", 150000), ("乙", 150000)], rules, NOW) == (
        "“甲”与“乙”同一年不能同时扣。请与本人的申报核对。",
    )


def test_names_of_other_deductions() -> None:
    """键、中文名、别名都认;不认得的没有。"""
    for key, item in TABLE.other.items():
        assert [TABLE.other_named(name) for name in (key, item.label, *item.aliases)] == [item] * (
            2 + len(item.aliases)
        )
    assert TABLE.other_named("买车") is None


@pytest.mark.parametrize(
    ("base", "average", "multiple", "expect"),
    [
        (2400000, 800000, Decimal(3), 96000),  # 正好三倍:24,000 × 4%
        (2400001, 800000, Decimal(3), 96000),  # 超过一分按三倍
        (2399999, 800000, Decimal(3), 96000),  # 23,999.99 × 4% = 959.9996
        (1000000, 400000, Decimal("2.5"), 40000),  # 正好 2.5 倍:10,000 × 4%
        (1100000, 400000, Decimal("2.5"), 40000),
        (1100000, None, None, 44000),  # 不封倍数
        (1000000, 800000, Decimal(3), 40000),  # 三倍之内按自己的基数
    ],
)
def test_an_annuity_is_limited_by_the_average(
    base: int, average: int | None, multiple: Decimal | None, expect: int
) -> None:
    terms = OtherTerms(base_ratio=Decimal("0.04"), base_multiple=multiple)
    assert allowed_other(OtherDeclared(10**7, base=base, average=average), terms) == expect


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


def test_a_ratio_is_multiplied_first() -> None:
    """10,000 × 3% = 300;比例写成 3/100。"""
    assert allowed_other(OtherDeclared(10**7, base=1000000), OtherTerms(base_ratio=Decimal("0.03"))) == 30000
