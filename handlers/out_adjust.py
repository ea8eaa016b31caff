"""手工与补发的行 out adjust:它们的名字与栏在各人冻结的输入里;合成工资表上的列。

同名同栏的(各人一个编号)合成一列;同一个编号各人说法不同的(补差的缘由)用共同的说法。
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlmodel import col, select

from engine.pay_facts import Adjustment, from_json
from engine.pay_items import Section
from models.pay import PayInput
from models.work import Work


def adjustments_of(work: Work, run_id: int, only: int = 0) -> list[Adjustment]:
    """一期里(或其中一个人)全部有署名的行,按人。"""
    query = select(PayInput.facts).where(PayInput.run_id == run_id).order_by(col(PayInput.person_id))
    if only:
        query = query.where(PayInput.person_id == only)
    return [one for facts in work.session.exec(query) for one in from_json(facts).adjustments]


def columns_of(
    found: Iterable[Adjustment], codes: Iterable[str]
) -> tuple[dict[str, str], dict[str, tuple[str, Section]]]:
    """(编号 → 归到哪一列的编号, 列的编号 → (名字, 栏))。冻结的输入里没有的编号只作说明,不进金额。"""
    labels: dict[str, dict[str, Section]] = {}
    for one in found:
        labels.setdefault(one.code, {}).setdefault(one.label, Section(one.section))
    aliases: dict[str, str] = {}
    columns: dict[str, tuple[str, Section]] = {}
    homes: dict[tuple[str, Section], str] = {}
    for code in sorted(codes):
        known = labels.get(code)
        if not known:
            aliases[code], columns[code] = code, (code, Section.INFO)
            continue
        what = (_shared(known), next(iter(known.values())))
        home = homes.setdefault(what, code)
        aliases[code] = home
        columns[home] = what
    return aliases, columns


def _shared(labels: Mapping[str, Section]) -> str:
    """几种说法共同的:一样就是它;括号前一样取括号前;再不然并排写前三种。"""
    heads = dict.fromkeys(one.partition("(")[0] for one in labels)
    if len(labels) == 1:
        return next(iter(labels))
    return next(iter(heads)) if len(heads) == 1 else "、".join(list(heads)[:3]) + ("等" if len(heads) > 3 else "")
