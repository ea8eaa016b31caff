"""状态 state:停下再起,一切会变的东西还在;时钟停住;端口被占、写错参数各有一句话。"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.harness.sandbox import ROOT, Sandbox, until

CODE = {"leave_code": "", "op_userid": "gaoyuan", "userids": "liming", "offset": 0, "size": 50}


def snapshot(sandbox: Sandbox) -> dict[str, Any]:
    code = sandbox.info["process_codes"]["leave"]
    body = {
        "processCode": code,
        "startTime": 1_793_000_000_000,
        "nextToken": 0,
        "maxResults": 20,
        "userIds": ["liming"],
    }
    form = sandbox.info["crm"]["deal"]
    dsl = {"queryGroupList": [{"logicType": "AND", "queryObjectList": []}]}
    dsl["queryGroupList"][0]["queryObjectList"].append({"fieldId": form["fields"]["customer"], "value": "常青公司"})  # type: ignore[attr-defined]
    asked = {"name": form["name"], "maxResults": 100, "queryDsl": json.dumps(dsl, ensure_ascii=False)}
    roster = {"userIdList": ["liuyang"], "appAgentId": sandbox.info["agent_id"]}
    span = {"userIds": "liming", "fromDateTime": 1_795_000_000_000, "toDateTime": 1_800_000_000_000}
    return {
        "messages": sandbox.messages("liming"),
        "approvals": sandbox.new("POST", "/v1.0/workflow/processes/instanceIds/query", body)[1]["result"]["list"],
        "deals": sandbox.new("POST", "/v1.0/crm/customObjects/datas/query", asked)[1]["result"]["values"],
        "roster": sandbox.new("POST", "/v1.0/hrm/rosters/lists/query", roster)[1]["result"],
        "written": sandbox.new("POST", "/v1.0/attendance/approvals/query", span)[1]["result"],
        "joined": sandbox.old("/topapi/v2/user/get", {"userid": "xinren"})["result"]["name"],
        "left": sandbox.old("/topapi/v2/user/get", {"userid": "hanbing"})["errcode"],
        "frames": [f["id"] for f in sandbox.call("GET", "/frames")["frames"]],
    }


def live(sandbox: Sandbox) -> None:
    """过一阵日子:说话、发卡、请假、签单、续签、写回、入职、离职。"""
    sandbox.say("liming", "记住这句话")
    card = {
        "cardTemplateId": "ehr-card-1.schema",
        "outTrackId": "kept",
        "cardData": {"cardParamMap": {"title": "留着"}},
    }
    space = {"openSpaceId": "dtv1.card//IM_ROBOT.liming", "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"}}
    sandbox.new("POST", "/v1.0/card/instances/createAndDeliver", {**card, **space})
    sandbox.ding("leave", userid="liming", type="事假", **{"from": "2026-12-01", "to": "2026-12-01"})
    deal = sandbox.ding("deal", owner="liming", customer="常青公司", amount="88000.50", signed_on="2026-11-23")
    sandbox.ding("deal", id=deal["id"], status="cancelled")
    sandbox.ding("roster", userid="liuyang", contract_end="2029-01-10")
    param = {"bizType": 3, "fromTime": "2026-12-02", "toTime": "2026-12-02", "durationUnit": "day", "calculateModel": 1}
    body = {"approveId": "kept-1", "tagName": "请假", "subType": "事假", "topCalculateApproveDurationParam": param}
    assert sandbox.new("POST", "/v1.0/attendance/approvals/finish?userId=liming", body)[0] == 200
    sandbox.ding("user", action="join", userid="xinren", name="新仁", dept_id=101)
    sandbox.ding("user", action="leave", userid="hanbing")


def kept(state: Path) -> int:
    """已经落盘的帧数。"""
    base = sqlite3.connect(state / "sandbox.sqlite3")
    try:
        return int(base.execute("SELECT count(*) FROM doc WHERE kind = 'frame'").fetchone()[0])
    finally:
        base.close()


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGKILL])
def test_after_a_restart_everything_is_as_it_was(tmp_path: Path, sig: signal.Signals) -> None:
    sandbox = Sandbox(tmp_path / "state", quota=True).start()
    try:
        live(sandbox)
        before, used = snapshot(sandbox), sandbox.meters()["calls"]["used"]
        assert used > 3
        time_before = datetime.fromisoformat(sandbox.set_clock("2026-11-24T09:00:00+08:00"))
        before["frames"] = [f["id"] for f in sandbox.call("GET", "/frames")["frames"]]
        until(lambda: kept(tmp_path / "state") == len(before["frames"]), 5, lambda: "没有落盘")
        sandbox.stop(sig)
        sandbox.start()
        after = snapshot(sandbox)
        assert set(before["frames"]) <= set(after.pop("frames"))
        before.pop("frames")
        assert after == before
        assert sandbox.meters()["calls"]["used"] >= used
        time_after = datetime.fromisoformat(sandbox.now())
        assert 0 <= (time_after - time_before).total_seconds() < 10  # 停着的时候钟也停着
    finally:
        sandbox.stop()


def test_it_stops_within_two_seconds_even_with_a_page_listening() -> None:
    sandbox = Sandbox().start()
    with socket.create_connection(("127.0.0.1", int(sandbox.base.rsplit(":", 1)[1]))) as page:
        page.sendall(b"GET /_sandbox/events?userid=liming HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"event: change" in _read_until(page, b"event: change")
        began = time.monotonic()
        assert sandbox.stop(signal.SIGINT) == 0
        assert time.monotonic() - began < 2


def _read_until(page: socket.socket, mark: bytes) -> bytes:
    page.settimeout(5)
    seen = b""
    while mark not in seen:
        part = page.recv(4096)
        assert part, seen
        seen += part
    return seen


def test_a_port_in_use_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = [sys.executable, "-m", "sandbox", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 3
    assert "端口" in done.stderr and "--port 0" in done.stderr and "Traceback" not in done.stderr


def test_a_state_folder_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("不是文件夹")
    words = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(tmp_path / "file")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert (done.returncode, "--state" in done.stderr, "Traceback" in done.stderr) == (3, True, False)


def test_a_bad_clock_is_told_in_one_sentence() -> None:
    words = [sys.executable, "-m", "sandbox", "--clock", "昨天"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert (done.returncode, "ISO" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_it_goes_when_its_parent_is_gone(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    words = [sys.executable, "-m", "sandbox", "--port", "0", "--json", "--parent-pid", str(parent.pid)]
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ})
    assert child.stdout is not None
    assert child.stdout.readline().startswith("{")
    parent.communicate(b"\n", timeout=5)
    assert child.wait(10) == 0
    child.stdout.close()


def test_fresh_forgets(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        sandbox.say("liming", "忘掉这句")
    words = [sys.executable, "-m", "sandbox", "--port", "0", "--json", "--state", str(tmp_path), "--fresh"]
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    again = Sandbox()
    again.process = child
    assert child.stdout is not None
    again.hello = json.loads(child.stdout.readline())
    try:
        assert again.messages("liming") == []
    finally:
        again.stop()
