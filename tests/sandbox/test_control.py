"""控制接口 control:时钟、人、免登、换人打开、代理、事件流、钉钉里的事。"""

from __future__ import annotations

import http.client
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness.sandbox import ControlError, Sandbox

PAGE = "<!doctype html><html><head><title>工资条</title></head><body>好</body></html>"


class MiniApp(http.server.BaseHTTPRequestHandler):
    """一个假小程序:网页、JSON、Cookie、转向;seen 记下它看到的请求头。"""

    seen: list[dict[str, str]] = []

    def do_GET(self) -> None:
        self.seen.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
        if self.path == "/m/jump":
            self.send_response(303)
            self.send_header("location", "/m/")
            self.send_header("content-length", "0")
            self.end_headers()
            return
        page = not self.path.startswith("/api/")
        body = (PAGE if page else json.dumps({"page": "<head>"})).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8" if page else "application/json")
        self.send_header("content-security-policy", "default-src 'self'")
        self.send_header("set-cookie", "a=1; HttpOnly; Path=/")
        self.send_header("set-cookie", "b=2; Path=/m")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def miniapp(running: Sandbox) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), MiniApp)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    running.call("PUT", "/miniapp", {"base": base})
    yield base
    server.shutdown()
    server.server_close()
    thread.join(5)


