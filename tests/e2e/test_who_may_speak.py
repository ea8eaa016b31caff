"""谁能说话 who may speak:离职的人当天起什么也办不了;他的待审批转给继任的人。"""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Make
from tests.e2e.telling import assert_no_amounts, submitted
from tests.harness.sandbox import ControlError, until


def test_someone_who_left_can_do_nothing_any_more(own: Make) -> None:
    house = own()
    submitted(house, "zhangwei", "12月9日请一天年假", "wangfang")
    page = house.page("wangfang")
    assert page.get("/api/v1/leave/waiting")
    house.sandbox.ding("user", userid="wangfang", action="leave")
    until(
        lambda: house.rows("SELECT status FROM person WHERE userid = 'wangfang'") != [("active",)],
        20,
        lambda: "离职没有同步过来",
    )
    status, answer = page.try_get("/api/v1/leave/waiting")
    assert status in (401, 403), answer
    with pytest.raises(ControlError, match="NO_SUCH_PERSON"):
        house.sandbox.call("POST", "/authcode", {"userid": "wangfang"})
    house.sandbox.set_clock("2026-11-24T00:30:00+08:00")
    until(
        lambda: house.rows("SELECT approver_userid FROM leaverequest WHERE start = '2026-12-09'") != [("wangfang",)],
        30,
        lambda: "没有转给别人审批",
    )
    assert_no_amounts(house)
