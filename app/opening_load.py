"""开账文件 opening load:读公司的期初 YAML,逐份交办事台装入。文件形状见 app/opening/demo/ 各文件开头的说明。"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from engine.errors import BadInput
from engine.money import Money
from handlers import opening
from handlers.company import Company
from handlers.desk import SYSTEM, Desk

DEMO = Path(__file__).parent / "opening" / "demo"


def load_opening(desk: Desk, folder: Path, say: Callable[[str], None], slot: str = "") -> list[str]:
    """装入一个文件夹的开账数据;同样的文件在同一个 slot 里只装一次(通讯录里后来才有的人,换个 slot 再装就补上)。

    返回要管理员留意的话。
    """
    files = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    notes: list[str] = []
    for label, names, use_case, build in STEPS:
        if not all(name in files for name in names):
            continue
        say(f"装入{label}")
        command = build(*[files[name] for name in names])
        text = "".join((folder / f"{name}.yaml").read_text("utf-8") for name in names)
        key = f"opening:{slot}:{'+'.join(names)}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        done = desk.do(use_case, command, SYSTEM, key)
        if done.unknown:
            notes.append(f"{label}里有通讯录没有的账号,没有装入:{'、'.join(done.unknown)}")
    return notes


def digest_of(folder: Path) -> str:
    """一个文件夹里全部开账文件的摘要:改过一个字就不同。"""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def role_names(folder: Path) -> dict[str, str]:
    """角色对应(roles.yaml);没有这份文件为空。"""
    path = folder / "roles.yaml"
    return dict(_read(path)["roles"]) if path.exists() else {}


def opening_run(folder: Path) -> dict[str, Any] | None:
    """开场要补发的一期(payroll_people.yaml 的 opening_run);没有为 None。"""
    path = folder / "payroll_people.yaml"
    return dict(_read(path)["opening_run"]) if path.exists() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise BadInput(
            "BAD_OPENING", f"开账文件 {path.name} 读不懂:{error}。请按文件开头的说明改好,再装一次。"
        ) from None
    if not isinstance(data, dict):
        raise BadInput("BAD_OPENING", f"开账文件 {path.name} 不是“名称: 内容”的样子。请按文件开头的说明改好,再装一次。")
    return data


def _pay(company: dict[str, Any], profiles: dict[str, Any]) -> opening.OpenPay:
    return opening.OpenPay(
        Company(
            name=company["name"],
            unit=company["unit"],
            city=company["city"],
            pay_day=int(company["pay_day"]),
            pay_group=company["pay_group"],
            first_month=str(company["first_month"]),
            injury_rate=Decimal(company["injury_rate"]),
        ),
        tuple(_person(one) for one in profiles["people"]),
    )


def _person(one: dict[str, Any]) -> opening.PayPerson:
    bank = one.get("bank") or {}
    return opening.PayPerson(
        userid=one["userid"],
        post=one.get("post", ""),
        city=one["city"],
        hours_system=one["hours_system"],
        tax_scheme=one["tax_scheme"],
        housing_rate=Decimal(one["housing_rate"]),
        supplementary_rate=Decimal(one["supplementary_rate"]),
        bank_name=bank.get("name", ""),
        bank_account=str(bank.get("account", "")),
        wages=tuple((_day(w["since"]), Money.of(w["monthly_wage"]), w.get("reason", "")) for w in one["wages"]),
        bases=tuple((str(b["since"]), Money.of(b["social"]), Money.of(b["housing"])) for b in one["bases"]),
        allowances=tuple((name, Money.of(amount)) for name, amount in (one.get("standards") or {}).items()),
        special=tuple(
            (s["item"], str(s["since"]), Money.of(s["monthly"])) for s in one.get("special_additional") or []
        ),
        scope=_scope(one.get("scope") or {}),
    )


def _scope(one: dict[str, Any]) -> opening.PersonScope:
    """与默认不同的几样;认不得的键不装,免得写错了没有人知道。"""
    wrong = sorted(set(one) - set(opening.PersonScope.__dataclass_fields__))
    if wrong:
        raise BadInput("BAD_OPENING", f"薪酬档案的 scope 里不认得“{wrong[0]}”。请按文件开头的说明改好,再装一次。")
    return opening.PersonScope(**one)


def _tax(file: dict[str, Any]) -> opening.OpenTax:
    return opening.OpenTax(
        file["unit"],
        int(file["tax_year"]),
        tuple(
            (p["userid"], p["scheme"], int(p["start_month"]), tuple(_tax_month(m) for m in p["months"]))
            for p in file["people"]
        ),
    )


def _tax_month(one: dict[str, Any]) -> opening.TaxMonth:
    names = ("income", "tax_free", "insurance", "special_additional", "withheld")
    return opening.TaxMonth(int(one["month"]), **{name: Money.of(one[name]) for name in names})


def _leave(file: dict[str, Any]) -> opening.OpenLeave:
    return opening.OpenLeave(
        _day(file["as_of"]),
        tuple(
            opening.LeaveLot(
                lot["userid"],
                lot["type"],
                lot["unit"],
                Decimal(lot["granted"]),
                Decimal(lot["used"]),
                _day(lot["since"]),
                _day(lot["expires_on"]) if lot.get("expires_on") else None,
                lot.get("note", ""),
                lot.get("part", ""),
            )
            for lot in file["lots"]
        ),
    )


def _performance(file: dict[str, Any], targets: dict[str, Any]) -> opening.OpenPerformance:
    codes = {i["name"]: i["code"] for i in file["indicators"]}
    measures = {i["measures"]: i["code"] for i in file["indicators"]}
    return opening.OpenPerformance(
        tuple(_indicator(i) for i in file["indicators"]),
        tuple(_plan(p, codes) for p in file["plans"]),
        tuple(
            (t["userid"], measures.get(t["indicator"]) or codes[t["indicator"]], str(t["month"]), Decimal(t["target"]))
            for t in targets["targets"]
        ),
        tuple(
            (a["userid"], _day(a["since"]), _day(a["until"]) if a.get("until") else None, a["plan"])
            for a in file.get("assigned") or ()
        ),
    )


def _indicator(one: dict[str, Any]) -> opening.OpenIndicator:
    return opening.OpenIndicator(
        one["code"],
        one["name"],
        one["measures"],
        one["source"],
        one["unit"],
        one["direction"],
        one["target"] == "required",
        _day(one.get("since", "2020-01-01")),
        one.get("formula", ""),
        _cap(one.get("cap")),
        _cap(one.get("floor")),
        one.get("missing", ""),
        one.get("basis", ""),
    )


def _plan(one: dict[str, Any], codes: dict[str, str]) -> opening.OpenPlan:
    return opening.OpenPlan(
        one["code"],
        one["name"],
        _day(one["since"]),
        tuple(one.get("posts") or ()),
        tuple(
            (codes[i["indicator"]], _rate(i["weight"]), _cap(i.get("cap")), _cap(i.get("floor"))) for i in one["items"]
        ),
        one["formula"],
        one.get("missing", ""),
        one.get("cycle", "month"),
        _day(one["until"]) if one.get("until") else None,
        _plan_rules(one),
        {codes[i["indicator"]]: i["missing"] for i in one["items"] if i.get("missing")},
        one.get("source", ""),
    )


def _plan_rules(one: dict[str, Any]) -> dict[str, Any]:
    """总分的封顶保底取整、等级、分布、红线 → 方案的 rules(见 handlers.performance_rules)。"""
    found: dict[str, Any] = {name: str(_rate(one[name])) for name in ("score_cap", "score_floor") if one.get(name)}
    if one.get("round_places") is not None:
        found["round_places"] = str(one["round_places"])
    if one.get("bands"):
        found["bands"] = [[str(_rate(b["from"])), b["grade"], str(_rate(b["factor"]))] for b in one["bands"]]
    if one.get("limits"):
        found["limits"] = {grade: str(_rate(most)) for grade, most in one["limits"].items()}
    if one.get("gates"):
        found["gates"] = [{**g, "at_most": str(_rate(g["at_most"]))} for g in one["gates"]]
    return found


def _courses(file: dict[str, Any]) -> opening.OpenCourses:
    return opening.OpenCourses(
        tuple(
            opening.OpenCourse(
                code=c["code"],
                name=c["name"],
                topic=c.get("topic", ""),
                teacher=c.get("teacher", ""),
                seats=int(c["seats"]),
                place=c.get("place", ""),
                starts_at=datetime.fromisoformat(c["starts_at"]),
                ends_at=datetime.fromisoformat(c["ends_at"]),
                cancel_until=datetime.fromisoformat(c["cancel_until"]),
                skills=c.get("skills", ""),
            )
            for c in file["courses"]
        )
    )


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _rate(text: str) -> Decimal:
    """ "60%" → 0.60。"""
    return Decimal(text.removesuffix("%")).scaleb(-2) if text.endswith("%") else Decimal(text)


def _cap(text: str | None) -> str:
    return str(_rate(text)) if text else ""


Step = tuple[str, tuple[str, ...], Callable[..., opening.Opened], Callable[..., Any]]

STEPS: tuple[Step, ...] = (
    ("公司资料与薪酬档案", ("company", "pay_profiles"), opening.open_pay, _pay),
    ("个税年内累计", ("tax_ytd",), opening.open_tax, _tax),
    ("假期台账", ("leave_opening",), opening.open_leave, _leave),
    ("绩效方案与目标", ("performance", "targets"), opening.open_performance, _performance),
    ("培训课程", ("courses",), opening.open_courses, _courses),
)
"""逐份装入,先后有意义。"""
