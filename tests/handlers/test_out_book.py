"""工资册 out book:手工与补发的行各归各栏、同名的合成一列;任何一本册子,凭证借贷相等、各份成本加起来是整份;两人同时导出只成一份。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from config.policies import shipped
from engine.days import Month
from engine.errors import NotReady
from engine.money import Money
from engine.pay_facts import Adjustment, from_json, to_json
from engine.pay_items import Section
from handlers import out_exports, payroll
from handlers.company import Company
from handlers.out_adjust import columns_of
from handlers.out_book import Book, Column, PersonPay, book_of
from handlers.out_exports import Export
from handlers.out_parts import parts_of
from handlers.out_sheet import table_of
from handlers.out_voucher import entries_of
from handlers.out_write import Stamp
from handlers.pay_compute import compute_run
from handlers.payroll import Prepare
from models.pay import PayInput, PayRun
from tests.handlers.out import below, exported, fen, one_store, published, sheets, slips, with_accounts
from tests.handlers.test_races import at_once
from tests.handlers.world import World, at

COMPANY = Company("甲公司", "甲公司", "上海", 10, "月薪", "2026-10", Decimal("0.002"))
COLUMNS = (
    Column("base", "基本工资", Section.EARNING),
    Column("extra_1", "未休年休假", Section.EARNING),
    Column("annual_bonus", "年终奖", Section.EARNING),
    Column("personal_leave", "事假扣款", Section.DEDUCTION),
    Column("ins_pension", "养老保险", Section.INSURANCE),
    Column("arrears_202609_insurance_ins", "补缴9月社保公积金", Section.INSURANCE),
    Column("iit", "个人所得税", Section.TAX),
    Column("annual_bonus_tax", "全年一次性奖金个税", Section.TAX),
    Column("damage:input", "赔偿", Section.AFTER_TAX),
    Column("er_pension", "养老保险(单位)", Section.EMPLOYER),
    Column("arrears_202609_insurance_er", "补缴9月单位社保公积金", Section.EMPLOYER),
    Column("rest_damage", "赔偿没扣完", Section.INFO),
)
SIGNS = {Section.DEDUCTION: -1, Section.INSURANCE: -1, Section.TAX: -1, Section.AFTER_TAX: -1}


def person(number: int, department: str, amounts: dict[str, int]) -> PersonPay:
    """一个人:各行的绝对值 → 一张自洽的工资条,实发不低于零。"""
    lines = {c.code: SIGNS.get(c.section, 1) * amounts.get(c.code, 0) for c in COLUMNS}
    total = {s: sum(lines[c.code] for c in COLUMNS if c.section is s) for s in Section}
    gross, own, tax = total[Section.EARNING] + total[Section.DEDUCTION], -total[Section.INSURANCE], -lines["iit"]
    rest = gross - own + total[Section.TAX] + total[Section.AFTER_TAX]
    return PersonPay(
        number, f"u{number}", f"人{number}", f"{number}", department, "上海", lines, gross, own, tax, max(0, rest)
    )


amounts = st.dictionaries(st.sampled_from([c.code for c in COLUMNS]), st.integers(0, 10_000_000))
people = st.lists(st.tuples(st.sampled_from(["甲部", "乙部", "丙部"]), amounts), min_size=1, max_size=8)


def book_with(found: list[tuple[str, dict[str, int]]]) -> Book:
    everybody = tuple(
        person(n, department, one) for n, (department, one) in enumerate(sorted(found, key=lambda x: x[0]))
    )
    return Book(1, Month(2026, 10), Month(2026, 11), "published", "x" * 64, COMPANY, COLUMNS, everybody)


@given(people)
def test_any_voucher_balances(found: list[tuple[str, dict[str, int]]]):
    """借 = 应发 + 单位承担 + 员工欠款;贷 = 实发 + 代扣 + 应付;两边相等。"""
    book = book_with(found)
    entries = entries_of(book, shipped().layouts.voucher.shape)
    debit, credit = sum(one.debit for one in entries), sum(one.credit for one in entries)
    assert debit == credit
    employer = sum(book.total(c.code) for c in book.section(Section.EMPLOYER))
    assert debit == sum(one.gross + book.owed(one) for one in book.people) + employer
    assert all(book.owed(one) >= 0 for one in book.people)


@given(people)
def test_cost_parts_are_the_whole_and_the_sheet_reads_across(found: list[tuple[str, dict[str, int]]]):
    book = book_with(found)
    employer = sum(book.total(c.code) for c in book.section(Section.EMPLOYER))
    assert sum(one.fen for one in parts_of(book)) == sum(one.gross for one in book.people) + employer
    table = table_of(book, Stamp(at("2026-11-23"), "陈静", ""))
    for row in (dict(zip(table.head, row, strict=True)) for row in table.rows):
        figures = {name: cell.fen for name, cell in row.items() if isinstance(cell, Money)}
        assert sum(figures.values()) - figures["应发"] - figures["实发"] == figures["实发"]


def test_hand_lines_of_one_name_share_a_column():
    def line(code: str, label: str, section: str = "earning") -> Adjustment:
        return Adjustment(code, label, section, 1, True, "")

    found = [
        line("extra_1", "未休年休假"),
        line("extra_2", "未休年休假"),
        line("extra_3", "未休年休假", "after_tax"),
        line("arrears_202609_punch", "补9月工资(更正打卡 9月3日)"),
        line("arrears_202609_punch", "补9月工资(更正打卡 9月4日)"),
    ]
    aliases, columns = columns_of(found, {one.code for one in found} | {"rest_damage"})
    assert (aliases["extra_1"], aliases["extra_2"], aliases["extra_3"]) == ("extra_1", "extra_1", "extra_3")
    assert columns["arrears_202609_punch"] == ("补9月工资", Section.EARNING)
    assert columns["rest_damage"] == ("rest_damage", Section.INFO)


def adjusted(paid: World) -> int:
    """算好十月,给两个人各添一行手工的,重算。"""
    computed = paid.do("chenjing", payroll.run, Prepare("2026-10"))

    def write(work: Any) -> None:
        for n, userid in enumerate(("liming", "zhangsan")):
            row = work.session.get(PayInput, (computed.run_id, paid.id(userid)))
            more = (
                Adjustment(f"extra_{n}", "未休年休假", "earning", 50000 + n, True, "离职结算"),
                Adjustment(f"damage:{n}", "赔偿", "after_tax", -2000000, False, "设备"),
            )
            row.facts = to_json(from_json(row.facts)._replace(adjustments=more))
            work.session.add(row)
        work.session.flush()
        compute_run(work, work.session.get(PayRun, computed.run_id), paid.desk.rules)

    paid.desk.write(write)
    return int(computed.run_id)


@one_store
def test_hand_lines_stand_in_the_sheet_and_damages_keep_their_limit(paid: World):
    run_id = adjusted(paid)
    _, data = exported(paid, run_id, "sheet")
    rows = {row["工号"]: row for row in below(sheets(data)["工资表"], "序号")}
    kept = slips(paid, run_id)
    assert [fen(rows[who]["未休年休假"]) for who in ("liming", "zhangsan", "wangfang")] == [50000, 50001, 0]
    one = kept["liming"]  # 赔偿每月最多扣当月工资的 20%(工资支付暂行规定第十六条),余下的转下月
    assert fen(rows["liming"]["赔偿"]) == -one["gross"] // 5 == -237400
    assert one["net"] == one["gross"] - one["insurance"] - one["tax"] - 237400
    assert fen(rows["liming"]["应发"]) == one["gross"]


def test_a_book_that_does_not_add_up_is_not_given(paid: World):
    run_id = int(paid.do("chenjing", payroll.run, Prepare("2026-10")).run_id)

    def look(work: Any) -> None:
        run = work.session.get(PayRun, run_id)
        assert len(book_of(work, run, paid.desk.rules).people) == 9
        work.rows(
            "UPDATE payslip SET gross = gross + 1 WHERE run_id = :r AND person_id = :p RETURNING run_id",
            r=run_id,
            p=paid.id("liming"),
        )
        work.session.expire_all()
        with pytest.raises(NotReady) as refused:
            book_of(work, work.session.exec(select(PayRun)).one(), paid.desk.rules)
        assert refused.value.code == "BOOK_DIFFERS" and "李明" in refused.value.say

    paid.desk.write(look)


def test_two_at_once_make_one_bank_file(paid: World):
    with_accounts(paid)
    run_id = published(paid)

    def press(who: str) -> Callable[[], str]:
        actor = paid.actor(who)
        command = Export(run_id, "bank", layout="csv-gbk")
        return lambda: str(paid.desk.do(out_exports.export, command, actor, f"bank-{who}").kind)

    assert sorted(at_once([press("chenjing"), press("sunli")])) == ["REASON_NEEDED", "bank"]
    assert paid.one("SELECT count(*) FROM exportrecord WHERE kind = 'bank'") == 1


def test_the_order_of_people_does_not_matter():
    book = book_with([("甲部", {"base": 100}), ("乙部", {"base": 200})])
    turned = replace(book, people=tuple(reversed(book.people)))
    shape = shipped().layouts.voucher.shape
    assert sorted(entries_of(book, shape), key=repr) == sorted(entries_of(turned, shape), key=repr)
