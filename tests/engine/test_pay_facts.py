"""冻结的事实:写成什么字节、怎么读回、早先少几个字段的怎么读、哈希与人的先后无关。"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction

import pytest

from engine.pay_facts import (
    Adjustment,
    Allowance,
    Attended,
    InDepartment,
    Insured,
    LeaveTaken,
    Night,
    Note,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
    as_pair,
    canonical,
    digest,
    from_json,
    from_list,
    to_json,
)
from tests.engine.pay_world import facts

FULL = PayFacts(
    "liming", "云帆", "2026-11", "2026-12", "上海", (Wage(1, 1000000, ("wage:1",)),), 2, 29, (1, 3),
    Attended((21, 1), (41, 2), 1, 2, 3, 4, 5, (1, 2), (("迟到次数", ("punch:1",)),)),
    (LeaveTaken("personal", (1, 2), 3, "11月3日", ("leave:1",)),), (OvertimeWorked("workday", 60, "11月4日", ("overtime:1",)),),
    Scored((11, 10), (6, 5), "{}"), ("客户满意度",), (Allowance("餐补", 1500, ("import:1",)),),
    Insured("上海", 1, None, "0.05", "0.03", ("import:2",)),
    TaxFacts("first_job", 2, 3, 4, 5, 6, 7, 8, 9, 10, (1, 2), 11, 12, 13, 14),
    (Adjustment("refund", "退款", "after_tax", 5, True, "缘由", ("manual:1",)),), 7, False, "2026-10-26",
    Night(2, ("punch:2",)), "室外", 30, (InDepartment(1, "一部", ("move:1",)),), (Note("N", "warn", "话", "细"),),
)  # fmt: skip
"""每个字段都不是默认值的人。"""


def test_what_is_frozen_reads_back_the_same() -> None:
    for one in (FULL, facts(), facts(insured=None, roster=())):
        back = from_json(to_json(one))
        assert back == one
        assert [type(x) for x in (*back, *back.wages)] == [type(x) for x in (*one, *one.wages)]
    back = from_json(to_json(FULL))
    kinds = (
        back.leaves[0],
        back.overtime[0],
        back.allowances[0],
        back.departments[0],
        back.notes[0],
        back.adjustments[0],
    )
    assert [type(x) for x in kinds] == [LeaveTaken, OvertimeWorked, Allowance, InDepartment, Note, Adjustment]


def test_facts_frozen_before_the_later_fields_read_as_without_them() -> None:
    old = json.loads(to_json(facts(has_bank=False)))[:20]
    assert from_list(old) == facts(has_bank=False)


def test_the_bytes_are_compact_utf8() -> None:
    text = to_json(facts(person="李明"))
    assert text.startswith(
        '["李明","云帆","2026-11","2026-12","上海",[[1,1000000,["import:wage"]]],1,31,null,[[21,1],[21,1],'
    )
    assert canonical(facts(person="李明")) == text.encode("utf-8")


def test_the_digest_is_of_everybody_in_order_of_number() -> None:
    one, two = facts(person="a"), facts(person="b")
    by_hand = hashlib.sha256(b"v1\n" + to_json(one).encode() + b"\n" + to_json(two).encode()).hexdigest()
    assert digest([one, two], "v1") == digest([two, one], "v1") == by_hand
    assert digest([one, two], "v2") != by_hand


@pytest.mark.parametrize(("value", "pair"), [(Fraction(3, 2), (3, 2)), (4, (4, 1))])
def test_an_exact_number_is_a_pair(value: Fraction | int, pair: tuple[int, int]) -> None:
    assert as_pair(value) == pair


def test_rows_of_the_same_person_keep_their_order() -> None:
    """同一个人有两份(另发)时按给的次序,不拿别的字段比大小。"""
    one = facts()
    two = one._replace(roster=(1,))
    by_hand = hashlib.sha256(b"v\n" + canonical(two) + b"\n" + canonical(one)).hexdigest()
    assert digest([two, one], "v") == by_hand
