"""意图模型 model:字的一到三元组加概念词、规则意见的线性模型,纯 Python。

权重由 bench/train_intent.py 从 corpus/ 里我们自己的句子训练而来,压缩后随包带着;第一次用到才读入。
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

INTENTS = (
    "leave.request",
    "leave.balance",
    "leave.cancel",
    "leave.status",
    "attendance.query",
    "payslip.view",
    "payslip.explain",
    "performance.view",
    "performance.feedback",
    "goal.adjust",
    "approval.list",
    "training.list",
    "training.enroll",
    "training.progress",
    "interview.start",
    "handoff",
    "help",
    "none",
)
"""意图的名字;后来的只会添,已有的不改意思。"""

WEIGHTS = "weights.json"
SCALE = 64
"""权重存成整数:真值 × 64。"""


@dataclass(frozen=True, slots=True)
class Model:
    """一套权重:特征 → 每个意图的分(整数,÷ SCALE);bias 同长。"""

    rows: Mapping[str, Sequence[int]]
    bias: Sequence[int]

    def scores(self, features: Iterable[str]) -> list[float]:
        """每个意图的概率,次序同 INTENTS。"""
        found = [row for feature in features if (row := self.rows.get(feature))]
        norm = math.sqrt(len(found) or 1)
        totals = [sum(column) for column in zip(*found, strict=True)] if found else [0] * len(INTENTS)
        logits = [total / norm / SCALE + bias / SCALE for total, bias in zip(totals, self.bias, strict=True)]
        top = max(logits)
        exps = [math.exp(value - top) for value in logits]
        whole = sum(exps)
        return [value / whole for value in exps]


def grams(masked: str, concepts: Iterable[str], rule: str | None = None) -> list[str]:
    """一句话(时间、假种、人名已换成记号)的特征:一到三元组、隔字对、句首句尾、长短、概念词及其两两搭配,还有规则怎么看。

    规则的意见只是特征之一,有几分准由训练来定。
    """
    padded = f"^{masked}$"
    features = {padded[at : at + size] for size in (1, 2, 3) for at in range(len(padded) - size + 1)}
    features.update(f"{padded[at]}_{padded[at + 2]}" for at in range(len(padded) - 2))
    features.update(
        (
            padded[:4],
            padded[-4:],
            f"<{masked[:1]}",
            f">{masked[-1:]}",
            f">{masked[-2:]}",
            f"len{min(len(masked) // 4, 5)}",
        )
    )
    if rule:
        features.add(f"@{rule}")
    names = sorted(concepts)
    features.update(f"#{name}" for name in names)
    features.update(f"#{a}&{b}" for index, a in enumerate(names) for b in names[index + 1 :])
    return sorted(features)


def pack(model: Model) -> str:
    """存成文字:特征名一串,权重每个一字节(−127…127)压缩后 base64。"""
    names = sorted(model.rows)
    body = bytes(value + 128 for name in names for value in model.rows[name])
    packed = base64.b85encode(zlib.compress(body, 9)).decode("ascii")
    return json.dumps(
        {"intents": INTENTS, "bias": list(model.bias), "features": "\n".join(names), "weights": packed},
        ensure_ascii=False,
    )


def unpack(text: str) -> Model:
    """读回 pack 存的文字。"""
    data = json.loads(text)
    body = zlib.decompress(base64.b85decode(data["weights"]))
    width = len(INTENTS)
    names = data["features"].split("\n")
    rows = {name: [value - 128 for value in body[at * width : at * width + width]] for at, name in enumerate(names)}
    return Model(rows, data["bias"])


@lru_cache(maxsize=1)
def shipped() -> Model:
    """随包带着的权重。"""
    return unpack((Path(__file__).parent / WEIGHTS).read_text("utf-8"))
