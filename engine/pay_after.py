"""工资条的税后部分 pay after:税后项目与有署名的税后扣款,按政策的次序与限额扣;扣不完的转下月。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.after_tax import Pool, Taken, Wanted, deduct
from engine.pay_facts import Adjustment, PayFacts
from engine.pay_rules import PayRules

CARRIED = "rest_"
"""没扣完、转到下月的行:rest_ 加原来的编号。"""
CARRIED_SHORTAGE = "carried_shortage"
"""上一期应发不够缴的那一截,在这一期扣。"""
SHORTAGE = "shortage"
"""应发不够缴社保、个税的那一截:实发按零,转到下月收回。"""


class AfterTax(NamedTuple):
    """税后的结果(分):amounts、adjustments 里的扣款换成实扣的;total 税后合计(带正负);taken 各行实扣与余下。"""

    amounts: tuple[int, ...]
    adjustments: tuple[Adjustment, ...]
    total: int
    taken: tuple[Taken, ...]


def settle(facts: PayFacts, rules: PayRules, amounts: tuple[int, ...], sums: tuple[int, int]) -> AfterTax:
    """扣税后各行。sums 是(应发, 应发减个人社保公积金减个税)。收入先加,扣款按次序扣;同样次序的先项目、后调整。"""
    gross, before = sums
    found, extra = list(amounts), list(facts.adjustments)
    places = [(i, -amounts[i], rules.items[i].key) for i in rules.after_tax_index if amounts[i] < 0]
    rows = [(i, -a.fen, a.code) for i, a in enumerate(extra) if a.section == "after_tax" and a.fen < 0]
    income = sum(amounts[i] for i in rules.after_tax_index if amounts[i] > 0)
    income += sum(a.fen for a in extra if a.section == "after_tax" and a.fen > 0)
    pool = Pool(before + income, gross, rules.city(facts.city).minimum)
    taken = deduct([Wanted(code, fen) for _, fen, code in (*places, *rows)], pool, rules.terms.after_tax)
    for (i, _, _), one in zip(places, taken, strict=False):
        found[i] = -one.fen
    for (i, _, _), one in zip(rows, taken[len(places) :], strict=True):
        extra[i] = extra[i]._replace(fen=-one.fen)
    return AfterTax(tuple(found), tuple(extra), income - sum(t.fen for t in taken), taken)


def carried(taken: Sequence[Taken]) -> tuple[Taken, ...]:
    """没扣完的。"""
    return tuple(one for one in taken if one.rest)


def adjusted(found: tuple[Adjustment, ...]) -> tuple[int, int, int, int, int, int]:
    """有署名的各行合起来:(应发, 应税, 税后, 个人社保, 可税前扣除的社保, 单位承担),以分计。

    社保栏的行多缴为负;taxed 为真的可以税前扣除。说明栏的只计税不发钱(公积金超限);个税栏的是另外单独计的税(年终奖),扣在税后。
    """
    gross = taxed = after = own = deductible = employer = 0
    for _, _, section, fen, counts, _, _ in found:
        if section in ("earning", "deduction"):
            gross += fen
            taxed += fen if counts else 0
        elif section in ("after_tax", "tax"):
            after += fen
        elif section == "insurance":
            own -= fen
            deductible -= fen if counts else 0
        elif section == "employer":
            employer += fen
        elif section == "info":
            taxed += fen if counts else 0
    return gross, taxed, after, own, deductible, employer
