"""政策 policies:把法律与公司制度的 YAML 变成引擎自己的值。

`load(目录…)` 读自带的目录,再盖上公司自己的;不认得的键、日期的空档与重叠、公式成环或用了没有的名字,
一律在装入时拒绝,写明文件、行与该改的字。`Policies.version` 是全部内容的哈希。
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from config import policy_shapes as shapes
from config.policy_cities import city_pack
from config.policy_compliance import ComplianceTerms, compliance_terms
from config.policy_dates import calendar_of, dated, from_the_first
from config.policy_deductions import after_tax_rules, deduction_rules
from config.policy_files import (
    Document,
    PolicyError,
    overlay,
    read_file,
    read_one,
    read_policies,
    refuse,
    shaped,
    yaml_files,
)
from config.policy_groups import company_rates, pay_groups
from config.policy_items import pay_items
from config.policy_switches import full_attendance, night_rule, switches
from engine.after_tax import AfterTaxRules
from engine.attendance import AttendanceRules
from engine.attendance_award import FullAttendance, NightRule
from engine.city import CityPack
from engine.days import Calendar, Month
from engine.deductions import DeductionRules
from engine.effective import Dated
from engine.errors import EhrError, NotFound
from engine.formula_parse import near
from engine.leave import LeaveType, Paid, Unit
from engine.leave_days import CountRule
from engine.overtime import OvertimeKind
from engine.pay_cycle import CALENDAR_MONTH, PayCycle
from engine.pay_items import PayItems
from engine.tax import Bracket, TaxTable, WithholdingRules

SHIPPED = Path(__file__).parent / "policies"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class OvertimeTerms:
    """加班的倍数与上限(小时)。"""

    multipliers: Mapping[OvertimeKind, Decimal]
    day_cap_hours: Decimal
    month_cap_hours: Decimal
    day_usual_hours: Decimal


@dataclass(frozen=True)
class Policies:
    """全部政策,一个不变的值。按日期取:`policies.withholding.on(day)`。"""

    calendar: Calendar
    withholding: Dated[WithholdingRules]
    bonus: Dated[TaxTable]
    compliance: ComplianceTerms
    cities: Mapping[str, CityPack]
    leave: Mapping[str, Dated[LeaveType]]
    overtime: Dated[OvertimeTerms]
    attendance: Dated[AttendanceRules]
    numbers: Mapping[str, Dated[Decimal]]
    switches: Mapping[str, Dated[Any]]
    items: PayItems
    version: str
    warnings: tuple[str, ...] = ()
    groups: Mapping[str, Dated[PayCycle]] = field(default_factory=dict)
    deductions: DeductionRules = field(default_factory=lambda: DeductionRules({}, {}, {}))
    after_tax: Dated[AfterTaxRules] = field(default_factory=lambda: Dated("after_tax.order", "税后扣款", ()))
    full_attendance: Dated[FullAttendance] = field(default_factory=lambda: Dated("attendance.full", "全勤奖", ()))
    night: Dated[NightRule] = field(default_factory=lambda: Dated("attendance.night", "夜班", ()))
    says: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    content: str = ""
    """全部文件的内容(JSON,照原来的先后):与发薪的一期一起存档,以后由 rebuild 读回。"""
    rates: Mapping[str, Dated[Decimal]] = field(default_factory=dict)

    def city(self, name: str) -> CityPack:
        """城市数据;没有报 NotFound(NO_CITY)。"""
        if name not in self.cities:
            raise NotFound("NO_CITY", f"还没有“{name}”的社保公积金数据。请 HR 在政策目录的 cities/ 里添上。")
        return self.cities[name]

    def cycle(self, group: str, month: Month) -> PayCycle:
        """某薪酬组的计薪周期;政策里没有另写的组按自然月、次月发。"""
        found = self.groups.get(group)
        return found.on(month.first) if found is not None else CALENDAR_MONTH

    def decided(self, key: str, day: date) -> str:
        """一个开关在某天的话:“事假扣款口径:缺勤过半改按出勤计薪”。"""
        switch = self.switches[key]
        value = switch.on(day)
        shown = "、".join(map(str, value)) if isinstance(value, tuple) else str(value)
        said = self.says.get(key, {})
        return f"{switch.label}:{said.get(shown) or said.get(shown.lower()) or shown}"


def load(directories: Sequence[Path] = ()) -> Policies:
    """读政策:先读自带的目录,再依次盖上给出的目录。不对报 PolicyError(文件、行、该改的字)。"""
    return _built(read_policies([SHIPPED, *directories]))


def faults(directory: Path) -> tuple[EhrError, ...]:
    """一个公司目录里的全部毛病:先逐个文件单独盖在自带的上面查,都好了再一起查。"""
    found: list[EhrError] = []
    for path in yaml_files(directory):
        name, document = read_one(directory, path)
        try:
            below = read_policies([SHIPPED])
            found_below = below.get(name)
            below[name] = overlay(found_below, document()) if found_below is not None else document()
            _built(below)
        except EhrError as problem:
            found.append(problem)
    if not found:
        try:
            load([directory])
        except EhrError as problem:
            found.append(problem)
    return tuple(found)


def rebuild(content: str) -> Policies:
    """由存档的内容读回当时的政策,版本号与当时一样;这一版程序读不懂报 PolicyError。"""
    return _built({name: Document(name, data) for name, data in json.loads(content).items()})


def _built(documents: Mapping[str, Document]) -> Policies:
    _check_names(documents)
    _check_keys(documents["pay"])
    tax = shaped(documents["tax"], shapes.TaxFile)
    pay = shaped(documents["pay"], shapes.PayFile)
    calendar, warnings = calendar_of([d for n, d in documents.items() if n.startswith("calendars/")])
    return Policies(
        calendar=calendar,
        withholding=_withholding(documents["tax"], tax.withholding),
        bonus=dated(documents["tax"], ("bonus", "versions"), "tax.bonus", tax.bonus, lambda v: _table(v.brackets)),
        cities=_cities(documents),
        compliance=compliance_terms(documents["compliance"]),
        leave=_leave(documents["leave"]),
        overtime=_overtime(documents["overtime"]),
        attendance=_attendance(documents["attendance"]),
        full_attendance=full_attendance(documents["attendance"], documents["leave"]),
        night=night_rule(documents["attendance"]),
        groups=pay_groups(documents["pay_groups"]),
        deductions=deduction_rules(documents["deductions"]),
        after_tax=after_tax_rules(documents["after_tax"]),
        says={key: one.says for key, one in pay.switches.items()},
        rates=company_rates(documents["company"]),
        numbers={
            k: dated(documents["pay"], ("numbers", k, "versions"), f"pay.{k}", n, lambda v: v.value)
            for k, n in pay.numbers.items()
        },
        switches=switches(documents["pay"], pay.switches),
        items=pay_items(documents["pay_items"], shaped(documents["pay_items"], shapes.PayItemsFile)),
        version=_version(documents),
        warnings=tuple(warnings),
        content=_content(documents),
    )


@cache
def shipped() -> Policies:
    """自带的政策(只读一次)。"""
    return load()


KNOWN = (
    "tax", "pay", "pay_items", "leave", "overtime", "attendance", "pay_groups", "deductions", "after_tax", "compliance",
    "company",
)  # fmt: skip


def _check_names(documents: Mapping[str, Document]) -> None:
    for name, document in documents.items():
        if name not in KNOWN and not name.startswith(("calendars/", "cities/")):
            raise refuse(document.mark(()), f"不认得的政策文件,可以用的是 {'、'.join(KNOWN)}、calendars/、cities/。")


def _check_keys(document: Document) -> None:
    """开关与数字的键只能是自带文件里有的:写错的键不会有人读,等于没写。"""
    ours = read_file(SHIPPED / "pay.yaml", "pay.yaml").data
    for part, label in (("switches", "开关"), ("numbers", "数字")):
        found = document.data.get(part)
        for key in found if isinstance(found, dict) else ():
            if key not in ours[part]:
                nearest = near(key, ours[part])
                hint = f"请改成“{nearest}”,或删去这一段" if nearest else "请删去这一段"
                mark = document.marks.get((part, key, ""), document.mark((part, key)))
                raise refuse(mark, f"不认得的{label}“{key}”,{hint}。", "POLICY_UNKNOWN_KEY")


def _cities(documents: Mapping[str, Document]) -> dict[str, CityPack]:
    """各城市;同一个城市写在两个文件里的拒绝(盖自带的要用同名文件)。"""
    found: dict[str, CityPack] = {}
    places: dict[str, str] = {}
    for name, document in documents.items():
        if name.startswith("cities/"):
            pack = city_pack(document)
            if pack.name in found:
                say = f"“{pack.name}”已经写在 {places[pack.name]}.yaml 里,请用同一个文件名盖上去,或删去其中一个。"
                raise refuse(document.mark(("city",)), say)
            found[pack.name], places[pack.name] = pack, name
    return found


def _version(documents: Mapping[str, Document]) -> str:
    body = json.dumps(
        {n: documents[n].data for n in sorted(documents)}, ensure_ascii=False, sort_keys=True, default=str
    )
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _content(documents: Mapping[str, Document]) -> str:
    """全部内容,照文件里的先后(险种、项目的先后就是工资条上的先后);日期写成文字。"""
    return json.dumps({n: documents[n].data for n in sorted(documents)}, ensure_ascii=False, default=str)


def _table(rows: Sequence[shapes.BracketRow]) -> TaxTable:
    uppers = [upto for upto, _, _ in rows[:-1]]
    if not rows or rows[-1][0] is not None or any(u is None for u in uppers):
        raise ValueError("brackets 里只有最后一级的上限写 null,请改正。")
    if any(a is not None and b is not None and a >= b for a, b in zip(uppers, uppers[1:], strict=False)):
        raise ValueError("brackets 的上限要按升序写,请改正。")
    return TaxTable(tuple(Bracket(upto, rate, quick) for upto, rate, quick in rows))


def _withholding(document: Document, rule: shapes.WithholdingRule) -> Dated[WithholdingRules]:
    def value(v: shapes.WithholdingVersion) -> WithholdingRules:
        id_ = f"tax.withholding@{v.since}"
        return WithholdingRules(_table(v.brackets), v.monthly_allowance, v.yearly_allowance, v.prior_income_limit, id_)

    found = dated(document, ("withholding", "versions"), "tax.withholding", rule, value)
    return from_the_first(document, ("withholding", "versions"), found)


def _leave(document: Document) -> dict[str, Dated[LeaveType]]:
    file = shaped(document, shapes.LeaveFile)
    said: dict[str, str] = {}
    out: dict[str, Dated[LeaveType]] = {}
    for key, one in file.types.items():
        for i, word in enumerate((one.label, *one.aliases)):
            if said.setdefault(word, key) != key:
                mark = document.mark(("types", key, "aliases", max(0, i - 1)))
                raise refuse(mark, f"“{word}”已经是“{file.types[said[word]].label}”的说法,请删去其中一处。")
        out[key] = dated(document, ("types", key, "versions"), f"leave.{key}", one, _leave_type(file, key))
    return out


def _leave_type(file: shapes.LeaveFile, key: str) -> Callable[[shapes.LeaveTypeVersion], LeaveType]:
    one = file.types[key]

    def value(v: shapes.LeaveTypeVersion) -> LeaveType:
        if v.instead not in file.types:
            raise ValueError(f"instead 写的“{v.instead}”不是已有的假种,请改成 {'、'.join(file.types)} 之一。")
        return LeaveType(
            key=key,
            label=one.label,
            count_rule=CountRule(v.count_rule),
            unit=Unit(v.unit),
            has_balance=v.has_balance,
            paid=Paid(v.paid),
            min_unit_minutes=v.min_unit_minutes,
            max_back_days=v.max_back_days,
            aliases=tuple(one.aliases),
            instead=(v.instead, file.types[v.instead].label),
            proof=v.proof,
            since=v.since,
            source=v.source,
        )

    return value


def _overtime(document: Document) -> Dated[OvertimeTerms]:
    def value(v: shapes.OvertimeVersion) -> OvertimeTerms:
        rates = {kind: getattr(v, kind.value) for kind in OvertimeKind}
        return OvertimeTerms(rates, v.day_cap_hours, v.month_cap_hours, v.day_usual_hours)

    rule = shaped(document, shapes.OvertimeFile).multipliers
    return dated(document, ("multipliers", "versions"), "overtime.multipliers", rule, value)


def _attendance(document: Document) -> Dated[AttendanceRules]:
    def value(v: shapes.ToleranceVersion) -> AttendanceRules:
        return AttendanceRules(v.late_minutes, v.early_minutes, v.absent_after_minutes)

    rule = shaped(document, shapes.AttendanceFile).tolerance
    return dated(document, ("tolerance", "versions"), "attendance.tolerance", rule, value)


__all__ = ["SHIPPED", "OvertimeTerms", "Policies", "PolicyError", "faults", "load", "rebuild", "shipped"]