def fetch(
    sandbox: Sandbox, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> http.client.HTTPResponse:
    link = http.client.HTTPConnection("127.0.0.1", int(sandbox.base.rsplit(":", 1)[1]), timeout=10)
    link.request(method, path, body or None, headers)
    answer = link.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    link.close()
    return answer


def test_a_page_of_the_mini_app_gets_dd_and_nothing_else_changes(sandbox: Sandbox, miniapp: str) -> None:
    answer = fetch(sandbox, "/m/payslips?month=2026-10", Cookie="ehr=x; sandbox_user=liming")
    text = answer.body.decode()  # type: ignore[attr-defined]
    assert text == PAGE.replace("<head>", '<head><script src="/_sandbox/dd.js"></script>')
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    assert answer.headers.get_all("set-cookie") == ["a=1; HttpOnly; Path=/", "b=2; Path=/m"]
    assert MiniApp.seen[-1]["path"] == "/m/payslips?month=2026-10"
    assert "ehr=x" in MiniApp.seen[-1]["cookie"]
    assert MiniApp.seen[-1]["accept-encoding"] == "identity" and "content-type" not in MiniApp.seen[-1]
    assert MiniApp.seen[-1]["host"] == sandbox.base.removeprefix("http://")
    json_answer = fetch(sandbox, "/api/v1/me")
    assert json_answer.body == b'{"page": "<head>"}'  # type: ignore[attr-defined]


def test_redirects_and_posts_pass_through(sandbox: Sandbox, miniapp: str) -> None:
    answer = fetch(sandbox, "/m/jump")
    assert (answer.status, answer.headers["location"]) == (303, "/m/")
    answer = fetch(sandbox, "/api/v1/leave", "POST", b'{"a":1}')
    assert (answer.status, answer.body) == (201, b'{"a":1}')  # type: ignore[attr-defined]


def test_without_a_mini_app_a_page_says_so() -> None:
    with Sandbox() as sandbox:
        answer = fetch(sandbox, "/m/")
        assert answer.status == 502 and "小程序" in answer.body.decode()  # type: ignore[attr-defined]


def test_opening_as_someone_drops_every_cookie_and_enters_anew(sandbox: Sandbox) -> None:
    answer = fetch(sandbox, "/_sandbox/open?userid=liming&to=/m/payslips?month=2026-10", Cookie="ehr_session=old; x=1")
    assert (answer.status, answer.headers["location"]) == (303, "/m/enter?to=/m/payslips%3Fmonth%3D2026-10")
    cookies = answer.headers.get_all("set-cookie") or []
    for name in ("ehr_session", "x"):
        assert any(c.startswith(f"{name}=") and "Max-Age=0" in c for c in cookies)
    mine = next(c for c in cookies if c.startswith("sandbox_user="))
    assert mine.startswith("sandbox_user=liming;") and "HttpOnly" not in mine and "Path=/" in mine
    assert fetch(sandbox, "/_sandbox/open?userid=nobody").status == 404


def test_an_auth_code_names_the_person_once(sandbox: Sandbox) -> None:
    code = sandbox.call("POST", "/authcode", {"userid": "liming"})["code"]
    who = sandbox.old("/topapi/v2/user/getuserinfo", {"code": code})["result"]
    assert (who["userid"], who["name"]) == ("liming", "李明")
    assert sandbox.old("/topapi/v2/user/getuserinfo", {"code": code})["errcode"] == 40078


def test_dd_js_and_the_page_are_served_from_here(sandbox: Sandbox) -> None:
    script = fetch(sandbox, "/_sandbox/dd.js")
    assert script.status == 200 and b"requestAuthCode" in script.body  # type: ignore[attr-defined]
    page = fetch(sandbox, "/")
    assert page.status == 200 and "default-src 'self'" in page.headers["content-security-policy"]
    assert fetch(sandbox, "/no/such/page").status == 404


def test_the_clock_goes_forward_only_and_what_was_dated_happens() -> None:
    with Sandbox() as sandbox:
        body = {"processCode": sandbox.info["process_codes"]["leave"], "startTime": 1_795_396_200_000}
        asked = {**body, "nextToken": 0, "maxResults": 20}
        path = "/v1.0/workflow/processes/instanceIds/query"
        assert sandbox.new("POST", path, asked)[1]["result"]["list"] == []
        sandbox.set_clock("2026-11-25T09:00:00+08:00")
        new = sandbox.new("POST", path, asked)[1]["result"]["list"]
        events = sandbox.call("GET", "/frames?kind=event")["frames"]
        started = {e["data"]["processInstanceId"] for e in events if e["data"].get("type") == "start"}
        assert new and set(new) <= started
        with pytest.raises(ControlError) as failed:
            sandbox.set_clock("2026-11-24T09:00:00+08:00")
        assert (failed.value.status, failed.value.error) == (409, "CLOCK_BACKWARD")


def test_leavers_and_joiners_come_with_their_day() -> None:
    with Sandbox(clock="2026-11-12T09:00:00+08:00") as sandbox:

        def there() -> set[str]:
            return {p["userid"] for p in sandbox.call("GET", "/people") if p["active"]}

        before = there()
        sandbox.set_clock("2026-11-17T09:00:00+08:00")
        after = there()
        kinds = {e["extra"]["eventType"] for e in sandbox.call("GET", "/frames?kind=event")["frames"]}
        assert before - after and after - before
        assert {"user_add_org", "user_leave_org"} <= kinds
        gone = (before - after).pop()
        assert sandbox.old("/topapi/v2/user/get", {"userid": gone})["errcode"] == 60121


def test_summary_events_are_off_until_switched_on() -> None:
    with Sandbox() as sandbox:
        sandbox.set_clock("2026-11-24T01:00:00+08:00")
        sandbox.faults(summary_events=True)
        sandbox.set_clock("2026-11-25T01:00:00+08:00")
        events = sandbox.call("GET", "/frames?kind=event")["frames"]
        rows = [e["data"] for e in events if e["extra"]["eventType"] == "attend_user_daily_summary_refresh"]
        assert {row["workDate"] for row in rows} == {"2026-11-24"}
        assert "liming" in {row["userId"] for row in rows}


def test_a_paper_can_wait_be_refused_or_withdrawn_but_only_once(sandbox: Sandbox) -> None:
    words: dict[str, Any] = {
        "userid": "liming",
        "type": "病假",
        "from": "2026-12-15",
        "to": "2026-12-15",
        "approve": False,
    }
    for action, status in (("refuse", "COMPLETED"), ("terminate", "TERMINATED"), ("agree", "COMPLETED")):
        paper = sandbox.ding("leave", **words)["processInstanceId"]
        path = f"/v1.0/workflow/processInstances?processInstanceId={paper}"
        assert sandbox.new("GET", path)[1]["result"]["status"] == "RUNNING"
        sandbox.ding(f"approval/{paper}", action=action)
        got = sandbox.new("GET", path)[1]["result"]
        assert got["status"] == status and "finishTime" in got
        with pytest.raises(ControlError) as failed:
            sandbox.ding(f"approval/{paper}", action="agree")
        assert failed.value.error == "ALREADY_DECIDED"


def test_an_agreed_paper_can_be_revoked_by_another_once(sandbox: Sandbox) -> None:
    words = {"userid": "liming", "type": "病假", "from": "2026-12-16", "to": "2026-12-16"}
    paper = sandbox.ding("leave", **words)["processInstanceId"]
    again = sandbox.ding(f"approval/{paper}", action="revoke")["processInstanceId"]
    got = sandbox.new("GET", f"/v1.0/workflow/processInstances?processInstanceId={again}")[1]["result"]
    assert (got["bizAction"], got["mainProcessInstanceId"], got["result"]) == ("REVOKE", paper, "agree")
    with pytest.raises(ControlError) as failed:
        sandbox.ding(f"approval/{paper}", action="revoke")
    assert failed.value.error == "NOT_APPROVED"


def test_bad_words_to_the_control_api_are_answered_in_chinese(sandbox: Sandbox) -> None:
    for method, path, body in (
        ("POST", "/say", {"text": "没有人"}),
        ("POST", "/say", b"{"),
        ("POST", "/press", {"userid": "liming"}),
        ("POST", "/ding/leave", {"userid": "liming", "type": "不存在的假", "from": "2026-12-01", "to": "2026-12-01"}),
        ("POST", "/ding/leave", {"userid": "liming", "type": "年假", "from": "2026-12-02", "to": "2026-12-01"}),
        ("POST", "/ding/deal", {"owner": "liming"}),
        ("PUT", "/clock", {"now": "昨天"}),
        ("GET", "/messages", None),
        ("GET", "/conversations?userid=nobody", None),
    ):
        status, raw = sandbox.request(method, "/_sandbox/api" + path, body)
        answer = json.loads(raw)
        assert 400 <= status < 500 and answer["error"] and answer["say"], (path, raw)


def test_media_can_be_uploaded(sandbox: Sandbox) -> None:
    mark = "----part"
    lines = (
        f"--{mark}",
        'Content-Disposition: form-data; name="media"; filename="a.txt"',
        "Content-Type: text/plain",
        "",
        "hi",
    )
    body = "\r\n".join((*lines, f"--{mark}--", "")).encode()
    head = {"content-type": f"multipart/form-data; boundary={mark}"}
    path = f"/media/upload?access_token={sandbox.token()}&type=file"
    answer = json.loads(sandbox.request("POST", path, body, head)[1])
    assert answer["errcode"] == 0 and answer["media_id"].startswith("@")
    refused = json.loads(sandbox.request("POST", "/media/upload?access_token=x&type=file", body, head)[1])
    assert refused["errcode"] == 40014
