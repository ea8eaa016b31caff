"""发薪的一生 payroll life:一步一步走,每步留名;退回写理由;暂缓、恢复、单独重算;两个人同时按,一个成一个听到。"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from engine.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from engine.money import Money
from handlers import opening, payroll, payroll_hold, payroll_life
from handlers.payroll import OneRun, Prepare, Publish
from handlers.payroll_hold import OneInRun
from handlers.payroll_life import Move
from handlers.people import Nothing
from models.pay import NOTED
from tests.handlers.test_payroll import execute, run
from tests.handlers.test_races import at_once
from tests.handlers.world import COMPANY, World, deal, later, pay_of

OCT = "2026-10"


def move(paid: World, who: str, run_id: int, step: str, **more: Any) -> Any:
    return paid.do(who, payroll_life.move, Move(run_id, step, **more))


def steps(view: Any) -> list[tuple[str, str]]:
    return [(s.step, s.by) for s in view.steps]


def test_seven_steps_each_by_a_named_person(paid: World) -> None:
    one = paid.do("chenjing", payroll_life.prepare, Prepare(OCT))
    assert (one.state, one.people, one.can) == ("prepared", 0, ("run",))
    for who, step, state in (
        ("chenjing", "lock", "locked"),
        ("chenjing", "compute", "computed"),
        ("sunli", "review", "reviewed"),
        ("sunli", "approve", "approved"),
    ):
        later(paid, minutes=20)
        one = move(paid, who, one.run_id, step, seen_state=one.state, seen_hash=one.input_hash)
        assert one.state == state
    later(paid, minutes=25)
    done = paid.do("sunli", payroll.publish, Publish(one.run_id, one.input_hash))
    kept = move(paid, "chenjing", one.run_id, "archive")
    assert (done.state, kept.state) == ("published", "archived")
    assert steps(kept) == [
        ("prepare", "陈静"), ("lock", "陈静"), ("compute", "陈静"), ("review", "孙丽"), ("approve", "孙丽"),
        ("publish", "孙丽"), ("archive", "陈静"),
    ]  # fmt: skip
    assert kept.took == "1 小时 45 分钟"
    assert paid.ask("zhoujun", payroll.verify, OneRun(one.run_id)) == []
    with pytest.raises(RuleBroken) as again:
        move(paid, "chenjing", one.run_id, "archive")
    assert again.value.code == "ALREADY_PUBLISHED"


def test_the_short_way_leaves_the_same_names(paid: World) -> None:
    computed = run(paid)
    done = paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    assert steps(done) == [
        ("prepare", "陈静"), ("lock", "陈静"), ("compute", "陈静"),
        ("review", "孙丽"), ("approve", "孙丽"), ("publish", "孙丽"),
    ]  # fmt: skip


@pytest.mark.parametrize("step", ["review", "approve"])
def test_who_made_the_figures_does_not_check_them(paid: World, step: str) -> None:
    computed = run(paid)
    if step == "approve":
        move(paid, "sunli", computed.run_id, "review")
    with pytest.raises(NotAllowed) as refused:
        move(paid, "chenjing", computed.run_id, step)
    assert refused.value.code == "FOUR_EYES"


def test_one_who_reran_a_person_has_made_figures_too(paid: World) -> None:
    computed = run(paid)
    view = paid.do("sunli", payroll_hold.rerun, OneInRun(computed.run_id, paid.id("zhangsan")))
    with pytest.raises(NotAllowed) as refused:
        paid.do("sunli", payroll.publish, Publish(computed.run_id, view.input_hash))
    assert refused.value.code == "FOUR_EYES"
    again = run(paid)
    assert paid.do("sunli", payroll.publish, Publish(again.run_id, again.input_hash)).state == "published"


def test_back_with_a_reason_until_publication(paid: World) -> None:
    computed = run(paid)
    move(paid, "sunli", computed.run_id, "review")
    with pytest.raises(RuleBroken) as refused:
        run(paid)
    assert (refused.value.code, "退回" in refused.value.say or "审批" in refused.value.say) == ("WRONG_STEP", True)
    with pytest.raises(BadInput) as silent:
        move(paid, "sunli", computed.run_id, "back")
    assert silent.value.code == "REASON_NEEDED"
    back = move(paid, "sunli", computed.run_id, "back", note="李明的签单少一张")
    assert (back.state, back.steps[-1].note) == ("prepared", "李明的签单少一张")
    again = run(paid)
    done = paid.do("sunli", payroll.publish, Publish(again.run_id, again.input_hash))
    with pytest.raises(RuleBroken) as final:
        move(paid, "sunli", done.run_id, "back", note="想改")
    assert final.value.code == "ALREADY_PUBLISHED"


def test_facts_that_change_between_prepare_and_lock_are_prepared_again(paid: World) -> None:
    one = paid.do("chenjing", payroll_life.prepare, Prepare(OCT))
    paid.take("deals", deal(1, "50000.00", "2026-10-11", version="h-2"), window="w2")
    assert paid.ask("chenjing", payroll.late, Nothing()) == [], "没锁之前的变化不是迟到的"
    with pytest.raises(Conflict) as changed:
        move(paid, "chenjing", one.run_id, "lock")
    assert changed.value.code == "INPUTS_CHANGED"
    paid.do("chenjing", payroll_life.prepare, Prepare(OCT))
    assert move(paid, "chenjing", one.run_id, "lock").state == "locked"


def test_a_draft_cannot_be_locked(paid: World) -> None:
    one = paid.do("chenjing", payroll_life.prepare, Prepare("2026-11"))
    assert (one.state, one.missing_days[0]) == ("draft", "2026-11-23")
    with pytest.raises(RuleBroken) as refused:
        move(paid, "chenjing", one.run_id, "lock")
    assert refused.value.code == "WRONG_STEP"


@pytest.mark.parametrize("step", ["fly", "publish", "prepare", "hold"])
def test_other_steps_have_other_doors(paid: World, step: str) -> None:
    one = run(paid)
    with pytest.raises(BadInput) as refused:
        move(paid, "chenjing", one.run_id, step)
    assert refused.value.code == "BAD_STEP"


def test_a_failure_is_held_out_by_name_and_the_others_are_paid(paid: World) -> None:
    execute(paid, f"DELETE FROM wagesegment WHERE person_id = {paid.id('zhangsan')}")
    computed = run(paid)
    with pytest.raises(BadInput):
        paid.do("chenjing", payroll_hold.hold, OneInRun(computed.run_id, paid.id("zhangsan"), " "))
    held = paid.do("sunli", payroll_hold.hold, OneInRun(computed.run_id, paid.id("zhangsan"), "月工资待定"))
    assert ([h.name for h in held.held], held.failures, held.people) == (["张三"], (), 8)
    done = paid.do("sunli", payroll.publish, Publish(held.run_id, held.input_hash))
    assert (done.state, done.people) == ("published", 8)
    late = paid.ask("chenjing", payroll.late, Nothing())
    assert [(v.name, v.kind, v.month, v.state) for v in late] == [("张三", "held", OCT, "open")]
    assert paid.ask("zhoujun", payroll.verify, OneRun(done.run_id)) == []


def test_hold_and_release_leave_the_run_as_it_was(paid: World) -> None:
    computed = run(paid)
    me = OneInRun(computed.run_id, paid.id("zhangsan"), "账号核对中")
    held = paid.do("chenjing", payroll_hold.hold, me)
    assert (held.people, held.input_hash != computed.input_hash) == (8, True)
    back = paid.do("chenjing", payroll_hold.release, me)
    assert (back.people, back.net, back.input_hash, back.held) == (9, computed.net, computed.input_hash, ())
    with pytest.raises(NotFound):
        paid.do("chenjing", payroll_hold.release, me)


def test_a_held_person_stays_held_when_the_run_is_prepared_again(paid: World) -> None:
    computed = run(paid)
    paid.do("chenjing", payroll_hold.hold, OneInRun(computed.run_id, paid.id("zhangsan"), "账号核对中"))
    again = run(paid)
    assert (again.people, [h.name for h in again.held]) == (8, ["张三"])
    with pytest.raises(RuleBroken) as twice:
        paid.do("chenjing", payroll_hold.hold, OneInRun(computed.run_id, paid.id("zhangsan"), "再来"))
    assert twice.value.code == "ALREADY_HELD"


def test_one_person_is_computed_again_alone(paid: World) -> None:
    """张三调薪 10,000 → 11,000:只有他的变;合计多的就是他的;输入摘要与整期重算的一样。"""
    computed = run(paid)
    rows = {r.userid: r for r in paid.ask("sunli", payroll.rows, OneRun(computed.run_id))}
    raised = replace(pay_of("zhangsan"), wages=((date(2026, 1, 1), Money.of("11000.00"), "年度定薪"),))
    paid.do("system", opening.open_pay, opening.OpenPay(COMPANY, (raised,)))
    assert [v.state for v in paid.ask("chenjing", payroll.late, Nothing())] == ["open"]
    alone = paid.do("chenjing", payroll_hold.rerun, OneInRun(computed.run_id, paid.id("zhangsan")))
    now = {r.userid: r for r in paid.ask("sunli", payroll.rows, OneRun(computed.run_id))}
    assert {u for u in now if now[u] != rows[u]} == {"zhangsan"}
    assert Money.of(now["zhangsan"].gross_amount) == Money.of(rows["zhangsan"].gross_amount) + Money.of("1000.00")
    assert Money.of(alone.gross_amount) == Money.of(computed.gross_amount) + Money.of("1000.00")
    assert [v.state for v in paid.ask("chenjing", payroll.late, Nothing())] == ["absorbed"]
    assert paid.ask("zhoujun", payroll.verify, OneRun(computed.run_id)) == []
    whole = run(paid)
    assert (whole.input_hash, whole.net) == (alone.input_hash, alone.net)


def test_somebody_who_is_not_in_the_run_is_refused(paid: World) -> None:
    computed = run(paid)
    execute(paid, f"DELETE FROM payprofile WHERE person_id = {paid.id('loner')}")
    with pytest.raises(NotFound) as refused:
        paid.do("chenjing", payroll_hold.rerun, OneInRun(computed.run_id, paid.id("loner")))
    assert refused.value.code == "NOT_IN_RUN"


def test_two_press_review_at_once_one_wins_and_the_other_is_told(paid: World) -> None:
    computed = run(paid)
    seen = Move(computed.run_id, "review", "computed", computed.input_hash)
    me = paid.actor("sunli")
    jobs = [lambda n=n: paid.desk.do(payroll_life.move, seen, me, f"r{n}").state for n in range(4)]
    assert sorted(at_once(jobs)) == ["STEP_TAKEN", "STEP_TAKEN", "STEP_TAKEN", "reviewed"]
    with pytest.raises(Conflict) as told:
        paid.do("sunli", payroll_life.move, seen)
    assert "孙丽" in told.value.say and "复核" in told.value.say


def test_two_press_publish_at_once_one_wins_and_the_other_is_told(paid: World) -> None:
    computed = run(paid)
    command, me = Publish(computed.run_id, computed.input_hash), paid.actor("sunli")
    jobs = [lambda n=n: paid.desk.do(payroll.publish, command, me, f"p{n}") for n in range(4)]
    found = at_once(jobs)
    assert {v.state for v in found} == {"published"}
    assert sorted("没有重复发布" in v.note and "孙丽" in v.note for v in found) == [False, True, True, True]
    assert paid.one("SELECT count(*) FROM payrunstep WHERE step = 'publish'") == 1
    assert paid.one("SELECT count(*) FROM taxledger WHERE source = :s", s=f"run:{computed.run_id}") == 9


def test_the_hash_is_of_the_inputs_and_the_rules_only(paid: World) -> None:
    """谁算的、何时算的、第几次算,都不改变摘要。"""
    first = run(paid)
    later(paid, hours=3)
    assert run(paid, who="sunli").input_hash == first.input_hash


def test_the_hash_by_another_hand(paid: World) -> None:
    """摘要 = SHA-256(政策版本,人数与各人的数之和);各人的数由 SHA-256 经 SHAKE-128 展开成 1,024 位。
    两种库、人的先后、单独重算几次,都是同一个数。"""
    computed = run(paid)
    for userid in ("liming", "zhangsan", "liming"):
        view = paid.do("chenjing", payroll_hold.rerun, OneInRun(computed.run_id, paid.id(userid)))
    rows = paid.desk.read(
        lambda work: work.rows("SELECT facts FROM payinput WHERE run_id = :r ORDER BY facts DESC", r=computed.run_id)
    )
    wide = [hashlib.shake_128(hashlib.sha256(one.encode()).digest()).hexdigest(128) for (one,) in rows]
    total = sum(int(one, 16) for one in wide) & ((1 << 1024) - 1)
    whole = hashlib.sha256(f"{paid.rules.version}\n{len(rows)}:{total:x}".encode()).hexdigest()
    assert view.input_hash == computed.input_hash == whole


def test_one_person_again_reads_that_person_only(paid: World) -> None:
    """单独重算、暂缓、恢复:冻结的输入与工资条只读他一个人的,公司再大代价也一样。"""
    computed, me = run(paid), paid.id("zhangsan")
    asked: list[str] = []
    event.listen(paid.store.engine, "before_cursor_execute", lambda *a: asked.append(" ".join(a[2].split())))
    for use_case in (payroll_hold.rerun, payroll_hold.hold, payroll_hold.release):
        paid.do("chenjing", use_case, OneInRun(computed.run_id, me, "核对"))
    reads = [s for s in asked if s.startswith("SELECT") and re.search(r"FROM (payinput|payslip)\b", s)]
    assert any("FROM payinput" in s for s in reads)
    own = re.compile(r"(payinput|payslip|[is])\.person_id (=|IN)")
    whole = [s for s in reads if not own.search(s.split(" WHERE ", 1)[1]) and NOTED not in s]
    assert whole == []


def test_one_who_cannot_be_computed_does_not_stop_the_others(paid: World) -> None:
    """收得齐、算不出(没有那个城市的数据):列出他与原因,别人照算;单独重算也一样;改好之后只算他一个。"""
    clean = run(paid)
    execute(paid, f"UPDATE payprofile SET city = '无此城' WHERE person_id = {paid.id('zhangsan')}")
    computed = run(paid)
    assert ([(f.name, f.code) for f in computed.failures], computed.people) == ([("张三", "NO_CITY")], 8)
    again = paid.do("chenjing", payroll_hold.rerun, OneInRun(computed.run_id, paid.id("zhangsan")))
    assert ([f.code for f in again.failures], again.people, again.net) == (["NO_CITY"], 8, computed.net)
    execute(paid, f"UPDATE payprofile SET city = '上海' WHERE person_id = {paid.id('zhangsan')}")
    mended = paid.do("chenjing", payroll_hold.rerun, OneInRun(computed.run_id, paid.id("zhangsan")))
    assert (mended.failures, mended.people, mended.net) == ((), 9, clean.net)
    assert mended.input_hash == clean.input_hash
