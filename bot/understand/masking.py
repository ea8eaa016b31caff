"""遮盖 masking:把日子、长度、假种、人名换成记号,让模型只看说法。

D 日子 · H 半天 · C 钟点 · N 长度 · M 月份 · T 假种 · P 别人。
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.understand.daywords import Context
from bot.understand.leave_types import named_types
from bot.understand.normalize import normalize
from bot.understand.people import person_in
from bot.understand.timephrase import Token, rewrite, scan
from engine.days import Calendar, shanghai_date

_LETTERS = {"date": "D", "half": "H", "clock": "C", "count": "N", "month": "M"}
_PAST = re.compile(
    r"补(?!休|班|贴|助|偿|充|牙|卡|发|习|考|货|签|妆)|昨|前天|上(?:上)?(?:个|一)?(?:周|月|星期|礼拜)|忘(?:了|记)(?:请|提|申|报)|没来得及|事后|来不及请"
)
_MENDING = re.compile(r"补(?!休|班|贴|助|偿|充|牙|卡)|忘|没来得及|事后|来不及请")
_COMING = re.compile(r"今天|明天|后天|下(?:个|一)?(?:周|月|星期|礼拜)|从现在|想|打算|准备|要请")
_LETTER_RUN = re.compile(r"([DHCNM])(?:的?\1)+")


def is_past(text: str) -> bool:
    """是不是补办、说过去的事:不写年月的日子往回找。"""
    if not _PAST.search(text):
        return False
    return bool(_MENDING.search(text)) or not _COMING.search(text)


def mask_text(text: str, tokens: Sequence[Token], people: bool = True) -> str:
    """遮好的句子;`people` 为假时人名不遮。"""
    pieces = [(token.at, token.to, _LETTERS[token.kind]) for token in tokens]
    for _, at, to in named_types(text):
        if not any(a < to and at < b for a, b, _ in pieces):
            pieces.append((at, to, "T"))
    result, cut = [], 0
    for at, to, letter in sorted(pieces):
        result.append(text[cut:at] + letter)
        cut = to
    masked = "".join(result) + text[cut:]
    name = person_in(masked) if people else None
    if name:
        masked = masked.replace(name, "P")
    return _LETTER_RUN.sub(r"\1", masked)


def mask(text: str, at: datetime, calendar: Calendar) -> str:
    """从原话到遮好的句子(训练时用)。"""
    plain = rewrite(normalize(text))
    context = Context(shanghai_date(at), is_past(plain), calendar)
    return mask_text(plain, scan(plain, context))
