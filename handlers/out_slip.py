"""工资条的纸样 out slip:一个人一期的工资条,照发布时存下的数;写成 PDF(可选组件 pdf),本人自己下载,每次留一行审计。

字体要有汉字:先找设置里的文件夹(EHR_PDF_FONTS),再找系统里的;没有就说清楚怎么办,不出一张满是方块的纸。
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from config.policies import Policies
from engine.days import Month, shanghai
from engine.errors import NotFound, NotReady
from engine.money import Money
from engine.pay_items import SECTION_LABELS, Section
from handlers.actor import Actor
from handlers.out_book import DONE, Book, PersonPay, book_of
from handlers.out_exports import FileOut
from models.pay import PayRun, Payslip
from models.work import Work

try:
    import typst
except ImportError:  # 可选组件
    typst = None  # type: ignore[assignment]

TEMPLATE = Path(__file__).with_name("out_slip.typ")
FAMILIES = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun"),
)
"""有汉字的字体,先写的先用;后面的补前面没有的字。"""
OWN = (Section.EARNING, Section.DEDUCTION, Section.INSURANCE, Section.TAX, Section.AFTER_TAX, Section.EMPLOYER)
PDF = "application/pdf"
FULL = str.maketrans({",": "\uff0c", ":": "\uff1a", ";": "\uff1b"})
"""纸上的标点用全角。"""


@dataclass(frozen=True, slots=True)
class SlipPdf:
    """要一个人某个月的工资条 PDF;fonts 设置里的字体文件夹(由门给,空为只用系统的)。"""

    person_id: int
    month: str
    fonts: str = ""


@dataclass(frozen=True, slots=True)
class PaperBlock:
    """一栏:title 栏名,total 合计,lines [(名字, 金额)]。"""

    title: str
    total: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """一张纸上的字。"""

    title: str
    about: tuple[str, ...]
    blocks: tuple[PaperBlock, ...]
    net: str
    notes: tuple[str, ...]
    footer: str


def pdf(work: Work, command: SlipPdf, rules: Policies, actor: Actor) -> FileOut:
    """本人某个月已发布的工资条。"""
    month = Month.parse(command.month)
    run = published_run(work, command.person_id, month)
    paper = paper_of(work, (run, command.person_id), rules)
    return pdf_of(paper, f"工资条-{month}.pdf", command.fonts)


def published_run(work: Work, person_id: int, month: Month) -> PayRun:
    """那个月已发布、有这个人的一期;没有报 NO_SLIP。"""
    run = work.session.exec(_runs_of(person_id).where(PayRun.month == str(month))).first()
    if run is None:
        raise NotFound("NO_SLIP", f"{month.label}还没有已发布的工资条,没有可下载的。试算请在页面上看。")
    return run


def last_run(work: Work, person_id: int) -> PayRun | None:
    """最近一期已发布的、有这个人的。"""
    return work.session.exec(_runs_of(person_id).order_by(col(PayRun.month).desc(), col(PayRun.id).desc())).first()


def _runs_of(person_id: int) -> SelectOfScalar[PayRun]:
    return (
        select(PayRun)
        .join(Payslip, col(Payslip.run_id) == col(PayRun.id))
        .where(Payslip.person_id == person_id, col(PayRun.state).in_(DONE))
    )


def paper_of(work: Work, which: tuple[PayRun, int], rules: Policies) -> Paper:
    """一张纸:照存下的数,与发布时一字不差。"""
    run, person_id = which
    book = book_of(work, run, rules, person_id)
    if not book.people:
        raise NotFound("NO_SLIP", f"{book.month.label}没有您的工资条。如果您那个月在职,请联系 HR 核对。")
    one = book.people[0]
    published = f"{shanghai(run.published_at):%Y-%m-%d}" if run.published_at else ""
    return Paper(
        title=f"{book.company.name} {book.month.label}工资条",
        about=(
            f"姓名:{one.name}",
            f"工号:{one.job_number}",
            f"部门:{one.department}",
            f"发放:{book.pay_month.label}{book.company.pay_day}日",
        ),
        blocks=_blocks(book, one),
        net=Money(one.net).show(),
        notes=_notes(book, one),
        footer=f"{published} 发布 · 第 {run.id} 期 · 输入摘要 {run.input_hash[:12]}",
    )


def _blocks(book: Book, one: PersonPay) -> tuple[PaperBlock, ...]:
    found = []
    for section in OWN:
        lines = [(c.label, one.of(c.code)) for c in book.section(section) if one.of(c.code)]
        if lines:
            total = Money(sum(fen for _, fen in lines)).show()
            shown = tuple((label, Money(fen).show()) for label, fen in lines)
            found.append(PaperBlock(SECTION_LABELS[section], total, shown))
    return tuple(found)


def _notes(book: Book, one: PersonPay) -> tuple[str, ...]:
    """怎么加起来的;单位承担的不影响实发。"""
    owed = book.owed(one)
    said = [
        "应发 = 收入 + 扣除;实发 = 应发 + 社保公积金(个人)+ 个人所得税 + 税后,各项都带正负号。单位承担的不从您的工资里扣。"
    ]
    if owed:
        said.append(f"实发不足零的部分 {Money(owed).show()} 记为应收,以后各期收回。")
    return tuple(said)


def pdf_of(paper: Paper, name: str, fonts: str) -> FileOut:
    """写成 PDF:同样的内容永远是同样的字节。没有装组件、没有汉字字体,报 NotReady。"""
    found = asdict(paper) | {"fonts": families(fonts)}
    found |= {key: [line.translate(FULL) for line in found[key]] for key in ("about", "notes")}
    data = json.dumps(found, ensure_ascii=False)
    made = bytes(typst.compile(TEMPLATE.read_bytes(), font_paths=_fonts(fonts), sys_inputs={"data": data}))
    return FileOut(name, PDF, made, hashlib.sha256(made).hexdigest())


def families(fonts: str) -> list[str]:
    """用得上的汉字字体;没有装组件或没有字体报 NotReady(PDF_MISSING、PDF_NO_FONT)。"""
    if typst is None:
        raise NotReady(
            "PDF_MISSING", "这台服务器没有装 PDF 组件,暂时不能下载 PDF。您可以在页面上查看;管理员请装上可选组件 pdf。"
        )
    known = set(_fonts(fonts).families())
    found = [one for one in FAMILIES if one in known]
    if not found:
        raise NotReady(
            "PDF_NO_FONT",
            "这台服务器没有汉字字体,暂时不能下载 PDF。您可以在页面上查看;管理员请装一种汉字字体(如 Noto Sans CJK),或用 EHR_PDF_FONTS 指明文件夹。",
        )
    return found


@cache
def _fonts(fonts: str) -> Any:
    """找一遍字体(只找一次)。"""
    return typst.Fonts(include_system_fonts=True, font_paths=[fonts] if fonts else [])
