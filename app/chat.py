"""说一句 chat:以某个人的身份对机器人说话或按卡片按钮,印出它的回答。

`--json` 是 {"replies":[{"kind","text","card":{"id","title","fields","buttons":[{"id","text"}]},"link"}]},给脚本用。
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from app.arguments import Usage
from app.control import Control, Json, button_of
from app.stage import Stage, stage
from engine.errors import NotFound

SHANGHAI = ZoneInfo("Asia/Shanghai")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr chat` 的参数。"""
    parser.add_argument("--as", dest="person", required=True, metavar="人", help="以谁的身份:账号(liming)或姓名(李明)")
    parser.add_argument(
        "--at", type=moment, metavar="时刻", help="这句话是何时说的,如 2026-11-24T09:00(不写时区就是上海)"
    )
    parser.add_argument("--press", metavar="按钮", help="按卡片上的按钮:它的文字或编号;后面的话当作理由")
    parser.add_argument("--card", metavar="卡片", help="按哪张卡片(编号);不写就是有这个按钮的最新一张")
    parser.add_argument("--group", action="store_true", help="在这个人所在的群里 @机器人 说,而不是单聊")
    parser.add_argument("--json", action="store_true", help="印 JSON")
    parser.add_argument(
        "--state", type=Path, default=Path(".ehr-demo"), metavar="文件夹", help="演示的状态在哪里(默认 ./.ehr-demo)"
    )
    parser.add_argument("text", nargs="*", metavar="话", help="要说的话;几个词之间会补一个空格")


def moment(text: str) -> datetime:
    """ISO 时刻;没写时区就是上海时间。"""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是时刻,要写成 2026-11-24T09:00") from None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def run(args: argparse.Namespace) -> int:
    """0 答了;1 没有这个人、这张卡片或这个按钮;3 演示起不来或没有答。"""
    text = " ".join(args.text)
    if args.press is None and not args.text:
        raise Usage("没有要说的话。\n例:ehr chat --as 李明 年假还剩几天")
    if args.card is not None and args.press is None:
        raise Usage("--card 要与 --press 一起用。\n例:ehr chat --as 李明 --press 提交")
    with stage(args.state.resolve(), args.at, lambda said: print(said, file=sys.stderr, flush=True)) as here:
        userid = str(here.control.person(args.person)["userid"])
        replies = _press(here, userid, args, text) if args.press is not None else _say(here, userid, args, text)
    if args.json:
        print(json.dumps({"replies": [shape(one) for one in replies]}, ensure_ascii=False))
        return 0
    if not replies:
        print("机器人没有回话。", file=sys.stderr)
    for number, one in enumerate(replies):
        print(("\n" if number else "") + shown(one))
    return 0


def _say(here: Stage, userid: str, args: argparse.Namespace, text: str) -> list[Json]:
    """说一句,等它答完。"""
    body: Json = {"userid": userid, "text": text}
    if args.group:
        body["conversation"] = here.control.group(userid)
    if args.at is not None:
        body["at"] = args.at.isoformat()
    before, sent = here.control.latest(userid), here.last_outgoing()
    said = here.control.call("POST", "say", json=body)
    here.settle(str(said["msgId"]), sent)
    return replies_to(here.control, userid, {"", body.get("conversation", "")}, before)


def _press(here: Stage, userid: str, args: argparse.Namespace, reason: str) -> list[Json]:
    """按一个按钮,等它办完。按下去只是替人说一句话的按钮(反问时的那种),就说那句话。"""
    card, action = find_button(here.control, userid, args.press, args.card or "")
    said = spoken(action)
    if said is not None:
        return _say(here, userid, args, said)
    body: Json = {"userid": userid, "card": card, "action": action, "params": {"reason": reason} if reason else {}}
    before, sent = here.control.latest(userid), here.last_outgoing()
    pressed = here.control.call("POST", "press", json=body)
    here.settle(str(pressed["messageId"]), sent)
    return replies_to(here.control, userid, {""}, before) or answered(pressed)


def answered(pressed: Json) -> list[Json]:
    """按了别人的卡片:卡片不在这个人的会话里,就取机器人对这一按的回答里写给他的话。"""
    parts = [(pressed.get("response") or {}).get(name) or {} for name in ("userPrivateData", "cardData")]
    params = [part.get("cardParamMap") or {} for part in parts]
    said = next((str(one[key]) for one in params for key in ("note", "body") if one.get(key)), "")
    said = said or str(pressed.get("say") or "")
    return [{"kind": "text", "title": "", "text": said, "card": None, "buttons": [], "link": ""}] if said else []


