"""再签一单 deals:“如果这个月再签 5 万”这样的问法,与其中的金额;说法明确,不必问模型。"""

from __future__ import annotations

import re

_DEAL = re.compile(
    r"(?:如果|假如|假设|要是|若是|再|多).{0,10}(?:签|成交|卖出?|出)(?:下|了|成|个|一?单|一?笔)*[^,\d一二两三四五六七八九十百]{0,6}"
    r"(?P<amount>(?:\d[\d,.]{0,12}|[一二两三四五六七八九十百]{1,8})\s?(?:万|千|w|k)?)\s?(?:元|块)?"
)
_BIG = re.compile(r"万|千|w|k|\d{4}")
_NO_DEAL = re.compile(r"签证|签字|签到|签收|续签|卖房|卖车|请假|辞职")


def deal_amount(text: str) -> str:
    """问的是再签多少(原话里的写法,如 "5万");不是这种问法为空。"""
    folded = text.lower().replace(" ", "")
    found = _DEAL.search(folded)
    if found is None or _NO_DEAL.search(folded) or not _BIG.search(found.group("amount")):
        return ""
    return found.group("amount")
