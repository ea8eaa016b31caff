"""审批意图 approvals:有几份等我审批;同意与拒绝在卡片上或小程序里办。"""

from __future__ import annotations

from bot import words
from bot.answers import Answer, Say
from bot.markup import plain
from bot.ports import Link
from bot.turn import Turn
from bot.understand import Also
from handlers import leave_queries as queries

TITLE = "待我审批"
MOST = 5


def waiting(turn: Turn, wish: Also) -> list[Answer]:
    """列出等我审批的。"""
    views = turn.ask(queries.waiting, queries.Inbox())
    link = (Link("打开审批", "/m/approvals"),)
    if not views:
        return [Say("现在没有等您审批的申请。有新的申请会发卡片给您。", TITLE, link)]
    lines = [f"{plain(v.person_name, 30)}:{v.type_label} {v.span_words},{v.amount_words}" for v in views[:MOST]]
    more = f"\n\n另有 {len(views) - MOST} 份。" if len(views) > MOST else ""
    text = f"有 **{len(views)}** 份申请等您审批:\n\n{words.bullet(lines)}{more}\n\n可以在之前的卡片上点同意或拒绝,也可以点下面一起办。"
    return [Say(text, TITLE, link)]
