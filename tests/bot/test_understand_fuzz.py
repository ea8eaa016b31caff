"""乱句 understand fuzz:随便什么字都有答复,起止要么都有要么都没有,止不早于起,缺东西就不给卡片。"""

from __future__ import annotations

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understand import INTENTS, Slots, understand
from config import policies

AT = datetime.fromisoformat("2026-11-23T09:30:00+08:00")
PIECES = (
    "明天", "下周三", "上午", "下午", "25号", "到", "从", "起", "请", "假", "年假", "事假", "半天", "三天", "两点", "四点", "2个小时", "不是", "是",
    "改成", "取消", "算了", ",", "和", "12月", "月底", "周", "一", "节前最后一天", "除夕", "2月30日", "工资", "为什么", "李明", "的", "报名", "?", " ",
    "补", "昨天", "下下周", "整周", "后", "前", "点", "半", "十", "二", "号", "发烧", "孩子", "结婚", "24:00", "2027年1月", "/", "-", "12.31",
)  # fmt: skip


def _place(word: str, last: bool) -> tuple[str, str]:
    day, _, rest = word.partition(" ")
    if rest in ("am", "pm"):
        return day, "11:59" if (rest == "am" and last) else {"am": "00:00", "pm": "12:00"}[rest]
    return day, rest or ("23:59" if last else "00:00")


def _check(slots: Slots, kind: str, intent: str) -> None:
    assert (slots.start is None) == (slots.end is None)
    if slots.start and slots.end:
        assert _place(slots.start, False) <= _place(slots.end, True)
    assert slots.days is None or (slots.days >= 0 and (slots.days * 2).denominator == 1)
    if intent == "leave.request" and kind == "card":
        assert slots.type
        assert slots.start


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_any_text_keeps_the_promises(text: str) -> None:
    found = understand(text, AT, policies.shipped().calendar)
    assert found.text == text
    assert found.intent in INTENTS
    _check(found.slots, found.reply_kind, found.intent)
    for also in found.more:
        assert also.intent in INTENTS
        _check(also.slots, also.reply_kind, also.intent)
