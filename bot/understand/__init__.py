"""听懂 understand:把中文聊天句子变成意图与要素;纯规则与小模型,不联网,结果确定。"""

from __future__ import annotations

from bot.understand.model import INTENTS
from bot.understand.points import Shift
from bot.understand.sentence import Also, Slots, Understanding, month_of, understand

__all__ = ["INTENTS", "Also", "Shift", "Slots", "Understanding", "month_of", "understand"]
