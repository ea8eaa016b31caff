"""社保账单 inputs bill:经办机构的社保公积金账单 → 一人一险种两边;与我们算的逐人逐险种比,列出差在哪里、多半是为什么。"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from config.input_layouts import BillLayout, bill_layout, naming
from config.policies import Policies
from engine.days import Month
from engine.errors import NotFound
from engine.money import Money
from engine.pay import insurance_shares
from engine.pay_facts import PayFacts, from_json
from engine.pay_quick import ShareFen
from handlers.actor import Actor
from handlers.inputs_batch import Kind, Look, already_words, batch_of, same_file
from handlers.inputs_columns import Columns
from handlers.inputs_people import Known, roll_of
from handlers.inputs_shapes import ImportFile, ItemTotal, Notes, OneBatch, Preview, PreviewLine
from handlers.pay_compute import rules_for
from handlers.pay_facts import gather
from handlers.pay_prepare import people_in
from handlers.sheet_in import read_book
from handlers.sheet_table import Table, find_table
from models.inputs import ImportBatch, SocialBillLine
from models.pay import PayInput, PayRun
from models.people import Person
from models.work import Work

NEEDED = "社保账单要有“姓名”或“工号”一列,和“养老保险 单位/个人”这样的列(两层表头也可以)。"
Side = tuple[str, str]
"""(险种, 边):边是 employee 个人、employer 单位、base 基数。"""


@dataclass(frozen=True, slots=True)
class Billed:
    """账单上一个人一个险种;base 为空是没写基数。"""

    person: Known
    line: str
    base: int | None
    employee: int
    employer: int
    place: str


@dataclass(frozen=True, slots=True)
class BillDifference:
    """一处不同:theirs 账单,ours 我们;side 个人、单位;hint 多半是为什么。"""

    person_id: int
    name: str
    line: str
    line_label: str
    side: str
    theirs: str
    ours: str
    change_fen: int
    hint: str


@dataclass(frozen=True, slots=True)
class BillView:
    """一份账单与我们的比:people 账单上几个人;lines 比了几处,equal 相等几处。"""

    batch_id: int
    month: str
    people: int
    lines: int
    equal: int
    theirs: str
    ours: str
    differences: tuple[BillDifference, ...]


def column_names(layout: BillLayout) -> dict[str, Side]:
    """列名的各种拼法 → (险种, 边)。"""
    found: dict[str, Side] = {}
    for line, shape in layout.lines.items():
        for name in shape.names:
            for side, words in layout.sides.items():
                for word in words:
                    for text in (f"{name}/{word}", f"{word}/{name}", f"{name}{word}", f"{word}{name}"):
                        found.setdefault(text, (line, side))
                    for text in (f"{name}({word})", f"{name}-{word}", f"{name}_{word}"):
                        found.setdefault(text, (line, side))
    return found


def _look(work: Work, command: ImportFile, rules: Policies) -> Look:
    """读:每人每险种两边。"""
    month, layout = Month.parse(command.period), bill_layout()
    sides = column_names(layout)
    bare = {one for words in layout.sides.values() for one in words}
    bare |= {one for shape in layout.lines.values() for one in shape.names}

    def enough(names: Collection[str]) -> bool:
        who = {naming(layout.columns).get(one) for one in names} & {"name", "code"}
        return bool(who) and any(one in sides or one in bare for one in names)

    book = read_book(command.upload.name, command.upload.data())
    table = find_table(book, {*sides, *bare, *naming(layout.columns)}, enough, NEEDED)
    notes = Notes(notes=[*table.skipped, *table.notes])
    found = _read(work, table, sides, notes)
    if not found and not notes.faults:
        notes.fault("整份文件", 0, "没有读到一个险种的金额。请核对列名(要看得出险种与单位、个人)。")
    batch = same_file(work, "bill", str(month), book.digest)
    shown = Preview(
        kind="bill",
        period=str(month),
        file_name=book.name,
        digest=book.digest,
        lines=tuple(_line(one, layout) for one in found),
        totals=_totals(found, layout),
        faults=tuple(notes.faults),
        notes=tuple(notes.notes),
        already=already_words(work, batch) if batch is not None else "",
    )
    return Look(shown, found, book, table.sheet)


def _read(work: Work, table: Table, sides: Mapping[str, Side], notes: Notes) -> list[Billed]:
    columns, roll = Columns(table, bill_layout().columns, notes), roll_of(work)
    uppers = (*table.uppers, *[""] * len(table.columns))
    at: dict[int, Side] = {}
    for index, name in enumerate(table.columns):
        found_side = sides.get(name) or sides.get(f"{uppers[index]}/{name}")
        if found_side is not None:
            at[index] = found_side
    unread = [n for i, n in enumerate(table.columns) if n and i not in at and i not in columns.at.values()]
    if unread:
        notes.notes.append(f"这几列没有读:{'、'.join(unread[:12])}。")
    found: list[Billed] = []
    seen: dict[int, int] = {}
    for row in table.rows:
        person = columns.stranger(row, roll)
        if person is None:
            continue
        if seen.setdefault(person.person_id, row.number) != row.number:
            say = f"{person.name}在第 {seen[person.person_id]} 行已经有了。补缴的请并进一行,或分开导入。"
            notes.fault(f"第 {row.number} 行", row.number, say)
            continue
        own: dict[str, dict[str, int]] = {}
        places: dict[str, str] = {}
        for index, (line, side) in at.items():
            amount = columns.money(row, index)
            if amount is not None:
                own.setdefault(line, {})[side] = amount.fen
                places.setdefault(line, row.cells[index].at)
        for line, fen in own.items():
            paid = fen.get("employee", 0), fen.get("employer", 0)
            if any(paid):
                found.append(Billed(person, line, fen.get("base"), *paid, places[line]))
    return found


def _line(one: Billed, layout: BillLayout) -> PreviewLine:
    own, unit = Money(one.employee), Money(one.employer)
    shown = f"个人 {own.show()},单位 {unit.show()}"
    return PreviewLine(
        one.person.person_id, one.person.name, layout.lines[one.line].label, shown, own.yuan(), one.place
    )


def _totals(found: list[Billed], layout: BillLayout) -> tuple[ItemTotal, ...]:
    sums: dict[str, list[int]] = {}
    for one in found:
        sums.setdefault(one.line, []).append(one.employee + one.employer)
    return tuple(
        ItemTotal(f"{layout.lines[k].label}(两边)", len(v), Money(sum(v)).show(), Money(sum(v)).yuan())
        for k, v in sums.items()
    )


def _write(work: Work, batch: ImportBatch, look: Look, actor: Actor) -> None:
    batch.rows = len({one.person.person_id for one in look.staged})
    work.session.flush()
    columns = ("batch_id", "person_id", "line", "base", "employee", "employer", "place")
    values = [(batch.id, o.person.person_id, o.line, o.base, o.employee, o.employer, o.place) for o in look.staged]
    work.insert_rows("socialbillline", columns, values)


def _nothing(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """只用来比,不进工资:复核与撤回只看批的状态。"""


def _any_time(work: Work, period: str) -> None:
    """什么时候都可以比。"""


BILL = Kind(_look, _write, _nothing, _nothing, _any_time)


# ── 比 ────────────────────────────────────────────────────────────────


def differences(work: Work, command: OneBatch, rules: Policies, actor: Actor) -> BillView:
    """账单与我们那个月算的逐人逐险种比:有发薪用冻结的输入,没有就现收现算。"""
    batch = batch_of(work, command.batch_id, "bill")
    if batch.state == "undone":
        raise NotFound("NO_BATCH", "这份账单已经撤回,没有可比的。请重新导入。")
    month = Month.parse(batch.period)
    bill: dict[int, dict[str, SocialBillLine]] = {}
    for row in work.session.exec(select(SocialBillLine).where(SocialBillLine.batch_id == batch.id)):
        bill.setdefault(row.person_id, {})[row.line] = row
    pay_rules = rules_for(work, rules, month)
    ours = {
        person_id: {share.step.line.code: share for share in insurance_shares(facts, pay_rules)}
        for person_id, facts in facts_of(work, month, rules).items()
    }
    names = {one.id or 0: one.name for one in work.session.exec(select(Person))}
    found: list[BillDifference] = []
    lines = sums = own = 0
    for person_id in sorted({*bill, *ours}):
        theirs, mine = bill.get(person_id, {}), ours.get(person_id, {})
        for line in sorted({*theirs, *mine}):
            pair = (theirs.get(line), mine.get(line))
            for side in ("employee", "employer"):
                left, right = (getattr(one, side) if one is not None else 0 for one in pair)
                left = left.fen if isinstance(left, Money) else left
                lines, sums, own = lines + 1, sums + left, own + right
                if left != right:
                    about = (person_id, names[person_id], line, side)
                    found.append(_difference(about, (left, right), pair, (bool(theirs), bool(mine))))
    found.sort(key=lambda one: (-abs(one.change_fen), one.person_id, one.line))
    counts = (len(bill), lines, lines - len(found))
    return BillView(batch.id or 0, str(month), *counts, Money(sums).show(), Money(own).show(), tuple(found))


def facts_of(work: Work, month: Month, rules: Policies) -> dict[int, PayFacts]:
    """某个月各人的输入:有发薪的用冻结的,没有的现收。"""
    run = work.session.exec(select(PayRun).where(PayRun.month == str(month), col(PayRun.live_key).is_not(None))).first()
    if run is not None:
        rows = work.session.exec(select(PayInput).where(PayInput.run_id == run.id).order_by(col(PayInput.person_id)))
        return {one.person_id: from_json(one.facts) for one in rows}
    found = gather(work, people_in(work, month, rules), month, rules)
    return {one.person_id: one.facts for one in found if one.facts is not None}


Pair = tuple[SocialBillLine | None, ShareFen | None]


def _difference(
    about: tuple[int, str, str, str], fen: tuple[int, int], pair: Pair, present: tuple[bool, bool]
) -> BillDifference:
    person_id, name, line, side = about
    theirs, ours = fen
    label = bill_layout().lines[line].label if line in bill_layout().lines else line
    return BillDifference(
        person_id,
        name,
        line,
        label,
        "个人" if side == "employee" else "单位",
        Money(theirs).show(),
        Money(ours).show(),
        ours - theirs,
        hint_of(side, fen, pair, present),
    )


def hint_of(side: str, fen: tuple[int, int], pair: Pair, present: tuple[bool, bool]) -> str:
    """多半是为什么:只在账单上、只在我们这里、基数不同、补缴几个月、取整、比例。"""
    theirs, ours = fen
    bill, share = pair
    if not present[0]:
        return "账单上没有这个人:可能还没有增员,或我们多算了(已减员)"
    if not present[1]:
        return "我们没有给他算社保公积金:没有申报基数,或已经离职"
    if share is None:
        return "我们没有这个险种:城市数据里没有,或没有申报基数"
    if bill is None or (theirs == 0 and ours):
        return "账单上没有这一项"
    if abs(theirs - ours) < 100:
        return "取整不同(账单多半到角或到元)"
    if ours and theirs % ours == 0:
        return f"账单正好是我们的 {theirs // ours} 倍:多半含补缴 {theirs // ours - 1} 个月"
    if bill.base is not None and bill.base.fen != share.base:
        return f"基数不同:账单 {bill.base.show()},我们 {Money(share.base).show()}"
    line = share.step.line
    rate, fixed = (
        (line.employee_rate, line.employee_fixed) if side == "employee" else (line.employer_rate, line.employer_fixed)
    )
    n, d = rate.as_integer_ratio()
    implied = (theirs - fixed) * d // n // 100 * 100 if n else 0
    if bill.base is None and any(line.share(base, rate, fixed) == theirs for base in (implied, implied + 100)):
        base = next(base for base in (implied, implied + 100) if line.share(base, rate, fixed) == theirs)
        return f"基数多半不同:按我们的比例反推,账单的基数约 {Money(base).show()},我们 {Money(share.base).show()}"
    return "比例不同,或含补缴、退费:请与经办机构核对"
