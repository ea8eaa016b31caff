"""会话 chat:人与机器人的单聊、群、工作通知;每条消息一个 seq,每次改动一个全局的 rev。"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from sandbox.cards import Cards
from sandbox.clock import Clock
from sandbox.outgoing import Content
from sandbox.store import Store

NOTICES = "notices"


@dataclass
class Conversation:
    """一个会话:type 1 单聊、2 群;工作通知的 id 是 notices:<userid>。"""

    id: str
    type: str
    title: str
    members: list[str]
    messages: list[dict[str, Any]] = field(default_factory=list)


def _cid(seed: str) -> str:
    return "cid" + hashlib.sha256(seed.encode()).hexdigest()[:24]


class Chat:
    """全部会话与消息。"""

    def __init__(self, clock: Clock, store: Store, cards: Cards) -> None:
        self._clock, self._store, self._cards = clock, store, cards
        self.conversations: dict[str, Conversation] = {}
        self._read: dict[str, int] = {}
        self._by_id: dict[str, dict[str, Any]] = {}
        self._of_card: dict[str, list[dict[str, Any]]] = {}
        self.rev = 0
        self.changed = asyncio.Event()

    def resume(self) -> None:
        """读回消息与已读位置(会话先要备好)。"""
        for doc in self._store.load("message"):
            conversation = self.conversations.get(doc["conversation"])
            if conversation is None:
                conversation = self.solo(doc["conversation"].removeprefix(f"{NOTICES}:"), notices=True)
            self._file(conversation, doc)
            self.rev = max(self.rev, doc["rev"], doc["seq"])
        self._read = {doc["key"]: doc["seq"] for doc in self._store.load("read")}

    # ------- 会话

    def solo(self, userid: str, *, notices: bool = False) -> Conversation:
        """这个人与机器人的单聊(或工作通知),没有就立一个。"""
        key = f"{NOTICES}:{userid}" if notices else _cid(f"solo:{userid}")
        if key not in self.conversations:
            title = "工作通知" if notices else "人事助手"
            self.conversations[key] = Conversation(key, "1", title, [userid])
        return self.conversations[key]

    def group(self, key: str, title: str, members: list[str]) -> None:
        """立一个群。"""
        cid = _cid(f"group:{key}")
        self.conversations[cid] = Conversation(cid, "2", title, members)

    def find(self, cid: str, userid: str) -> Conversation | None:
        """按 id 找会话;notices 指这个人自己的。"""
        return self.solo(userid, notices=True) if cid == NOTICES else self.conversations.get(cid)

    def of(self, userid: str) -> list[Conversation]:
        """这个人有份的会话。"""
        self.solo(userid), self.solo(userid, notices=True)
        return [c for c in self.conversations.values() if userid in c.members]

    # ------- 消息

    def add(self, conversation: Conversation, sender: dict[str, Any], content: Content, **more: Any) -> dict[str, Any]:
        """添一条消息;more 可有 id、card、reply_to、only、extra。"""
        self.rev += 1
        at = self._clock.now().isoformat(timespec="milliseconds")
        doc = {
            "seq": self.rev,
            "rev": self.rev,
            "id": more.pop("id", "msg" + secrets.token_hex(12)),
            "at": at,
            "updated_at": at,
            "from": sender,
            "conversation": conversation.id,
            "kind": content.kind,
            "title": content.title,
            "text": content.text,
            "buttons": content.buttons,
            "link": content.link,
            "fields": content.fields,
            "card": None,
            "reply_to": None,
            **more,
        }
        self._file(conversation, doc)
        self._save(doc)
        return doc

    def _file(self, conversation: Conversation, doc: dict[str, Any]) -> None:
        conversation.messages.append(doc)
        self._by_id[doc["id"]] = doc
        if doc["card"]:
            self._of_card.setdefault(doc["card"], []).append(doc)

    def message(self, message_id: str) -> dict[str, Any] | None:
        """按 id 找消息。"""
        return self._by_id.get(message_id)

    def recall(self, message_id: str) -> None:
        """撤回一条消息。"""
        doc = self._by_id[message_id]
        doc.update(kind="text", title="", text="[消息已撤回]", buttons=[], link="", fields=[])
        self._touch(doc)

    def touch_card(self, out_track_id: str) -> None:
        """卡片变了:带着它的消息都算改动过。"""
        for doc in self._of_card.get(out_track_id, []):
            self._touch(doc)

    def _touch(self, doc: dict[str, Any]) -> None:
        self.rev += 1
        doc["rev"] = self.rev
        doc["updated_at"] = self._clock.now().isoformat(timespec="milliseconds")
        self._save(doc)

    def _save(self, doc: dict[str, Any]) -> None:
        self._store.put("message", str(doc["seq"]), doc)
        self.stir()

    def stir(self) -> None:
        """告诉等着的页面:有东西变了。"""
        self.changed.set()
        self.changed = asyncio.Event()

    # ------- 给页面看

    def listing(self, conversation: Conversation, userid: str, after: int) -> list[dict[str, Any]]:
        """rev 大于 after 的消息,照这个人看到的样子;看了就算读过。"""
        mine = [doc for doc in conversation.messages if self._sees(doc, userid)]
        if mine:
            self._mark(conversation, userid, mine[-1]["seq"])
        return [self.view(doc, userid) for doc in mine if doc["rev"] > after]

    def _sees(self, doc: dict[str, Any], userid: str) -> bool:
        return not doc.get("only") or userid in doc["only"]

    def _mark(self, conversation: Conversation, userid: str, seq: int) -> None:
        key = f"{conversation.id}|{userid}"
        if self._read.get(key, 0) < seq:
            self._read[key] = seq
            self._store.put("read", key, {"key": key, "seq": seq})

    def view(self, doc: dict[str, Any], userid: str) -> dict[str, Any]:
        """一条消息,照这个人看到的样子。"""
        card = self._cards.all.get(doc["card"]) if doc["card"] else None
        shown = {**doc, "card": self._cards.view(card, userid) if card else None}
        shown["conversation"] = self.public_id(doc["conversation"])
        return shown

    @staticmethod
    def public_id(cid: str) -> str:
        """对外的会话 id。"""
        return NOTICES if cid.startswith(f"{NOTICES}:") else cid

    def summary(self, conversation: Conversation, userid: str) -> dict[str, Any]:
        """会话列表里的一行。"""
        read = self._read.get(f"{conversation.id}|{userid}", 0)
        mine = [doc for doc in conversation.messages if self._sees(doc, userid)]
        unread = [doc for doc in mine if doc["seq"] > read and doc["from"].get("userid") != userid]
        return {
            "id": self.public_id(conversation.id),
            "type": conversation.type,
            "title": conversation.title,
            "members": conversation.members,
            "unread": len(unread),
            "last": self.view(mine[-1], userid) if mine else None,
        }
