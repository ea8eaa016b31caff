"""补差 arrears:已发的月份后来知道错了,不改旧工资条,在下一期补一行有正负号的差额,缘由各一行。

算法:那个月的规则不变,事实由“已经发到的那一份”(冻结的,或上一次补差之后的)改成更正后的;
缘由按知道的先后一个一个换上去,每换一个,应发、社保等的变化就是它的一行。各行之和恰好是总差额;
更正之后再更正,从上一次补差的那份接着算,来回更正互相抵消。税在实际发放的那个月按累计预扣计(pay-law §1.2)。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.days import Month
from engine.errors import BadInput
from engine.formula_evidence import EVIDENCE
from engine.money import Money
from engine.pay import Slip, compute
from engine.pay_evidence import ATTENDANCE, DEALS, LEAVE, RATINGS, swapped
from engine.pay_explain import Explainer
from engine.pay_facts import Adjustment, Evidence, Insured, PayFacts
from engine.pay_items import Section
from engine.pay_rules import PayRules
from engine.trace import Trace, money_leaf

PREFIX = "arrears_"
HELD = "held"
"""当期没有发的人(暂缓、漏发):整个月都是差额。"""
ALL = ("attended", "leaves", "overtime", "roster", "score", "score_missing", "wages", "insured", "records")

FIELDS: Mapping[str, tuple[str, ...]] = {
    "punch": ("attended", "overtime", "records"),
    "schedule": ("attended", "overtime", "roster", "records"),
    "leave": ("leaves", "attended", "overtime", "records"),
    "overtime": ("overtime", "records"),
    "deal": ("score", "score_missing", "records"),
    "rating": ("score", "score_missing", "records"),
    "target": ("score", "score_missing"),
    "appeal": ("score", "score_missing"),
    "score": ("score", "score_missing"),
    "wage": ("wages",),
    "insurance": ("insured",),
    "dismissal": ("first_day", "last_day", "attended", "leaves", "overtime", "service_years", "records"),
    HELD: PayFacts._fields,
}
"""缘由的种类 → 它改得到的事实。没有列的种类可以改 ALL;没有日期的档案(津贴标准、比例)不在内,免得拿今天的标准改旧月份。

