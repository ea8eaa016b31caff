"""审批 approvals:把请假、加班、出差、补卡的打算写成钉钉审批单。"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from sandbox.company.chance import business_id, digits_of, uuid_of
from sandbox.company.leave import KINDS, LeavePlan, code_of
from sandbox.company.overtime import OvertimePlan, TripPlan
from sandbox.company.people import approver_of
from sandbox.company.shapes import (
    CST,
    Approval,
    ApprovalKind,
    ApprovalTask,
    FormValue,
    Person,
    ProcessForm,
    Schedule,
    Unit,
)

PROCESSES = (
    ProcessForm("PROC-7E0B5A4C-3D51-4C0B-9E0A-6A1F2B8C1001", "leave", "请假"),
    ProcessForm("PROC-7E0B5A4C-3D51-4C0B-9E0A-6A1F2B8C1002", "overtime", "加班"),
    ProcessForm("PROC-7E0B5A4C-3D51-4C0B-9E0A-6A1F2B8C1003", "trip", "出差"),
    ProcessForm("PROC-7E0B5A4C-3D51-4C0B-9E0A-6A1F2B8C1004", "supply", "补卡"),
)
PROCESS_OF: dict[ApprovalKind, ProcessForm] = {form.kind: form for form in PROCESSES}
TAG_OF: dict[ApprovalKind, str] = {"leave": "请假", "overtime": "加班", "trip": "出差", "supply": "补卡"}

TASK_RESULTS: dict[str, Literal["AGREE", "REFUSE", "NONE"]] = {
    "agree": "AGREE",
    "refuse": "REFUSE",
    "withdraw": "NONE",
}

HALVES = {"AM": (time(9), time(12)), "PM": (time(13), time(18))}


@dataclass(frozen=True, slots=True)
class Span:
    """一张单的起止:钉钉写法、时刻、时长(×100)。"""

    unit: Unit
    from_text: str
    to_text: str
    begin_at: datetime
    end_at: datetime
    duration_x100: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """批复:什么时候提、什么时候批、结果与附言。"""

    created_at: datetime
    finished_at: datetime | None
    result: str
    remark: str = ""


class Desk:
    """写单子的人:拿着种子、人员与排班。"""

    def __init__(self, seed: int, people: Sequence[Person], schedules: Iterable[Schedule]) -> None:
        self.seed = seed
        self.people: Mapping[str, Person] = {p.userid: p for p in people}
        self.plan = {(s.userid, s.work_date): s for s in schedules}

    def leave(self, plan: LeavePlan) -> list[Approval]:
        """一次请假的单子;销假的另多一张。"""
        kind = next(k for k in KINDS if k.name == plan.kind)
        span = self.leave_span(plan.userid, kind.unit, kind.natural, (plan.start, plan.end))
        asked = clock(plan.asked)
        outcome = {"cancelled": "agree", "withdraw": "withdraw"}.get(plan.outcome, plan.outcome)
        remark = "那几天要交付,换一周吧" if outcome == "refuse" else ""
        ruling = Ruling(asked, office_hours(asked + timedelta(hours=plan.wait_hours, minutes=7)), outcome, remark)
        form = self._leave_form(plan, span)
        base = self.paper("leave", plan.userid, span, ruling, form)
        code = code_of(self.seed, plan.kind)
        first = replace(base, sub_type=plan.kind, leave_code=code, reason=plan.reason)
        if plan.outcome != "cancelled":
            return [first]
        back = clock(f"{plan.start[:10]} 09:30") - timedelta(days=1)
        again = self.paper("leave", plan.userid, span, Ruling(back, back + timedelta(hours=1), "agree"), form)
        name = self.people[plan.userid].name
        again = replace(
            again, title=f"{name}提交的销假", sub_type=plan.kind, leave_code=code, reason="计划有变,照常上班"
        )
        return [first, replace(again, revokes=first.process_instance_id)]

    def overtime(self, plan: OvertimePlan) -> Approval:
        """一张加班单;时长按小时,吃饭的时间也算在内。"""
        begin, end = clock(plan.start), clock(plan.end)
        minutes = int((end - begin).total_seconds()) // 60
        span = Span("hour", plan.start, plan.end, begin, end, minutes * 100 // 60)
        asked = begin - timedelta(hours=5, minutes=20)
        if begin.hour < 14:
            asked = begin.replace(hour=16, minute=10) - timedelta(days=1)
        remark = "这份标书不急" if plan.outcome == "refuse" else ""
        ruling = Ruling(asked, asked + timedelta(hours=2, minutes=11), plan.outcome, remark)
        pay = "加班费" if plan.to == "pay" else "调休"
        form = (
            FormValue("DDDateField-B1", "开始时间", "DDDateField", plan.start, "startTime"),
            FormValue("DDDateField-F1", "结束时间", "DDDateField", plan.end, "finishTime"),
            FormValue("NumberField-D1", "时长", "NumberField", amount(span.duration_x100), "duration"),
            FormValue("DDSelectField-C1", "加班补偿", "DDSelectField", pay, "compensation"),
            FormValue("TextareaField-R1", "加班原因", "TextareaField", plan.reason, "reason"),
        )
        paper = self.paper("overtime", plan.userid, span, ruling, form)
        return replace(paper, overtime_to=plan.to, reason=plan.reason)

    def trip(self, plan: TripPlan) -> Approval:
        """一张出差单;按天。"""
        first, last = date.fromisoformat(plan.start), date.fromisoformat(plan.end)
        begin, end = datetime.combine(first, time(9), CST), datetime.combine(last, time(18), CST)
        span = Span("day", plan.start, plan.end, begin, end, ((last - first).days + 1) * 100)
        asked = begin - timedelta(days=4, hours=-1)
        form = (
            FormValue("DDDateField-B1", "开始时间", "DDDateField", plan.start, "startTime"),
            FormValue("DDDateField-F1", "结束时间", "DDDateField", plan.end, "finishTime"),
            FormValue("TextField-P1", "目的地", "TextField", plan.place, "place"),
            FormValue("TextareaField-R1", "出差事由", "TextareaField", plan.reason, "reason"),
        )
        ruling = Ruling(asked, asked + timedelta(hours=3), "agree")
        return replace(self.paper("trip", plan.userid, span, ruling, form), reason=plan.reason)

    def supply(self, userid: str, at: datetime, ruling: Ruling, reason: str) -> Approval:
        """一张补卡单;at 是补的那个时刻。"""
        text = at.strftime("%Y-%m-%d %H:%M")
        form = (
            FormValue("RepairCheckTime-T1", "补卡时间", "DDDateField", text, "userCheckTime"),
            FormValue("TextareaField-R1", "补卡理由", "TextareaField", reason, "reason"),
        )
        paper = self.paper("supply", userid, Span("hour", text, text, at, at, 0), ruling, form)
        return replace(paper, reason=reason)

    def paper(
        self, kind: ApprovalKind, userid: str, span: Span, ruling: Ruling, form: tuple[FormValue, ...]
    ) -> Approval:
        """单子的公共部分。"""
        person = self.people[userid]
        labels = (kind, userid, span.from_text, ruling.created_at.isoformat())
        withdrawn = ruling.result == "withdraw"
        return Approval(
            process_instance_id=uuid_of(self.seed, "instance", *labels),
            process_code=PROCESS_OF[kind].code,
            business_id=business_id(self.seed, ruling.created_at, *labels),
            kind=kind,
            title=f"{person.name}提交的{PROCESS_OF[kind].name}",
            userid=userid,
            dept_id=person.dept_ids[0],
            form=form,
            tag_name=TAG_OF[kind],
            sub_type="",
            leave_code=None,
            unit=span.unit,
            from_text=span.from_text,
            to_text=span.to_text,
            begin_at=span.begin_at,
            end_at=span.end_at,
            duration_x100=span.duration_x100,
            reason="",
            created_at=ruling.created_at,
            finished_at=None if withdrawn else ruling.finished_at,
            result="refuse" if ruling.result == "refuse" else "agree" if ruling.result == "agree" else None,
            terminated_at=ruling.finished_at if withdrawn else None,
            tasks=(self._task(person, ruling, labels),),
            revokes=None,
            overtime_to=None,
        )

    def leave_span(self, userid: str, unit: Unit, natural: bool, ends: tuple[str, str]) -> Span:
        """请假的起止与时长:自然日的数日历日,其余数排了班的日子,小时的扣午休。"""
        start, end = ends
        if unit == "hour":
            begin_at, end_at = clock(start), clock(end)
            return Span(unit, start, end, begin_at, end_at, int((end_at - begin_at).total_seconds()) * 100 // 3600)
        first, last = date.fromisoformat(start[:10]), date.fromisoformat(end[:10])
        begin_at = datetime.combine(first, HALVES[start[11:] or "AM"][0], CST)
        end_at = datetime.combine(last, HALVES[end[11:] or "PM"][1], CST)
        opening, closing = self.plan.get((userid, first)), self.plan.get((userid, last))
        if unit == "day" and opening and opening.on_at and closing and closing.off_at:
            begin_at, end_at = opening.on_at, closing.off_at
        whole = (last - first).days + 1
        if not natural:
            whole = sum(1 for n in range(whole) if self.works(userid, first + timedelta(days=n)))
        halves = 2 * whole - int(start.endswith("PM")) - int(end.endswith("AM"))
        return Span(unit, start, end, begin_at, end_at, halves * 50)

    def works(self, userid: str, day: date) -> bool:
        """这个人这一天排了班没有。"""
        schedule = self.plan.get((userid, day))
        return schedule is not None and schedule.shift_id is not None

    def _leave_form(self, plan: LeavePlan, span: Span) -> tuple[FormValue, ...]:
        hours = span.unit == "hour"
        number = amount(span.duration_x100)
        value = json.dumps([plan.start, plan.end, float(number), span.unit, plan.kind, "请假类型"], ensure_ascii=False)
        extra = {
            "durationInDay": amount(span.duration_x100 // 8) if hours else number,
            "durationInHour": number if hours else amount(span.duration_x100 * 8),
            "unit": {"day": "DAY", "halfDay": "HALF_DAY", "hour": "HOUR"}[span.unit],
            "tag": plan.kind,
            "leaveCode": code_of(self.seed, plan.kind),
        }
        ext = json.dumps(extra, ensure_ascii=False)
        holiday = '["开始时间","结束时间"]'
        return (
            FormValue("DDHolidayField-J2BWEN12", holiday, "DDHolidayField", value, "leave", ext),
            FormValue("TextareaField-J2BWEN13", "请假事由", "TextareaField", plan.reason, "reason"),
        )

    def _task(self, person: Person, ruling: Ruling, labels: tuple[str, ...]) -> ApprovalTask:
        number = int(digits_of(self.seed, 11, "task", *labels))
        done = ruling.finished_at
        result = TASK_RESULTS[ruling.result]
        return ApprovalTask(number, approver_of(person), ruling.created_at, done, result, ruling.remark)


def clock(text: str) -> datetime:
    """读 "2026-10-12 09:00"(东八区)。"""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CST)


def office_hours(at: datetime) -> datetime:
    """有人办事的时候:晚上八点以后推到次日九点多,清早推到九点多。"""
    if at.hour >= 20:
        at += timedelta(days=1)
    return at.replace(hour=9) if at.hour >= 20 or at.hour < 8 else at


def amount(x100: int) -> str:
    """×100 的数写成最短的小数文字。"""
    whole, rest = divmod(x100, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def in_force(approvals: Iterable[Approval], kind: ApprovalKind) -> list[Approval]:
    """已同意且没有被销掉的单(不看时刻)。"""
    rows = [a for a in approvals if a.kind == kind and a.result == "agree"]
    gone = {a.revokes for a in rows if a.revokes}
    return [a for a in rows if not a.revokes and a.process_instance_id not in gone]
