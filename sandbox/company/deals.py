"""成交与满意度 deals:两个销售部的订单、销售与客服的客户回访,都是 CRM 自定义对象。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sandbox.company.chance import Dice, digits_of, uuid_of
from sandbox.company.holidays import FIRST_DAY, LAST_DAY, days, is_workday
from sandbox.company.people import SALES_1, SALES_2, SERVICE
from sandbox.company.shapes import CST, CrmForm, Deal, Person, Rating

DEAL_FORM = CrmForm(
    "PROC-2C4D9B10-77A3-4E1F-8F52-0B6D5C3E2001",
    "deal",
    "成交订单",
    (
        ("deal_no", "TextField-K2AD4O5B", "订单编号"),
        ("owner", "InnerContactField-1Q3ZK8PW", "负责人"),
        ("customer", "TextField-9XG2M0TR", "客户名称"),
        ("amount", "MoneyField-5HV7C1NE", "成交金额(元)"),
        ("signed_on", "DDDateField-8JL4W6YS", "签约日期"),
        ("status", "DDSelectField-3RB0D9KU", "订单状态"),
        ("cancelled_on", "DDDateField-6TN2F5QA", "撤单日期"),
    ),
)
RATING_FORM = CrmForm(
    "PROC-2C4D9B10-77A3-4E1F-8F52-0B6D5C3E2002",
    "satisfaction",
    "客户满意度回访",
    (
        ("owner", "InnerContactField-4WM6S2ZD", "被评人"),
        ("customer", "TextField-7PC1Y8HB", "客户名称"),
        ("score", "NumberField-0EK5R3VX", "满意度(百分制)"),
        ("rated_on", "DDDateField-2GF9J7LO", "回访日期"),
    ),
)
CRM_FORMS = (DEAL_FORM, RATING_FORM)

LEVEL = {
    "wangfang": 150_000, "liming": 100_000, "zhangwei": 110_000, "chenxin": 90_000, "heqiang": 180_000,
    "tangyu": 80_000, "fengjie": 80_000, "luomin": 60_000, "zhengkai": 160_000, "huangtao": 120_000,
    "xiejuan": 100_000, "hanbing": 170_000, "dongliang": 110_000, "yuanyuan": 90_000, "caiming": 80_000,
    "guobin": 70_000,
}  # fmt: skip
"""各人平常一个月做到的量级(元)。"""

ARTICLE_DEALS = (
    ("2026-10-09", 3_260_000), ("2026-10-13", 1_845_050), ("2026-10-19", 2_730_000),
    ("2026-10-26", 2_564_950), ("2026-10-30", 1_600_000),
)  # fmt: skip
"""李明十月有效的五笔(分),合计 120,000.00 元。"""

ARTICLE_CANCELLED = ("2026-10-15", 4_680_000, "2026-10-27")
"""李明十月签了又撤的一笔。"""

LATE_CANCELLED = ("huangtao", "2026-10-14", 3_800_000, "2026-11-20")
"""黄涛十月签、十月发薪之后才撤的一笔。"""

ARTICLE_SCORES = (2280, 24)
"""李明十月的回访:24 次,合计 2,280 分,平均 95。"""

CUSTOMERS = tuple(
    f"{head}{tail}"
    for tail in ("科技有限公司", "贸易有限公司", "实业有限公司", "食品有限公司", "电子有限公司")
    for head in ("恒信", "瑞丰", "东升", "嘉禾", "明远", "华拓", "启航", "锦程", "同泰", "宏图", "博雅", "安达")
)


def deals(seed: int, people: Sequence[Person]) -> tuple[Deal, ...]:
    """全部成交的各个版本,按(得知时刻, id)排序。"""
    out: list[Deal] = []
    for person in people:
        if person.dept_ids[0] in (SALES_1, SALES_2):
            for month in range(FIRST_DAY.month, LAST_DAY.month + 1):
                out.extend(_month_deals(seed, person, month))
    return tuple(sorted(out, key=lambda d: (d.known_at, d.instance_id)))


def _month_deals(seed: int, person: Person, month: int) -> list[Deal]:
    if person.userid == "liming" and month == 10:
        out = [version for day, fen in ARTICLE_DEALS for version in _deal(seed, person, date.fromisoformat(day), fen)]
        signed, fen, gone = ARTICLE_CANCELLED
        return out + _deal(seed, person, date.fromisoformat(signed), fen, date.fromisoformat(gone))
    dice = Dice(seed, "deals", person.userid, month)
    open_days = working_days(person, month)
    if not open_days:
        return []
    count = max(2, dice.between(4, 7) * len(open_days) // 20)
    total = LEVEL[person.userid] * dice.between(70, 135) * len(open_days) // max(18, len(open_days))
    shares = [dice.between(60, 140) for _ in range(count)]
    first_part = open_days[: max(1, len(open_days) // 2)]
    out = []
    for index, share in enumerate(shares):
        day = dice.pick(first_part if index == 0 else open_days)
        fen = total * share // sum(shares) // 50 * 50
        out.extend(_deal(seed, person, day, fen, _cancelled_on(dice, day) if index else None))
    if person.userid == LATE_CANCELLED[0] and month == 10:
        _, signed, fen, gone = LATE_CANCELLED
        out.extend(_deal(seed, person, date.fromisoformat(signed), fen, date.fromisoformat(gone)))
    return out


def _cancelled_on(dice: Dice, signed: date) -> date | None:
    """百分之七的订单签约后三到十二天撤掉;十月的不拖到发薪之后。"""
    after = signed + timedelta(days=dice.between(3, 12))
    if not dice.hits(70) or (signed.month == 10 and after > date(2026, 11, 4)):
        return None
    return after


def _deal(seed: int, person: Person, signed: date, fen: int, cancelled: date | None = None) -> list[Deal]:
    labels = ("deal", person.userid, signed, fen)
    dice = Dice(seed, *labels)
    created = datetime.combine(signed, time(dice.between(9, 17), dice.between(0, 59), dice.between(0, 59)), CST)
    first = Deal(
        instance_id="INST-" + uuid_of(seed, *labels).upper(),
        deal_no=f"SO{signed:%Y%m%d}{digits_of(seed, 5, *labels)}",
        owner=person.userid,
        customer=dice.pick(CUSTOMERS),
        amount_fen=fen,
        signed_on=signed,
        status="signed",
        cancelled_on=None,
        created_at=created,
        modified_at=created,
        known_at=created,
        superseded_at=None,
    )
    if cancelled is None:
        return [first]
    gone = datetime.combine(cancelled, time(10, 30), CST)
    second = replace(first, status="cancelled", cancelled_on=cancelled, modified_at=gone, known_at=gone)
    return [replace(first, superseded_at=gone), second]


def ratings(seed: int, people: Sequence[Person]) -> tuple[Rating, ...]:
    """全部回访,按(得知时刻, id)排序。"""
    out: list[Rating] = []
    for person in people:
        if person.dept_ids[0] in (SALES_1, SALES_2, SERVICE):
            for month in range(FIRST_DAY.month, LAST_DAY.month + 1):
                out.extend(_month_ratings(seed, person, month))
    return tuple(sorted(out, key=lambda r: (r.known_at, r.instance_id)))


def _month_ratings(seed: int, person: Person, month: int) -> list[Rating]:
    dice = Dice(seed, "ratings", person.userid, month)
    open_days = working_days(person, month)
    if not open_days:
        return []
    skill = Dice(seed, "skill", person.userid).between(86, 97)
    count = max(6, dice.between(20, 26) * len(open_days) // 20)
    scores = [max(60, min(100, skill + dice.between(-9, 8))) for _ in range(count)]
    if person.userid == "liming" and month == 10:
        scores = _exactly(dice, *ARTICLE_SCORES)
    out: list[Rating] = []
    for index, score in enumerate(scores):
        day = open_days[index * len(open_days) // len(scores)]
        labels = ("rating", person.userid, day, index)
        at = datetime.combine(day, time(dice.between(10, 19), dice.between(0, 59), dice.between(0, 59)), CST)
        instance = "INST-" + uuid_of(seed, *labels).upper()
        out.append(Rating(instance, person.userid, dice.pick(CUSTOMERS), score, day, at, at))
    return out


def _exactly(dice: Dice, total: int, count: int) -> list[int]:
    """count 个 88 到 100 的分数,合计正好 total。"""
    scores = [dice.between(90, 100) for _ in range(count)]
    place = 0
    while sum(scores) != total:
        step = 1 if sum(scores) < total else -1
        if 88 <= scores[place % count] + step <= 100:
            scores[place % count] += step
        place += 1
    return scores


def working_days(person: Person, month: int) -> list[date]:
    """这个人这个月在职的工作日(按办公室日历)。"""
    return [d for d in days(FIRST_DAY, LAST_DAY) if d.month == month and is_workday(d) and person.employed_on(d)]
