"""假期 leave:假期类型与额度(百分之一天、百分之一小时);请假状态供每晚对账。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ehr_sync.dingtalk.endpoints import LEAVE_QUOTAS, LEAVE_STATUS, LEAVE_TYPES
from ehr_sync.dingtalk.errors import DingTalkError
from ehr_sync.dingtalk.paging import Slice, batches, pages
from ehr_sync.pull import read
from ehr_sync.pull.feed import Ask, Basket, Feed, Run, Source, Window, split_on_error
from ehr_sync.pull.people import on_job
from ehr_sync.pull.read import Raw, Unreadable
from handlers.records import LeaveTypeRecord, Page, QuotaRecord

UNITS = {"day": "day", "halfDay": "halfDay", "hour": "hour", "halfHour": "hour", "limitHour": "hour"}


def read_quotas(source: Source, ask: Ask) -> Iterator[Page]:
    """整份读:类型一次,额度按类型、五十人一批。没有额度的类型钉钉回空,照常。"""
    basket = Basket("quotas", ask)
    body = {"op_userid": source.operator, "vacation_source": "all"}
    types = read.items(source.ding.call(LEAVE_TYPES, body), "result")
    for raw in types:
        basket.add(raw, leave_type)
    yield basket.turn()
    people = list(ask.ids) or on_job(source)
    for raw in types:
        if not isinstance(raw, dict) or not isinstance(raw.get("leave_code"), str):
            continue
        for chunk in batches(people, LEAVE_QUOTAS.batch):
            _quotas(source, basket, raw, chunk)
            if len(basket):
                yield basket.turn()
    yield basket.turn(cursor="" if ask.partial else ask.now.isoformat(), complete=not ask.partial)


def _quotas(source: Source, basket: Basket, leave: Raw, userids: list[str]) -> None:
    def call(ids: list[str]) -> list[Any]:
        def fetch(offset: str) -> Slice:
            body = {
                "leave_code": leave["leave_code"],
                "op_userid": source.operator,
                "userids": ",".join(ids),
                "offset": int(offset),
                "size": LEAVE_QUOTAS.page,
            }
            inner = read.inner(source.ding.call(LEAVE_QUOTAS, body), "result")
            items = read.items(inner, "leave_quotas")
            more = read.flag(inner, "has_more", False) and bool(items)
            return Slice(items, str(int(offset) + LEAVE_QUOTAS.page) if more else None)

        return [raw for page in pages(fetch, "0") for raw in page]

    def spoil(userid: str, error: DingTalkError) -> None:
        basket.spoil({"userid": userid, "leave_code": leave["leave_code"]}, error.say, f"quota:{userid}")

    for raw in split_on_error(userids, call, spoil):
        basket.add(raw, quota)


def leave_type(value: object) -> LeaveTypeRecord:
    """假期类型的一条。"""
    raw = read.record(value)
    unit = read.text(raw, "leave_view_unit")
    if unit not in UNITS:
        raise Unreadable(f"不认得的请假单位“{unit}”")
    fields = (read.text(raw, "leave_code"), read.text(raw, "leave_name"), UNITS[unit])
    return LeaveTypeRecord(*fields, version=read.stamped(None, fields))


def quota(value: object) -> QuotaRecord:
    """一份额度;按天与按小时各有自己的字段。一个周期里可以有几份(分批发的调休),周期后面加上份号才不重。"""
    raw = read.record(value)
    unit = "day" if read.has(raw, "quota_num_per_day") else "hour"
    fields: dict[str, Any] = {
        "userid": read.text(raw, "userid"),
        "leave_code": read.text(raw, "leave_code"),
        "cycle": "/".join(filter(None, (read.text_or(raw, "quota_cycle"), read.text_or(raw, "quota_id")))),
        "start": read.day_ms(raw, "start_time"),
        "end": read.day_ms(raw, "end_time"),
        "quota": read.integer(raw, f"quota_num_per_{unit}"),
        "used": read.integer(raw, f"used_num_per_{unit}") if read.has(raw, f"used_num_per_{unit}") else 0,
        "unit": unit,
    }
    return QuotaRecord(version=read.stamped(None, fields), **fields)


@dataclass(frozen=True, slots=True)
class LeaveSpan:
    """钉钉认为某人某段在请假:`amount` 为天或小时(看 unit)。"""

    userid: str
    leave_code: str
    start: datetime
    end: datetime
    amount: Decimal
    unit: str  # day | hour


def leave_status(source: Source, userids: list[str], first: datetime, last: datetime) -> list[LeaveSpan]:
    """请假状态(计费:每百人、每二十条一次);读不懂的一条跳过,对账只看读得懂的。"""
    found: list[LeaveSpan] = []
    for chunk in batches(userids, LEAVE_STATUS.batch):

        def fetch(offset: str, ids: list[str] = chunk) -> Slice:
            body = {
                "userid_list": ",".join(ids),
                "start_time": int(first.timestamp()) * 1000,
                "end_time": int(last.timestamp()) * 1000,
                "offset": int(offset),
                "size": LEAVE_STATUS.page,
            }
            inner = read.inner(source.ding.call(LEAVE_STATUS, body), "result")
            items = read.items(inner, "leave_status")
            more = read.flag(inner, "has_more", False) and bool(items)
            return Slice(items, str(int(offset) + LEAVE_STATUS.page) if more else None)

        for page in pages(fetch, "0"):
            for raw in page:
                try:
                    found.append(_span(read.record(raw)))
                except Unreadable:
                    continue
    return found


def _span(raw: Raw) -> LeaveSpan:
    unit = {"percent_day": "day", "percent_hour": "hour"}.get(read.text(raw, "duration_unit"), "")
    if not unit:
        raise Unreadable("不认得的时长单位")
    return LeaveSpan(
        read.text(raw, "userid"),
        read.text_or(raw, "leave_code"),
        read.instant_ms(raw, "start_time"),
        read.instant_ms(raw, "end_time"),
        Decimal(read.integer(raw, "duration_percent")) / 100,
        unit,
    )


QUOTAS = Feed(
    "quotas", "假期额度", Window.SNAPSHOT, LEAVE_QUOTAS.page, (Run("25 2 * * mon"),), read_quotas, ("people",)
)
