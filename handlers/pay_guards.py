"""发布前的关 pay guards:算不出来的、拦住的、说不清的差额;个税跳变、合计与上月差得多的提醒。门槛是有日期的政策。"""

from __future__ import annotations

from typing import Any

from config.policies import Policies
from engine.days import Month
from engine.errors import Conflict, RuleBroken
from engine.money import Money, percent
from handlers.actor import Actor
from handlers.pay_steps import REGULAR
from handlers.pay_variance import previous, unexplained
from handlers.payroll_views import PersonNote, run_view
from models.pay import PayRun
from models.people import Person
from models.work import Work

EVERYBODY = (0, "", "全体")


def run_notes(work: Work, row: PayRun, rules: Policies) -> tuple[PersonNote, ...]:
    """与上月比要留意的:个税跳变的人、合计变动大。话里不写金额。"""
    last = previous(work, row)
    if last is None or row.kind != REGULAR:
        return ()
    return (*_tax_jumps(work, row, last, rules), *_total_change(row, last, rules))


def _tax_jumps(work: Work, row: PayRun, last: PayRun, rules: Policies) -> list[PersonNote]:
    day = Month.parse(row.month).first
    times, yuan = rules.numbers["guard.tax_jump"].on(day), rules.numbers["guard.tax_jump_yuan"].on(day)
    level = str(rules.switches["guard.tax_jump.level"].on(day))
    n, d = times.as_integer_ratio()
    found = work.rows(
        "SELECT s.person_id, p.userid, p.name FROM payslip s JOIN payslip b ON b.person_id = s.person_id AND b.run_id = :b"
        " JOIN person p ON p.id = s.person_id"
        " WHERE s.run_id = :r AND s.tax - b.tax >= :f AND s.tax * :d >= b.tax * :n ORDER BY s.person_id",
        r=row.id, b=last.id, f=Money.of(yuan).fen, n=n, d=d,
    )  # fmt: skip
    say = f"个税达到上月的 {times.normalize():f} 倍以上。请核对收入、累计与专项附加扣除。"
    return [PersonNote(i, userid, name, "TAX_JUMP", level, say) for i, userid, name in found]


def _total_change(row: PayRun, last: PayRun, rules: Policies) -> list[PersonNote]:
    day = Month.parse(row.month).first
    limit = rules.numbers["guard.total_change"].on(day)
    level = str(rules.switches["guard.total_change.level"].on(day))
    now, was = _net(row), _net(last)
    n, d = limit.as_integer_ratio()
    if abs(now - was) * d <= was * n:
        return []
    way = "多" if now > was else "少"
    say = f"实发合计比上月{way}出 {percent(limit)} 以上。请看差异归因,核对之后再发布。"
    return [PersonNote(*EVERYBODY, "TOTAL_CHANGE", level, say)]


def _net(row: PayRun) -> int:
    found: Any = row.totals.get("net", 0)
    return int(found)


def check_ledger(work: Work, row: PayRun) -> None:
    """锁定之后,这些人在同一税年里又有别的一期发布(台账往前走了):税要重算。报 Conflict(LEDGER_MOVED)。"""
    moved = work.rows(
        "SELECT o.id, o.month FROM payrun o JOIN payrunstep p ON p.run_id = o.id AND p.step = 'publish'"
        " WHERE o.id <> :r AND o.state = 'published' AND o.pay_month >= :first AND o.pay_month <= :pay AND p.id >"
        " (SELECT max(l.id) FROM payrunstep l WHERE l.run_id = :r AND l.revision = :v AND l.step = 'lock')"
        " AND EXISTS (SELECT 1 FROM payinput a JOIN payinput b ON b.person_id = a.person_id"
        " WHERE a.run_id = :r AND b.run_id = o.id) ORDER BY o.id LIMIT 1",
        r=row.id, first=f"{row.pay_month[:4]}-01", pay=row.pay_month, v=row.revision,
    )  # fmt: skip
    if moved:
        number, month = moved[0]
        raise Conflict(
            "LEDGER_MOVED",
            f"锁定之后,第 {number} 期({Month.parse(month).label})也发布了,里面有同样的人,个税累计已经往前走。"
            "请退回准备、重新计算,税才对得上。",
        )


def check_ready(work: Work, row: PayRun, rules: Policies, actor: Actor) -> None:
    """没有拦住的事才放行:算不出来的、例外里拦住的、说不清的差额。报 RuleBroken(BLOCKED、UNEXPLAINED)。"""
    view = run_view(work, row, actor)
    notes = (*view.failures, *view.exceptions, *run_notes(work, row, rules))
    blocked = [n for n in notes if n.level in ("block", "failure")]
    if blocked:
        names = "、".join(dict.fromkeys(n.name for n in blocked))
        raise RuleBroken(
            "BLOCKED", f"还有 {len(blocked)} 件事要先处理,涉及:{names}。请处理后重新计算,或写明理由暂缓,再来发布。"
        )
    strange = unexplained(work, row, rules)
    if strange:
        people = [work.session.get(Person, one) for one in strange[:10]]
        names = "、".join(p.name for p in people if p is not None)
        raise RuleBroken(
            "UNEXPLAINED",
            f"有 {len(strange)} 人与上月的差额说不清来处({names})。请用 ehr payroll verify 核对两期,弄清之前不能发布。",
        )
