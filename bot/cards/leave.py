"""请假卡片 leave:本人一面(余额、对工资的影响)与审批人一面(同期谁不在);同一件事变了,两面都在原处更新。"""

from __future__ import annotations

from bot import words
from bot.cards.content import Ask, Button, CardContent, Face, write
from bot.markup import plain
from handlers.cards import CardRef
from handlers.leave_queries import OneLeave, one
from handlers.leave_views import LeaveView

BUTTONS = {
    "submit": Button("提交", "leave.submit", "primary"),
    "withdraw": Button("撤销", "leave.withdraw", "normal"),
    "approve": Button("同意", "leave.approve", "primary"),
    "reject": Button("拒绝", "leave.reject", "danger"),
    "end": Button("销假", "leave.end", "primary"),
}
REASON_LABEL = "拒绝的理由(拒绝时请填写,申请人会看到)"


def render(ref: CardRef, ask: Ask) -> CardContent:
    """这张卡现在的样子。"""
    view: LeaveView = ask(one, OneLeave(ref.subject_id))
    return write(_approver(view) if ref.role == "approver" else _own(view))


def _own(view: LeaveView) -> Face:
    balance = f"{view.balance_before} → {view.balance_after}" if view.balance_before else ""
    fields = (
        ("类型", view.type_label),
        ("时间", view.span_words),
        ("时长", view.amount_words),
        ("余额", balance if view.balance_before != view.balance_after else view.balance_before),
        ("工资", view.pay_words),
        ("审批人", view.approver_name),
        ("事由", view.reason),
        ("拒绝理由", view.decision_reason if view.state == "rejected" else ""),
    )
    return Face(
        title=f"{view.type_label}申请",
        state=view.state_label,
        tone=words.STATES_TONE[view.state],
        body=_own_body(view),
        fields=fields,
        path=f"/m/leave/{view.request_id}",
        link_text="查看详情与对工资的影响" if view.state in ("draft", "pending", "approved", "ended") else "查看详情",
        note=_note(view),
        buttons=tuple(BUTTONS[name] for name in view.can),
    )


def _own_body(view: LeaveView) -> str:
    approver, decider = plain(view.approver_name, 30), plain(view.decided_by, 30)
    said = {
        "draft": f"请您核对,点**提交**后送给 {approver} 审批。" if approver else "请您核对后点**提交**。",
        "pending": f"已送给 {approver} 审批,结果会在这张卡片上更新。",
        "approved": f"{decider or approver} 已同意,并已登记到考勤。"
        if decider or approver
        else "已同意,并已登记到考勤。",
        "rejected": f"{decider or approver} 没有同意,占用的额度已退回。需要时您可以改一下再申请。",
        "withdrawn": "这份申请已撤销,占用的额度已退回。",
        "ended": "已销假,没休的部分已退回。",
        "replaced": "这份草稿没有提交,已被您后来的申请替换。请看最新的那张卡片。",
    }
    more = {"withdraw": "要取消请点**撤销**。", "end": "提前回来请点**销假**。"}
    if view.state in ("pending", "approved"):
        return said[view.state] + "".join(text for name, text in more.items() if name in view.can)
    return said[view.state]


def _approver(view: LeaveView) -> Face:
    """审批人一面:没有余额,也没有对工资的影响。"""
    name = plain(view.person_name, 30)
    said = {
        "pending": f"{name} 申请{view.type_label},请您审批。",
        "approved": f"{plain(view.decided_by, 30) or '您'} 已同意 {name} 的申请。",
        "rejected": f"{plain(view.decided_by, 30) or '您'} 已拒绝 {name} 的申请。",
        "withdrawn": f"{name} 已撤销这份申请,不用再审批。",
        "ended": f"{name} 已提前销假。",
    }
    return Face(
        title=f"{name}的{view.type_label}申请",
        state=view.state_label,
        tone=words.STATES_TONE[view.state],
        body=said.get(view.state, f"{name} 的申请有了变化,请打开查看。"),
        fields=(
            ("申请人", view.person_name),
            ("类型", view.type_label),
            ("时间", view.span_words),
            ("时长", view.amount_words),
            ("事由", view.reason or "未填写"),
            ("同期不在", "、".join(view.away) if view.away else "没有同组同事"),
            ("拒绝理由", view.decision_reason if view.state == "rejected" else ""),
        ),
        path=f"/m/leave/{view.request_id}",
        note=_note(view),
        reason_label=REASON_LABEL if "reject" in view.can else "",
        buttons=tuple(BUTTONS[name] for name in view.can),
    )


def _note(view: LeaveView) -> str:
    return " ".join((*view.warnings, *([view.note] if view.note else [])))
