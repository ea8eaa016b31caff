"""查导出 check out:导出的格式读得懂没有,工资条 PDF 出不出得来,谁还没有收款账户。只看,不改。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import col, select

from app.check_store import looking
from app.findings import Finding, ok, warn
from config.policies import load
from config.settings import Settings
from engine.errors import EhrError, NotReady
from handlers.out_slip import families
from models.exports import PayAccount
from models.pay import PayProfile
from models.people import Person

ABOUT = "导出"


def exports(settings: Settings, now: datetime) -> Iterator[Finding]:
    """格式、PDF、收款账户。"""
    yield from _layouts(settings)
    yield _pdf(settings)
    yield from _accounts(settings, now)


def _layouts(settings: Settings) -> Iterator[Finding]:
    try:
        found = load([settings.policy_dir] if settings.policy_dir else []).layouts
    except (EhrError, OSError):
        return  # “政策”那一项会说
    yield ok(ABOUT, f"银行格式有 {'、'.join(found.banks)};用前请与开户行的说明核对")


def _pdf(settings: Settings) -> Finding:
    try:
        fonts = families(str(settings.pdf_fonts) if settings.pdf_fonts else "")
    except NotReady as problem:
        mend = (
            "安装可选组件:pip install 'dingehr[pdf]'。"
            if problem.code == "PDF_MISSING"
            else ("装一种汉字字体(如 fonts-noto-cjk),或用 EHR_PDF_FONTS 指明字体文件夹。")
        )
        return warn(ABOUT, "工资条 PDF 出不来:没有组件或汉字字体;页面照常能看", mend)
    return ok(ABOUT, f"工资条 PDF 用 {fonts[0]}")


def _accounts(settings: Settings, now: datetime) -> Iterator[Finding]:
    with looking(settings, now) as work:
        if work is None:
            return
        rows = work.session.exec(
            select(Person.name)
            .join(PayProfile, col(PayProfile.person_id) == col(Person.id))
            .join(PayAccount, col(PayAccount.person_id) == col(Person.id), isouter=True)
            .where(Person.status == "active", col(PayAccount.person_id).is_(None))
            .order_by(Person.userid)
        ).all()
    if rows:
        more = f"等 {len(rows)} 人" if len(rows) > 5 else ""
        yield warn(
            ABOUT,
            f"没有收款账户:{'、'.join(rows[:5])}{more},银行文件里不会有他们",
            "在“发薪 → 导出”页或用 ehr export accounts 读入收款账户。",
        )
