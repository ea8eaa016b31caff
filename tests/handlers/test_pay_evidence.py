"""证据与往月进工资:提成按一笔一笔的签单、每一次迟到、上月与本年累计;解释到签单,撤了的签单下一期一行。"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine.days import Month
from engine.formula_history import Need
from engine.pay_facts import PLAIN, Earlier, from_json, to_json
from handlers import payroll, payslip
from handlers.pay_facts import gather
from handlers.pay_past import history
from handlers.payroll import OneRun, Prepare
from handlers.payslip import ExplainLine, MonthSlip
from handlers.people import person_of
from tests.engine.overlay import policies
from tests.handlers.test_pay_gather import facts_of, under
from tests.handlers.test_payroll import execute, published
from tests.handlers.test_payroll_late import arrears, cancel, late, month_over, publish
from tests.handlers.world import OCTOBER, World, at, deal, punch

OCT, NOV = "2026-10", "2026-11"
COMMISSION = """
step_tables:
  提成表:
    input: money
    gives: rate
    versions:
      - since: 2026-01-01
        source: 销售提成办法
        mode: marginal
        bound: ≤
        steps: [["100000.00", "0.01"], ["300000.00", "0.03"], [null, "0.05"]]
items:
  commission:
    label: 销售提成
    section: earning
    order: 80
    versions:
      - {since: 2026-01-01, source: 销售提成办法, formula: "销售提成 = 四舍五入(阶梯(提成表, 合计(签单, 金额)))"}
"""


def item(key: str, formula: str, order: int = 81) -> str:
    """再添一个项目。"""
    return f"""  {key}:
    label: {formula.split(" = ")[0]}
    section: earning
    order: {order}
    versions:
      - {{since: 2026-01-01, source: 员工手册, formula: "{formula}"}}
