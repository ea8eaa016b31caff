"""网页工资条 payslip:每一行点得开,下到签单与打卡;只给本人;不留缓存;每看一次留一行审计。"""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from models.audit import AuditLine
from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World


def audited(world: World) -> list[tuple[str, str]]:
    return world.desk.read(
        lambda work: [(row.actor, row.use_case) for row in work.session.exec(select(AuditLine).order_by(AuditLine.id))]  # type: ignore[arg-type]
    )


def test_the_article_s_bonus_opens_down_to_its_deals(world: World) -> None:
    me = Browser(world, "liming")
    slip = me.get("/m/payslips/2026-10").text
    assert "¥1,100.00" in slip
    assert "/m/payslips/2026-10/performance_bonus" in slip
    page = words_of(me.get("/m/payslips/2026-10/performance_bonus").text)
    for words in (
        "¥10,000.00 × 110% × 10% = ¥1,100.00",
        "120% × 60% + 95% × 40% = 110%",
        "¥120,000.00 ÷ ¥100,000.00 = 120%",
        "20 条依据",
    ):
        assert words in page
    for deal in ("华东印染厂", "浦江文具", "海纳物流", "申花体育"):
        assert deal in page
    assert "远山茶业" not in page


def test_every_line_and_sum_opens(world: World) -> None:
    me = Browser(world, "liming")
    for month in ("2026-10", "2026-11"):
        links = set(re.findall(rf'href="(/m/payslips/{month}/[^"]+)"', me.get(f"/m/payslips/{month}").text))
        assert {f"/m/payslips/{month}/net", f"/m/payslips/{month}/gross"} < links
        assert len(links) > 8
        for link in links:
            page = me.get(link)
            assert page.status_code == 200, link
            assert "怎么算的" in page.text


def test_an_open_month_is_a_preview_that_names_the_days_to_come(world: World) -> None:
    page = Browser(world, "liming").get("/m/payslips/2026-11").text
    assert "这是试算：11月23日(周一)、11月24日(周二)等 8 天还没有到" in page
    assert "确认无误" not in page
    assert "和上月比" in page


def test_amounts_are_masked_and_marked_with_the_viewer(world: World) -> None:
    page = Browser(world, "liming").get("/m/payslips/2026-10").text
    assert '<body class="pay masked"' in page
    assert "李明 11月23日(周一) 09:30</text>" in page
    shown = re.sub(r'<span class="fig">[^<]*</span>', "", page)
    assert "¥" not in shown


@pytest.mark.parametrize("path", ["/m/payslips", "/m/payslips/2026-10", "/m/payslips/2026-10/net", "/api/v1/payslips"])
def test_pay_pages_leave_nothing_behind(world: World, path: str) -> None:
    answer = Browser(world, "liming").get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_each_look_is_audited(world: World) -> None:
    before = audited(world)
    me = Browser(world, "liming")
    me.get("/m/payslips/2026-10")
    me.get("/m/payslips/2026-10/iit")
    me.get("/api/v1/payslips/2026-10")
    added = audited(world)[len(before) :]
    assert added == [
        ("liming", "payslip.view"),
        ("liming", "payslip.explain"),
        ("liming", "payslip.view"),
    ]


def test_confirm_then_object(world: World) -> None:
    me = Browser(world, "liming")
    page = me.get("/m/payslips/2026-10").text
    yes, no = (f for f in forms_in(page) if f.action.endswith("/answer"))
    bare = me.post(no.action, no.fields | {"state": "objected", "note": "  "})
    assert bare.status_code == 422
    assert "请写下您的疑问" in bare.text
    assert "已确认，谢谢您" in me.follow(me.post(yes.action, yes.fields | {"state": "confirmed"})).text
    objected = me.post(no.action, no.fields | {"state": "objected", "line_code": "iit", "note": "税为什么多了"})
    assert "已收到您的异议" in me.follow(objected).text
    assert "已提出异议" in me.get("/m/payslips/2026-10").text


@pytest.mark.parametrize("month", ["2026-13", "abc", "1999-01", "2026-12", "%00", "9" * 40])
def test_a_month_that_is_none_is_said(world: World, month: str) -> None:
    page = Browser(world, "liming").get(f"/m/payslips/{month}")
    assert page.status_code in (404, 409, 422), page.text
    assert "错误编号" not in page.text


def test_an_item_that_is_none_is_said(world: World) -> None:
    page = Browser(world, "liming").get("/m/payslips/2026-10/nosuch")
    assert page.status_code == 404


def test_each_line_of_the_sum_opens(world: World) -> None:
    """实发、应发的“怎么算的”里,每一行都能再点开。"""
    me = Browser(world, "liming")
    codes = [line["code"] for line in me.get("/api/v1/payslips/2026-10").json()["lines"]]
    for total in ("gross", "net"):
        page = me.get(f"/m/payslips/2026-10/{total}").text
        links = re.findall(r'<span class="tree-label"><a href="/m/payslips/2026-10/([^"]+)">', page)
        found = me.get(f"/api/v1/payslips/2026-10/{total}").json()
        assert links == found["part_codes"]
        assert len(links) == len(found["trace"]["parts"]) > 1
        assert set(links) <= set(codes)
    assert '<span class="tree-label"><a' not in me.get("/m/payslips/2026-10/performance_bonus").text


def test_the_list_has_only_what_opens(world: World) -> None:
    for userid in ("liming", "zhaohui"):
        me = Browser(world, userid)
        months = [one["month"] for one in me.get("/api/v1/payslips").json()]
        assert months == (["2026-11", "2026-10"] if userid == "liming" else [])
        assert all(me.get(f"/m/payslips/{month}").status_code == 200 for month in months)
    assert "还没有您的工资条" in Browser(world, "zhaohui").get("/m/payslips").text