往月的值(past)也不在内:那一期发放时前面各月是多少,就是多少。
"""

RECORDS: Mapping[str, tuple[str, ...]] = {
    "punch": ATTENDANCE,
    "schedule": ATTENDANCE,
    "leave": (*ATTENDANCE, LEAVE),
    "overtime": ("加班",),
    "deal": (DEALS,),
    "rating": (RATINGS,),
    "dismissal": (*ATTENDANCE, LEAVE),
}
"""缘由的种类 → 它改得到的逐笔证据;没有列的可以改全部种类。一种缘由不带走别的缘由的差额。"""


class Cause(NamedTuple):
    """一种缘由:kind 种类,ids 迟到的事实的编号,say 各条的话,evidence 证据编号。"""

    kind: str
    ids: tuple[int, ...]
    say: tuple[str, ...]
    evidence: Evidence = ()


class Applied(NamedTuple):
    """换上一个缘由:before 换之前的事实,after 换之后的;None 为没有工资可发(当期没有发、后来知道那个月不在职)。"""

    cause: Cause
    before: PayFacts | None
    after: PayFacts | None


class Sums(NamedTuple):
    """一张工资条里要补的几样(分):应税与免税的应发、个人社保(可扣与超限)、单位超限并入应税、单位承担、税后。"""

    taxed: int = 0
    free: int = 0
    insurance: int = 0
    over: int = 0
    added: int = 0
    employer: int = 0
    after_tax: int = 0

    def minus(self, other: Sums) -> Sums:
        """逐项相减。"""
        return Sums(*(a - b for a, b in zip(self, other, strict=True)))


class Way(NamedTuple):
    """差额里的一样怎么写成一行:编号的尾巴、栏(正数、负数)、方向、计不计税、添在名字后的话。"""

    tail: str
    sections: tuple[str, str]
    sign: int
    taxed: bool
    words: str


WAYS = (
    Way("", ("earning", "deduction"), 1, True, ""),
    Way("_free", ("earning", "deduction"), 1, False, "(不计税)"),
    Way("_ins", ("insurance", "insurance"), -1, True, "个人社保公积金"),
    Way("_over", ("insurance", "insurance"), -1, False, "个人公积金超限部分"),
    Way("_added", ("info", "info"), 1, True, "公积金超限并入应税"),
    Way("_er", ("employer", "employer"), 1, False, "单位社保公积金"),
    Way("_after", ("after_tax", "after_tax"), 1, False, "税后项目"),
)
"""次序同 Sums。"""


def bare(facts: PayFacts) -> PayFacts:
    """去掉那个月自己的手工行与补差:它们已经发过,不参与重算。"""
    return facts._replace(adjustments=())


def mended(base: PayFacts, seen: PayFacts, kind: str) -> PayFacts:
    """换上一种缘由改得到的事实;申报基数只换基数,比例仍用当时的。"""
    fields = FIELDS.get(kind, ALL)
    apart = ("tax", "adjustments", "records")
    changes = {name: getattr(seen, name) for name in fields if name not in apart}
    if "records" in fields:
        changes["records"] = swapped(base.records, seen.records, RECORDS.get(kind, tuple(EVIDENCE)))
    if "insured" in fields:
        changes["insured"] = _insured(base.insured, seen.insured)
    return base._replace(**changes)


def _insured(base: Insured | None, seen: Insured | None) -> Insured | None:
    """只换申报基数,比例没有日期、仍用当时的;现在没有参保的是两样都不缴,当时没有参保的整份用现在的。"""
    if base is None:
        return seen
    if seen is None:
        return base._replace(social_base=None, housing_base=None)
    return base._replace(social_base=seen.social_base, housing_base=seen.housing_base, evidence=seen.evidence)


def apply(base: PayFacts | None, seen: PayFacts | None, causes: Sequence[Cause]) -> list[Applied]:
    """缘由一个一个换上去。

    base 为空(当期没有发)时头一个缘由就是整个月;seen 为空(那个月其实不在职)时头一个缘由把整个月扣回;后面的不再有差额。
    """
    out: list[Applied] = []
    here = None if base is None else bare(base)
    for cause in causes:
        after = None if seen is None else bare(seen) if here is None else mended(here, seen, cause.kind)
        out.append(Applied(cause, here, after))
        here = after
    return out


def sums(facts: PayFacts | None, rules: PayRules) -> Sums:
    """一份事实按那个月的规则该发、该缴多少;没有事实是全零。"""
    if facts is None:
        return Sums()
    slip = compute(facts, rules)
    free = rules.untaxed_of(slip.amounts)
    taxed = slip.gross_fen - free
    return Sums(
        taxed, free, slip.deductible, slip.insurance_fen - slip.deductible, slip.taxable_income - taxed,
        slip.employer_fen, slip.after_tax_fen,
    )  # fmt: skip


def lines(applied: Sequence[Applied], rules: PayRules) -> tuple[Adjustment, ...]:
    """下一期里的各行:一个缘由一行(社保、单位部分另起一行);没有差额的缘由没有行。"""
    return tuple(line for one in applied for line in _lines(one, rules))


def _lines(one: Applied, rules: PayRules) -> Iterator[Adjustment]:
    month = rules.terms.month
    change = sums(one.after, rules).minus(sums(one.before, rules))
    for way, fen in zip(WAYS, change, strict=True):
        if not fen:
            continue
        signed = fen * way.sign
        verb = "补" if signed > 0 else "扣回"
        what = way.words if way.tail not in ("", "_free") else _what(one, rules, way.tail) + way.words
        if way.tail in ("_ins", "_over", "_er"):
            verb = "补缴" if fen > 0 else "退回"
        why = f"({one.cause.say[0]})" if len(one.cause.say) == 1 else f"({len(one.cause.say)} 处更正)"
        yield Adjustment(
            code_of(month, one.cause.kind) + way.tail,
            f"{verb}{_month(month)}{what}{why}",
            way.sections[0] if signed > 0 else way.sections[1],
            signed,
            way.taxed,
            ";".join(one.cause.say),
            one.cause.evidence,
        )


def code_of(month: Month, kind: str) -> str:
    """补差行的编号:arrears_202609_punch。"""
    return f"{PREFIX}{month.year}{month.month:02d}_{kind}"


def parse_code(code: str) -> tuple[Month, str, str]:
    """补差行的编号 → (哪个月, 缘由, 尾巴);不是补差行报 BadInput(NOT_ARREARS)。"""
    head, _, rest = code.removeprefix(PREFIX).partition("_")
    if not code.startswith(PREFIX) or not (head.isdigit() and len(head) == 6):
        raise BadInput("NOT_ARREARS", "这一行不是补差。请从工资条上选一行来看。")
    tail = next((w.tail for w in WAYS if w.tail and rest.endswith(w.tail)), "")
    return Month(int(head[:4]), int(head[4:])), rest.removesuffix(tail), tail


def _month(month: Month) -> str:
    return f"{month.month}月"


def _what(one: Applied, rules: PayRules, tail: str) -> str:
    """补的是哪几行:只有一两行有变的,说行的名字。"""
    if one.before is None or one.after is None:
        return "工资"
    free = tail == "_free"
    names = [
        item.label
        for item, before, after in zip(
            rules.items, compute(one.before, rules).amounts, compute(one.after, rules).amounts, strict=True
        )
        if before != after and item.section in (Section.EARNING, Section.DEDUCTION) and (item.tax != "wage") == free
    ]
    return "、".join(names) if len(names) <= 2 else "工资"


OF_TAIL: Mapping[str, tuple[Section, ...]] = {
    "": (Section.EARNING, Section.DEDUCTION),
    "_free": (Section.EARNING, Section.DEDUCTION),
    "_ins": (Section.INSURANCE,),
    "_over": (Section.INSURANCE,),
    "_added": (Section.INFO,),
    "_er": (Section.EMPLOYER,),
    "_after": (Section.AFTER_TAX,),
}


def trace(one: Applied, rules: PayRules, line: Adjustment) -> Trace:
    """一行补差的来处:那个月里变了的每一行,原来怎么算、更正后怎么算。"""
    tail = parse_code(line.code)[2]
    old = Explainer(one.before, rules) if one.before is not None else None
    new = Explainer(one.after, rules) if one.after is not None else None
    was, now = (_by_code(side.slip if side else None, tail, rules) for side in (old, new))
    parts: list[Trace] = []
    for code in dict.fromkeys((*now, *was)):
        before, after = was.get(code), now.get(code)
        change = (after[1] if after else 0) - (before[1] if before else 0)
        if change:
            label = (after or was[code])[0]
            first = old.line(code) if old and before else money_leaf("没有这一行", Money(0))
            last = new.line(code) if new and after else money_leaf("没有这一行", Money(0))
            sides = (_named(first, "原来"), _named(last, "更正后"))
            parts.append(Trace(f"{label}的差额", Money(change).yuan(), parts=sides))
    month = rules.terms.month
    why = line.reason
    said = f"{line.label}:按{month.label}的规定重算,与已发的相差 {Money(line.fen).show()}({why});税在本期计"
    words = f"{month.label}已发的工资按更正后的事实重算,补差额:{why}"
    return Trace(line.label, Money(line.fen).yuan(), "money", said, words, "", line.evidence, tuple(parts))


def _by_code(slip: Slip | None, tail: str, rules: PayRules) -> dict[str, tuple[str, int]]:
    """某几栏的各行:编号 → (名字, 分)。应税与免税分开看。"""
    if slip is None:
        return {}
    free = {item.key for item in rules.items if item.tax != "wage"}
    return {
        line.code: (line.label, line.amount.fen)
        for line in slip.lines
        if line.section in OF_TAIL[tail] and (tail not in ("", "_free") or (line.code in free) == (tail == "_free"))
    }


def _named(found: Trace, when: str) -> Trace:
    return Trace(
        f"{when}:{found.label}",
        found.value,
        found.unit,
        found.say,
        found.words,
        found.rule,
        found.evidence,
        found.parts,
    )
