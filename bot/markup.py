"""标记 markup:别人写的字去掉 Markdown 的魔力(plain,在 handlers/markup.py,用例写的消息也用它);按字节截短。"""

from __future__ import annotations

from handlers.markup import plain

__all__ = ["clip", "plain"]


def clip(text: str, most: int = 1000) -> str:
    """截到最多 most 个字节(UTF-8),不截断一个字;截了加省略号。"""
    data = text.encode()
    return text if len(data) <= most else data[: most - 3].decode(errors="ignore") + "…"
