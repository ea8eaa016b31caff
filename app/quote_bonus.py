"""算例:年终奖与整张工资条 quote bonus。把 JSON 变成引擎的值,算完写回;这里只翻译,不计算。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from app.quote_case import (
    Answer,
    BadCase,
    Case,
    Quote,
    calendar_of,
    day,
    guarded,
    maybe_rows,
    money,
    month_of,
    need,
    number,
    option,
    signed,
    table,
    text,
    yes,
)
from app.quote_pay import (
    FIGURES,
    bonus_of,
    contribution_of,
    fen_of,
    figures_of,
    pay_month,
    performance_error,
    person_of,
    plan_of,
    yuan,
)
from app.quote_time import employed_of, multipliers_on, record_of
from config.policies import Policies, shipped
from engine import performance
from engine.bonus import BonusTax, Taxed, YearWages, compare, trace
from engine.days import Month
from engine.errors import BadInput, NotReady
from engine.leave_pay import LeaveMethod, PersonalPolicy, personal_leave
from engine.money import Money
from engine.overtime import OvertimeRules, overtime_pay, segments
from engine.proration import (
    Days,
    Divide,
    DivideBy,
    ProrationMethod,
    ProrationPolicy,
    Why,
    proration,
    raise_in_month,
)
from engine.tax import Ledger, TaxTable, settle_year
from engine.trace import Trace
from engine.whole_slip import SlipLine, SlipTax, TaxMethod, WholeSlip, performance_line, whole_slip

# ── 年终奖 ────────────────────────────────────────────────────────────


def bonus_table(policies: Policies, on: date) -> TaxTable | None:
    """发放日有效的奖金税率表;规定失效为 None。"""
    version = policies.bonus.at(on)
    return version.value if version is not None else None


NOT_OF_A_YEAR = ("donation", "tax_relief")
"""全年的数里可以不写的:捐赠、减免税额。"""


def iit_bonus(case: Case, why: list[Trace]) -> Answer:
    """算例 iit_bonus:单独与并入。"""
    policies, on = shipped(), day(need(case, "pay_date"))
    brackets = bonus_table(policies, on)
    year = table(case, "year")
    wages = YearWages(figures_of(year, NOT_OF_A_YEAR), fen_of(need(year, "allowance")))
    used = yes(case.get("separate_already_used_this_year", False))
    found = compare(wages, money(need(case, "bonus")).fen, policies.withholding.on(on), brackets, used)
    whole = trace(found, brackets, policies.bonus.rule_id(on))
    why += [*(part for part in whole.parts if part.say), whole]
    return _bonus_answer(found)


def _bonus_answer(found: BonusTax) -> Answer:
    together = None if found.apart is None else found.wages.tax + found.apart.tax
    return {
        "wages_only": {"taxable": yuan(found.wages.base), "tax": yuan(found.wages.tax)},
        "separate": _apart(found, found.apart),
        "merged": {"taxable": yuan(found.merged.base)} | _rates(found.merged),
        "total_separate": None if together is None else yuan(together),
        "total_merged": yuan(found.merged.tax),
        "merged_minus_separate": None if together is None else yuan(found.merged.tax - together),
        "better": str(found.better),
    }


def _apart(found: BonusTax, apart: Taxed | None) -> Answer:
    if apart is None:
        return {"allowed": False, "reason": str(found.refusal)}
    return {"allowed": True, "reason": None} | _rates(apart) | {"net": yuan(found.bonus - apart.tax)}


def _rates(taxed: Taxed) -> Answer:
    return {"rate": str(taxed.rate), "quick": yuan(taxed.quick), "tax": yuan(taxed.tax)}


# ── 整张工资条 ────────────────────────────────────────────────────────


def payslip(case: Case, why: list[Trace]) -> Answer:
    """算例 payslip:各行、应发、社保公积金、个税、实发。劳动所属月就是发放月。"""
    month = month_of(need(case, "month"))
    try:
        lines = [*_wage_lines(case, month), *_more_lines(case)]
    except (BadInput, NotReady) as problem:
        return performance_error(problem)
    own = contribution_of(table(case, "insurance"), month, why)
    deductions = [signed(need(one, "amount")) for one in maybe_rows(case, "after_tax_deductions")]
    slip = whole_slip(lines, own, _slip_tax(table(case, "iit"), month), deductions)
    why += slip.traces
    return _slip_answer(slip)


def _wage_lines(case: Case, month: Month) -> Iterator[SlipLine]:
    """基本工资、事假、加班。事假与加班按月工资。"""
    wage, policies = money(need(case, "monthly_wage")), shipped()
    pay_days = policies.numbers["pay_days"].on(month.first)
    calendar, roster = calendar_of(case)
    days = Days(month, calendar, roster)
    base, why = _base(case, wage, days)
    yield SlipLine("base", base, why=why)
    missed = case.get("personal_leave_days")
    if missed is not None:
        by = PersonalPolicy(Divide(DivideBy.PAY_DAYS, pay_days), LeaveMethod.SUBTRACT)
        leave = personal_leave(wage, Fraction(number(missed)), days.shape(), by)
        yield SlipLine("personal_leave", -leave.deduction, why=leave.trace(Why()))
    overtime = maybe_rows(case, "overtime")
    if overtime:
        rules = OvertimeRules(multipliers_on(month.first), pay_days, policies.numbers["hours_per_day"].on(month.first))
        records = [record_of(one) for one in overtime]
        priced = overtime_pay(segments(records, rules, calendar, roster), wage, rules)
        parts = tuple(line.trace(Why()) for line in priced.lines)
        yield SlipLine("overtime", priced.pay, why=Trace("加班费", priced.pay.yuan(), parts=parts))


def _base(case: Case, wage: Money, days: Days) -> tuple[Money, Trace]:
    """当月基本工资:分段、折算或整月。"""
    own, changed = employed_of(case), maybe_rows(case, "wage_segments")
    if changed:
        wages = [(day(need(s, "from")), money(need(s, "monthly_wage"))) for s in changed]
        raised = raise_in_month(wages, Divide(DivideBy.ACTUAL_WORKDAYS, include_statutory=True), days, own)
        return raised.pay, raised.trace(Why())
    on = days.month.first
    method = option(case, "proration_method", ProrationMethod(shipped().switches["wage.proration"].on(on)))
    policy = ProrationPolicy(method, shipped().numbers["pay_days"].on(on), yes(case.get("include_statutory", False)))
    found = proration(wage, own, days, policy)
    return found.pay, found.trace(Why())


def _more_lines(case: Case) -> Iterator[SlipLine]:
    """绩效奖金与另加的各项。"""
    if case.get("performance") is not None:
        scored = table(case, "performance")
        plan, (base, ratio) = plan_of(scored), bonus_of(scored)
        yield performance_line(base, plan, performance.score(plan), ratio)
    for one in maybe_rows(case, "additions"):
        code, amount = text(need(one, "code")), signed(need(one, "amount"))
        yield SlipLine(code, amount, option(one, "tax_method", TaxMethod.WAGE))


BEFORE = tuple(key for key in FIGURES.values() if key != "income")
"""以前各月可以不写的;收入要写。"""
THIS_MONTH = tuple(key for key in FIGURES.values() if key != "special_additional")
"""本月的扣除可以不写的;专项附加要写。"""


def _slip_tax(given: Case, month: Month) -> SlipTax:
    """以前各月重算一遍成累计,再加本月别的扣除。"""
    policies = shipped()
    rules = policies.withholding.on(month.first)
    person = person_of(given, rules)
    if month.month < person.start_month:
        raise BadCase(f"本月早于“employment_start_month”{person.start_month} 月")
    before = [(pay_month(m, person), figures_of(m, BEFORE)) for m in maybe_rows(given, "before")]
    if any(m >= month.month for m, _ in before):
        raise BadCase("“before”里的月份要早于本月")
    ledger = Ledger()
    for (m, figures), held in zip(before, settle_year(rules, person, before), strict=True):
        ledger = ledger.plus(m, figures, held.withheld)
    own = figures_of({k: v for k, v in given.items() if k not in ("income", "insurance")}, THIS_MONTH)
    return SlipTax(rules, person, ledger, month.month, own, bonus_table(policies, month.first))


def _slip_answer(slip: WholeSlip) -> Answer:
    lines: dict[str, Money] = {}
    for line in slip.lines:
        lines[line.code] = lines.get(line.code, Money(0)) + line.amount
    return {
        "lines": {code: amount.yuan() for code, amount in lines.items()},
        "gross": slip.gross.yuan(),
        "employee_insurance": yuan(slip.own.employee_total),
        "iit": yuan(slip.withheld.withheld),
        "bonus_iit": yuan(slip.bonus.tax if slip.bonus is not None else 0),
        "after_tax_deductions": slip.after_tax.yuan(),
        "net": slip.net.yuan(),
        "employer_insurance": yuan(slip.own.employer_total),
        "employer_cost": slip.employer_cost.yuan(),
    }


QUOTES: dict[str, Quote] = {"iit_bonus": guarded(iit_bonus), "payslip": guarded(payslip)}
"""种类 → 算一个算例。"""
