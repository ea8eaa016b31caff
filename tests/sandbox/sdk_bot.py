"""官方 Stream SDK 的机器人(原样,不打补丁):回声、发卡、认卡片回调、认事件;收到的每样东西打印一行 JSON。

用法:python sdk_bot.py 地址 clientId clientSecret(地址经环境变量 DINGTALK_OPENAPI_ENDPOINT 交给 SDK)。
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys

os.environ["DINGTALK_OPENAPI_ENDPOINT"] = sys.argv[1]
os.environ["NO_PROXY"] = "127.0.0.1"

import dingtalk_stream
import websockets.exceptions  # noqa: F401
from dingtalk_stream import AckMessage, CallbackMessage, ChatbotMessage, EventMessage


def tell(**what: object) -> None:
    print(json.dumps(what, ensure_ascii=False), flush=True)


class Echo(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]
    async def process(self, callback: CallbackMessage) -> tuple[int, str]:
        message = ChatbotMessage.from_dict(callback.data)
        tell(got="message", id=message.message_id, kind=message.message_type, data=callback.data)
        if message.text and message.text.content.strip() == "发卡":
            data = {"title": "请假", "state": "审批中", "b1_text": "同意", "b1_action": "leave.approve:7"}
            replier = dingtalk_stream.CardReplier(self.dingtalk_client, message)
            tell(got="card", id=replier.create_and_send_card("ehr-card-1.schema", data))
        elif message.text:
            self.reply_text("echo: " + message.text.content.strip(), message)
        return AckMessage.STATUS_OK, "OK"


class Pressed(dingtalk_stream.CallbackHandler):  # type: ignore[misc]
    async def process(self, callback: CallbackMessage) -> tuple[int, dict[str, object]]:
        tell(got="press", data=callback.data)
        params = {"state": "已同意", "b1_text": ""}
        options = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
        return AckMessage.STATUS_OK, {"cardUpdateOptions": options, "cardData": {"cardParamMap": params}}


class Seen(dingtalk_stream.EventHandler):  # type: ignore[misc]
    async def process(self, event: EventMessage) -> tuple[int, str]:
        head = event.headers
        tell(got="event", type=head.event_type, id=head.event_id, born=head.event_born_time, data=event.data)
        return AckMessage.STATUS_OK, "OK"


def main() -> None:
    logging.disable(logging.CRITICAL)
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(sys.argv[2], sys.argv[3]))
    client.register_callback_handler(ChatbotMessage.TOPIC, Echo())
    client.register_callback_handler(dingtalk_stream.CallbackHandler.TOPIC_CARD_CALLBACK, Pressed())
    client.register_all_event_handler(Seen())
    asyncio.run(client.start())


if __name__ == "__main__":
    main()
