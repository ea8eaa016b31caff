"""读旧工资表 parallel read:列 → 我们的项目。先按名字猜,人选定之后按公司记住;有数而没有选的列不放过。

旧表把扣的写成正数还是负数,看这一列多数是正是负。通讯录里没有的人照记:差异里列作“只在旧表里”。
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import select

from config.input_layouts import naming, old_pay_layout
from config.policies import Policies
from engine.days import Month
from engine.money import Money
from engine.parallel import Named, is_negative, labels_of
from engine.pay_rules import PayRules
from handlers.actor import Actor
from handlers.inputs_batch import Kind, Look, already_words, same_file
from handlers.inputs_items import input_rules
from handlers.inputs_people import Roll, roll_of
from handlers.inputs_shapes import ImportFile, ItemTotal, Notes, Preview, PreviewLine
from handlers.pay_compute import rules_for
from handlers.sheet_in import place, read_book
from handlers.sheet_table import Cell, Row, Table, find_table, plain_name
from handlers.sheet_values import Unreadable, code_of, money_of
from models.inputs import ColumnChoice, ImportBatch
from models.work import Work

NEEDED = "旧工资表要有“姓名”或“工号”一列,和各工资项目的列。"
IGNORE = "-"
"""选了“不读”的列。"""
INSURANCE = {
    "pension": "养老保险",
    "medical": "医疗保险",
    "unemployment": "失业保险",
    "housing": "住房公积金",
    "supplementary": "补充住房公积金",
}


@dataclass(frozen=True, slots=True)
class ColumnView:
    """旧表的一列:header 列名;target 选定或猜的项目(“-”不读,空为还没选);guessed 是猜的;sample 头几个数。"""

    header: str
    target: str
    guessed: bool
    sample: str


@dataclass(frozen=True, slots=True)
class OldCell:
    """读出来的一格:person_id 为空是通讯录里没有的人;fen 已换成我们的符号。"""

    person_id: int | None
    who: str
    item: str
    fen: int
    place: str


def extra_lines(rules: Policies) -> Named:
    """月度输入录的行:编号 → (名字, 栏)。"""
    return {one.line: (one.label, one.section) for one in input_rules(rules).values() if one.kind == "line"}


def targets(pay_rules: PayRules, rules: Policies) -> dict[str, str]:
    """可以对应的项目:编号 → 名字。"""
    own = labels_of(pay_rules)
    insurance = {f"ins_{code}": f"{label}(个人)" for code, label in INSURANCE.items()}
    return own | insurance | {code: label for code, (label, _) in extra_lines(rules).items()}


def guesses(known: Mapping[str, str]) -> dict[str, str]:
    """列名的叫法 → 项目:版式里写的,加上我们自己的名字。"""
    found = {plain_name(label): code for code, label in known.items()}
    for code, names in old_pay_layout().targets.items():
        if code in known:
            found |= {plain_name(one): code for one in names}
    return found


def columns_of(work: Work, command: ImportFile, table: Table, known: Mapping[str, str]) -> tuple[ColumnView, ...]:
    """各列怎么对应:这次选的,上次记住的,按名字猜的。只列有数的列。"""
    chosen = dict(command.mapping)
    kept = {one.header: one.target for one in work.session.exec(select(ColumnChoice).where(ColumnChoice.kind == "old"))}
    guess, who = guesses(known), naming(old_pay_layout().columns)
    found: list[ColumnView] = []
    for index, header in enumerate(table.columns):
        cells = [row.cells[index] for row in table.rows]
        if not header or header in who or not any(_is_number(cell) for cell in cells):
            continue
        short = header.rpartition("/")[2]
        target = chosen.get(header) or kept.get(header) or guess.get(header) or guess.get(short) or ""
        if target != IGNORE and target not in known:
            target = ""
        sample = "、".join(cell.text for cell in cells if not cell.blank)[:40]
        found.append(ColumnView(header, target, header not in chosen and header not in kept, sample))
    return tuple(found)


def _is_number(cell: Cell) -> bool:
    try:
        return money_of(cell.value) is not None
    except Unreadable:
        return False


def read_table(command: ImportFile) -> Table:
    """旧工资表的表头与各行。"""
    who, guess = naming(old_pay_layout().columns), {n for names in old_pay_layout().targets.values() for n in names}

    def enough(names: Collection[str]) -> bool:
        return bool({who[one] for one in names if one in who}) and len(names) >= 2

    book = read_book(command.upload.name, command.upload.data())
    return find_table(book, {*who, *guess}, enough, NEEDED)


def _look(work: Work, command: ImportFile, rules: Policies) -> Look:
    """读:每人每项多少;没选的列、读不成的格、一个人两行都是问题。"""
    month = Month.parse(command.period)
    table = read_table(command)
    pay_rules = rules_for(work, rules, month)
    known = targets(pay_rules, rules)
    columns = columns_of(work, command, table, known)
    notes = Notes()
    for one in columns:
        if not one.target:
            at = place(table.header - 1, table.columns.index(one.header))
            notes.fault(at, table.header, f"“{one.header}”这一列有数,还没有选对应我们的哪一项(不比的请选“不读”)。")
    picked = {table.columns.index(one.header): one.target for one in columns if one.target not in ("", IGNORE)}
    minus = {code for code in set(picked.values()) if is_negative(code, pay_rules, extra_lines(rules))}
    cells = _cells(table, roll_of(work), (picked, minus), notes)
    found = same_file(work, "old", str(month), table.book.digest)
    formulas = sum(row.cells[i].formula for row in table.rows for i in picked)
    if formulas:
        notes.notes.append(f"{formulas} 格是公式,取的是文件里存的结果(上次打开时算的)。")
    shown = Preview(
        kind="old",
        period=str(month),
        file_name=table.book.name,
        digest=table.book.digest,
        lines=tuple(_line(one, known) for one in cells),
        totals=_totals(cells, known),
        faults=tuple(notes.faults),
        notes=(*notes.notes, *table.skipped, *table.notes),
        already=already_words(work, found) if found is not None else "",
    )
    return Look(shown, (cells, columns), table.book, table.sheet)


Picked = tuple[dict[int, str], set[str]]


def _cells(table: Table, roll: Roll, picked: Picked, notes: Notes) -> list[OldCell]:
    columns, minus = picked
    who = naming(old_pay_layout().columns)
    at = {who[c]: i for i, c in enumerate(table.columns) if c in who}
    flip = {i: _mostly_positive(table, i) for i, code in columns.items() if code in minus}
    seen: dict[str, int] = {}
    found: list[OldCell] = []
    for row in table.rows:
        name, code = (row.cells[at[role]] if role in at else None for role in ("name", "code"))
        try:
            person_id, called = _person(roll, code, name)
            if seen.setdefault(called, row.number) != row.number:
                raise Unreadable(f"{called}在第 {seen[called]} 行已经有了。一个人请只留一行。")
        except Unreadable as problem:
            notes.fault(f"第 {row.number} 行", row.number, problem.say)
            continue
        sums: dict[str, OldCell] = {}
        for index, item in columns.items():
            fen = _fen(row, index, notes) * (-1 if flip.get(index) else 1)
            before = sums[item].fen if item in sums else 0
            sums[item] = OldCell(person_id, called, item, before + fen, row.cells[index].at)
        found += sums.values()
    return found


def _fen(row: Row, index: int, notes: Notes) -> int:
    cell = row.cells[index]
    try:
        if cell.error:
            raise Unreadable("这一格是错误值(如 #N/A),没法比。请改好再导入。")
        if cell.merged:
            raise Unreadable("这一格与别的格合并了,看不出是谁的数。")
        return (money_of(cell.value) or Money(0)).fen
    except Unreadable as problem:
        notes.fault(cell.at, row.number, problem.say)
        return 0


def _mostly_positive(table: Table, index: int) -> bool:
    """扣的这一列,旧表多数写成正数:换成负数再比。"""
    signs = 0
    for row in table.rows:
        try:
            found = money_of(row.cells[index].value)
        except Unreadable:
            continue
        signs += 0 if found is None or not found.fen else 1 if found.fen > 0 else -1
    return signs > 0


def _person(roll: Roll, code: Cell | None, name: Cell | None) -> tuple[int | None, str]:
    """认得的给编号;通讯录里没有的只记名字;同名分不清的拒绝。"""
    try:
        found = roll.find(code, name)
    except Unreadable as problem:
        called = " ".join(t for t in (code_of(code.value) if code else "", name.text if name else "") if t)
        if problem.say.startswith(("没有找到", "没有工号")) and called:
            return None, called[:100]
        raise
    return found.person_id, found.name if found.name else found.userid


def _line(one: OldCell, known: Mapping[str, str]) -> PreviewLine:
    amount = Money(one.fen)
    return PreviewLine(one.person_id or 0, one.who, known[one.item], amount.show(), amount.yuan(), one.place)


def _totals(cells: list[OldCell], known: Mapping[str, str]) -> tuple[ItemTotal, ...]:
    sums: dict[str, list[int]] = {}
    for one in cells:
        sums.setdefault(one.item, []).append(one.fen)
    return tuple(
        ItemTotal(known[item], sum(1 for fen in found if fen), Money(sum(found)).show(), Money(sum(found)).yuan())
        for item, found in sums.items()
    )


def _write(work: Work, batch: ImportBatch, look: Look, actor: Actor) -> None:
    """写下各格,并记住这家公司的列是怎么对应的。"""
    cells, columns = look.staged
    batch.rows = len({one.who for one in cells})
    batch.mapping = {one.header: one.target for one in columns}
    for one in columns:
        row = work.session.get(ColumnChoice, ("old", one.header))
        row = row or ColumnChoice(kind="old", header=one.header, set_at=work.now)
        row.target, row.set_by, row.set_at = one.target, actor.userid, work.now
        work.session.add(row)
    values = [(batch.id, c.person_id, c.who, c.item, c.fen, c.place) for c in cells]
    work.session.flush()
    work.insert_rows("oldpayline", ("batch_id", "person_id", "who", "item", "amount", "place"), values)


def _nothing(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """各格随批走,不用另办。"""


def _any_time(work: Work, period: str) -> None:
    """对比不影响工资,什么时候都可以。"""


OLD = Kind(_look, _write, _nothing, _nothing, _any_time)
