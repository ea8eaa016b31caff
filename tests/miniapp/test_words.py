"""写法 words:全角标点、数字、来处的树——只摆放,不改意思。"""

from __future__ import annotations

import pytest

from handlers.evidence import EvidenceView
from miniapp.tree import rule_words, show, tree_of
from miniapp.view import Pages, Typed, number, ratio_width, typeset
from miniapp.words import TONES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("没有办理,请稍后再试:好吗?好!", "没有办理，请稍后再试：好吗？好！"),
        ("11月9日(周一),¥30.00", "11月9日(周一)，¥30.00"),
        ("09:12 打上班卡", "09:12 打上班卡"),
        ("1,100.00", "1,100.00"),
        ("a,b", "a,b"),
    ],
)
def test_chinese_is_set_with_full_width_marks(text: str, shown: str) -> None:
    assert typeset(text) == shown


def test_what_a_person_typed_is_never_changed() -> None:
    pages = Pages()
    template = pages.jinja.from_string("<input value='{{ a }}'><p>{{ b }}</p>{{ c }}")
    assert template.render(a=Typed("张三,李四"), b="张三,李四", c=3) == "<input value='张三,李四'><p>张三，李四</p>3"


@pytest.mark.parametrize(
    ("label", "value", "unit", "shown"),
    [
        ("奖金", "1100.00", "money", "¥1,100.00"),
        ("扣款", "-229.89", "money", "−¥229.89"),
        ("得分", "1.10", "rate", "110%"),
        ("比例", "8%", "rate", "8%"),
        ("倍数", "1.5", "rate", "1.5 倍"),
        ("天数", "0.5", "days", "0.5 天"),
        ("怪", "?", "money", "?"),
    ],
)
def test_values_are_written_for_people(label: str, value: str, unit: str, shown: str) -> None:
    assert show(label, value, unit) == shown


def test_a_tree_keeps_its_order_and_hangs_evidence_where_it_belongs() -> None:
    deal = EvidenceView("deal:1", "deal", "签单", "华东印染厂")
    trace = {
        "label": "奖金",
        "value": "11.00",
        "unit": "money",
        "say": "奖金:¥100.00 × 11% = ¥11.00",
        "rule": "pay.bonus@2026-01-01",
        "parts": [
            {"label": "基数", "value": "100.00", "unit": "money", "say": "基数:¥100.00"},
            {"label": "签单", "value": "1", "unit": "count", "evidence": ["deal:1", "deal:9"]},
        ],
    }
    tree = tree_of(trace, [deal])
    assert [part.label for part in tree.parts] == ["基数", "签单"]
    assert tree.parts[1].evidence == (deal,)
    assert (tree.say, tree.parts[0].say, tree.parts[0].show) == (trace["say"], "", "¥100.00")
    assert (tree.has_money, tree.parts[1].has_money) == (True, False)
    assert tree.rule_words == "依据工资项目规定,2026年1月1日起(pay.bonus)"
    assert rule_words("") == ""


def test_numbers_and_widths() -> None:
    assert [number(text) for text in ("120000.00", "83422.50", "20 份评价", "")] == [
        "120,000",
        "83,422.50",
        "20 份评价",
        "",
    ]
    assert [ratio_width(text) for text in ("85.5%", "120%", "", "无数据")] == [85, 100, 0, 0]


def test_every_tone_has_a_colour() -> None:
    assert set(TONES.values()) == {"info", "wait", "good", "bad", "mute"}
