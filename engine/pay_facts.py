"""工资的事实 pay facts:一个人一个月的全部输入,冻结后可存、可传、可算哈希。

都是 NamedTuple 里的整数与文字:钱是分,比率与天数是 (分子, 分母),日子是当月几号。这样读写快,一字不差。
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from engine.formula_evidence import Record
from engine.formula_types import Pair

Evidence = tuple[str, ...]


class Wage(NamedTuple):
    """一段工资:自当月 day 号起,月工资 fen。"""

    day: int
    fen: int
    evidence: Evidence = ()


class LeaveTaken(NamedTuple):
    """当月一种假:假种、天数、头一天是几号、日子的话("12月2日(周三)下午")。"""

    kind: str
    days: Pair
    day: int
    when: str = ""
    evidence: Evidence = ()


SICK, SICK_LONG = "sick", "sick_long"
"""病假,与连续满六个月之后的病假:城市另有一档的按那一档。"""
COMP_LAPSED = "补休到期未用"
"""补休到期没有用掉、改付钱的加班,日子的话以它结尾;它们不是本期新加的班,不计入加班上限。"""


class OvertimeWorked(NamedTuple):
    """当月一种加班(付钱的):种类(engine.overtime.OvertimeKind 的值)、分钟、日子的话。"""

    kind: str
    minutes: int
    when: str = ""
    evidence: Evidence = ()


class Attended(NamedTuple):
    """当月考勤:应出勤天数、出勤天数、迟到早退缺卡、旷工天数;evidence 按名字("迟到次数")列证据。"""

    workdays: Pair = (0, 1)
    worked_days: Pair = (0, 1)
    late: int = 0
    late_minutes: int = 0
    early: int = 0
    early_minutes: int = 0
    missing: int = 0
    absent_days: Pair = (0, 1)
    evidence: tuple[tuple[str, Evidence], ...] = ()


class Scored(NamedTuple):
    """绩效:得分、奖金用的倍数(有等级时是系数)、来处(Trace 的 JSON 文字)。"""

    value: Pair
    multiplier: Pair
    trace: str = ""


class Allowance(NamedTuple):
    """津贴:名字(工资项目的名字)、每月标准(分)。"""

    name: str
    fen: int
    evidence: Evidence = ()


class Insured(NamedTuple):
    """社保公积金:城市、申报基数(分;None 为不缴)、公积金比例("0.07")、补充比例("0.00" 为没有)。"""

    city: str
    social_base: int | None
    housing_base: int | None
    housing_rate: str = "0"
    supplementary_rate: str = "0"
    evidence: Evidence = ()


class TaxFacts(NamedTuple):
    """个税:扣缴方式、本年第一个任职月、本月以前的累计(分)、已有记录的月份、本月新计入的扣除。"""

    scheme: str = "standard"
    start_month: int = 1
    income: int = 0
    tax_free: int = 0
    insurance: int = 0
    special: int = 0
    other: int = 0
    donation: int = 0
    relief: int = 0
    withheld: int = 0
    months: tuple[int, ...] = ()
    new_special: int = 0
    new_other: int = 0
    new_donation: int = 0
    new_relief: int = 0


class Adjustment(NamedTuple):
    """有署名的一行:补发、扣回、上月差额、代扣等。amount 正为多发负为少发;taxed 计不计入应税工资。"""

    code: str
    label: str
    section: str
    fen: int
    taxed: bool
    reason: str
    evidence: Evidence = ()


class Night(NamedTuple):
    """夜班:几个(当班时间落在夜里够久的班)。"""

    shifts: int = 0
    evidence: Evidence = ()


class InDepartment(NamedTuple):
    """一段部门:自当期第 day 天起在 name;用工成本按日子分到各段。"""

    day: int
    name: str
    evidence: Evidence = ()


class Note(NamedTuple):
    """收集输入时发现、要人看的一件事:同 engine.pay_checks.Check。"""

    code: str
    level: str
    say: str
    detail: str = ""


class Recorded(NamedTuple):
    """公式合计、计数用的一类证据,一笔一笔:kind 种类(签单、迟到……),rows 的字段次序同 engine.formula_evidence 的那一类。

    有这一类而 rows 为空是一笔也没有;没有这一类是没有收集(公式没有用到),或还没有数据。
    """

    kind: str
    rows: tuple[Record, ...] = ()


class Earlier(NamedTuple):
    """公式要的一个往月的值:slot 如“上月(绩效奖金)”,months 各月("2026-09", 值),值的单位同那个项目(金额为分),没有为 None。"""

    slot: str
    months: tuple[tuple[str, Pair | None], ...]
    evidence: Evidence = ()


class PayFacts(NamedTuple):
    """一个人一个月的输入。日子都是当期第几天(自然月里就是几号;见 engine.pay_cycle)。

    month 工资所属月 "2026-10",pay_month 发放月 "2026-11"(个税按它);first_day、last_day 在职的头尾(当月几号);
    roster 排班的人当月上班的日子(None 按公司日历);service_years 在本单位的整年数;
    score_missing 没有数据的指标名字;has_bank 有没有收款账号。
    since 期首日("2026-10-26";空为自然月);heat 高温岗位类别(空为没有);comp_minutes 补休的休息日加班(分钟);
    departments 当期待过的部门;notes 收集时发现的事。
    records 逐笔的证据,past 往月的值:只有当月的公式用到的才有。
    """

    person: str
    unit: str
    month: str
    pay_month: str
    city: str
    wages: tuple[Wage, ...]
    first_day: int = 1
    last_day: int = 31
    roster: tuple[int, ...] | None = None
    attended: Attended = Attended()
    leaves: tuple[LeaveTaken, ...] = ()
    overtime: tuple[OvertimeWorked, ...] = ()
    score: Scored | None = None
    score_missing: tuple[str, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    insured: Insured | None = None
    tax: TaxFacts = TaxFacts()
    adjustments: tuple[Adjustment, ...] = ()
    service_years: int = 0
    has_bank: bool = True
    since: str = ""
    night: Night = Night()
    heat: str = ""
    comp_minutes: int = 0
    departments: tuple[InDepartment, ...] = ()
    notes: tuple[Note, ...] = ()
    records: tuple[Recorded, ...] = ()
    past: tuple[Earlier, ...] = ()


PLAIN = 26
"""人人都有的字段个数;其后的 records、past 公式没有用到就不写进 JSON。"""


def to_json(facts: PayFacts) -> str:
    """紧凑的 JSON:按字段次序的列表。"""
    whole = facts if facts.records or facts.past else facts[:PLAIN]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def canonical(facts: PayFacts) -> bytes:
    """用来算哈希的字节:同样的事实,永远同样的字节。"""
    return to_json(facts).encode("utf-8")


def digest(found: Sequence[PayFacts], rules_version: str) -> str:
    """一次发薪的输入与规则版本合起来的 SHA-256;与人的先后无关。"""
    whole = hashlib.sha256(rules_version.encode())
    for facts in sorted(found, key=lambda f: f.person):
        whole.update(b"\n" + canonical(facts))
    return whole.hexdigest()


def from_json(text: str) -> PayFacts:
    """读回 to_json 的文字。"""
    return from_list(_READ(text)[0])


def from_list(data: Sequence[Any]) -> PayFacts:
    """由解开的 JSON 读回;许多人的文字合成一个数组一起解更快。"""
    (
        person, unit, month, pay_month, city, wages, first_day, last_day, roster, attended, leaves, overtime,
        score, score_missing, allowances, insured, tax, adjustments, service_years, has_bank,
        since, night, heat, comp_minutes, departments, notes,
    ) = data if len(data) == PLAIN else plain(data)  # fmt: skip
    return _NEW(PayFacts, (
        person, unit, month, pay_month, city,
        tuple([_NEW(Wage, (d, f, tuple(e))) for d, f, e in wages]),
        first_day, last_day,
        None if roster is None else tuple(roster),
        _attended(attended),
        tuple([_NEW(LeaveTaken, (k, tuple(n), d, w, tuple(e))) for k, n, d, w, e in leaves]) if leaves else (),
        tuple([_NEW(OvertimeWorked, (k, m, w, tuple(e))) for k, m, w, e in overtime]) if overtime else (),
        None if score is None else Scored(tuple(score[0]), tuple(score[1]), score[2]),
        tuple(score_missing),
        tuple([_NEW(Allowance, (n, f, tuple(e))) for n, f, e in allowances]) if allowances else (),
        None if insured is None else _insured(insured),
        _tax(tax),
        tuple(Adjustment._make((*a[:6], tuple(a[6]))) for a in adjustments) if adjustments else (),
        service_years, has_bank,
        since, _NEW(Night, (night[0], tuple(night[1]))), heat, comp_minutes,
        tuple([_NEW(InDepartment, (d, n, tuple(e))) for d, n, e in departments]) if departments else (),
        tuple([Note._make(n) for n in notes]) if notes else (),
        *(((), ()) if len(data) <= PLAIN else (_records(data[PLAIN]), _past(data[PLAIN + 1]))),
    ))  # fmt: skip


def plain(data: Sequence[Any]) -> Sequence[Any]:
    """人人都有的那些字段:早先冻结的输入没有后来添的,按没有计。"""
    return data[:PLAIN] if len(data) > PLAIN else (*data, *_LATER[len(data) - PLAIN :])


def _records(data: Sequence[Any]) -> tuple[Recorded, ...]:
    return tuple([Recorded(kind, tuple([_record(*row) for row in rows])) for kind, rows in data])


def _record(evidence: Sequence[str], values: Sequence[Any]) -> Record:
    """数是 (分子, 分母),在 JSON 里是列表。"""
    return Record(tuple(evidence), tuple([tuple(v) if isinstance(v, list) else v for v in values]))


def _past(data: Sequence[Any]) -> tuple[Earlier, ...]:
    return tuple(
        Earlier(slot, tuple((m, None if v is None else tuple(v)) for m, v in months), tuple(evidence))
        for slot, months, evidence in data
    )


_LATER: tuple[Any, ...] = ("", (0, ()), "", 0, (), ())
"""后来添的字段在早先冻结的输入里没有,按没有计。"""
_READ = json.JSONDecoder().raw_decode
_NEW = tuple.__new__
"""直接造 NamedTuple:字段个数由上面的拆开保证,比逐个传参快一倍;一次发薪里这里占时间的大头。"""


def _attended(data: Sequence[Any]) -> Attended:
    workdays, worked, late, late_minutes, early, early_minutes, missing, absent, named = data
    evidence = tuple([(name, tuple(found)) for name, found in named]) if named else ()
    return _NEW(
        Attended,
        (tuple(workdays), tuple(worked), late, late_minutes, early, early_minutes, missing, tuple(absent), evidence),
    )


def _insured(data: Sequence[Any]) -> Insured:
    city, social, housing, rate, supplementary, evidence = data
    return _NEW(Insured, (city, social, housing, rate, supplementary, tuple(evidence)))


def _tax(data: Sequence[Any]) -> TaxFacts:
    found = list(data)
    found[10] = tuple(found[10])
    return TaxFacts._make(found)


def as_pair(value: Any) -> Pair:
    """Fraction、Decimal 或整数 → (分子, 分母)。"""
    n, d = value.as_integer_ratio()
    return int(n), int(d)


def evidence_of(attended: Attended) -> Mapping[str, Evidence]:
    """考勤各项的证据。"""
    return dict(attended.evidence)
