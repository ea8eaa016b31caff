"""改口 corrections:"不是周三是周四"、"改成后天"、"算了,还是下周吧",留下后说的,去掉先说的。"""

from __future__ import annotations

import re

from bot.understand.daywords import Context
from bot.understand.lazy import Lazy
from bot.understand.leave_types import ANY_NAMED, NAMED_ANY, named_types
from bot.understand.timephrase import Token, scan

_NOT_BUT = re.compile(r"(?<!是)不是(?P<old>[^,?是]{1,12}?)[,]?(?:而是|应该是|,是|是)(?=\S)")
_NOT_WANT = re.compile(
    r"不(?:要|请|用|想请)(?P<old>[^,?]{1,10}?)[,]?(?:要|请|改请|换请|改用|换用|换成|改成|改为|换为|换|改|用|想请)(?=\S)"
)
_TAIL_NOT = re.compile(r",(?:而|可|我说的)?不是(?P<old>[^,?吗]{1,8})$")
_TURN = re.compile(
    r"(?:改请|改休|改成|改到|改为|改在|换成|换到|挪到|调到|推迟到|延到|延后到|提前到|变成)|"
    r"(?:[,]|^|(?<=[假天午号休一二三四五六日]))(?:算了|不对|错了|说错了?|哦不|噢不|啊不|不不|不(?=,)|搞错了|写错了|更正|等等|等一下)[,]*(?:还是|应该是|是|改成|改)?(?=[^,吗]{2,})|[,](?:还是|应该是|其实是)(?=\S)"
)
_SWAP = Lazy(rf"(?:{ANY_NAMED})(?:改|换)(?:请)?(?={ANY_NAMED})")
_THEN = re.compile(r",(?:那就|那还是|要不就?|那)(?:还是|改|换)?(?=\S)")
_CANCEL = re.compile(r"取消|撤销|撤回|撤掉|不请了|不休了")


def correct(text: str, context: Context) -> tuple[str, bool]:
    """去掉被改掉的部分;返回新句子与是否改过口。"""
    changed = False
    for pattern in (_NOT_BUT, _NOT_WANT):
        match = pattern.search(text)
        if match and _replaces(match["old"], text[match.end() :], context):
            text = f"{text[: match.start()]},{text[match.end() :]}".strip(",")
            changed = True
    swap = _SWAP.search(text)
    if swap:
        text, changed = text[: swap.start()] + text[swap.end() :], True
    tail = _TAIL_NOT.search(text)
    if tail and _replaces(tail["old"], text[: tail.start()], context):
        text, changed = text[: tail.start()], True
    match = _TURN.search(text)
    if (
        not match
        and (then := _THEN.search(text))
        and _has_time(text[: then.start()], context)
        and _has_time(text[then.end() :], context)
    ):
        match = then
    if match and _CANCEL.search(text[: match.start()]) and _has_time(text[match.end() :], context):
        return f"{text[: match.start()]},请假{text[match.end() :]}", changed
    if match:
        before, after = text[: match.start()], text[match.end() :]
        kept = _overlay(before, after, context)
        if kept is not None:
            return kept, True
    return text, changed


def _has_time(text: str, context: Context) -> bool:
    return any(token.kind == "date" for token in scan(text, context))


def _replaces(old: str, new: str, context: Context) -> bool:
    """前后说的是同一类东西(都有时间,或都有假种)才算改口。"""
    times = bool(scan(old, context)) and bool(scan(new, context))
    types = bool(NAMED_ANY.search(old)) and bool(NAMED_ANY.search(new))
    wishes = "请假" in old or "查" in old
    return times or types or wishes


def _overlay(before: str, after: str, context: Context) -> str | None:
    """后半句盖住前半句:有日子盖日子,只有半天盖半天,有假种盖假种。"""
    new = scan(after, context)
    kinds = {token.kind for token in new} - {"month"}
    types = NAMED_ANY.search(after) is not None
    if not kinds and not types:
        return None
    if before and not scan(before, context) and not NAMED_ANY.search(before):
        return f"{before},{after}" if kinds or types else None
    gone = _gone(kinds)
    pieces = [(token.at, token.to) for token in scan(before, context) if _drops(token, gone)]
    if types:
        pieces += [(at, to) for _, at, to in named_types(before)]
    for at, to in sorted(pieces, reverse=True):
        before = before[:at] + before[to:]
    return f"{after},{before}".strip(",")


def _gone(kinds: set[str]) -> set[str]:
    if "date" in kinds:
        return {"date", "half", "clock"} if kinds & {"half", "clock"} else {"date"}
    return kinds


def _drops(token: Token, gone: set[str]) -> bool:
    return token.kind in gone
