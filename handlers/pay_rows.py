"""工资条的存法 pay rows:成批算得的列 → 要存的行,与逐人的 `stored(compute(…))` 一字不差。

一行工资条的文字按“哪几项不为零”套模板:同一家公司里花样不多,比逐项拼快几倍。
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from engine.batch_slip import Slips
from engine.pay import Slip
from engine.pay_after import CARRIED, SHORTAGE
from engine.pay_facts import Adjustment

Row = tuple[int, int, int, int, str, str]
"""(应发, 个人社保公积金, 个税, 实发, 各行, 要看的事),以分计。"""

TAX_APART = "tax_apart"
"""合计里单独计的税(年终奖、经济补偿);没有的不列。"""
TAXED_APART = ("annual_bonus_tax", "severance_tax")
"""单独计的税在工资条上的行。"""


def apart_tax_of(adjustments: tuple[Adjustment, ...]) -> int:
    """单独计的税(分,正数):不进当月个税与累计。"""
    return -sum(one.fen for one in adjustments if one.section == "tax")


MOST_MASKED = 62
"""用一个整数记“哪几项不为零”,最多这么多项;再多就逐行记。"""


def stored(slip: Slip) -> Row:
    """一张工资条要存的各列(分与紧凑的行)。"""
    found = [[c.code, c.level, c.say] for c in slip.problems]
    problems = json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else "[]"
    return (slip.gross_fen, slip.insurance_fen, slip.tax_fen, slip.net_fen, lines_text(slip), problems)


def lines_text(slip: Slip) -> str:
    """存下的行:[[项目,分],…] 的 JSON,为零的不存。项目名只有英文与下划线,直接拼,比通用的编码快几倍。"""
    found = [f'["{key}",{fen}]' for key, fen in zip(slip.rules.keys, slip.amounts, strict=True) if fen]
    found += _adjusted(slip.adjustments)
    for step, _, employee, employer, _, _ in slip.shares:
        code = step.line.code
        if employee:
            found.append(f'["ins_{code}",{-employee}]')
        if employer:
            found.append(f'["er_{code}",{employer}]')
    if slip.tax_fen:
        found.append(f'["iit",{-slip.tax_fen}]')
    if slip.receivable_fen:
        found += [f"[{json.dumps(CARRIED + one.code, ensure_ascii=False)},{one.rest}]" for one in slip.carried]
        if slip.shortage:
            found.append(f'["{SHORTAGE}",{slip.shortage.fen}]')
    return f"[{','.join(found)}]"


def _adjusted(adjustments: tuple[Adjustment, ...]) -> list[str]:
    return [f'["{one.code}",{one.fen}]' for one in adjustments]


def rows_of(slips: Slips, keys: tuple[str, ...], adjustments: Callable[[int], tuple[Adjustment, ...]]) -> Iterator[tuple[int, Row]]:  # fmt: skip
    """一段人:(位置, 要存的行)。keys 是各项目的名字;adjustments(位置) 给那个人的调整,只问有调整的人。"""
    names, columns, items = _columns(slips, keys)
    lists = [one.tolist() for one in columns]
    shown: list[tuple[int, ...]] = list(zip(*lists, strict=True)) if lists else [()] * len(slips.at)
    masks = _masks(columns, shown)
    templates: dict[Any, str] = {}
    sums = (slips.at, slips.gross, slips.insurance, slips.tax, slips.net, slips.adjusted)
    heads = zip(*(one.tolist() for one in sums), strict=True)
    for (at, gross, insurance, tax, net, adjusted), row, mask in zip(heads, shown, masks, strict=True):
        if adjusted:
            text = _with(_adjusted(adjustments(at)), names, row, items)
        else:
            template = templates.get(mask)
            if template is None:
                parts = [f'["{name}",%d]' for name, fen in zip(names, row, strict=True) if fen]
                template = templates[mask] = f"[{','.join(parts)}]"
            text = template % tuple(filter(None, row))
        yield at, (gross, insurance, tax, net, text, "[]")


def _columns(slips: Slips, keys: tuple[str, ...]) -> tuple[list[str], list[Any], int]:
    """有数的各列与名字,次序同 lines_text;第三样是其中项目有几列。"""
    found = [(key, one) for key, one in zip(keys, slips.amounts, strict=True) if not isinstance(one, int)]
    for share in slips.shares:
        code = share.step.line.code
        found += [(f"ins_{code}", -share.employee), (f"er_{code}", share.employer)]
    found.append(("iit", -slips.tax))
    kept = [(name, one + 0 * slips.tax) if isinstance(one, int) else (name, one) for name, one in found]
    kept = [(name, one) for name, one in kept if one.any()]
    own = set(keys)
    return [name for name, _ in kept], [one for _, one in kept], sum(name in own for name, _ in kept)


def _masks(columns: list[Any], shown: list[tuple[int, ...]]) -> list[Any]:
    """各行哪几项不为零。"""
    if not columns or len(columns) > MOST_MASKED:
        return [bytes(map(bool, row)) for row in shown]
    mask = (columns[0] != 0) * 1
    for place, one in enumerate(columns[1:], 1):
        mask |= (one != 0) * (1 << place)
    found: list[Any] = mask.tolist()
    return found


def _with(adjusted: list[str], names: list[str], row: tuple[int, ...], items: int) -> str:
    """有调整的人:调整排在项目之后、社保之前。"""
    parts = [f'["{name}",{fen}]' if fen else "" for name, fen in zip(names, row, strict=True)]
    return f"[{','.join(filter(None, [*parts[:items], *adjusted, *parts[items:]]))}]"
