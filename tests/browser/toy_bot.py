"""玩具机器人 toy bot:给聊天页的测试用。按真的长连接协议收消息、答复、发卡、回卡片点击,不含任何业务。"""

from __future__ import annotations

import json
import threading
from typing import Any
from urllib.parse import quote

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.harness.sandbox import Sandbox

BOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"

Json = dict[str, Any]


class ToyBot:
    """收到“卡”发一张卡;“链接”答带 /m/ 链接的 Markdown;“按钮”答按钮卡;别的话原样说回去。按“提交”卡变成已提交。"""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._address = ""
        self._cards = 0
        self.pressed: list[Json] = []
        self._socket: ClientConnection | None = None
        self._thread = threading.Thread(target=self._run, name="toy-bot", daemon=True)

    def start(self) -> None:
        """连上再返回。"""
        subscriptions = [{"type": "CALLBACK", "topic": topic} for topic in (BOT, CARD)]
        subscriptions.append({"type": "EVENT", "topic": "*"})
        asked = {"clientId": self._sandbox.info["client_id"], "clientSecret": self._sandbox.info["client_secret"]}
        body = {**asked, "subscriptions": subscriptions, "ua": "toy", "localIp": "127.0.0.1"}
        status, raw = self._sandbox.request("POST", "/v1.0/gateway/connections/open", body)
        assert status == 200, raw
        ticket = json.loads(raw)
        self._address = f"{ticket['endpoint']}?ticket={ticket['ticket']}"
        self._thread.start()
        self._sandbox.wait_connected()

    def stop(self) -> None:
        """断开,等线程退出。"""
        if self._socket is not None:
            self._socket.close()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        with connect(self._address, proxy=None) as self._socket:
            try:
                for text in self._socket:
                    self._take(json.loads(text))
            except ConnectionClosed:
                return

    def _take(self, frame: Json) -> None:
        topic, data = frame["headers"]["topic"], json.loads(frame["data"])
        if topic == BOT:
            self._ack(frame, {"response": None})
            self._answer(data)
        elif topic == CARD:
            self._ack(frame, {"response": self._on_press(data)})
        else:
            self._ack(frame, data)

    def _ack(self, frame: Json, data: Json) -> None:
        assert self._socket is not None
        head = {"contentType": "application/json", "messageId": frame["headers"]["messageId"]}
        self._socket.send(json.dumps({"code": 200, "headers": head, "message": "OK", "data": json.dumps(data)}))

    def _answer(self, message: Json) -> None:
        text = message.get("text", {}).get("content", message["msgtype"]).strip()
        if text == "卡":
            self._send_card(message["senderStaffId"])
        elif text == "链接":
            page = f"{self._sandbox.info['chat'].rstrip('/')}/m/payslips"
            words = f"您的工资条在[这里]({page})。\n\n- **第一**\n- 见[别处](https://example.com/x)"
            self._reply(message, {"msgtype": "markdown", "markdown": {"title": "工资条", "text": words}})
        elif text == "按钮":
            speak = "dtmd://dingtalkclient/sendMessage?content=" + quote("我要报名")
            buttons = [{"title": "报名", "actionURL": speak}, {"title": "看课程", "actionURL": "/m/training"}]
            card = {"title": "培训", "text": "### 培训\n还有 **3** 个名额", "btnOrientation": "1", "btns": buttons}
            self._reply(message, {"msgtype": "actionCard", "actionCard": card})
        else:
            self._reply(message, {"msgtype": "text", "text": {"content": f"您说的是:{text}"}})

    def _reply(self, message: Json, body: Json) -> None:
        _, raw = self._sandbox.request("POST", message["sessionWebhook"].removeprefix(self._sandbox.base), body)
        assert json.loads(raw)["errcode"] == 0, raw

    def _send_card(self, userid: str) -> None:
        self._cards += 1
        params = {
            "title": "请假申请",
            "state": "待您确认",
            "tone": "wait",
            "body": "请您核对后点**提交**。",
            "fields": json.dumps([{"k": "类型", "v": "事假"}, {"k": "时长", "v": "0.5 天"}], ensure_ascii=False),
            "link_text": "看看详情",
            "link_url": "/m/leave",
            "reason_label": "事由",
            "b1_text": "提交",
            "b1_action": "submit",
            "b1_style": "primary",
        }
        card = {
            "cardTemplateId": self._sandbox.info["card_template_id"],
            "outTrackId": f"toy-{self._cards}",
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": params},
            "openSpaceId": f"dtv1.card//IM_ROBOT.{userid}",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
        }
        status, answer = self._sandbox.new("POST", "/v1.0/card/instances/createAndDeliver", card)
        assert status == 200, answer

    def _on_press(self, data: Json) -> Json:
        self.pressed.append(json.loads(data["content"])["cardPrivateData"])
        done = {"state": "已提交", "tone": "good", "reason_label": "", "b1_text": ""}
        return {"cardUpdateOptions": {"updateCardDataByKey": True}, "cardData": {"cardParamMap": done}}
