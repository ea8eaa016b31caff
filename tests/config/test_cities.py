"""城市与薪酬组的政策:各险种各有日期、没填的与只凭记忆的不参与计算、到期没续的要说、月中不能改的拒绝。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.policies import SHIPPED, Policies, faults, load, shipped
from config.policy_health import changes_within, findings, notes
from engine.city import OwnRates, insurance_lines
from engine.days import Month
from engine.errors import BadInput, NotReady
from engine.pay_cycle import CALENDAR_MONTH
from tests.engine.overlay import policies, rules_of, switched

HEAD = "city: 某市\nsocial:\n"
LINE = '{{employee: "0.08", employer: "0.16", floor: "{floor}", cap: "{cap}"{more}}}'
TODAY = date(2026, 11, 24)


def line(floor: str = "4000.00", cap: str = "20000.00", more: str = "") -> str:
    return LINE.format(floor=floor, cap=cap, more=more)


def city(tmp_path: Path, body: str) -> Policies:
    return policies(tmp_path, cities__mou=body)


def version(since: str, lines: dict[str, str], more: str = "") -> str:
    rows = "".join(f"      {code}: {text}\n" for code, text in lines.items())
    return f"  - since: {since}\n    source: 公告\n    verified: official\n{more}    lines:\n{rows}"


def test_each_line_has_dates_of_its_own(tmp_path: Path) -> None:
    """养老一月换、医疗九月换:没写的险种照旧。"""
    body = (
        HEAD
        + version("2025-01-01", {"pension": line(), "medical": line("3000.00")})
        + version("2026-01-01", {"pension": line("4200.00")})
        + version("2026-09-01", {"medical": line("3300.00")})
    )
    pack = city(tmp_path, body).city("某市")
    floors = {
        d: {x.code: x.floor for x in pack.social.on(d)} for d in (date(2025, 6, 1), date(2026, 1, 1), date(2026, 9, 1))
    }
    assert list(floors.values()) == [
        {"pension": 400000, "medical": 300000},
        {"pension": 420000, "medical": 300000},
        {"pension": 420000, "medical": 330000},
    ]
    assert pack.lines["pension"].rule_id(date(2026, 10, 1)) == "mou.pension@2026-01-01"
    assert pack.social.on(date(2026, 10, 1))[0].label == "养老保险"


def test_a_line_may_say_its_own_date_and_how_far_it_is_verified(tmp_path: Path) -> None:
    lines = {
        "pension": line(),
        "medical": line("3000.00", more=", since: 2026-03-01, source: 医保局, verified: memory"),
    }
    pack = city(tmp_path, HEAD + version("2026-01-01", lines)).city("某市")
    assert [x.code for x in pack.social.on(date(2026, 2, 1))] == ["pension"]
    medical = pack.lines["medical"].at(date(2026, 3, 1))
    assert medical is not None
    assert (medical.source, medical.verified) == ("医保局", "memory")
    with pytest.raises(NotReady) as memory:
        insurance_lines(pack, date(2026, 3, 1), OwnRates(Decimal(0)))
    assert (memory.value.code, "只凭记忆" in memory.value.say) == ("CITY_BLANK", True)


def test_a_line_that_lapsed_is_said_and_not_used(tmp_path: Path) -> None:
    body = HEAD + version("2025-01-01", {"pension": line(more=", until: 2026-06-30")})
    found = city(tmp_path, body)
    insurance_lines(found.city("某市"), date(2026, 6, 30), OwnRates(Decimal(0)))
    with pytest.raises(NotReady) as gone:
        insurance_lines(found.city("某市"), date(2026, 7, 1), OwnRates(Decimal(0)))
    assert "2026-06-30 到期" in gone.value.say
    assert any("某市养老保险" in said and "到期" in said for said in notes(found, TODAY))


def test_a_blank_is_never_a_guess(tmp_path: Path) -> None:
    body = HEAD + version("2026-01-01", {"pension": line("blank", "blank")})
    found = city(tmp_path, body)
    with pytest.raises(NotReady) as blank:
        insurance_lines(found.city("某市"), date(2026, 3, 1), OwnRates(Decimal(0)))
    assert "基数下限、基数上限" in blank.value.say
    said = findings(found, TODAY, {"某市"})
    assert {f.city for f in said if f.kind == "blank"} == {"某市"}
    assert any("养老保险" in f.subject for f in said)
    assert any("最低工资" in f.subject for f in said)
    assert not any(f.city == "昆明" for f in said)


def test_a_city_without_a_file_is_a_blank() -> None:
    assert [f.say for f in findings(shipped(), TODAY, {"上海", "云州"}) if f.city == "云州"] == [
        "还没有云州的城市数据。请 HR 照当地公告填进 cities/ 里。"
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (HEAD + version("2026-01-15", {"pension": line()}), "不能在月中改"),
        (HEAD + version("2026-01-01", {"pension": line()}) + version("2025-01-01", {"pension": line()}), "没有晚于前一版"),
        (
            HEAD
            + version("2025-01-01", {"pension": line(more=", until: 2025-11-30")})
            + version("2026-01-01", {"pension": line()}),
            "2025-11-30 到 2026-01-01 之间没有规定",
        ),
        (HEAD + version("2026-01-01", {"pension": '{employee: "0.08", employer: "0.16", floor: "1.00"}'}), "少了“cap”"),
        ("city: 上海\n", "已经写在 cities/shanghai.yaml"),
        ("city: 某市\nheat_allowance:\n  - {since: 2026-01-01, source: x, months: [13], rates: {}}\n", "13"),
    ],
)  # fmt: skip
def test_faults_of_a_city(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        city(tmp_path, body)
    assert words in refused.value.say or words in str(refused.value.details)
    assert refused.value.say.startswith("ours/cities/mou.yaml:")


def test_kunming_has_what_was_found_and_blanks_for_the_rest() -> None:
    pack = shipped().city("昆明")
    assert pack.minimum_wage.on(date(2026, 9, 1)).monthly.yuan() == "2270.00"
    assert not pack.minimum_wage.on(date(2026, 9, 1)).after_employee_insurance
    rates = {x.code: (x.employee, x.employer) for x in pack.social.on(date(2026, 10, 1))}
    assert rates["unemployment"] == (Decimal("0.003"), Decimal("0.007"))
    assert pack.lines["pension"].versions[-1].since == date(2026, 1, 1)
    assert pack.lines["medical"].versions[-1].since == date(2026, 9, 1)
    assert all(x.blanks for x in pack.social.on(date(2026, 10, 1)))


def test_the_fund_limit_follows_the_average_wage(tmp_path: Path) -> None:
    """城市没有另写免税限额:12% 与上年月平均工资 6,000 的三倍 18,000;单位 15% 的超限部分并入应税。"""
    body = (
        HEAD
        + version("2026-01-01", {"pension": line()}, '    average_month_wage: "6000.00"\n')
        + "housing_fund:\n  - since: 2026-01-01\n    source: 公告\n    verified: official\n"
        + '    employee: {min: "0.05", max: "0.15"}\n    floor: "2000.00"\n    cap: "30000.00"\n'
        + 'minimum_wage:\n  - {since: 2026-01-01, source: 公告, monthly: "2000.00", hourly: "20.00", after_employee_insurance: false}\n'
    )
    steps = rules_of(city(tmp_path, body)).funds("某市", "0.15", "0")
    assert steps[0].line.exempt_base_cap == 1800000
    assert steps[0].line.exempt_rate_cap == Decimal("0.12")
    without = body.replace('    average_month_wage: "6000.00"\n', "")
    with pytest.raises(NotReady) as blank:
        rules_of(city(tmp_path / "b", without)).funds("某市", "0.15", "0")
    assert "月平均工资" in blank.value.say


# ── 薪酬组、月中改 ───────────────────────────────────────────────────

GROUPS = "groups:\n  工厂:\n    label: 工厂组\n    versions:\n"


def test_a_company_adds_a_pay_group(tmp_path: Path) -> None:
    body = GROUPS + "      - {since: 2026-01-01, cycle_from: 26, pays: this_month, pay_day: 28, source: 薪酬制度}\n"
    found = policies(tmp_path, pay_groups=body)
    cycle = found.cycle("工厂", Month(2026, 11))
    assert (cycle.start_day, cycle.pays_next, cycle.pay_day) == (26, False, 28)
    assert found.cycle("月薪", Month(2026, 11)).start_day == 1
    assert found.cycle("没有写的组", Month(2026, 11)) is CALENDAR_MONTH


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            "      - {since: 2026-01-01, source: x}\n      - {since: 2026-07-01, cycle_from: 26, source: x}\n",
            "不能中途改",
        ),
        (
            "      - {since: 2026-01-01, source: x}\n      - {since: 2026-07-01, pays: this_month, source: x}\n",
            "不能中途改",
        ),
        ("      - {since: 2026-01-26, source: x}\n", "某月 1 日"),
        ("      - {since: 2026-01-01, cycle_from: 29, source: x}\n", "cycle_from"),
    ],
)
def test_a_cycle_does_not_change_on_the_way(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        policies(tmp_path, pay_groups=GROUPS + rows)
    assert words in refused.value.say


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("pay", "switches:\n  insurance.month:\n    versions: [{since: 2026-11-15, value: paid, source: x}]\n"),
        ("pay", "switches:\n  tax.bonus:\n    versions: [{since: 2026-11-15, value: ask, source: x}]\n"),
        (
            "after_tax",
            "order:\n  versions:\n    - {since: 2026-11-15, source: x, kinds: [{key: other, label: 其他}]}\n",
        ),
    ],
)
def test_what_counts_by_the_month_does_not_change_within_it(tmp_path: Path, name: str, body: str) -> None:
    with pytest.raises(BadInput) as refused:
        policies(tmp_path, **{name: body})
    assert refused.value.code == "POLICY_MID_MONTH"


def test_which_version_decides_is_said(tmp_path: Path) -> None:
    """11月15日起改迟到扣款:十一月仍按月初的,说清楚;十二月用新的。"""
    body = (
        "switches:\n  late.deduction:\n    versions:\n      - {since: 2020-01-01, value: none, source: 制度}\n"
        "      - {since: 2026-11-15, value: missed_minutes, source: 制度}\n"
    )
    found = policies(tmp_path, pay=body)
    said = changes_within(found, Month(2026, 11).period)
    assert len(said) == 1
    assert "迟到早退扣款" in said[0]
    assert "下一期" in said[0]
    assert not rules_of(found).terms.deduct_lateness
    assert rules_of(found, "2026-12", "2026-11").terms.deduct_lateness
    assert changes_within(found, Month(2026, 12).period) == ()


@pytest.mark.parametrize(
    ("value", "fine"), [("city", True), ("none", True), ("15", True), ("0", False), ("32", False), ("later", False)]
)
def test_the_cutoff_day(tmp_path: Path, value: str, fine: bool) -> None:
    if fine:
        switched(tmp_path, insurance__join_cutoff_day=value)
    else:
        with pytest.raises(BadInput):
            switched(tmp_path, insurance__join_cutoff_day=value)


@pytest.mark.parametrize(
    "kinds",
    [
        "[]",
        "[{key: damage, label: x}]",
        "[{key: other, label: a}, {key: other, label: b}]",
        '[{key: other, label: a, ratio: "1.20"}]',
    ],
)
def test_faults_of_the_after_tax_order(tmp_path: Path, kinds: str) -> None:
    with pytest.raises(BadInput):
        policies(tmp_path, after_tax=f"order:\n  versions:\n    - {{since: 2026-01-01, source: x, kinds: {kinds}}}\n")


@pytest.mark.parametrize(
    "body",
    [
        'full_attendance:\n  versions:\n    - {since: 2026-01-01, source: x, late_tiers: [[2, "1"], [1, "0.5"]]}\n',
        'full_attendance:\n  versions:\n    - {since: 2026-01-01, source: x, late_tiers: [[1, "0.5"], [2, "1"]]}\n',
        'full_attendance:\n  versions:\n    - {since: 2026-01-01, source: x, lost_by: [holiday], late_tiers: [[0, "1"]]}\n',
        'night_shift:\n  versions:\n    - {since: 2026-01-01, source: x, from: "22:00", to: "06:00", least_minutes: 0}\n',
    ],
)
def test_faults_of_attendance(tmp_path: Path, body: str) -> None:
    with pytest.raises(BadInput):
        policies(tmp_path, attendance=body)


def test_every_fault_of_a_directory_is_listed(tmp_path: Path) -> None:
    own = tmp_path / "ours"
    (own / "cities").mkdir(parents=True)
    (own / "pay.yaml").write_text("switches:\n  wage.prorate: {}\n", encoding="utf-8")
    (own / "cities" / "mou.yaml").write_text("city: 某市\nsocail: []\n", encoding="utf-8")
    (own / "overtime.yaml").write_text((SHIPPED / "overtime.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    found = faults(own)
    assert [f.details["file"] for f in found] == ["ours/cities/mou.yaml", "ours/pay.yaml"]
    assert "social" in found[0].say
    (own / "pay.yaml").unlink()
    (own / "cities" / "mou.yaml").write_text("city: 某市\n", encoding="utf-8")
    assert faults(own) == ()


def test_a_figure_from_memory_is_listed() -> None:
    said = [f.subject for f in findings(shipped(), TODAY) if f.kind == "memory"]
    assert {"住房租金", "个人养老金", "公益捐赠扣除(应纳税所得额的几成)"} <= set(said)
    assert any("只凭记忆" in one for one in notes(shipped(), TODAY))


def test_data_older_than_thirteen_months_is_listed(tmp_path: Path) -> None:
    body = HEAD + version("2025-01-01", {"pension": line()}) + version("2026-11-01", {"medical": line()})
    stale = [f.subject for f in findings(city(tmp_path, body), date(2026, 11, 24), {"某市"}) if f.kind == "stale"]
    assert stale == ["某市养老保险"]


def test_shipped_policies_load_whole() -> None:
    assert load().version == shipped().version


def test_the_companys_rate_is_dated(tmp_path: Path) -> None:
    """工伤费率七月起 0.16%:六月仍用公司资料里的 0.2%。"""
    row = '{since: 2026-07-01, value: "0.0016", source: 核定单}'
    found = policies(tmp_path, company=f"rates:\n  injury: {{label: 工伤费率, versions: [{row}]}}\n")
    injury = {
        m: rules_of(found, m, "2026-12").city("上海").social[3].line.employer_rate for m in ("2026-06", "2026-07")
    }
    assert injury == {"2026-06": Decimal("0.002"), "2026-07": Decimal("0.0016")}
    with pytest.raises(BadInput):
        policies(
            tmp_path / "b",
            company=f"rates:\n  injury: {{label: 工伤费率, versions: [{row.replace('0.0016', '1.6')}]}}\n",
        )
