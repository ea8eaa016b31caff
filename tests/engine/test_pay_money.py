"""金额:均分加得起来,四舍五入与 Decimal 一致,百分数写得对。"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import Money, percent, round_half_up, total
from engine.trace import Trace


@given(st.integers(-(10**12), 10**12), st.integers(1, 60))
def test_shares_add_up_and_differ_by_a_fen_at_most(fen: int, parts: int) -> None:
    shares = Money(fen).split(parts)
    assert total(shares) == Money(fen)
    assert len(shares) == parts
    assert max(shares).fen - min(shares).fen <= 1


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**6))
def test_rounding_equals_decimal(fen: int, millionths: int) -> None:
    rate = Decimal(millionths) / Decimal(10**6)
    expected = (Decimal(fen) * rate).quantize(Decimal(1), ROUND_HALF_UP)
    assert Money(fen).times(rate).fen == expected
    assert round_half_up(fen * millionths, 10**6) == expected


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (Decimal("0.03"), "3%"),
        (Decimal("1.10"), "110%"),
        (Decimal("0.005"), "0.5%"),
        (Fraction(137, 120), "114.1667%"),
        (Decimal("-0.1"), "-10%"),
        (Decimal("0"), "0%"),
    ],
)
def test_percentages_are_plain(rate: Decimal | Fraction, shown: str) -> None:
    assert percent(rate) == shown


def test_a_trace_survives_json() -> None:
    leaf = Trace("实绩", "120000.00", "money", evidence=("deal:1",))
    whole = Trace("得分", "1.1", "rate", "说", "话", "rule@2026-01-01", ("e:1",), (leaf,))
    assert Trace.from_json(whole.to_json()) == whole
    assert whole.all_evidence() == ["e:1", "deal:1"]
