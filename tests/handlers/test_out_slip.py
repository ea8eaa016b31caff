"""工资条的纸样与离职链接 out slip:PDF 照存下的数、只给本人、没有组件或字体说清楚;链接核对身份、用一次、会过期、答错会锁。"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import typst

from engine.days import Month
from engine.errors import NotAllowed, NotFound, NotReady, RuleBroken
from engine.money import Money
from handlers import out_leaver, out_slip, people
from handlers.actor import Actor
from handlers.out_leaver import VISITOR, AskLink, MakeLink, OneLink, OpenedSlip, TryLink, hashed
from handlers.out_slip import Paper, SlipPdf, paper_of, published_run
from handlers.people import Nothing, Today
from handlers.records import DismissalRecord
from tests.handlers.out import one_store, published, slips, with_accounts, without_accounts
from tests.handlers.world import World, later

SECRET, GRANT = "s" * 40, "g" * 40


def paper(paid: World, userid: str = "liming") -> Paper:
    def look(work: Any) -> Paper:
        run = published_run(work, paid.id(userid), Month.parse("2026-10"))
        return paper_of(work, (run, paid.id(userid)), paid.desk.rules)

    return paid.desk.read(look)


@one_store
def test_the_paper_says_what_was_published(paid: World):
    one = slips(paid, published(paid))["liming"]
    found = paper(paid)
    assert found.net == Money(one["net"]).show()
    blocks = {block.title: block for block in found.blocks}
    assert ("绩效奖金", "¥1,100.00") in blocks["收入"].lines
    assert blocks["社保公积金(个人)"].total == "−¥1,750.00"
    assert blocks["个人所得税"].lines == (("个人所得税", Money(-one["tax"]).show()),)
    assert "姓名:李明" in found.about


@one_store
def test_the_pdf_is_one_own_and_the_same_each_time(paid: World):
    published(paid)
    command = SlipPdf(paid.id("liming"), "2026-10")
    first, again = (paid.ask("liming", out_slip.pdf, command) for _ in range(2))
    assert first.data.startswith(b"%PDF-") and first.data == again.data
    assert first.name == "工资条-2026-10.pdf"
    with pytest.raises(NotAllowed):
        paid.ask("chenjing", out_slip.pdf, command)
    with pytest.raises(NotFound):
        paid.ask("liming", out_slip.pdf, SlipPdf(paid.id("liming"), "2026-11"))
    assert any("out_slip.pdf" in str(row) for row in paid.rows("auditline")["auditline"])


def test_the_template_lays_out_data_and_runs_none_of_it():
    """姓名里写了排版的命令,也只是字。"""
    data = {
        "title": "#panic() =cmd 𠮷😀", "about": ["姓名:#eval(\"1\")", "*b*"], "net": "¥1.00", "notes": ["$x$"],
        "blocks": [{"title": "收入", "total": "¥1.00", "lines": [["#let a = 1", "¥1.00"]]}], "footer": "@x",
        "fonts": out_slip.families(""),
    }  # fmt: skip
    source, inputs = out_slip.TEMPLATE.read_bytes(), {"data": json.dumps(data)}
    assert typst.query(source, "<net>", field="value", one=True, sys_inputs=inputs) == '"¥1.00"'
    assert bytes(typst.compile(source, sys_inputs=inputs)).startswith(b"%PDF-")


@one_store
def test_without_the_extra_or_a_font_it_says_so(paid: World, monkeypatch: pytest.MonkeyPatch):
    published(paid)
    command = SlipPdf(paid.id("liming"), "2026-10")
    monkeypatch.setattr(out_slip, "FAMILIES", ("没有的字体",))
    with pytest.raises(NotReady) as no_font:
        paid.ask("liming", out_slip.pdf, command)
    assert no_font.value.code == "PDF_NO_FONT" and "EHR_PDF_FONTS" in no_font.value.say
    monkeypatch.setattr(out_slip, "typst", None)
    with pytest.raises(NotReady) as missing:
        paid.ask("liming", out_slip.pdf, command)
    assert missing.value.code == "PDF_MISSING" and "页面上" in missing.value.say


def gone(paid: World) -> World:
    """李明十月的工资发了,11月20日离职。"""
    with_accounts(paid)
    published(paid)
    paid.take("people", DismissalRecord("liming", date(2026, 11, 20), "h-1"), window="w2")
    paid.do("system", people.close_leavers, Today(date(2026, 11, 23)))
    return paid


def visit(paid: World, use_case: Any, command: Any, key: str = "") -> Any:
    actor: Actor = VISITOR
    return paid.desk.do(use_case, command, actor, key) if key else paid.desk.ask(use_case, command, actor)


def link(paid: World, **more: str) -> Any:
    liming = int(paid.one("SELECT id FROM person WHERE userid = 'liming'"))
    return paid.do("zhaohui", out_leaver.make_link, MakeLink(liming, hashed(SECRET), **more))


def attempt(paid: World, number: int, name: str, last4: str, key: str = "try-1") -> Any:
    return visit(paid, out_leaver.try_link, TryLink(number, hashed(SECRET), name, last4, hashed(GRANT)), key)


def test_a_leaver_sees_the_last_slip_once(paid: World):
    gone(paid)
    made = link(paid)
    assert (made.state, made.month, made.asks_label, made.name) == ("open", "2026年10月", "手机号末四位", "李明")
    asked = visit(paid, out_leaver.ask_link, AskLink(made.link_id, hashed(SECRET)))
    assert (asked.ready, asked.asks_label) == (True, "手机号末四位")
    assert not visit(paid, out_leaver.ask_link, AskLink(made.link_id, hashed("other"))).ready
    assert attempt(paid, made.link_id, " 李 明 ", "１００２").ok  # 全角、空格不计较
    seen = visit(paid, out_leaver.opened_slip, OpenedSlip(made.link_id, hashed(GRANT)))
    assert "姓名:李明" in seen.about and "10月" in seen.title
    assert visit(paid, out_leaver.opened_pdf, OpenedSlip(made.link_id, hashed(GRANT))).data.startswith(b"%PDF-")
    assert not visit(paid, out_leaver.ask_link, AskLink(made.link_id, hashed(SECRET))).ready
    assert not attempt(paid, made.link_id, "李明", "1002", "try-2").ok
    with pytest.raises(NotFound):
        visit(paid, out_leaver.opened_slip, OpenedSlip(made.link_id, hashed("guess")))
    later(paid, minutes=11)
    with pytest.raises(NotFound):
        visit(paid, out_leaver.opened_slip, OpenedSlip(made.link_id, hashed(GRANT)))
    assert paid.ask("zhaohui", out_leaver.leavers, Nothing()).links[0].state == "spent"


def test_wrong_answers_lock_it_and_a_repeat_is_not_counted_twice(paid: World):
    gone(paid)
    made = link(paid)
    for n, left in enumerate((4, 3, 2, 1)):
        told = attempt(paid, made.link_id, "李明", "0000", f"wrong-{n}")
        assert not told.ok and f"还可以再试 {left} 次" in told.say
        assert attempt(paid, made.link_id, "李明", "0000", f"wrong-{n}") == told
    assert "不能用了" in attempt(paid, made.link_id, "张三", "1002", "wrong-4").say
    assert not attempt(paid, made.link_id, "李明", "1002", "right").ok
    assert paid.ask("sunli", out_leaver.leavers, Nothing()).links[0].state == "locked"


def test_it_expires_is_revoked_and_a_new_one_replaces_the_old(paid: World):
    gone(paid)
    first = link(paid)
    second = paid.do("zhaohui", out_leaver.make_link, MakeLink(first.person_id, hashed("new"), "account"))
    assert second.asks_label == "收款账号末四位"
    assert not visit(paid, out_leaver.ask_link, AskLink(first.link_id, hashed(SECRET))).ready
    assert visit(paid, out_leaver.ask_link, AskLink(second.link_id, hashed("new"))).ready
    assert paid.do("zhaohui", out_leaver.revoke_link, OneLink(second.link_id)).state == "revoked"
    assert not visit(paid, out_leaver.ask_link, AskLink(second.link_id, hashed("new"))).ready
    third = paid.do("zhaohui", out_leaver.make_link, MakeLink(first.person_id, hashed("third")))
    later(paid, days=15)
    assert not visit(paid, out_leaver.ask_link, AskLink(third.link_id, hashed("third"))).ready
    assert [one.state for one in paid.ask("zhaohui", out_leaver.leavers, Nothing()).links] == [
        "expired",
        "revoked",
        "revoked",
    ]


@one_store
def test_only_those_who_left_and_can_be_asked(paid: World):
    published(without_accounts(paid))
    with pytest.raises(RuleBroken) as here:
        paid.do("zhaohui", out_leaver.make_link, MakeLink(paid.id("zhangsan"), hashed(SECRET)))
    assert here.value.code == "STILL_HERE"
    paid.take("people", DismissalRecord("liming", date(2026, 11, 20), "h-1"), window="w2")
    with pytest.raises(NotReady) as nothing:
        link(paid)
    assert nothing.value.code == "NOTHING_TO_ASK"


@one_store
def test_neither_the_secret_nor_the_answers_are_kept(paid: World):
    gone(paid)
    made = link(paid)
    attempt(paid, made.link_id, "李明", "QXZW")
    everything = str(paid.rows(without=("payaccount",)))
    assert SECRET not in everything and GRANT not in everything and "QXZW" not in everything


@one_store
def test_hr_sees_no_amount(paid: World):
    gone(paid)
    link(paid)
    assert "¥" not in str(paid.ask("zhaohui", out_leaver.leavers, Nothing()))
    with pytest.raises(NotAllowed):
        paid.ask("zhangsan", out_leaver.leavers, Nothing())
    with pytest.raises(NotAllowed):
        paid.ask("zhaohui", out_leaver.opened_slip, OpenedSlip(1, hashed(GRANT)))
    assert timedelta(minutes=10) == out_leaver.OPEN_FOR
