"""请假意图 leave:申请(缺什么问什么)、改口、取消与销假、进度、余额。改动都先给卡片,点了才算。"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot import words
from bot.answers import Answer, Say, ShowCard
from bot.markup import plain
from bot.ports import Link, say_link
from bot.reasons import reason_in
from bot.spans import dates_of, draft_of, sentence, span_sentence
from bot.turn import Turn
from bot.understand import Also
from bot.understand.leave_types import LABELS, leave_type
from engine.days import show_date, show_date_full
from engine.errors import EhrError
from engine.leave import NotEnoughLeave
from handlers import leave as use_cases
from handlers import leave_queries as queries
from handlers.cards import open_card
from handlers.dialogue import OpenMatter, open_matter
from handlers.leave_views import BalanceView, LeaveView
from handlers.people import Nothing

NAME = "leave.request"
TITLE = "请假"
_NEVER_MIND = re.compile(
    r"^(?:那|哦|噢|嗯)?[,,]?(?:还是)?(?:算了|不请了|不休了|不用了|不要了|取消|撤销|作废|先不|别请了)[吧了。!!~]*$"
)
_LATEST = re.compile(r"刚才|刚刚|刚提|最近一|上一[个条份]")
_CHANGE = re.compile(r"^(?:那就?|还是|改|换|不是|应该是|不对|错了)")
_OWN_FAULT = frozenset({"no_such_date", "end_before_start", "mismatch", "repeating"})
"""这句话自己的日子就说错了:按它来问,不拿前一句的日子顶上。"""
_YEAR = re.compile(r"\d{4}年")
_SAID_YEAR = re.compile(r"\d{2,4}年|[去今明后]年")
MOST = 5


def request(turn: Turn, wish: Also) -> list[Answer]:
    """要请假:种类与日子都清楚就起草给卡片,否则问。"""
    slots = wish.slots
    days = dates_of(slots)
    if "unknown_year" in slots.extra and days is not None:
        missing = _missing_year(turn, wish, days)
        if missing:
            return missing
    if slots.extra.get("problem") == "for_another":  # 替别人请:不替说话的人记下种类,免得下一句变成他自己的假
        return [Say(wish.question or words.ASK_BOTH, TITLE)]
    if slots.type is None or slots.start is None or slots.extra.get("problem"):
        return [_ask(turn, wish)]
    label = LABELS.get(slots.type, "")
    try:
        command = draft_of(slots, _reason(turn, wish))
        outcome = turn.do(use_cases.draft, command, "draft")
    except NotEnoughLeave as short:
        buttons = tuple(_offer_link(part.label, span_sentence(part.span, part.label)) for part in short.offer)
        return [Say(short.say, TITLE, buttons)]
    except EhrError as error:
        kept = {"type": slots.type, "reason": _reason(turn, wish)}
        _keep(turn, "fix", kept | {"text": sentence(slots.start, slots.end or slots.start, label)})
        return [Say(error.say, TITLE, _rounder(error, wish, label))]
    kept = {"request": str(outcome.view.request_id), "type": slots.type, "reason": _reason(turn, wish)}
    kept["text"] = sentence(slots.start, slots.end or slots.start, label)
    _keep(turn, "draft", kept)
    assert outcome.card is not None
    return [ShowCard(outcome.card)]


def _missing_year(turn: Turn, wish: Also, days: tuple[date, date]) -> list[Answer]:
    """那年的放假通知没有装入:写明缺哪份、找谁装;没说年份的,说出是按哪一天理解的。"""
    for day in days:
        try:
            turn.rules.calendar.kind(day)
        except EhrError as error:
            if _SAID_YEAR.search(turn.text):
                return [Say(error.say, TITLE)]
            return [Say(f"您说的日期我理解为{show_date_full(day)}。{error.say}", TITLE, _year_before(turn, wish))]
    return []


def _year_before(turn: Turn, wish: Also) -> tuple[Link, ...]:
    """年底说“12月30日”多半是补请刚过去的那天:还在可以补请的期限里,就给个按钮。"""
    slots = wish.slots
    kind = turn.rules.leave.get(slots.type or "")
    if kind is None or slots.start is None or slots.end is None or "02-29" in slots.start + slots.end:
        return ()
    start, end = (f"{int(text[:4]) - 1}{text[4:]}" for text in (slots.start, slots.end))
    ago = (turn.today - date.fromisoformat(start[:10])).days
    known = kind.on(turn.today)
    return (say_link(sentence(start, end, known.label)),) if 0 <= ago <= known.max_back_days else ()


def _reason(turn: Turn, wish: Also) -> str:
    """事由:这句话明说的,其次前几句说过的(或定了假种的那个词)。"""
    return reason_in(turn.text) or wish.slots.extra.get("reason", "")


def _rounder(error: EhrError, wish: Also, label: str) -> tuple[Link, ...]:
    """这种假不按小时请:给出包住那几个钟头的半天(或整天)。"""
    start, end = wish.slots.start or "", wish.slots.end or ""
    if error.code != "UNIT_TOO_SMALL" or ":" not in start or start[:10] != end[:10]:
        return ()
    half = " am" if end[11:] <= "13:00" else " pm" if start[11:] >= "12:00" else ""
    return (say_link(sentence(f"{start[:10]}{half}", f"{end[:10]}{half}", label)),)


def later(turn: Turn, wish: Also) -> list[Answer]:
    """同一句里的第二份请假:草稿一人一份,先办第一份,这一份给个按钮接着办。"""
    slots = wish.slots
    if slots.type is None or slots.start is None or slots.end is None:
        return [Say(wish.question or words.ASK_BOTH, TITLE)]
    text = sentence(slots.start, slots.end, LABELS.get(slots.type, ""))
    return [Say(words.next_request(text), TITLE, (say_link(text),))]


def drafted(turn: Turn) -> ShowCard | None:
    """最近起草的那一份的卡片;没有为 None。"""
    kept = dict(turn.ask(open_matter, Nothing()).slots)
    if "request" not in kept:
        return None
    number, userid = int(kept["request"]), turn.actor.userid
    return ShowCard(turn.desk.write(lambda work: open_card(work, "leave", number, "self", userid)))


def resume(turn: Turn, matter: OpenMatter, wish: Also) -> list[Answer] | None:
    """接着没说完的请假:补上种类或日子、改口、算了。不是在接着说就返回 None。"""
    kept = dict(matter.slots)
    if _NEVER_MIND.match(turn.text.strip()):
        return _drop(turn, kept)
    if wish.intent not in ("leave.request", "none"):
        return None
    if matter.question in ("draft", "fix"):
        return _correct(turn, kept, wish)
    return _complete(turn, kept, wish)


def _complete(turn: Turn, kept: dict[str, str], wish: Also) -> list[Answer] | None:
    """问过之后的回答:说了种类就补种类,说了日子就补日子。"""
    why = kept.get("reason", "")
    heard = wish if wish.intent == "leave.request" else _hear(turn, f"请假{turn.text}")
    code = heard.slots.type or leave_type(turn.text).code
    if heard.slots.extra.get("problem") in _OWN_FAULT:
        return request(turn, heard)
    if heard.slots.start is not None and code is None and kept.get("type"):
        return request(turn, _because(_hear(turn, f"{turn.text}请{LABELS[kept['type']]}"), why))
    if code is not None and heard.slots.start is None:
        text = kept.get("text") or "请假"
        return request(turn, _because(_hear(turn, f"{text},{LABELS[code]}"), why))
    if heard.slots.start is not None or code is not None or heard.slots.extra.get("problem"):
        return request(turn, _because(heard, why))
    return None


def _correct(turn: Turn, kept: dict[str, str], wish: Also) -> list[Answer] | None:
    """草稿之后的改口:“改成周四”“换成年假”。说得完整的是新的一份,照常办。"""
    if wish.slots.type is not None and wish.slots.start is not None:
        return None
    changed = wish.slots.extra.get("corrected") == "yes"
    if not changed and not _CHANGE.match(turn.text) and not (wish.intent == "none" and len(turn.text) <= 12):
        return None
    text = turn.text if changed else f"改成{_CHANGE.sub('', turn.text)}"
    heard = _hear(turn, f"{kept['text']},{text}")
    now = (
        sentence(heard.slots.start, heard.slots.end, LABELS.get(heard.slots.type or "", ""))
        if (heard.slots.start and heard.slots.end and heard.slots.type)
        else ""
    )
    if heard.intent != "leave.request" or (now in ("", kept["text"]) and not changed):
        return None
    return request(turn, _because(heard, kept.get("reason", "")))


def _drop(turn: Turn, kept: dict[str, str]) -> list[Answer] | None:
    """算了:草稿作废;已经提交的要按卡片撤销,不当作“算了”。"""
    number = kept.get("request")
    if number is not None:
        view = turn.ask(queries.one, queries.OneLeave(int(number)))
        if view.state != "draft":
            return None
        turn.do(use_cases.withdraw, use_cases.WithdrawLeave(int(number)), "drop")
    turn.forget()
    return [Say(words.DRAFT_DROPPED if number else words.DROPPED, TITLE)]


def _ask(turn: Turn, wish: Also) -> Say:
    """缺了什么,问一句;记下已经知道的。"""
    slots = wish.slots
    question = "when" if slots.type else "type" if slots.start else "both"
    kept = {"text": turn.text, "reason": _reason(turn, wish)}
    if slots.type:
        kept["type"] = slots.type
    if slots.start and not slots.type:
        kept["text"] = _absolute(turn, wish)
    _keep(turn, question, kept)
    codes = () if slots.type else wish.choices
    buttons = tuple(say_link(LABELS[code]) for code in codes)
    if question == "type" and not slots.extra.get("problem") and slots.start:
        first = dates_of(slots)
        when = show_date(first[0]) if first else ""
        return Say(words.ask_type(when), TITLE, buttons)
    return Say(wish.question or words.ASK_BOTH, TITLE, buttons)


def _absolute(turn: Turn, wish: Also) -> str:
    """把“明天”写成日期再记:隔一夜再答也还是那一天。"""
    slots = wish.slots
    assert slots.start is not None
    said = sentence(slots.start, slots.end or slots.start, "假")
    return f"{said},{slots.extra['reason']}" if slots.extra.get("reason") else said


def _hear(turn: Turn, text: str) -> Also:
    found = turn.hear(text)
    return Also(found.intent, found.slots, found.reply_kind, found.question, found.choices)


def _because(wish: Also, reason: str) -> Also:
    """带上前几句说过的事由。"""
    if not reason:
        return wish
    return replace(wish, slots=replace(wish.slots, extra={**wish.slots.extra, "reason": reason}))


def _keep(turn: Turn, question: str, kept: dict[str, str]) -> None:
    turn.keep(NAME, question, kept)


def _offer_link(label: str, text: str) -> Link:
    return say_link(f"改请{label}:{_YEAR.sub('', text.rpartition('请')[0])}", text)


def cancel(turn: Turn, wish: Also) -> list[Answer]:
    """取消或销假:认出是哪一份,给卡片,点了才算。"""
    mine = [view for view in turn.ask(queries.mine, queries.MyLeaves(50)) if view.can]
    found = _matching(mine, wish)
    if not found:
        return [Say(words.NOTHING_TO_CANCEL, TITLE, (Link("我的请假", "/m/leave"),))]
    if len(found) == 1 or (wish.slots.start is None and _LATEST.search(turn.text)):
        return [turn.show("leave", found[0].request_id)]
    buttons = tuple(_cancel_link(view) for view in found[:MOST])
    return [Say(words.WHICH_CANCEL, TITLE, buttons)]


def _cancel_link(view: LeaveView) -> Link:
    day = view.start
    return say_link(
        f"{view.span_words} {view.type_label}", f"取消{day.year}年{day.month}月{day.day}日的{view.type_label}"
    )


def _matching(views: list[LeaveView], wish: Also) -> list[LeaveView]:
    """说了日子的按日子,说了种类的按种类;销假优先看正在休的。"""
    span = dates_of(wish.slots)
    found = [v for v in views if wish.slots.type in (None, v.type)]
    if span is None:
        return found
    return [v for v in found if v.start <= span[1] and v.end >= span[0]]


def status(turn: Turn, wish: Also) -> list[Answer]:
    """进度:最近几份各到哪一步。"""
    views = [v for v in turn.ask(queries.mine, queries.MyLeaves(20)) if v.state != "draft" or not wish.slots.start]
    found = _matching(views, wish)[:MOST]
    if not found:
        return [Say(words.NO_LEAVES, TITLE, (Link("我的请假", "/m/leave"),))]
    return [Say(words.bullet([_line(v) for v in found]), TITLE, (Link("查看详情", "/m/leave"),))]


def _line(view: LeaveView) -> str:
    state = view.state_label
    if view.state == "pending":
        state = f"审批中,等 {plain(view.approver_name, 30)} 审批"
    elif view.state == "rejected":
        state = f"已拒绝,理由:{plain(view.decision_reason, 100)}"
    elif view.state == "draft":
        state = "待提交,请在卡片上点提交"
    return f"{view.span_words} {view.type_label} {view.amount_words}:**{state}**"


def balance(turn: Turn, wish: Also) -> list[Answer]:
    """余额:问哪种答哪种,没说就都答;没有额度的假说明怎么请。"""
    code = wish.slots.type or ""
    kind = turn.rules.leave.get(code)
    found = turn.ask(queries.balances, queries.MyBalances(code)) if not code or kind is not None else []
    if not found:
        return [Say(words.no_account(LABELS.get(code, "这种假")), "假期余额")]
    return [
        Say(
            words.bullet([_balance(view, turn.today.year) for view in found]),
            "假期余额",
            (Link("查看明细", "/m/leave"),),
        )
    ]


def _balance(view: BalanceView, year: int) -> str:
    line = words.balance_line(view.label, view.available, view.granted, view.used)
    waiting = f",审批中占用 {view.reserved}" if not view.reserved.startswith("0 ") else ""
    ending = "".join(
        f";其中 {left} 将于 {show_date(day) if day.year == year else show_date_full(day)} 到期"
        for day, left in view.expiring[:2]
    )
    return f"{line}{waiting}{ending}"
