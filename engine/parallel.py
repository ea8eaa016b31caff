"""新旧并行 parallel run:旧工资表与我们的逐行比到分;能证明的差异归到一个缘由,证明不了的就说不知道,不猜。

“证明”是说:换成那个口径(除数、折算、取整、基数、累计)重算,正好等于旧表的那一分。
合计行(应发、实发、个税)只有在由别的行的差额推得出来时,才算“随别的行变”。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from engine.insurance import ROUND, ROUNDING_LABELS
from engine.leave_pay import DailyRounding, LeaveMethod, PersonalPolicy
from engine.money import Money
from engine.pay import Slip, compute, withheld
from engine.pay_facts import PayFacts, TaxFacts
from engine.pay_items import Section, TaxTreatment
from engine.pay_quick import ShareFen
from engine.pay_rules import PayRules, PayTerms
from engine.proration import Divide, DivideBy, ProrationMethod


class Cause(StrEnum):
    """差异的缘由。"""

    ROUNDING = "rounding"
    METHOD = "method"
    MISSING_INPUT = "missing_input"
    BASE = "base"
    TAX_YTD = "tax_ytd"
    FOLLOWS = "follows"
    ONLY_OLD = "only_old"
    ONLY_NEW = "only_new"
    UNKNOWN = "unknown"


CAUSE_LABELS = {
    Cause.ROUNDING: "取整不同",
    Cause.METHOD: "口径不同(除数、折算)",
    Cause.MISSING_INPUT: "输入没有录",
    Cause.BASE: "工资或基数不同",
    Cause.TAX_YTD: "个税累计不同",
    Cause.FOLLOWS: "随别的行变",
    Cause.ONLY_OLD: "只在旧表里",
    Cause.ONLY_NEW: "只在我们这里",
    Cause.UNKNOWN: "还不知道",
}
TOTALS = ("gross", "insurance", "net")
TOTAL_LABELS = {"gross": "应发合计", "insurance": "社保公积金(个人)合计", "net": "实发"}
GROSS = (Section.EARNING, Section.DEDUCTION)
NEGATIVE = frozenset({Section.DEDUCTION, Section.INSURANCE, Section.TAX, Section.AFTER_TAX})
"""工资条上写成负数的栏;旧表多半写正数。"""


@dataclass(frozen=True, slots=True)
class Difference:
    """一个人一行的差异(分,我们的符号:扣的为负):old 旧表,new 我们;say 为什么(给薪酬看,可以带金额)。"""

    person: str
    code: str
    label: str
    old: int
    new: int
    cause: Cause
    say: str

    @property
    def fen(self) -> int:
        """我们减旧表。"""
        return self.new - self.old


class Variant(NamedTuple):
    """一个口径:叫什么,与编好的规则。"""

    label: str
    rules: PayRules


def amounts_of(slip: Slip) -> dict[str, int]:
    """我们的各行与合计(分)。"""
    found: dict[str, int] = {}
    for line in slip.lines:
        if line.section not in (Section.EMPLOYER, Section.INFO):
            found[line.code] = found.get(line.code, 0) + line.amount.fen
    found["gross"], found["insurance"], found["net"] = slip.gross_fen, -slip.insurance_fen, slip.net_fen
    return found


def labels_of(rules: PayRules) -> dict[str, str]:
    """可以比的行 → 名字(工资项目、个税与合计;险种与录入的行另有名字)。"""
    own = {i.key: i.label for i in rules.items if i.section not in (Section.EMPLOYER, Section.INFO)}
    return own | {"iit": "个人所得税"} | TOTAL_LABELS


Named = Mapping[str, tuple[str, str]]
"""另外的行(月度输入录的)→ (名字, 栏)。"""


def section_of(code: str, rules: PayRules, extra: Named) -> Section:
    """一行在哪一栏;认不得的当收入。"""
    if code == "iit":
        return Section.TAX
    if code.startswith("ins_") or code == "insurance":
        return Section.INSURANCE
    item = next((i for i in rules.items if i.key == code), None)
    return item.section if item is not None else Section(extra.get(code, ("", "earning"))[1])


def is_negative(code: str, rules: PayRules, extra: Named) -> bool:
    """这一行在工资条上是不是写成负数。"""
    return section_of(code, rules, extra) in NEGATIVE


def variants(rules: PayRules) -> tuple[Variant, ...]:
    """常见的别的口径:事假的除数与加减法、日工资先取整、入离职折算、月中调薪、加班的月工时、迟到扣不扣。"""
    found: list[Variant] = []
    for label, terms in _terms(rules.terms):
        if terms != rules.terms:
            found.append(Variant(label, PayRules(terms)))
    return tuple(found)


def _terms(terms: PayTerms) -> Iterator[tuple[str, PayTerms]]:
    pay_days = terms.proration.pay_days
    divides = {
        f"÷ {pay_days}": Divide(DivideBy.PAY_DAYS, pay_days),
        "÷ 当月工作日": Divide(DivideBy.ACTUAL_WORKDAYS, pay_days),
        "÷ 当月工作日加法定节假日": Divide(DivideBy.ACTUAL_WORKDAYS, pay_days, True),
        "÷ 当月自然日": Divide(DivideBy.CALENDAR_DAYS, pay_days),
        "÷ 30": Divide(DivideBy.PAY_DAYS, Decimal(30)),
        "÷ 26": Divide(DivideBy.PAY_DAYS, Decimal(26)),
        "÷ 22": Divide(DivideBy.PAY_DAYS, Decimal(22)),
    }
    for label, divide in divides.items():
        for method, word in ((LeaveMethod.SUBTRACT, "减"), (LeaveMethod.ADD, "加")):
            for rounding in (DailyRounding.NONE, DailyRounding.FEN_FIRST):
                tail = ",日工资先取整到分" if rounding is DailyRounding.FEN_FIRST else ""
                policy = PersonalPolicy(divide, method, rounding)
                yield f"缺勤{word}法 {label}{tail}", replace(terms, personal=policy)
    for way in ProrationMethod:
        for statutory in (True, False):
            policy_ = replace(terms.proration, method=way, include_statutory=statutory)
            yield (
                f"入离职折算用 {_METHODS[way]}{'含法定节假日' if statutory else ''}",
                replace(terms, proration=policy_),
            )
    by_days = Divide(DivideBy.CALENDAR_DAYS, pay_days, True)
    by_work = Divide(DivideBy.ACTUAL_WORKDAYS, pay_days, True)
    yield "月中调薪按自然日分段", replace(terms, raise_divide=by_days)
    yield "月中调薪按工作日分段", replace(terms, raise_divide=by_work)
    for days in ("20.67", "20.83", "22", "26", "30"):
        yield f"加班的时薪 ÷ {days} ÷ 8", replace(terms, overtime=replace(terms.overtime, pay_days=Decimal(days)))
    yield "迟到早退不扣", replace(terms, deduct_lateness=False)
    yield "迟到早退按缺的分钟扣", replace(terms, deduct_lateness=True)


_METHODS = {
    ProrationMethod.PAY_DAYS_ADD: "21.75 加法",
    ProrationMethod.PAY_DAYS_SUBTRACT: "21.75 减法",
    ProrationMethod.ACTUAL_WORKDAYS: "实际工作日",
    ProrationMethod.CALENDAR_DAYS: "自然日",
}


class Comparer:
    """比一个月:编好的规则与各种别的口径,编一次给每个人用。"""

    def __init__(self, rules: PayRules, extra: Named) -> None:
        self.rules, self.extra = rules, extra
        self.labels = {**labels_of(rules), **{code: label for code, (label, _) in extra.items()}}
        self._variants: tuple[Variant, ...] | None = None

    @property
    def variants(self) -> tuple[Variant, ...]:
        """别的口径,用到才编。"""
        if self._variants is None:
            self._variants = variants(self.rules)
        return self._variants

    def compare(self, old: Mapping[str, int], facts: PayFacts, slip: Slip) -> tuple[Difference, ...]:
        """一个人:old 行 → 分(我们的符号)。只比旧表里有的行;相等的不列。"""
        own = amounts_of(slip)
        differ = [code for code in old if old[code] != own.get(code, 0)]
        if not differ:
            return ()
        one = _One(self, old, (facts, slip, own))
        return tuple(
            Difference(facts.person, code, self.label(code, slip), old[code], own.get(code, 0), *one.why(code))
            for code in differ
        )

    def label(self, code: str, slip: Slip) -> str:
        """一行的名字。"""
        if code in self.labels:
            return self.labels[code]
        return next((one.label for one in slip.lines if one.code == code), code)


Why = tuple[Cause, str]


class _One:
    """一个人的差异,逐行归因。"""

    def __init__(self, home: Comparer, old: Mapping[str, int], mine: tuple[PayFacts, Slip, Mapping[str, int]]) -> None:
        self.home, self.old = home, old
        self.facts, self.slip, self.own = mine
        self.rules = home.rules

    def why(self, code: str) -> Why:
        if code in TOTALS:
            return self.total(code)
        if code == "iit":
            return self.tax()
        if code.startswith("ins_"):
            return self.insurance(code.removeprefix("ins_"))
        return self.line(code)

    # ── 收入与扣除 ─────────────────────────────────────────────────

    def line(self, code: str) -> Why:
        old, new = self.old[code], self.own.get(code, 0)
        if abs(old - new) <= 1:
            return Cause.ROUNDING, "差一分,取整的先后不同"
        for variant in self.home.variants:
            if self._with(variant).get(code, 0) == old:
                return Cause.METHOD, f"旧表的口径是:{variant.label}(按它重算一分不差)"
        if code == "base" and abs(old) in {w.fen for w in self.facts.wages}:
            return Cause.BASE, "旧表没有按在职天数或调薪分段折算,发的是整月"
        if code == "base" and self._whole():
            return Cause.BASE, f"月工资不同:旧表 {Money(old).show()},我们 {Money(new).show()}"
        if new == 0:
            return Cause.MISSING_INPUT, "旧表有这一项,我们没有录(或没有这一项的标准)"
        if old == 0:
            return Cause.MISSING_INPUT, "我们有这一项,旧表没有"
        return Cause.UNKNOWN, "换过常见的口径,都对不上"

    def _with(self, variant: Variant) -> Mapping[str, int]:
        return amounts_of(compute(self.facts, variant.rules))

    def _whole(self) -> bool:
        facts = self.facts
        return len(facts.wages) == 1 and facts.first_day <= 1 and facts.last_day >= self.rules.last_day

    # ── 社保公积金 ─────────────────────────────────────────────────

    def insurance(self, code: str) -> Why:
        share = next((s for s in self.slip.shares if s.step.line.code == code), None)
        old = -self.old[f"ins_{code}"]
        if share is None:
            return Cause.BASE, "旧表缴了这个险种,我们没有给他参保(没有基数或这个城市没有这一项)"
        if old == 0:
            return Cause.BASE, "我们缴了这个险种,旧表没有缴"
        line = share.step.line
        for way, label in ROUNDING_LABELS.items():
            n, d = line.employee_rate.as_integer_ratio()
            if ROUND[way](share.base * n + line.employee_fixed * d, d) == old:
                return Cause.ROUNDING, f"旧表{label}"
        if abs(old - share.employee) <= 1:
            return Cause.ROUNDING, "差一分,取整的办法不同"
        for label, base in self._bases(share):
            if line.share(base, line.employee_rate, line.employee_fixed) == old:
                return Cause.BASE, f"旧表的基数是{label} {Money(base).show()},我们按 {Money(share.base).show()}"
        implied = self._implied(share)
        if implied is not None:
            return Cause.BASE, f"旧表几个险种的基数都合 {Money(implied).show()},我们按 {Money(share.base).show()}"
        return Cause.UNKNOWN, "基数、比例、取整都对不上"

    def _bases(self, share: ShareFen) -> list[tuple[str, int]]:
        line, own = share.step.line, self.facts.insured
        declared = (own.housing_base if share.step.housing else own.social_base) if own is not None else None
        found = [("月工资", self.facts.wages[-1].fen), ("下限", line.floor)]
        found += [("上限", line.cap)] if line.cap is not None else []
        return found + ([("申报基数(没有夹在上下限里)", declared)] if declared is not None else [])

    def _implied(self, share: ShareFen) -> int | None:
        """由旧表各险种反推的基数:同一种基数的两个以上险种都合得上同一个整元,才算数。"""
        same = [s for s in self.slip.shares if s.step.housing == share.step.housing and s.employee]
        told = [
            (s.step.line, -self.old[f"ins_{s.step.line.code}"]) for s in same if f"ins_{s.step.line.code}" in self.old
        ]
        if len(told) < 2:
            return None
        line, fen = told[0]
        n, d = line.employee_rate.as_integer_ratio()
        middle = (fen * d + n - 1) // n // 100 * 100 if n else 0
        for base in range(max(0, middle - 5000), middle + 5001, 100):
            if all(one.share(base, one.employee_rate, one.employee_fixed) == paid for one, paid in told):
                return base
        return None

    # ── 个税 ──────────────────────────────────────────────────────

    def tax(self) -> Why:
        old = -self.old["iit"]
        income, deductible = self._taxed()
        both = ((income, deductible), (self.slip.taxable_income, self.slip.deductible))
        if withheld(self.facts, self.rules, *both[0]) == old:
            return Cause.FOLLOWS, "按旧表的应税收入与社保重算,一分不差"
        if abs(old - self.slip.tax_fen) <= 1:
            return Cause.ROUNDING, "差一分,取整的先后不同"
        for label, tax in self._ledgers():
            facts = self.facts._replace(tax=tax)
            if any(withheld(facts, self.rules, *one) == old for one in both):
                return (Cause.MISSING_INPUT if "专项" in label else Cause.TAX_YTD), label
        return Cause.UNKNOWN, "应税收入、累计、专项附加都换过,对不上"

    def _ledgers(self) -> list[tuple[str, TaxFacts]]:
        now, month = self.facts.tax, self.rules.tax_month
        alone = TaxFacts(scheme="standard", start_month=month, new_special=now.new_special, new_other=now.new_other)
        return [
            ("旧表没有减本月的专项附加扣除", now._replace(new_special=0)),
            ("旧表全年都没有减专项附加扣除", now._replace(special=0, new_special=0)),
            ("旧表没有按全年累计(只算这一个月)", alone),
            ("旧表只算这一个月,也没有减专项附加扣除", alone._replace(new_special=0)),
            ("旧表的累计里没有已经扣过的税", now._replace(withheld=0)),
            ("旧表的减除费用从 1 月起算", now._replace(start_month=1)),
        ]

    def _taxed(self) -> tuple[int, int]:
        """旧表的应税收入与可扣的社保(分)。"""
        untaxed = {i.key for i in self.rules.items if i.tax is not TaxTreatment.WAGE}
        untaxed |= {a.code for a in self.facts.adjustments if not a.taxed}
        gross = self._delta("gross") if "gross" in self.old else self._lines_delta(GROSS)
        plain = sum(self._delta(code) for code in self.old if code in untaxed and self._section(code) in GROSS)
        own = self._delta("insurance") if "insurance" in self.old else self._lines_delta((Section.INSURANCE,))
        return self.slip.taxable_income - (gross - plain), self.slip.deductible + own

    def _delta(self, code: str) -> int:
        """我们减旧表。"""
        return self.own.get(code, 0) - self.old[code]

    # ── 合计 ──────────────────────────────────────────────────────

    def total(self, code: str) -> Why:
        parts = {"gross": GROSS, "insurance": (Section.INSURANCE,)}.get(code)
        delta = self._delta(code)
        if parts is not None:
            moved = self._lines_delta(parts)
        else:
            gross = self._delta("gross") if "gross" in self.old else self._lines_delta(GROSS)
            own = self._delta("insurance") if "insurance" in self.old else self._lines_delta((Section.INSURANCE,))
            moved = gross + own + self._lines_delta((Section.TAX, Section.AFTER_TAX))
        if moved == delta:
            return Cause.FOLLOWS, "等于上面各行差额之和"
        if abs(delta) <= 1:
            return Cause.ROUNDING, "差一分,合计取整的先后不同"
        rest = Money(delta - moved)
        return (
            Cause.UNKNOWN,
            f"各行的差额只说明了 {Money(moved).show()},还有 {rest.show()} 不知道从哪来(旧表可能有没对上的列)",
        )

    def _lines_delta(self, sections: Sequence[Section]) -> int:
        """旧表里有的、属于这几栏的各行差额之和。"""
        lines = [code for code in self.old if code not in TOTALS]
        return sum(self._delta(code) for code in lines if self._section(code) in sections)

    def _section(self, code: str) -> Section:
        return section_of(code, self.rules, self.home.extra)
