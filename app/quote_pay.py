"""算例:个税、社保公积金、绩效 quote pay。把一份 JSON 算例变成引擎的值,算完再写成 JSON;不用数据库。

读不懂的算例报 KeyError、TypeError、ValueError 一类,由 app.quote 变成 BAD_CASE。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from config.policies import shipped
from engine import insurance, performance, tax
from engine.days import Month
from engine.errors import BadInput, NotReady
from engine.figures import fixed
from engine.insurance import BaseKind, Rounding
from engine.money import Money
from engine.performance import Direction, Missing

Json = dict[str, Any]
MOST_DIGITS = 30
"""数字的量级上限。"""


def _fen(value: Any) -> int:
    """元(文字)→ 分。数字也收,布尔不收。"""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"金额要写成文字:{value!r}")
    return Money.of(_usual(Decimal(value))).fen


def _optional_fen(case: Mapping[str, Any], key: str) -> int:
    return _fen(case[key]) if case.get(key) is not None else 0


def _rate(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"比率要写成文字:{value!r}")
    return _usual(Decimal(value))


def _usual(number: Decimal) -> Decimal:
    """通常大小的数;无穷、非数、量级离谱的报 ValueError,免得算到天荒地老。"""
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(f"不是通常大小的数字:{number}")
    return number


def _maybe_rate(value: Any) -> Decimal | None:
    return None if value is None else _rate(value)


def _yuan(fen: int) -> str:
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


def _scheme(case: Json, rules: tax.WithholdingRules) -> tax.Scheme:
    if case["scheme"] != "auto":
        return tax.Scheme(case["scheme"])
    facts = case.get("facts") or {}
    income = facts.get("prior_year_income")
    return tax.choose_scheme(
        tax.SchemeFacts(
            bool(facts.get("first_wage_this_year", False)),
            bool(facts.get("prior_year_same_unit_12_months_declared", False)),
            None if income is None else _fen(income),
            bool(facts.get("same_unit_from_january", False)),
        ),
        rules,
    )


def iit_cumulative(case: Json) -> Json:
    """累计预扣一年。"""
    rules = shipped().withholding.on(date(int(case["tax_year"]), 1, 1))
    person = tax.Person(_scheme(case, rules), int(case.get("employment_start_month", 1)))
    months = [
        (int(m["month"]), tax.Figures(**{name: _optional_fen(m, key) for name, key in FIGURES.items()}))
        for m in case["months"]
    ]
    results = tax.settle_year(rules, person, months)
    rows = [_tax_row(month, r) for (month, _), r in zip(months, results, strict=True)]
    total = sum(r.withheld for r in results)
    return {"scheme": person.scheme.value, "months": rows, "total_withheld": _yuan(total)}


def _tax_row(month: int, r: tax.Withholding) -> Json:
    return {
        "month": month,
        "cum_income": _yuan(r.cumulative.income),
        "cum_allowance": _yuan(r.allowance),
        "cum_insurance": _yuan(r.cumulative.insurance),
        "cum_special_additional": _yuan(r.cumulative.special),
        "cum_taxable": _yuan(r.taxable),
        "rate": str(r.rate),
        "quick": _yuan(r.quick),
        "cum_tax_due": _yuan(r.due),
        "withheld": _yuan(r.withheld),
        "cum_withheld": _yuan(r.total_withheld),
        "settlement_balance": _yuan(r.balance),
    }


# ── 社保公积金 ────────────────────────────────────────────────────────


def _month(text: Any) -> Month:
    return Month.parse(str(text)[:7])


def _line(line: Json) -> insurance.InsuranceLine:
    cap, exempt = line.get("base_cap"), line.get("tax_exempt_base_cap")
    return insurance.InsuranceLine(
        code=line["code"],
        label=str(line.get("name_zh", line["code"])),
        base_kind=BaseKind(line["base_kind"]),
        employee_rate=_rate(line["employee_rate"]),
        employer_rate=_rate(line["employer_rate"]),
        floor=_optional_fen(line, "base_floor"),
        cap=None if cap is None else _fen(cap),
        employee_fixed=_optional_fen(line, "employee_fixed"),
        employer_fixed=_optional_fen(line, "employer_fixed"),
        rounding=Rounding(line.get("rounding", "fen_half_up")),
        exempt_base_cap=None if exempt is None else _fen(exempt),
        exempt_rate_cap=_maybe_rate(line.get("tax_exempt_rate_cap")),
    )


def insurance_case(case: Json) -> Json:
    """五险一金若干个月,及补缴差额。"""
    declared = [
        insurance.DeclaredBase(BaseKind(b["kind"]), _month(b["since"]), _fen(b["base"])) for b in case["declared_bases"]
    ]
    versions = [
        insurance.SchemeVersion(_month(v["since"]), tuple(_line(x) for x in v["lines"]))
        for v in case["scheme_versions"]
    ]
    paid = [
        insurance.Paid(_month(p["period"]), p["code"], _fen(p["employee"]), _fen(p["employer"]))
        for p in case.get("already_paid") or ()
    ]
    periods: list[Json] = []
    owed: list[insurance.Difference] = []
    for month in [_month(p) for p in case["periods"]]:
        lines = insurance.lines_for(versions, month)
        result = insurance.contribute_all(lines, insurance.bases_for(declared, month))
        row = _period(month, result)
        if paid:
            found = insurance.differences(month, result, paid)
            owed += found
            row["differences"] = [
                {"code": d.code, "employee": _yuan(d.employee), "employer": _yuan(d.employer)} for d in found
            ]
        periods.append(row)
    out: Json = {"periods": periods}
    if paid:
        out["arrears_employee"] = _yuan(sum(d.employee for d in owed))
        out["arrears_employer"] = _yuan(sum(d.employer for d in owed))
    return out


def _period(month: Month, result: insurance.Contribution) -> Json:
    return {
        "period": str(month),
        "lines": [_share(s) for s in result.shares],
        "employee_total": _yuan(result.employee_total),
        "employer_total": _yuan(result.employer_total),
        "employee_deductible_before_tax": _yuan(result.deductible),
        "employer_added_income": _yuan(result.added_income),
    }


def _share(share: insurance.Share) -> Json:
    out = {
        "code": share.line.code,
        "base": _yuan(share.base),
        "employee": _yuan(share.employee),
        "employer": _yuan(share.employer),
    }
    if share.line.has_limit:
        out["employee_not_deductible"] = _yuan(share.employee_not_deductible)
        out["employer_added_income"] = _yuan(share.employer_added_income)
    return out


# ── 绩效 ──────────────────────────────────────────────────────────────


def _indicator(item: Json) -> performance.Indicator:
    return performance.Indicator(
        code=item["code"],
        label=str(item.get("name_zh", item["code"])),
        weight=_rate(item["weight"]),
        value=_maybe_rate(item.get("value")),
        actual=_maybe_rate(item.get("actual")),
        target=_maybe_rate(item.get("target")),
        direction=Direction(item.get("direction") or "higher"),
        cap=_maybe_rate(item.get("cap")),
        floor=_maybe_rate(item.get("floor")),
    )


def _plan(case: Json) -> performance.Plan:
    bands = case.get("bands")
    places = case.get("score_round_places")
    return performance.Plan(
        indicators=tuple(_indicator(i) for i in case["items"]),
        weights_must_sum=_maybe_rate(case.get("weights_must_sum")),
        missing=Missing(case.get("missing") or "block"),
        score_cap=_maybe_rate(case.get("score_cap")),
        score_floor=_maybe_rate(case.get("score_floor")),
        round_places=None if places is None else int(places),
        gates=tuple(
            performance.Gate(g["code"], bool(g["triggered"]), _rate(g["score_at_most"]))
            for g in case.get("gates") or ()
        ),
        bands=None
        if bands is None
        else tuple(performance.Band(_rate(b["min"]), b["grade"], _rate(b["factor"])) for b in bands),
    )


def performance_case(case: Json) -> Json:
    """一份考核:各项、得分、红线、等级、奖金。"""
    try:
        result = performance.score(_plan(case))
    except (BadInput, NotReady) as problem:
        return _performance_error(problem)
    out: Json = {
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
        base = Money(_fen(case["bonus"]["base"]))
        out["bonus"] = performance.bonus(base, result, _rate(case["bonus"]["ratio"])).yuan()
    return out


def _performance_error(problem: BadInput | NotReady) -> Json:
    out: Json = {"error": problem.code}
    if "sum" in problem.details:
        out["sum"] = problem.details["sum"]
    if "items" in problem.details:
        out["items"] = problem.details["items"].split(",")
    return out


QUOTES: dict[str, Callable[[Json], Json]] = {
    "iit_cumulative": iit_cumulative,
    "insurance": insurance_case,
    "performance": performance_case,
}
