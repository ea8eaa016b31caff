"""离职前的月均工资:数是手算的;缺月份写明,不按少的月数平均;算哪些项目由政策定。"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import NotAllowed, NotReady
from engine.money import Money
from engine.severance import average_wage
from handlers import leaver_wage
from handlers.leaver_wage import LeaverWage
from tests.engine.overlay import switched
from tests.handlers.test_pay_gather import under
from tests.handlers.test_payroll import execute, published
from tests.handlers.world import World


def view(paid: World, userid: str = "liming") -> leaver_wage.LeaverWageView:
    found: leaver_wage.LeaverWageView = paid.ask("chenjing", leaver_wage.leaver_wage, LeaverWage(paid.id(userid)))
    return found


def hired(paid: World, day: str) -> None:
    execute(paid, f"UPDATE person SET hired_on = '{day}' WHERE id = {paid.id('liming')}")


def test_a_short_service_is_averaged_over_its_own_months(paid: World):
    """十月才入职、十一月看:一个月,应发 10,000 + 奖金 1,100 + 餐补 18 天 × 15 = 11,370.00。"""
    hired(paid, "2026-10-01")
    published(paid)
    found = view(paid)
    assert (found.average, found.months) == ("11370.00", (("2026-10", "11370.00"),))
    assert found.policy == "经济补偿的月均工资算哪些项目:应发的全部项目"


def test_the_policy_lists_the_items(paid: World, tmp_path: Path):
    under(paid, switched(tmp_path, severance__wage_items="[base, performance_bonus]"))
    hired(paid, "2026-10-01")
    published(paid)
    assert view(paid).average == "11100.00"


def test_a_missing_month_is_named_and_not_averaged_away(paid: World):
    published(paid)
    with pytest.raises(NotReady) as lacking:
        view(paid)
    assert lacking.value.code == "WAGE_MONTHS_MISSING" and "2026年9月" in lacking.value.say
    hired(paid, "2026-11-02")
    with pytest.raises(NotReady) as none:
        view(paid)
    assert none.value.code == "NO_WAGE_MONTHS"


def test_imported_months_count(paid: World):
    """九月导入的应发 9,000.00 与十月的 11,370.00,平均 10,185.00。"""
    hired(paid, "2026-09-01")
    published(paid)
    stamp = "2026-10-01 00:00:00" if "sqlite" in str(paid.store.engine.url) else "2026-10-01T00:00:00+00:00"
    batch = (
        "INSERT INTO importbatch (id, kind, period, file_name, file_hash, mapping, rows, kept, state, imported_by, imported_at,"
        f" confirmed_by, undone_by, undone_reason) VALUES (91, 'past', '2026-09', '旧', '', '{{}}', 1, '', 'confirmed',"
        f" 'a', '{stamp}', 'b', '', '')"
    )
    execute(paid, batch.replace(":00", "\\:00"))
    row = f"(92, 91, {paid.id('liming')}, '2026-09', 900000, 800000, '[]')"
    execute(paid, f"INSERT INTO pastslip (id, batch_id, person_id, month, gross, net, lines) VALUES {row}")
    assert view(paid).average == "10185.00"


def test_only_payroll_and_auditors_see_it(paid: World):
    with pytest.raises(NotAllowed):
        paid.ask("wangfang", leaver_wage.leaver_wage, LeaverWage(paid.id("liming")))


def test_the_average_is_rounded_once():
    """(1.00 + 1.00 + 0.01) ÷ 3 = 0.67。"""
    assert average_wage([100, 100, 1]) == Money(67)
    with pytest.raises(ValueError, match="no months"):
        average_wage([])
