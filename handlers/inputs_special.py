"""专项附加下载 inputs special:扣缴端下载的累计列 → 各人本年截至该月的累计;与我们登记的差在哪里列出来,复核之后进当月个税。

单位照下载扣除,不得自行改(国家税务总局公告2022年第7号 第二十五、二十六条)。补报的往月在累计里,一次计入当月,不退税。
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from config.input_layouts import naming, special_layout
from config.policies import Policies
from engine.days import Month
from engine.errors import RuleBroken
from engine.money import Money
from handlers.actor import Actor
from handlers.company import company_of
from handlers.inputs_batch import CLOSED_STATES, Kind, Look, already_words, same_file
from handlers.inputs_columns import Columns
from handlers.inputs_people import Known, roll_of
from handlers.inputs_shapes import ImportFile, ItemTotal, Notes, Preview, PreviewLine
from handlers.sheet_in import read_book
from handlers.sheet_table import Table, find_table
from models.inputs import ImportBatch, SpecialClaim
from models.pay import PayRun, SpecialAdditional, TaxLedger
from models.people import Person
from models.work import Work

NEEDED = "专项附加扣除的下载要有“姓名”或“工号”一列,和“累计子女教育”这样的累计列。"


@dataclass(frozen=True, slots=True)
class Claimed:
    """一个人一项的累计。"""

    person: Known
    item: str
    kind: str
    fen: int
    place: str


def _look(work: Work, command: ImportFile, rules: Policies) -> Look:
    """读:每人每项累计多少,与我们登记的比。"""
    month, layout = Month.parse(command.period), special_layout()
    items = {name: code for code, one in layout.items.items() for name in one.names}

    def enough(names: Collection[str]) -> bool:
        roles = {naming(layout.columns).get(one) for one in names}
        return bool({"name", "code"} & roles) and any(one in items for one in names)

    book = read_book(command.upload.name, command.upload.data())
    table = find_table(book, {*items, *naming(layout.columns)}, enough, NEEDED)
    notes = Notes(notes=[*table.skipped, *table.notes])
    found = _read(work, table, month, notes)
    batch = same_file(work, "special", str(month), book.digest)
    lines = _lines(work, found, month, notes)
    shown = Preview(
        kind="special",
        period=str(month),
        file_name=book.name,
        digest=book.digest,
        lines=lines,
        totals=_totals(found),
        faults=tuple(notes.faults),
        notes=tuple(notes.notes),
        already=already_words(work, batch) if batch is not None else "",
    )
    return Look(shown, found, book, table.sheet)


def _read(work: Work, table: Table, month: Month, notes: Notes) -> list[Claimed]:
    layout = special_layout()
    items = {name: code for code, one in layout.items.items() for name in one.names}
    columns, roll, unit = Columns(table, layout.columns, notes), roll_of(work), company_of(work).unit
    found: list[Claimed] = []
    seen: dict[int, int] = {}
    for row in table.rows:
        columns.same_unit(row, unit)
        said = columns.month(row, "period", month.year)
        if said is not None and said != month:
            notes.fault(
                f"第 {row.number} 行", row.number, f"这一行是{said.label}的,现在导入的是{month.label}。请重新下载。"
            )
        person = columns.stranger(row, roll)
        if person is None:
            continue
        if seen.setdefault(person.person_id, row.number) != row.number:
            say = f"{person.name}在第 {seen[person.person_id]} 行已经有了。一个人请只留一行。"
            notes.fault(f"第 {row.number} 行", row.number, say)
            continue
        for index, name in enumerate(table.columns):
            if name in items:
                amount = columns.money(row, index) or Money(0)
                code = items[name]
                found.append(Claimed(person, code, layout.items[code].kind, amount.fen, row.cells[index].at))
    return found


def _lines(work: Work, found: list[Claimed], month: Month, notes: Notes) -> tuple[PreviewLine, ...]:
    """一人一行:下载的累计,与我们按登记推出的累计(不同的在前)。"""
    sums: dict[Known, int] = {}
    for one in found:
        if one.kind == "special":
            sums[one.person] = sums.get(one.person, 0) + one.fen
    lines = []
    for person, fen in sums.items():
        ours, deducted = _ours(work, person.person_id, month)
        same = ours == fen
        reason = "与登记的一致" if same else _why(fen, ours, deducted)
        show = Money(fen)
        lines.append(
            (
                same,
                PreviewLine(
                    person.person_id,
                    person.name,
                    "专项附加扣除累计",
                    show.show(),
                    show.yuan(),
                    "",
                    reason,
                    Money(ours).show(),
                ),
            )
        )
    for name in _left_out(work, {one.person_id for one in sums}, month):
        notes.notes.append(f"下载里没有{name},我们登记了他的专项附加扣除;没有下载的仍按登记的扣。")
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0]))


def _why(fen: int, ours: int, deducted: int) -> str:
    if fen < deducted:
        return (
            f"下载的累计比已经扣过的少 {Money(deducted - fen).show()}(多半是撤销了申报):本月扣除为负,多扣的由本人汇算"
        )
    if fen > ours:
        return f"比登记的多 {Money(fen - ours).show()}(新增或补报的往月,一次计入本月)"
    return f"比登记的少 {Money(ours - fen).show()}(到期或本人改过申报)"


def _ours(work: Work, person_id: int, month: Month) -> tuple[int, int]:
    """(按登记推出的累计, 台账里已经扣过的)。"""
    unit = company_of(work).unit
    before = work.session.exec(
        select(TaxLedger).where(
            TaxLedger.unit == unit,
            TaxLedger.person_id == person_id,
            TaxLedger.tax_year == month.year,
            TaxLedger.month < month.month,
        )
    )
    deducted = sum(one.special_additional.fen for one in before)
    return deducted + _monthly(work, person_id, month), deducted


def _monthly(work: Work, person_id: int, month: Month) -> int:
    rows = work.session.exec(
        select(SpecialAdditional).where(SpecialAdditional.person_id == person_id, SpecialAdditional.since <= str(month))
    )
    return sum(one.monthly.fen for one in rows if one.until is None or one.until >= str(month))


def _left_out(work: Work, told: set[int], month: Month) -> list[str]:
    rows = work.session.exec(
        select(Person)
        .join(SpecialAdditional, col(SpecialAdditional.person_id) == col(Person.id))
        .where(SpecialAdditional.since <= str(month), Person.status == "active")
        .distinct()
        .order_by(Person.userid)
    )
    return [one.name for one in rows if one.id not in told and _monthly(work, one.id or 0, month)]


def _totals(found: list[Claimed]) -> tuple[ItemTotal, ...]:
    sums: dict[str, list[int]] = {}
    for one in found:
        if one.fen:
            sums.setdefault(special_layout().items[one.item].label, []).append(one.fen)
    return tuple(ItemTotal(k, len(v), Money(sum(v)).show(), Money(sum(v)).yuan()) for k, v in sums.items())


def _write(work: Work, batch: ImportBatch, look: Look, actor: Actor) -> None:
    month = Month.parse(batch.period)
    batch.rows = len({one.person.person_id for one in look.staged})
    for one in look.staged:
        work.session.add(
            SpecialClaim(
                batch_id=batch.id or 0,
                person_id=one.person.person_id,
                tax_year=month.year,
                month=month.month,
                item=one.item,
                kind=one.kind,
                cumulative=Money(one.fen),
            )
        )


def _nothing(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """复核与撤回只看批的状态:各行随批走。"""


def _check(work: Work, period: str) -> None:
    """这个发放月的工资锁定之前。"""
    rows = work.session.exec(select(PayRun.state).where(PayRun.pay_month == period, col(PayRun.live_key).is_not(None)))
    if any(state in CLOSED_STATES for state in rows):
        label = Month.parse(period).label
        raise RuleBroken(
            "MONTH_CLOSED", f"{label}发放的工资已经锁定,不能再改它的扣除。请导入到下一个发放月(累计里已经包含)。"
        )


SPECIAL = Kind(_look, _write, _nothing, _nothing, _check)
