"""请假 leave:起草 → 提交 → 审批 → 撤销或销假。每一步一个用例;旧卡再按一次只回现在的状态,不重复办。"""

from __future__ import annotations

from dataclasses import dataclass, field
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
from handlers.leave_book import book, circumstances, fill_span, ledger, lock_leave, span_of
from handlers.leave_kept import Said, check_back, count_kept, given_back, kept_of
from handlers.leave_views import LeaveView, view_of
from handlers.leave_write import unwrite, write_back
from handlers.people import approver_for, person_of
from handlers.performance_late import follow
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


SOURCES = {"miniapp": "miniapp", "cli": "cli"}
"""从哪扇门来的就记哪里;其余都是聊天。命令里写的不作数。"""
YEARS = (2000, 2099)


def draft(work: Work, command: DraftLeave, rules: Policies, actor: Actor) -> LeaveOutcome:
    """起草:算好天数、余额、对工资的影响,等本人点提交;旧的待提交作废。"""
    request = drafted(work, actor, command, rules)
    _replace_drafts(work, actor.person_id)
    work.session.add(request)
    work.session.flush()
    return _outcome(work, request, rules, actor)


def drafted(work: Work, actor: Actor, command: DraftLeave, rules: Policies) -> LeaveRequest:
    """算好的一份,还没有存:请不成就报请不成的理由。"""
    person = person_of(work, actor.person_id)
    span = _span(command)
    kind = terms.leave_type(rules, command.type, span.start)
    decision = decide(span, kind, circumstances(work, (person, kind), span, rules))
    request = LeaveRequest(
        person_id=actor.person_id,
        type=kind.key,
        start=span.start,
        end=span.end,
        by_month={},
        by_date={},
        reason=command.reason.strip()[:500],
        source=SOURCES.get(actor.door, "bot"),
        state="draft",
        approver_userid=approver_for(work, actor.person_id),
        created_at=work.now,
        updated_at=work.now,
    )
    fill_span(request, span)
    _fill_counts(request, decision)
    return request


def submit(work: Work, command: SubmitLeave, rules: Policies, actor: Actor) -> LeaveOutcome:
    """提交:按此刻的余额再算一遍,预占额度,把卡送到审批人。"""
    request = _mine(work, command.request_id, actor)
    if request.state != "draft":
        return _outcome(work, request, rules, actor, note=_already(request))
    person = person_of(work, actor.person_id)
    kind = terms.leave_type(rules, request.type, request.start)
    lock_leave(work, actor.person_id)
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
    pending = request.state == "pending"
    # 权力看此刻:换了上级,旧卡片就不作数了。
    rightful = approver_for(work, request.person_id) if pending else request.approver_userid
    if actor.userid != rightful:
        raise NotAllowed("NOT_APPROVER", "这份申请现在不由您审批,没有改动。需要了解情况请联系申请人或 HR。")
    if not pending:
        return _outcome(work, request, rules, actor, note=_already(request))
    if not command.approve and not command.reason.strip():
        raise BadInput("REASON_NEEDED", "拒绝需要写明理由,申请人会看到。请在卡片上填写理由后再点拒绝。")
    kind = terms.leave_type(rules, request.type, request.start)
    lock_leave(work, request.person_id)
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
    _check_ours(request)
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
    _check_ours(request)
    person = person_of(work, request.person_id)
    kind = terms.leave_type(rules, request.type, request.start)
    lock_leave(work, request.person_id)
    was = span_of(request)
    said = Said(command.last, _part(command.last_part), work.now)
    kept = kept_of(was, kind, said)
    around = circumstances(work, (person, kind), was, rules, apart=request.id)
    decision = count_kept(kept, kind, around)
    back = given_back(request.by_date, decision)
    check_back(back, kind, around)
    if kept is None or decision is None:
        _give_back(work, request, rules, None)
        _move(request, "withdrawn", work)
        unwrite(work, request, kind)
    else:
        _shorten(work, request, (kept, decision), rules)
        write_back(work, request, kind, was)
    touch_days(work, request, rules, back)
    return _changed(work, request, rules, actor)


def _shorten(work: Work, request: LeaveRequest, left: tuple[Span, LeaveDecision], rules: Policies) -> None:
    """缩短:只留下休了的那段,没休的退回。"""
    kept, decision = left
    in_minutes = terms.leave_type(rules, request.type, request.start).in_minutes
    before = request.minutes if in_minutes else request.half_days
    fill_span(request, kept)
    _fill_counts(request, decision)
    after = request.minutes if in_minutes else request.half_days
    _give_back(work, request, rules, before - after)
    _move(request, "ended", work)


def _check_ours(request: LeaveRequest) -> None:
    """在钉钉自己的审批里请的假,要在那里撤,两边才一致。"""
    if request.source == "dingtalk":
        raise RuleBroken(
            "FROM_DINGTALK",
            "这份假是在钉钉的审批里请的,这里没有改动。请在钉钉里撤销那份审批,我这边会跟着更新,额度也会退回。",
        )


def touch_days(work: Work, request: LeaveRequest, rules: Policies, days: list[date] | None = None) -> None:
    """这份请假触及的日子(不给就是全部)都要重算;触及已发布月份的列给 HR。"""
    label = terms.leave_type(rules, request.type, request.start).label
    say = f"{label}({show_span(span_of(request))}){'生效' if request.state == 'approved' else '变更'}"
    mark = f"leave:{request.id}"
    if days is None:
        days = [date.fromisoformat(d) for d in request.by_date] or [request.start]
    changes = [Change(request.person_id, d, "leave", mark, f"{request.revision}:{d}", say) for d in days]
    touch(work, changes)
    follow(work, changes, rules)


def _give_back(work: Work, request: LeaveRequest, rules: Policies, amount: int | None) -> None:
    kind = terms.leave_type(rules, request.type, request.start)
    if not kind.has_balance or request.state == "draft":
        return
    lock_leave(work, request.person_id)
    lines = ledger(work, request.person_id, kind.key)
    book(work, request.person_id, kind, reverse(lines, str(request.id), shanghai_date(work.now), amount), "give_back")


def _span(command: DraftLeave) -> Span:
    """命令里的起止;只给了一半的钟点、不认得的半天、离谱的年份,都是填错了。"""
    if (command.start_at is None) is not (command.end_at is None):
        raise BadInput("HALF_A_CLOCK", "按小时请假要写明几点到几点。请补上开始或结束的时间,再提交。")
    span = Span(command.start, command.end, _part(command.start_part), _part(command.end_part))
    if command.start_at is not None and command.end_at is not None:
        span = Span.hours(local(command.start_at), local(command.end_at))
    if not (YEARS[0] <= span.start.year and span.end.year <= YEARS[1]):
        raise BadInput("DATE_OUT_OF_RANGE", "日期的年份好像写错了。请您看一下起止日期,改好后再提交。")
    return span


def _part(text: str) -> Part | None:
    """ "am"、"pm" 或空。"""
    if text not in ("", *Part):
        raise BadInput("BAD_PART", "半天只有上午和下午。请选上午或下午,再提交。")
    return Part(text) if text else None


def _fill_counts(request: LeaveRequest, decision: LeaveDecision) -> None:
    request.half_days = 0 if decision.span.clock else int(decision.days * 2)
    request.minutes = decision.minutes
    request.unit = "hour" if decision.span.clock else "half_day"
    request.by_month = {str(m): int(Fraction(d) * 2) for m, d in decision.by_month.items()}
    request.by_date = {d.day.isoformat(): [int(d.days * 2), d.minutes] for d in decision.by_date}
    request.warnings = "\n".join(decision.warnings)


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
