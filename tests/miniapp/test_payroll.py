"""网页发薪 payroll:发布之前看清影响多大;回执、异议与答复、提醒没看的;和上月比;触及这个月的迟到的事实。"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import select

from engine.days import SHANGHAI
from handlers import intake
from handlers.desk import SYSTEM
from handlers.records import Page, PunchRecord
from models.mailbox import OutboxRow
from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World, to_december

SLIP, RUN = "/m/payslips/2026-10", "/m/payroll/1"


def letters(world: World, kind: str, start: str) -> list[dict[str, Any]]:
    """发件里某一种、去重键以 start 开头的。"""
    return world.desk.read(
        lambda work: [
            row.payload
            for row in work.session.exec(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))  # type: ignore[arg-type]
            if row.dedupe_key.startswith(start)
        ]
    )


def object_to_tax(world: World) -> Browser:
    """李明对个税有异议。"""
    me = Browser(world, "liming")
    form = [f for f in forms_in(me.get(SLIP).text) if f.action.endswith("/answer")][-1]
    me.post(form.action, form.fields | {"state": "objected", "line_code": "iit", "note": "为什么是 ¥84.60"})
    return me


def test_before_publishing_one_sees_how_far_it_reaches(world: World) -> None:
    one, other = Browser(world, "chenjing"), Browser(world, "sunli")
    to_december(world)
    where = one.submit("/m/payroll", "/m/payroll", month="2026-11").headers["location"]
    text = words_of(other.get(where).text)
    october, november = (one.get(f"/api/v1/payroll/{number}").json() for number in (1, int(where.rsplit("/", 1)[1])))
    change = one.get(f"/api/v1/payroll/{where.rsplit('/', 1)[1]}/changes").json()
    assert f"2 人 ，实发合计 •••• {november['net']}" in text
    assert f"2026年10月 2 人， •••• {october['net']} ；相差 •••• {change['change']}" in text
    assert (change["previous_people"], change["joined"], change["left"]) == (2, [], [])
    cents = {r["name"]: r["change_fen"] for r in change["rows"]}
    assert sum(cents.values()) == _fen(november["net_amount"]) - _fen(october["net_amount"])
    assert cents["李明"] != 0
    for row in change["rows"]:
        assert _fen(row["after_amount"]) - _fen(row["before_amount"]) == row["change_fen"]
    assert "和2026年10月比，实发有变动的 2" in text


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))


def test_the_first_month_has_nothing_to_compare(world: World) -> None:
    payroll = Browser(world, "chenjing")
    change = payroll.get("/api/v1/payroll/1/changes").json()
    assert (change["previous_label"], change["rows"], change["change"]) == ("", [], "")
    assert "实发有变动的" not in payroll.get(RUN).text
    assert payroll.get("/m/payroll/99").status_code == 404
    assert payroll.get("/api/v1/payroll/99/changes").status_code == 404


def test_receipts_count_and_the_objection_is_answered(world: World) -> None:
    payroll = Browser(world, "chenjing")
    text = words_of(payroll.get(RUN).text)
    assert "2 已发送 0 已查看 0 已确认 0 有异议" in text
    me = object_to_tax(world)
    text = words_of(payroll.get(RUN).text)
    assert "2 已发送 1 已查看 0 已确认 1 有异议 还没看的：张伟" in text
    assert "李明 · 个人所得税" in text
    assert "为什么是 ¥84.60" in text
    empty = payroll.submit(RUN, f"/reply/{world.person('liming')}", note=" ")
    assert (empty.status_code, "请写下答复" in empty.text) == (422, True)
    done = payroll.submit(RUN, f"/reply/{world.person('liming')}", note="累计预扣,本月 ¥84.60")
    assert "答复已保存" in payroll.follow(done).text
    assert "陈静 · 11月23日(周一) 09:30" in words_of(payroll.get(RUN).text)
    slip = words_of(me.get(SLIP).text)
    assert "累计预扣，本月 ¥84.60" in slip
    told = letters(world, "say", "objection-reply:")
    assert [(one["to"], one["link"]) for one in told] == [("liming", SLIP)]
    assert "84.60" not in str(told)
    found = payroll.get("/api/v1/payroll/1/receipts").json()
    assert (found["objections"][0]["line_label"], found["objections"][0]["replies"][0]["answered_by"]) == (
        "个人所得税",
        "陈静",
    )


def test_those_who_have_not_looked_are_reminded_once_a_day(world: World) -> None:
    payroll = Browser(world, "sunli")
    form = payroll.form(RUN, "/remind")
    first, again = payroll.post(form.action, form.fields), payroll.post(form.action, form.fields)
    assert "已提醒还没有看的同事" in payroll.follow(first).text
    assert again.status_code == 303
    notices = letters(world, "notice", "payslip-remind:")
    assert [one["to"] for one in notices] == [["liming", "zhangwei"]]
    assert "¥" not in str(notices)
    assert "/remind" not in payroll.get(RUN).text
    twice = payroll.post(form.action, form.fields | {"key": "k" * 20})
    assert (twice.status_code, "今天已经提醒过" in twice.text) == (409, True)
    Browser(world, "liming").get(SLIP)
    world.times.now = world.times.now.replace(day=24)
    payroll.submit(RUN, "/remind")
    assert letters(world, "notice", "payslip-remind:")[1]["to"] == ["zhangwei"]
    Browser(world, "zhangwei").get(SLIP)
    world.times.now = world.times.now.replace(day=25)
    nobody = payroll.post(form.action, form.fields | {"key": "m" * 20})
    assert (nobody.status_code, "都看过" in nobody.text) == (409, True)


def test_an_auditor_looks_and_changes_nothing(world: World) -> None:
    object_to_tax(world)
    auditor = Browser(world, "zhoujun")
    page = auditor.get(RUN).text
    assert "为什么是 ¥84.60" in page
    actions = {form.action for form in forms_in(page)}
    assert actions == set()


def test_late_truths_of_the_month_stand_on_its_page(world: World) -> None:
    day = date(2026, 10, 13)
    at = datetime(2026, 10, 13, 8, 50, tzinfo=SHANGHAI)
    late = PunchRecord("p-late", "liming", at, "on", day, "APPROVE", "v1")
    world.desk.do(intake.take_page, Page("punches", "2026-11-22", (late,), cursor="2026-11-22"), SYSTEM, "late")
    payroll = Browser(world, "chenjing")
    text = words_of(payroll.get(RUN).text)
    assert "触及这个月的迟到的事实 1 李明 10月13日(周二)的打卡有补充或更正" in text
    run = payroll.submit("/m/payroll", "/m/payroll", month="2026-11").headers["location"]
    assert "触及这个月的迟到的事实" not in payroll.get(run).text


def test_totals_are_told_to_programs_as_plain_strings(world: World) -> None:
    me, payroll = Browser(world, "liming"), Browser(world, "chenjing")
    slip = me.get("/api/v1/payslips/2026-10").json()
    for name in ("gross", "deductions", "insurance", "tax", "net"):
        assert plain(slip[name]) == slip[f"{name}_amount"]
    run, rows = payroll.get("/api/v1/payroll/1").json(), payroll.get("/api/v1/payroll/1/rows").json()
    for one in (run, *rows):
        for name in ("gross", "insurance", "tax", "net"):
            assert plain(one[name]) == one[f"{name}_amount"]
    assert next(r for r in rows if r["userid"] == "liming")["net_amount"] == slip["net_amount"]


def plain(show: str) -> str:
    """ "−¥1,100.00" → "-1100.00"。"""
    return show.replace("¥", "").replace(",", "").replace("\u2212", "-")


def test_a_month_that_is_over_but_not_all_read_says_so(world: World) -> None:
    """十二月了,签单还没有读到月底之后:说的是没收齐,不是没过完。"""
    world.times.now = datetime(2026, 12, 1, 9, 30, tzinfo=SHANGHAI)
    payroll = Browser(world, "chenjing")
    text = words_of(payroll.follow(payroll.submit("/m/payroll", "/m/payroll", month="2026-11")).text)
    assert "这个月的记录还没有收齐，缺 11月23日(周一)" in text
    assert "这个月还没有过完" not in text
