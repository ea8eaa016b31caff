"""来处 trace:一个数字是怎么来的。与计算同时产生,不另写一遍。

一棵树:每个结点有名字、值、单位、规则编号、证据编号、一句中文;叶子是事实、导入或有署名的手工调整。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.money import Money


@dataclass(frozen=True, slots=True)
class Trace:
    """一个数字的来处。

    label 名字(中文);value 已写成字的值(金额 "1100.00"、比率 "1.10"、天数 "0.5");
    unit: money | rate | days | hours | minutes | count | text;say 一句中文(可含金额,只给页面看);
    words 不含金额的一句中文(给聊天用;空则用 label);rule 规则编号 `key@since`;
    evidence 证据编号(`punch:…`、`deal:…`、`leave:…`、`import:…`、`manual:…`);parts 操作数。
    """

    label: str
    value: str
    unit: str = "money"
    say: str = ""
    words: str = ""
    rule: str = ""
    evidence: tuple[str, ...] = ()
    parts: tuple[Trace, ...] = field(default=())

    def walk(self) -> Iterator[Trace]:
        """先自己,后操作数,逐个走完。"""
        yield self
        for part in self.parts:
            yield from part.walk()

    def leaves(self) -> Iterator[Trace]:
        """所有叶子。"""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def all_evidence(self) -> list[str]:
        """全部证据编号,去重,保持先后。"""
        return list(dict.fromkeys(e for node in self.walk() for e in node.evidence))

    def to_json(self) -> dict[str, object]:
        """变成可存可传的字典。"""
        out: dict[str, object] = {"label": self.label, "value": self.value, "unit": self.unit}
        for name in ("say", "words", "rule"):
            if getattr(self, name):
                out[name] = getattr(self, name)
        if self.evidence:
            out["evidence"] = list(self.evidence)
        if self.parts:
            out["parts"] = [p.to_json() for p in self.parts]
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trace:
        """从 to_json 的字典读回。"""
        return cls(
            data["label"],
            data["value"],
            data["unit"],
            data.get("say", ""),
            data.get("words", ""),
            data.get("rule", ""),
            tuple(data.get("evidence", ())),
            tuple(cls.from_json(p) for p in data.get("parts", ())),
        )


def money_leaf(label: str, amount: Money, *, evidence: tuple[str, ...] = (), rule: str = "", say: str = "") -> Trace:
    """金额叶子。"""
    return Trace(label, amount.yuan(), "money", say=say, rule=rule, evidence=evidence)
