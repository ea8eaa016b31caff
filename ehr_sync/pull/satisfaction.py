"""客户满意度 satisfaction:客户管理里的回访对象;分数读成比率(95 分、满分 100 → 0.95)。"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ehr_sync.dingtalk.endpoints import CRM_QUERY
from ehr_sync.pull import read
from ehr_sync.pull.deals import mapped, modified_at, owner, read_form
from ehr_sync.pull.feed import Ask, CrmForm, Feed, Run, Source, Window
from ehr_sync.pull.read import Raw, Unreadable
from handlers.records import Page, RatingRecord


def read_ratings(source: Source, ask: Ask) -> Iterator[Page]:
    """整份读(每百条一次);没配回访对象就什么也不读。"""
    if source.ratings is not None:
        yield from read_form(source, ask, "ratings", source.ratings, rating)


def rating(raw: Raw, form: CrmForm) -> RatingRecord:
    """一次回访。"""
    data = mapped(raw, form)
    score = read.decimal(data, "score")
    if not 0 <= score <= form.full_score:
        raise Unreadable(f"分数不在 0 到 {form.full_score} 之间")
    fields: dict[str, Any] = {
        "source_id": read.text(raw, "instanceId"),
        "owner_userid": owner(data, raw),
        "score": score / Decimal(form.full_score),
        "rated_on": read.day(data, "rated_on"),
        "customer": read.text_or(data, "customer"),
    }
    return RatingRecord(version=read.stamped(modified_at(raw), fields), **fields)


RATINGS = Feed(
    "ratings", "客户满意度", Window.SNAPSHOT, CRM_QUERY.page, (Run("35 3 * * *"),), read_ratings, ("people",)
)
