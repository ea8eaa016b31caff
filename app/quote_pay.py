"""算例:个税、社保公积金、绩效 quote pay。把一份 JSON 算例变成引擎的值,算完再写成 JSON;不用数据库。

读不懂的算例报 BadCase,由 app.quote 变成 BAD_CASE。
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from app.quote_case import (
    LOWEST,
    Answer,
    BadCase,
    Case,
    Quote,
    choice,
    count,
    integer,
    maybe_rows,
    month_of,
    need,
    number,
    option,
    rows,
    signed,
    table,
    text,
    yes,
)
from config.policies import shipped
from engine import insurance, performance, tax
from engine.days import Month
from engine.errors import BadInput, NotReady
from engine.figures import fixed
from engine.insurance import BaseKind, Rounding
from engine.money import Money
from engine.performance import Direction, Missing
from engine.trace import Trace
from engine.whole_slip import performance_line

MOST_PLACES = 12
"""得分取整最多几位小数。"""


def fen_of(value: Any) -> int:
    """元 → 分;可以为负。"""
    return signed(value).fen


def rate_of(value: Any) -> Decimal:
    """比率、得分、权重;可以为负。"""
    return number(value, least=LOWEST)


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
    if need(case, "scheme") != "auto":
        return choice(tax.Scheme, case["scheme"])
    facts = table(case, "facts")
    income = facts.get("prior_year_income")
    return tax.choose_scheme(
        tax.SchemeFacts(
            yes(facts.get("first_wage_this_year", False)),
            yes(facts.get("prior_year_same_unit_12_months_declared", False)),
            None if income is None else fen_of(income),
            yes(facts.get("same_unit_from_january", False)),
        ),
        rules,
    )


def person_of(case: Case, rules: tax.WithholdingRules) -> tax.Person:
    """扣缴方式与本单位头一个月。"""
    return tax.Person(scheme_of(case, rules), integer(case, "employment_start_month", 1, 12))


def pay_month(case: Case, person: tax.Person) -> int:
    """一个月的月份:1 到 12,不早于本单位的头一个月。"""
    month = integer(case, "month", 1, 12)
    if month < person.start_month:
        raise BadCase(f"{month} 月早于“employment_start_month”{person.start_month} 月")
    return month


def figures_of(month: Case, optional: Collection[str] = ()) -> tax.Figures:
    """一个月(或全年)的各项数;除了 optional 里的,都要写。"""
    kept = {name: key for name, key in FIGURES.items() if key not in optional or month.get(key) is not None}
    return tax.Figures(**{name: fen_of(need(month, key)) for name, key in kept.items()})


def iit_cumulative(case: Case, why: list[Trace] | None = None) -> Answer:
    """累计预扣一年。"""
    rules = shipped().withholding.on(date(count(need(case, "tax_year")), 1, 1))
    person = person_of(case, rules)
    months = [(pay_month(m, person), figures_of(m)) for m in rows(case, "months")]
    results = tax.settle_year(rules, person, months)
    if why is not None:
        why += _tax_traces(rules, person, months, results)
    told = [_tax_row(month, r) for (month, _), r in zip(months, results, strict=True)]
    total = sum(r.withheld for r in results)
    return {"scheme": person.scheme.value, "months": told, "total_withheld": yuan(total)}


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


def _line(line: Case) -> insurance.InsuranceLine:
    code, exempt = text(need(line, "code")), line.get("tax_exempt_base_cap")
    uncapped = line.get("base_cap", ...) is None  # 写明 null 的是没有上限;没有写的是漏了
    return insurance.InsuranceLine(
        code=code,
        label=text(line.get("name_zh", code)),
        base_kind=choice(BaseKind, need(line, "base_kind")),
        employee_rate=rate_of(need(line, "employee_rate")),
        employer_rate=rate_of(need(line, "employer_rate")),
        floor=fen_of(need(line, "base_floor")),
        cap=None if uncapped else fen_of(need(line, "base_cap")),
        employee_fixed=fen_of(need(line, "employee_fixed")),
        employer_fixed=fen_of(need(line, "employer_fixed")),
        rounding=option(line, "rounding", Rounding.FEN_HALF_UP),
        exempt_base_cap=None if exempt is None else fen_of(exempt),
        exempt_rate_cap=maybe_rate(line.get("tax_exempt_rate_cap")),
    )


def contribution_of(case: Case, month: Month, why: list[Trace] | None = None) -> insurance.Contribution:
    """一个月的五险一金:那个月适用的规定与申报基数。"""
    declared = [
        insurance.DeclaredBase(choice(BaseKind, need(b, "kind")), month_of(need(b, "since")), fen_of(need(b, "base")))
        for b in rows(case, "declared_bases")
    ]
    versions = [
        insurance.SchemeVersion(month_of(need(v, "since")), tuple(_line(x) for x in rows(v, "lines")))
        for v in rows(case, "scheme_versions")
    ]
    bases = insurance.bases_for(declared, month)
    result = insurance.contribute_all(insurance.lines_for(versions, month), bases)
    if why is not None:
        why += [insurance.trace(s, bases[s.line.base_kind]) for s in result.shares]
    return result


def insurance_case(case: Case, why: list[Trace] | None = None) -> Answer:
    """五险一金若干个月,及补缴差额。"""
    paid = [
        insurance.Paid(
            month_of(need(p, "period")), text(need(p, "code")), fen_of(need(p, "employee")), fen_of(need(p, "employer"))
        )
        for p in maybe_rows(case, "already_paid")
    ]
    periods: list[Answer] = []
    results: list[tuple[Month, insurance.Contribution]] = []
    for month in [month_of(p) for p in rows(case, "periods")]:
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
    code = text(need(item, "code"))
    return performance.Indicator(
        code=code,
        label=text(item.get("name_zh", code)),
        weight=rate_of(need(item, "weight")),
        value=maybe_rate(item.get("value")),
        actual=maybe_rate(item.get("actual")),
        target=maybe_rate(item.get("target")),
        direction=option(item, "direction", Direction.HIGHER),
        cap=maybe_rate(item.get("cap")),
        floor=maybe_rate(item.get("floor")),
    )


def plan_of(case: Case) -> performance.Plan:
    places = case.get("score_round_places")
    return performance.Plan(
        indicators=tuple(_indicator(i) for i in rows(case, "items")),
        weights_must_sum=maybe_rate(case.get("weights_must_sum")),
        missing=option(case, "missing", Missing.BLOCK),
        score_cap=maybe_rate(case.get("score_cap")),
        score_floor=maybe_rate(case.get("score_floor")),
        round_places=None if places is None else integer(case, "score_round_places", 0, MOST_PLACES),
        gates=tuple(_gate(g) for g in maybe_rows(case, "gates")),
        bands=tuple(_band(b) for b in maybe_rows(case, "bands")) or None,
    )


def _gate(gate: Case) -> performance.Gate:
    return performance.Gate(
        text(need(gate, "code")), yes(need(gate, "triggered")), rate_of(need(gate, "score_at_most"))
    )


def _band(band: Case) -> performance.Band:
    return performance.Band(rate_of(need(band, "min")), text(need(band, "grade")), rate_of(need(band, "factor")))


def performance_case(case: Case, why: list[Trace] | None = None) -> Answer:
    """一份考核:各项、得分、红线、等级、奖金。"""
    plan, share = plan_of(case), bonus_of(case)
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
    line = performance_line(share[0], plan, result, share[1])
    out["bonus"] = line.amount.yuan()
    if why is not None and line.why is not None:
        why.append(line.why)
    return out


def bonus_of(case: Case) -> tuple[Money, Decimal]:
    """绩效奖金的(基数, 比例)。"""
    given = table(case, "bonus")
    return signed(need(given, "base")), rate_of(need(given, "ratio"))


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
