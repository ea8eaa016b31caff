"""提醒卡片 alert:给 HR 的一条提醒,带着补救办法;办过了、关闭了都写在原处。"""

from __future__ import annotations

from bot.cards.content import Ask, Button, CardContent, Face, write
from bot.markup import plain
from engine.days import show_date_full
from handlers.alerts import AlertView, OneAlert, one_alert
from handlers.cards import CardRef

TONES = {"urgent": "bad", "warn": "wait", "info": "info"}
WINDOWS = {"expired": "已到期"}


def render(ref: CardRef, ask: Ask) -> CardContent:
    """这张卡现在的样子。"""
    return write(_face(ask(one_alert, OneAlert(ref.subject_id))))


def _face(view: AlertView) -> Face:
    closed = view.state == "closed"
    buttons: list[Button] = []
    if not closed and view.remedy and not view.remedy_done:
        buttons.append(Button(view.remedy_label, "alert.renew_reminder", "primary"))
    if not closed:
        buttons.append(Button("忽略", "alert.ignore", "normal"))
    return Face(
        title=f"合同到期提醒:{view.person_name}",
        state="已关闭" if closed else "已发提醒" if view.remedy_done else "待处理",
        tone="mute" if closed else "wait" if view.remedy_done else TONES.get(view.severity, "wait"),
        body=plain(view.say, 300),
        fields=(
            ("员工", view.person_name),
            ("到期日", show_date_full(view.due) if view.due else ""),
            ("提醒档", WINDOWS.get(view.window, f"{view.window} 天内")),
            ("续签提醒", "已发给本人和上级" if view.remedy_done else ""),
            ("关闭原因", view.closed_because if closed else ""),
        ),
        path="/m/alerts",
        link_text="打开提醒与续签登记",
        note=plain(view.note, 200),
        reason_label="" if closed else "忽略的理由(忽略时请填写)",
        buttons=tuple(buttons),
    )
