"""成批的事实 batch facts:一个人的事实压成一行整数,供 engine.batch_slip 一列一列地算。

只收“平常的一个月”:整月在职、一段工资、没有旷工与病假、没有要人看的事;其余的(`flat` 得 None)交给 engine.pay.compute。
读的是 PayFacts 或它的 JSON 列表(次序相同),不必先造对象。
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.attendance_award import award
from engine.batch_evidence import EvidenceReader
from engine.batch_ops import NONE
from engine.pay_checks import COUNTED_AS
from engine.pay_facts import (
    PLAIN,
    Adjustment,
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    Night,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
    plain,
)
from engine.pay_rules import PayRules

FIXED = (
    "wage", "score_n", "score_d", "multiplier_n", "multiplier_d", "worked_n", "worked_d", "workdays_n", "workdays_d",
    "personal_n", "personal_d", "unpaid_n", "unpaid_d", "away_n", "away_d", "late", "early", "missing",
    "late_minutes", "early_minutes", "overtime", "years", "before", "held", "social", "housing",
    "more_gross", "more_taxed", "adjusted", "award_n", "award_d", "nights",
)  # fmt: skip
"""一行整数里固定的各列;其后是各种加班的分钟、各个本人标准。_n、_d 成对的是分子与分母。

before 是本次以前的累计应纳税所得额(已减去截至本月的减除费用与各项扣除,可为负);held 是减免税额加已扣税额;
more_* 是有署名的收入与扣除对应发、应税的影响,adjusted 是有几笔;award 是全勤比例,nights 是夜班次数。
"""

PAIRS = tuple(name.removesuffix("_n") for name in FIXED if name.endswith("_n"))
"""成对的列。"""

_KNOWN: dict[type, int] = {
    Wage: 3, Attended: 9, LeaveTaken: 5, OvertimeWorked: 4, Scored: 3, Allowance: 3, Insured: 6, TaxFacts: 15,
    Adjustment: 7, Night: 2,
}  # fmt: skip
_FIRST = (
    "person", "unit", "month", "pay_month", "city", "wages", "first_day", "last_day", "roster", "attended", "leaves",
    "overtime", "score", "score_missing", "allowances", "insured", "tax", "adjustments", "service_years", "has_bank",
    "since", "night", "heat", "comp_minutes", "departments", "notes", "records", "past",
)  # fmt: skip


class Key(NamedTuple):
    """哪些人可以一起算:同一个城市、同一组险种。insured 为空是没有参保。"""

    city: str
    insured: tuple[str, bool, bool, str, str] | None


class Reader:
    """按一个月的规则读事实。事实的样子与这里认得的不同时(加了字段而非默认值),一律不收。"""

    def __init__(self, rules: PayRules) -> None:
        self.rules = rules
        self.kinds = tuple(rules.overtime)
        self.inputs = tuple(rules.input_slot)
        self.evidence = EvidenceReader(rules)
        self.columns = (*FIXED, *(f"overtime:{k}" for k in self.kinds), *(f"input:{n}" for n in self.inputs))
        self.columns += self.evidence.columns
        self.pairs = (*PAIRS, *(one.name for one in self.evidence.sought))
        self.sizes_known = all(len(kind._fields) == size for kind, size in _KNOWN.items())  # type: ignore[attr-defined]
        self.sizes_known &= PayFacts._fields == _FIRST
        terms = rules.terms
        cap = terms.overtime_cap
        self._most = None if cap is None else int(cap.hours * 60)
        self._counted = tuple(cap is not None and COUNTED_AS.get(kind) in cap.counts for kind in self.kinds)
        self._plain_base = terms.overtime_base == "contract_wage"
        self._awarded = any("全勤比例" in one.names for _, one in rules.sheet.formulas)
        self._awards: dict[tuple[Any, ...], tuple[int, int]] = {}
        self._months = {start: list(months) for start, months in rules.expected_months.items()}

    def flat(self, data: Sequence[Any]) -> tuple[Key, tuple[int, ...]] | None:
        """一个人:(和谁一起算, 一行整数);不是平常的一个月为 None。"""
        rules = self.rules
        (
            _, _, month, pay_month, city, wages, first, last, roster, attended, leaves, overtime,
            score, lacking, allowances, insured, tax, adjustments, years, bank, since, night, heat, comp, _, notes,
        ) = data if len(data) == PLAIN else plain(data)  # fmt: skip
        if len(wages) != 1 or first > 1 or last < rules.last_day or not bank or (score is None and lacking):
            return None
        if month != rules.month or pay_month != rules.pay_month or since != rules.since or heat or notes:
            return None
        wage = wages[0][1]
        workdays, worked, late, late_minutes, early, early_minutes, missing, absent, _ = attended
        taken = self._leaves(leaves, roster) if leaves else _NO_LEAVE
        taxed = self._tax(tax)
        extra_time = self._overtime(overtime, comp) if overtime else (0,) * len(self.kinds)
        given = self._given(allowances)
        more = _adjusted(adjustments) if adjustments else (0, 0, 0)
        sought = self._sought(data) if self.evidence.sought else ()
        if (
            wage < 0
            or absent[0]
            or taken is None
            or taxed is None
            or extra_time is None
            or given is None
            or more is None
            or sought is None
        ):
            return None
        key, bases = _insured(city, insured)
        scores = (*score[0], *score[1]) if score is not None else _NO_SCORE
        full = (1, 1)
        if self._awarded and (leaves or late or early or missing):
            full = self._award(attended, leaves)
        return key, (
            wage, *scores, *worked, *workdays, *taken, late, early, missing, late_minutes, early_minutes,
            sum(extra_time), years, *taxed, *bases, *more, *full, night[0], *extra_time, *given, *sought,
        )  # fmt: skip

    def _sought(self, data: Sequence[Any]) -> tuple[int, ...] | None:
        """公式要先求的各数(合计、次数、往月);求不出的为 None。"""
        records, past = data[PLAIN:] if len(data) > PLAIN else ((), ())
        return self.evidence.values(records, past)

    def _award(self, attended: Sequence[Any], leaves: Sequence[Any]) -> tuple[int, int]:
        """全勤比例;同样的缺法只算一次。"""
        kinds = tuple([(kind, bool(days[0])) for kind, days, *_ in leaves])
        key = (attended[2], attended[4], attended[6], kinds)
        found = self._awards.get(key)
        if found is None:
            taken = tuple(LeaveTaken._make(one) for one in leaves)
            share = award(True, Attended._make(attended), taken, self.rules.terms.full_attendance).share
            found = self._awards[key] = share
        return found

    def _leaves(self, leaves: Sequence[Any], roster: Any) -> tuple[int, ...] | None:
        """(事假, 不发工资的假, 全部请假)天数,各 (分子, 分母);有病假的、要改用加法的、排班的,不收。"""
        personal = unpaid = away = (0, 1)
        simple = self.rules.personal
        for kind, (n, d), *_ in leaves:
            away = _sum(away, (n, d))
            personal = _sum(personal, (n, d)) if kind == "personal" else personal
            if kind in self.rules.unpaid:
                if simple is None or kind not in simple.kinds or roster is not None:
                    return None
                unpaid = _sum(unpaid, (n, d))
        if unpaid[0] and (simple is None or (simple.most is not None and 2 * unpaid[0] > simple.most * unpaid[1])):
            return None
        return (*personal, *unpaid, *away)

    def _tax(self, tax: Sequence[Any]) -> tuple[int, int] | None:
        (
            scheme, start, before, free, insurance, special, other, donation, relief, paid, months,
            new_special, new_other, new_donation, new_relief,
        ) = tax  # fmt: skip
        allowed = self.rules.allowances.get((scheme, start))
        if allowed is None or list(months) != self._months[start] or min(tax[2:10]) < 0:
            return None
        less = free + allowed + insurance + special + new_special + other + new_other + donation + new_donation
        return before - less, relief + new_relief + paid

    def _overtime(self, overtime: Sequence[Any], comp: int) -> tuple[int, ...] | None:
        """各种加班的分钟;超过一个月上限的(要人看)、基数不是合同月工资的,不收。"""
        found = dict.fromkeys(self.kinds, 0)
        for kind, minutes, _, _ in overtime:
            if kind not in found:
                return None
            found[kind] += minutes
        minutes = tuple(found.values())
        if not self._plain_base or (self._most is not None and self._beyond(minutes, comp, self._most)):
            return None
        return minutes

    def _beyond(self, minutes: tuple[int, ...], comp: int, most: int) -> bool:
        """加班可能超过上限(补休到期折的也算进去,宁可多交)。"""
        return comp + sum([one for one, counts in zip(minutes, self._counted, strict=True) if counts]) > most

    def _given(self, allowances: Sequence[Any]) -> tuple[int, ...] | None:
        found = dict.fromkeys(self.inputs, NONE)
        for name, fen, _ in allowances:
            if name not in found:
                return None
            found[name] = fen
        return tuple(found.values())


_NO_SCORE = (NONE, 1, NONE, 1)
_NO_LEAVE = (0, 1, 0, 1, 0, 1)


def _sum(a: Sequence[int], b: tuple[int, int]) -> tuple[int, int]:
    return (a[0] + b[0], b[1]) if a[1] == b[1] else (a[0] * b[1] + b[0] * a[1], a[1] * b[1])


def _insured(city: str, insured: Sequence[Any] | None) -> tuple[Key, tuple[int, int]]:
    if insured is None:
        return Key(city, None), (0, 0)
    where, social, housing, rate, more, _ = insured
    return Key(city, (where, social is None, housing is None, rate, more)), (social or 0, housing or 0)


def _adjusted(adjustments: Sequence[Any]) -> tuple[int, int, int] | None:
    """有署名的收入与扣除对(应发, 应税)各加多少、有几笔,与 engine.pay_after.adjusted 相同;别的栏的不收。"""
    gross = taxed = 0
    for _, _, section, fen, counts, _, _ in adjustments:
        if section not in ("earning", "deduction"):
            return None
        gross += fen
        taxed += fen if counts else 0
    return gross, taxed, len(adjustments)


def fits(facts: PayFacts, rules: PayRules) -> bool:
    """这个人的这个月能不能成批算;不能的由 engine.pay.compute 算,结果一样,只是慢些。"""
    reader = Reader(rules)
    return reader.sizes_known and reader.flat(facts) is not None
