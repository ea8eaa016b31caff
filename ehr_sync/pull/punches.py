"""打卡 punches:每晚按五十人一批、一次一天读打卡详情;每周把最近七天再读一遍,捡补卡与更正。

listRecord 一次可给七天,但没有翻页,也没有写明一次最多多少条:一次只要一天。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ehr_sync.dingtalk.endpoints import ATTEND_RECORDS
from ehr_sync.dingtalk.paging import batches
from ehr_sync.pull import read
from ehr_sync.pull.feed import Ask, Basket, Feed, Run, Source, Window, split_on_error
from ehr_sync.pull.people import staff
from ehr_sync.pull.read import Unreadable
from engine.days import shanghai
from handlers.records import Page, PunchRecord

CHECKS = {"OnDuty": "on", "OffDuty": "off"}
KEPT_DAYS = 180
"""钉钉只给最近 180 天。"""


def read_punches(source: Source, ask: Ask) -> Iterator[Page]:
    """一天一窗:过完的天移动游标;今天的只先收着(早上六点以后才读)。

    `ask.ids` 给了就只读这几个人今天的(当面问“今天打卡了吗”)。
    """
    if ask.ids:
        yield from _day(source, ask, ask.first or ask.today, list(ask.ids), last=False)
        return
    people = staff(source)
    for on in ask.days(ask.today):
        if (ask.today - on).days > KEPT_DAYS or (on == ask.today and shanghai(ask.now).hour < 6):
            continue
        yield from _day(source, ask, on, people, last=on < ask.today)
    if not ask.partial:
        yield Basket("punches", ask).turn(complete=True)


def _day(source: Source, ask: Ask, on: date, people: list[str], *, last: bool) -> Iterator[Page]:
    basket = Basket("punches", ask, on.isoformat())
    chunks = list(batches(people, ATTEND_RECORDS.batch))
    for index, chunk in enumerate(chunks):

        def call(ids: list[str]) -> list[Any]:
            body = {
                "userIds": ids,
                "checkDateFrom": f"{on} 00:00:00",
                "checkDateTo": f"{on} 23:59:59",
                "isI18n": False,
            }
            return read.items(source.ding.call(ATTEND_RECORDS, body), "recordresult")

        rows = split_on_error(
            chunk, call, lambda userid, error: basket.spoil({"userId": userid}, error.say, f"punches_of:{userid}")
        )
        for raw in rows:
            basket.add(raw, punch)
        done = last and index == len(chunks) - 1
        yield basket.turn(
            cursor=on.isoformat() if done and not ask.partial else "",
            userids=tuple(chunk),
        )


def punch(value: object) -> PunchRecord:
    """一次打卡。"""
    raw = read.record(value)
    check = read.text(raw, "checkType")
    if check not in CHECKS:
        raise Unreadable(f"不认得的打卡类型“{check}”")
    at = read.instant_ms(raw, "userCheckTime")
    modified = read.instant_ms(raw, "gmtModified") if read.has(raw, "gmtModified") else None
    fields: dict[str, Any] = {
        "source_id": read.text(raw, "id"),
        "userid": read.text(raw, "userId"),
        "at": at,
        "check_type": CHECKS[check],
        "work_date": read.day_ms(raw, "workDate") if read.has(raw, "workDate") else shanghai(at).date(),
        "source_type": read.text(raw, "sourceType"),
        "valid": read.flag(raw, "isLegal", True),
        "approve_id": read.text_or(raw, "approveId") or read.text_or(raw, "procInstId") or None,
    }
    return PunchRecord(version=read.stamped(modified, fields), **fields)


PUNCHES = Feed(
    "punches",
    "打卡",
    Window.DAYS,
    ATTEND_RECORDS.batch,
    (Run("10 2 * * *", back=1), Run("10 3 * * mon", back=7)),
    read_punches,
    ("people",),
)
