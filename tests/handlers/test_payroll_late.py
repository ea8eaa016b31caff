"""补差 payroll late:发布之后才知道的更正,一个缘由在下一期补一行;再更正、撤回、跨几个月、暂缓的人,都不多发不少发。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from engine.days import Month
from engine.money import Money
from engine.pay_facts import from_json
from handlers import leave, opening, payroll, payroll_hold, payroll_offcycle, payslip
from handlers.leave import DecideLeave, SubmitLeave
from handlers.payroll import OneRun, Prepare, Publish
from handlers.payroll_hold import OneInRun
from handlers.payslip import ExplainLine, MonthSlip
from handlers.people import Nothing
from handlers.records import DismissalRecord
from models import guards
from tests.handlers.test_leave_life import draft
from tests.handlers.test_payroll import line, published, run
from tests.handlers.world import COMPANY, OFFICE, World, at, deal, pay_of, punches, rating

OCT, NOV, DEC = "2026-10", "2026-11", "2026-12"
BASES = (("2025-07", Money.of("10000.00"), Money.of("10000.00")),)


def month_over(paid: World, month: str) -> None:
    """那个月过完了:人人天天打卡,李明签满 120%、评价 95%,都读到了月底之后。"""
    this = Month.parse(month)
    paid.now = at(f"{this.plus(1)}-02")
    paid.take("punches", *(p for u in OFFICE for p in punches(paid, u, this)), window=f"p{month}")
    number = this.month * 100
    paid.take("deals", deal(number, "120000.00", f"{month}-12"), window=f"d{month}")
    paid.take("ratings", rating(number, "0.95", f"{month}-13"), window=f"r{month}")


def publish(paid: World, month: str) -> Any:
    computed = run(paid, month)
    assert (computed.state, computed.failures) == ("computed", ()), computed.missing_days
    return paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))


def arrears(paid: World, month: str, userid: str = "liming") -> dict[str, str]:
    view = paid.ask(userid, payslip.view, MonthSlip(paid.id(userid), month))
    return {x.code: x.amount for x in view.lines if x.code.startswith("arrears_")}


def late(paid: World) -> list[tuple[str, str, str]]:
    return [(v.month, v.kind, v.state) for v in paid.ask("chenjing", payroll.late, Nothing())]


def cancel(paid: World, number: int = 1, *, again: bool = False) -> None:
    """十月的一张 30,000 的单撤了(又恢复)。"""
    version, status = ("v-3", "signed") if again else ("v-2", "cancelled")
    paid.take("deals", deal(number, "30000.00", f"2026-10-{10 + number:02d}", status, version), window=f"x{version}")


def test_a_cancelled_deal_is_taken_back_in_the_next_run(paid: World) -> None:
    """十月 120,000 → 90,000:得分 90%×60% + 95%×40% = 92%,奖金 1,100 → 920,十一月扣回 180.00。"""
    published(paid)
    before = paid.ask("liming", payslip.view, MonthSlip(paid.id("liming"), OCT))
    cancel(paid)
    month_over(paid, NOV)
    done = publish(paid, NOV)
    assert arrears(paid, NOV) == {"arrears_202610_deal": "-180.00"}
    assert late(paid) == [(OCT, "deal", "handled")]
    view = paid.ask("liming", payslip.view, MonthSlip(paid.id("liming"), NOV))
    assert line(view, "performance_bonus") == "1100.00"
    assert paid.ask("liming", payslip.view, MonthSlip(paid.id("liming"), OCT)).lines == before.lines
    assert paid.ask("zhoujun", payroll.verify, OneRun(done.run_id)) == []
    told = next(x for x in view.lines if x.code == "arrears_202610_deal")
    assert told.label.startswith("扣回10月绩效奖金")
    assert "¥" not in told.words


def test_the_line_opens_old_and_new_figures_down_to_the_deal(paid: World) -> None:
    published(paid)
    cancel(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    told = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), NOV, "arrears_202610_deal"))
    (part,) = told.trace["parts"]
    old, new = part["parts"]
    assert (told.amount, old["value"], new["value"]) == ("-180.00", "1100.00", "920.00")
    assert {"late", "deal", "rating"} <= {e.kind for e in told.evidence}
    assert any("已取消" in e.detail for e in told.evidence if e.kind == "deal")


def test_a_deal_cancelled_and_restored_before_the_next_run_leaves_no_line(paid: World) -> None:
    published(paid)
    cancel(paid)
    cancel(paid, again=True)
    month_over(paid, NOV)
    publish(paid, NOV)
    assert arrears(paid, NOV) == {}
    assert {state for _, _, state in late(paid)} == {"handled"}


def test_a_reversal_after_it_was_taken_back_is_paid_again(paid: World) -> None:
    """十一月扣回 180,之后单子恢复,十二月补回 180;两期合起来是零。"""
    published(paid)
    cancel(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    cancel(paid, again=True)
    month_over(paid, DEC)
    done = publish(paid, DEC)
    assert arrears(paid, NOV) == {"arrears_202610_deal": "-180.00"}
    assert arrears(paid, DEC) == {"arrears_202610_deal": "180.00"}
    assert paid.ask("zhoujun", payroll.verify, OneRun(done.run_id)) == []


def test_a_raise_since_october_is_two_months_of_arrears(paid: World) -> None:
    """十一月也发布之后才知道十月起涨到 12,000:十二月补两个月,各 2,000 加奖金(110% × 10%)220。"""
    published(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    wages = (*pay_of("liming").wages, (date(2026, 10, 1), Money.of("12000.00"), "调薪"))
    paid.do("system", opening.open_pay, opening.OpenPay(COMPANY, (replace(pay_of("liming"), wages=wages),)))
    month_over(paid, DEC)
    publish(paid, DEC)
    assert arrears(paid, DEC) == {"arrears_202610_wage": "2220.00", "arrears_202611_wage": "2220.00"}


def test_a_base_corrected_late_is_paid_for_both_sides_and_deducted_before_tax(paid: World) -> None:
    """十月起基数 12,000:个人补 (8% + 2% + 0.5% + 7%) × 2,000 = 350,单位补 (16% + 9% + 0.5% + 0.2% + 7%) × 2,000 = 654。"""
    published(paid)
    bases = (*BASES, (OCT, Money.of("12000.00"), Money.of("12000.00")))
    paid.do("system", opening.open_pay, opening.OpenPay(COMPANY, (replace(pay_of("liming"), bases=bases),)))
    paid.do("system", opening.open_tax, opening.OpenTax(COMPANY.unit, 2026, (("liming", "standard", 11, ()),)))
    month_over(paid, NOV)
    publish(paid, NOV)
    assert arrears(paid, NOV) == {"arrears_202610_insurance_ins": "-350.00", "arrears_202610_insurance_er": "654.00"}
    me = paid.id("liming")
    paid_in = paid.one("SELECT insurance FROM taxledger WHERE person_id = :p AND month = 12", p=me)
    assert paid_in == 210000 + 35000, "十一月的 2,100 加十月补的 350,都在税前扣"


def test_two_causes_are_two_lines_in_the_order_they_were_known(paid: World) -> None:
    """先批了十月的一天事假(459.77),再撤一张单(180.00)。"""
    paid.now = at("2026-11-05")
    number = draft(paid, type="personal", start=date(2026, 10, 30), end=date(2026, 10, 30))
    paid.do("liming", leave.submit, SubmitLeave(number))
    published(paid)
    paid.do("wangfang", leave.decide_request, DecideLeave(number, True))
    cancel(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    found = arrears(paid, NOV)
    assert list(found) == ["arrears_202610_leave", "arrears_202610_deal"]
    assert found["arrears_202610_deal"] == "-180.00"
    assert Money.of(found["arrears_202610_leave"]) == Money.of("-459.77") - Money.of("15.00"), "事假一天,少一天餐补"


def test_one_who_was_held_out_is_paid_in_the_next_run(paid: World) -> None:
    """暂缓的整个月在下一期补:应发 10,000 加餐补 18 天 × 15;社保补扣;税在补发的那个月按累计计。"""
    computed = run(paid)
    held = paid.do("chenjing", payroll_hold.hold, OneInRun(computed.run_id, paid.id("zhangsan"), "账号核对中"))
    paid.do("sunli", payroll.publish, Publish(held.run_id, held.input_hash))
    month_over(paid, NOV)
    done = publish(paid, NOV)
    found = arrears(paid, NOV, "zhangsan")
    assert found["arrears_202610_held"] == "10270.00"
    assert found["arrears_202610_held_ins"] == "-1750.00"
    assert late(paid) == [(OCT, "held", "handled")]
    assert paid.ask("zhoujun", payroll.verify, OneRun(done.run_id)) == []
    income = paid.one("SELECT sum(income) FROM taxledger WHERE person_id = :p", p=paid.id("zhangsan"))
    assert income == 1027000 + 1000000 + 21 * 1500


def test_a_late_truth_after_the_lock_waits_for_the_run_after(paid: World) -> None:
    published(paid)
    month_over(paid, NOV)
    computed = run(paid, NOV)
    cancel(paid)
    paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    assert arrears(paid, NOV) == {}
    assert late(paid) == [(OCT, "deal", "open")]


def test_verify_finds_a_changed_correction(paid: World) -> None:
    published(paid)
    cancel(paid)
    month_over(paid, NOV)
    done = publish(paid, NOV)
    with paid.store.engine.connect().execution_options(ehr_mode="write") as connection:
        guards.remove(connection)
        connection.exec_driver_sql("UPDATE paycorrection SET facts = base")
        connection.commit()
    assert any("补差" in one for one in paid.ask("zhoujun", payroll.verify, OneRun(done.run_id)))


def test_preparing_again_does_not_double_the_lines(paid: World) -> None:
    published(paid)
    cancel(paid)
    month_over(paid, NOV)
    first, second = run(paid, NOV), run(paid, NOV)
    assert (first.input_hash, first.net) == (second.input_hash, second.net)
    assert paid.one("SELECT count(*) FROM paycorrection") == 1
    paid.do("chenjing", payroll.run, Prepare(NOV))
    assert paid.one("SELECT count(*) FROM paycorrection") == 1


def test_one_who_had_left_before_the_month_gives_it_back(paid: World) -> None:
    """十一月发布之后才登记:最后工作日是 10 月 30 日。十一月整月的应发 10,000 + 21 × 15 与社保 1,750 在补发里扣回。"""
    published(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    me = paid.id("zhangsan")
    paid.take("people", DismissalRecord("zhangsan", date(2026, 10, 30), "h-2"), window="leave")
    assert {(month, kind) for month, kind, _ in late(paid)} == {(OCT, "dismissal"), (NOV, "dismissal")}
    number = int(
        paid.do("chenjing", payroll_offcycle.open_apart, payroll_offcycle.OpenApart("arrears", NOV, DEC)).run_id
    )
    paid.do("chenjing", payroll_offcycle.add_line, payroll_offcycle.AddLine(number, me, "离职日登记晚了"))
    paid.do("chenjing", payroll_offcycle.run, OneRun(number))
    facts = paid.one("SELECT facts FROM payinput WHERE run_id = :r", r=number)
    found = {a.code: a.fen for a in from_json(facts).adjustments}
    assert found["arrears_202611_dismissal"] == -(1000000 + 21 * 1500)
    assert found["arrears_202611_dismissal_ins"] == 175000
    assert found["arrears_202610_dismissal"] < 0, "十月 31 日那天不在职,折算少发一点"
