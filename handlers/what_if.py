"""试算新办法 what if:HR 写一条公式或换一个开关,用已发布各月冻结的输入再算一遍,看谁多谁少、一共多少;什么也不写。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import col, select

from config.policies import Policies
from config.policy_pay import pay_rules
from config.policy_try import shown_choices, with_formulas, with_switch
from engine.days import Month
from engine.errors import BadInput, EhrError, NotFound
from engine.money import Money
from engine.pay_rules import PayRules
from engine.what_if import Carry, Effect, Figures, compute_many, try_month
from handlers.actor import Actor
from handlers.company import Company, company_of
from handlers.people import Nothing
from handlers.what_if_records import completed, lacking
from models.pay import PayRun
from models.work import Work

MOST_MONTHS, MOST_ROWS = 24, 200
FINAL = ("published", "archived")
"""已经发了的:试算只用它们冻结的输入。"""


@dataclass(frozen=True, slots=True)
class TryOut:
    """试:formulas 一行一条“名字 = 式子”,或 switch 换一个开关为 value;first 到 last 哪些月份(空为全部已发布的)。"""

    formulas: str = ""
    switch: str = ""
    value: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class TriedPerson:
    """一个人:各月合计的实发,当时与试的,写成金额;change_fen 相差(分)。"""

    person_id: int
    name: str
    before: str
    after: str
    change: str
    change_fen: int


@dataclass(frozen=True, slots=True)
class TriedMonth:
    """一个月的合计:实发与单位多付的应发。"""

    month: str
    label: str
    people: int
    before: str
    after: str
    change: str
    gross_change: str


@dataclass(frozen=True, slots=True)
class Tried:
    """试的结果:gains 多了的人数,loses 少了的,same 不变的;rows 变动大的在前(最多 200 人);failures 算不出来的(谁、为什么)。"""

    months: tuple[TriedMonth, ...]
    people: int
    gains: int
    loses: int
    same: int
    before: str
    after: str
    change: str
    change_fen: int
    gross_change: str
    rows: tuple[TriedPerson, ...]
    failures: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trials:
    """可以试什么:months 已发布的各月,新的在前;switches(键, 名字, 可选的, 现在的);items 现有的公式(名字, 公式)。"""

    months: tuple[tuple[str, str], ...]
    switches: tuple[tuple[str, str, tuple[str, ...], str], ...]
    items: tuple[tuple[str, str], ...]


def trials(work: Work, command: Nothing, rules: Policies, actor: Actor) -> Trials:
    """可以试什么。"""
    today = Month.parse(company_of(work).first_month).first
    runs = _runs(work, TryOut())
    if runs:
        today = Month.parse(runs[-1].month).first
    formulas = tuple((one.label, one.definition.text) for one in rules.items.on(today) if one.definition is not None)
    months = tuple((run.month, Month.parse(run.month).label) for run in reversed(runs))
    return Trials(months, shown_choices(rules), formulas)


def try_out(work: Work, command: TryOut, rules: Policies, actor: Actor) -> Tried:
    """试一试。没有已发布的月份报 NO_MONTHS;公式不对报 FormulaError(第几行第几字)。"""
    runs = _runs(work, command)
    if not runs:
        raise NotFound("NO_MONTHS", "这些月份还没有已发布的工资,没有可以试的。请选已发布的月份。")
    if len(runs) > MOST_MONTHS:
        raise BadInput("TOO_MANY_MONTHS", f"一次最多试 {MOST_MONTHS} 个月。请缩短月份的范围。")
    days = tuple(Month.parse(run.month).first for run in runs)
    if bool(command.formulas.strip()) == bool(command.switch):
        raise BadInput("TRY_ONE", "请写一条公式,或选一个开关,二者试一样。")
    tried = (
        with_formulas(rules, command.formulas, days)
        if command.formulas.strip()
        else with_switch(rules, command.switch, command.value)
    )
    company = company_of(work)
    trial = _Trial(work, company)
    for run in runs:
        trial.month(run, (rules, tried))
    return trial.result()


def _runs(work: Work, command: TryOut) -> list[PayRun]:
    query = select(PayRun).where(col(PayRun.state).in_(FINAL), col(PayRun.live_key).is_not(None))
    if command.first:
        query = query.where(PayRun.month >= str(Month.parse(command.first)))
    if command.last:
        query = query.where(PayRun.month <= str(Month.parse(command.last)))
    return list(work.session.exec(query.order_by(PayRun.month)))


CHUNK = 5_000
CHUNKED = (
    "SELECT i.person_id, i.facts, s.gross, t.income, t.insurance, t.withheld, s.net FROM payinput i"
    " LEFT JOIN payslip s ON s.run_id = i.run_id AND s.person_id = i.person_id"
    " LEFT JOIN taxledger t ON t.person_id = i.person_id AND t.source = ?"
    " WHERE i.run_id = ? AND i.person_id > ? ORDER BY i.person_id LIMIT ?"
)
_NOTHING = Carry()
_MAKE = tuple.__new__
_GROSS, _NET = Figures._fields.index("gross"), Figures._fields.index("net")


class _Chunk(NamedTuple):
    """一批人:people 冻结的输入;before 当时存下的数。"""

    people: Mapping[int, str]
    before: Mapping[int, Figures]


class _Trial:
    """一个月一个月地试,差额一路带下去。"""

    def __init__(self, work: Work, company: Company) -> None:
        self.work, self.company = work, company
        self.carry: dict[int, Carry] = {}
        self.sums: dict[int, list[int]] = {}
        self.months: list[TriedMonth] = []
        self.failures: dict[int, str] = {}
        self.notes: list[str] = []
        self.gross = 0

    def month(self, run: PayRun, rules: tuple[Policies, Policies]) -> None:
        """一个月:冻结的输入、当时的数、试的规则;一批一批读,不把全公司的输入都留在内存里。"""
        month = Month.parse(run.month)
        before_rules, after_rules = (_compiled(one, run, self.company) for one in rules)
        stored = run.rules_version == rules[0].version
        if not stored:
            say = f"{month.label}是按当时的政策发的,之后政策变过:这里的“当时”用现在的政策重算,只比您试的这一样。"
            self.notes.append(say)
        more = lacking(before_rules, after_rules)
        if more:
            self.notes.append(f"{month.label}发薪时没有用到您试的公式要的签单、评价或往月:按现在有的试。")
        sums = [0, 0, 0]
        people = 0
        for chunk in self._chunks(run):
            texts = completed(self.work, chunk.people, (before_rules, after_rules), rules[1]) if more else chunk.people
            before = chunk.before if stored else _recomputed(chunk.people, before_rules)
            known = [one for one in chunk.people if one in before]
            wanted = [(texts[one], before[one], self.carry.get(one, _NOTHING)) for one in known]
            for person_id, effect in zip(known, try_month(wanted, after_rules), strict=True):
                self._add(person_id, effect, (month, sums))
            people += len(known)
        was, now, gross = sums
        self.gross += gross
        shown = (Money(was).show(), Money(now).show(), signed(now - was), signed(gross))
        self.months.append(TriedMonth(run.month, month.label, people, *shown))

    def _add(self, person_id: int, effect: Effect, about: tuple[Month, list[int]]) -> None:
        month, sums = about
        was, after, carry, say = effect
        self.carry[person_id] = carry
        if after is None:
            self.failures.setdefault(person_id, f"{month.label}:{say}")
            after = was
        before_net, after_net = was[_NET], after[_NET]
        own = self.sums.get(person_id)
        if own is None:
            self.sums[person_id] = [before_net, after_net]
        else:
            own[0] += before_net
            own[1] += after_net
        sums[0] += before_net
        sums[1] += after_net
        sums[2] += after[_GROSS] - was[_GROSS]

    def _chunks(self, run: PayRun) -> Iterator[_Chunk]:
        """冻结的输入与当时存下的数(工资条与台账),一批一批,按人员编号。"""
        last = 0
        while True:
            rows = self.work.lean(CHUNKED, f"run:{run.id}", run.id, last, CHUNK)
            if not rows:
                return
            people = {row[0]: row[1] for row in rows}
            yield _Chunk(people, {row[0]: _MAKE(Figures, row[2:]) for row in rows if row[2] is not None})
            last = rows[-1][0]

    def result(self) -> Tried:
        """合起来。"""
        names = {int(one): str(name) for one, name in self.work.rows("SELECT id, name FROM person")}
        changes = {one: after - before for one, (before, after) in self.sums.items()}
        order = sorted((one for one in changes if changes[one]), key=lambda one: (-abs(changes[one]), one))
        was, now = (sum(sums[i] for sums in self.sums.values()) for i in (0, 1))
        return Tried(
            months=tuple(self.months),
            people=len(self.sums),
            gains=sum(change > 0 for change in changes.values()),
            loses=sum(change < 0 for change in changes.values()),
            same=sum(change == 0 for change in changes.values()),
            before=Money(was).show(),
            after=Money(now).show(),
            change=signed(now - was),
            change_fen=now - was,
            gross_change=signed(self.gross),
            rows=tuple(self._row(one, names[one], changes[one]) for one in order[:MOST_ROWS]),
            failures=tuple((names[one], say) for one, say in list(self.failures.items())[:MOST_ROWS]),
            notes=tuple(self.notes),
        )

    def _row(self, person_id: int, name: str, change: int) -> TriedPerson:
        before, after = (Money(fen).show() for fen in self.sums[person_id])
        return TriedPerson(person_id, name, before, after, signed(change), change)


def _compiled(policies: Policies, run: PayRun, company: Company) -> PayRules:
    """某一期的规则:发放月按那一期的。"""
    return pay_rules(policies, Month.parse(run.month), Month.parse(run.pay_month), {"injury": company.injury_rate})


def _recomputed(people: Mapping[int, str], rules: PayRules) -> dict[int, Figures]:
    """用现在的政策重算“当时”;算不出来的人不比。"""
    found = compute_many(list(people.values()), rules)
    return {one: figures for one, figures in zip(people, found, strict=True) if not isinstance(figures, EhrError)}


def signed(fen: int) -> str:
    """带正号的金额。"""
    return f"+{Money(fen).show()}" if fen > 0 else Money(fen).show()
