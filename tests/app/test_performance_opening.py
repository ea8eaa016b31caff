"""绩效的期初文件:文档里的例子装得进去、写的是什么就是什么;演示的方案有等级分布。"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

from app.opening_load import DEMO, _performance, _read
from engine.performance import Missing
from handlers import opening
from handlers.performance_rules import terms_of
from models.performance import Plan, PlanAssignment
from tests.handlers.fixtures import paid
from tests.handlers.world import World
from tests.house import ROOT

__all__ = ["paid"]
TRAINING = {
    "code": "training",
    "name": "培训完成",
    "measures": "培训",
    "source": "input",
    "unit": "rate",
    "target": "none",
    "direction": "higher",
}


def test_the_example_in_the_documents_can_be_loaded(paid: World) -> None:
    text = (ROOT / "docs" / "how-to" / "performance.md").read_text("utf-8")
    block = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert block is not None
    example = yaml.safe_load(block.group(1))
    indicators = [*_read(DEMO / "performance.yaml")["indicators"], TRAINING]
    command = _performance({"indicators": indicators, **example}, {"targets": []})
    assert command.assigned[0][3] == "sales-q"
    found = paid.do("system", opening.open_performance, opening.OpenPerformance(
        command.indicators, command.plans, (), (("liming", *command.assigned[0][1:]),)
    ))  # fmt: skip
    assert (found.loaded, found.unknown) == (1, ())
    plan = paid.desk.read(lambda work: _dump(work.session.get_one(Plan, _newest(paid))))
    assert plan["cycle"] == "quarter"
    assert [(i["indicator"], i["weight"], i["missing"]) for i in plan["items"]] == [
        ("sales_completion", "0.60", ""),
        ("satisfaction", "0.35", ""),
        ("training", "0.05", "reweight"),
    ]
    terms = terms_of(plan["rules"], "block")
    assert terms.missing is Missing.BLOCK
    assert [(b.minimum, b.grade, b.factor) for b in terms.bands] == [
        (Decimal("0"), "C", Decimal("0.8")),
        (Decimal("0.9"), "B", Decimal("1")),
        (Decimal("1.1"), "A", Decimal("1.2")),
    ]
    assert terms.limits == (("A", Decimal("0.20")),)
    assert [(g.when, g.at_most) for g in terms.gates] == [("旷工天数 ≥ 1天", Decimal("0.60"))]
    who = paid.desk.read(lambda work: _dump(work.session.get_one(PlanAssignment, (paid.id("liming"), _since()))))
    assert str(who["until"]) == "2026-12-31"


def _dump(row: Plan | PlanAssignment) -> dict[str, Any]:
    return row.model_dump()


def _newest(world: World) -> int:
    number: int = world.one("SELECT max(id) FROM plan")
    return number


def _since() -> object:
    return yaml.safe_load("2026-10-01")
