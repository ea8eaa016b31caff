"""培训 training:课程、报名、候补、取消。名额在库里把关:先到先得,满了排候补,有人退出自动递补第一位。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from config.policies import Policies
from engine.days import days_between, shanghai, show_date
from engine.errors import NotFound, RuleBroken
from engine.leave_days import windows_on
from engine.shifts import local, meet
from handlers.actor import Actor
from handlers.cards import CardRef, open_card, refresh_card_of
from handlers.leave_book import LIVE, span_of
from handlers.markup import plain
from handlers.outbox import post
from handlers.people import Nothing, person_of
from handlers.workdays import STANDARD
from models.leave import LeaveRequest
from models.training import Course, Enrolment
from models.work import Work


@dataclass(frozen=True, slots=True)
class Enrol:
    """报名一门课。"""

    course_id: int


@dataclass(frozen=True, slots=True)
class CancelEnrolment:
    """取消报名或候补。"""

    course_id: int


@dataclass(frozen=True, slots=True)
class CourseView:
    """一门课给某人看的样子。mine: enrolled | waiting | 空;position 候补第几;left 余位;when 时间的字;note 顺带一句。"""

    course_id: int
    name: str
    topic: str
    teacher: str
    place: str
    when: str
    cancel_until: str
    seats: int
    left: int
    waiting: int
    mine: str
    position: int
    open: bool
    note: str = ""
    card: CardRef | None = None


def courses(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[CourseView]:
    """还没开课的课程,先开的在前。"""
    rows = work.session.exec(select(Course).where(col(Course.starts_at) > work.now).order_by(col(Course.starts_at)))
    return [_view(work, row, actor) for row in rows]


def my_courses(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[CourseView]:
    """我报了名或在候补的课(含已结束的)。"""
    rows = work.session.exec(
        select(Course)
        .join(Enrolment, col(Enrolment.course_id) == col(Course.id))
        .where(Enrolment.person_id == actor.person_id, col(Enrolment.live_key).is_not(None))
        .order_by(col(Course.starts_at))
    )
    return [_view(work, row, actor) for row in rows]


def one_course(work: Work, command: Enrol, rules: Policies, actor: Actor) -> CourseView:
    """看一门课。"""
    return _view(work, _course(work, command.course_id), actor)


def enrol(work: Work, command: Enrol, rules: Policies, actor: Actor) -> CourseView:
    """报名:有余位即报上,满了排候补;已报过的只回现在的状态。"""
    work.lock(f"course:{command.course_id}")
    course = _course(work, command.course_id)
    key = f"{command.course_id}:{actor.person_id}"
    known = work.session.exec(select(Enrolment).where(Enrolment.live_key == key)).first()
    if known is not None:
        return _with_card(work, course, actor, "您之前已经报过这门课,没有重复报名。")
    if course.starts_at <= work.now:
        raise RuleBroken("COURSE_STARTED", f"《{course.name}》已经开课,不能再报名。您可以看看后面的课程。")
    clash = _clash(work, course, actor.person_id)
    if clash is not None:
        raise clash
    fill(work, course)
    taken = _count(work, course, "enrolled")
    last = work.session.exec(select(func.max(Enrolment.seq))).one() or 0
    row = Enrolment(
        course_id=command.course_id,
        person_id=actor.person_id,
        live_key=key,
        state="enrolled" if taken < course.seats else "waiting",
        seq=last + 1,
        at=work.now,
        updated_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return _with_card(work, course, actor, "")


def cancel(work: Work, command: CancelEnrolment, rules: Policies, actor: Actor) -> CourseView:
    """取消:过了取消期限不行;空出来的位子给候补第一位,并告诉他。"""
    work.lock(f"course:{command.course_id}")
    course = _course(work, command.course_id)
    key = f"{command.course_id}:{actor.person_id}"
    row = work.session.exec(select(Enrolment).where(Enrolment.live_key == key)).first()
    if row is None:
        return _with_card(work, course, actor, "您没有报这门课,没有需要取消的。")
    if row.state == "enrolled" and work.now > course.cancel_until:
        raise RuleBroken(
            "TOO_LATE_TO_CANCEL",
            f"《{course.name}》的取消期限({_when(course.cancel_until)})已过,不能自行取消。如确实来不了,请联系 HR。",
        )
    freed = row.state == "enrolled"
    row.state, row.live_key, row.updated_at = "cancelled", None, work.now
    work.session.add(row)
    work.session.flush()
    if freed:
        fill(work, course)
    return _with_card(work, course, actor, "已为您取消。")


def fill(work: Work, course: Course) -> None:
    """递补:有空位就给候补里先来的、能来的那位(在职、时间不冲突);不能来的仍排着。开了课不再递补。"""
    waiting = work.session.exec(
        select(Enrolment)
        .where(Enrolment.course_id == course.id, Enrolment.state == "waiting")
        .order_by(col(Enrolment.seq))
    ).all()
    free = course.seats - _count(work, course, "enrolled")
    for row in waiting:
        if free <= 0 or course.starts_at <= work.now:
            return
        person = person_of(work, row.person_id)
        if person.status != "active":
            row.state, row.live_key, row.updated_at = "cancelled", None, work.now
        elif _clash(work, course, row.person_id) is None:
            row.state, row.updated_at = "enrolled", work.now
            free -= 1
            _tell_promoted(work, course, (row, person.userid))
        work.session.add(row)
        work.session.flush()


def _tell_promoted(work: Work, course: Course, about: tuple[Enrolment, str]) -> None:
    """告诉补上的那位,卡片在原处更新。"""
    row, userid = about
    assert course.id is not None
    refresh_card_of(work, open_card(work, "course", course.id, "self", userid), row.seq + 1_000_000)
    text = (
        f"有位子空出来了,已为您从候补转为正式报名:《{plain(course.name, 60)}》,{_when(course.starts_at)},{plain(course.place, 60)}。"
        f"如不能参加,请在 {_when(course.cancel_until)} 前取消。"
    )
    payload: dict[str, object] = {
        "to": userid,
        "title": "候补成功",
        "markdown": text,
        "link": f"/m/training/{course.id}",
        "link_text": "查看课程",
    }
    post(work, "say", f"promoted:{row.id}:{row.seq}", payload, f"course:{course.id}")


def leave_courses(work: Work, person_id: int) -> None:
    """人离职了:还没开的课都退掉,空位递补。"""
    rows = work.session.exec(
        select(Enrolment, Course)
        .join(Course, col(Course.id) == col(Enrolment.course_id))
        .where(Enrolment.person_id == person_id, col(Enrolment.live_key).is_not(None), col(Course.starts_at) > work.now)
        .order_by(col(Course.id))
    ).all()
    for row, course in rows:
        work.lock(f"course:{course.id}")
        row.state, row.live_key, row.updated_at = "cancelled", None, work.now
        work.session.add(row)
        work.session.flush()
        fill(work, course)


def _clash(work: Work, course: Course, person_id: int) -> RuleBroken | None:
    """这个人这段时间来不了的缘由:请了假,或另有一门课。"""
    work.lock(f"courses-of:{person_id}")
    start, end = local(course.starts_at), local(course.ends_at)
    rows = work.session.exec(
        select(LeaveRequest).where(
            LeaveRequest.person_id == person_id,
            col(LeaveRequest.state).in_(LIVE),
            LeaveRequest.start <= end.date(),
            LeaveRequest.end >= start.date(),
        )
    ).all()
    for day in days_between(start.date(), end.date()):
        if any(meet(((start, end),), windows_on(span_of(row), day, STANDARD)) for row in rows):
            return RuleBroken(
                "CLASH_WITH_LEAVE",
                f"《{course.name}》在 {show_date(day)},您那个时间已经请了假。要参加的话,请先撤销或调整请假,再报名。",
            )
    other = work.session.exec(
        select(Course)
        .join(Enrolment, col(Enrolment.course_id) == col(Course.id))
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state == "enrolled",
            col(Course.starts_at) < course.ends_at,
            col(Course.ends_at) > course.starts_at,
        )
    ).first()
    if other is None:
        return None
    say = f"《{course.name}》与您已报名的《{other.name}》时间冲突。请先取消其中一门,再报名。"
    return RuleBroken("CLASH_WITH_COURSE", say)


def _course(work: Work, course_id: int) -> Course:
    row = work.session.exec(select(Course).where(Course.id == course_id).with_for_update()).first()
    if row is None:
        raise NotFound("NO_COURSE", "没有找到这门课程。请到“培训”里查看现在可以报名的课程。")
    return row


def _count(work: Work, course: Course, state: str) -> int:
    return work.session.exec(
        select(func.count()).select_from(Enrolment).where(Enrolment.course_id == course.id, Enrolment.state == state)
    ).one()


def _when(at: datetime) -> str:
    local = shanghai(at)
    return f"{show_date(local.date())} {local:%H:%M}"


def _with_card(work: Work, course: Course, actor: Actor, note: str) -> CourseView:
    assert course.id is not None
    card = open_card(work, "course", course.id, "self", actor.userid)
    return _view(work, course, actor, note, card)


def _view(work: Work, course: Course, actor: Actor, note: str = "", card: CardRef | None = None) -> CourseView:
    assert course.id is not None
    mine = work.session.exec(select(Enrolment).where(Enrolment.live_key == f"{course.id}:{actor.person_id}")).first()
    enrolled = _count(work, course, "enrolled")
    ahead = 0
    if mine is not None and mine.state == "waiting":
        ahead = work.session.exec(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.course_id == course.id, Enrolment.state == "waiting", Enrolment.seq <= mine.seq)
        ).one()
    start, end = shanghai(course.starts_at), shanghai(course.ends_at)
    return CourseView(
        course_id=course.id,
        name=course.name,
        topic=course.topic,
        teacher=course.teacher,
        place=course.place,
        when=f"{show_date(start.date())} {start:%H:%M}–{end:%H:%M}",
        cancel_until=_when(course.cancel_until),
        seats=course.seats,
        left=max(0, course.seats - enrolled),
        waiting=_count(work, course, "waiting"),
        mine=mine.state if mine else "",
        position=ahead,
        open=course.starts_at > work.now,
        note=note,
        card=card,
    )
