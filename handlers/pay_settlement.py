"""离职结算的建议 pay settlement:未休年休假折多少钱,经济补偿、代通知金与它们的税;每一行带着怎么算的。

规则在 engine.annual_leave 与 engine.severance。系统里没有的(离职原因、启用之前各月的工资……)列出来问,不猜;
建议只是建议:HR 逐行采用,由另一个人核对发布。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from config.policies import Policies
from engine import annual_leave, severance
from engine.annual_leave import UnusedDays
from engine.days import Month, add_months, show_date_full
from engine.figures import plain
from engine.leave_ledger import Kind, LedgerLine, balance
from engine.money import Money
from engine.severance import Ending, Leaving, LocalWages, Severance
from engine.trace import Trace, money_leaf
from handlers import terms
from handlers.leave_book import ledger
from handlers.pay_extras import scope_of
from handlers.pay_settled import NOTICE_PAY, SEVERANCE, SEVERANCE_TAX, UNUSED_LEAVE
from handlers.pay_wages_before import Before
from models.leave import LeaveRequest
from models.pay import PayProfile
from models.people import Person
from models.work import Work

ANNUAL = "annual"
NEW_LAW = date(2008, 1, 1)
"""劳动合同法施行:之前的年限按当时的规定,由 HR 填从哪天起算。"""


@dataclass(frozen=True, slots=True)
class Known:
    """HR 填的(没填为 None):ending 离职原因,notice 没有提前三十日通知,service_from 从哪天起参加工作(年休假),
    joined 本单位工龄从哪天起(经济补偿),average 当地月平均工资,last_wage 上个月工资(代通知金)。
    """

    ending: Ending | None = None
    notice: bool = False
    service_from: date | None = None
    joined: date | None = None
    average: Money | None = None
    last_wage: Money | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """要问 HR 的一件事:field 填在哪一格,say 为什么问。"""

    field: str
    say: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """建议的一行:fen 正为多发负为少发;taxed 计不计入应税工资;reason 预填的理由(不含金额);trace 怎么算的,值与 fen 相同。"""

    code: str
    label: str
    section: str
    fen: int
    taxed: bool
    reason: str
    trace: Trace


@dataclass(slots=True)
class Proposal:
    """一个人的建议:lines 各行,asked 还要问的,notes 要看的话。"""

    lines: list[Proposed] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class About:
    """算一个人:last 最后工作日,before 以前各月的工资。"""

    person: Person
    last: date
    before: Before
    known: Known


def propose(work: Work, about: About, rules: Policies) -> Proposal:
    """建议。"""
    found = Proposal()
    if not about.before.complete:
        months = "、".join(one.label for one in about.before.missing)
        found.asked.append(
            Question("missing_gross", f"{months} 的工资不在系统里,请填这几个月应发的合计与其中加班费的合计。")
        )
    _leave(work, about, rules, found)
    _severance(work, about, rules, found)
    return found


# ── 未休年休假 ────────────────────────────────────────────────────────


def _leave(work: Work, about: About, rules: Policies, found: Proposal) -> None:
    person, last = about.person, about.last
    since = about.known.service_from or person.service_from
    if since is None or person.hired_on is None:
        found.asked.append(
            Question("service_from", "花名册里没有参加工作的日期,算不出法定年休假几天。请填从哪天起累计工作。")
        )
        return
    law = rules.compliance.annual_leave.on(last)
    right = max(person.hired_on, add_months(since, 12 * law.tiers[0][0]))
    if right > last:
        found.notes.append("到最后工作日,连续工作还不满一年,没有法定年休假。")
        return
    full, taken = Fraction(annual_leave.tier_on(last, since, law)), _taken(work, about, rules)
    days = annual_leave.leaver_days(right, last, full, taken, law)
    told = annual_leave.leaver_trace(days, full, taken, law)
    found.notes += [told.say, *_carried(work, about, rules)]
    if not days.unpaid or not about.before.complete:
        return
    paid = annual_leave.unused_pay(
        about.before.wages(), UnusedDays(Fraction(days.unpaid)), rules.numbers["pay_days"].on(last), law
    )
    whole = annual_leave.pay_trace(paid, law)
    average, count, divisor = whole.parts
    parts = (
        replace(average, parts=about.before.leaves(without_overtime=True)),
        replace(told, label=count.label),
        divisor,
    )
    reason = f"离职时未休年休假 {days.unpaid} 天,按实施办法第十、十一、十二条"
    line = Proposed(
        UNUSED_LEAVE, "未休年休假工资", "earning", paid.extra.fen, True, reason, replace(whole, parts=parts)
    )
    found.lines.append(line)


def _lots(work: Work, about: About, this_year: bool) -> list[LedgerLine]:
    """年休假台账里今年的(或以前年度的)各笔额度。"""
    lines = ledger(work, about.person.id or 0, ANNUAL)
    mine = {one.grant for one in lines if one.kind is Kind.GRANT and (one.on.year == about.last.year) is this_year}
    return [one for one in lines if one.grant in mine]


def _taken(work: Work, about: About, rules: Policies) -> Fraction:
    """今年已休几天:台账里今年的额度用掉的(连同启用之前用的),减去批了而在最后工作日之后的。"""
    lines = _lots(work, about, this_year=True)
    before_us = -sum(
        one.amount for one in lines if one.kind is Kind.ADJUST and one.amount < 0 and one.grant.startswith("opening:")
    )
    used = balance(lines, about.last).used + before_us if lines else 0
    requests = {int(one.request) for one in lines if one.kind is Kind.COMMIT and one.request.isdigit()}
    kind = terms.leave_type(rules, ANNUAL, about.last)
    late = 0
    for number in sorted(requests):
        row = work.session.get(LeaveRequest, number)
        if row is not None and row.state in ("approved", "ended"):
            late += sum(
                pair[1 if kind.in_minutes else 0]
                for text, pair in row.by_date.items()
                if date.fromisoformat(text) > about.last
            )
    return _days(used - late, kind.in_minutes, rules, about.last)


def _days(amount: int, in_minutes: bool, rules: Policies, day: date) -> Fraction:
    if in_minutes:
        return Fraction(amount) / (Fraction(rules.numbers["hours_per_day"].on(day)) * 60)
    return Fraction(amount, 2)


def _carried(work: Work, about: About, rules: Policies) -> Iterator[str]:
    """往年结转还没休的:怎么折钱由公司与本人定,不自动算。"""
    lines = _lots(work, about, this_year=False)
    left = balance(lines, about.last).available if lines else 0
    if left > 0:
        days = _days(left, terms.leave_type(rules, ANNUAL, about.last).in_minutes, rules, about.last)
        yield f"往年结转的年休假还有 {plain(days)} 天没休,不在建议里;要付的请与本人核对后手工添一行。"


# ── 经济补偿 ──────────────────────────────────────────────────────────


def _severance(work: Work, about: About, rules: Policies, found: Proposal) -> None:
    ending = about.known.ending
    if ending is None:
        found.asked.append(Question("ending", "经济补偿看离职原因,系统里没有。请选一种。"))
        return
    if ending.kind is severance.KindOfEnd.NONE:
        found.notes.append(f"{ending.label}:依{ending.source},不付经济补偿。")
        return
    local, joined = _local(work, about, rules, found), _joined(about, found)
    notice = about.known.notice and ending.notice
    last_wage = _last_wage(about, found) if notice else Money(0)
    if local is None or joined is None or last_wage is None or not about.before.complete:
        return
    leaving = Leaving(joined, about.last, about.before.average(), ending.kind, notice, last_wage)
    paid = severance.severance(leaving, local, rules.compliance.severance.on(about.last))
    found.lines.append(_compensation(work, about, (paid, local, ending), rules))
    together = rules.switches["severance.notice_tax"].on(about.last) == "with_severance"
    if notice:
        found.lines.append(_notice(about, (last_wage, ending), taxed=not together))
    _tax(about, (paid, local, together), rules, found)


def _compensation(work: Work, about: About, sums: tuple[Severance, LocalWages, Ending], rules: Policies) -> Proposed:
    """补偿(或赔偿金)一行:月均的各月、工龄、离职原因、当地的数都挂在来处上。"""
    paid, local, ending = sums
    own = severance.trace(replace(paid, notice=Money(0)), rules.compliance.severance.on(about.last))
    average, *rest = own.parts
    parts = (
        replace(average, parts=about.before.leaves()),
        *rest,
        Trace("离职原因", ending.label, "text", f"{ending.label}({ending.source})"),
        money_leaf("当地上年月平均工资", local.average_month, rule=f"{_city(work, about)}.average_month_wage"),
        money_leaf("当地最低工资", local.minimum or Money(0)),
    )
    label, reason = severance.END_LABELS[ending.kind], f"{ending.label},{own.words}({ending.source})"
    return Proposed(SEVERANCE, label, "earning", paid.compensation.fen, False, reason, replace(own, parts=parts))


def _notice(about: About, what: tuple[Money, Ending], taxed: bool) -> Proposed:
    """代通知金一行:上个月的工资。"""
    wage, ending = what
    said = f"代通知金:没有提前三十日通知,付上个月工资 {wage.show()}"
    why = Trace("代通知金", wage.yuan(), "money", said, "代通知金:上个月的工资", parts=_last_leaf(about, wage))
    reason = f"没有提前三十日书面通知,付一个月工资({ending.source};实施条例第二十条)"
    return Proposed(NOTICE_PAY, "代通知金", "earning", wage.fen, taxed, reason, why)


def _tax(about: About, sums: tuple[Severance, LocalWages, bool], rules: Policies, found: Proposal) -> None:
    """一次性补偿收入的税;不超过免税额的只说一句。"""
    paid, local, together = sums
    law = rules.compliance.severance.on(about.last)
    taxed = severance.severance_tax(paid, local, law, rules.withholding.on(about.last).table, together)
    _taxed(taxed, law, found)


def _taxed(taxed: severance.SeveranceTax, law: severance.SeveranceRules, found: Proposal) -> None:
    """补偿收入个税:说清怎么算;要交的另起一行。"""
    told = severance.tax_trace(taxed, law)
    found.notes.append(told.say)
    if taxed.tax:
        minus = replace(told, value=(-taxed.tax).yuan())
        reason = "一次性补偿收入超过当地年平均工资三倍的部分单独计税(财税〔2018〕164号五(一))"
        found.lines.append(Proposed(SEVERANCE_TAX, "补偿收入个税", "tax", -taxed.tax.fen, False, reason, minus))


def _joined(about: About, found: Proposal) -> date | None:
    """本单位工龄从哪天起;2008 年以前入职的由 HR 填。"""
    since = about.known.joined or about.person.hired_on
    if since is not None and (about.known.joined is not None or since >= NEW_LAW):
        return since
    why = "2008 年以前的年限按当时的规定算" if since is not None else "花名册里没有入职日期"
    found.asked.append(Question("joined", f"{why},请填经济补偿的工龄从哪天起(以前的那一段请另行核算)。"))
    return None


def _city(work: Work, about: About) -> str:
    profile = work.session.get(PayProfile, about.person.id)
    return scope_of(work, about.person).work_city or (profile.city if profile is not None else "")


def _local(work: Work, about: About, rules: Policies, found: Proposal) -> LocalWages | None:
    """当地的数;年平均工资按月平均 × 12。城市数据没有的请 HR 填,不猜。"""
    city = _city(work, about)
    pack = rules.cities.get(city)
    version = pack.average_month_wage.at(about.last) if pack is not None else None
    average = about.known.average or (version.value if version is not None else None)
    if average is None:
        found.asked.append(
            Question("city_average", f"政策里没有{city or '他那个城市'}的上年月平均工资,三倍封顶与免税额要用它。请填。")
        )
        return None
    least = pack.minimum_wage.at(about.last) if pack is not None else None
    minimum = least.value.monthly if least is not None and not least.value.blanks else None
    if minimum is None:
        found.notes.append(f"政策里没有{city}的最低工资,月均工资没有与它比。")
    return LocalWages(average, average.times(12), minimum)


def _last_wage(about: About, found: Proposal) -> Money | None:
    """上个月的工资。"""
    if about.known.last_wage is not None:
        return about.known.last_wage
    month = about.before.found[-1] if about.before.found else None
    if month is not None and month.month.plus(1) == Month.of(about.last):
        return Money(month.gross)
    found.asked.append(
        Question("last_wage", f"{show_date_full(about.last)}离职,上个月的工资不在系统里,代通知金要用它。请填。")
    )
    return None


def _last_leaf(about: About, wage: Money) -> tuple[Trace, ...]:
    evidence = about.before.found[-1].evidence if about.known.last_wage is None else ()
    label = "上个月应发" if about.known.last_wage is None else "上个月应发(HR 填写)"
    return (money_leaf(label, wage, evidence=evidence),)
