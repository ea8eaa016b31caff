"""奖金怎么来的 bonus explained:聊天里说到得分与百分比,网页里一路打开到每一张签单、每一份回访。"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.e2e.telling import ask_one, words
from tests.harness.house import House

SLIP = "/api/v1/payslips/2026-10"


def test_the_chat_tells_the_score_and_links_to_the_line(story: House) -> None:
    answer = ask_one(story, "liming", "为什么上个月绩效奖金是这些")
    text = words(answer)
    for part in ("绩效奖金 = 基本工资 × 绩效得分 × 10%", "120% × 60% + 95% × 40% = 110%"):
        assert part in text
    assert any(one["url"].endswith("/m/payslips/2026-10/performance_bonus") for one in answer["buttons"])


def test_the_trace_goes_down_to_the_deals_and_the_ratings(story: House) -> None:
    slip = story.page("liming").get(SLIP)
    assert slip["state"] == "published"
    bonus = next(line for line in slip["lines"] if line["code"] == "performance_bonus")
    assert (bonus["label"], bonus["amount"], bonus["show"]) == ("绩效奖金", "1100.00", "¥1,100.00")
    how = story.page("liming").get(f"{SLIP}/performance_bonus")
    assert how["trace"]["value"] == "1100.00"
    values = {(node["label"], node["value"]) for node in nodes(how["trace"])}
    assert ("基本工资", "10000.00") in values
    assert Decimal("1.1") in {Decimal(value) for label, value in values if "得分" in label}
    deals = [one for one in how["evidence"] if one["kind"] == "deal"]
    ratings = [one for one in how["evidence"] if one["kind"] == "rating"]
    assert len(deals) >= 4 and len(ratings) >= 20
    assert all("2026" in one["say"] or "10月" in one["say"] for one in deals)
    assert not any(one["detail"] == "已取消" for one in deals), "撤了的那一笔不算在里面"
    assert sum(_amount(one["say"]) for one in deals) == 120_000


def test_another_persons_line_stays_closed(story: House) -> None:
    body = story.page("wangfang").get(f"{SLIP}/performance_bonus")
    assert body["trace"]["value"] != "1100.00"
    assert story.page("wangfang").try_get("/m/payslips/2026-10?person=1")[0] in (200, 403, 404)


def nodes(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """来处的树里的每一个结点。"""
    return [trace, *(node for part in trace.get("parts", ()) for node in nodes(part))]


def _amount(say: str) -> float:
    return float(say.rpartition("¥")[2].replace(",", ""))
