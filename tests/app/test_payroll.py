"""发薪命令 payroll:参数怎么读,树怎么印,结果怎么变成 JSON。对着真库的在 test_over_the_demo.py。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.payroll import plain
from app.payroll_words import explained, radius, run_words, variance_words
from handlers.evidence import EvidenceView
from handlers.pay_steps import StepView
from handlers.payroll import RunView
from handlers.payroll_variance import CauseSum, PartView, PersonVariance, VarianceView
from handlers.payroll_views import HeldView
from handlers.payslip import Explanation

HOW = Explanation(
    person_id=1,
    month="2026-10",
    code="bonus",
    label="绩效奖金",
    amount="1100.00",
    show="¥1,100.00",
    say="¥10,000.00 × 110% × 10%",
    words="绩效奖金",
    state="published",
    trace={
        "label": "绩效奖金",
        "value": "1100.00",
        "unit": "money",
        "rule": "pay.bonus@2020-01-01",
        "parts": [
            {"label": "基本工资", "value": "10000.00", "unit": "money"},
            {
                "label": "绩效得分",
                "value": "1.100000",
                "unit": "rate",
                "say": "110%",
                "parts": [{"label": "完成率", "value": "1.2", "unit": "rate"}],
            },
        ],
    },
    evidence=(EvidenceView("deal:1", "deal", "签单", "锦程", "有效"),),
)


def test_the_tree_is_indented_and_ends_in_its_evidence() -> None:
    assert explained(HOW).splitlines() == [
        "绩效奖金 ¥1,100.00",
        "¥10,000.00 × 110% × 10%",
        "- 绩效奖金 = 1100.00 元  〔pay.bonus@2020-01-01〕",
        "  - 基本工资 = 10000.00 元",
        "  - 绩效得分 = 110%:110%",
        "    - 完成率 = 120%",
        "依据 1 条:",
        "  签单:锦程(有效)",
    ]


def test_a_count_is_not_written_as_a_percentage() -> None:
    ratings = {"label": "评价份数", "value": "24", "unit": "rate", "say": "评价份数:24"}
    met: dict[str, object] = {
        "label": "客户满意度",
        "value": "0.95",
        "unit": "rate",
        "say": "客户满意度:22.8 ÷ 24 = 95%",
        "parts": [ratings],
    }
    assert explained(replace(HOW, trace=met, evidence=())).splitlines()[2:] == [
        "- 客户满意度 = 95%",
        "  - 评价份数 = 24:评价份数:24",
    ]


def test_outcomes_become_plain_json() -> None:
    @dataclass(frozen=True)
    class Thing:
        at: datetime
        days: tuple[date, ...]

    thing = Thing(datetime(2026, 11, 6, 8, 30, tzinfo=UTC), (date(2026, 11, 7),))
    assert plain({"one": [thing]}) == {"one": [{"at": "2026-11-06T08:30:00+00:00", "days": ["2026-11-07"]}]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "少了参数:做什么"),
        (["run", "--as", "陈静"], "没有写是哪个月"),
        (["run", "2026-11"], "没有写以谁的身份"),
        (["publish", "--month", "2026-11"], "没有写以谁的身份"),
        (["status", "十月"], "多出来的话:十月"),
        (["verify", "2026-10", "2026-11"], "多出来的话:2026-11"),
        (["explain", "--month", "2026-10"], "要写一个人"),
        (["explain", "2026-10", "李明", "奖金", "多的"], "要写一个人"),
        (["fly"], "不能是 'fly'"),
        (["lock", "2026-11"], "没有写以谁的身份"),
        (["hold", "2026-11", "--as", "陈静"], "要写一个人"),
        (["hold", "2026-11", "张三", "李四", "--as", "陈静"], "多出来的话:李四"),
        (["variance"], "没有写是哪个月"),
    ],
)
def test_wrong_calls(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["payroll", *words]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_without_a_store_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EHR_DATABASE_URL", raising=False)
    assert cli.main(["payroll", "status"]) == 1
    said = capsys.readouterr().err
    assert "不知道要用哪个库" in said
    assert "ehr demo" in said
    assert list(tmp_path.iterdir()) == [], "没有在当前文件夹里留下东西"


def test_steps_and_those_held_out_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    view = _view(
        steps=(
            StepView("prepare", "准备", "陈静", at, "", 2),
            StepView("hold", "暂缓一人", "陈静", at, "张三:账号核对中", 2),
        ),
        held=(HeldView(3, "zhangsan", "张三", "账号核对中", "陈静", at),),
        took="20 分钟",
    )
    told = run_words(view).splitlines()
    assert told[0] == "2026年11月 第 4 期(第 2 次计算):已计算,待发布"
    assert "  2026-12-01 10:00 陈静 准备" in told
    assert "  2026-12-01 10:00 陈静 暂缓一人:张三:账号核对中" in told
    assert "  暂缓 张三(zhangsan):账号核对中(陈静)" in told
    assert "  从准备到现在:20 分钟" in told
    assert "暂缓 张三(zhangsan):账号核对中,这一期不发" in radius(view)


def test_the_variance_is_told_by_cause_and_by_person() -> None:
    part = PartView("base", "基本工资", "base", "工资与申报基数", "+¥1,000.00", "1000.00")
    found = VarianceView(
        4, "2026年10月", "+¥970.00", "970.00",
        (CauseSum("base", "工资与申报基数", "+¥970.00", "970.00", 1),), 1,
        (PersonVariance(3, "zhangsan", "张三", "+¥970.00", 97000, (part,)),), 1,
    )  # fmt: skip
    assert variance_words(found).splitlines() == [
        "与2026年10月比,实发相差 +¥970.00,1 人有变动:",
        "  工资与申报基数 +¥970.00(1 人)",
        "  有 1 人的差额说不清来处,弄清之前不能发布。",
        "  张三(zhangsan)+¥970.00:基本工资(工资与申报基数)+¥1,000.00",
    ]
    assert variance_words(VarianceView(1, "", "", "", (), 0, (), 0)) == "上月没有已发布的可比。"


def _view(**more: Any) -> RunView:
    money = dict.fromkeys(("gross", "insurance", "tax", "net"), "¥0.00") | {
        f"{n}_amount": "0.00" for n in ("gross", "insurance", "tax", "net")
    }
    values: dict[str, Any] = {
        "run_id": 4, "month": "2026-11", "month_label": "2026年11月", "pay_month": "2026-12", "state": "computed",
        "state_label": "已计算,待发布", "revision": 2, "people": 8, "failures": (), "exceptions": (), "missing_days": (),
        "previous_net": "", "created_by": "陈静", "computed_at": None, "published_by": "", "published_at": None,
        "input_hash": "", "rules_version": "", "can": (),
    }  # fmt: skip
    return RunView(**(values | money | more))
