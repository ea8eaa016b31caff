"""卡片内容 content:一张卡的样子 → 模板的变量(都是文字,每个不超过 1 KB)与没有模板时的写法。"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.markup import clip, plain
from bot.ports import Link

Ask = Callable[[Any, Any], Any]
"""以看卡片的人的身份问一件事:(query, command) → outcome。"""
VALUE_BYTES = 1000
BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Button:
    """一个按钮:字、动作名、样式 primary | normal | danger。"""

    text: str
    action: str
    style: str = "normal"


@dataclass(frozen=True, slots=True)
class Face:
    """一张卡的样子。tone: info | wait | good | bad | mute;path 是 /m/… ;reason_label 非空则有一个理由输入框。"""

    title: str
    state: str
    tone: str
    body: str
    fields: tuple[tuple[str, str], ...]
    path: str
    link_text: str = "查看详情"
    note: str = ""
    reason_label: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class CardContent:
    """写好的卡:params 模板变量;title、markdown、buttons 是没有模板时发的卡片消息(按钮是小程序路径)。"""

    params: dict[str, str]
    title: str
    markdown: str
    buttons: tuple[Link, ...]


def write(face: Face) -> CardContent:
    """样子 → 内容。"""
    fields = tuple((key, plain(value, 120)) for key, value in face.fields if value)
    params = {
        "title": clip(plain(face.title, 60)),
        "state": face.state,
        "tone": face.tone,
        "body": clip(face.body, VALUE_BYTES),
        "fields": _fields(fields),
        "note": clip(face.note, VALUE_BYTES),
        "link_text": face.link_text,
        "link_url": face.path,
        "reason_label": face.reason_label,
    }
    for n in range(1, BUTTONS + 1):
        button = face.buttons[n - 1] if n <= len(face.buttons) else Button("", "")
        params |= {f"b{n}_text": button.text, f"b{n}_action": button.action, f"b{n}_style": button.style}
    lines = [f"### {params['title']}", f"**{face.state}**", face.body, "\n".join(f"- {k}:{v}" for k, v in fields)]
    if face.note:
        lines.append(f"> {face.note}")
    acts = "、".join(button.text for button in face.buttons)
    link = Link(f"打开办理({acts})" if acts else face.link_text, face.path)
    return CardContent(params, params["title"], "\n\n".join(line for line in lines if line), (link,))


def _fields(rows: tuple[tuple[str, str], ...]) -> str:
    """各项写成一段 JSON;装不下就从尾上去掉。"""
    while True:
        text = json.dumps([{"k": key, "v": value} for key, value in rows], ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= VALUE_BYTES or not rows:
            return text
        rows = rows[:-1]
