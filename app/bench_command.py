"""量一量 bench:把 `python -m bench …` 当作进程启动,输出与退出码原样交回。

产品不引用 bench(楼层如此),所以只能隔着进程用它。
"""

from __future__ import annotations

import argparse

from app.processes import python_module


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """其余的词原样交给 bench。"""
    parser.add_argument("what", choices=("chat", "pay"), help="量什么:chat 聊天的快慢与不丢,pay 算一次工资的快慢")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="交给 bench 的其余参数,例如 --json")


def run(args: argparse.Namespace) -> int:
    """等它跑完,退出码就是它的。"""
    return python_module("bench", [args.what, *args.rest])
