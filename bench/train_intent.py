"""训练意图模型 train_intent:从 bot/understand/corpus/*.yaml 训练,写出 weights.json。

用法:python -m bench.train_intent          训练并写出权重
      python -m bench.train_intent --check  按句式族交叉验证,打印准确率与错例

同一份语料每次得到同样的权重(次序固定,不用随机数);权重取整后存,浮点末位的差异不显。
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from bot.understand.intents import concepts_in, guess
from bot.understand.masking import mask
from bot.understand.model import INTENTS, SCALE, WEIGHTS, Model, grams, pack
from bot.understand.normalize import normalize
from bot.understand.rules import by_rule
from bot.understand.timephrase import rewrite
from engine.days import SHANGHAI, Calendar

HERE = Path(__file__).resolve().parent.parent / "bot" / "understand"
EPOCHS = 12
RATE = 0.5
DECAY = 0.14
AT = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
EMPTY = Calendar({})


@dataclass(frozen=True, slots=True)
class Example:
    """一句训练句:原话、意图、句式族、遮好的句子、规则的意见、特征。"""

    text: str
    intent: int
    family: int
    masked: str
    rule: str | None
    features: tuple[str, ...]


def load() -> list[Example]:
    """读语料;同一行的句子是一个句式族。"""
    examples: list[Example] = []
    family = 0
    for path in sorted((HERE / "corpus").glob("*.yaml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        for says in data["families"]:
            family += 1
            for say in says:
                masked = mask(str(say), AT, EMPTY)
                rule = by_rule(masked, rewrite(normalize(str(say))))
                features = tuple(grams(masked, concepts_in(masked), rule))
                examples.append(Example(str(say), INTENTS.index(data["intent"]), family, masked, rule, features))
    return examples


def train(examples: list[Example], epochs: int = EPOCHS) -> Model:
    """多项逻辑回归,逐句更新;次序为固定的跳步,免得一类挨着一类。"""
    width = len(INTENTS)
    counts: dict[str, int] = {}
    for example in examples:
        for feature in example.features:
            counts[feature] = counts.get(feature, 0) + 1
    rows = {feature: [0.0] * width for feature, count in counts.items() if count > 1 or feature[0] == "#"}
    bias = [0.0] * width
    order = [index * 389 % len(examples) for index in range(len(examples))]
    if len(set(order)) != len(examples):
        order = list(range(len(examples)))
    for epoch in range(epochs):
        rate = RATE / (1 + epoch / 4)
        for index in order:
            _step(examples[index], rows, bias, rate)
        for row in rows.values():
            row[:] = [value * (1 - DECAY) for value in row]
    return _whole(rows, bias)


def _step(example: Example, rows: dict[str, list[float]], bias: list[float], rate: float) -> None:
    found = [row for feature in example.features if (row := rows.get(feature)) is not None]
    norm = math.sqrt(len(found) or 1)
    logits = (
        [sum(column) / norm + b for column, b in zip(zip(*found, strict=True), bias, strict=True)]
        if found
        else list(bias)
    )
    top = max(logits)
    exps = [math.exp(value - top) for value in logits]
    total = sum(exps)
    slopes = [value / total for value in exps]
    slopes[example.intent] -= 1.0
    for k, slope in enumerate(slopes):
        if -0.002 < slope < 0.002:
            continue
        change = rate * slope
        bias[k] -= change * 0.1
        step = change / norm
        for row in found:
            row[k] -= step


def _whole(rows: dict[str, list[float]], bias: list[float]) -> Model:
    whole = {name: [max(-127, min(127, round(value * SCALE / 2) * 2)) for value in row] for name, row in rows.items()}
    kept = {name: row for name, row in whole.items() if max(abs(value) for value in row) > 8}
    return Model(kept, [round(value * SCALE) for value in bias])


def cross_validate(examples: list[Example], folds: int = 6) -> tuple[float, list[str]]:
    """按句式族分组:考的句式训练时没见过。"""
    wrong: list[str] = []
    right = 0
    for fold in range(folds):
        model = train([e for e in examples if e.family % folds != fold], 10)
        for example in (e for e in examples if e.family % folds == fold):
            found = guess(example.masked, example.rule, model)
            if found.intent == INTENTS[example.intent]:
                right += 1
            else:
                wrong.append(f"{INTENTS[example.intent]:22} → {found.intent:22} {found.confidence:.2f} {example.text}")
    return right / len(examples), wrong


def main() -> int:
    """命令行入口。"""
    examples = load()
    if "--check" in sys.argv[1:]:
        rate, wrong = cross_validate(examples)
        print("\n".join(wrong))
        print(f"{len(examples)} 句,按句式族交叉验证:{rate:.1%}")
        return 0
    text = pack(train(examples))
    (HERE / WEIGHTS).write_text(text + "\n", "utf-8")
    print(f"{len(examples)} 句 → {len(text.encode())} 字节")
    return 0


if __name__ == "__main__":
    sys.exit(main())
