"""年终奖计税 pay bonus:单独与并入各要多少税、临界区怎么避开、哪一种少;只算清、只说明,选哪一种由本人定。

规则在 engine.bonus。全年工资由个税台账得来,还没发的月份按最近一个月预估,预估了哪几个月都写明。
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col, select

from config.policies import Policies
from engine.bonus import Better, BonusTax, YearWages, advice, apart_tax, apart_trace, compare, trace
from engine.days import Month
from engine.errors import RuleBroken
from engine.money import Money
from engine.tax import Figures, TaxTable
from engine.trace import Trace
from handlers.company import company_of
from models.pay import PayExtra, PayRun, TaxLedger, WageSegment
from models.people import Person
from models.work import Work

BONUS, BONUS_MERGED, BONUS_TAX = "annual_bonus", "annual_bonus_merged", "annual_bonus_tax"
"""年终奖:单独计税的、并入综合所得的,与单独计的税。"""
REGULAR_SOURCE = ("regular", "leaver")
"""有这些期的月份,工资算是发齐了的;只有补发、年终奖的不算。"""
CLIFF = "BONUS_CLIFF"
CLIFF_SAY = (
    "年终奖单独计税落在临界区:到手比少发一点还少。两种计税各要多少、发多少不吃亏,请看“手工行”,与本人确认后再发。"
)


@dataclass(frozen=True, slots=True)
class BonusWays:
    """年终奖两种计税(金额写元)。

    separate 单独计税要交的税(不能单独为空,原因在 refusal);merged 并入之后全年多交的税;merged_now 并入时这一期多扣的;
    better 全年哪种少(separate | merged,一样多为 same);policy 公司政策 tax.bonus;year 全年工资怎么来的。
    cliff 落在临界区:改发 cliff_from 到手反而多,要发到 cliff_to 才与它持平,cliff_net 是那个到手数;advice 给人看的话;
    trace 两种算法的来处(Trace 的 JSON)。
    """

    person_id: int
    amount: str
    separate: str
    merged: str
    better: str
    policy: str
    merged_now: str
    year: str
    refusal: str
    cliff: bool
    cliff_from: str
    cliff_to: str
    cliff_net: str
    advice: tuple[str, ...]
    trace: dict[str, object]


@dataclass(frozen=True, slots=True)
class Year:
    """一个人全年的工资:wages 引擎的值,say 怎么来的。"""

    wages: YearWages
    say: str


def apart_table(rules: Policies, day: date) -> TaxTable:
    """发放日单独计税的税率表;规定到期没有续的报 RuleBroken(BONUS_LAPSED)。"""
    version = rules.bonus.at(day)
    if version is not None:
        return version.value
    last = rules.bonus.versions[-1].until
    until = f"执行到 {last.year}年{last.month}月{last.day}日,之后" if last is not None and last < day else "在发放月"
    raise RuleBroken(
        "BONUS_LAPSED",
        f"年终奖单独计税的规定{until}没有效力,不能再单独计税。请改为并入综合所得;国家有新规定的,请 HR 先更新政策文件 tax.yaml。",
    )


def bonus_tax(fen: int, day: date, rules: Policies) -> int:
    """年终奖单独计税的税(分)。"""
    return apart_tax(fen, apart_table(rules, day)).tax


def bonus_tax_trace(fen: int, day: date, rules: Policies, evidence: tuple[str, ...]) -> Trace:
    """单独计的税怎么来的(写成扣掉的负数,与工资条上的一行相同)。"""
    found = apart_trace(apart_tax(fen, apart_table(rules, day)), rules.bonus.rule_id(day), evidence)
    return replace(found, label="全年一次性奖金个税", value=(-Money.of(found.value)).yuan())


def in_cliff(fen: int, day: date, rules: Policies) -> bool:
    """单独计税是不是落在临界区。"""
    version = rules.bonus.at(day)
    if version is None:
        return False
    wages = YearWages(Figures(), 0)
    return compare(wages, fen, rules.withholding.on(day), version.value).cliff is not None


def taken(work: Work, person_id: int, year: str, besides: int = 0) -> bool:
    """这一年有没有一期给他单独计过税(没发布的也算);besides 这一期不算。"""
    found = work.session.exec(
        select(PayExtra.id)
        .join(PayRun, col(PayRun.id) == col(PayExtra.run_id))
        .where(
            PayExtra.person_id == person_id,
            PayExtra.code == BONUS,
            col(PayRun.pay_month).startswith(f"{year}-"),
            PayRun.id != besides,
        )
    ).first()
    return found is not None


def ways_of(work: Work, about: tuple[PayRun, Person, int], rules: Policies, merged_now: int) -> BonusWays:
    """两种计税的比较;about 是(哪一期, 谁, 年终奖的分);merged_now 并入时这一期多扣的税(分)。"""
    row, person, fen = about
    day = Month.parse(row.pay_month).first
    version = rules.bonus.at(day)
    table = version.value if version is not None else None
    year = year_of(work, person, Month.parse(row.pay_month), rules)
    used = taken(work, person.id or 0, row.pay_month[:4], row.id or 0)
    found = compare(year.wages, fen, rules.withholding.on(day), table, used)
    cliff = found.cliff
    return BonusWays(
        person_id=person.id or 0,
        amount=Money(fen).yuan(),
        separate="" if found.apart is None else Money(found.apart.tax).yuan(),
        merged=Money(found.merged.tax - found.wages.tax).yuan(),
        better="same" if found.better is Better.EQUAL else str(found.better),
        policy=str(rules.switches["tax.bonus"].on(day)),
        merged_now=Money(merged_now).yuan(),
        year=year.say,
        refusal=str(found.refusal or ""),
        cliff=cliff is not None,
        cliff_from=Money(cliff.start).yuan() if cliff else "",
        cliff_to=Money(cliff.end).yuan() if cliff else "",
        cliff_net=Money(cliff.net).yuan() if cliff else "",
        advice=(*advice(found, table), *_cautions(work, row, found)),
        trace=trace(found, table, rules.bonus.rule_id(day)).to_json(),
    )


def _cautions(work: Work, row: PayRun, found: BonusTax) -> tuple[str, ...]:
    """系统不知道、要问本人的:启用的那一年,之前有没有单独计过。"""
    if found.apart is not None and company_of(work).first_month[:4] == row.pay_month[:4]:
        return ("启用本系统之前今年有没有单独计过税,这里没有记录,请先问清本人",)
    return ()


def year_of(work: Work, person: Person, pay_month: Month, rules: Policies) -> Year:
    """全年工资:台账里有的照台账,还没发的月份按最近发齐的一个月;一个月也没有的按合同月工资(没有扣社保)。"""
    law = rules.withholding.on(pay_month.first)
    rows = _ledger(work, person, pay_month.year)
    whole = {month for month, kind, _ in rows if kind in ("", *REGULAR_SOURCE)}
    last = person.last_work_day
    end = last.month if last is not None and last.year == pay_month.year else 12
    guess = list(range(max(whole, default=pay_month.month - 1) + 1, end + 1))
    figures = Figures()
    for _, _, one in rows:
        figures = figures.plus(one)
    like, said = _like(work, person, pay_month, rows)
    for _ in guess:
        figures = figures.plus(like)
    known = f"{min(whole)}—{max(whole)} 月按台账" if len(whole) > 1 else f"{min(whole)} 月按台账" if whole else ""
    ahead = f"{_months(guess)}{said}预估" if guess else ""
    parts = [one for one in (known, ahead) if one]
    say = f"全年工资(不含这笔):{','.join(parts)};减除费用按全年 {Money(law.yearly_allowance).show()}。"
    if person.hired_on is not None and person.hired_on.year == pay_month.year and person.hired_on.month > 1:
        say += "今年到本单位之前在别处的收入不在内,有的话请本人按全年收入比较。"
    return Year(YearWages(figures, law.yearly_allowance), say)


def _months(found: list[int]) -> str:
    return f"{found[0]} 月" if len(found) == 1 else f"{found[0]}—{found[-1]} 月"


Booked = list[tuple[int, str, Figures]]
"""台账的各行:(发放月份, 那一期的种类(期初为空), 数)。"""


def _ledger(work: Work, person: Person, year: int) -> Booked:
    rows = work.session.exec(
        select(TaxLedger)
        .where(TaxLedger.unit == company_of(work).unit, TaxLedger.person_id == person.id, TaxLedger.tax_year == year)
        .order_by(col(TaxLedger.month), col(TaxLedger.id))
    ).all()
    ids = {int(row.source.removeprefix("run:")) for row in rows if row.source.startswith("run:")}
    kinds = {row.id: row.kind for row in work.session.exec(select(PayRun).where(col(PayRun.id).in_(ids)))}
    return [
        (
            row.month,
            kinds.get(int(row.source.removeprefix("run:")), "") if row.source.startswith("run:") else "",
            Figures(row.income.fen, row.tax_free.fen, row.insurance.fen, row.special_additional.fen, row.other.fen),
        )
        for row in rows
    ]


def _like(work: Work, person: Person, pay_month: Month, rows: Booked) -> tuple[Figures, str]:
    """还没发的月份照哪个月;去年的台账也看。"""
    for year in (pay_month.year, pay_month.year - 1):
        own = rows if year == pay_month.year else _ledger(work, person, year)
        month = max((m for m, kind, one in own if kind in ("", *REGULAR_SOURCE) and one.income > 0), default=0)
        if month:
            figures = Figures()
            for at, kind, one in own:
                if at == month and kind in ("", *REGULAR_SOURCE):
                    figures = figures.plus(one)
            return figures, f"照 {year}年{month}月 "
    wage = work.session.exec(
        select(WageSegment)
        .where(WageSegment.person_id == person.id, WageSegment.since <= pay_month.last)
        .order_by(col(WageSegment.since).desc())
    ).first()
    return Figures(income=wage.monthly_wage.fen if wage is not None else 0), "按合同月工资(没有扣社保)"
