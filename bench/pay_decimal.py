"""对照 pay decimal:手写的 Decimal,一人一人地算,做的事与 engine.pay.compute 一样多:同样的行、同样的合计、同样的检查。

这是熟手会写的样子:金额是元,每一行先乘后除、量到分(四舍五入),速算扣除数按级查,比例与上下限事先备好。
输入与我们的事实同形(工资、考勤、各笔假与加班、各项津贴、累计的各栏),数都已换成 Decimal,换的工夫不计。
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from engine.pay_checks import COUNTED_AS
from engine.pay_facts import PayFacts, TaxFacts
from engine.pay_rules import PayRules

CENT, YUAN, ZERO = Decimal("0.01"), Decimal(1), Decimal(0)
TENTH, HUNDRED = Decimal("0.1"), Decimal(100)
PAY_DAYS = Decimal("21.75")
MINUTES = PAY_DAYS * 8 * 60
TIMES = {"workday": Decimal("1.5"), "rest_day": Decimal(2), "statutory_holiday": Decimal(3)}
OVERTIME = {"workday": "overtime_workday", "rest_day": "overtime_rest_day", "statutory_holiday": "overtime_statutory"}
UNPAID = ("personal",)
NOT_COUNTED = ("overtime_workday", "overtime_rest_day", "overtime_statutory", "meal")


class Worker(NamedTuple):
    """一个人的输入,都已换成 Decimal(元、天、分钟)。"""

    wage: Decimal
    score: Decimal | None
    worked: Decimal
    late: int
    early: int
    missing: int
    leaves: tuple[tuple[str, Decimal], ...]
    overtime: tuple[tuple[str, Decimal], ...]
    allowances: tuple[tuple[str, Decimal], ...]
    social: Decimal | None
    housing: Decimal | None
    scheme: str
    start_month: int
    months: tuple[int, ...]
    income: Decimal
    tax_free: Decimal
    insurance: Decimal
    special: Decimal
    other: Decimal
    donation: Decimal
    relief: Decimal
    withheld: Decimal
    new_special: Decimal
    new_other: Decimal
    new_donation: Decimal
    new_relief: Decimal
    has_bank: bool


@dataclass(slots=True)
class DecimalSlip:
    """一张工资条:各行、合计、要看的事。"""

    lines: dict[str, Decimal]
    gross: Decimal
    insurance: Decimal
    taxable: Decimal
    tax: Decimal
    net: Decimal
    receivable: Decimal
    employer: Decimal
    problems: list[str] = field(default_factory=list)


TAX_COLUMNS = (
    "income", "tax_free", "insurance", "special", "other", "donation", "relief", "withheld",
    "new_special", "new_other", "new_donation", "new_relief",
)  # fmt: skip


def worker(one: PayFacts) -> Worker:
    """换成 Decimal(不计时)。"""
    t: TaxFacts = one.tax
    at, own = one.attended, one.insured
    money = {name: Decimal(getattr(t, name)) / HUNDRED for name in TAX_COLUMNS}
    return Worker(
        Decimal(one.wages[0].fen) / HUNDRED,
        None if one.score is None else Decimal(one.score.value[0]) / one.score.value[1],
        Decimal(at.worked_days[0]) / at.worked_days[1],
        at.late, at.early, at.missing,
        tuple((x.kind, Decimal(x.days[0]) / x.days[1]) for x in one.leaves),
        tuple((x.kind, Decimal(x.minutes)) for x in one.overtime),
        tuple((x.name, Decimal(x.fen) / HUNDRED) for x in one.allowances),
        None if own is None or own.social_base is None else Decimal(own.social_base) / HUNDRED,
        None if own is None or own.housing_base is None else Decimal(own.housing_base) / HUNDRED,
        t.scheme, t.start_month, t.months, has_bank=one.has_bank, **money,
    )  # fmt: skip


class DecimalPay:
    """按一个月的规则,一人一人地算;险种与比例按 one 的参保取(量快慢的人都一样)。"""

    def __init__(self, rules: PayRules, one: PayFacts) -> None:
        assert one.insured is not None
        self.workdays, self.statutory = Decimal(rules.shape.workdays), Decimal(rules.shape.statutory)
        self.lines = [
            (
                f"ins_{line.code}", f"er_{line.code}", line.base_kind == "housing",
                line.employee_rate, line.employer_rate,
                Decimal(line.floor) / HUNDRED, Decimal(line.cap or 10**12) / HUNDRED,
                YUAN if line.rounding == "yuan_half_up" else CENT,
            )
            for line in (step.line for step in rules.shares(one.insured))
        ]  # fmt: skip
        self.brackets = [
            (None if b.upto is None else Decimal(b.upto) / HUNDRED, b.rate, Decimal(b.quick) / HUNDRED)
            for b in rules.table.brackets
        ]
        self.allowed = {key: Decimal(fen) / HUNDRED for key, fen in rules.allowances.items()}
        self.expected = rules.expected_months
        cap = rules.terms.overtime_cap
        self.capped = tuple(kind for kind in TIMES if cap is not None and COUNTED_AS[kind] in cap.counts)
        self.most_minutes = Decimal(10**9) if cap is None else Decimal(int(cap.hours * 60))
        self.minimum = Decimal(rules.city(one.city).minimum) / HUNDRED

    def slip(self, p: Worker) -> DecimalSlip:
        """一个人。"""
        lines = self._earned(p)
        leave = sum((days for kind, days in p.leaves if kind in UNPAID), ZERO)
        if leave:
            lines["personal_leave"] = -self._leave(p.wage, leave)
        gross = sum(lines.values(), ZERO)
        own = employer = ZERO
        for employee_code, employer_code, housing, employee_rate, employer_rate, floor, cap, unit in self.lines:
            declared = p.housing if housing else p.social
            if declared is None:
                continue
            base = min(max(declared, floor), cap)
            mine = (base * employee_rate).quantize(unit, ROUND_HALF_UP)
            theirs = (base * employer_rate).quantize(unit, ROUND_HALF_UP)
            lines[employee_code] = -mine
            lines[employer_code] = theirs
            own += mine
            employer += theirs
        taxable = p.income + gross - p.tax_free - self.allowed[p.scheme, p.start_month] - p.insurance - own
        taxable -= p.special + p.new_special + p.other + p.new_other + p.donation + p.new_donation
        tax = max(ZERO, self._tax(max(ZERO, taxable)) - p.relief - p.new_relief - p.withheld)
        lines["iit"] = -tax
        net = gross - own - tax
        problems = self._check(p, lines, (gross, own, net))
        owed = -net if net < 0 else ZERO
        return DecimalSlip(lines, gross, own, taxable, tax, net + owed, owed, employer, problems)

    def _earned(self, p: Worker) -> dict[str, Decimal]:
        wage, given = p.wage, dict(p.allowances)
        lines = {"base": wage}
        if "岗位津贴" in given:
            lines["position_allowance"] = given["岗位津贴"]
        if p.score is not None:
            lines["performance_bonus"] = (wage * p.score * TENTH).quantize(CENT, ROUND_HALF_UP)
        if "全勤奖" in given:
            away = any(kind in ("personal", "sick") for kind, _ in p.leaves)
            lines["full_attendance"] = ZERO if p.late or p.early or p.missing or away else given["全勤奖"]
        if "餐补" in given:
            lines["meal"] = (given["餐补"] * p.worked).quantize(CENT, ROUND_HALF_UP)
        if "通讯补贴" in given:
            lines["phone"] = given["通讯补贴"]
        minutes: dict[str, Decimal] = {}
        wage = max(wage, self.minimum)
        for kind, one in p.overtime:
            minutes[kind] = minutes.get(kind, ZERO) + one
        for kind, total in minutes.items():
            lines[OVERTIME[kind]] = (wage * total * TIMES[kind] / MINUTES).quantize(CENT, ROUND_HALF_UP)
        return lines

    def _leave(self, wage: Decimal, days: Decimal) -> Decimal:
        if days * 2 > self.workdays:
            worked = max(ZERO, self.workdays - days + self.statutory)
            return wage - min(wage, (wage * worked / PAY_DAYS).quantize(CENT, ROUND_HALF_UP))
        return min(wage, (wage * days / PAY_DAYS).quantize(CENT, ROUND_HALF_UP))

    def _tax(self, taxable: Decimal) -> Decimal:
        for upto, rate, quick in self.brackets:
            if upto is None or taxable <= upto:
                return (taxable * rate - quick).quantize(CENT, ROUND_HALF_UP)
        raise AssertionError("the last bracket is open")

    def _check(self, p: Worker, lines: dict[str, Decimal], sums: tuple[Decimal, Decimal, Decimal]) -> list[str]:
        """与我们同样的检查:实发、账号、个税累计缺月与负数、加班上限、最低工资。"""
        gross, own, net = sums
        problems = []
        if net <= 0:
            problems.append("NEGATIVE_NET" if net < 0 else "ZERO_NET")
        if not p.has_bank:
            problems.append("NO_BANK_ACCOUNT")
        if p.months != self.expected[p.start_month]:
            problems.append("YTD_GAP")
        if min(p.income, p.tax_free, p.insurance, p.special, p.other, p.donation, p.relief, p.withheld) < 0:
            problems.append("YTD_WRONG")
        if (
            p.overtime
            and sum([minutes for kind, minutes in p.overtime if kind in self.capped], ZERO) > self.most_minutes
        ):
            problems.append("OVERTIME_CAP")
        counted = gross - own
        for code in NOT_COUNTED:
            counted -= lines.get(code, ZERO)
        if counted < self.minimum:
            problems.append("BELOW_MINIMUM_WAGE")
        return problems
