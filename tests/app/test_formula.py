"""命令 ehr formula:check 逐处写 文件:行:列: 话,try 写值与来处;都不用数据库。"""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest

from app.cli import main
from config.policies import SHIPPED

BOOK = """回款额 = 输入(金额)
提成表 = 阶梯表(金额, 比率, 分段, 上限含, 10万元, 1%, 以上, 3%)
城市 = 输入(文字)
提成 = 四舍五入(阶梯(提成表, 回款额 + 合计(签单, 金额, 产品 = "A")))
奖金 = 提成 + 上月(提成, 0元) × 10% + (如果 城市 = "上海" 则 100元 否则 0元)
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "提成.txt"
    path.write_text(BOOK, encoding="utf-8")
    return path


def evidence(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "签单.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_counted(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "check", str(book)]) == 0
    assert capsys.readouterr().out == "都对:2 条公式、1 张表、2 个输入。\n"
    assert main(["formula", "check", str(SHIPPED / "pay_items.yaml")]) == 0
    assert capsys.readouterr().out.startswith("都对:")


def test_every_fault_has_file_line_and_column(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book.write_text(BOOK + "甲 = 提成 + 工龄\n乙 = 提程 × 2\n", encoding="utf-8")
    assert main(["formula", "check", str(book)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"{book}:6:8: 金额和次数不能放在一起加减或比较。请检查这一处。",
        f"{book}:7:5: 没有叫“提程”的项目,是不是“提成”?",
        "有 2 处不对。",
    ]


def test_pay_items_are_checked_as_they_will_be_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """公司的文件盖在自带的上面:可以用自带的名字,也不能与自带的重名。"""
    path = tmp_path / "pay_items.yaml"
    item = "items:\n  {}: {{label: {}, section: earning, order: 90, versions: [\n    {{since: 2026-01-01, source: 制度, formula: {}}}]}}\n"
    path.write_text(item.format("hot", "防暑补贴", "防暑补贴 = 岗位津贴标准 × 在职比例"), encoding="utf-8")
    assert main(["formula", "check", str(path)]) == 0
    path.write_text(item.format("hot", "餐补", "餐补 = 岗位津贴标准 × 出勤天数 × 出勤天数"), encoding="utf-8")
    capsys.readouterr()
    assert main(["formula", "check", str(path)]) == 1
    found = capsys.readouterr().out.splitlines()
    assert found[0] == f"{path}:2:16: “餐补”这个名字已经有了(项目 meal),请换一个。"
    assert found[-1].startswith("有 ")
    path.write_text("items: [", encoding="utf-8")
    assert main(["formula", "check", str(path)]) == 1
    assert capsys.readouterr().out.startswith(f"{path}:1:")


def test_a_trial_shows_the_value_and_its_tree(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """提成 = 1000 + 20000.55 × 3% = 1600.0165 → 1600.02;奖金 = 1600.02 + 500 × 10% + 100。"""
    deals = evidence(
        tmp_path,
        '{"签单": [{"编号": "deal:7", "金额": "120000.55元", "产品": "A"}, {"编号": "deal:8", "金额": "9元", "产品": "B"}]}',
    )
    words = [
        "formula",
        "try",
        str(book),
        "奖金",
        "回款额=0元",
        "城市=上海",
        "上月(提成)=500元",
        "--evidence",
        str(deals),
    ]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert out.startswith("奖金 = ¥1,750.02(金额)\n")
    assert "四舍五入到分:¥1,600.0165 → ¥1,600.02" in out
    assert "[deal:7]" in out
    assert "deal:8" not in out
    assert "回款额:¥0.00(您给的)" in out


def test_a_trial_of_shipped_items(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SHIPPED / "pay_items.yaml")
    assert main(["formula", "try", path, "绩效奖金", "基本工资=1万元", "绩效得分=110%", "--on", "2026-11-01"]) == 0
    assert "绩效奖金 = ¥1,100.00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["奖金", "回款额=5000"], 2, "“回款额”应当是金额"),
        (["奖金", "回款额=3天"], 2, "请写成 10000元 这样"),
        (["奖金", "回款额"], 2, "名字=值"),
        (["奖金", "回款=1元"], 2, "是不是“回款额”"),
        (["奖金", "回款额=1元"], 2, "还缺这些值:城市(文字)"),
        (["奖惩", "回款额=1元"], 2, "是不是“奖金”"),
        (["奖金", "回款额=1元", "城市=上海"], 1, "“签单”的记录"),
    ],
)  # fmt: skip
def test_what_a_trial_lacks_is_said(
    book: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["formula", "try", str(book), *words]) == code
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "最外层应当是"),
        ('{"签丹": []}', "是不是“签单”"),
        ('{"签单": {"金额": "1元"}}', "要写成列表"),
        ('{"签单": ["1元"]}', "第 1 笔:要写成 字段: 值"),
        ('{"签单": [{"金鹅": "1元"}]}', "是不是“金额”"),
        ('{"签单": [{"金额": "一元"}]}', "第 1 笔的“金额”应当是金额"),
        ('{"签单": [', "不合 JSON 或 YAML"),
        ("a: &a [1]\nb: *a\n", "锚与别名"),
        ("[" * 100, "套得太深"),
    ],
)  # fmt: skip
def test_wrong_evidence_is_refused(
    book: Path, tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = evidence(tmp_path, text)
    assert main(["formula", "try", str(book), "提成", "回款额=1元", "--evidence", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "check", str(tmp_path / "没有.txt")]) == 2
    assert "没有这个文件" in capsys.readouterr().err
    (tmp_path / "坏.txt").write_bytes("甲 = 1元".encode("gbk"))
    assert main(["formula", "check", str(tmp_path / "坏.txt")]) == 2
    assert "UTF-8" in capsys.readouterr().err
    (tmp_path / "大.txt").write_text("甲" * 600_000, encoding="utf-8")
    assert main(["formula", "check", str(tmp_path / "大.txt")]) == 2
    assert "KB" in capsys.readouterr().err


def test_a_yaml_bomb_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """十层别名,照样展开是一百亿项。"""
    lines = ["a0: &a0 [甲, 甲]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    path = tmp_path / "炸弹.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    started = process_time()
    assert main(["formula", "check", str(path)]) == 1
    assert process_time() - started < 2
    assert f"{path}:1:5: " in capsys.readouterr().out


def test_json_numbers_never_become_floats(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deals = evidence(tmp_path, json.dumps({"签单": [{"金额": "0.1元", "产品": "A"}, {"金额": "0.2元", "产品": "A"}]}))
    path = tmp_path / "甲.txt"
    path.write_text("对 = 如果 合计(签单, 金额) = 0.30元 则 1元 否则 0元\n", encoding="utf-8")
    assert main(["formula", "try", str(path), "对", "--evidence", str(deals)]) == 0
    assert capsys.readouterr().out.startswith("对 = ¥1.00")
