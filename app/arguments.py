"""命令行参数 arguments:argparse 说中文,每个词带一个例子,用法不对时抛 Usage。"""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

# argparse 的英文错误 → 中文;不认得的原样放在括号里。
ERRORS = (
    (r"the following arguments are required: (.+)", "少了参数:{0}"),
    (r"unrecognized arguments: (.+)", "不认得的参数:{0}"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", "参数 {0} 不能是 {1},可选:{2}"),
    (r"argument (.+?): expected one argument", "参数 {0} 后面要跟一个值"),
    (r"argument (.+?): expected at least one argument", "参数 {0} 后面至少要跟一个值"),
    (r"argument (.+?): invalid (\w+) value: (.+)", "参数 {0} 的值 {2} 不对(要写{1})"),
    (r"argument (.+?): not allowed with argument (.+)", "参数 {0} 与 {1} 不能同时用"),
    (r"ambiguous option: (.+?) could match (.+)", "参数 {0} 有歧义,可能是 {1}"),
    (r"one of the arguments (.+) is required", "下面的参数要给一个:{0}"),
    (r"argument (.+?): ignored explicit argument (.+)", "参数 {0} 后面不该有值 {1}"),
    (r"argument (.+?): (.+)", "参数 {0}:{1}"),
)
TYPES = {"int": "整数", "Path": "路径"}
HEADINGS = (("usage: ", "用法:"), ("positional arguments:", "参数:"), ("options:", "选项:"))


def port_number(text: str) -> int:
    """端口号:0(由系统挑)到 65535。"""
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"“{text}”不是端口号,要写 0 到 65535 的整数")
    return int(text)


class Usage(Exception):
    """用法不对:`text` 是给人看的话,退出码 2。"""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class ChineseParser(argparse.ArgumentParser):
    """说中文的参数解析器;`example` 印在说明的末尾与用法错误之后。"""

    def __init__(self, *, example: str = "", **rest: Any) -> None:
        settings: dict[str, Any] = {"epilog": f"例:{example}" if example else None, "allow_abbrev": False}
        super().__init__(**(settings | rest | {"add_help": False}))
        if sys.version_info >= (3, 14):
            self.color = False  # 带颜色的说明认不出标题,没法换成中文
        self.example = example
        self.add_argument("-h", "--help", action="help", help="看这个词的说明")

    def format_help(self) -> str:
        text = super().format_help()
        for english, chinese in HEADINGS:
            text = text.replace(english, chinese, 1)
        return text

    def error(self, message: str) -> NoReturn:
        example = f"\n例:{self.example}" if self.example else f"\n看说明:{self.prog} --help"
        raise Usage(f"{self.prog}:{translate(message)}。{example}")


def translate(message: str) -> str:
    """把 argparse 的一句英文错误换成中文。"""
    for pattern, chinese in ERRORS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return chinese.format(*(TYPES.get(part, part) for part in found.groups()))
    return f"用法不对({message})"
