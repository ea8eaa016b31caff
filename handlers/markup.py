"""标记 markup:别人写的字(姓名、理由、原话、课名)放进 Markdown 之前去掉它的魔力,并截到合适的长度。

钉钉的 Markdown 不都认反斜杠转义,所以把有含义的半角符号换成看上去一样的全角符号;网址不会变成可点的链接。
"""

from __future__ import annotations

_SAME = str.maketrans(
    {
        "[": "［",
        "]": "］",
        "*": "＊",
        "_": "＿",
        "`": "｀",
        "#": "＃",
        "<": "＜",
        ">": "＞",
        "!": "！",
        "|": "｜",
        "~": "～",
        "\\": "＼",
        "\r": " ",
        "\n": " ",
        "\t": " ",
    }
)


def plain(text: str, most: int = 200) -> str:
    """一段普通的字:没有 Markdown 的含义,一行,最多 most 个字。"""
    safe = " ".join(text.translate(_SAME).replace("://", "：//").split())
    return safe if len(safe) <= most else f"{safe[: most - 1]}…"
