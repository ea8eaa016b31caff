"""另发 off-cycle:离职结算、年终奖、补发;税按发放的那个月合起来,社保只扣一次,手工行要两个人,补差不会补两次。"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.days import Month
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from handlers import payroll, payroll_hold, payroll_life, payroll_offcycle, payslip
from handlers.payroll import OneRun, Publish
from handlers.payroll_hold import OneInRun
from handlers.payroll_life import Move
from handlers.payroll_offcycle import AddBonus, AddLine, DropLine, OpenApart
from handlers.payslip import ExplainLine, MonthSlip
from handlers.people import Nothing
from handlers.records import DismissalRecord
from tests.handlers.out import exported, with_accounts
from tests.handlers.test_payroll import execute, published, run
from tests.handlers.test_payroll_late import arrears, cancel, late, month_over
from tests.handlers.test_payroll_late import publish as publish_month
from tests.handlers.world import World, at, punches

OCT, NOV, DEC = "2026-10", "2026-11", "2026-12"


def opened(paid: World, kind: str, month: str = OCT, pay_month: str = NOV, who: str = "chenjing") -> int:
    return int(paid.do(who, payroll_offcycle.open_apart, OpenApart(kind, month, pay_month)).run_id)


def add(paid: World, number: int, userid: str, amount: str = "", **more: Any) -> Any:
    values: dict[str, Any] = {"reason": "按协议", "label": "补发津贴"} | more
    return paid.do("chenjing", payroll_offcycle.add_line, AddLine(number, paid.id(userid), amount=amount, **values))


def computed(paid: World, number: int) -> Any:
    return paid.do("chenjing", payroll_offcycle.run, OneRun(number))


def done(paid: World, number: int) -> Any:
    view = computed(paid, number)
    return paid.do("sunli", payroll.publish, Publish(number, view.input_hash))


def slip(paid: World, number: int, userid: str, month: str = OCT) -> Any:
    return paid.ask(userid, payslip.view, MonthSlip(paid.id(userid), f"{month}-r{number}"))


def amounts(view: Any) -> dict[str, str]:
    return {x.code.rstrip("0123456789").rstrip("_"): x.amount for x in view.lines if x.amount != "0.00"}


def test_a_line_by_hand_is_taxed_with_the_month_it_is_paid_in(paid: World) -> None:
    """张三十月常规(十一月发):10,000 + 餐补 270 − 社保 1,750 − 减除 5,000 = 3,520 × 3% = 105.60。
    同月再补发 3,000:合起来 6,520 × 3% = 195.60,减已扣 105.60,只扣 90.00;社保不再扣。"""
    published(paid)
    number = opened(paid, "arrears")
    add(paid, number, "zhangsan", "3000.00")
    view = done(paid, number)
    assert (view.state, view.kind_label, view.people) == ("published", "补发", 1)
    one = slip(paid, number, "zhangsan")
    assert amounts(one) == {"extra": "3000.00", "iit": "-90.00"}
    assert (one.net_amount, one.month_label) == ("2910.00", "2026年10月补发")
    assert paid.ask("zhoujun", payroll.verify, OneRun(number)) == []


def test_the_other_way_round_gives_the_same_tax_in_all(paid: World) -> None:
    """先补发、后常规,同一个发放月合起来扣的税一样:195.60;专项附加也只计一次。"""
    number = opened(paid, "arrears")
    add(paid, number, "zhangsan", "3000.00")
    done(paid, number)
    published(paid)
    held = paid.one("SELECT sum(withheld) FROM taxledger WHERE person_id = :p AND month = 11", p=paid.id("zhangsan"))
    assert held == 19560


def test_lines_by_hand_need_a_reason_and_a_second_person(paid: World) -> None:
    published(paid)
    number = opened(paid, "arrears")
    with pytest.raises(BadInput) as silent:
        add(paid, number, "zhangsan", "3000.00", reason=" ")
    assert silent.value.code == "REASON_NEEDED"
    line = AddLine(number, paid.id("zhangsan"), "按协议", "补发津贴", "100")
    paid.do("sunli", payroll_offcycle.add_line, line)
    view = computed(paid, number)
    with pytest.raises(NotAllowed) as refused:
        paid.do("sunli", payroll.publish, Publish(number, view.input_hash))
    assert refused.value.code == "FOUR_EYES"
    (one,) = paid.ask("zhoujun", payroll_offcycle.extras, OneRun(number))
    assert (one.label, one.by, one.reason) == ("补发津贴", "sunli", "按协议")


@pytest.mark.parametrize("amount", ["-1", "0", "abc", "1.234", "9" * 20])
def test_odd_amounts_are_refused(paid: World, amount: str) -> None:
    number = opened(paid, "arrears")
    with pytest.raises(BadInput) as refused:
        add(paid, number, "zhangsan", amount)
    assert refused.value.code == "BAD_AMOUNT"


def test_a_line_is_taken_away_before_it_is_locked(paid: World) -> None:
    number = opened(paid, "arrears")
    add(paid, number, "zhangsan", "3000.00")
    (one,) = paid.ask("chenjing", payroll_offcycle.extras, OneRun(number))
    paid.do("chenjing", payroll_offcycle.drop_line, DropLine(number, one.extra_id))
    assert paid.ask("chenjing", payroll_offcycle.extras, OneRun(number)) == []
    add(paid, number, "zhangsan", "1000.00")
    computed(paid, number)
    with pytest.raises(RuleBroken) as locked:
        add(paid, number, "zhangsan", "1.00")
    assert locked.value.code == "WRONG_STEP"


def test_the_line_explains_itself(paid: World) -> None:
    published(paid)
    number = opened(paid, "arrears")
    add(paid, number, "zhangsan", "3000.00")
    done(paid, number)
    code = next(x.code for x in slip(paid, number, "zhangsan").lines if x.code.startswith("extra"))
    told = paid.ask("zhangsan", payslip.explain, ExplainLine(paid.id("zhangsan"), f"{OCT}-r{number}", code))
    assert (told.amount, [e.kind for e in told.evidence]) == ("3000.00", ["manual"])
    assert "陈静" in told.evidence[0].detail and told.evidence[0].say == "按协议"
    items = paid.ask("zhangsan", payslip.months, Nothing())
    assert [i.label for i in items if i.state == "published"] == ["2026年10月补发", "2026年10月"]
    with pytest.raises(NotFound):
        slip(paid, number, "liming")


def test_a_bonus_taxed_apart_once_a_year(paid: World) -> None:
    """36,000 单独:÷12 = 3,000 → 3%,1,080.00;36,000.01 跳到 10% 级:3,600.00 − 210 = 3,390.00。"""
    published(paid)
    number = opened(paid, "bonus", NOV, DEC)
    ways = paid.ask("chenjing", payroll_offcycle.bonus_ways, AddBonus(number, paid.id("zhangsan"), "36000", "年终"))
    assert (ways.separate, ways.policy) == ("1080.00", "ask")
    edge = AddBonus(number, paid.id("zhangsan"), "36000.01", "年终")
    on_edge = paid.ask("chenjing", payroll_offcycle.bonus_ways, edge)
    assert on_edge.separate == "3390.00" and on_edge.cliff
    bonus = AddBonus(number, paid.id("zhangsan"), "36000.00", "2026 年终奖")
    with pytest.raises(BadInput) as which:
        paid.do("chenjing", payroll_offcycle.add_bonus, bonus)
    assert which.value.code == "BAD_WAY"
    paid.do("chenjing", payroll_offcycle.add_bonus, replace(bonus, way="separate"))
    with pytest.raises(RuleBroken) as twice:
        paid.do("chenjing", payroll_offcycle.add_bonus, replace(bonus, way="separate"))
    assert twice.value.code == "BONUS_TAKEN"
    view = done(paid, number)
    assert (view.people, view.tax_amount, view.tax_apart) == (1, "1080.00", "¥1,080.00")
    (listed,) = paid.ask("zhoujun", payroll.rows, OneRun(number))
    assert (listed.gross_amount, listed.tax_amount, listed.net_amount) == ("36000.00", "1080.00", "34920.00")
    one = slip(paid, number, "zhangsan", NOV)
    assert amounts(one) == {"annual_bonus": "36000.00", "annual_bonus_tax": "-1080.00"}
    assert (one.net_amount, one.tax_amount) == ("34920.00", "1080.00")
    apart = paid.one("SELECT sum(income) FROM taxledger WHERE source = :s", s=f"run:{number}")
    assert apart == 0, "单独计税的不进累计"
    assert paid.ask("zhoujun", payroll.verify, OneRun(number)) == []


def test_both_ways_over_the_year_and_the_cliff(paid: World) -> None:
    """张三全年:十一月台账 10,270 − 1,750,十二月照十一月;两个月不到 60,000,工资不交税,并入 36,000.01 也不交:并入少 3,390.00。
    36,000.01 在临界区:发 36,000 到手 34,920;x × 90% + 210 = 34,920 得 x = 38,566.67 才持平。"""
    published(paid)
    number = opened(paid, "bonus", NOV, DEC)
    bonus = AddBonus(number, paid.id("zhangsan"), "36000.01", "年终", "separate")
    ways = paid.ask("chenjing", payroll_offcycle.bonus_ways, bonus)
    assert (ways.separate, ways.merged, ways.better, ways.refusal) == ("3390.00", "0.00", "merged", "")
    assert (ways.cliff_from, ways.cliff_to, ways.cliff_net) == ("36000.00", "38566.67", "34920.00")
    assert "12 月照 2026年11月 预估" in ways.year and "11 月按台账" in ways.year
    told = "".join(ways.advice)
    assert "并入综合所得全年少交 ¥3,390.00" in told and "由本人选" in told and "启用本系统之前" in told
    note = paid.do("chenjing", payroll_offcycle.add_bonus, bonus).note
    assert "临界区" in note and "36" not in note
    view = computed(paid, number)
    assert [(one.code, one.level) for one in view.exceptions] == [("BONUS_CLIFF", "warn")]
    paid.do("sunli", payroll.publish, Publish(number, view.input_hash))
    key = f"{NOV}-r{number}"
    told = paid.ask("zhangsan", payslip.explain, ExplainLine(paid.id("zhangsan"), key, "annual_bonus_tax"))
    assert told.amount == "-3390.00" and "÷ 12 落在 10% 一级" in told.say and "速算扣除数 ¥210.00" in told.say


def test_the_bonus_rule_lapses_with_2027(paid: World) -> None:
    """单独计税到 2027-12-31 止:2028 年一月发的只能并入,说清楚;公司定了单独的也一样。"""
    number = opened(paid, "bonus", NOV, "2028-01")
    bonus = AddBonus(number, paid.id("zhangsan"), "36000.00", "年终", "separate")
    with pytest.raises(RuleBroken) as lapsed:
        paid.do("chenjing", payroll_offcycle.add_bonus, bonus)
    assert lapsed.value.code == "BONUS_LAPSED" and "2027年12月31日" in lapsed.value.say
    ways = paid.ask("chenjing", payroll_offcycle.bonus_ways, bonus)
    assert (ways.separate, ways.better, ways.refusal) == ("", "merged", "POLICY_EXPIRED")


@pytest.mark.parametrize(("policy", "other"), [("separate", "merged"), ("merged", "separate")])
def test_the_company_may_have_decided(paid: World, policy: str, other: str) -> None:
    dated = paid.rules.switches["tax.bonus"]
    own = replace(dated, versions=tuple(replace(v, value=policy) for v in dated.versions))
    paid.desk.rules = replace(paid.rules, switches={**paid.rules.switches, "tax.bonus": own})
    number = opened(paid, "bonus", NOV, DEC)
    bonus = AddBonus(number, paid.id("zhangsan"), "20000.00", "年终", other)
    with pytest.raises(BadInput) as refused:
        paid.do("chenjing", payroll_offcycle.add_bonus, bonus)
    assert refused.value.code == "BAD_WAY"
    paid.do("chenjing", payroll_offcycle.add_bonus, replace(bonus, way=""))
    (line,) = paid.ask("chenjing", payroll_offcycle.extras, OneRun(number))
    assert line.code == ("annual_bonus" if policy == "separate" else "annual_bonus_merged")


def test_a_bonus_is_named_beside_the_tax_file(paid: World) -> None:
    with_accounts(paid)
    published(paid)
    number = opened(paid, "bonus", NOV, DEC)
    for who in ("zhangsan", "liming"):
        paid.do("chenjing", payroll_offcycle.add_bonus, AddBonus(number, paid.id(who), "36000.00", "年终", "separate"))
    done(paid, number)
    made, _ = exported(paid, number, "tax")
    (note,) = [one for one in made.notes if "全年一次性奖金收入" in one]
    assert "共 2 人" in note and "¥72,000.00" in note and "¥2,160.00" in note and "张三" in note and "李明" in note


def test_changed_totals_of_a_bonus_are_found(paid: World) -> None:
    published(paid)
    number = opened(paid, "bonus", NOV, DEC)
    bonus = AddBonus(number, paid.id("zhangsan"), "36000.00", "年终", "separate")
    paid.do("chenjing", payroll_offcycle.add_bonus, bonus)
    computed(paid, number)
    assert paid.ask("zhoujun", payroll.verify, OneRun(number)) == []
    execute(
        paid,
        f"UPDATE payrun SET totals = replace(CAST(totals AS TEXT), '108000', '108001'){AS_JSON[paid.store.engine.dialect.name]} WHERE id = {number}",
    )
    assert paid.ask("zhoujun", payroll.verify, OneRun(number)) == ["合计与重算不一致"]


AS_JSON = {"sqlite": "", "postgresql": "::json"}


def test_a_merged_bonus_goes_into_the_cumulative_income(paid: World) -> None:
    """十二月发:此前十月工资一笔应税 3,520;并入 20,000 后累计 23,520 − 5,000(多一个月减除)= 18,520 × 3% = 555.60,减已扣 105.60 = 450.00。"""
    published(paid)
    number = opened(paid, "bonus", NOV, DEC)
    bonus = AddBonus(number, paid.id("zhangsan"), "20000.00", "2026 年终奖", "merged")
    paid.do("chenjing", payroll_offcycle.add_bonus, bonus)
    done(paid, number)
    assert amounts(slip(paid, number, "zhangsan", NOV))["iit"] == "-450.00"


def test_a_leaver_is_settled_to_the_last_day_and_not_paid_twice(paid: World) -> None:
    """张三做到 11 月 13 日(9 个工作日 … 由系统折算),结算里有工资、社保一次,加未休年休假;十一月常规不再有他。"""
    published(paid)
    paid.take("people", DismissalRecord("zhangsan", date(2026, 11, 13), "h-2"), window="leave")
    paid.now = at("2026-11-16")
    month = paid.do("chenjing", payroll.run, payroll.Prepare(NOV))
    number = opened(paid, "leaver", NOV, NOV)
    me = paid.one("SELECT id FROM person WHERE userid = 'zhangsan'")
    paid.take("punches", *punches(paid, "zhangsan", Month.parse(NOV)), window="z")
    paid.do("chenjing", payroll_offcycle.add_line, AddLine(number, me, "未休 2 天", "未休年休假", "1839.08"))
    view = done(paid, number)
    assert (view.people, view.failures) == (1, ())
    lines = dict(paid.desk.read(lambda w: _lines(w, number)))
    assert lines["ins_pension"] == -80000
    assert lines["base"] > 0 and any(k.startswith("extra") for k in lines)
    month_over(paid, NOV)
    again = run(paid, NOV)
    assert again.people == month.people - 1
    assert paid.one("SELECT count(*) FROM payinput WHERE run_id = :r AND person_id = :p", r=again.run_id, p=me) == 0


def _lines(work: Any, number: int) -> Any:
    return json.loads(work.rows("SELECT lines FROM payslip WHERE run_id = :r", r=number)[0][0])


def test_one_who_is_not_leaving_has_nothing_to_settle(paid: World) -> None:
    published(paid)
    number = opened(paid, "leaver", NOV, NOV)
    add(paid, number, "zhangsan", "100.00")
    view = computed(paid, number)
    assert [(f.name, f.code) for f in view.failures] == [("张三", "NOT_LEAVING")]


def test_one_who_was_held_out_is_paid_off_cycle_and_not_again(paid: World) -> None:
    first = run(paid)
    held = paid.do("chenjing", payroll_hold.hold, OneInRun(first.run_id, paid.id("zhangsan"), "账号核对中"))
    paid.do("sunli", payroll.publish, Publish(held.run_id, held.input_hash))
    number = opened(paid, "arrears")
    add(paid, number, "zhangsan")
    done(paid, number)
    found = amounts(slip(paid, number, "zhangsan"))
    assert (found["arrears_202610_held"], found["arrears_202610_held_ins"], found["iit"]) == (
        "10270.00", "-1750.00", "-105.60",
    )  # fmt: skip
    assert late(paid) == [(OCT, "held", "handled")]
    month_over(paid, NOV)
    publish_month(paid, NOV)
    assert arrears(paid, NOV, "zhangsan") == {}


def test_what_two_runs_would_both_pay_is_paid_by_the_first(paid: World) -> None:
    published(paid)
    cancel(paid)
    number = opened(paid, "arrears", NOV, DEC)
    add(paid, number, "liming")
    apart = computed(paid, number)
    month_over(paid, NOV)
    publish_month(paid, NOV)
    assert arrears(paid, NOV) == {"arrears_202610_deal": "-180.00"}
    with pytest.raises(Conflict) as taken:
        paid.do("sunli", payroll.publish, Publish(number, apart.input_hash))
    assert taken.value.code == "ARREARS_TAKEN"
    assert arrears_of(computed(paid, number), paid, number) == {}


def arrears_of(view: Any, paid: World, number: int) -> dict[str, int]:
    lines = dict(paid.desk.read(lambda w: _lines(w, number)))
    return {k: v for k, v in lines.items() if k.startswith("arrears_")}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (OpenApart("regular", OCT, NOV), "BAD_KIND"),
        (OpenApart("party", OCT, NOV), "BAD_KIND"),
        (OpenApart("arrears", "2026-09", NOV), "BEFORE_FIRST_MONTH"),
        (OpenApart("arrears", NOV, OCT), "BAD_PAY_MONTH"),
    ],
)
def test_what_cannot_be_opened(paid: World, command: OpenApart, code: str) -> None:
    with pytest.raises((BadInput, RuleBroken)) as refused:
        paid.do("chenjing", payroll_offcycle.open_apart, command)
    assert refused.value.code == code


def test_two_runs_of_one_month_computed_side_by_side_are_not_both_published(paid: World) -> None:
    """两期都算好,先发一期,另一期的累计就旧了:要重算,税合起来才是 195.60。"""
    regular = run(paid)
    number = opened(paid, "arrears")
    add(paid, number, "zhangsan", "3000.00")
    apart = computed(paid, number)
    paid.do("sunli", payroll.publish, Publish(number, apart.input_hash))
    with pytest.raises(Conflict) as moved:
        paid.do("sunli", payroll.publish, Publish(regular.run_id, regular.input_hash))
    assert moved.value.code == "LEDGER_MOVED"
    again = run(paid)
    paid.do("sunli", payroll.publish, Publish(again.run_id, again.input_hash))
    held = paid.one("SELECT sum(withheld) FROM taxledger WHERE person_id = :p AND month = 11", p=paid.id("zhangsan"))
    assert held == 19560


@pytest.mark.parametrize("what", [payroll_hold.hold, payroll_hold.release, payroll_hold.rerun])
def test_holding_out_is_for_regular_runs(paid: World, what: Any) -> None:
    number = opened(paid, "arrears")
    add(paid, number, "zhangsan", "3000.00")
    with pytest.raises(BadInput) as refused:
        paid.do("chenjing", what, OneInRun(number, paid.id("zhangsan"), "核对"))
    assert refused.value.code == "BAD_KIND"


def test_a_settlement_that_was_given_up_leaves_the_person_in_the_regular_run(paid: World) -> None:
    """离职结算算过又退回、去掉了他的行:十一月常规仍有他。"""
    published(paid)
    paid.take("people", DismissalRecord("zhangsan", date(2026, 11, 13), "h-2"), window="leave")
    paid.now = at("2026-11-16")
    paid.take("punches", *punches(paid, "zhangsan", Month.parse(NOV)), window="z")
    me = paid.one("SELECT id FROM person WHERE userid = 'zhangsan'")
    number = opened(paid, "leaver", NOV, NOV)
    paid.do("chenjing", payroll_offcycle.add_line, AddLine(number, me, "离职"))
    computed(paid, number)
    assert run(paid, NOV).people == 8
    paid.do("chenjing", payroll_life.move, Move(number, "back", note="先不结算"))
    (one,) = paid.ask("chenjing", payroll_offcycle.extras, OneRun(number))
    paid.do("chenjing", payroll_offcycle.drop_line, DropLine(number, one.extra_id))
    assert run(paid, NOV).people == 9
