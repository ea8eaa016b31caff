"""分句 segment:一句话里的几个愿望。按标点与 "顺便、另外、还有" 切开,各看各的意图。"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from bot.understand.intents import Guess

_BREAK = re.compile(
    r"[,?]+|(?:(?:如果|要是|假如)?够的话|(?:如果|要是)够(?=请|就|明|后|下)|有的话|顺便|顺带|另外|对了|同时|并且|而且|以及|接着|随后|完了|还有(?=帮|看|查|我想|我要|想|问|给|请)|然后(?:再)?|(?<!不)再(?=帮|查|看|报|给|问|请|告诉|把)|(?<=[假条时天数额程名])[还也](?=想|要|帮|得)(?:想|要|得)?(?:再|问|帮我|请)?)"
)
_AND = re.compile(r"和|跟|以及|还有|与|、|\+|&")


MOST = 8
"""一句话最多拆成这么多段,再多的不是一句请求。"""


@dataclass(frozen=True, slots=True)
class Wish:
    """一个愿望:意图与它那一段话。"""

    guess: Guess
    text: str


_SURELY = 0.6
"""没有规则作证的小句,模型要有这么大把握才算一个愿望。"""

Judge = Callable[[str], Guess]


def clauses(text: str) -> list[str]:
    """切成小句。"""
    pieces = [piece for piece in (part.strip() for part in _BREAK.split(text)) if piece]
    return [*pieces[: MOST - 1], ",".join(pieces[MOST - 1 :])] if len(pieces) > MOST else pieces


def wishes(text: str, judge: Judge) -> list[Wish]:
    """句子里的愿望,先说的在前;只有一个时段落就是整句。"""
    whole = judge(text)
    parts = clauses(text)
    if len(parts) == 1:
        return _by_and(text, judge) or [Wish(whole, text)]
    found = _gather(parts, judge)
    kinds = {wish.guess.intent for wish in found}
    if len(kinds) < 2:
        one = found[0].guess if found and (whole.intent == "none" or not whole.ruled) else whole
        return [Wish(one, text)]
    asked_first = (
        found[0].guess.intent == "leave.request"
        and found[0].guess.ruled
        and kinds == {"leave.request", "payslip.explain"}
    )
    return found if asked_first or not _same_matter(kinds) else [Wish(whole, text)]


def _gather(parts: list[str], judge: Judge) -> list[Wish]:
    """逐句判断:没有愿望的话(理由、寒暄)归给后一个愿望,后面没有就归给前一个。"""
    found: list[Wish] = []
    pending: list[str] = []
    for part in parts:
        guess = judge(part)
        if (
            guess.intent == "none"
            or (not guess.ruled and guess.confidence < _SURELY)
            or (guess.intent == "leave.request" and not _wanting(part) and found)
        ):
            pending.append(part)
            continue
        if found and found[-1].guess.intent == guess.intent:
            found[-1] = Wish(found[-1].guess, ",".join([found[-1].text, *pending, part]))
        else:
            found.append(Wish(guess, ",".join([*pending, part])))
        pending = []
    if pending and found:
        found[-1] = Wish(found[-1].guess, ",".join([found[-1].text, *pending]))
    return found


_WANT = re.compile(r"请|休|补|申请|报|不来|来不了|去不了|歇|调|早走|晚到|提|T|off")
_TOGETHER = (
    frozenset({"leave.request", "leave.status"}),
    frozenset({"payslip.explain", "attendance.query"}),
    frozenset({"payslip.explain", "payslip.view"}),
    frozenset({"payslip.explain", "leave.request"}),
    frozenset({"payslip.explain", "performance.view"}),
    frozenset({"performance.feedback", "performance.view"}),
    frozenset({"goal.adjust", "performance.view"}),
    frozenset({"goal.adjust", "leave.request"}),
    frozenset({"training.list", "training.progress"}),
    frozenset({"approval.list", "leave.request"}),
    frozenset({"approval.list", "leave.status"}),
    frozenset({"handoff", "payslip.explain"}),
)


def _wanting(part: str) -> bool:
    return _WANT.search(part) is not None


def _same_matter(kinds: set[str]) -> bool:
    """两句说的是一件事:前一句是后一句的缘由。"""
    return any(kinds <= pair for pair in _TOGETHER)


def _by_and(text: str, judge: Judge) -> list[Wish]:
    """ "年假余额和上个月工资条":连词两边都是说得出名的愿望,才拆成两个。"""
    for match in islice(_AND.finditer(text), MOST):
        left, right = text[: match.start()], text[match.end() :]
        if len(left) < 2 or len(right) < 2:
            continue
        one, two = judge(left), judge(right)
        if not one.ruled or not two.ruled or "none" in (one.intent, two.intent) or one.intent == two.intent:
            continue
        if not _same_matter({one.intent, two.intent}) and "leave.request" != two.intent:
            return [Wish(one, left), Wish(two, right)]
    return []
