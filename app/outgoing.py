"""送出 outgoing:机器人的两样东西(回一句、投一张卡)接到钉钉客户端上;要长连接的票也在这里。"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import httpx

from app.wiring import Wired
from bot import ports
from ehr_sync.dingtalk.errors import DingTalkError
from ehr_sync.push import cards, messages
from engine.errors import Unavailable

log = logging.getLogger("ehr.outgoing")
OPEN_PATH = "/v1.0/gateway/connections/open"


class Outgoing:
    """机器人往外说的话;送不到返回 False,收件留着稍后重办。"""

    def __init__(self, wired: Wired) -> None:
        self._wired = wired

    def reply(self, session: ports.Session, message: ports.Message) -> bool:
        """回一句。"""
        return self._wired.replier.reply(
            messages.Session(
                session.webhook,
                session.expires_at,
                session.conversation,
                session.userid,
                session.robot_code,
                session.group,
            ),
            self._message(message),
        )

    def send_card(self, card: ports.NewCard) -> bool:
        """投一张卡。"""
        params = {k: self._link(k, v) for k, v in card.params.items()}
        try:
            landed = cards.create(
                self._wired.ding,
                self._wired.settings.card_template_id,
                cards.Card(card.out_track_id, card.to, params, {}),
            )
        except DingTalkError as error:
            log.warning("card not delivered: %s", error.code)
            return False
        return landed.ok

    def _link(self, name: str, value: str) -> str:
        return self._wired.links.absolute(value) if name == "link_url" and value else value

    def _message(self, message: ports.Message) -> messages.Message:
        if isinstance(message, ports.Markdown):
            return messages.Markdown(message.title, message.text)
        links = tuple(messages.Link(x.text, self._wired.links.absolute(x.target)) for x in message.links)
        return messages.ActionCard(message.title, message.text, links)


def ticket_opener(wired: Wired) -> ports.OpenConnection:
    """要一张长连接的票:十秒为限;不成报 Unavailable,由看护的人退避再来。"""
    client = httpx.Client(timeout=10.0)

    def open_connection(body: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            answer = client.post(
                f"{wired.settings.dingtalk_api}{OPEN_PATH}", json=dict(body), headers={"Accept": "application/json"}
            )
            data = answer.json() if answer.status_code < 300 else {}
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable("GATEWAY", f"连不上钉钉的长连接网关({type(error).__name__}),稍后自动再连。") from None
        if not isinstance(data, dict) or "endpoint" not in data or "ticket" not in data:
            raise Unavailable("GATEWAY", f"钉钉没有给长连接的票(状态 {answer.status_code}),稍后自动再连。")
        return data

    return open_connection
