"""规整 normalize:全角、繁体、错字、拼音、英文夹杂、表情,都先变成一种写法。

只供理解之用;对人说话与存档一律用原话。表很小,只收人事对话里真会出现的字词。
"""

from __future__ import annotations

import re
import unicodedata

from bot.understand.lazy import Lazy
from bot.understand.tables import COLLOQUIAL, ENGLISH, HOMOPHONES, PINYIN, SIMPLIFIED

_TRADITIONAL = str.maketrans(SIMPLIFIED)
_PUNCT = str.maketrans(
    {
        "。": ",",
        ";": ",",
        ",": ",",
        "、": "、",
        "!": ",",
        "?": "?",
        "…": ",",
        "\n": ",",
        "\r": ",",
        "\t": " ",
        "~": "~",
        "～": "~",
        "—": "-",
        "–": "-",
        "−": "-",
        "“": " ",
        "”": " ",
        '"': " ",
        "'": " ",
        "「": " ",
        "」": " ",
        "【": " ",
        "】": " ",
        "(": " ",
        ")": " ",
        "《": " ",
        "》": " ",
        "*": " ",
        "_": " ",
        "`": " ",
        "#": " ",
        ">": " ",
        "<": " ",
    }
)
_LATIN = re.compile(r"[a-z]")
_SPACE = re.compile(r"\s+")
_SPACE_CN = re.compile(r"(?<=[^\x00-\x7f]) (?=.)|(?<=.) (?=[^\x00-\x7f])")
_COMMAS = re.compile(r"[,\s]*,[,\s]*")
_FILLERS = re.compile(
    r"(?:嗯+|呃+|^额+|(?<=,)额+|啊+(?=[,我])|那个(?=[,我想请])|就是说|然后呢|哎呀?|唉|诶|欸|哈喽|哈+,|@\S+\s)"
)
_WORDS = {**ENGLISH, **PINYIN}
_LATIN_WORDS = Lazy("|".join(rf"(?<![a-z]){re.escape(w)}(?![a-z])" for w in sorted(_WORDS, key=len, reverse=True)))
_SWAPS = {**HOMOPHONES, **COLLOQUIAL}
_WRONG = Lazy("|".join(re.escape(w) for w in sorted(_SWAPS, key=len, reverse=True)))
_WRONG_IN_CONTEXT = (
    (re.compile(r"(?<!申)请加(?=[一二两三四五六半几,\d]|$)"), "请假"),
    (
        re.compile(
            r"(?:(?<=^)|(?<=[请休天个补的剩薪半日号午周期一二三四五六]))年[价家](?=[一二两三四五六半几,\d还剩余吧从明后下周这谢可]|$)"
        ),
        "年假",
    ),
    (re.compile(r"(?<=[请用休天])调修"), "调休"),
    (re.compile(r"转人公"), "转人工"),
)
_BIG = str.maketrans(
    {
        "壹": "一",
        "贰": "二",
        "叁": "三",
        "肆": "四",
        "伍": "五",
        "陆": "六",
        "柒": "七",
        "捌": "八",
        "玖": "九",
        "拾": "十",
        "〇": "零",
        "俩": "两",
        "仨": "三",
    }
)
_MONTHS = {name: at + 1 for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
_EN_NAME = r"(?P<{}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_EN_DATE = re.compile(
    rf"(?<![a-z]){_EN_NAME.format('a')} ?(?P<d>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:])|(?<!\d)(?P<e>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? ?{_EN_NAME.format('b')}(?![a-z])"
)
LIMIT = 400
"""只看前这么多字:再长的话不是一句请求,多看也只会慢。"""


def normalize(text: str) -> str:
    """把一句话变成便于分析的写法;原话不动。"""
    plain = unicodedata.normalize("NFKC", text[: LIMIT * 3])
    plain = "".join(ch if _keep(ch) else " " for ch in plain)[:LIMIT]
    plain = plain.translate(_TRADITIONAL).translate(_PUNCT).translate(_BIG).lower()
    plain = _SPACE.sub(" ", plain).strip()
    if _LATIN.search(plain):
        plain = _EN_DATE.sub(lambda m: f"{_MONTHS[m['a'] or m['b']]}月{int(m['d'] or m['e'])}号", plain)
        plain = _LATIN_WORDS.compiled.sub(lambda m: _WORDS[m.group(0)], plain)
    plain = _SPACE_CN.sub("", _SPACE_CN.sub("", plain))
    plain = _WRONG.compiled.sub(lambda m: _SWAPS[m.group(0)], plain)
    for wrong, right in _WRONG_IN_CONTEXT:
        plain = wrong.sub(right, plain)
    plain = _FILLERS.sub("", plain)
    return _COMMAS.sub(",", plain).strip(", ")


def _keep(ch: str) -> bool:
    """表情、控制符、零宽字符一律当空白。"""
    if ord(ch) < 0x2000:
        return ch.isprintable() or ch in "\n\t"
    if ch == "\ufe0f":
        return False
    return unicodedata.category(ch) not in ("So", "Cf", "Cc", "Cs", "Co", "Cn", "Sk", "Mn")
