"""算例:个税、社保公积金、绩效 quote pay。把一份 JSON 算例变成引擎的值,算完再写成 JSON;不用数据库。

读不懂的算例报 KeyError、TypeError、ValueError 一类,由 app.quote 变成 BAD_CASE。
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from app.quote_case import Answer, Case, Quote
from config.policies import shipped
from engine import insurance, performance, tax
from engine.days import Month
from engine.errors import BadInput, NotReady
from engine.figures import fixed
from engine.insurance import BaseKind, Rounding
from engine.money import Money
from engine.performance import Direction, Missing
from engine.trace import Trace
from engine.whole_slip import SlipLine, performance_line

MOST_DIGITS = 30
"""数字的量级上限。"""


def fen_of(value: Any) -> int:
    """元(文字)→ 分。数字也收,布尔不收。"""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"金额要写成文字:{value!r}")
    return Money.of(_usual(Decimal(value))).fen


def optional_fen(case: Case, key: str) -> int:
    return fen_of(case[key]) if case.get(key) is not None else 0


def rate_of(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"比率要写成文字:{value!r}")
    return _usual(Decimal(value))


def _usual(number: Decimal) -> Decimal:
    """通常大小的数;无穷、非数、量级离谱的报 ValueError,免得算到天荒地老。"""
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(f"不是通常大小的数字:{number}")
    return number


def maybe_rate(value: Any) -> Decimal | None:
    return None if value is None else rate_of(value)


def yuan(fen: int) -> str:
    return Money(fen).yuan()


# ── 个税 ──────────────────────────────────────────────────────────────

FIGURES = {
    "income": "income",
    "tax_free": "tax_free_income",
    "insurance": "insurance",
    "special": "special_additional",
    "other": "other_deductions",
    "donation": "donation",
    "relief": "tax_relief",
}


def scheme_of(case: Case, rules: tax.WithholdingRules) -> tax.Scheme:
    if case["scheme"] != "auto":
        return tax.Scheme(case["scheme"])
    facts = case.get("facts") or {}
    income = facts.get("prior_year_income")
    return tax.choose_scheme(
        tax.SchemeFacts(
            bool(facts.get("first_wage_this_year", False)),
            bool(facts.get("prior_year_same_unit_12_months_declared", False)),
            None if income is None else fen_of(income),
            bool(facts.get("same_unit_from_january", False)),
        ),
        rules,
    )


def figures_of(month: Case) -> tax.Figures:
    """一个月(或全年)的各项数。"""
    return tax.Figures(**{name: optional_fen(month, key) for name, key in FIGURES.items()})


def iit_cumulative(case: Case, why: list[Trace] | None = None) -> Answer:
    """累计预扣一年。"""
    rules = shipped().withholding.on(date(int(case["tax_year"]), 1, 1))
    person = tax.Person(scheme_of(case, rules), int(case.get("employment_start_month", 1)))
    months = [(int(m["month"]), figures_of(m)) for m in case["months"]]
    results = tax.settle_year(rules, person, months)
    if why is not None:
        why += _tax_traces(rules, person, months, results)
    rows = [_tax_row(month, r) for (month, _), r in zip(months, results, strict=True)]
    total = sum(r.withheld for r in results)
    return {"scheme": person.scheme.value, "months": rows, "total_withheld": yuan(total)}


def _tax_traces(
    rules: tax.WithholdingRules,
    person: tax.Person,
    months: list[tuple[int, tax.Figures]],
    results: list[tax.Withholding],
) -> list[Trace]:
    """逐月的来处。"""
    out, ledger = [], tax.Ledger()
    for (month, figures), result in zip(months, results, strict=True):
        out.append(tax.trace(result, person, ledger, rules))
        ledger = ledger.plus(month, figures, result.withheld)
    return out


def _tax_row(month: int, r: tax.Withholding) -> Answer:
    return {
        "month": month,
        "cum_income": yuan(r.cumulative.income),
        "cum_allowance": yuan(r.allowance),
        "cum_insurance": yuan(r.cumulative.insurance),
        "cum_special_additional": yuan(r.cumulative.special),
        "cum_taxable": yuan(r.taxable),
        "rate": str(r.rate),
        "quick": yuan(r.quick),
        "cum_tax_due": yuan(r.due),
        "withheld": yuan(r.withheld),
        "cum_withheld": yuan(r.total_withheld),
        "settlement_balance": yuan(r.balance),
    }


# ── 社保公积金 ────────────────────────────────────────────────────────


def _month(text: Any) -> Month:
    return Month.parse(str(text)[:7])


def _line(line: Case) -> insurance.InsuranceLine:
    cap, exempt = line.get("base_cap"), line.get("tax_exempt_base_cap")
    return insurance.InsuranceLine(
        code=line["code"],
        label=str(line.get("name_zh", line["code"])),
        base_kind=BaseKind(line["base_kind"]),
        employee_rate=rate_of(line["employee_rate"]),
        employer_rate=rate_of(line["employer_rate"]),
        floor=optional_fen(line, "base_floor"),
        cap=None if cap is None else fen_of(cap),
        employee_fixed=optional_fen(line, "employee_fixed"),
        employer_fixed=optional_fen(line, "employer_fixed"),
        rounding=Rounding(line.get("rounding", "fen_half_up")),
        exempt_base_cap=None if exempt is None else fen_of(exempt),
        exempt_rate_cap=maybe_rate(line.get("tax_exempt_rate_cap")),
    )


def contribution_of(case: Case, month: Month, why: list[Trace] | None = None) -> insurance.Contribution:
    """一个月的五险一金:那个月适用的规定与申报基数。"""
    declared = [
        insurance.DeclaredBase(BaseKind(b["kind"]), _month(b["since"]), fen_of(b["base"]))
        for b in case["declared_bases"]
    ]
    versions = [
        insurance.SchemeVersion(_month(v["since"]), tuple(_line(x) for x in v["lines"]))
        for v in case["scheme_versions"]
    ]
    bases = insurance.bases_for(declared, month)
    result = insurance.contribute_all(insurance.lines_for(versions, month), bases)
    if why is not None:
        why += [insurance.trace(s, bases[s.line.base_kind]) for s in result.shares]
    return result


def insurance_case(case: Case, why: list[Trace] | None = None) -> Answer:
    """五险一金若干个月,及补缴差额。"""
    paid = [
        insurance.Paid(_month(p["period"]), p["code"], fen_of(p["employee"]), fen_of(p["employer"]))
        for p in case.get("already_paid") or ()
    ]
    periods: list[Answer] = []
    results: list[tuple[Month, insurance.Contribution]] = []
    for month in [_month(p) for p in case["periods"]]:
        result = contribution_of(case, month, why)
        row = _period(month, result)
        results.append((month, result))
        if paid:
            row["differences"] = [
                {"code": d.code, "employee": yuan(d.employee), "employer": yuan(d.employer)}
                for d in insurance.differences(month, result, paid)
            ]
        periods.append(row)
    return {"periods": periods} | (_arrears(results, paid, why) if paid else {})


def _arrears(
    results: list[tuple[Month, insurance.Contribution]], paid: list[insurance.Paid], why: list[Trace] | None
) -> Answer:
    """补缴合计。"""
    owed = insurance.arrears(results, paid)
    if why is not None:
        labels = {s.line.code: s.line.label for _, result in results for s in result.shares}
        why += [insurance.arrears_trace(owed, labels, employer=side) for side in (False, True)]
    employee, employer = insurance.arrears_total(owed)
    return {"arrears_employee": yuan(employee), "arrears_employer": yuan(employer)}


def _period(month: Month, result: insurance.Contribution) -> Answer:
    return {
        "period": str(month),
        "lines": [_share(s) for s in result.shares],
        "employee_total": yuan(result.employee_total),
        "employer_total": yuan(result.employer_total),
        "employee_deductible_before_tax": yuan(result.deductible),
        "employer_added_income": yuan(result.added_income),
    }


def _share(share: insurance.Share) -> Answer:
    out = {
        "code": share.line.code,
        "base": yuan(share.base),
        "employee": yuan(share.employee),
        "employer": yuan(share.employer),
    }
    if share.line.has_limit:
        out["employee_not_deductible"] = yuan(share.employee_not_deductible)
        out["employer_added_income"] = yuan(share.employer_added_income)
    return out


# ── 绩效 ──────────────────────────────────────────────────────────────


def _indicator(item: Case) -> performance.Indicator:
    return performance.Indicator(
        code=item["code"],
        label=str(item.get("name_zh", item["code"])),
        weight=rate_of(item["weight"]),
        value=maybe_rate(item.get("value")),
        actual=maybe_rate(item.get("actual")),
        target=maybe_rate(item.get("target")),
        direction=Direction(item.get("direction") or "higher"),
        cap=maybe_rate(item.get("cap")),
        floor=maybe_rate(item.get("floor")),
    )


def plan_of(case: Case) -> performance.Plan:
    bands = case.get("bands")
    places = case.get("score_round_places")
    return performance.Plan(
        indicators=tuple(_indicator(i) for i in case["items"]),
        weights_must_sum=maybe_rate(case.get("weights_must_sum")),
        missing=Missing(case.get("missing") or "block"),
        score_cap=maybe_rate(case.get("score_cap")),
        score_floor=maybe_rate(case.get("score_floor")),
        round_places=None if places is None else int(places),
        gates=tuple(
            performance.Gate(g["code"], bool(g["triggered"]), rate_of(g["score_at_most"]))
            for g in case.get("gates") or ()
        ),
        bands=None
        if bands is None
        else tuple(performance.Band(rate_of(b["min"]), b["grade"], rate_of(b["factor"])) for b in bands),
    )


def performance_case(case: Case, why: list[Trace] | None = None) -> Answer:
    """一份考核:各项、得分、红线、等级、奖金。"""
    plan = plan_of(case)
    try:
        result = performance.score(plan)
    except (BadInput, NotReady) as problem:
        return performance_error(problem)
    out: Answer = {
        "items": [
            {
                "code": i.indicator.code,
                "ratio": fixed(i.ratio, 6),
                "used": fixed(i.used, 6),
                "points": fixed(i.points, 6),
            }
            for i in result.items
        ],
        "score": fixed(result.value, 6),
        "gates_hit": list(result.gates_hit),
    }
    if result.band is not None:
        out["grade"] = result.band.grade
        out["factor"] = f"{result.band.factor.normalize():f}"
    if case.get("bonus"):
        line = performance_line_of(case, plan, result)
        out["bonus"] = line.amount.yuan()
        if why is not None and line.why is not None:
            why.append(line.why)
    elif why is not None:
        why.append(performance.trace(plan, result))
    return out


def performance_line_of(case: Case, plan: performance.Plan, result: performance.Score) -> SlipLine:
    """绩效奖金一行。"""
    return performance_line(Money(fen_of(case["bonus"]["base"])), plan, result, rate_of(case["bonus"]["ratio"]))


def performance_error(problem: BadInput | NotReady) -> Answer:
    out: Answer = {"error": problem.code}
    if "sum" in problem.details:
        out["sum"] = problem.details["sum"]
    if "items" in problem.details:
        out["items"] = problem.details["items"].split(",")
    return out


QUOTES: dict[str, Quote] = {
    "iit_cumulative": iit_cumulative,
    "insurance": insurance_case,
    "performance": performance_case,
}
