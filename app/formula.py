"""公式 formula:`ehr formula check 文件` 查公式与表,`ehr formula try 文件 名字 名=值 …` 试算一条。不用数据库,不用网络。

文件是工资项目(pay_items.yaml 的写法,盖在自带的上面),或一行一条 `名字 = 式子` 的文字文件。
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from app.formula_files import Loaded, load, read_evidence
from app.formula_values import read_values
from engine.errors import BadInput, EhrError
from engine.explain import show
from engine.formula_trial import tree_lines
from engine.formula_types import UNIT_LABELS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr formula check|try …`。"""
    acts = parser.add_subparsers(dest="act", required=True, metavar="check|try")
    check = acts.add_parser("check", help="查一份文件里的公式与表,逐处说出不对的地方")
    check.add_argument("file", type=Path, metavar="文件", help="pay_items.yaml 或文字文件")
    trial = acts.add_parser("try", help="给几个值,试算一条公式,并说明来处")
    trial.add_argument("file", type=Path, metavar="文件", help="pay_items.yaml 或文字文件")
    trial.add_argument("name", metavar="名字", help="要算的项目,例如 绩效奖金")
    trial.add_argument("values", nargs="*", metavar="名=值", help="例如 基本工资=10000元 绩效得分=110%% 岗位=销售")
    trial.add_argument("--evidence", type=Path, metavar="文件", help="证据(JSON 或 YAML):种类 → 一笔一笔")
    trial.add_argument("--on", type=date.fromisoformat, metavar="日期", help="按哪一天有效的项目与表,不写按最新一版")


def run(args: argparse.Namespace) -> int:
    """退出码:check 都对 0、有不对的 1;try 算出来 0、算不出来 1。"""
    loaded = load(args.file, args.on if args.act == "try" else None)
    return _check(args.file, loaded) if args.act == "check" else _try(args, loaded)


def _check(file: Path, loaded: Loaded) -> int:
    for fault in loaded.faults:
        print(_line(file, fault))
    if loaded.faults:
        print(f"有 {len(loaded.faults)} 处不对。")
        return 1
    parts = [f"{len(loaded.trial.formulas)} 条公式", f"{loaded.tables} 张表", f"{loaded.inputs} 个输入"]
    print(f"都对:{'、'.join(parts)}。")
    return 0


def _line(file: Path, fault: EhrError) -> str:
    """`文件:行:列: 话`。"""
    place = fault.details
    where = f"{place.get('file') or file}:{place.get('line', '1')}:{place.get('column', '1')}"
    prefix = f"{place.get('file')}:{place.get('line')}:"
    return f"{where}: {place.get('problem') or fault.say.removeprefix(prefix)}"


def _try(args: argparse.Namespace, loaded: Loaded) -> int:
    if loaded.faults:
        first = _line(args.file, loaded.faults[0])
        raise BadInput("FORMULA_FAULTS", f"文件里有 {len(loaded.faults)} 处不对,先改好再试。第一处:{first}")
    evidence = read_evidence(args.evidence) if args.evidence else {}
    values, given = read_values(args.values, loaded.trial, evidence)
    value, trace = loaded.trial.run(args.name, values, given)
    unit = loaded.trial.formulas[args.name].unit
    print(f"{args.name} = {show(value, unit)}({UNIT_LABELS[unit]})")
    print("\n".join(tree_lines(trace)))
    return 0
