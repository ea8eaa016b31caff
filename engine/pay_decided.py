"""口径 pay decided:工资条的哪一行由哪个开关定、定成什么。写进“怎么算的”与工资条的“本期口径”。"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from engine.pay_facts import PayFacts
from engine.pay_lines import employed_whole
from engine.pay_rules import PayRules
from engine.trace import Trace


class Decided(NamedTuple):
    """一条:rule 规则编号(键名@生效日),words 开关名与选的是哪一种。"""

    rule: str
    words: str

    def leaf(self) -> Trace:
        """来处树上的一个叶子。"""
        return Trace("口径", self.words, "text", self.words, self.words, self.rule)


BY_RULE: dict[str, tuple[str, ...]] = {
    "personal_leave": ("personal_leave", "personal_divisor", "daily_rounding"),
    "absence": ("personal_divisor",),
    "sick_leave": ("personal_divisor",),
    "sick_pay": ("sick_scale", "sick_base"),
    "lateness": ("lateness",),
    "overtime_workday": ("overtime_base", "cross_midnight"),
    "overtime_rest_day": ("overtime_base", "cross_midnight"),
    "overtime_statutory": ("overtime_base", "cross_midnight"),
}
"""内置规则 → 定它的各个开关;基本工资看有没有折算、分段。"""


def decided(code: str, facts: PayFacts, rules: PayRules) -> tuple[Decided, ...]:
    """一行由哪些开关定;没有开关的为空。"""
    rule = next((item.rule for item in rules.items if item.key == code), "")
    if code.startswith(("ins_", "er_")):
        keys: tuple[str, ...] = ("insurance_month",)
    elif rule == "base_wage":
        several = sum(w.day <= facts.last_day for w in facts.wages) > 1
        keys = ("raise",) if several else () if employed_whole(facts, rules) else ("proration",)
    else:
        keys = BY_RULE.get(rule, ())
    return tuple(Decided(rules.rule_id(k), rules.rule_word(k)) for k in keys if rules.rule_word(k))


def decisions(codes: Iterable[str], facts: PayFacts, rules: PayRules) -> tuple[Decided, ...]:
    """一张工资条用到的各个口径,不重复,按行的先后。"""
    return tuple(dict.fromkeys(d for code in codes for d in decided(code, facts, rules)))
