"""得分的账 performance book:一个人一个周期的得分,一版一行,只增不改;最新的一版就是现在的。"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from sqlmodel import col, select

from engine.errors import Conflict
from engine.money import percent
from engine.performance import Band
from engine.performance_change import Standing
from engine.performance_cycle import Cycle
from engine.trace import Trace
from models.people import Person
from models.performance import Score
from models.work import Work

ORIGINS = {
    "lock": "锁定",
    "calibration": "校准",
    "appeal": "申诉成立",
    "correction": "锁定后更正",
    "late": "依据有变,自动更正",
}
Overrides = dict[str, tuple[Fraction, str]]
"""人定的几项:指标编号 → (完成率, 证据编号)。"""


@dataclass(frozen=True, slots=True)
class Version:
    """要写的一版:standing 结果;decided、overrides 见 models.performance.Score。"""

    standing: Standing
    plan_code: str
    state: str
    origin: str
    decided: str = ""
    overrides: Overrides = field(default_factory=dict)
    reason: str = ""
    set_by: str = ""


def newest(work: Work, person_id: int, cycle: Cycle) -> Score | None:
    """最新的一版;还没有为 None(现算的试算不存)。"""
    return work.session.exec(
        select(Score)
        .where(Score.person_id == person_id, Score.cycle == str(cycle))
        .order_by(col(Score.revision).desc())
        .limit(1)
    ).first()


def newest_of_cycle(work: Work, cycle: Cycle) -> dict[int, Score]:
    """一个周期里每个人最新的一版。"""
    rows = work.session.exec(select(Score).where(Score.cycle == str(cycle)).order_by(col(Score.revision)))
    return {row.person_id: row for row in rows}


def versions(work: Work, person_id: int, cycle: Cycle) -> list[Score]:
    """各版,新的在前。"""
    rows = work.session.exec(
        select(Score)
        .where(Score.person_id == person_id, Score.cycle == str(cycle))
        .order_by(col(Score.revision).desc())
    )
    return list(rows)


def is_locked(work: Work, person_id: int, cycle: Cycle) -> bool:
    """这个人这个周期的得分锁了没有。"""
    row = newest(work, person_id, cycle)
    return row is not None and row.state == "locked"


def standing_of(row: Score) -> Standing:
    """存下的一版 → 结果。"""
    band = Band(Decimal(0), row.grade, Decimal(row.factor)) if row.factor else None
    trace = Trace.from_json(json.loads(row.trace)) if row.trace else Trace("绩效得分", row.exact, "rate")
    return Standing(fraction(row.exact), band, trace)


def fraction(text: str) -> Fraction:
    """ "11/10" → 精确的得分。"""
    over, _, under = text.partition("/")
    return Fraction(int(over), int(under or 1))


def overrides_of(row: Score | None) -> Overrides:
    """这一版里人定的几项。"""
    found = row.overrides if row is not None else {}
    return {code: (fraction(value), evidence) for code, (value, evidence) in found.items()}


def add(work: Work, person_id: int, cycle: Cycle, version: Version) -> Score:
    """写新的一版。"""
    last = newest(work, person_id, cycle)
    band = version.standing.band
    row = Score(
        person_id=person_id,
        cycle=str(cycle),
        revision=(last.revision if last else 0) + 1,
        exact=_written(version.standing.value),
        grade=band.grade if band else "",
        factor=f"{band.factor.normalize():f}" if band else "",
        plan_code=version.plan_code,
        trace=json.dumps(version.standing.trace.to_json(), ensure_ascii=False, separators=(",", ":")),
        state=version.state,
        origin=version.origin,
        decided=version.decided,
        overrides={code: [_written(value), evidence] for code, (value, evidence) in version.overrides.items()},
        reason=version.reason.strip()[:500],
        set_by=version.set_by,
        computed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _written(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def mark(person_id: int, cycle: Cycle, revision: int) -> str:
    """一版得分的证据编号。"""
    return f"score:{person_id}/{cycle}/{revision}"


def guard_seen(work: Work, person: Person, cycle: Cycle, seen: int) -> Score | None:
    """最新的一版;不是您看到的那一版报 Conflict(SCORE_CHANGED),说谁、为什么改的。调用前要先锁住。"""
    assert person.id is not None
    row = newest(work, person.id, cycle)
    if (row.revision if row is not None else 0) == seen:
        return row
    if row is None:
        raise Conflict("SCORE_CHANGED", f"{person.name}的得分没有您看到的那一版。请刷新页面,看过最新的再决定。")
    who = name_of(work, row.set_by)
    say = (
        f"在您打开页面之后,{who}已改了{person.name}{cycle.label}的得分:现在是 {words_of(row)}"
        f"({ORIGINS[row.origin]}{f',理由:{row.reason}' if row.reason else ''})。您的改动没有保存,请看过最新的再决定。"
    )
    raise Conflict("SCORE_CHANGED", say, {"revision": str(row.revision)})


def words_of(row: Score) -> str:
    """得分与等级的话:"115%(等级 A)"。"""
    return percent(fraction(row.exact)) + (f"(等级 {row.grade})" if row.grade else "")


def name_of(work: Work, userid: str) -> str:
    """userid → 姓名;系统写的写“系统”。"""
    if not userid:
        return "系统"
    return work.session.exec(select(Person.name).where(Person.userid == userid)).first() or userid
