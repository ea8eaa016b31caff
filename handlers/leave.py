"""请假 leave:起草 → 提交 → 审批 → 撤销或销假。每一步一个用例;旧卡再按一次只回现在的状态,不重复办。"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from sqlmodel import select

from config.policies import Policies
from engine.days import shanghai_date
from engine.errors import BadInput, NotAllowed, NotFound, RuleBroken
from engine.leave import LeaveDecision, decide, show_span
from engine.leave_days import Span
from engine.leave_ledger import commit, reserve, reverse
from engine.shifts import Part, local
from handlers import terms
from handlers.actor import Actor
from handlers.cards import CardRef, open_card, refresh_cards, send_card
from handlers.freshness import Change, touch
from handlers.leave_book import book, circumstances, fill_span, ledger, span_of
from handlers.leave_views import LeaveView, view_of
from handlers.leave_write import unwrite, write_back
from handlers.people import approver_for, person_of
from models.leave import LeaveRequest
from models.work import Work


@dataclass(frozen=True, slots=True)
class DraftLeave:
    """起草:type 假种键;start/end 日期(含),start_part/end_part am|pm 或空;或 start_at/end_at(按小时,aware)。"""

    type: str
    start: date
    end: date
    start_part: str = ""
    end_part: str = ""
    start_at: datetime | None = None
    end_at: datetime | None = None
    reason: str = ""
    source: str = "bot"


@dataclass(frozen=True, slots=True)
class SubmitLeave:
    """提交一份待提交的申请。"""

    request_id: int


@dataclass(frozen=True, slots=True)
class DecideLeave:
    """审批:approve 同意与否;拒绝须写理由。"""

    request_id: int
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawLeave:
    """撤销:待提交、审批中,或已同意而未开始的。"""

    request_id: int


@dataclass(frozen=True, slots=True)
class EndLeave:
    """销假:提前回来。last/last_part 实际休到哪天哪半天(None 表示休到昨天为止)。"""

    request_id: int
    last: date | None = None
    last_part: str = ""


@dataclass(frozen=True, slots=True)
class LeaveOutcome:
    """办的结果:view 现在的样子;card 本人那张卡。"""

    view: LeaveView
    card: CardRef | None = None
    extra: tuple[str, ...] = field(default=())


def draft(work: Work, command: DraftLeave, rules: Policies, actor: Actor) -> LeaveOutcome:
    """起草:算好天数、余额、对工资的影响,等本人点提交;旧的待提交作废。"""
    person = person_of(work, actor.person_id)
    kind = terms.leave_type(rules, command.type, command.start)
    span = _span(command)
    decision = decide(span, kind, circumstances(work, (person, kind), span, rules))
    _replace_drafts(work, actor.person_id)
    request = LeaveRequest(
        person_id=actor.person_id,
        type=kind.key,
        start=span.start,
        end=span.end,
        by_month={},
        by_date={},
        reason=command.reason.strip()[:500],
        source=command.source,
        approver_userid=approver_for(work, actor.person_id),
        created_at=work.now,
        updated_at=work.now,
    )
    fill_span(request, span)
    _fill_counts(request, decision)
    work.session.add(request)
    work.session.flush()
    return _outcome(work, request, rules, actor)


def submit(work: Work, command: SubmitLeave, rules: Policies, actor: Actor) -> LeaveOutcome:
    """提交:按此刻的余额再算一遍,预占额度,把卡送到审批人。"""
    request = _mine(work, command.request_id, actor)
    if request.state != "draft":
        return _outcome(work, request, rules, actor, note=_already(request))
    person = person_of(work, actor.person_id)
    kind = terms.leave_type(rules, request.type, request.start)
    work.lock(f"leave:{person.id}:{kind.key}")
    span = span_of(request)
    decision = decide(span, kind, circumstances(work, (person, kind), span, rules, apart=request.id))
    request.approver_userid = approver_for(work, actor.person_id)
    if request.approver_userid is None:
        raise RuleBroken("NO_APPROVER", "还没有找到可以审批您请假的人。请联系 HR 在通讯录里设置您的上级,再提交一次。")
    _fill_counts(request, decision)
    book(work, actor.person_id, kind, reserve(decision.allocations, str(request.id), shanghai_date(work.now)), "submit")
    _move(request, "pending", work)
    assert request.id is not None
    send_card(work, open_card(work, "leave", request.id, "approver", request.approver_userid), f"leave:{request.id}")
    return _changed(work, request, rules, actor)


def decide_request(work: Work, command: DecideLeave, rules: Policies, actor: Actor) -> LeaveOutcome:
    """审批:只有现在的审批人可以;已处理过的只回现在的状态。"""
    request = _request(work, command.request_id)
    if actor.userid != request.approver_userid:
        raise NotAllowed("NOT_APPROVER", "这份申请现在不由您审批,没有改动。需要了解情况请联系申请人或 HR。")
    if request.state != "pending":
        return _outcome(work, request, rules, actor, note=_already(request))
    if not command.approve and not command.reason.strip():
        raise BadInput("REASON_NEEDED", "拒绝需要写明理由,申请人会看到。请在卡片上填写理由后再点拒绝。")
    kind = terms.leave_type(rules, request.type, request.start)
    work.lock(f"leave:{request.person_id}:{kind.key}")
    request.decided_by, request.decided_at = actor.userid, work.now
    request.decision_reason = command.reason.strip()[:500]
    lines = ledger(work, request.person_id, kind.key) if kind.has_balance else ()
    today = shanghai_date(work.now)
    if command.approve:
        book(work, request.person_id, kind, commit(lines, str(request.id), today), "approve")
        _move(request, "approved", work)
        request.approve_id = f"ehr-{request.id}"
        write_back(work, request, kind)
        touch_days(work, request, rules)
    else:
        book(work, request.person_id, kind, reverse(lines, str(request.id), today), "reject")
        _move(request, "rejected", work)
    return _changed(work, request, rules, actor)


def withdraw(work: Work, command: WithdrawLeave, rules: Policies, actor: Actor) -> LeaveOutcome:
    """撤销:额度全部退回;已写回钉钉的也撤回。已开始的请用销假。"""
    request = _mine(work, command.request_id, actor)
    if request.state not in ("draft", "pending", "approved"):
        return _outcome(work, request, rules, actor, note=_already(request))
    if request.state == "approved" and request.start <= shanghai_date(work.now):
        raise RuleBroken("ALREADY_STARTED", "这次假已经开始,不能整份撤销。提前回来请用“销假”,没休的部分会退回。")
    _give_back(work, request, rules, None)
    was_approved = request.state == "approved"
    _move(request, "withdrawn", work)
    if was_approved:
        unwrite(work, request, terms.leave_type(rules, request.type, request.start))
        touch_days(work, request, rules)
    return _changed(work, request, rules, actor)


def end_early(work: Work, command: EndLeave, rules: Policies, actor: Actor) -> LeaveOutcome:
    """销假:留下已休的,退回没休的,更正写回钉钉的起止。"""
    request = _mine(work, command.request_id, actor)
    if request.state == "ended":
        return _outcome(work, request, rules, actor, note=_already(request))
    if request.state != "approved":
        raise RuleBroken("NOT_APPROVED", "只有已同意的请假才能销假。还没批的可以直接撤销。")
    person = person_of(work, request.person_id)
    kind = terms.leave_type(rules, request.type, request.start)
    work.lock(f"leave:{person.id}:{kind.key}")
    touch_days(work, request, rules)
    kept = _kept(work, request, command)
    if kept is None:
        _give_back(work, request, rules, None)
        _move(request, "withdrawn", work)
        unwrite(work, request, kind)
        return _changed(work, request, rules, actor)
    before = request.minutes if kind.in_minutes else request.half_days
    # 只数留下的那段有几天;余额与补请期限当初已经查过。
    free = replace(kind, has_balance=False, max_back_days=400)
    around = circumstances(work, (person, kind), kept, rules, apart=request.id)
    decision = decide(kept, free, around)
    was = span_of(request)
    fill_span(request, kept)
    _fill_counts(request, decision)
    after = request.minutes if kind.in_minutes else request.half_days
    _give_back(work, request, rules, before - after)
    _move(request, "ended", work)
    write_back(work, request, kind, was)
    return _changed(work, request, rules, actor)


def _kept(work: Work, request: LeaveRequest, command: EndLeave) -> Span | None:
    """销假后留下的那段;一点都没休为 None。"""
    span = span_of(request)
    last = command.last or shanghai_date(work.now)
    part = Part(command.last_part) if command.last_part else None
    if command.last is None:
        # 没说休到何时:休到此刻所在的半天之前。
        part = Part.AM if local(work.now).hour >= 12 else None
        if part is None:
            last = date.fromordinal(last.toordinal() - 1)
    if last > span.end or (last == span.end and (part is None or part == span.end_part)):
        raise BadInput("NOT_EARLIER", f"销假要早于原来的结束时间({show_span(span)})。请写明您实际休到哪一天。")
    if last < span.start or (last == span.start and part is Part.AM and span.start_part is Part.PM):
        return None
    if span.clock is not None:
        return None
    return Span(span.start, last, span.start_part, part)


def touch_days(work: Work, request: LeaveRequest, rules: Policies) -> None:
    """这份请假触及的每一天都要重算;触及已发布月份的列给 HR。"""
    label = terms.leave_type(rules, request.type, request.start).label
    say = f"{label}({show_span(span_of(request))}){'生效' if request.state in ('approved', 'ended') else '变更'}"
    mark = f"leave:{request.id}"
    days = [date.fromisoformat(d) for d in request.by_date] or [request.start]
    touch(
        work,
        [Change(request.person_id, d, "leave", mark, f"{request.revision}:{d}", say) for d in days],
    )


def _give_back(work: Work, request: LeaveRequest, rules: Policies, amount: int | None) -> None:
    kind = terms.leave_type(rules, request.type, request.start)
    if not kind.has_balance or request.state == "draft":
        return
    work.lock(f"leave:{request.person_id}:{kind.key}")
    lines = ledger(work, request.person_id, kind.key)
    book(work, request.person_id, kind, reverse(lines, str(request.id), shanghai_date(work.now), amount), "give_back")


def _span(command: DraftLeave) -> Span:
    if command.start_at is not None and command.end_at is not None:
        return Span.hours(local(command.start_at), local(command.end_at))
    first = Part(command.start_part) if command.start_part else None
    last = Part(command.end_part) if command.end_part else None
    return Span(command.start, command.end, first, last)


def _fill_counts(request: LeaveRequest, decision: LeaveDecision) -> None:
    request.half_days = 0 if decision.span.clock else int(decision.days * 2)
    request.minutes = decision.minutes
    request.unit = "hour" if decision.span.clock else "half_day"
    request.by_month = {str(m): int(Fraction(d) * 2) for m, d in decision.by_month.items()}
    request.by_date = {d.day.isoformat(): [int(d.days * 2), d.minutes] for d in decision.by_date}


def _replace_drafts(work: Work, person_id: int) -> None:
    rows = work.session.exec(
        select(LeaveRequest).where(LeaveRequest.person_id == person_id, LeaveRequest.state == "draft")
    )
    for row in rows:
        _move(row, "replaced", work)
        assert row.id is not None
        refresh_cards(work, "leave", row.id, row.revision, f"leave:{row.id}")


def _move(request: LeaveRequest, state: str, work: Work) -> None:
    request.state, request.updated_at = state, work.now
    request.revision += 1


def _already(request: LeaveRequest) -> str:
    words = {
        "draft": "这份申请还没有提交。",
        "pending": "这份申请已经提交,正在审批中,没有重复办理。",
        "approved": "这份申请已经同意,没有重复办理。",
        "rejected": "这份申请已经拒绝,没有再改动。",
        "withdrawn": "这份申请已经撤销,没有再改动。",
        "ended": "这份申请已经销假,没有再改动。",
        "replaced": "这份草稿已被您后来的申请替换,没有提交。请看最新的那张卡片。",
    }
    return words[request.state]


def _request(work: Work, request_id: int) -> LeaveRequest:
    row = work.session.exec(select(LeaveRequest).where(LeaveRequest.id == request_id).with_for_update()).first()
    if row is None:
        raise NotFound("NO_REQUEST", "没有找到这份请假申请。请到“我的请假”里查看最新的记录。")
    return row


def _mine(work: Work, request_id: int, actor: Actor) -> LeaveRequest:
    row = _request(work, request_id)
    if row.person_id != actor.person_id:
        raise NotFound("NO_REQUEST", "没有找到这份请假申请。请到“我的请假”里查看最新的记录。")
    return row


def _changed(work: Work, request: LeaveRequest, rules: Policies, actor: Actor) -> LeaveOutcome:
    assert request.id is not None
    work.session.add(request)
    work.session.flush()
    refresh_cards(work, "leave", request.id, request.revision, f"leave:{request.id}")
    return _outcome(work, request, rules, actor)


def _outcome(work: Work, request: LeaveRequest, rules: Policies, actor: Actor, note: str = "") -> LeaveOutcome:
    person = person_of(work, request.person_id)
    assert request.id is not None
    card = open_card(work, "leave", request.id, "self", person.userid)
    return LeaveOutcome(view_of(work, request, rules, actor, note), card)

