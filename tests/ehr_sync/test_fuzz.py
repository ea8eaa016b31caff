"""乱七八糟的记录:每个读法要么读出来,要么说出原因(Unreadable),不会有别的下场。"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ehr_sync.events import RULES, Known, follow
from ehr_sync.pull import approvals, attendance, deals, leave, people, punches, roster, satisfaction
from ehr_sync.pull.approval_form import fill
from ehr_sync.pull.feed import Ask, Basket
from ehr_sync.pull.read import Unreadable, raw_text
from tests.ehr_sync.test_pull_approvals import crm, holiday, instance, overtime
from tests.ehr_sync.test_pull_attendance import NIGHT, punch
from tests.ehr_sync.test_pull_people import USERS, field
from tests.ehr_sync.world import DEALS, NOW, RATINGS, SINCE, ms

ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.sampled_from(
        [0, 1, -1, ms("2026-11-20 09:00"), "2026-02-30", "NaN", "Infinity", "1e999", "[", "{}", "[]", "", " ", "男"]
    )
    | st.decimals(allow_nan=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)

QUOTA = {
    "userid": "u",
    "leave_code": "L",
    "quota_cycle": "2026",
    "start_time": ms("2026-01-01 00:00"),
    "end_time": ms("2026-12-31 00:00"),
}
GROUP = {
    "groupId": 1,
    "groupName": "x",
    "type": "FIXED",
    "userIds": ["u"],
    "defaultClassId": 4,
    "workDayList": ["4"] * 7,
}
RATING = {
    "instanceId": "I",
    "data": {"R-owner": "u1", "R-score": 95, "R-date": "2026-10-12"},
    "gmtModified": ms("2026-10-12 10:00"),
}
ROSTER = {
    "userId": "u",
    "fieldDataList": [field("sys05-nowContractEndTime", "2027-01-10"), field("sys05-contractType", "固定")],
}
GONE = {
    "userId": "u",
    "name": "x",
    "lastWorkDay": ms("2026-10-23 00:00"),
    "mainDeptId": 2,
    "deptList": [{"dept_id": 2}],
}

PARSERS: list[tuple[str, Callable[[Any], Any], Any]] = [
    ("department", people.department, {"dept_id": 2, "name": "x", "parent_id": 1}),
    ("person", people.person, USERS["u1"]),
    ("dismissal", lambda raw: people.dismissal(raw, set()), GONE),
    ("roster", roster.roster, ROSTER),
    ("shift", attendance.shift, NIGHT),
    ("group", lambda raw: attendance.group(raw, {}), GROUP),
    ("punch", punches.punch, punch(1, "2026-11-20 09:00")),
    ("leave_type", leave.leave_type, {"leave_code": "L", "leave_name": "年假", "leave_view_unit": "day"}),
    ("quota", leave.quota, QUOTA | {"quota_num_per_day": 100, "used_num_per_day": 0}),
    ("approval", lambda raw: approvals.approval(approvals.Detail("p", raw)), instance("2026-11-20T01:00Z")),
    ("deal", lambda raw: deals.deal(raw, DEALS), crm(1)),
    ("rating", lambda raw: satisfaction.rating(raw, RATINGS), RATING),
    ("leave form", fill, holiday("2026-10-12", "2026-10-13", 2, "day", "婚假", "x")),
    ("overtime form", fill, overtime("2026-10-12 18:30", "2026-10-12 21:00")),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """一条记录里的每一处。"""
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, one in inner:
        found += places(one, (*path, key))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


def reason_of(parse: Callable[[Any], Any], raw: Any) -> str | None:
    """读不懂的原因;读得懂为 None。别的异常照样抛出。"""
    try:
        parse(raw)
    except Unreadable as problem:
        return str(problem)
    return None


@pytest.mark.parametrize(("name", "parse", "good"), PARSERS, ids=[row[0] for row in PARSERS])
def test_one_place_spoiled(name: str, parse: Callable[[Any], Any], good: Any):
    assert parse(good) is not None
    spots = places(good)

    @settings(max_examples=150, deadline=None, database=None)
    @given(st.sampled_from(spots), ODD)
    def spoil(spot: tuple[Any, ...], odd: Any) -> None:
        hurt = changed(good, spot, odd)
        if name in ("approval", "deal", "rating") and not isinstance(hurt, dict):
            return  # 外层已查过是对象
        if name.endswith("form") and not isinstance(hurt, list):
            return
        assert reason_of(parse, hurt) != ""

    spoil()


@settings(max_examples=300, deadline=None, database=None)
@given(ODD)
def test_any_raw_value_can_be_kept(value: Any):
    assert json.loads(raw_text(value), parse_float=Decimal) is not Ellipsis
    basket = Basket("punches", Ask(NOW, SINCE, "s"))
    basket.add(value, punches.punch)
    page = basket.turn()
    assert len(page.records) + len(page.bad) == 1


@settings(max_examples=300, deadline=None, database=None)
@given(st.sampled_from([*RULES, "other"]), ODD)
def test_any_event_is_survived(kind: str, data: Any):
    assert isinstance(follow({"eventType": kind}, data, Known(frozenset({"P"}), "D", "R")), list)
    wrapped = {
        "userId": data,
        "workDate": data,
        "processInstanceId": data,
        "dataId": data,
        "objectType": data,
        "dataList": data,
    }
    assert isinstance(follow({"eventType": kind}, wrapped), list)
