"""工资意图 payslip:看工资条只给链接,问为什么只说缘由;金额一律不进聊天。别人的工资不查。"""

from __future__ import annotations

import re

from bot import words
from bot.answers import Answer, Say
from bot.markup import plain
from bot.ports import Link
from bot.turn import Turn
from bot.understand import Also, month_of
from engine.days import Month
from handlers import pay_why, payslip
from handlers.pay_why import WhyLine, WhyView
from handlers.payslip import MonthItem
from handlers.people import Nothing

TITLE = "工资条"
LINES, LINKS = 8, 3
_WHOLE = re.compile(r"(?:变|发|拿|给)?少了|(?:多|被)?扣了")


def view(turn: Turn, wish: Also) -> list[Answer]:
    """看工资条:一个链接。"""
    if wish.reply_kind == "refuse":
        return [Say(words.OTHERS_PAY, TITLE)]
    months = turn.ask(payslip.months, Nothing())
    wanted = month_of(wish.slots)
    chosen = [m for m in months if wanted is None or m.month == str(wanted)]
    if wanted is not None and not chosen:
        have = "、".join(m.label for m in months) or "暂时还没有"
        text = f"{wanted.label}没有您的工资条。现在能看的:{have}。"
        return [Say(text, TITLE, (Link("全部工资条", "/m/payslips"),))]
    if not chosen:
        return [
            Say("您还没有工资条。发布后我会通知您,也可以联系 HR 核对。", TITLE, (Link("全部工资条", "/m/payslips"),))
        ]
    first = next((m for m in chosen if m.state == "published"), chosen[0]) if wanted is None else chosen[0]
    links = [Link(f"打开{first.label}工资条", f"/m/payslips/{first.month}"), Link("全部工资条", "/m/payslips")]
    return [Say(f"您{first.label}的工资条:{first.state_words}。{words.PAY_LINK}", TITLE, tuple(links))]


def explain(turn: Turn, wish: Also) -> list[Answer]:
    """为什么、怎么算:说项目、缘由、日子、时数、百分比,不说金额;每一项带“怎么算的”。"""
    if wish.reply_kind == "refuse":
        return [Say(words.OTHERS_PAY, TITLE)]
    month = month_of(wish.slots) or _latest(turn.ask(payslip.months, Nothing()), turn.month)
    # “少了”“扣了”说的是整张,不是哪一项;留着会被当成某一项扣款。
    asked = _WHOLE.sub("", turn.text)
    found = turn.ask(pay_why.why, pay_why.WhyItem(turn.actor.person_id, str(month), asked))
    return [_told(found)]


def _told(found: WhyView) -> Say:
    state = "(试算,月底以发布的为准)" if found.state == "preview" else ""
    about = f"的{found.about}" if found.about else ""
    head = f"**{found.month_label}{about}{state}**"
    lines = [_line(line) for line in found.lines[:LINES]]
    if len(found.lines) > LINES:
        lines.append(f"另有 {len(found.lines) - LINES} 项,请打开工资条查看")
    links = [Link(f"{line.label}怎么算的", line.path) for line in found.lines[:LINKS] if line.path]
    head = f"{head}\n\n{found.note}" if found.note else head
    text = f"{head}\n\n{words.bullet(lines) or '和上月相比没有变化。'}\n\n{words.PAY_LINK}"
    return Say(text, TITLE, (*links, Link("打开工资条", found.path)))


def _line(line: WhyLine) -> str:
    said = plain(line.words, 300)
    return said if said.startswith(line.label) else f"{line.label}:{said}"


def _latest(months: list[MonthItem], now: Month) -> Month:
    """没说哪个月:最近已发布的那个月(另发的一期不算),没有就本月。"""
    published = [m.month for m in months if m.state == "published" and "-r" not in m.month]
    return Month.parse(max(published)) if published else now
