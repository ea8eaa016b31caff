"""一句话 sentence:从原话到意图、假种、起止、天数与回法。

不看人、不看库、不联网;只凭这句话、发话的时刻、公司日历与班次。同样的话永远得到同样的结果。
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from bot.understand import intents, rules
from bot.understand.claims import not_asking
from bot.understand.corrections import correct
from bot.understand.daywords import Context
from bot.understand.deals import deal_amount
from bot.understand.intents import Guess
from bot.understand.leave_types import LeaveType, leave_type, named_types
from bot.understand.masking import is_past, mask_text
from bot.understand.normalize import normalize
from bot.understand.people import asks_others_pay, for_another, person_in
from bot.understand.points import Reader, Shift
from bot.understand.reply import COMMON_TYPES, FOR_ANOTHER, KINDS, leave_kind, leave_question
from bot.understand.segment import MOST, Wish, wishes
from bot.understand.timephrase import Token, rewrite, scan
from bot.understand.timespan import Span, spans
from engine.days import Calendar, Month, shanghai

DEFAULT_SHIFT = Shift()
_DATED = frozenset({"leave.request", "leave.cancel", "leave.status", "attendance.query"})
_EITHER = re.compile(r"或者?|还是|要么|随便哪")
_ASKED_ON = re.compile(r"(?:昨天|前天|今天|上周.?|刚才|刚刚|早上|上午)(?:我)?(?:刚)?(?:提|交|申请|请|发|报|递)")
_COURSE = re.compile(
    r"(?:报名|报|参加|上|听|学|加入|预约|约)(?:一?下)?(?:参加)?(?P<c>[^,?的]{2,20}?)(?:课程?|培训)?(?:吧|吗|$|,|\?)"
)
_NOT_COURSE = re.compile(r"^(?:课程?|培训|一下|名|这个|那个|第.个|个|培训课程|我的?|线上课?|在线课?|吧)*$")
_WHY = re.compile(r"为什么|为啥|怎么算|凭什么|怎么来|怎么会|依据")
_SURE = 0.36
_LIKELY = 0.14
_FIRM = 0.44
"""模型的把握低于 _SURE、_LIKELY 就算没听懂:会提出改动的意图取高的,只回话的取低的(按句式族交叉验证定的);
规则不提改动而模型要提,得有 _FIRM 这么大把握。"""
_BUSINESS = re.compile(
    r"任务|评审|排期|直播|上线|交付|日期|需求|会|客户|项目|方案|报告|约|见面|活动|航班|吃|聚|团建|提醒"
)
_WHEN = re.compile(r"[DHC]")
_CHANGES = frozenset({"leave.request", "leave.cancel", "training.enroll", "goal.adjust"})
_AWAY = re.compile(
    r"得去|要去|得回|要回|回去|回老家|赶回|在家|陪护|陪床|照顾|先走|先撤|撤|去医院|去看|去做|去拔|去补|去复查|做产检|产检|去挂|卧床|休养|来不了|去不了|不了班|不来"
)


@dataclass(frozen=True, slots=True)
class Slots:
    """听到的要素:假种、起、止(两端都算)、工作日数;`extra` 为其余(月份、人、课程、理由…)。"""

    type: str | None = None
    start: str | None = None
    end: str | None = None
    days: Fraction | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """四个固定的键;天数为数字。"""
        days: int | float | None = None
        if self.days is not None:
            days = self.days.numerator if self.days.denominator == 1 else float(self.days)
        return {"type": self.type, "start": self.start, "end": self.end, "days": days}


@dataclass(frozen=True, slots=True)
class Also:
    """同一句话里的另一个愿望。"""

    intent: str
    slots: Slots
    reply_kind: str
    question: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """一句话的意思。`question` 为要反问的话;`choices` 为按钮(假种代码)。"""

    text: str
    intent: str
    slots: Slots
    more: tuple[Also, ...]
    reply_kind: str
    confidence: float
    question: str | None = None
    choices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """命令 `ehr understand` 的一行。"""
        more = [{"intent": also.intent, "slots": also.slots.to_json()} for also in self.more]
        return {
            "text": self.text,
            "intent": self.intent,
            "slots": self.slots.to_json(),
            "more": more,
            "reply_kind": self.reply_kind,
        }


@dataclass(frozen=True, slots=True)
class _Scene:
    """发话的场合:时刻、日历、班次;`past` 时不写年月的日子往回找。"""

    now: datetime
    calendar: Calendar
    shift: Shift
    corrected: bool = False

    def context(self, text: str) -> Context:
        return Context(self.now.date(), is_past(text), self.calendar)


def understand(text: str, at: datetime, calendar: Calendar, shift: Shift = DEFAULT_SHIFT) -> Understanding:
    """听懂一句话;`at` 为带时区的发话时刻。任何输入都有结果,不抛错。"""
    scene = _Scene(shanghai(at), calendar, shift)
    plain = rewrite(normalize(text))
    if not plain or (rules.hostile(plain, text) and not asks_others_pay(plain)):
        return Understanding(text, "none", Slots(), (), "none", 1.0)
    plain, changed = correct(plain, scene.context(plain))
    scene = _Scene(scene.now, calendar, shift, changed)
    found = wishes(plain, lambda part: _judge(part, scene))
    read = [also for wish in found for also in _read(wish, scene)]
    read = _inherit(read)
    main, guess = read[0], found[0].guess
    return Understanding(
        text,
        main.intent,
        main.slots,
        tuple(read[1:MOST]),
        main.reply_kind,
        guess.confidence,
        main.question,
        main.choices,
    )


def _inherit(read: list[Also]) -> list[Also]:
    """后一个请假没说假种,沿用同一句里前面说到的那一种。"""
    result: list[Also] = []
    kind: str | None = None
    for also in read:
        if also.intent == "leave.request" and not also.slots.type and kind and not also.choices[4:]:
            also = _with_type(also, kind)
        kind = also.slots.type if also.intent.startswith("leave.") and also.slots.type else kind
        result.append(also)
    return result


def _with_type(also: Also, kind: str) -> Also:
    slots = replace(also.slots, type=kind)
    if also.reply_kind == "ask" and slots.start and "problem" not in slots.extra and slots.days != 0:
        return Also(also.intent, slots, "answer" if "unknown_year" in slots.extra else "card")
    return replace(also, slots=slots, choices=())


def _judge(part: str, scene: _Scene) -> Guess:
    """一段话的意图:先规则,后模型。"""
    context = scene.context(part)
    tokens = scan(part, context)
    if asks_others_pay(mask_text(part, tokens, people=False)):
        return Guess("payslip.explain" if _WHY.search(part) else "payslip.view", 1.0, ruled=True)
    masked = mask_text(part, tokens)
    guess = _weigh(masked, part)
    if guess.intent in _CHANGES and not_asking(guess.intent, masked, part):
        return Guess("none", guess.confidence, guess.runners, ruled=True)
    if guess.ruled:
        return guess
    dated = any(token.kind in ("date", "half") for token in tokens)
    if dated and ((scene.corrected and not _BUSINESS.search(part)) or _away_for_reason(part)):
        return Guess("leave.request", max(guess.confidence, _SURE), guess.runners)
    if guess.confidence < (_SURE if guess.intent in _CHANGES else _LIKELY):
        return Guess("none", guess.confidence, guess.runners)
    return guess


def _weigh(masked: str, part: str) -> Guess:
    """规则与模型一起定:一致便是;两种改动之间听规则的;模型没把握而规则不提改动,也听规则的。"""
    ruled = rules.by_rule(masked, part)
    guess = intents.guess(masked, ruled)
    if deal_amount(part):
        return Guess("performance.view", 1.0, guess.runners, ruled=True)
    both = ruled in _CHANGES and guess.intent in _CHANGES
    weak = (
        ruled is not None
        and ruled not in _CHANGES
        and guess.confidence < (_FIRM if guess.intent in _CHANGES else _LIKELY)
    )
    asked = ruled == "leave.balance" and guess.intent == "leave.request" and not _WHEN.search(masked)
    if ruled and (guess.intent == ruled or both or weak or asked):
        return Guess(ruled, guess.confidence, guess.runners, ruled=True)
    return guess


def _away_for_reason(part: str) -> bool:
    """没说请假,但说了合得上一种假的理由,又说了人要离开:当作想请假。"""
    return _AWAY.search(part) is not None and not is_past(part) and leave_type(part).code not in (None, "personal")


def _read(wish: Wish, scene: _Scene) -> list[Also]:
    """一个愿望的要素与回法;请假可能一句里有几段。"""
    intent = wish.guess.intent
    if intent == "leave.request":
        return _requests(wish.text, scene)
    context = scene.context(wish.text)
    tokens = scan(wish.text, context)
    extra = _extra(intent, wish.text, tokens)
    kind = LeaveType(None)
    if intent.startswith("leave."):
        kind = leave_type(wish.text)
    span = _span_for(intent, wish.text, tokens, (kind, scene))
    slots = Slots(kind.code, span.start, span.end, span.days, extra) if span else Slots(kind.code, extra=extra)
    if intent == "leave.balance" and len(kind.choices) > 1:
        return [Also(intent, Slots(code, extra=extra), "answer") for code in kind.choices]
    if intent == "leave.cancel":
        known = slots.start is not None or re.search(r"刚才|刚刚|刚提|最近一|上一[个条]", wish.text)
        question = None if known else "请问您想取消哪一天的假?"
        return [Also(intent, slots, "card" if known else "ask", question)]
    if intent == "training.enroll":
        question = None if "course" in extra else "请问您想报名哪一门课?"
        return [Also(intent, slots, "ask" if question else "card", question)]
    if intent.startswith("payslip.") and asks_others_pay(mask_text(wish.text, tokens, people=False)):
        return [Also(intent, slots, "refuse")]
    return [Also(intent, slots, KINDS[intent])]


def _span_for(intent: str, text: str, tokens: Sequence[Token], given: tuple[LeaveType, _Scene]) -> Span | None:
    kind, scene = given
    if intent not in _DATED or (intent == "leave.status" and _ASKED_ON.search(text)):
        return None
    timed = [token for token in tokens if token.kind in ("date", "half", "clock")]
    if not any(token.kind == "date" or (token.kind == "half" and intent == "leave.cancel") for token in timed):
        return None
    found = spans(timed, Reader(text, scene.context(text), scene.now, scene.shift, kind.code))
    if not found or found[0].problem:
        return None
    return found[0] if intent != "attendance.query" else Span(found[0].start, found[0].end)


def _requests(text: str, scene: _Scene) -> list[Also]:
    """请假:一段一个;几种假各有日子的分开;替别人请的不当成自己的。"""
    if for_another(text):
        return [_for_another(also) for also in _one_type(text, scene)[:1]]
    pieces = _pieces(text, scene)
    if pieces:
        return [also for piece in pieces for also in _one_type(piece, scene)]
    return _one_type(text, scene)


def _for_another(also: Also) -> Also:
    slots = replace(also.slots, extra={**also.slots.extra, "problem": "for_another"})
    return replace(also, slots=slots, reply_kind="ask", question=FOR_ANOTHER)


def _pieces(text: str, scene: _Scene) -> list[str]:
    """ "周一年假周二事假" 按假种切开;后一段没写日子的沿用前一段的日子。"""
    names = named_types(text)
    if len({code for code, _, _ in names}) < 2 or _EITHER.search(text):
        return []
    tokens = [token for token in scan(text, scene.context(text)) if token.kind != "month"]
    if len(tokens) < 2:
        return []
    total = _total(tokens)
    if total is not None:
        return _pieces(text[: total.at] + text[total.to :], scene)
    leading = tokens[0].at < names[0][1]
    cuts = [_cut(text, one, two, leading) for one, two in zip(names, names[1:], strict=False)]
    edges = [0, *cuts, len(text)]
    pieces = [text[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    date_text = ""
    result = []
    for piece in pieces:
        inside = scan(piece, scene.context(text))
        dates = [token for token in inside if token.kind == "date"]
        if not inside:
            return []
        if dates:
            date_text = piece[dates[0].at : dates[0].to]
            result.append(piece)
        else:
            result.append(date_text + piece)
    return result


def _total(tokens: Sequence[Token]) -> Token | None:
    """ "请三天假,两天年假一天事假":先说的三天是后面的和,不是又一段。"""
    counts = [token for token in tokens if token.kind == "count" and token.count and token.count.unit == "day"]
    amounts = [token.count.amount for token in counts if token.count]
    return counts[0] if len(counts) > 2 and amounts[0] == sum(amounts[1:]) else None


def _cut(text: str, one: tuple[str, int, int], two: tuple[str, int, int], leading: bool) -> int:
    """两种假之间从哪里切:有逗号切在逗号,没有就看时间写在假种前还是后。"""
    comma = text.find(",", one[2], two[1])
    if comma >= 0:
        return comma + 1
    return one[2] if leading else two[1]


def _one_type(text: str, scene: _Scene) -> list[Also]:
    kind = leave_type(text)
    context = scene.context(text)
    tokens = scan(text, context)
    found: Sequence[Span | None] = spans(tokens, Reader(text, context, scene.now, scene.shift, kind.code)) or [None]
    extra = {"reason": kind.reason} if kind.reason else {}
    if scene.corrected:
        extra["corrected"] = "yes"
    return [_request(kind, span, extra) for span in found]


def _request(kind: LeaveType, span: Span | None, extra: dict[str, str]) -> Also:
    whole = dict(extra)
    if span and span.half_assumed:
        whole["half_assumed"] = "yes"
    if span and span.problem:
        whole["problem"] = span.problem
    if span and span.unknown_year:
        whole["unknown_year"] = str(span.unknown_year)
    slots = Slots(kind.code, span.start, span.end, span.days, whole) if span else Slots(kind.code, extra=whole)
    choices = () if kind.code else kind.choices or COMMON_TYPES
    return Also("leave.request", slots, leave_kind(kind.code, span), leave_question(kind.code, span), choices)


def _extra(intent: str, text: str, tokens: Sequence[Token]) -> dict[str, str]:
    extra: dict[str, str] = {}
    month = next((token.month for token in tokens if token.kind == "month"), "")
    if month:
        extra["month"] = month
    person = person_in(text)
    if person and not intent.startswith("leave."):
        extra["person"] = person
    if intent == "training.enroll":
        course = _course(text)
        if course:
            extra["course"] = course
    return extra


def _course(text: str) -> str | None:
    """想报的课;只说 "报名" 的没有。"""
    for match in _COURSE.finditer(text):
        name = match["c"].strip()
        if name and not _NOT_COURSE.match(name):
            return name
    return None


def month_of(slots: Slots) -> Month | None:
    """要素里的月份。"""
    word = slots.extra.get("month")
    return Month.parse(word) if word else None
