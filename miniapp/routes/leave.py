"""请假 leave:余额、我的申请、申请表(边填边看天数、余额与对工资的影响,只有按提交才存)、详情、撤销与销假。"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from handlers import leave, leave_cost, leave_preview, leave_queries, terms
from handlers.leave import EndLeave, SubmitLeave, WithdrawLeave
from handlers.leave_cost import LeaveCost
from handlers.leave_queries import MyBalances, MyLeaves, OneLeave, WhoIsAway
from miniapp import words
from miniapp.asked import Asked
from miniapp.forms import day_or_none, one_of
from miniapp.tree import tree_of
from miniapp.view import Typed
from miniapp.visit import FormKey, Id, PayVisitor, Text, Visitor

router = APIRouter()


@router.get("/m/leave")
def home(visit: Visitor) -> Response:
    """我的请假。"""
    return visit.page(
        "leave.html",
        balances=visit.ask(leave_queries.balances, MyBalances()),
        leaves=visit.ask(leave_queries.mine, MyLeaves(50)),
    )


@router.get("/m/leave/new")
def new(visit: Visitor, type: str = "") -> Response:
    """申请表。"""
    kinds = list(terms.leave_types(visit.house.desk.rules, visit.today).values())
    return visit.page(
        "leave_new.html", kinds=kinds, chosen=type, balances=visit.ask(leave_queries.balances, MyBalances())
    )


def leave_form(
    type: Text = "",
    unit: Text = "day",
    start: Text = "",
    start_part: Text = "am",
    end: Text = "",
    end_part: Text = "pm",
    start_clock: Text = "",
    end_clock: Text = "",
    reason: Text = "",
) -> Asked:
    """表单里填的。"""
    return Asked(type, unit, start, start_part, end, end_part, start_clock, end_clock, reason)


def leave_query(
    type: str = "",
    unit: str = "day",
    start: str = "",
    start_part: str = "am",
    end: str = "",
    end_part: str = "pm",
    start_clock: str = "",
    end_clock: str = "",
) -> Asked:
    """地址里带着的(与表单同样的几项)。"""
    return Asked(type, unit, start, start_part, end, end_part, start_clock, end_clock)


LeaveForm = Annotated[Asked, Depends(leave_form)]
LeaveQuery = Annotated[Asked, Depends(leave_query)]


@router.post("/m/leave/preview")
def preview(key: FormKey, visit: Visitor, form: LeaveForm) -> Response:
    """边填边看:只算,什么也不存。提交的就是看到的这一份。"""
    shown = visit.ask(leave_preview.preview, form.command())
    typed = {name: Typed(text) for name, text in asdict(form).items()}
    return visit.part("parts/leave_preview.html", one=shown, typed=typed, query=form.query())


@router.post("/m/leave/send")
def send(key: FormKey, visit: Visitor, form: LeaveForm) -> Response:
    """看过之后提交:起草、提交一气办完;同一份表单只办一次。"""
    drafted = visit.do(leave.draft, form.command(), f"{key}:draft").view
    view = visit.do(leave.submit, SubmitLeave(drafted.request_id), f"{key}:submit").view
    return visit.go(f"/m/leave/{view.request_id}", view.note or words.SUBMITTED)


@router.post("/m/leave")
def draft(key: FormKey, visit: Visitor, form: LeaveForm) -> Response:
    """没有脚本时的下一步:起草,去详情页核对后提交。"""
    outcome = visit.do(leave.draft, form.command(), key)
    return visit.go(f"/m/leave/{outcome.view.request_id}")


@router.get("/m/leave/cost")
def preview_cost(visit: PayVisitor, asked: LeaveQuery) -> Response:
    """还没提交的一份预计扣多少:只给本人,也什么都不存。"""
    found = visit.ask(leave_preview.preview_cost, asked.command())
    trees = [tree_of(trace, ()) for trace in found.traces]
    one = visit.ask(leave_preview.preview, asked.command())
    return visit.page("leave_cost.html", one=one, cost=found, trees=trees)


@router.get("/m/leave/away")
def away(visit: Visitor, first: str = "", last: str = "") -> Response:
    """这几天团队里谁不在。"""
    start = day_or_none(first, "开始日期") or visit.today
    end = day_or_none(last, "结束日期") or start
    found = visit.ask(leave_queries.who_is_away, WhoIsAway(start, end))
    return visit.page("leave_away.html", first=start, last=end, found=found)


@router.get("/m/leave/{request_id}")
def one(visit: Visitor, request_id: Id) -> Response:
    """一份申请。"""
    return visit.page("leave_one.html", one=visit.ask(leave_queries.one, OneLeave(request_id)))


@router.get("/m/leave/{request_id}/cost")
def cost(visit: PayVisitor, request_id: Id) -> Response:
    """对工资的影响与怎么算的:只给本人。"""
    found = visit.ask(leave_cost.cost, LeaveCost(request_id))
    return visit.page(
        "leave_cost.html",
        one=visit.ask(leave_queries.one, OneLeave(request_id)),
        cost=found,
        trees=[tree_of(trace, ()) for trace in found.traces],
    )


@router.post("/m/leave/{request_id}/submit")
def submit(key: FormKey, visit: Visitor, request_id: Id) -> Response:
    """提交。"""
    view = visit.do(leave.submit, SubmitLeave(request_id), key).view
    return visit.go(f"/m/leave/{request_id}", view.note or words.SUBMITTED)


@router.post("/m/leave/{request_id}/withdraw")
def withdraw(key: FormKey, visit: Visitor, request_id: Id) -> Response:
    """撤销。"""
    view = visit.do(leave.withdraw, WithdrawLeave(request_id), key).view
    return visit.go(f"/m/leave/{request_id}", view.note or words.WITHDRAWN)


@router.post("/m/leave/{request_id}/end")
def end(
    key: FormKey,
    visit: Visitor,
    request_id: Id,
    last: Annotated[str, Form()] = "",
    last_part: Annotated[str, Form()] = "",
) -> Response:
    """销假:写明实际休到哪天;不写就是休到此刻为止。"""
    part = one_of(last_part, ("", "am", "pm"), "实际休到哪半天")
    command = EndLeave(request_id, day_or_none(last, "实际休到哪天"), "" if part == "pm" else part)
    view = visit.do(leave.end_early, command, key).view
    return visit.go(f"/m/leave/{request_id}", view.note or words.ENDED)
