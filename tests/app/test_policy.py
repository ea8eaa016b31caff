"""命令 ehr policy:查目录、做空表、由 CSV 导入;不用库也不联网。"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from app.cli import main
from config.policies import load
from engine.days import Month
from engine.money import Money

CSV = """类别,项目,自,个人比例,单位比例,下限,上限,取整,出处,核实,月标准,小时标准
社保,养老保险,2026-07-01,8%,16%,"4,100",20500,,某市公告〔2026〕1号,官方,,
社保,医疗,2026-01-01,2%,8.5%,4000,20000,角,某市医保〔2025〕9号,官方,,
社保,工伤,2026-07-01,0,单位费率,,,,某市公告〔2026〕1号,官方,,
月平均工资,,2026-07-01,,,,,,某市统计,官方,6833.33,
公积金,,2026-07-01,5%-12%,,2200,20500,元,某市公积金〔2026〕2号,第三方,,
最低工资,,2026-03-01,,,,,,某市〔2026〕3号,官方,2200,22
"""


def test_the_shipped_directory_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check"]) == 0
    out = capsys.readouterr().out
    assert "都读得懂" in out
    assert "上海病假工资标准" in out
    assert "昆明养老保险还没有填好(基数下限、基数上限)" in out


def test_faults_are_told_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pay.yaml").write_text("switches:\n  wage.prorate: {}\n", encoding="utf-8")
    assert main(["policy", "check", str(tmp_path)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r".+/pay\.yaml:2:3: .*请改成“wage\.proration”.*", said[0])
    assert main(["policy", "check", str(tmp_path), "--json"]) == 1
    body = json.loads(capsys.readouterr().out)
    assert (body["ok"], body["faults"][0]["line"], body["faults"][0]["code"]) == (False, "2", "POLICY_UNKNOWN_KEY")


def test_an_empty_city_loads_and_is_loud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "cities" / "wuhan.yaml"
    assert main(["policy", "city", "武汉", str(out)]) == 0
    assert main(["policy", "check", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "武汉养老保险还没有填好" in said
    assert "昆明" not in said
    assert "&id" not in out.read_text(encoding="utf-8")
    assert main(["policy", "city", "武汉", str(out)]) == 2
    assert "没有覆盖" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_city_comes_from_a_csv(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "t.csv").write_text(CSV, encoding=encoding)
    out = tmp_path / "own" / "cities" / "mou.yaml"
    assert main(["policy", "import", "某市", str(tmp_path / "t.csv"), str(out)]) == 0
    pack = load([tmp_path / "own"]).city("某市")
    medical = pack.lines["medical"].versions[-1].value
    assert (str(medical.employer), medical.floor, medical.rounding.value) == ("0.085", 400000, "jiao_up")
    assert pack.lines["pension"].versions[-1].value.floor == 410000
    assert pack.lines["injury"].versions[-1].value.blanks == ("基数下限", "基数上限")
    assert pack.lines["injury"].versions[-1].value.employer is None
    assert str(pack.housing.versions[0].value.employee.high) == "0.12"
    assert pack.housing.versions[0].verified == "third_party"
    assert pack.average_month_wage.versions[0].value == Money.of("6833.33")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("某市公告〔2026〕1号,官方,,\n社保,医疗", ",官方,,\n社保,医疗", 2, "“出处”没有填"),
        ("8%,16%", "八%,16%", 2, "“八%”不是数字"),
        ("社保,养老保险", "社保,养牛保险", 2, "不认得的险种“养牛保险”"),
        ("社保,医疗", "社宝,医疗", 3, "不认得的类别“社宝”"),
        ("角,某市医保", "厘,某市医保", 3, "“取整”里的“厘”不对"),
        ("2026-01-01", "二月", 3, "不是日期"),
        ("2026-01-01", "2026-01-15", 1, "不能在月中改"),
        ("类别,", "种类,", 1, "不认得的列“种类”"),
    ],
)
def test_a_csv_that_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, line: int, words: str
) -> None:
    assert old in CSV
    (tmp_path / "t.csv").write_text(CSV.replace(old, new, 1), encoding="utf-8")
    out = tmp_path / "mou.yaml"
    assert main(["policy", "import", "某市", str(tmp_path / "t.csv"), str(out)]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert f"t.csv:{line}:" in said
    assert not out.exists()


def test_the_examples_of_the_guide_load(tmp_path: Path) -> None:
    """docs/how-to/policies.md 里的每段 YAML 都装得进来。"""
    guide = (Path(__file__).parents[2] / "docs/how-to/policies.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", guide, re.S)
    names = {"city": "cities/mou.yaml", "groups": "pay_groups.yaml", "switches": "pay.yaml"}
    found = 0
    for block in blocks:
        data = yaml.safe_load(block)
        name = next((names[key] for key in names if isinstance(data, dict) and key in data), None)
        if name is not None:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(block, encoding="utf-8")
            found += 1
    assert found == 3
    rules = load([tmp_path])
    assert rules.cycle("月薪", Month(2026, 11)).start_day == 26
