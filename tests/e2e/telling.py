"""讲故事的话 telling:替人说话并等它办完、读卡片上的字、收尾时查金额、把一切再送一遍后逐行比对。"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import inspect

from models.work import Work
from tests.harness.house import House, shown
from tests.harness.sandbox import Json, until

MONEY = re.compile(r"[¥¥]\s*\d|\d\s*元|\d{1,3}(?:,\d{3})+|\d\.\d\d(?![\d%])")
"""像金额的字:带 ¥ 的、带元的、带千分位的、恰好两位小数的(百分比除外)。"""

TARGET = re.compile(r"目标:\S+ → [\d.,]+")
"""绩效目标前后(销售额之类)不是工资。"""

COUNTERS: Mapping[str, frozenset[str]] = {
    "inboxrow": frozenset({"deliveries"}),
    "meter": frozenset({"used"}),
    "cursor": frozenset({"cursor", "window", "rows", "tried_at", "success_at"}),
}
COUNTED: Mapping[str, Callable[[tuple[Any, ...]], bool]] = {
    "fact": lambda row: row[0].startswith("slot:"),
    "donekey": lambda row: row[0].startswith("pull:"),
    "auditline": lambda row: "intake.take_page" in row,
}
"""也是送达计数的行:时刻表走到哪一槽、哪一页什么时候收过。"""
SKIPPED = frozenset({"replica", "alembic_version"})
"""再送一遍、再拉一遍时许可变的列:送过几次、用量、游标读到几点;心跳那张表不看。"""


# ------- 说与听


def ask(house: House, userid: str, text: str, **more: Any) -> list[Json]:
    """说一句,等它办完,返回机器人新说的各条,先来的在前(改动过的旧卡不算)。"""
    conversation = str(more.get("conversation", ""))
    before = house.sandbox.seq(userid)
    said = house.sandbox.say(userid, text, **more)
    wait_done(house, str(said["msgId"]))
    return [one for one in heard(house, userid, conversation, before) if one["seq"] > before]


def ask_one(house: House, userid: str, text: str, **more: Any) -> Json:
    """说一句,答的正好一条。"""
    answers = ask(house, userid, text, **more)
    assert len(answers) == 1, shown(answers)
    return answers[0]


def ask_card(house: House, userid: str, text: str) -> Json:
    """说一句,答的正好是一张卡片。"""
    card: Json | None = ask_one(house, userid, text)["card"]
    assert card is not None
    return card


def heard(house: House, userid: str, conversation: str, after: int) -> list[Json]:
    """这个会话里机器人在 after 之后说的,连同改动过的卡片。"""
    found = house.sandbox.messages(userid, conversation, after)
    return [one for one in found if one["from"].get("bot")]


def wait_done(house: House, message_id: str, timeout: float = 30) -> None:
    """等这一封收件办完。"""

    def done() -> bool:
        found = house.rows("SELECT state FROM inboxrow WHERE message_id = :m", m=message_id)
        return bool(found) and found[0][0] != "new"

    until(done, timeout, lambda: f"收件 {message_id} 没有办完")


def words(message: Json) -> str:
    """一条消息里人读得到的全部字。"""
    card = message.get("card") or {}
    rows = [f"{row['k']}:{row['v']}" for row in card.get("fields") or message.get("fields") or []]
    head = [message.get("title"), message.get("text"), card.get("title"), card.get("state"), card.get("body")]
    buttons = [one["text"] for one in (message.get("buttons") or []) + (card.get("buttons") or [])]
    return "\n".join(str(part) for part in [*head, *rows, card.get("note"), card.get("link_text"), *buttons] if part)


def facts(card: Json) -> dict[str, str]:
    """卡片的各项:名字 → 值。"""
    return {str(row["k"]): str(row["v"]) for row in card["fields"]}


def buttons(card: Json) -> list[str]:
    """卡片上此刻能按的按钮。"""
    return [str(one["text"]) for one in card["buttons"]]


def press(house: House, userid: str, card: Json, button: str, **params: str) -> Json:
    """按一下,等它办完;返回这个人此刻看到的这张卡。"""
    pressed = house.sandbox.press(userid, str(card["id"]), button, **params)
    wait_done(house, str(pressed["messageId"]))
    return look(house, userid, card)


@contextmanager
def slow_cards(house: House) -> Iterator[None]:
    """这一会儿钉钉的接口慢两秒:卡片还是旧的样子,人就又按了。"""
    house.sandbox.faults(slow_ms=2000)
    try:
        yield
    finally:
        house.sandbox.faults(clear=True)


def look(house: House, userid: str, card: Json) -> Json:
    """这个人此刻看到的这张卡。"""
    found = [one["card"] for one in house.sandbox.messages(userid) if one["card"] and one["card"]["id"] == card["id"]]
    assert len(found) == 1, f"{userid} 看到这张卡 {len(found)} 次"
    card_now: Json = found[0]
    return card_now


def wait_state(house: House, userid: str, card: Json, state: str) -> Json:
    """等这张卡变成 state。"""
    found = house.sandbox.wait_card(userid, lambda one: one["id"] == card["id"] and one["state"] == state, timeout=60)
    return dict(found)


def approval_card(house: House, userid: str, title: str, after: int) -> Json:
    """等审批人收到的那张卡。"""
    found = house.sandbox.wait_card(userid, lambda one: title in one["title"], after=after, timeout=20)
    return dict(found)


def submitted(house: House, userid: str, text: str, approver: str) -> tuple[Json, Json]:
    """说一句请假的话、按提交;返回 (本人的卡, 审批人的卡)。"""
    before = house.sandbox.seq(approver)
    card = press(house, userid, ask_card(house, userid, text), "提交")
    assert card["state"] == "审批中", shown(card)
    return card, approval_card(house, approver, "申请", before)


def approved(house: House, userid: str, text: str, approver: str) -> Json:
    """请假并得到同意;返回本人的卡。"""
    card, theirs = submitted(house, userid, text, approver)
    assert press(house, approver, theirs, "同意")["state"] == "已同意"
    return wait_state(house, userid, card, "已同意")


def balance(house: House, userid: str, kind: str) -> str:
    """余额里还可用多少(小程序的接口)。"""
    rows = house.page(userid).get(f"/api/v1/leave/balances?type={kind}")
    return str(rows[0]["available"]) if rows else ""


def slip_line(house: House, userid: str, month: str, code: str) -> str:
    """工资条上一行的金额;没有这一行为空。"""
    slip = house.page(userid).get(f"/api/v1/payslips/{month}")
    return next((str(line["amount"]) for line in slip["lines"] if line["code"] == code), "")


def written(house: House, userid: str, day: str) -> list[Json]:
    """钉钉考勤里这个人这一天的请假。"""
    span = {"fromDateTime": _ms(f"{day}T00:00:00"), "toDateTime": _ms(f"{day}T23:59:59")}
    body = {"userIds": userid, "bizTypes": [3], **span}
    rows: list[Json] = house.sandbox.new("POST", "/v1.0/attendance/approvals/query", body)[1]["result"]
    return rows


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


# ------- 收尾:金额


def all_messages(house: House, after: int = 0) -> list[tuple[str, Json]]:
    """所有人的所有会话里机器人说的话(含工作通知);群里的每个群看一次。"""
    found: list[tuple[str, Json]] = []
    groups: set[str] = set()
    for userid in [str(one["userid"]) for one in house.sandbox.call("GET", "/people") if one["active"]]:
        places = {"", "notices", *house.sandbox.groups(userid).values()} - groups
        groups |= places - {"", "notices"}
        for place in sorted(places):
            rows = house.sandbox.messages(userid, place, after)
            found += [(userid, one) for one in rows if one["from"].get("bot")]
    return found


def assert_no_amounts(house: House, after: int = 0) -> int:
    """没有一条消息或卡片带着金额;返回看了几条。"""
    seen = all_messages(house, after)
    leaks = [(userid, words(one)) for userid, one in seen if MONEY.search(TARGET.sub("", words(one)))]
    assert not leaks, shown(leaks)
    return len(seen)


# ------- 收尾:再来一遍

Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot(house: House) -> Snapshot:
    """全部的表,逐行;送过几次、用量之类的列不看。"""

    def read(work: Work) -> Snapshot:
        found: Snapshot = {}
        tables = inspect(work.session.connection())
        for table in sorted(set(tables.get_table_names()) - SKIPPED):
            columns = [c["name"] for c in tables.get_columns(table) if c["name"] not in COUNTERS.get(table, ())]
            names = ", ".join(f'"{name}"' for name in columns)
            rows = work.rows(f'SELECT {names} FROM "{table}"')
            found[table] = sorted((tuple(map(str, row)) for row in rows), key=repr)
        return found

    taken: Snapshot = house.look(read)
    for table, counter in COUNTED.items():
        taken[table] = [row for row in taken[table] if not counter(row)]
    return taken


def differences(before: Snapshot, after: Snapshot) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
    """哪张表多了、少了哪几行。"""
    found = {}
    for table in sorted(before.keys() | after.keys()):
        old, new = set(before.get(table, [])), set(after.get(table, []))
        if old != new or len(before.get(table, [])) != len(after.get(table, [])):
            found[table] = {"没了": sorted(old - new)[:5], "多了": sorted(new - old)[:5]}
    return found


def assert_twice(house: House, seed: int, again: Callable[[], object] = lambda: None) -> None:
    """送过的一切乱序再送一遍(再加上 again),各表逐行不变。"""
    house.settle()
    before = snapshot(house)
    house.sandbox.redeliver(seed=seed)
    again()
    house.settle()
    changed = differences(before, snapshot(house))
    assert not changed, shown(changed)
