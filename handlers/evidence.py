"""证据 evidence:来处里的编号 → 人看得懂的一条(哪次打卡、哪笔签单、哪张请假单、哪条政策、哪份导入)。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import select

from engine.days import Month, shanghai, show_date
from engine.leave import show_span
from engine.money import percent
from handlers.leave_book import span_of
from models.attendance import OvertimeApproval, Punch
from models.inputs import MonthlyInput, PastSlip
from models.leave import LeaveRequest
from models.pay import LateTruth, PayExtra, PayRun
from models.people import Person
from models.performance import Deal, InputScore, Rating, Score, Target
from models.work import Work


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """一条证据:kind 种类;label 种类的中文;say 一句话;detail 补充;link 有页面可看的路径。"""

    id: str
    kind: str
    label: str
    say: str
    detail: str = ""
    link: str = ""


def look_up(work: Work, ids: list[str]) -> tuple[EvidenceView, ...]:
    """逐个查;不认得的种类照样列出编号,不隐瞒。"""
    found: list[EvidenceView] = []
    for one in ids:
        kind, _, rest = one.partition(":")
        found.append(LOOKS.get(kind, _other)(work, one, rest))
    return tuple(found)


def _punch(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.exec(select(Punch).where(Punch.source_id == rest)).first()
    if row is None:
        return _other(work, one, rest)
    at = shanghai(row.at)
    side = "上班" if row.check_type == "on" else "下班"
    source = {"APPROVE": "补卡审批", "BOSS": "管理员更正", "ATM": "考勤机", "USER": "手机打卡"}.get(
        row.source_type, row.source_type
    )
    return EvidenceView(one, "punch", "打卡", f"{show_date(row.work_date)} {side}卡 {at:%H:%M}", source)


def _deal(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.exec(select(Deal).where(Deal.source_id == rest)).first()
    if row is None:
        return _other(work, one, rest)
    on = show_date(row.signed_on) if row.signed_on else ""
    state = {"signed": "有效", "cancelled": "已取消"}.get(row.status, row.status)
    return EvidenceView(one, "deal", "签单", f"{row.customer},{on},{row.amount.show()}", state)


def _rating(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.exec(select(Rating).where(Rating.source_id == rest)).first()
    if row is None:
        return _other(work, one, rest)
    n, d = row.score.as_integer_ratio()
    return EvidenceView(one, "rating", "客户评价", f"{show_date(row.rated_on)},{percent(Fraction(n, d))}")


def _leave(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.get(LeaveRequest, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    where = "钉钉审批" if row.source == "dingtalk" else "人事助手"
    return EvidenceView(one, "leave", "请假单", show_span(span_of(row)), where, f"/m/leave/{row.id}")


def _overtime(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.exec(select(OvertimeApproval).where(OvertimeApproval.source_id == rest)).first()
    if row is None:
        return _other(work, one, rest)
    start, end = shanghai(row.start_at), shanghai(row.end_at)
    return EvidenceView(one, "overtime", "加班审批", f"{show_date(start.date())} {start:%H:%M}–{end:%H:%M}", row.reason)


def _target(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.get(Target, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    return EvidenceView(one, "target", "目标", f"{row.month} 第 {row.revision} 版:{row.value:f}", row.reason)


def _score(work: Work, one: str, rest: str) -> EvidenceView:
    """一版得分:谁、为什么。"""
    person_id, _, tail = rest.partition("/")
    cycle, _, revision = tail.partition("/")
    row = work.session.exec(
        select(Score).where(
            Score.person_id == int(person_id or 0), Score.cycle == cycle, Score.revision == int(revision or 0)
        )
    ).first()
    if row is None:
        return _other(work, one, rest)
    who = work.session.exec(select(Person.name).where(Person.userid == row.set_by)).first() or row.set_by
    return EvidenceView(one, "score", "人定的", f"{cycle} 第 {revision} 版:{who} 定", row.reason)


def _input(work: Work, one: str, rest: str) -> EvidenceView:
    """录入的分数:自哪天起算,依据是什么。"""
    row = work.session.get(InputScore, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    label = "基线" if row.kind == "baseline" else "录入的分数"
    say = f"{row.earned_on.isoformat()} 得来,自 {row.since.isoformat()} 起算:{row.value.normalize():f}"
    return EvidenceView(one, "input", label, say, row.reason)


def _monthly(work: Work, one: str, rest: str) -> EvidenceView:
    """月度输入的一笔:从哪份文件的哪一格来(或手工录的),什么事由。"""
    row = work.session.get(MonthlyInput, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    return EvidenceView(one, "input", "月度输入", row.place or "手工录入,另一人复核", row.reason)


def _import(work: Work, one: str, rest: str) -> EvidenceView:
    """薪酬档案:工资与基数写自哪天起;津贴写是哪一样标准。只有编号的是月度输入。"""
    if rest.isdigit():
        return _monthly(work, one, rest)
    what, _, tail = rest.partition(":")
    names = {"wage": "月工资", "insurance": "社保公积金基数", "tax": "个税累计"}
    detail = tail.partition(":")[2]
    if what == "allowance":
        return EvidenceView(one, "import", "薪酬档案", detail or "津贴标准")
    return EvidenceView(one, "import", "薪酬档案", names.get(what, what), f"自 {detail} 起" if detail else "")


def _attendance(work: Work, one: str, rest: str) -> EvidenceView:
    """一个月的考勤:点开看每一天与每一次打卡。"""
    month = rest.rpartition(":")[2]
    return EvidenceView(
        one, "attendance", "考勤", f"{Month.parse(month).label}每一天的打卡", "", f"/m/attendance?month={month}"
    )


def _ytd(work: Work, one: str, rest: str) -> EvidenceView:
    return EvidenceView(one, "ytd", "个税台账", f"{int(rest)} 月发放的累计" if rest.isdigit() else rest)


def _rule(work: Work, one: str, rest: str) -> EvidenceView:
    return EvidenceView(one, "rule", "规定", rest)


def _day(work: Work, one: str, rest: str) -> EvidenceView:
    return EvidenceView(one, "day", "考勤", f"{show_date(date.fromisoformat(rest))}没有打卡记录")


def _late(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.get(LateTruth, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    known = shanghai(row.seen_at)
    return EvidenceView(one, "late", "迟到的事实", row.say, f"{known.month}月{known.day}日知道,触及 {row.month}")


def _manual(work: Work, one: str, rest: str) -> EvidenceView:
    row = work.session.get(PayExtra, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    person = work.session.exec(select(Person.name).where(Person.userid == row.entered_by)).first()
    when = shanghai(row.at)
    return EvidenceView(one, "manual", "手工填写", row.reason, f"{person or row.entered_by},{when.month}月{when.day}日")


def _payrun(work: Work, one: str, rest: str) -> EvidenceView:
    """发过的一期:往月的值、转来的扣款由它得来。"""
    row = work.session.get(PayRun, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    return EvidenceView(one, "payrun", "发过的工资", f"{Month.parse(row.month).label}的工资条")


def _past(work: Work, one: str, rest: str) -> EvidenceView:
    """启用之前的一张。"""
    row = work.session.get(PastSlip, int(rest)) if rest.isdigit() else None
    if row is None:
        return _other(work, one, rest)
    return EvidenceView(one, "past", "历史工资", f"{Month.parse(row.month).label}的工资(启用之前,导入并经复核)")


def _other(work: Work, one: str, rest: str) -> EvidenceView:
    return EvidenceView(one, one.partition(":")[0], "依据", rest or one)


LOOKS: dict[str, Callable[[Work, str, str], EvidenceView]] = {
    "punch": _punch,
    "deal": _deal,
    "rating": _rating,
    "leave": _leave,
    "overtime": _overtime,
    "target": _target,
    "score": _score,
    "input": _input,
    "import": _import,
    "manual": _monthly,
    "rule": _rule,
    "day": _day,
    "attendance": _attendance,
    "ytd": _ytd,
    "late": _late,
    "extra": _manual,
    "payrun": _payrun,
    "past": _past,
}
