"""发薪命令一步一步走 payroll steps:对着真的库,走七步、暂缓、差异归因、另发一期,退出码与话都对。"""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from app import payroll as command
from app.arguments import ChineseParser
from engine.errors import NotAllowed
from tests.handlers.fixtures import paid
from tests.handlers.world import World

__all__ = ["paid"]
OCT = "2026-10"


@pytest.fixture
def ehr(paid: World, capsys: pytest.CaptureFixture[str]) -> Any:
    """运行一条 `ehr payroll …`:(退出码, 标准输出)。"""

    def call(*words: str) -> tuple[int, str]:
        parser = ChineseParser(prog="ehr payroll", description="", example="")
        command.add_arguments(parser)
        args: argparse.Namespace = parser.parse_args(list(words))
        command._month_from_words(args)
        code = command.WAYS[args.action](paid.desk, args)
        return code, capsys.readouterr().out

    return call


def test_seven_steps_from_the_console(ehr: Any) -> None:
    for who, step, said in (
        ("陈静", "prepare", "已准备,待锁定"),
        ("陈静", "lock", "已锁定,待计算"),
        ("陈静", "compute", "已计算,待发布"),
        ("孙丽", "review", "已复核,待审批"),
        ("孙丽", "approve", "已审批,待发布"),
    ):
        code, out = ehr(step, OCT, "--as", who)
        assert (code, said in out) == (0, True), out
    code, out = ehr("publish", OCT, "--as", "孙丽")
    assert (code, "工资已发布,共 9 人" in out) == (0, True)
    assert "已归档" in ehr("archive", OCT, "--as", "陈静")[1]
    told = ehr("status", OCT)[1]
    assert all(said in told for said in ("陈静 准备", "陈静 锁定", "孙丽 复核", "孙丽 发布", "陈静 归档"))
    assert ehr("verify", OCT) == (0, "2026年10月的 9 张工资条与重算逐分一致。\n")


def test_back_and_one_person_from_the_console(ehr: Any) -> None:
    ehr("run", OCT, "--as", "陈静")
    assert (
        "暂缓 张三(zhangsan):账号核对中(陈静)" in ehr("hold", OCT, "张三", "--as", "陈静", "--reason", "账号核对中")[1]
    )
    assert "9 人" in ehr("release", OCT, "zhangsan", "--as", "陈静")[1]
    assert "单独重算一人:张三" in ehr("rerun", OCT, "张三", "--as", "陈静")[1]
    assert "退回:签单少一张" in ehr("back", OCT, "--as", "孙丽", "--reason", "签单少一张")[1]
    with pytest.raises(NotAllowed):
        ehr("run", OCT, "--as", "王芳")


def test_the_variance_from_the_console(ehr: Any) -> None:
    ehr("run", OCT, "--as", "陈静")
    assert ehr("variance", OCT) == (0, "上月没有已发布的可比。\n")
    code, out = ehr("variance", OCT, "--json")
    assert (code, json.loads(out)["causes"]) == (0, [])


def test_a_run_apart_from_the_console(ehr: Any) -> None:
    ehr("run", OCT, "--as", "陈静")
    ehr("publish", OCT, "--as", "孙丽")
    _, out = ehr("apart", "补发", OCT, "--pay-month", "2026-11", "--as", "陈静", "--json")
    number = str(json.loads(out)["run_id"])
    ehr("line", "--run", number, "张三", "高温补贴", "3000", "--as", "陈静", "--reason", "漏发")
    code, out = ehr("run", "--run", number, "--as", "陈静")
    assert (code, "2026年10月补发 第" in out and "个税 ¥90.00" in out) == (0, True), out
    assert "共 1 人" in ehr("publish", "--run", number, "--as", "孙丽")[1]
    assert "逐分一致" in ehr("verify", number)[1]
    code, out = ehr("explain", "--run", number, "张三", "高温补贴")
    assert (code, "漏发" in out) == (0, True)


def test_payroll_and_audit_explain_a_run_from_the_console(ehr: Any) -> None:
    """没发布的也看得到;期号、月份都行;别人不行。本人在发布之后看自己的。"""
    _, out = ehr("run", OCT, "--as", "陈静", "--json")
    number = str(json.loads(out)["run_id"])
    code, out = ehr("explain", OCT, "李明", "--as", "周军")
    assert (code, "已计算,待发布" in out, "李明" in out) == (0, True, True), out
    code, out = ehr("explain", number, "李明", "绩效奖金", "--as", "陈静")
    assert (code, "绩效得分" in out) == (0, True), out
    with pytest.raises(NotAllowed):
        ehr("explain", number, "李明", "--as", "王芳")
    with pytest.raises(NotAllowed):
        ehr("explain", OCT, "李明", "--as", "赵慧")


def test_both_ways_of_a_bonus_from_the_console(ehr: Any) -> None:
    _, out = ehr("apart", "年终奖", "2026-11", "--pay-month", "2026-12", "--as", "陈静", "--json")
    number = str(json.loads(out)["run_id"])
    code, out = ehr("bonus", "--run", number, "张三", "36000.01", "--as", "陈静")
    assert code == 0 and "单独计税:3390.00 元" in out and "要发到 38566.67 元" in out and "由本人选" in out
    out = ehr("line", "--run", number, "张三", "年终奖", "36000", "单独", "--as", "陈静", "--reason", "年终")[1]
    assert "年终奖 第" in out
    assert "个税里单独计税的 ¥1,080.00" in ehr("run", "--run", number, "--as", "陈静")[1]
