"""卡片 cards:互动卡片的实例。公有变量人人可见,私有变量盖在其上;值一律是字符串。"""

from __future__ import annotations

import json
from typing import Any

from sandbox.clock import Clock
from sandbox.store import Store

TEMPLATE = "ehr-card-1.schema"
VARIABLES = (
    *("title", "state", "tone", "body", "fields", "note", "link_text", "link_url", "reason_label"),
    *(f"b{n}_{part}" for n in (1, 2, 3) for part in ("text", "action", "style")),
)
SDK_TEMPLATES = (
    "589420e2-c1e2-46ef-a5ed-b8728e654da9.schema",
    "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema",
    "382e4302-551d-4880-bf29-a30acfab2e71.schema",
    "7f538f6d-ebb7-4533-a9ac-61a32da094cf.schema",
)
TEMPLATES = (TEMPLATE, *SDK_TEMPLATES)


class Cards:
    """全部卡片实例,按 outTrackId。"""

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock, self._store = clock, store
        self.all: dict[str, dict[str, Any]] = {doc["id"]: doc for doc in store.load("card")}

    def create(self, out_track_id: str, template: str, callback: str, public: dict[str, str]) -> dict[str, Any]:
        """建实例;同一 outTrackId 再来不改什么(钉钉也不作声)。"""
        if out_track_id not in self.all:
            made = {"id": out_track_id, "template": template, "callback": callback, "public": dict(public)}
            self.all[out_track_id] = {**made, "private": {}, "local": {}, "space": "", "actions": {}}
            self._keep(out_track_id)
        return self.all[out_track_id]

    def lay_private(self, out_track_id: str, private: dict[str, dict[str, str]], *, by_key: bool) -> None:
        """写私有变量;by_key 为真只改给出的键。"""
        card = self.all[out_track_id]
        for userid, params in private.items():
            card["private"][userid] = {**card["private"].get(userid, {}), **params} if by_key else dict(params)
        self._keep(out_track_id)

    def lay_public(self, out_track_id: str, params: dict[str, str], *, by_key: bool) -> None:
        """写公有变量;by_key 为假则整份覆盖。"""
        card = self.all[out_track_id]
        card["public"] = {**card["public"], **params} if by_key else dict(params)
        card["local"] = {}
        self._keep(out_track_id)

    def lay_local(self, out_track_id: str, userid: str, params: dict[str, str], *, by_key: bool) -> None:
        """回调回答里的 cardData:只刷新按的那个人,下一次公有更新就盖掉。"""
        card = self.all[out_track_id]
        before = {**card["public"], **card["local"].get(userid, {})} if by_key else {}
        card["local"][userid] = {**before, **params}
        self._keep(out_track_id)

    def place(self, out_track_id: str, space: str) -> None:
        """记下投到了哪里。"""
        self.all[out_track_id]["space"] = space
        self._keep(out_track_id)

    def _keep(self, out_track_id: str) -> None:
        card = self.all[out_track_id]
        for params in (card["public"], *card["private"].values(), *card["local"].values()):
            for n in ("b1", "b2", "b3"):
                if params.get(f"{n}_action"):
                    card["actions"][params[f"{n}_action"]] = n
        self._store.put("card", out_track_id, card)

    def params(self, card: dict[str, Any], userid: str) -> dict[str, str]:
        """这个人看到的变量。"""
        merged: dict[str, str] = {**card["local"].get(userid, card["public"]), **card["private"].get(userid, {})}
        return merged

    def button(self, card: dict[str, Any], userid: str, word: str) -> tuple[str, str] | None:
        """按钮的 (组件 id, action);word 可以是 action、组件 id 或按钮文字。已从卡上消失的按钮也认(旧画面上还按得到)。"""
        params = self.params(card, userid)
        for n in ("b1", "b2", "b3"):
            names = (params.get(f"{n}_action"), n, params.get(f"{n}_text"))
            if params.get(f"{n}_text") and word in names:
                return n, params.get(f"{n}_action", "")
        if word in card["actions"]:
            return card["actions"][word], word
        for extra in _ai_buttons(params):
            if word in (extra.get("id"), extra.get("text")):
                return str(extra["id"]), str(extra["id"])
        return None

    def view(self, card: dict[str, Any], userid: str) -> dict[str, Any]:
        """控制 API 的卡片样子。"""
        params = self.params(card, userid)
        shown = [
            {
                "id": params.get(f"b{n}_action", ""),
                "text": params[f"b{n}_text"],
                "style": params.get(f"b{n}_style") or "normal",
            }
            for n in (1, 2, 3)
            if params.get(f"b{n}_text")
        ]
        shown += [
            {"id": str(b.get("id", "")), "text": str(b.get("text", "")), "style": "normal"} for b in _ai_buttons(params)
        ]
        words = ("title", "state", "tone", "body", "note", "link_text", "link_url", "reason_label")
        body = params.get("body") or params.get("markdown") or params.get("msgContent") or ""
        return {
            "id": card["id"],
            "template": card["template"],
            **{word: params.get(word, "") for word in words},
            "title": params.get("title") or params.get("msgTitle") or "",
            "body": body,
            "fields": _rows(params.get("fields", "")),
            "buttons": shown,
            "params": params,
        }


def _rows(text: str) -> list[dict[str, str]]:
    try:
        rows = json.loads(text) if text else []
    except ValueError:
        return []
    return [{"k": str(r.get("k", "")), "v": str(r.get("v", ""))} for r in rows if isinstance(r, dict)]


def _ai_buttons(params: dict[str, str]) -> list[dict[str, Any]]:
    """SDK 公共模板里 sys_full_json_obj 的按钮。"""
    try:
        full = json.loads(params.get("sys_full_json_obj") or "{}")
        return [b for b in full.get("msgButtons", []) if isinstance(b, dict) and b.get("id")]
    except (ValueError, AttributeError):
        return []
