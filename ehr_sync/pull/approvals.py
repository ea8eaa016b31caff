"""审批 approvals:钉钉自己的请假、加班(出差、补卡)单,读成同一种记录,记同一本台账。

钉钉只能按创建时刻列编号,所以游标是一份 JSON:读到的时刻,和还没办完的编号(下次再看)。
销假是另一张单:办成后,原来那张按“已撤销”再报一次。我们写回去的带 `ehr-` 编号,台账据此认出。
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ehr_sync.dingtalk.endpoints import APPROVAL_GET, APPROVAL_IDS
from ehr_sync.dingtalk.errors import DingTalkError
from ehr_sync.dingtalk.paging import Slice, batches, pages
from ehr_sync.pull import read
from ehr_sync.pull.approval_form import Filled, fill
from ehr_sync.pull.feed import Ask, Basket, Feed, Run, Source, Window
from ehr_sync.pull.read import Raw, Unreadable
from handlers.records import ApprovalRecord, Page

OURS = "ehr-"
STATES = {
    ("RUNNING", ""): "running",
    ("NEW", ""): "running",
    ("COMPLETED", "agree"): "approved",
    ("COMPLETED", "refuse"): "refused",
    ("TERMINATED", ""): "terminated",
    ("CANCELED", ""): "terminated",
}
OPEN = ("RUNNING", "NEW", "")
"""还要再看的:没办完的,和这次连状态都读不出的。"""
OVERLAP = timedelta(minutes=10)
"""往回重叠一点:对方的时钟与我们的可能差几分钟。"""
CHUNK = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """游标:`until` 读到的时刻(创建时刻早于它的都见过),`open` 还没办完的编号。"""

    until: datetime
    open: tuple[str, ...]

    @classmethod
    def read(cls, text: str, since: datetime) -> Mark:
        if not text:
            return cls(since, ())
        data = json.loads(text)
        return cls(datetime.fromisoformat(data["until"]), tuple(data["open"]))

    def write(self) -> str:
        return json.dumps({"until": self.until.isoformat(), "open": sorted(self.open)})


def read_approvals(source: Source, ask: Ask) -> Iterator[Page]:
    """新创建的加上次没办完的;`ask.ids` 给了就只读这些单(事件)。"""
    basket = Basket("approvals", ask)
    if ask.ids:
        _take(basket, _details(source, basket, list(ask.ids)))
        yield basket.turn()
        return
    start = read.midnight(ask.first) if ask.first else read.midnight(ask.since)
    mark = Mark(start, ()) if ask.first else Mark.read(ask.cursor, start)
    since = mark.until - OVERLAP - timedelta(days=ask.back)
    ids = [one for code in source.processes.values() for one in _ids(source, code, since, ask.now)]
    details = _details(source, basket, list(dict.fromkeys([*mark.open, *ids])))
    details.sort(key=lambda d: (read.soft(d.raw, "createTime"), d.instance_id))
    for chunk in batches(details, CHUNK):
        _take(basket, chunk)
        yield basket.turn()
    still_open = tuple(d.instance_id for d in details if read.soft(d.raw, "status") in OPEN)
    cursor = "" if ask.partial else Mark(ask.now.astimezone(UTC), still_open).write()
    yield basket.turn(cursor=cursor, complete=not ask.partial)


@dataclass(frozen=True, slots=True)
class Detail:
    """一张单的详情;`kind` 由 processCode 配置得来,事件里不知道就看表单。"""

    instance_id: str
    raw: Raw


def _ids(source: Source, code: str, since: datetime, until: datetime) -> Iterator[str]:
    """某种审批在一段时间里创建的编号;一次窗口最多 120 天,最早 365 天前。"""
    start = max(since, until - timedelta(days=365) + OVERLAP)
    while start < until:
        end = min(start + timedelta(days=APPROVAL_IDS.days - 1), until)
        window = (int(start.timestamp() * 1000), int(end.timestamp() * 1000))

        def fetch(token: str, window: tuple[int, int] = window) -> Slice:
            body = {
                "processCode": code,
                "startTime": window[0],
                "endTime": window[1],
                "nextToken": int(token),
                "maxResults": APPROVAL_IDS.page,
            }
            inner = read.inner(source.ding.call(APPROVAL_IDS, body), "result")
            following = str(inner["nextToken"]) if read.has(inner, "nextToken") else None
            return Slice(read.items(inner, "list"), following)

        for page in pages(fetch, "0"):
            yield from (str(one) for one in page)
        start = end


def _details(source: Source, basket: Basket, ids: list[str]) -> list[Detail]:
    """逐张取详情;一张取不到不拦别的。销假单办成了,连原来那张一起取。"""
    found: dict[str, Detail] = {}
    wanted = list(ids)
    for instance_id in wanted:
        if instance_id in found:
            continue
        try:
            result = source.ding.call(APPROVAL_GET, query={"processInstanceId": instance_id}).get("result")
        except DingTalkError as error:
            if error.retryable:
                raise
            basket.spoil({"processInstanceId": instance_id}, error.say, f"approval:{instance_id}")
            continue
        if not isinstance(result, dict):
            basket.spoil({"processInstanceId": instance_id}, "没有审批内容", f"approval:{instance_id}")
            continue
        detail = found[instance_id] = Detail(instance_id, result)
        main = _revoked(detail)
        if main and main not in found:
            wanted.append(main)
    return list(found.values())


def _revoked(detail: Detail) -> str:
    """这张单是办成了的销假,就交出被销的那张的编号。"""
    revokes = read.soft(detail.raw, "bizAction").upper() == "REVOKE"
    done = (detail.raw.get("status"), detail.raw.get("result")) == ("COMPLETED", "agree")
    return read.soft(detail.raw, "mainProcessInstanceId") if revokes and done else ""


def _take(basket: Basket, details: list[Detail]) -> None:
    """先报各张单本身,再报被销掉的。"""
    by_id = {detail.instance_id: detail for detail in details}
    for detail in details:
        if read.soft(detail.raw, "bizAction").upper() != "REVOKE":
            basket.add(detail.raw, partial(_kept, detail), detail.instance_id)
    for detail in details:
        main = by_id.get(_revoked(detail))
        if main is not None:
            basket.add(detail.raw, partial(_gone, main, detail), detail.instance_id)


def _kept(detail: Detail, _: object) -> ApprovalRecord:
    return approval(detail)


def _gone(main: Detail, by: Detail, _: object) -> ApprovalRecord:
    return revoked(main, by)


def approval(detail: Detail) -> ApprovalRecord:
    """一张单 → 记录。"""
    raw = read.record(detail.raw)
    status, result = read.text(raw, "status"), read.text_or(raw, "result")
    state = STATES.get((status, result if status == "COMPLETED" else ""))
    if state is None:
        raise Unreadable(f"不认得的审批状态“{status} {result}”")
    form: Filled = fill(read.items(raw, "formComponentValues"))
    finished = read.instant(raw, "finishTime") if read.has(raw, "finishTime") else None
    business = read.text_or(raw, "businessId")
    fields: dict[str, Any] = {
        "instance_id": detail.instance_id,
        "kind": form.kind,
        "userid": read.text(raw, "originatorUserId"),
        "type_name": form.type_name,
        "unit": form.unit,
        "start": form.start,
        "end": form.end,
        "state": state,
        "start_part": form.start_part,
        "end_part": form.end_part,
        "reason": form.reason,
        "settle": form.settle,
        "finished_at": finished,
        "approve_id": business if business.startswith(OURS) else None,
        "created_at": read.instant(raw, "createTime") if read.has(raw, "createTime") else None,
    }
    return ApprovalRecord(version=read.stamped(finished or fields["created_at"], fields), **fields)


def revoked(main: Detail, by: Detail) -> ApprovalRecord:
    """被销掉的单:状态改为已撤销,版本用销假办成的时刻。"""
    record = approval(main)
    at = read.instant(by.raw, "finishTime")
    gone = replace(record, state="terminated", finished_at=at, version="")
    return replace(gone, version=read.stamped(at, gone))


APPROVALS = Feed(
    "approvals",
    "请假与加班审批",
    Window.CREATED,
    APPROVAL_IDS.page,
    (Run("50 2 * * *"), Run("50 3 * * mon", back=7)),
    read_approvals,
    ("people", "quotas"),
)
