"""网页:发薪首页的政策体检、税年名单与逐人确认、工资条上的本期口径。"""

from __future__ import annotations

from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World

RUN, YEAR = "/m/payroll/1", "/m/payroll/tax-year/2026"


def test_the_runs_first_page_says_what_is_blank_or_lapsed(world: World) -> None:
    page = Browser(world, "chenjing").get(RUN).text
    said = words_of(page)
    assert "政策要看的" in said
    assert "上海高温津贴还没有填好" in said
    assert "没有核到原文" in said
    assert "昆明" not in said, "没有人在昆明,不提"


def test_who_may_deduct_at_once_is_listed_and_confirmed(world: World) -> None:
    me = Browser(world, "chenjing")
    said = words_of(me.get(YEAR).text)
    assert "2026 税年" in said
    assert "差条件的" in said
    assert "¥" not in said
    refused = me.post(
        f"{YEAR}/{world.person('liming')}",
        forms_in(me.get("/m/payroll").text)[0].fields | {"scheme": "sixty_thousand", "note": "x"},
    )
    assert refused.status_code in (403, 409, 422)
    assert "不符合" in words_of(refused.text)
    assert Browser(world, "zhaohui").get(YEAR).status_code == 403
    assert me.get("/m/payroll/tax-year/1999").status_code in (400, 422)


def test_the_payslip_names_what_was_decided(world: World) -> None:
    said = words_of(Browser(world, "liming").get("/m/payslips/2026-10").text)
    assert "本期口径" in said
    assert "按工资所属月缴" in said
