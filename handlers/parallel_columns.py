"""旧表的列 parallel columns:给页面的一步——各列猜的或记住的对应、可以选的项目,连同先看一看的结果。什么也不写。"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.days import Month
from handlers.actor import Actor
from handlers.inputs_shapes import ImportFile, Preview
from handlers.parallel_read import OLD, ColumnView, targets
from handlers.pay_compute import rules_for
from models.work import Work


@dataclass(frozen=True, slots=True)
class ColumnsView:
    """columns 旧表有数的各列;choices 可以选的项目(编号, 名字);preview 按现在的对应先看一看。"""

    columns: tuple[ColumnView, ...]
    choices: tuple[tuple[str, str], ...]
    preview: Preview


def columns(work: Work, command: ImportFile, rules: Policies, actor: Actor) -> ColumnsView:
    """看各列怎么对应。"""
    look = OLD.look(work, command, rules)
    known = targets(rules_for(work, rules, Month.parse(command.period)), rules)
    return ColumnsView(look.staged[1], tuple(known.items()), look.preview)
