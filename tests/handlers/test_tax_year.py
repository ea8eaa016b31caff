"""税年:一月开新台账;谁可以一次减除 6 万元列出来,逐人确认;对不上的开账累计不装。"""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import BadInput, EhrError
from engine.money import Money
from handlers import opening, tax_year
from handlers.opening import OpenTax, TaxMonth
from handlers.tax_year import ConfirmScheme, TaxYearOf
from tests.handlers.test_payroll import execute
from tests.handlers.world import World, at

UNIT = "上海云帆科技有限公司"


def month(number: int, income: str = "5000.00") -> TaxMonth:
    zero = Money(0)
    return TaxMonth(number, Money.of(income), zero, Money.of("500.00"), zero, zero)


def ledger(paid: World, userid: str, *months: TaxMonth) -> None:
    first = months[0].month if months else 1
    paid.do("system", opening.open_tax, OpenTax(UNIT, 2026, ((userid, "standard", first, months),)))


def in_january(paid: World) -> World:
    """2026 年:张三整年 60,000.00、李明整年 60,000.01、王芳十一个月。"""
    ledger(paid, "zhangsan", *(month(m) for m in range(1, 13)))
    ledger(paid, "liming", *(month(m, "5000.01" if m == 12 else "5000.00") for m in range(1, 13)))
    ledger(paid, "wangfang", *(month(m, "1000.00") for m in range(1, 12)))
    paid.now = at("2027-01-05")
    return paid


def test_who_may_deduct_sixty_thousand_at_once(paid: World):
    found = in_january(paid).ask("chenjing", tax_year.candidates, TaxYearOf(2027))
    assert [p.userid for p in found.people if p.fits] == ["zhangsan"]
    said = {p.userid: "".join(p.facts) for p in found.people}
    assert "超过界限" in said["liming"]
    assert "上年缺 12月" in said["wangfang"]
    assert found.opened == 0
    assert not any("60" in words for words in said.values())


def test_each_one_is_confirmed_by_name(paid: World):
    in_january(paid)
    done = paid.do(
        "chenjing", tax_year.confirm, ConfirmScheme(paid.id("zhangsan"), 2027, "sixty_thousand", "上年申报记录")
    )
    assert (done.scheme, done.confirmed) == ("sixty_thousand", True)
    profile = paid.rows("payprofile")["payprofile"]
    assert sum("'sixty_thousand'" in row for row in profile) == 1


@pytest.mark.parametrize(
    ("who", "scheme", "reason", "code"),
    [
        ("liming", "sixty_thousand", "x", "SCHEME_NOT_ALLOWED"),
        ("wangfang", "sixty_thousand", "x", "SCHEME_NOT_ALLOWED"),
        ("zhangsan", "sixty_thousand", " ", "REASON_NEEDED"),
        ("zhangsan", "seventy", "x", "BAD_SCHEME"),
    ],
)
def test_what_is_not_confirmed(paid: World, who: str, scheme: str, reason: str, code: str):
    in_january(paid)
    with pytest.raises(EhrError) as refused:
        paid.do("chenjing", tax_year.confirm, ConfirmScheme(paid.id(who), 2027, scheme, reason))
    assert refused.value.code == code


def test_a_year_that_has_begun_is_not_changed(paid: World):
    in_january(paid)
    who = paid.id("zhangsan")
    execute(paid, f"UPDATE taxledger SET tax_year = 2027 WHERE person_id = {who} AND month = 12")
    with pytest.raises(EhrError) as refused:
        paid.do("chenjing", tax_year.confirm, ConfirmScheme(who, 2027, "standard", "本人声明"))
    assert refused.value.code == "YEAR_STARTED"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (OpenTax("别的公司", 2026, ()), "YTD_OTHER_UNIT"),
        (OpenTax(UNIT, 2024, ()), "YTD_WRONG_YEAR"),
        (OpenTax(UNIT, 2026, (("liming", "standard", 1, (month(1), month(3))),)), "YTD_GAP"),
        (OpenTax(UNIT, 2026, (("liming", "standard", 1, (month(1), month(1))),)), "YTD_TWICE"),
        (OpenTax(UNIT, 2026, (("liming", "standard", 3, (month(2),)),)), "YTD_BAD_MONTH"),
        (OpenTax(UNIT, 2026, (("liming", "standard", 0, ()),)), "YTD_BAD_MONTH"),
        (OpenTax(UNIT, 2026, (("liming", "lucky", 1, ()),)), "YTD_BAD_SCHEME"),
        (OpenTax(UNIT, 2026, (("liming", "standard", 1, (month(1, "-1.00"),)),)), "YTD_WRONG"),
        (
            OpenTax(UNIT, 2026, (("liming", "standard", 1, (replace(month(1), withheld=Money.of("5000.01")),)),)),
            "YTD_WRONG",
        ),
    ],
)
def test_a_year_to_date_file_that_does_not_fit_is_refused_whole(paid: World, command: OpenTax, code: str):
    before = paid.rows("taxledger", "payprofile")
    with pytest.raises(BadInput) as refused:
        paid.do("system", opening.open_tax, command)
    assert refused.value.code == code
    assert paid.rows("taxledger", "payprofile") == before