"""


def selling(paid: World, tmp_path: Path, *more: str) -> World:
    """公司有销售提成:10 万以内 1%,以上 3%。"""
    return under(paid, policies(tmp_path, pay_items=COMMISSION + "".join(more)))


def only(paid: World, tmp_path: Path, *formulas: str) -> World:
    """公司只添这几条公式。"""
    items = "".join(item(f"own_{i}", one, 81 + i) for i, one in enumerate(formulas))
    return under(paid, policies(tmp_path, pay_items="items:\n" + items))


def lines(paid: World, userid: str, month: str) -> dict[str, str]:
    view = paid.ask(userid, payslip.view, MonthSlip(paid.id(userid), month))
    return {x.code: x.amount for x in view.lines}


def evidence_in(trace: dict[str, Any]) -> set[str]:
    """来处里提到的全部证据编号。"""
    found = set(trace.get("evidence", ()))
    return found.union(*(evidence_in(part) for part in trace.get("parts", ())))


# ── 签单 ─────────────────────────────────────────────────────────────


def test_a_commission_is_paid_on_the_deals_of_the_month(paid: World, tmp_path: Path):
    """李明十月四笔 30,000:10 万 × 1% + 2 万 × 3% = 1,600;没有签单的人是零,不是缺数据。"""
    selling(paid, tmp_path)
    published(paid)
    assert lines(paid, "liming", OCT)["commission"] == "1600.00"
    assert "commission" not in lines(paid, "zhangsan", OCT)


def test_the_commission_is_explained_down_to_each_deal(paid: World, tmp_path: Path):
    selling(paid, tmp_path)
    published(paid)
    found = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, "commission"))
    assert found.trace["value"] == "1600.00"
    assert evidence_in(found.trace) == {f"deal:deal-{n}" for n in range(1, 5)}
    shown = {one.id: one.say for one in found.evidence}
    assert shown["deal:deal-2"].startswith("客户2,10月12日")
    assert "¥" not in found.words
    assert paid.ask("chenjing", payroll.verify, OneRun(1)) == []


def test_a_cancelled_deal_takes_its_commission_back_in_one_line(paid: World, tmp_path: Path):
    """十月 120,000 → 90,000:提成 1,600 → 900,奖金 1,100 → 920,同一个缘由合成一行 −880.00。"""
    selling(paid, tmp_path)
    published(paid)
    cancel(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    assert arrears(paid, NOV) == {"arrears_202610_deal": "-880.00"}
    assert late(paid) == [(OCT, "deal", "handled")]
    assert lines(paid, "liming", OCT)["commission"] == "1600.00"
    assert lines(paid, "liming", NOV)["commission"] == "1600.00"
    found = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), NOV, "arrears_202610_deal"))
    assert {"deal:deal-1", "deal:deal-2"} <= evidence_in(found.trace)


def test_a_deal_that_came_after_the_lock_is_paid_in_the_next_run(paid: World, tmp_path: Path):
    """张三没有绩效方案:补来的十月签单 50,000 × 1% = 500,只有提成。"""
    selling(paid, tmp_path)
    published(paid)
    paid.take("deals", deal(70, "50000.00", "2026-10-29", owner="zhangsan"), window="late")
    month_over(paid, NOV)
    publish(paid, NOV)
    assert arrears(paid, NOV, "zhangsan") == {"arrears_202610_deal": "500.00"}


def test_deals_never_read_are_no_deals_unknown(paid: World, tmp_path: Path):
    """签单从没有同步过:谁的提成也算不出来,不当作一笔也没有;发薪先出草稿等它。"""
    selling(paid, tmp_path)
    execute(paid, "DELETE FROM deal")
    execute(paid, "UPDATE cursor SET success_at = NULL WHERE feed = 'deals'")
    assert facts_of(paid, "zhangsan").records == ()
    view = paid.do("chenjing", payroll.run, Prepare(OCT))
    assert view.missing_days and view.state == "draft"


def test_nothing_is_frozen_that_no_formula_wants(paid: World):
    """自带的公式不用证据:冻结的 JSON 里没有这两样,读回来是空的。"""
    own = facts_of(paid, "liming")
    assert (own.records, own.past) == ((), ())
    assert len(json.loads(to_json(own))) == PLAIN
    assert from_json(to_json(own)) == own


# ── 每一次迟到、加班、请假 ──────────────────────────────────────────


def test_each_lateness_counts_with_its_own_minutes(paid: World, tmp_path: Path):
    """12 日晚到 8 分钟、13 日晚到 25 分钟:超过 10 分钟的只有一次,扣 20.00。"""
    only(paid, tmp_path, "迟到金 = 0元 - 次数(迟到, 分钟 > 10) × 20元")
    for day, minutes in (("2026-10-12", 8), ("2026-10-13", 25)):
        moment = at(day, f"09:{minutes:02d}")
        paid.take("punches", punch(f"liming-{day}-on", "liming", moment, "on", version="late"), window=day)
    (own,) = facts_of(paid, "liming").records
    assert (own.kind, [row.values for row in own.rows]) == (
        "迟到",
        [((8, 1), "2026-10-12"), ((25, 1), "2026-10-13")],
    )
    assert [row.evidence for row in own.rows] == [("punch:liming-2026-10-12-on",), ("punch:liming-2026-10-13-on",)]
    published(paid)
    assert lines(paid, "liming", OCT)["own_0"] == "-20.00"
    found = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, "own_0"))
    assert evidence_in(found.trace) == {"punch:liming-2026-10-13-on"}


def test_frozen_records_come_back_as_they_were(paid: World, tmp_path: Path):
    selling(paid, tmp_path, item("own", "小费 = 次数(迟到) × 1元 + 本年累计(销售提成, 0元)"))
    own = facts_of(paid, "liming")
    assert own.records and own.past
    assert from_json(to_json(own)) == own


# ── 往月 ─────────────────────────────────────────────────────────────


def past_of(paid: World, userid: str, month: str, *needs: Need) -> tuple[Earlier, ...]:
    who = paid.id(userid)
    return paid.desk.read(
        lambda work: history(work, [person_of(work, who)], Month.parse(month), needs, paid.rules)[who]
    )


def test_last_months_bonus_comes_from_the_published_slip(paid: World, tmp_path: Path):
    """十月奖金 1,100.00 已发;十一月的“追加 = 上月(绩效奖金) × 10%”是 110.00。没有绩效奖金的人上月是零。"""
    only(paid, tmp_path, "追加 = 四舍五入(上月(绩效奖金, 0元) × 10%)")
    done = published(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    assert lines(paid, "liming", NOV)["own_0"] == "110.00"
    assert "own_0" not in lines(paid, "zhangsan", NOV)
    found = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), NOV, "own_0"))
    assert evidence_in(found.trace) == {f"payrun:{done.run_id}"}
    assert [one.say for one in found.evidence] == ["2026年10月的工资条"]


def test_a_month_without_a_figure_stops_that_person_only(paid: World, tmp_path: Path):
    """九月不是本系统发的,也没有导入:写明 2026-09,不当作零。"""
    only(paid, tmp_path, "追加 = 上月(绩效奖金) × 绩效得分 × 10%")
    view = paid.do("chenjing", payroll.run, Prepare(OCT))
    assert {(f.name, f.code) for f in view.failures} == {("李明", "HISTORY_MISSING")}
    assert "2026-09" in view.failures[0].say
    assert view.people == 8


def test_months_before_the_first_run_come_from_imported_slips(paid: World, tmp_path: Path):
    only(paid, tmp_path, "追加 = 上月(绩效奖金, 0元) × 10%")
    stamp = "2026-10-01 00:00:00" if "sqlite" in str(paid.store.engine.url) else "2026-10-01T00:00:00+00:00"
    batch = (
        "INSERT INTO importbatch (id, kind, period, file_name, file_hash, mapping, rows, kept, state, imported_by, imported_at,"
        f" confirmed_by, undone_by, undone_reason) VALUES (91, 'past', '2026-09', '旧', '', '{{}}', 1, '', 'confirmed',"
        f" 'a', '{stamp}', 'b', '', '')"
    )
    execute(paid, batch.replace(":00", "\\:00"))
    row = f"(92, 91, {paid.id('liming')}, '2026-09', 100, 100, '[[\"绩效奖金\", 123400]]')"
    execute(paid, f"INSERT INTO pastslip (id, batch_id, person_id, month, gross, net, lines) VALUES {row}")
    (one,) = facts_of(paid, "liming").past
    assert one == Earlier("上月(绩效奖金)", (("2026-09", (123400, 1)),), ("past:92",))
    assert facts_of(paid, "zhangsan").past == (Earlier("上月(绩效奖金)", (("2026-09", None),)),)


def test_months_before_hiring_are_no_months_of_the_year(paid: World):
    """十月入职:十一月的本年累计只有十月;在职满年的人一月到九月是缺的。上月写明缺。"""
    execute(paid, f"UPDATE person SET hired_on = '2026-10-12' WHERE id = {paid.id('zhangsan')}")
    done = published(paid)
    (own,) = past_of(paid, "zhangsan", NOV, Need("本年累计", "餐补"))
    assert [m for m, _ in own.months] == [OCT] and own.evidence == (f"payrun:{done.run_id}",)
    (own,) = past_of(paid, "liming", NOV, Need("本年累计", "餐补"))
    assert [v is None for _, v in own.months] == [True] * 9 + [False]
    (own,) = past_of(paid, "zhangsan", OCT, Need("上月", "餐补"))
    assert own.months == (("2026-09", None),)


def test_facts_have_a_past_too(paid: World):
    """上月(基本工资)、上月(出勤天数)由那一期冻结的输入取。"""
    published(paid)
    wage, days = past_of(paid, "liming", NOV, Need("上月", "基本工资"), Need("上月", "出勤天数"))
    assert wage.months == ((OCT, (1000000, 1)),)
    assert days.months == ((OCT, facts_of(paid, "liming").attended.worked_days),)


def test_a_corrected_month_counts_as_corrected(paid: World):
    """十月奖金 1,100 被更正成 920(十一月已扣回 180):十二月的本年累计十月是 920。"""
    published(paid)
    cancel(paid)
    month_over(paid, NOV)
    publish(paid, NOV)
    (own,) = past_of(paid, "liming", "2026-12", Need("本年累计", "绩效奖金"))
    assert own.months[-2:] == ((OCT, (92000, 1)), (NOV, (110000, 1)))
    assert len(own.evidence) == 2


def test_one_run_reads_in_bulk(paid: World, tmp_path: Path):
    """人多一倍,签单与往月的查询不多:一批一次。"""
    selling(paid, tmp_path, item("own", "追加 = 上月(绩效奖金, 0元) × 10%"))
    counts = []
    for some in (("liming",), ("liming", "zhangsan", "sunli", "loner")):
        seen: list[str] = []

        def watch(work: Any, some: tuple[str, ...] = some, seen: list[str] = seen) -> None:
            people = [person_of(work, paid.id(one)) for one in some]
            note = lambda c, cur, statement, *rest: seen.append(statement)  # noqa: E731
            event.listen(paid.store.engine, "before_cursor_execute", note)
            gather(work, people, OCTOBER, paid.rules)
            event.remove(paid.store.engine, "before_cursor_execute", note)

        paid.desk.read(watch)
        counts.append(sum("FROM deal " in one.replace("\n", " ") or "payslip" in one for one in seen))
    assert counts[0] == counts[1] > 0
