"""发薪命令 payroll:参数怎么读,树怎么印,结果怎么变成 JSON。对着真库的在 test_over_the_demo.py。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app import cli
from app.payroll import plain
from app.payroll_words import explained
from handlers.evidence import EvidenceView
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
