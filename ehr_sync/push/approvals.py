"""审批写回 approvals:我们批准的假写进钉钉考勤(通知审批通过),撤了就撤(通知审批撤销)。

一次最多 31 天:更长的分成几段,编号加 -1、-2;同一编号再写是更新,所以可以放心重来。
开始日早于 31 天前的钉钉不收:那几天留给 HR 在钉钉后台处理。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ehr_sync.dingtalk.client import DingTalk
from ehr_sync.dingtalk.endpoints import LEAVE_CANCEL, LEAVE_FINISH
from ehr_sync.dingtalk.errors import DingTalkError, Verdict

BIZ_LEAVE = 3
NATURAL, BY_SCHEDULE = 0, 1
"""时长算法:按自然日、按排班的工作日。"""
LONGEST = 31
ID_LIMIT, URL_LIMIT, LABEL_LIMIT = 100, 200, 64


@dataclass(frozen=True, slots=True)
class WriteBack:
    """要写回的一次假:`start`/`end` 写成钉钉的样子(看 unit);`natural` 为真按自然日算。"""

    userid: str
    approve_id: str
    type_label: str
    leave_code: str
    unit: str  # day | halfDay | hour
    start: str
    end: str
    jump_url: str
    natural: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """其中一段。"""

    approve_id: str
    start: str
    end: str


def parts_of(leave: WriteBack) -> list[Part]:
    """分段:每段最多 31 天;只有一段时编号不加尾巴。按小时的都在一段里。"""
    first, last = date.fromisoformat(leave.start[:10]), date.fromisoformat(leave.end[:10])
    spans = list(_spans(first, last))
    if leave.unit == "hour" or len(spans) == 1:
        return [Part(leave.approve_id, leave.start, leave.end)]
    whole = leave.unit == "day"
    parts: list[Part] = []
    for index, (begin, end) in enumerate(spans, 1):
        start_text = leave.start if begin == first else begin.isoformat() + ("" if whole else " AM")
        end_text = leave.end if end == last else end.isoformat() + ("" if whole else " PM")
        parts.append(Part(f"{leave.approve_id}-{index}", start_text, end_text))
    return parts


def _spans(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(first + timedelta(days=LONGEST - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def too_early(leave: WriteBack, today: date) -> bool:
    """开始日早于 31 天前:钉钉不收。"""
    return date.fromisoformat(leave.start[:10]) < today - timedelta(days=LONGEST)


def write(ding: DingTalk, leave: WriteBack) -> None:
    """写回(或更新)每一段。"""
    for part in parts_of(leave):
        param: dict[str, Any] = {
            "bizType": BIZ_LEAVE,
            "fromTime": part.start,
            "toTime": part.end,
            "durationUnit": leave.unit,
            "calculateModel": NATURAL if leave.natural else BY_SCHEDULE,
        }
        if leave.leave_code:
            param["leaveCode"] = leave.leave_code
        body: dict[str, Any] = {
            "topCalculateApproveDurationParam": param,
            "tagName": "请假",
            "subType": leave.type_label[:LABEL_LIMIT],
            "approveId": part.approve_id[:ID_LIMIT],
        }
        if leave.jump_url and len(leave.jump_url) <= URL_LIMIT:
            body["jumpUrl"] = leave.jump_url
        ding.call(LEAVE_FINISH, body, query={"userId": leave.userid})


def unwrite(ding: DingTalk, userid: str, approve_ids: list[str]) -> None:
    """撤回几段;钉钉说没有这一张(从没写成过,或已撤过)就当已经撤了。"""
    for approve_id in approve_ids:
        try:
            ding.call(LEAVE_CANCEL, {"userid": userid, "approve_id": approve_id})
        except DingTalkError as error:
            if not _already_gone(error):
                raise


def _already_gone(error: DingTalkError) -> bool:
    words = error.details.get("message", "")
    return error.verdict is Verdict.GIVE_UP and any(part in words for part in ("不存在", "已撤销", "not exist"))


def leftovers(before: WriteBack, after: WriteBack) -> list[str]:
    """改短之后多出来的段:要撤掉的编号。"""
    kept = {part.approve_id for part in parts_of(after)}
    return [part.approve_id for part in parts_of(before) if part.approve_id not in kept]
