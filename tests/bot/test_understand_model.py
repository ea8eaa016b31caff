"""模型 understand model:随包的权重就是训练脚本从语料做出来的;小、快、不拖重家伙。"""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest

from bench.train_intent import load, train
from bot.understand.model import INTENTS, WEIGHTS, Model, pack, shipped, unpack


@pytest.fixture(scope="module")
def trained() -> Model:
    return train(load())


def test_shipped_weights_are_what_the_script_makes(trained: Model) -> None:
    kept = shipped()
    assert kept.rows.keys() == trained.rows.keys()
    far = [
        name for name, row in trained.rows.items() for a, b in zip(row, kept.rows[name], strict=True) if abs(a - b) > 2
    ]
    assert far == [], "语料或训练脚本改了而权重没有重做:python -m bench.train_intent"


def test_packed_weights_read_back_the_same(trained: Model) -> None:
    again = unpack(pack(trained))
    assert dict(again.rows) == {name: list(row) for name, row in trained.rows.items()}
    assert list(again.bias) == list(trained.bias)


def test_weights_are_small() -> None:
    assert len(files("bot.understand").joinpath(WEIGHTS).read_bytes()) <= 300 * 1024


def test_every_intent_has_enough_sentences_of_many_shapes() -> None:
    examples = load()
    for at, name in enumerate(INTENTS):
        mine = [example for example in examples if example.intent == at]
        assert len(mine) >= (150 if name == "none" else 60), name
        assert len({example.family for example in mine}) >= 12, name


def test_import_pulls_in_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules); import bot.understand; "
        "new = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new & {'numpy', 'yaml', 'pydantic', 'sqlalchemy', 'httpx', 'dingtalk_stream', 'rapidfuzz', 'jinja2'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
