"""消息接口 messages:单聊批量、群、工作通知、文件下载,以及会话 webhook。"""

from __future__ import annotations

import json
import secrets
from typing import Any

from sandbox.chat import Conversation
from sandbox.house import AGENT_ID, House
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.outgoing import Content, from_notice, from_sample, from_webhook
from sandbox.refusal import BadField, NewRefusal, OldRefusal
from sandbox.validate import Args, may, must

BOT: dict[str, Any] = {"bot": True, "name": "人事助手"}
SENDER: dict[str, Any] = {"bot": True, "name": "工作通知"}


def _robot(house: House, a: Args) -> None:
    if a["robotCode"] != house.robot_code:
        raise NewRefusal(400, "invalidParameter.robotCode.notExsit", "机器人不存在,请检查 robotCode")


def _sample(a: Args) -> Content:
    try:
        return from_sample(a["msgKey"], a["msgParam"])
    except BadField as error:
        part = "msgKey" if error.name == "msgKey" else "msgParam"
        raise NewRefusal(400, f"invalidParameter.{part}.invalid", str(error)) from error


def _send_single(house: House, a: Args) -> Json:
    _robot(house, a)
    if len(a["userIds"]) > 20:
        raise NewRefusal(400, "invalidParameter.userIds.overMax", "用户 userId 列表超过最大限制 20")
    content = _sample(a)
    invalid: list[str] = []
    for userid in dict.fromkeys(a["userIds"]):
        if house.world.person(userid) is None:
            invalid.append(userid)
        else:
            house.chat.add(house.chat.solo(userid), BOT, content)
    return {
        "processQueryKey": secrets.token_hex(16),
        "invalidStaffIdList": invalid,
        "flowControlledStaffIdList": [],
        "filteredStaffIdList": [],
    }


def group_of(house: House, cid: str) -> Conversation | None:
    """按 openConversationId 找群。"""
    found = house.chat.conversations.get(cid)
    return found if found is not None and found.type == "2" else None


def _send_group(house: House, a: Args) -> Json:
    _robot(house, a)
    group = group_of(house, a["openConversationId"])
    if group is None:
        raise NewRefusal(400, "invalidParameter.openConversationId", "群不存在,或机器人不在群里")
    house.chat.add(group, BOT, _sample(a))
    return {"processQueryKey": secrets.token_hex(16)}


def _download(house: House, a: Args) -> Json:
    _robot(house, a)
    if a["downloadCode"] not in house.media:
        raise NewRefusal(400, "invalidParameter.downloadCode", "下载码无效或已过期")
    return {"downloadUrl": f"{house.base}/_sandbox/media/{a['downloadCode']}"}


# ------- 工作通知


def _notice(house: House, a: Args) -> Json:
    if a["agent_id"] != AGENT_ID:
        raise OldRefusal(400002, "不合法的agent_id")
    if len(json.dumps(a["msg"], ensure_ascii=False).encode()) > 2048:
        raise OldRefusal(400002, "消息体超过 2048 字节")
    content = from_notice(a["msg"])
    day = house.clock.now().date().isoformat()
    task = _task(house, day)
    seen = {key for doc in house.notices.values() if doc["day"] == day for key in doc["keys"]}
    for userid in _receivers(house, a):
        key = f"{userid}|{json.dumps(a['msg'], ensure_ascii=False, sort_keys=True)}"
        count = sum(doc["count"].get(userid, 0) for doc in house.notices.values() if doc["day"] == day)
        if house.world.person(userid) is None:
            task["invalid"].append(userid)
        elif key in seen or count >= 500:
            task["forbidden"].append(userid)  # 同样的内容一天只发一次:接口照样说 ok
        else:
            _deliver_notice(house, task, userid, content)
            task["keys"].append(key)
            seen.add(key)
    house.notices[task["task_id"]] = task
    house.store.put("notice", task["task_id"], task)
    return {"task_id": int(task["task_id"])}


def _task(house: House, day: str) -> dict[str, Any]:
    number = str(260_000_000_000 + len(house.notices) + 1)
    return {
        "task_id": number,
        "day": day,
        "sent": [],
        "invalid": [],
        "forbidden": [],
        "keys": [],
        "count": {},
        "ids": [],
    }


