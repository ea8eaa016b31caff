"""发薪 pay run:没过完的月只是草稿,发不了;过了 12 月 1 日,一个人算、另一个人发,员工得到通知;迟到的事实列给 HR。"""

from __future__ import annotations

from decimal import Decimal

from tests.e2e.conftest import Make
from tests.e2e.telling import approved, assert_no_amounts, assert_twice, slip_line, words
from tests.harness.house import House
from tests.harness.sandbox import Json, until

NOVEMBER = {"month": "2026-11"}


def test_november_is_a_draft_until_december_and_is_published_by_two(own: Make) -> None:
    house = own()
    approved(house, "liming", "明天下午请半天事假", "wangfang")
    draft = house.page("chenjing").post("/api/v1/payroll", NOVEMBER)
    assert draft["state"] == "draft" and "2026-11-30" in draft["missing_days"]
    refused = house.page("sunli").try_post(
        f"/api/v1/payroll/{draft['run_id']}/publish", {"seen_hash": draft["input_hash"]}
    )
    assert refused[0] in (409, 422) and refused[1]["error"] == "MONTH_UNFINISHED"

    amount = _cancel_an_october_deal(house)

    house.sandbox.set_clock("2026-12-01T10:00:00+08:00")
    run = until(lambda: _complete(house), 60, lambda: "十二月一日之后十一月仍不完整")
    assert run["failures"] == [] and run["people"] > 60
    publish = f"/api/v1/payroll/{run['run_id']}/publish"
    seen = {"seen_hash": run["input_hash"]}
    assert house.page("chenjing").try_post(publish, seen)[1]["error"] == "FOUR_EYES"
    assert house.page("liming").try_post(publish, seen)[0] == 403
    assert house.page("sunli").try_post(publish, {"seen_hash": "x" * 64})[1]["error"] == "RUN_CHANGED"
    before = house.sandbox.seq("liming")
    done = house.page("sunli").post(publish, seen)
    assert (done["state"], done["created_by"], done["published_by"]) == ("published", "陈静", "孙丽")
    told = house.sandbox.wait_for(
        "liming", lambda m: "2026年11月" in words(m), conversation="notices", after=before, timeout=30
    )
    assert "工资条" in words(told)
    assert slip_line(house, "liming", "2026-11", "personal_leave") == "-229.89"
    _late_deal_was_taken_back(house, amount)
    _every_fen_has_a_cause(house, f"/api/v1/payroll/{run['run_id']}")
    assert house.page("sunli").post(publish, seen)["note"], "再发一次不重复"
    house.settle()
    assert_no_amounts(house)
    assert_twice(house, 7)


def _cancel_an_october_deal(house: House) -> Decimal:
    """李明十月的一张单撤了:记成迟到的事实。返回那张单的金额(元)。"""
    deal, fen = house.rows(
        "SELECT source_id, amount FROM deal WHERE owner_userid = 'liming' AND status = 'signed'"
        " AND signed_on BETWEEN '2026-10-01' AND '2026-10-31' ORDER BY source_id"
    )[0]
    house.sandbox.ding("deal", id=str(deal), status="cancelled")
    page = house.page("zhaohui")

    def known() -> bool:
        return any(row["name"] == "李明" and row["kind"] == "deal" for row in page.get("/api/v1/payroll/late"))

    until(known, 30, lambda: "撤单没有记成迟到的事实")
    return Decimal(int(fen)) / 100


def _late_deal_was_taken_back(house: House, amount: Decimal) -> None:
    """撤掉的单少了 amount:完成率少 amount ÷ 100,000,得分少它的 60%,奖金少 10,000 × 得分 × 10%。"""
    line = slip_line(house, "liming", "2026-11", "arrears_202610_deal")
    assert Decimal(line) == -(amount * Decimal("0.006")).quantize(Decimal("0.01"))
    how = house.page("liming").get("/api/v1/payslips/2026-11/arrears_202610_deal")
    assert [p["label"] for p in how["trace"]["parts"][0]["parts"]] == ["原来:绩效奖金", "更正后:绩效奖金"]
    late = [row for row in house.page("zhaohui").get("/api/v1/payroll/late") if row["name"] == "李明"]
    assert {row["state"] for row in late if row["kind"] == "deal"} == {"handled"}


def _every_fen_has_a_cause(house: House, run: str) -> None:
    """复核一致;与十月的差额都有缘由,各份之和是总差额。"""
    assert house.page("zhoujun").get(f"{run}/verify") == []
    variance = house.page("zhoujun").get(f"{run}/variance")
    assert variance["unexplained"] == 0
    assert sum(Decimal(c["amount"]) for c in variance["causes"]) == Decimal(variance["change_amount"])


def _complete(house: House) -> Json | None:
    """钟拨过去之后,夜里的拉取补上缺的日子;直到算出来的不缺。"""
    house.settle(120)
    run: Json = house.page("chenjing").post("/api/v1/payroll", NOVEMBER)
    return run if run["state"] == "computed" else None


def test_a_cancelled_october_deal_is_listed_and_changes_nothing_published(own: Make) -> None:
    house = own()
    before = house.page("liming").get("/api/v1/payslips/2026-10")
    code = "performance_bonus"
    listed = len(house.page("zhaohui").get("/api/v1/payroll/late"))
    deal, customer = house.rows(
        "SELECT source_id, customer FROM deal WHERE owner_userid = 'liming' AND status = 'signed'"
        " AND signed_on BETWEEN '2026-10-01' AND '2026-10-31' ORDER BY source_id"
    )[0]
    house.sandbox.ding("deal", id=str(deal), status="cancelled")
    until(lambda: len(house.page("zhaohui").get("/api/v1/payroll/late")) > listed, 30, lambda: "撤单没有列成迟到的事实")
    late = house.page("zhaohui").get("/api/v1/payroll/late")
    mine = next(row for row in late if row["name"] == "李明")
    assert (mine["month"], mine["kind"]) == ("2026-10", "deal")
    assert customer in mine["say"] and "取消" in mine["say"]
    after = house.page("liming").get("/api/v1/payslips/2026-10")
    assert after["lines"] == before["lines"] and after["net"] == before["net"]
    assert slip_line(house, "liming", "2026-10", code) == "1100.00"
    assert house.page("liming").get(f"/api/v1/payslips/2026-10/{code}")["trace"]["value"] == "1100.00"
    assert_no_amounts(house)
    assert_twice(house, 8)
