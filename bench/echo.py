"""对照 echo:官方 SDK 的回声机器人,照它的说明写:在 process 里 reply_text,然后应答。不落库,不听懂。

网关的地址在环境变量 DINGTALK_OPENAPI_ENDPOINT 里(SDK 在引入时读它)。
"""

from __future__ import annotations

import logging
from typing import Any

import dingtalk_stream
import websockets.exceptions  # noqa: F401  SDK 的 except 里要用
from dingtalk_stream import AckMessage


class Echo(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]
    """说什么回什么。"""

    async def process(self, callback: Any) -> tuple[int, str]:
        incoming = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
        self.reply_text(incoming.text.content.strip(), incoming)
        return AckMessage.STATUS_OK, "OK"


def main() -> None:
    """一直跑,直到被停。"""
    logger = logging.getLogger("echo")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential("echo", "echo-secret"), logger)
    client.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Echo())
    client.start_forever()


if __name__ == "__main__":
    main()
