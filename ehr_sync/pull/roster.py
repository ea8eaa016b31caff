"""花名册 roster:合同起止、转正、参加工作日期;证件号与银行卡只留末尾几位。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ehr_sync.dingtalk.endpoints import HRM_ROSTER
from ehr_sync.dingtalk.paging import batches
from ehr_sync.pull import read
from ehr_sync.pull.feed import Ask, Basket, Feed, Run, Source, Window, split_on_error
from ehr_sync.pull.people import staff
from ehr_sync.pull.read import Raw, Unreadable
from handlers.records import Page, RosterRecord

FIELDS: Mapping[str, str] = {
    "sys05-contractType": "contract_kind",
    "sys05-nowContractStartTime": "contract_start",
    "sys05-nowContractEndTime": "contract_end",
    "sys01-planRegularTime": "probation_end",
    "sys00-confirmJoinTime": "hired_on",
    "sys02-joinWorkingTime": "service_from",
    "sys02-certNo": "id_number_masked",
    "sys04-bankAccountNo": "bank_account_masked",
}
"""花名册的字段代码 → 我们的名字;钉钉的系统字段,各家相同。"""

KINDS = (("无固定", "open_ended"), ("任务", "task"), ("固定", "fixed"))
"""合同类型的写法里含什么字 → 种类;先后有意义(“无固定”里也有“固定”)。"""
NEEDED = tuple(FIELDS)


def read_roster(source: Source, ask: Ask) -> Iterator[Page]:
    """整份读(不计费,每批一百人);`ask.ids` 给了就只读这些人。"""
    basket = Basket("roster", ask)
    people = list(ask.ids) or staff(source)
    for chunk in batches(people, HRM_ROSTER.batch):

        def call(ids: list[str]) -> list[Any]:
            body = {"userIdList": ids, "fieldFilterList": list(NEEDED), "appAgentId": _agent(source)}
            return read.items(source.ding.call(HRM_ROSTER, body), "result")

        rows = split_on_error(
            chunk, call, lambda userid, error: basket.spoil({"userId": userid}, error.say, f"roster:{userid}")
        )
        for raw in rows:
            basket.add(raw, roster)
        yield basket.turn()
    if not ask.partial:
        yield basket.turn(cursor=ask.now.isoformat(), complete=True)


def roster(value: object) -> RosterRecord:
    """花名册的一条:字段按代码取;缺的为空,写法不对的整条算坏(合同日期错了要紧)。"""
    raw = read.record(value)
    values = {code: _value(field) for field in read.needed(raw, "fieldDataList") for code in [_code(field)] if code}
    named = {name: values[code] for code, name in FIELDS.items() if values.get(code)}
    fields: dict[str, Any] = {
        "userid": read.text(raw, "userId"),
        "contract_kind": _kind(named.get("contract_kind", "")),
        "contract_start": _day(named, "contract_start"),
        "contract_end": _day(named, "contract_end"),
        "probation_end": _day(named, "probation_end"),
        "hired_on": _day(named, "hired_on"),
        "service_from": _day(named, "service_from"),
        "id_number_masked": _masked(named.get("id_number_masked", "")),
        "bank_account_masked": _masked(named.get("bank_account_masked", "")),
    }
    start, end = fields["contract_start"], fields["contract_end"]
    if start and end and end < start:
        raise Unreadable("合同到期日早于起始日")
    return RosterRecord(version=read.stamped(None, fields), **fields)


def _code(field: object) -> str:
    return read.text_or(read.record(field), "fieldCode")


def _value(field: Raw) -> str:
    """取第一个值;选项取它的文字(label)。"""
    rows = read.items(field, "fieldValueList")
    if not rows:
        return ""
    first = read.record(rows[0])
    code = read.text_or(field, "fieldCode")
    wanted = ("label", "value") if FIELDS.get(code) == "contract_kind" else ("value", "label")
    return next((read.text(first, key) for key in wanted if read.has(first, key)), "")


def _kind(words: str) -> str | None:
    return next((kind for part, kind in KINDS if part in words), None)


def _day(named: Mapping[str, str], name: str) -> date | None:
    return read.day(named, name) if named.get(name) else None


def _masked(number: str) -> str:
    """只留末四位。"""
    return f"****{number[-4:]}" if len(number) > 4 else ""


def _agent(source: Source) -> int:
    agent = source.ding.app.agent_id
    return int(agent) if agent.isdecimal() else 0


ROSTER = Feed("roster", "花名册", Window.SNAPSHOT, HRM_ROSTER.batch, (Run("50 1 * * *"),), read_roster, ("people",))
