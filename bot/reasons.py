"""事由 reasons:请假那句话里明说的理由——“因为……”“事由:……”;没有明说的不猜,留空由审批人去问。"""

from __future__ import annotations

import re

MOST = 200
_MARK = r"(?:因为|由于|(?:请假)?(?:原因|理由|事由)\s*(?:是|为|[:：])+)"
_LEADING = re.compile(rf"^\s*{_MARK}\s*(?P<why>[^,，。;；!！\n]+)[,，。;；]")
"""先说理由后说请假:到第一个停顿为止。"""
_TRAILING = re.compile(rf"{_MARK}\s*(?P<why>[^。;；!！\n]+)")
"""先说请假后说理由:到这句话完为止。"""
_TAIL = re.compile(r"[,，\s]*(?:所以|想|要|需要)?\s*$")


def reason_in(text: str) -> str:
    """说到的理由;没有为空。"""
    found = _LEADING.search(text) or _TRAILING.search(text)
    return _TAIL.sub("", found["why"]).strip()[:MOST] if found else ""
