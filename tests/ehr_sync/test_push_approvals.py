"""请假写回与撤回:单位、分段、太早的、改短的。"""

from __future__ import annotations

from typing import Any

import httpx

from ehr_sync.push.approvals import WriteBack, parts_of
from ehr_sync.push.deliver import Dead, Delivered
from tests.ehr_sync.fakes import deliver, new, ok


def leave(start: str, end: str, unit: str = "day", **more: Any) -> dict[str, Any]:
    return {
        "userid": "u1",
        "approve_id": "ehr-12",
        "type_label": "产假",
        "leave_code": "L9",
        "unit": unit,
        "from": start,
        "to": end,
        "jump_url": "/m/leave/12",
    } | more


def test_half_day_is_written_back():
    result, fake = deliver(
        lambda _: new(success=True), "leave.writeback", leave("2026-11-24 PM", "2026-11-24 PM", "halfDay")
    )
    assert result == Delivered()
    assert fake.requests[0].url.params["userId"] == "u1"
    body = fake.bodies[0]
    assert body["topCalculateApproveDurationParam"] == {
        "bizType": 3,
        "fromTime": "2026-11-24 PM",
        "toTime": "2026-11-24 PM",
        "durationUnit": "halfDay",
        "calculateModel": 1,
        "leaveCode": "L9",
    }
    assert (body["approveId"], body["tagName"], body["subType"]) == ("ehr-12", "请假", "产假")


def test_a_long_leave_goes_in_parts_of_at_most_31_days():
    _, fake = deliver(lambda _: new(success=True), "leave.writeback", leave("2026-12-01", "2027-03-08", natural=True))
    spans = [
        (
            b["approveId"],
            b["topCalculateApproveDurationParam"]["fromTime"],
            b["topCalculateApproveDurationParam"]["toTime"],
        )
        for b in fake.bodies
    ]
    assert spans == [
        ("ehr-12-1", "2026-12-01", "2026-12-31"),
        ("ehr-12-2", "2027-01-01", "2027-01-31"),
        ("ehr-12-3", "2027-02-01", "2027-03-03"),
        ("ehr-12-4", "2027-03-04", "2027-03-08"),
    ]
    assert {b["topCalculateApproveDurationParam"]["calculateModel"] for b in fake.bodies} == {0}


def write(start: str, end: str, unit: str) -> WriteBack:
    return WriteBack("u1", "ehr-12", "病假", "", unit, start, end, "")


def test_parts_keep_the_halves_at_both_ends_and_leave_no_gap():
    parts = parts_of(write("2026-12-01 PM", "2027-01-10 AM", "halfDay"))
    assert [(p.approve_id, p.start, p.end) for p in parts] == [
        ("ehr-12-1", "2026-12-01 PM", "2026-12-31 PM"),
        ("ehr-12-2", "2027-01-01 AM", "2027-01-10 AM"),
    ]
    assert [p.approve_id for p in parts_of(write("2026-12-01", "2026-12-31", "day"))] == ["ehr-12"]
    assert len(parts_of(write("2026-12-01", "2027-01-01", "day"))) == 2


def test_too_far_back_is_left_to_hr():
    result, fake = deliver(lambda _: new(), "leave.writeback", leave("2026-10-22", "2026-10-22"))
    assert isinstance(result, Dead)
    assert "HR" in result.reason
    assert fake.requests == []
    result, _ = deliver(lambda _: new(success=True), "leave.writeback", leave("2026-10-23", "2026-10-23"))
    assert result == Delivered()


def test_unwrite_takes_back_every_part():
    result, fake = deliver(lambda _: ok(), "leave.unwrite", leave("2026-12-01", "2027-01-10"))
    assert result == Delivered()
    assert fake.bodies == [{"userid": "u1", "approve_id": "ehr-12-1"}, {"userid": "u1", "approve_id": "ehr-12-2"}]
    assert {r.url.path for r in fake.requests} == {"/topapi/attendance/approve/cancel"}


def test_unwrite_of_what_is_gone_is_done_and_a_refusal_is_left_to_hr():
    gone = httpx.Response(200, json={"errcode": 400002, "errmsg": "审批单不存在"})
    assert deliver(lambda _: gone, "leave.unwrite", leave("2026-12-01", "2026-12-01"))[0] == Delivered()
    refused = httpx.Response(200, json={"errcode": 22, "errmsg": "Invalid method"})
    result, _ = deliver(lambda _: refused, "leave.unwrite", leave("2026-12-01", "2026-12-01"))
    assert isinstance(result, Dead)
    assert "HR" in result.reason


def test_shortened_leave_drops_the_parts_that_are_left_over():
    _, fake = deliver(
        lambda request: ok() if "cancel" in request.url.path else new(success=True),
        "leave.writeback",
        leave("2026-12-01", "2026-12-10", was_to="2027-01-10"),
    )
    paths = [
        (r.url.path.rsplit("/", 1)[-1], b.get("approve_id") or b.get("approveId"))
        for r, b in zip(fake.requests, fake.bodies, strict=True)
    ]
    assert paths == [("cancel", "ehr-12-1"), ("cancel", "ehr-12-2"), ("finish", "ehr-12")]
