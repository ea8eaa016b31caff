"""免登换人、字段对应、时钟与代理:门口的几件小事。"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from ehr_sync.dingtalk.endpoints import ENDPOINTS, USER_GET
from ehr_sync.dingtalk.errors import DingTalkError
from ehr_sync.login import login_code
from ehr_sync.pull.crm_mapping import crm_forms
from engine.errors import BadInput, NotAllowed, Unavailable
from tests.ehr_sync.fakes import FakeDingTalk, client, deliver, ok


def test_login_code_names_the_person():
    fake = FakeDingTalk(lambda _: ok(result={"userid": "liming", "name": "李明"}))
    assert login_code(client(fake), "code-1") == "liming"
    assert fake.bodies == [{"code": "code-1"}]


@pytest.mark.parametrize("errcode", [40078, 40035, 400002])
def test_a_used_or_bad_code_is_refused(errcode: int):
    fake = FakeDingTalk(lambda _: httpx.Response(200, json={"errcode": errcode, "errmsg": "x"}))
    with pytest.raises(NotAllowed) as caught:
        login_code(client(fake), "old")
    assert caught.value.code == "LOGIN_CODE"
    assert len(fake.requests) == 1


def test_an_answer_without_a_person_logs_nobody_in():
    with pytest.raises(NotAllowed):
        login_code(client(FakeDingTalk(lambda _: ok(result={"userid": None}))), "c")


def test_dingtalk_down_is_not_a_bad_code():
    with pytest.raises(Unavailable) as caught:
        login_code(client(FakeDingTalk(lambda _: httpx.Response(502, text="<html>"))), "c")
    assert caught.value.code == "LOGIN_UNAVAILABLE"


def test_a_wrong_secret_is_not_blamed_on_the_persons_code():
    fake = FakeDingTalk(lambda _: httpx.Response(200, json={"errcode": 60011, "errmsg": "x"}))
    with pytest.raises(DingTalkError) as caught:
        login_code(client(fake), "c")
    assert caught.value.code == "DINGTALK_NO_PERMISSION"


DEAL = {"name": "PROC-1", "fields": {"amount": "F1", "signed_on": "F2", "status": "F3", "owner": "F4"}}
RATE = {"name": "PROC-2", "fields": {"score": "R1", "rated_on": "R2"}, "full_score": 5}


def test_mapping_is_read():
    forms = crm_forms({"deal": DEAL | {"words": {"成了": "signed"}}, "satisfaction": RATE})
    assert forms.deals is not None
    assert forms.ratings is not None
    assert (forms.deals.name, forms.deals.fields["amount"], forms.deals.words) == ("PROC-1", "F1", {"成了": "signed"})
    assert forms.ratings.full_score == 5
    assert crm_forms({}).deals is None


WRONG: list[tuple[Any, str]] = [
    ([], "两段"),
    ({"deals": DEAL}, "不认得的段 deals"),
    ({"deal": "PROC-1"}, "name 与 fields"),
    ({"deal": DEAL | {"name": ""}}, "deal.name"),
    ({"deal": DEAL | {"fields": {"amount": 5}}}, "逻辑名: fieldId"),
    ({"deal": DEAL | {"fields": {"amount": "F1"}}}, "缺 signed_on、status"),
    ({"deal": DEAL | {"fields": DEAL["fields"] | {"colour": "F9"}}}, "不认得 colour"),  # type: ignore[operator]
    ({"deal": DEAL | {"words": {"成了": "done"}}}, "signed、cancelled、open"),
    ({"satisfaction": RATE | {"full_score": 0}}, "full_score"),
    ({"satisfaction": RATE | {"full_score": True}}, "full_score"),
]


@pytest.mark.parametrize(("document", "words"), WRONG)
def test_wrong_mapping_says_where(document: Any, words: str):
    with pytest.raises(BadInput) as caught:
        crm_forms(document)
    assert words in caught.value.say
    assert "EHR_CRM_MAPPING" in caught.value.say


def test_the_other_sides_clock_is_noted():
    dated = httpx.Response(200, json={"errcode": 0}, headers={"date": "Mon, 23 Nov 2026 01:30:00 GMT"})
    ding = client(FakeDingTalk(lambda _: dated))
    ding.call(USER_GET, {})
    assert ding.server_date == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    odd = client(FakeDingTalk(lambda _: httpx.Response(200, json={"errcode": 0}, headers={"date": "soon"})))
    odd.call(USER_GET, {})
    assert odd.server_date is None


def test_an_update_of_a_card_that_was_never_sent():
    """知道是谁的卡就照现在的样子投一张(见 tests/issues);不知道给谁,进死信,HR 看得到。"""
    unknown = httpx.Response(400, json={"code": "param.outTrackIdNotExist", "message": "x"})
    update = {"out_track_id": "c", "params": {"state": "x"}}
    assert type(deliver(lambda _: unknown, "card.update", update)[0]).__name__ == "Dead"


def test_endpoints_are_named_once():
    names = [endpoint.name for endpoint in ENDPOINTS]
    assert len(set(names)) == len(names)
    assert len({(e.method, e.path) for e in ENDPOINTS}) == len(names)
