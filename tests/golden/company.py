"""黄金公司 golden company:读 companies/*.yaml,得一人一月的平白事实;工作簿与引擎都从这里取,各算各的。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine.days import Month

HERE = Path(__file__).parent / "companies"
NAMES = ("haitang", "hengli", "zhixing")
KINDS = ("workday", "rest_day", "statutory_holiday")


@dataclass(frozen=True)
class PersonMonth:
    """一人一月:全部是文件里写的平白的数;钱是 Decimal 元,天数 Decimal,分钟整数。"""

    person: str
    month: Month
    pay_month: Month
    hired: date
    first: date
    last: date
    wage: Decimal
    raised: date | None
    raised_to: Decimal | None
    service_years: int
    social: Decimal | None
    fund: Decimal | None
    housing: Decimal
    supplementary: Decimal
    allowances: Mapping[str, Decimal]
    special: Decimal
    scheme: str
    start_month: int
    score: Decimal | None
    leaves: tuple[Mapping[str, Any], ...]
    overtime: Mapping[str, int]
    late: tuple[int, int]
    absent: Decimal
    corrections: tuple[Mapping[str, Any], ...]
    merged_bonus: Decimal
    opening: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Company:
    """一家公司。"""

    key: str
    name: str
    injury: Decimal
    people: Mapping[str, Mapping[str, Any]]
    months: tuple[Month, ...]
    paid_next: bool

    def rows(self) -> Iterator[PersonMonth]:
        """一人一人、一月一月。"""
        for name, about in self.people.items():
            opening = {k: Decimal(v) for k, v in about.get("opening", {}).items()}
            for month in self.months:
                if about["hired"] <= month.last and about.get("left", month.first) >= month.first:
                    yield self._one(name, about, (month, opening))
                    opening = {}

    def pay_month(self, month: Month) -> Month:
        return month.plus(1) if self.paid_next else month

    def _one(self, name: str, about: Mapping[str, Any], at: tuple[Month, Mapping[str, Decimal]]) -> PersonMonth:
        month, opening = at
        paid, key = self.pay_month(month), str(month)
        first, last = max(about["hired"], month.first), min(about.get("left", month.last), month.last)
        segments = [(since, Decimal(wage)) for since, wage in about["wages"] if since <= last]
        started = [s for s in segments if s[0] <= first]
        inside = [s for s in segments if s[0] > first]
        bonus = about.get("bonus", {})
        merged = bonus.get("way") == "merged" and str(bonus["month"]) == key
        by_month = lambda name, none: about.get(name, {}).get(key, about.get(name, {}).get("default", none))  # noqa: E731
        return PersonMonth(
            name, month, paid, about["hired"], first, last,
            started[-1][1], inside[0][0] if inside else None, inside[0][1] if inside else None,
            _years(about["hired"], month.last), *_base(about["bases"], key),
            Decimal(about["housing"]), Decimal(about.get("supplementary", "0")),
            {k: Decimal(v) for k, v in about["allowances"].items()},
            _special(about.get("special", []), str(paid)),
            about.get("schemes", {}).get(paid.year, "standard"),
            about.get("start", {}).get(paid.year, 1),
            None if (score := by_month("scores", None)) is None else Decimal(score),
            tuple(one for one in about.get("leaves", []) if str(one["month"]) == key),
            by_month("overtime", {}), tuple(about.get("late", {}).get(key, (0, 0))),
            Decimal(about.get("absent", {}).get(key, "0")),
            tuple(one for one in about.get("corrections", []) if str(one["found"]) == key),
            Decimal(bonus["amount"]) if merged else Decimal(0), opening,
        )  # fmt: skip


def _years(hired: date, day: date) -> int:
    return day.year - hired.year - ((day.month, day.day) < (hired.month, hired.day))


def _base(bases: list[list[Any]], month: str) -> tuple[Decimal | None, Decimal | None]:
    found = [b for b in bases if str(b[0]) <= month]
    return (Decimal(found[-1][1]), Decimal(found[-1][2])) if found else (None, None)


def _special(rows: list[list[Any]], month: str) -> Decimal:
    found = [r for r in rows if str(r[0]) <= month]
    return Decimal(found[-1][1]) if found else Decimal(0)


@cache
def company(key: str) -> Company:
    """读一家公司。"""
    data = yaml.safe_load((HERE / f"{key}.yaml").read_text(encoding="utf-8"))
    first, end = (Month.parse(str(m)) for m in data["months"])
    months = [first]
    while months[-1] != end:
        months.append(months[-1].plus(1))
    return Company(key, data["company"], Decimal(data["injury"]), data["people"], tuple(months), data["paid"] == "next")
