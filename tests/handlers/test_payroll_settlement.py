"""离职结算的建议 settlement:未休年休假与经济补偿由引擎算;缺的问,不猜;逐行采用,两个人,怎么算的留着。

张三 2023-03-01 入职,月工资 10,000,上海,2026-11-13 离职;十月由本系统发,应发 10,270.00(餐补 270),之前 11 个月 HR 填。
数字都是手算的,写在各条里。
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.days import Month
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady, RuleBroken
from handlers import payroll, payroll_explain, payroll_offcycle, payroll_settlement
from handlers.payroll import OneRun, Publish
from handlers.payroll_explain import LineInRun, SlipInRun
from handlers.payroll_offcycle import DropLine
from handlers.payroll_settlement import AdoptLine, LeavingForm
from handlers.records import DismissalRecord
from tests.engine.overlay import switched
from tests.handlers.out import exported, with_accounts
from tests.handlers.test_leave_life import approved
from tests.handlers.test_pay_gather import under
from tests.handlers.test_payroll import execute, published
from tests.handlers.test_payroll_offcycle import amounts, computed, opened
from tests.handlers.world import World, at, punches

NOV = "2026-11"
FILLED: dict[str, Any] = {"missing_gross": "110000.00", "missing_overtime": "5000.00", "service_from": "2015-06-01"}
"""HR 填:之前 11 个月应发合计 110,000.00,其中加班费 5,000.00;2015 年 6 月参加工作。"""


def leaving(paid: World) -> LeavingForm:
    """张三离职,开好离职结算的一期。"""
    published(paid)
    me = paid.id("zhangsan")
    paid.take("people", DismissalRecord("zhangsan", date(2026, 11, 13), "h-2"), window="leave")
    paid.now = at("2026-11-16")
    paid.take("punches", *punches(paid, "zhangsan", Month.parse(NOV)), window="z")
    return LeavingForm(opened(paid, "leaver", NOV, NOV), me)


def look(paid: World, form: LeavingForm, **more: Any) -> Any:
    return paid.ask("chenjing", payroll_settlement.proposal, replace(form, **more))


def lines(view: Any) -> dict[str, str]:
    return {one.code: one.amount for one in view.lines}


def take(paid: World, form: LeavingForm, code: str, reason: str = "") -> Any:
    one = next(x for x in look(paid, form).lines if x.code == code)
    return paid.do("chenjing", payroll_settlement.adopt, AdoptLine(form, code, one.amount, reason or one.reason))


def test_what_is_lacking_is_asked_and_nothing_is_guessed(paid: World) -> None:
    form = leaving(paid)
    bare = look(paid, form)
    assert ([q.field for q in bare.asked], bare.lines) == (["missing_gross", "service_from", "ending"], ())
    assert "2025年11月" in bare.asked[0].say and "2026年10月" not in bare.asked[0].say
    half = look(paid, form, missing_gross="110000.00")
    assert "missing_gross" in [q.field for q in half.asked], "加班费没填,不当作没有"


def test_unused_annual_leave_by_hand(paid: World) -> None:
    """工龄 11 年,全年 10 天;1月1日到11月13日过了 317 天:317 ÷ 365 × 10 = 8.68,付整 8 天。
    月均(不含加班)=(110,000 − 5,000 + 10,270)÷ 12 = 9,605.8333;÷ 21.75 × 200% × 8 = 7,066.36。"""
    view = look(paid, leaving(paid), **FILLED)
    assert lines(view) == {"unused_leave": "7066.36"}
    (one,) = view.lines
    assert one.taxed and "8 天" in one.reason and "7066.36" not in one.reason and "7,066" not in one.reason
    leaves = str(one.trace)
    assert "2026年10月应发(不含加班费)" in leaves and "HR 填写" in leaves and "已过 317 天" in leaves


def test_leave_already_taken_counts_and_the_part_after_the_last_day_does_not(paid: World) -> None:
    """休过 1 天(10月9日已批的一天在最后工作日之前):8.68 − 1 = 7.68,付 7 天:9,605.8333 ÷ 21.75 × 2 × 7 = 6,183.07。"""
    paid.now = at("2026-11-02")
    approved(paid, "zhangsan", type="annual", start=date(2026, 11, 4), end=date(2026, 11, 4))
    approved(paid, "zhangsan", type="annual", start=date(2026, 11, 17), end=date(2026, 11, 17))
    paid.now = at("2026-11-23")
    assert lines(look(paid, leaving(paid), **FILLED)) == {"unused_leave": "6183.07"}


def test_no_right_to_annual_leave_before_a_year_of_work(paid: World) -> None:
    view = look(paid, leaving(paid), **(FILLED | {"service_from": "2026-03-01"}))
    assert view.lines == () and any("还不满一年" in one for one in view.notes)


def test_severance_and_notice_by_hand(paid: World) -> None:
    """2023-03-01 至 2026-11-13:3 年 8 个多月,4 个月工资。月均(含加班)120,270 ÷ 12 = 10,022.50,× 4 = 40,090.00;
    代通知金是上个月工资 10,270.00;合计 50,360.00 不超过年平均工资三倍(12,577 × 12 × 3 = 452,772),不交税。"""
    form = replace(leaving(paid), ending="article_40", notice=True, **FILLED)
    view = look(paid, form)
    assert lines(view) == {"unused_leave": "7066.36", "severance": "40090.00", "notice_pay": "10270.00"}
    assert [one.alone for one in view.lines] == [True, True, False]
    assert any("不交个税" in one for one in view.notes)
    twice = look(paid, form, ending="unlawful")
    assert lines(twice)["severance"] == "80180.00" and "notice_pay" not in lines(twice), "违法解除没有代通知金"
    none = look(paid, form, ending="resigned")
    assert "severance" not in lines(none) and any("第三十七条" in one for one in none.notes)


def test_the_policy_says_which_items_count_for_severance(paid: World, tmp_path: Path) -> None:
    """只算基本工资的公司:十月算 10,000,填的 11 个月 110,000,月均 10,000 × 4 = 40,000.00。"""
    under(paid, switched(tmp_path, severance__wage_items="[base]"))
    form = replace(leaving(paid), ending="article_40", **FILLED)
    assert lines(look(paid, form))["severance"] == "40000.00"


def capped(paid: World) -> LeavingForm:
    """月均(660,000 + 10,270)÷ 12 = 55,855.83,高于 12,577 × 3 = 37,731:按 37,731 算、最多 12 个月。"""
    more = FILLED | {"missing_gross": "660000.00", "joined": "2012-01-01"}
    return replace(leaving(paid), ending="article_40", notice=True, **more)


def test_the_cap_and_the_tax_on_what_is_above_the_limit(paid: World) -> None:
    """2012-01-01 起 14 年 10 个月计 15 个月,封顶 12:37,731 × 12 = 452,772.00,正好是免税额;
    加代通知金 10,270 超过 10,270,年度税率表 3%:308.10。"""
    found = lines(look(paid, capped(paid)))
    assert (found["severance"], found["notice_pay"], found["severance_tax"]) == ("452772.00", "10270.00", "-308.10")


def test_notice_pay_may_be_taxed_as_wages(paid: World) -> None:
    form = capped(paid)
    key = "severance.notice_tax"
    dated = paid.rules.switches[key]
    wage = replace(dated, versions=tuple(replace(v, value="wage") for v in dated.versions))
    paid.desk.rules = replace(paid.rules, switches={**paid.rules.switches, key: wage})
    view = look(paid, form)
    assert "severance_tax" not in lines(view)
    assert next(one.taxed for one in view.lines if one.code == "notice_pay")


def test_adopted_lines_are_paid_published_by_another_and_explained(paid: World) -> None:
    """未休年休假这里是(660,000 − 5,000 + 10,270)÷ 12 ÷ 21.75 × 200% × 8 = 40,782.84。"""
    form = capped(paid)
    take(paid, form, "unused_leave")
    view = take(paid, form, "severance", "协商的理由")
    kept = paid.ask("zhoujun", payroll_offcycle.extras, OneRun(form.run_id))
    assert [one.code for one in kept] == ["unused_leave", "severance", "notice_pay", "severance_tax"]
    assert kept[1].reason == "协商的理由"
    view = computed(paid, form.run_id)
    assert (view.people, view.failures, view.tax_apart) == (1, (), "¥308.10")
    with pytest.raises(NotAllowed):
        paid.do("chenjing", payroll.publish, Publish(form.run_id, view.input_hash))
    paid.do("sunli", payroll.publish, Publish(form.run_id, view.input_hash))
    assert paid.ask("zhoujun", payroll.verify, OneRun(form.run_id)) == []
    slip = paid.ask("zhoujun", payroll_explain.slip, SlipInRun(form.run_id, form.person_id))
    found = amounts(slip)
    assert (found["severance"], found["severance_tax"], found["unused_leave"]) == ("452772.00", "-308.10", "40782.84")
    booked = paid.one("SELECT sum(income) FROM taxledger WHERE source = :s", s=f"run:{form.run_id}")
    assert booked < 45277200, "一次性补偿不进累计"
    told = paid.ask("zhoujun", payroll_explain.line, LineInRun(form.run_id, form.person_id, "severance"))
    assert "最多 12 个月" in told.say and "2026年10月应发" in str(told.trace)
    assert "协商的理由" in [one.say for one in told.evidence if one.kind == "manual"]
    taxed = paid.ask("zhoujun", payroll_explain.line, LineInRun(form.run_id, form.person_id, "severance_tax"))
    assert taxed.amount == "-308.10" and "免税额" in taxed.say


def test_what_was_settled_is_named_beside_the_tax_file_and_balances(paid: World) -> None:
    form = capped(with_accounts(paid))
    take(paid, form, "severance")
    view = computed(paid, form.run_id)
    paid.do("sunli", payroll.publish, Publish(form.run_id, view.input_hash))
    made, _ = exported(paid, form.run_id, "tax")
    (note,) = [one for one in made.notes if "一次性补偿金" in one]
    assert "张三,共 1 人" in note and "463,042.00" in note and "308.10" in note
    exported(paid, form.run_id, "voucher")  # 借贷不等、没有科目的都会拒绝


def test_the_bundle_goes_and_comes_together(paid: World) -> None:
    form = capped(paid)
    take(paid, form, "severance")
    with pytest.raises(RuleBroken) as twice:
        take(paid, form, "severance")
    assert twice.value.code == "ALREADY_ADOPTED"
    rows = paid.ask("chenjing", payroll_offcycle.extras, OneRun(form.run_id))
    notice = next(one for one in rows if one.code == "notice_pay")
    paid.do("chenjing", payroll_offcycle.drop_line, DropLine(form.run_id, notice.extra_id))
    assert paid.ask("chenjing", payroll_offcycle.extras, OneRun(form.run_id)) == []


def test_what_cannot_be_adopted(paid: World) -> None:
    form = replace(leaving(paid), **FILLED)
    for bad, code, error in (
        (AdoptLine(form, "severance", "1.00", "理由"), "NO_PROPOSAL", NotFound),
        (AdoptLine(form, "unused_leave", "7066.37", "理由"), "PROPOSAL_CHANGED", Conflict),
        (AdoptLine(form, "unused_leave", "7066.36", " "), "REASON_NEEDED", BadInput),
    ):
        with pytest.raises(error) as refused:
            paid.do("chenjing", payroll_settlement.adopt, bad)
        assert refused.value.code == code
    with pytest.raises(NotReady) as staying:
        look(paid, replace(form, person_id=paid.id("liming")))
    assert staying.value.code == "NOT_LEAVING"
    with pytest.raises(RuleBroken) as kind:
        look(paid, replace(form, run_id=opened(paid, "arrears", NOV, NOV)))
    assert kind.value.code == "BAD_KIND"
    with pytest.raises(NotAllowed):
        paid.ask("zhaohui", payroll_settlement.proposal, form)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"missing_gross": "abc"}, "BAD_AMOUNT"),
        ({"missing_gross": "1.00", "missing_overtime": "2.00"}, "BAD_AMOUNT"),
        ({"city_average": "-1"}, "BAD_AMOUNT"),
        ({"service_from": "2015/6/1"}, "BAD_DAY"),
        ({"joined": "2026-11-14"}, "BAD_DAY"),
        ({"ending": "fired"}, "BAD_ENDING"),
    ],
)
def test_odd_answers_are_refused(paid: World, more: dict[str, Any], code: str) -> None:
    form = leaving(paid)
    with pytest.raises(BadInput) as refused:
        look(paid, form, **more)
    assert refused.value.code == code


def test_a_city_without_its_average_and_service_before_2008_are_asked(paid: World) -> None:
    """昆明没有核到月平均工资:问;填了 8,000,三倍 24,000,月均 10,022.50 不封顶。2005 年入职的问从哪天起算。"""
    form = replace(leaving(paid), ending="not_renewed", **FILLED)
    execute(paid, f"UPDATE payprofile SET city = '昆明' WHERE person_id = {form.person_id}")
    execute(paid, f"UPDATE person SET hired_on = '2005-03-01' WHERE id = {form.person_id}")
    assert {q.field for q in look(paid, form).asked} == {"city_average", "joined"}
    found = look(paid, form, city_average="8000.00", joined="2008-01-01")
    assert found.asked == ()
    assert lines(found)["severance"] == "190427.50", "2008-01-01 起 18 年 10 个月计 19 个月 × 10,022.50"
