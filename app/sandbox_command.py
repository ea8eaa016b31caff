"""沙箱 sandbox:只启动那个外来的钉钉(`python -m sandbox`),给要连别的程序的人用。

沙箱与我们互不引用,所以是另一个进程;这里只接住命令行,原样交过去。
"""

from __future__ import annotations

import argparse

from app.arguments import port_number
from app.processes import python_module


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """与 `python -m sandbox` 的参数一致。"""
    parser.add_argument("--port", type=port_number, default=0, help="端口;0 或不写就找一个空着的")
    parser.add_argument("--state", metavar="文件夹", help="状态放在哪个文件夹;不写就只在内存里")
    parser.add_argument("--json", action="store_true", help="启动后在标准输出印一行 JSON")
    parser.add_argument("--quota", choices=("on", "off"), help="每月用量与 QPS 的限制,开或关")
    parser.add_argument("--clock", metavar="时刻", help="沙箱时钟从何时开始,例如 2026-11-23T09:30:00+08:00")
    parser.add_argument("--miniapp", metavar="网址", help="小程序在哪里,/m/** 与 /api/v1/** 转到那里")
    parser.add_argument("--fresh", action="store_true", help="丢掉旧状态,从头开始")


def run(args: argparse.Namespace) -> int:
    """一直运行到被中断;退出码就是沙箱的。"""
    words = ["--port", str(args.port)]
    for name in ("state", "quota", "clock", "miniapp"):
        if getattr(args, name):
            words += [f"--{name}", getattr(args, name)]
    words += [f"--{name}" for name in ("json", "fresh") if getattr(args, name)]
    return python_module("sandbox", words)
