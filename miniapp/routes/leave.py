"""请假 leave:余额、我的申请、申请表(先看天数、余额与对工资的影响再提交)、详情、撤销与销假。"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from engine.errors import BadInput
from handlers import leave, leave_cost, leave_queries, terms
from handlers.leave import DraftLeave, EndLeave, SubmitLeave, WithdrawLeave
from handlers.leave_cost import LeaveCost
from handlers.leave_queries import MyBalances, MyLeaves, OneLeave, WhoIsAway
from miniapp import words
from miniapp.forms import day_in, day_or_none, moment_in, one_of
from miniapp.session import new_key
from miniapp.tree import tree_of
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
) -> DraftLeave:
    """表单 → 起草的命令。按天:从某天上午/下午到某天上午/下午;按小时:某天几点到几点。"""
    if not type:
        raise BadInput("TYPE_NEEDED", "请先选择请哪一种假。")
    if one_of(unit, ("day", "hour"), "按天还是按小时") == "hour":
        first = moment_in(start, start_clock, "开始时间")
        last = moment_in(end or start, end_clock, "结束时间")
        return DraftLeave(
            type, first.date(), last.date(), start_at=first, end_at=last, reason=reason, source="miniapp"
        )
    return DraftLeave(
        type,
        day_in(start, "开始日期"),
        day_in(end or start, "结束日期"),
        "pm" if one_of(start_part, ("am", "pm"), "开始的半天") == "pm" else "",
        "am" if one_of(end_part, ("am", "pm"), "结束的半天") == "am" else "",
        reason=reason,
        source="miniapp",
    )


LeaveForm = Annotated[DraftLeave, Depends(leave_form)]


@router.post("/m/leave/preview")
def preview(key: FormKey, visit: Visitor, form: LeaveForm) -> Response:
    """边填边看:算好的一份草稿(旧草稿作废),还没有提交。"""
    outcome = visit.do(leave.draft, form, new_key())
    return visit.part("parts/leave_preview.html", one=outcome.view)


@router.post("/m/leave")
def draft(key: FormKey, visit: Visitor, form: LeaveForm) -> Response:
    """没有脚本时的下一步:起草,去详情页核对后提交。"""
    outcome = visit.do(leave.draft, form, key)
    return visit.go(f"/m/leave/{outcome.view.request_id}")


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