def _receivers(house: House, a: Args) -> list[str]:
    if a.get("to_all_user"):
        return [person.userid for person in house.world.active()]
    users = list(a.get("userid_list", []))
    for dept in a.get("dept_id_list", []):
        users += [person.userid for person in house.world.members(int(dept))]
    if not users:
        raise BadField("userid_list", "missing")
    return list(dict.fromkeys(users))


def _deliver_notice(house: House, task: dict[str, Any], userid: str, content: Content) -> None:
    doc = house.chat.add(house.chat.solo(userid, notices=True), SENDER, content)
    task["sent"].append(userid)
    task["ids"].append(doc["id"])
    task["count"][userid] = task["count"].get(userid, 0) + 1


def _notice_result(house: House, a: Args) -> Json:
    task = _find_task(house, a)
    empty: list[str] = []
    return {
        "send_result": {
            "invalid_user_id_list": task["invalid"],
            "forbidden_user_id_list": task["forbidden"],
            "failed_user_id_list": empty,
            "read_user_id_list": empty,
            "unread_user_id_list": task["sent"],
            "invalid_dept_id_list": empty,
        }
    }


def _notice_progress(house: House, a: Args) -> Json:
    _find_task(house, a)
    return {"progress": {"progress_in_percent": 100, "status": 2}}


def _notice_recall(house: House, a: Args) -> Json:
    """撤回:消息还占着位置,内容没有了。"""
    task = _find_task(house, {**a, "task_id": a["msg_task_id"]})
    for message_id in task["ids"]:
        house.chat.recall(message_id)
    return {}


def _find_task(house: House, a: Args) -> dict[str, Any]:
    task = house.notices.get(str(a["task_id"]))
    if a["agent_id"] != AGENT_ID or task is None:
        raise OldRefusal(400002, "不合法的task_id")
    return task


# ------- 会话 webhook(不经门房:没有令牌,不计调用,计推送)


def by_session(house: House, session: str, body: dict[str, Any]) -> Json:
    """会话 webhook:到期或不认得答 300001;超额的推送丢掉并说明。"""
    doc = house.sessions.get(session)
    if doc is None or house.clock.ms() > doc["expires"]:
        raise OldRefusal(300001, "session 不存在")
    content = from_webhook(body)
    conversation = house.chat.find(doc["conversation"], doc["userid"])
    assert conversation is not None
    if not house.meters.spend_push():
        raise OldRefusal(90020, "企业当月推送量已达上限")
    if content.kind != "empty":
        house.chat.add(conversation, BOT, content, reply_to=doc["msg_id"])
    return {"errcode": 0, "errmsg": "ok"}


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1.0/robot/oToMessages/batchSend",
        _send_single,
        (must("robotCode"), must("userIds", "strs"), must("msgKey"), must("msgParam")),
    ),
    Endpoint(
        "POST",
        "/v1.0/robot/groupMessages/send",
        _send_group,
        (
            must("robotCode"),
            must("openConversationId"),
            must("msgKey"),
            must("msgParam", most=15_000),
            may("coolAppCode"),
            may("token"),
        ),
    ),
    Endpoint("POST", "/v1.0/robot/messageFiles/download", _download, (must("downloadCode"), must("robotCode"))),
    Endpoint(
        "POST",
        "/topapi/message/corpconversation/asyncsend_v2",
        _notice,
        (
            must("agent_id", "int"),
            may("userid_list", "csv", most=100),
            may("dept_id_list", "csv", most=20),
            may("to_all_user", "bool"),
            must("msg", "dict"),
        ),
    ),
    Endpoint(
        "POST",
        "/topapi/message/corpconversation/getsendresult",
        _notice_result,
        (must("agent_id", "int"), must("task_id", "int")),
    ),
    Endpoint(
        "POST",
        "/topapi/message/corpconversation/recall",
        _notice_recall,
        (must("agent_id", "int"), must("msg_task_id", "int")),
    ),
    Endpoint(
        "POST",
        "/topapi/message/corpconversation/getsendprogress",
        _notice_progress,
        (must("agent_id", "int"), must("task_id", "int")),
    ),
)
