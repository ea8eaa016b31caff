"""请假预看 leave preview:填表时先看天数、余额、审批人与对工资的影响;只看,什么也不存,旧的草稿不动。"""

from __future__ import annotations

from config.policies import Policies
from handlers.actor import Actor
from handlers.leave import DraftLeave, drafted
from handlers.leave_cost import CostView, LeaveCost, cost
from handlers.leave_views import LeaveView, view_of
from models.work import Work


def preview(work: Work, command: DraftLeave, rules: Policies, actor: Actor) -> LeaveView:
    """假如这样请会怎样;request_id 为 0,因为还没有这份申请。"""
    request = drafted(work, actor, command, rules)
    request.id = 0
    return view_of(work, request, rules, actor)


def preview_cost(work: Work, command: DraftLeave, rules: Policies, actor: Actor) -> CostView:
    """假如这样请,预计扣多少:与提交之后看到的同一个算法。在保存点里放一份试算,看完退回。"""
    with work.as_if():
        request = drafted(work, actor, command, rules)
        work.session.add(request)
        work.session.flush()
        assert request.id is not None
        return cost(work, LeaveCost(request.id), rules, actor)
