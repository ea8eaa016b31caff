"""签单 deals:客户管理(CRM)的自定义对象;字段对应是每家公司自己的配置。

撤单是同一编号的新版本。金额读成整数分:多于两位小数的算坏记录,不四舍五入。
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from ehr_sync.dingtalk.endpoints import CRM_QUERY
from ehr_sync.dingtalk.paging import Slice, pages
from ehr_sync.pull import read
from ehr_sync.pull.feed import Ask, Basket, CrmForm, Feed, Run, Source, Window
from ehr_sync.pull.read import Raw, Unreadable
from engine.money import Money
from handlers.records import DealRecord, Page, Record

WORDS = {
    "signed": "signed",
    "cancelled": "cancelled",
    "open": "open",
    "已签约": "signed",
    "已签": "signed",
    "已成交": "signed",
    "已撤单": "cancelled",
    "已取消": "cancelled",
    "已退单": "cancelled",
    "已作废": "cancelled",
    "跟进中": "open",
    "待签约": "open",
}
"""状态的写法 → 我们的;配置里的 `words` 优先。"""


def read_deals(source: Source, ask: Ask) -> Iterator[Page]:
    """整份读(每百条一次);没配签单对象就什么也不读。"""
    if source.deals is not None:
        yield from read_form(source, ask, "deals", source.deals, lambda raw, form: deal(raw, form))


def read_form(
    source: Source, ask: Ask, feed: str, form: CrmForm, parse: Callable[[Raw, CrmForm], Record]
) -> Iterator[Page]:
    """把一个自定义对象从头翻到尾;`ask.ids` 给了(事件)就只收这几条。"""
    basket = Basket(feed, ask)
    wanted = set(ask.ids)
    found: set[str] = set()

    def fetch(token: str) -> Slice:
        body = {"name": form.name, "currentOperatorUserId": source.operator, "maxResults": CRM_QUERY.page}
        if token:
            body["nextToken"] = token
        inner = read.inner(source.ding.call(CRM_QUERY, body), "result")
        more = read.flag(inner, "hasMore", False) and read.has(inner, "nextToken")
        return Slice(read.items(inner, "values"), str(inner["nextToken"]) if more else None)

    for page in pages(fetch, ""):
        for raw in page:
            instance_id = read.soft(raw, "instanceId") if isinstance(raw, dict) else ""
            if not wanted or instance_id in wanted:
                basket.add(raw, lambda value: parse(read.record(value), form))
                found.add(instance_id)
        yield basket.turn()
    for instance_id in [one for one in ask.ids if one not in found]:
        basket.spoil(
            {"instanceId": instance_id}, "客户管理里已找不到这条记录(可能被删除),请 HR 核对", f"{feed}:{instance_id}"
        )
    yield basket.turn(cursor="" if ask.partial else ask.now.isoformat(), complete=not ask.partial)


def deal(raw: Raw, form: CrmForm) -> DealRecord:
    """一笔签单。"""
    data = mapped(raw, form)
    status = _status(data, raw, form)
    amount = read.decimal(data, "amount")
    try:
        money = Money.of(amount)
    except ValueError:
        raise Unreadable("金额多于两位小数") from None
    modified = modified_at(raw)
    fields: dict[str, Any] = {
        "source_id": read.text(raw, "instanceId"),
        "owner_userid": owner(data, raw),
        "customer": read.text_or(data, "customer"),
        "amount": money,
        "signed_on": read.day(data, "signed_on") if read.has(data, "signed_on") else None,
        "status": status,
        "modified_at": modified,
    }
    if status == "signed" and fields["signed_on"] is None:
        raise Unreadable("已签的单没有签约日期")
    return DealRecord(version=read.stamped(modified, fields), **fields)


def _status(data: Raw, raw: Raw, form: CrmForm) -> str:
    """状态:先看这张单自己的审批走完没有,再看状态字段。"""
    if read.text_or(raw, "procInstStatus").upper() in ("RUNNING", "NEW"):
        return "open"
    if read.text_or(raw, "procOutResult").lower() == "refuse":
        return "open"
    words = read.text(data, "status")
    known = form.words.get(words) or WORDS.get(words)
    if known is None:
        raise Unreadable(f"不认得的签单状态“{words}”,请在字段对应里写明")
    return known


def mapped(raw: Raw, form: CrmForm) -> Raw:
    """按租户的字段对应,把 {fieldId: 值} 变成 {逻辑名: 值};选择、联系人控件取出里面的值。"""
    data = raw.get("data")
    if not isinstance(data, dict):
        raise Unreadable("缺少“data”")
    return {name: _plain(data.get(field_id)) for name, field_id in form.fields.items()}


def _plain(value: object) -> object:
    """CRM 的值有时是 JSON 文字、有时是对象或一串:取最里面的那个。"""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if isinstance(value, list):
        return _plain(value[0]) if value else None
    if isinstance(value, dict):
        return next((value[k] for k in ("userId", "userid", "emplId", "value", "label", "key") if k in value), None)
    return value


def owner(data: Raw, raw: Raw) -> str:
    """归谁:字段里写的人;没有就看权限里的第一个负责人。"""
    if read.has(data, "owner"):
        return read.text(data, "owner")
    permission = raw.get("permission")
    owners = read.items(permission, "ownerUserIds") if isinstance(permission, dict) else []
    if not owners or not isinstance(owners[0], str):
        raise Unreadable("没有负责人")
    return owners[0]


def modified_at(raw: Raw) -> datetime:
    """最后修改的时刻;没有就看创建;都没有的记录不完整。"""
    return read.instant(raw, "gmtModified" if read.has(raw, "gmtModified") else "gmtCreate")


DEALS = Feed("deals", "签单", Window.SNAPSHOT, CRM_QUERY.page, (Run("15 3 * * *"),), read_deals, ("people",))
