"""服务 serve:第一次启动就问不到钉钉时怎么说。"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from app import serve
from app.serve import Service
from ehr_sync.dingtalk.errors import DingTalkError, Verdict
from engine.errors import Unavailable

UNREACHED = DingTalkError("DINGTALK_UNREACHABLE", "暂时连不上钉钉,稍后会自动再试。")
REFUSED = DingTalkError("DINGTALK_FORBIDDEN", "应用没有这项权限,请在开发者后台开通。", verdict=Verdict.ASK)


@pytest.mark.parametrize(
    ("problem", "starts"), [(UNREACHED, "暂时连不上钉钉,没有启动。第一次启动要先"), (REFUSED, "应用没有这项权限")]
)
def test_a_first_start_without_dingtalk_does_not_promise_to_try_again(
    problem: DingTalkError, starts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unanswered(*_: Any) -> NoReturn:
        raise problem

    monkeypatch.setattr(serve, "first_day", unanswered)
    with pytest.raises(Unavailable) as told:
        Service._first_day(SimpleNamespace(wired=None))  # type: ignore[arg-type]
    assert told.value.say.startswith(starts)
    assert "自动再试" not in told.value.say
