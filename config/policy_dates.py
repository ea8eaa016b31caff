"""有日期的政策 policy dates:版本的次序、重叠与空档,放假日历的核对。"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from config.policy_files import Document, Path_, refuse, shaped
from config.policy_shapes import CalendarFile, Versioned
from engine.days import Calendar, YearCalendar, days_between
from engine.effective import Dated, Version, gaps

V = TypeVar("V", bound=Versioned)
T = TypeVar("T")
V_co = TypeVar("V_co", bound=Versioned, covariant=True)

STATUTORY_DAYS = 13
"""一年的法定节假日天数(国务院令第795号);只用来核对文件。"""
USUAL_WORKDAYS = 248


class Rule(Protocol[V_co]):
    """有 label 与 versions 的一条政策。"""

    @property
    def label(self) -> str: ...

    @property
    def versions(self) -> Sequence[V_co]: ...


def dated(document: Document, path: Path_, key: str, rule: Rule[V], value: Callable[[V], T]) -> Dated[T]:
    """一条政策的各版 → 引擎的 Dated;次序、重叠、空档、值不对都拒绝。"""
    return versions_of(document, path, (key, rule.label), rule.versions, value)


def versions_of(
    document: Document, path: Path_, names: tuple[str, str], found: Sequence[V], value: Callable[[V], T]
) -> Dated[T]:
    """同上,版本直接给出;names 是(键名, 中文名)。"""
    key, label = names
    if not found:
        raise refuse(document.mark(path), f"“{label}”一版也没有,请至少写一版(since、source……)。")
    out: list[Version[T]] = []
    paths = [(*path, i) for i in range(len(found))]
    for i, one in enumerate(found):
        try:
            out.append(Version(one.since, value(one), one.source, one.until, one.verified))
        except ValueError as problem:
            raise refuse(document.mark(paths[i]), f"“{label}”:{problem}") from None
        dates_of(document, paths, names, out)
    return Dated(key, label, tuple(out))


def dates_of(
    document: Document, paths: Sequence[Path_], names: tuple[str, str], found: Sequence[Version[T]]
) -> Dated[T]:
    """查各版的次序、重叠与空档,合成一条;paths 是各版写在哪里。"""
    key, label = names
    for i, one in enumerate(found):
        if one.until is not None and one.until < one.since:
            raise refuse(document.mark((*paths[i], "until")), f"“{label}”的 until 早于 since,请改正。")
        last: list[Version[Any]] = [*found[max(0, i - 1) : i + 1]]
        problems = gaps(last)
        if problems:
            mark = document.mark((*paths[i], "since"))
            raise refuse(mark, f"“{label}”{problems[0]},请改 since 或前一版的 until。", "POLICY_DATES")
    return Dated(key, label, tuple(found))


def from_the_first(document: Document, path: Path_, found: Dated[T]) -> Dated[T]:
    """不能在月中改的事(个税、社保、周期……):每一版都要从某月 1 日起,不然拒绝装入。"""
    for i, version in enumerate(found.versions):
        if version.since.day != 1:
            say = f"“{found.label}”按整月计算,不能在月中改,since 要写某月 1 日,请把 {version.since} 改正。"
            raise refuse(document.mark((*path, i, "since")), say, "POLICY_MID_MONTH")
    return found


def calendar_of(documents: Sequence[Document]) -> tuple[Calendar, list[str]]:
    """各年的放假表 → 日历;返回日历与提醒。"""
    years: dict[int, YearCalendar] = {}
    warnings: list[str] = []
    for document in documents:
        file = shaped(document, CalendarFile)
        _check_lists(document, file)
        names = {day: name for name, days in file.names.items() for day in days}
        year = YearCalendar(
            file.year, file.source, frozenset(file.statutory), frozenset(file.rest_in_lieu),
            frozenset(file.makeup_work), names,
        )  # fmt: skip
        years[file.year] = year
        warnings += _check_counts(document, year)
    return Calendar(years), warnings


def _check_lists(document: Document, file: CalendarFile) -> None:
    lists: dict[str, list[date]] = {
        "statutory": file.statutory, "rest_in_lieu": file.rest_in_lieu, "makeup_work": file.makeup_work,
    }  # fmt: skip
    seen: dict[date, str] = {}
    for key, days in lists.items():
        for i, day in enumerate(days):
            mark = document.mark((key, i))
            if day.year != file.year:
                raise refuse(mark, f"{day} 不在 {file.year} 年,请移到那一年的文件。")
            if day in seen:
                raise refuse(mark, f"{day} 已写在 {seen[day]} 里,请只留一处。")
            seen[day] = key
            if key == "makeup_work" and day.weekday() < 5:
                raise refuse(mark, f"补班日 {day} 不是周六或周日,请核对通知。")
            if key == "rest_in_lieu" and day.weekday() >= 5:
                raise refuse(mark, f"调休放假 {day} 是周末,本来就休息,请删去。")


def _check_counts(document: Document, year: YearCalendar) -> list[str]:
    if len(year.statutory) != STATUTORY_DAYS:
        say = f"法定节假日应当是 {STATUTORY_DAYS} 天,现在是 {len(year.statutory)} 天,请核对通知。"
        raise refuse(document.mark(("statutory",)), say)
    on_weekend = sum(d.weekday() >= 5 for d in year.statutory)
    if len(year.rest_in_lieu) - len(year.makeup_work) != on_weekend:
        say = f"调休放假天数减补班天数应当等于落在周末的法定日({on_weekend} 天),请核对三张表。"
        raise refuse(document.mark(("rest_in_lieu",)), say)
    one = Calendar({year.year: year})
    work = sum(one.is_work(d) for d in days_between(date(year.year, 1, 1), date(year.year, 12, 31)))
    if abs(work - USUAL_WORKDAYS) > 3:
        return [f"{document.name}:{year.year} 年工作日共 {work} 天,通常在 {USUAL_WORKDAYS} 天左右,请核对。"]
    return []