def find_button(control: Control, userid: str, word: str, wanted: str = "") -> tuple[str, str]:
    """(卡片编号, 按钮编号):点名的那张,不点名就是这个人最新的、有这个按钮的一张。

    点名了而这个人看不到那张卡片(或上面没有了),原样交给沙箱去认:旧画面、别人的卡片也按得下去。
    """
    cards = [card for message in control.messages(userid, "") if (card := card_of(message))]
    for card in reversed(cards):
        if wanted and card["id"] != wanted:
            continue
        action = button_of(card, word)
        if action is not None:
            return str(card["id"]), action
    if wanted:
        return wanted, word
    seen = "、".join(dict.fromkeys(str(one["text"]) for card in reversed(cards) for one in card["buttons"]))
    raise NotFound(
        "NO_BUTTON",
        f"没有一张卡片上有按钮“{word}”。" + (f"现在能按的有:{seen}。" if seen else "请先说一句话,得到卡片再按。"),
    )


def card_of(message: Json) -> Json | None:
    """这条消息的卡片:互动卡片;或一条带“替人说一句话”的按钮的消息,按钮编号就是那个链接。"""
    if message.get("card"):
        card: Json = message["card"]
        return card
    speaking = [one for one in message.get("buttons") or [] if spoken(str(one.get("url") or "")) is not None]
    if not speaking:
        return None
    buttons = [{"id": one["url"], "text": one["text"]} for one in speaking]
    return {"id": message["id"], "title": message["title"], "fields": [], "buttons": buttons}


def spoken(url: str) -> str | None:
    """按下去替人说的那句话;不是这种按钮是 None。"""
    parts = urlsplit(url)
    if parts.scheme != "dtmd" or parts.path != "/sendMessage":
        return None
    found = parse_qs(parts.query).get("content")
    return found[0] if found else None


def replies_to(control: Control, userid: str, conversations: set[str], after: int) -> list[Json]:
    """机器人在这些会话里的新话与改动过的卡片,先来的在前。"""
    found: dict[str, Json] = {}
    for conversation in sorted(conversations):
        for message in control.messages(userid, conversation, after):
            if not message["from"].get("userid"):
                found[str(message["id"])] = message
    return sorted(found.values(), key=lambda one: int(one["rev"]))


def shape(message: Json) -> Json:
    """一条回答给脚本的样子。"""
    card = card_of(message)
    return {
        "kind": message["kind"],
        "text": words(message),
        "card": None if card is None else _card(card),
        "link": link_of(message),
    }


def _card(card: Json) -> Json:
    return {
        "id": card["id"],
        "title": card["title"],
        "fields": [{"k": row["k"], "v": row["v"]} for row in card["fields"]],
        "buttons": [{"id": one["id"], "text": one["text"]} for one in card["buttons"]],
    }


def words(message: Json) -> str:
    """一条回答里的话,不含卡片的表格与按钮。"""
    card = message.get("card")
    parts: list[Any] = [message.get("title"), message.get("text")]
    if card:
        parts = [card["title"], card["state"], card["body"], card["note"]]
    text = [str(part).strip() for part in parts if part]
    return "\n".join(dict.fromkeys(part for part in text if part))


def link_of(message: Json) -> str | None:
    """这条回答指到的网页;没有是 None。"""
    card = message.get("card") or {}
    urls = [card.get("link_url"), message.get("link"), *(one.get("url") for one in message.get("buttons") or [])]
    for url in urls:
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            return url
    return None


def shown(message: Json) -> str:
    """一条回答给人看的样子。"""
    card = message.get("card")
    if not card:
        return "\n".join([words(message), *_links(message)])
    state = f"({card['state']})" if card["state"] else ""
    lines = [f"【{card['title']}】{state}", *(line for line in str(card["body"]).splitlines() if line.strip())]
    lines += [f"  {row['k']}:{row['v']}" for row in card["fields"]]
    lines += [str(card["note"])] if card["note"] else []
    lines += [f"[{card['link_text'] or '打开'}] {card['link_url']}"] if card["link_url"] else []
    if card["buttons"]:
        lines.append("按钮:" + "  ".join(f"[{one['text']}] {one['id']}" for one in card["buttons"]))
    return "\n".join(lines)


def _links(message: Json) -> list[str]:
    """不是卡片的消息下面的链接,与替人说一句话的按钮。"""
    buttons = message.get("buttons") or []
    lines = [f"[{one['text']}] {one['url']}" for one in buttons if spoken(str(one["url"])) is None]
    speaking = [f"[{one['text']}]" for one in buttons if spoken(str(one["url"])) is not None]
    lines += ["按钮:" + "  ".join(speaking)] if speaking else []
    return lines or ([str(message["link"])] if message.get("link") else [])
