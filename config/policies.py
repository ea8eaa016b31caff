"""政策 policies:把法律与公司制度的 YAML 变成引擎自己的值。

`load(目录…)` 读自带的目录,再盖上公司自己的;不认得的键、日期的空档与重叠、公式成环或用了没有的名字,
一律在装入时拒绝,写明文件、行与该改的字。`Policies.version` 是全部内容的哈希。
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from config import layouts as layout_files
from config import policy_shapes as shapes
from config.layouts import Layouts, shipped_layouts
from config.policy_cities import city_pack
from config.policy_dates import calendar_of, dated
from config.policy_files import Document, PolicyError, read_file, read_policies, refuse, shaped
from config.policy_items import pay_items
from engine.attendance import AttendanceRules
from engine.city import CityPack
from engine.days import Calendar
from engine.effective import Dated
from engine.errors import NotFound
from engine.formula_parse import near
from engine.leave import LeaveType, Paid, Unit
from engine.leave_days import CountRule
from engine.overtime import OvertimeKind
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


@dataclass(frozen=True)
class Policies:
    """全部政策,一个不变的值。按日期取:`policies.withholding.on(day)`。"""

    calendar: Calendar
    withholding: Dated[WithholdingRules]
    bonus: Dated[TaxTable]
    cities: Mapping[str, CityPack]
    leave: Mapping[str, Dated[LeaveType]]
    overtime: Dated[OvertimeTerms]
    attendance: Dated[AttendanceRules]
    numbers: Mapping[str, Dated[Decimal]]
    switches: Mapping[str, Dated[Any]]
    items: PayItems
    version: str
    warnings: tuple[str, ...] = ()
    layouts: Layouts = field(default_factory=shipped_layouts)
    """导出格式;不影响算薪,所以不进 version。"""

    def city(self, name: str) -> CityPack:
        """城市数据;没有报 NotFound(NO_CITY)。"""
        if name not in self.cities:
            raise NotFound("NO_CITY", f"还没有“{name}”的社保公积金数据。请 HR 在政策目录的 cities/ 里添上。")
        return self.cities[name]


def load(directories: Sequence[Path] = ()) -> Policies:
    """读政策:先读自带的目录,再依次盖上给出的目录。不对报 PolicyError(文件、行、该改的字)。"""
    documents = read_policies([SHIPPED, *directories])
    _check_names(documents)
    _check_keys(documents["pay"])
    tax = shaped(documents["tax"], shapes.TaxFile)
    pay = shaped(documents["pay"], shapes.PayFile)
    calendar, warnings = calendar_of([d for n, d in documents.items() if n.startswith("calendars/")])
    packs = [city_pack(d) for n, d in documents.items() if n.startswith("cities/")]
    return Policies(
        calendar=calendar,
        withholding=_withholding(documents["tax"], tax.withholding),
        bonus=dated(documents["tax"], ("bonus", "versions"), "tax.bonus", tax.bonus, lambda v: _table(v.brackets)),
        cities={pack.name: pack for pack in packs},
        leave=_leave(documents["leave"]),
        overtime=_overtime(documents["overtime"]),
        attendance=_attendance(documents["attendance"]),
        numbers={
            k: dated(documents["pay"], ("numbers", k, "versions"), f"pay.{k}", n, lambda v: v.value)
            for k, n in pay.numbers.items()
        },
        switches=_switches(documents["pay"], pay.switches),
        items=pay_items(documents["pay_items"], shaped(documents["pay_items"], shapes.PayItemsFile)),
        version=_version(documents),
        warnings=tuple(warnings),
        layouts=layout_files.load([d / "layouts" for d in directories if (d / "layouts").is_dir()]),
    )


@cache
def shipped() -> Policies:
    """自带的政策(只读一次)。"""
    return load()


KNOWN = ("tax", "pay", "pay_items", "leave", "overtime", "attendance")


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


def _version(documents: Mapping[str, Document]) -> str:
    body = json.dumps(
        {n: documents[n].data for n in sorted(documents)}, ensure_ascii=False, sort_keys=True, default=str
    )
    return hashlib.sha256(body.encode()).hexdigest()[:16]


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

    return dated(document, ("withholding", "versions"), "tax.withholding", rule, value)


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
        return OvertimeTerms(rates, v.day_cap_hours, v.month_cap_hours)

    rule = shaped(document, shapes.OvertimeFile).multipliers
    return dated(document, ("multipliers", "versions"), "overtime.multipliers", rule, value)


def _attendance(document: Document) -> Dated[AttendanceRules]:
    def value(v: shapes.ToleranceVersion) -> AttendanceRules:
        return AttendanceRules(v.late_minutes, v.early_minutes, v.absent_after_minutes)

    rule = shaped(document, shapes.AttendanceFile).tolerance
    return dated(document, ("tolerance", "versions"), "attendance.tolerance", rule, value)


def _switches(document: Document, found: Mapping[str, shapes.SwitchShape]) -> dict[str, Dated[Any]]:
    out: dict[str, Dated[Any]] = {}
    for key, one in found.items():
        path = ("switches", key, "versions")
        for i, version in enumerate(one.versions):
            values = version.value if isinstance(version.value, list) else [version.value]
            wrong = [v for v in values if one.choices and v not in one.choices]
            if wrong:
                allowed = "、".join(str(c) for c in one.choices)
                raise refuse(document.mark((*path, i, "value")), f"“{wrong[0]}”不能选,请改成 {allowed} 之一。")
        out[key] = dated(document, path, f"pay.{key}", one, _switch)
    return out


def _switch(version: shapes.SwitchVersion) -> object:
    return tuple(version.value) if isinstance(version.value, list) else version.value


__all__ = ["SHIPPED", "OvertimeTerms", "Policies", "PolicyError", "load", "shipped"]
