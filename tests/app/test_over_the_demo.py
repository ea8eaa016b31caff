"""命令对着跑着的演示 over the demo:chat 说一句、按按钮,payroll 从看到发布,doctor 看一套真的服务;沙箱与服务都是真的进程。"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.demo import LOCK, write_mark
from app.opening_load import DEMO
from app.processes import OnlyOne
from tests.harness.house import House, patched_environment, seed

pytestmark = pytest.mark.slow
Captured = pytest.CaptureFixture[str]


@dataclass
class Demo:
    """跑着的一套,文件夹里写着它的地址,像 `ehr demo` 那样。"""

    house: House
    state: Path
    capsys: Captured | None = None

    def ehr(self, *words: str) -> tuple[int, str, str]:
        """运行一条命令:(退出码, 标准输出, 标准错误)。"""
        assert self.capsys is not None
        code = cli.main([words[0], *([words[1]] if words[0] == "payroll" else []), "--state", str(self.state),
                         *words[2 if words[0] == "payroll" else 1 :]])  # fmt: skip
        said = self.capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    def chat(self, *words: str) -> list[dict[str, Any]]:
        """说一句或按一下,回答照 JSON 读回。"""
        code, out, err = self.ehr("chat", "--json", *words)
        assert code == 0, err
        assert err == ""
        told = json.loads(out)
        assert set(told) == {"replies"}
        for one in told["replies"]:
            assert set(one) == {"kind", "text", "card", "link"}
            if one["card"] is not None:
                assert set(one["card"]) == {"id", "title", "fields", "buttons"}
        return list(told["replies"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    ground = seed(tmp_path_factory.mktemp("demo") / "state")
    opening = tmp_path_factory.mktemp("opening") / "ours"
    shutil.copytree(DEMO, opening)
    courses = opening / "courses.yaml"
    courses.write_text(courses.read_text("utf-8").replace("团队管理入门", "团队管理入门(改)"), "utf-8")
    lock = OnlyOne(ground.state / LOCK)
    try:
        assert lock.take()
        with House(replace(ground, env={"EHR_OPENING_DIR": str(opening)})) as house:
            write_mark(ground.state, int(house.sandbox.base.rpartition(":")[2]), house.sandbox.base)
            yield Demo(house, ground.state)
    finally:
        lock.close()


@pytest.fixture
def demo(running: Demo, capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Demo:
    monkeypatch.chdir(tmp_path)
    running.capsys = capsys
    return running


def fields(card: dict[str, Any]) -> dict[str, str]:
    return {row["k"]: row["v"] for row in card["fields"]}


def test_opening_files_that_changed_are_loaded_at_the_next_start_and_nothing_twice(demo: Demo) -> None:
    names = [name for (name,) in demo.house.rows("SELECT name FROM course")]
    assert "团队管理入门(改)" in names
    assert "团队管理入门" not in names
    twice = "SELECT person_id, lot, kind FROM leaveline WHERE lot LIKE 'opening:%' GROUP BY 1, 2, 3 HAVING count(*) > 1"
    assert demo.house.rows(twice) == []


def test_a_question_is_answered(demo: Demo) -> None:
    (reply,) = demo.chat("--as", "李明", "年假还剩几天")
    assert "年假" in reply["text"]
    code, out, _ = demo.ehr("chat", "--as", "liming", "年假", "还剩几天")
    assert code == 0
    assert "年假" in out, "几个词也是一句话"


def test_leave_from_a_sentence_to_a_refusal_with_its_reason(demo: Demo) -> None:
    (draft,) = demo.chat("--as", "liuyang", "明天下午请半天事假")
    assert draft["kind"] == "card"
    assert fields(draft["card"])["时间"].startswith("11月24日")
    assert draft["link"].startswith(demo.house.sandbox.base)
    (sent,) = demo.chat("--as", "liuyang", "--press", "提交")
    assert sent["card"]["id"] == draft["card"]["id"], "卡片原地改"
    approver = demo.house.rows("SELECT approver_userid FROM leaverequest ORDER BY id DESC LIMIT 1")[0][0]
    (refused,) = demo.chat("--as", approver, "--press", "拒绝", "人手", "不够")
    assert "人手 不够" in str(refused["card"])
    code, _, err = demo.ehr("chat", "--as", "liuyang", "--press", "提交")
    assert code == 1
    assert "没有一张卡片上有按钮“提交”" in err
    (stale,) = demo.chat("--as", "liuyang", "--press", "leave.submit", "--card", draft["card"]["id"])
    assert "人手 不够" in str(stale), "已经走远的卡片:回到它现在的样子"


def test_tomorrow_counts_from_the_time_given(demo: Demo) -> None:
    (draft, *_) = demo.chat("--as", "wangfang", "--at", "2026-11-19T09:00", "明天下午请半天事假")
    assert fields(draft["card"])["时间"].startswith("11月20日")


def test_a_question_back_is_answered_by_its_button(demo: Demo) -> None:
    (asked,) = demo.chat("--as", "sunli", "明天上午请半天假")
    assert [one["text"] for one in asked["card"]["buttons"]][:3] == ["年假", "事假", "病假"]
    (draft,) = demo.chat("--as", "sunli", "--press", "事假")
    assert fields(draft["card"])["类型"] == "事假"


def test_in_a_group_pay_is_not_spoken_of(demo: Demo) -> None:
    (reply,) = demo.chat("--as", "liming", "--group", "查工资条")
    assert "私聊" in reply["text"]
    assert reply["link"] is None


def test_unknown_people_and_cards(demo: Demo) -> None:
    for words, said in (
        (("--as", "诸葛亮", "你好"), "没有找到“诸葛亮”"),
        (("--as", "liming", "--press", "提交", "--card", "没有"), "没有卡片"),
    ):
        code, out, err = demo.ehr("chat", "--json", *words)
        assert (code, out) == (1, "")
        assert said in err


def test_status_verify_and_explain(demo: Demo) -> None:
    code, out, _ = demo.ehr("payroll", "status", "--json")
    assert code == 0
    (october,) = json.loads(out)["runs"]
    assert (october["month"], october["state"], october["created_by"], october["published_by"]) == (
        "2026-10",
        "published",
        "陈静",
        "孙丽",
    )
    code, out, _ = demo.ehr("payroll", "verify", "2026-10", "--json")
    assert (code, json.loads(out)["problems"]) == (0, [])
    code, out, _ = demo.ehr("payroll", "explain", "--month", "2026-10", "李明", "绩效奖金", "--json")
    how = json.loads(out)
    assert (code, how["amount"]) == (0, "1100.00")
    assert sum(one["kind"] == "deal" for one in how["evidence"]) >= 4
    code, out, _ = demo.ehr("payroll", "explain", "2026-10", "liming")
    assert code == 0
    for part in ("李明 2026年10月", "绩效奖金(performance_bonus):¥1,100.00", "实发 ¥"):
        assert part in out
    assert "  - 绩效得分 = 110%" in demo.ehr("payroll", "explain", "2026-10", "liming", "performance_bonus")[1]


def test_pay_is_for_its_person_and_the_right_roles(demo: Demo) -> None:
    for words, said in (
        (("explain", "2026-10", "李明", "--as", "wangfang"), "只有本人能看"),
        (("explain", "2026-10", "李明", "火箭"), "没有“火箭”这一行"),
        (("run", "2026-11", "--as", "wangfang"), "需要相应的权限"),
        (("run", "2026-11", "--as", "诸葛亮"), "没有找到“诸葛亮”"),
        (("status", "2026-09"), "还没有算过工资"),
        (("run", "2026-10", "--as", "chenjing"), "已经发布"),
    ):
        code, out, err = demo.ehr("payroll", *words)
        assert (code, out) == (1, ""), words
        assert said in err


def test_an_unfinished_month_is_a_draft_and_is_not_published(demo: Demo) -> None:
    code, out, _ = demo.ehr("payroll", "run", "--month", "2026-11", "--as", "陈静", "--json")
    view = json.loads(out)
    assert (code, view["state"]) == (0, "draft")
    assert "2026-11-30" in view["missing_days"]
    assert "2026-11-20" not in view["missing_days"]
    code, out, err = demo.ehr("payroll", "publish", "2026-11", "--as", "sunli", "--json")
    assert (code, out) == (1, "")
    assert "将要发布 2026年11月" in err, "先说牵动多少"
    assert "还没有收齐" in err


def test_doctor_finds_the_running_house_fit(demo: Demo, capsys: Captured) -> None:
    with patched_environment(demo.house.settings()):
        code = cli.main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (code, told["ok"]) == (0, True), told
    levels = {one["about"]: one["level"] for one in told["findings"]}
    for about in ("设置", "凭证", "时钟", "数据库", "卡片模板", "审批模板", "客户管理", "开账数据", "角色", "信箱"):
        assert levels[about] == "ok", told


def test_a_stopped_demo_still_answers_payroll(demo: Demo, capsys: Captured) -> None:
    """最后做:停下服务与沙箱之后,钟站着,命令把沙箱起来一会儿问几点。"""
    demo.house.stop()
    (demo.state / LOCK).unlink()
    code, out, _ = demo.ehr("payroll", "verify", "2026-10")
    assert code == 0
    assert "与重算逐分一致" in out
    assert os.listdir() == [], "没有在当前文件夹里留下东西"
