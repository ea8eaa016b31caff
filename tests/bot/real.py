"""真的线路 real:沙箱进程、官方 Stream SDK、真的 HTTP,与正式的接线同形;库在临时目录。"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import SecretStr

from bot import ports
from bot.cards import render
from bot.ports import absolute
from bot.service import Bot, Ports
from ehr_sync.dingtalk.client import App, DingTalk, Parts
from ehr_sync.push import messages
from ehr_sync.push.deliver import Delivered, Deliverer, Row
from ehr_sync.push.messages import Links, Replier
from engine.days import shanghai_date
from handlers import mail
from handlers.cards import card_ref
from handlers.desk import Desk
from handlers.mail import Outgoing as OutboxLetter
from tests.bot.company import settings
from tests.harness.sandbox import Sandbox

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def open_connection(base: str) -> ports.OpenConnection:
    """要票:五秒为限。"""

    def ask(body: Mapping[str, Any]) -> Mapping[str, Any]:
        head = {"content-type": "application/json", "accept": "application/json"}
        request = urllib.request.Request(f"{base}/v1.0/gateway/connections/open", json.dumps(body).encode(), head)
        with _DIRECT.open(request, timeout=5) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found

    return ask


@dataclass
class RealOutgoing:
    """回话与投卡,真的送到沙箱。"""

    replier: Replier
    deliverer: Deliverer
    base: str

    def reply(self, session: ports.Session, message: ports.Message) -> bool:
        their = messages.Session(
            session.webhook, session.expires_at, session.conversation, session.userid, session.robot_code, session.group
        )
        return self.replier.reply(their, self._message(message))

    def send_card(self, card: ports.NewCard) -> bool:
        payload = {"out_track_id": card.out_track_id, "to": card.to, "params": dict(card.params)}
        return isinstance(self.deliverer.deliver(Row("card.create", payload)), Delivered)

    def _message(self, message: ports.Message) -> messages.Message:
        if isinstance(message, ports.Markdown):
            return messages.Markdown(message.title, message.text)
        links = tuple(messages.Link(one.text, absolute(self.base, one.target)) for one in message.links)
        return messages.ActionCard(message.title, message.text, links)


class RealBot:
    """一台接到沙箱的机器人。"""

    def __init__(self, sandbox: Sandbox, desk: Desk, *, cards: bool = True) -> None:
        info = sandbox.info
        self.desk, self.events = desk, list[tuple[str, Mapping[str, Any]]]()
        app = App(
            info["client_id"],
            info["client_secret"],
            info["corp_id"],
            str(info["agent_id"]),
            info["robot_code"],
            info["api"],
            info["oapi"],
        )
        self.ding = DingTalk(app, Parts(qps=10_000), lambda: shanghai_date(desk.clock()))
        template = info["card_template_id"] if cards else ""
        self.deliverer = Deliverer(self.ding, template, Links(sandbox.base), lambda: shanghai_date(desk.clock()))
        outgoing = RealOutgoing(Replier(self.ding, desk.clock), self.deliverer, sandbox.base)
        secret = SecretStr(info["client_secret"])
        mine = settings(
            client_id=info["client_id"], client_secret=secret, card_template_id=template, miniapp_base=sandbox.base
        )
        self.bot = Bot(
            desk,
            mine,
            Ports(outgoing, lambda kind, data: self.events.append((kind, data)), open_connection(sandbox.base)),
        )

    def __enter__(self) -> RealBot:
        self.bot.start()
        assert self.bot.stream.wait_connected(10), self.bot.ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.bot.stop()
        self.ding.close()

    def pump(self) -> int:
        """把到时候的发件送出去,返回送了几封。"""
        letters = self.desk.read(lambda work: mail.due(work, 100))
        for letter in letters:
            result = self.deliverer.deliver(Row(letter.kind, self._payload(letter), letter.attempts))
            assert isinstance(result, Delivered), (letter, result)
            self.desk.write(partial(mail.delivered, outbox_id=letter.id))
        return len(letters)

    def _payload(self, letter: OutboxLetter) -> dict[str, Any]:
        if not letter.kind.startswith("card."):
            return dict(letter.payload)
        ref = self.desk.read(lambda work: card_ref(work, str(letter.payload["out_track_id"])))
        assert ref is not None
        actor = self.desk.actor(ref.userid, "bot")
        content = render(ref, lambda query, command: self.desk.ask(query, command, actor))
        return {"out_track_id": ref.out_track_id, "to": ref.userid, "params": content.params}
