"""公司自己的项目与规定:盖上公司目录以后的工资条与解释。"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from config.policies import SHIPPED, load
from config.policy_pay import pay_rules
from engine import performance
from engine.days import Month
from engine.errors import RuleBroken
from engine.explain import explain as tell
from engine.formula import formula
from engine.formula_types import Unit
from engine.pay import compute
from engine.pay_explain import Explainer, explain
from engine.pay_facts import Allowance, Insured, Scored, Wage, as_pair
from engine.pay_items import PayItem
from engine.pay_rules import PayRules
from engine.trace import Trace
from tests.engine.pay_world import RATES, facts, rules

ITEMS = """
inputs:
  绩效基数: {label: 绩效奖金的基数, default: "8000.00"}
  值班次数: {label: 值班次数, unit: count}
items:
  union:
    {label: 工会费, section: after_tax, tax: none, order: 300, versions: [
      {since: 2026-01-01, source: 工会章程, formula: "工会费 = 四舍五入(基本工资 × 0.5%, 0)"}]}
  dormitory:
    {label: 住宿扣款, section: deduction, tax: not_taxed, order: 260, versions: [
      {since: 2026-01-01, source: 宿舍协议, formula: 住宿扣款 = 200元 × 在职比例}]}
  extra:
    {label: 业绩奖, section: earning, order: 90, versions: [
      {since: 2026-01-01, source: 制度, formula: 业绩奖 = 绩效基数 × 绩效系数 ÷ 8 + 岗位津贴 × 10%}]}
  insured_bonus:
    {label: 商业保险, section: employer, tax: none, order: 400, versions: [
      {since: 2026-01-01, source: 制度, formula: 商业保险 = 50元}]}
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> PayRules:
    own = tmp_path_factory.mktemp("company")
    (own / "pay_items.yaml").write_text(ITEMS, encoding="utf-8")
    (own / "cities").mkdir()
    shanghai = (SHIPPED / "cities/shanghai.yaml").read_text(encoding="utf-8")
    shanghai = shanghai.replace('exempt_base_cap: "37731.00"', 'exempt_base_cap: "30000.00"')
    shanghai = shanghai.replace(
        '{label: 失业保险, employee: "0.005", employer: "0.005", floor: "7546.00", cap: "37731.00"}',
        '{label: 失业保险, employee: "0.005", employer: "0.005", floor: "7546.00", cap: "37731.00", rounding: jiao_up}',
    )
    (own / "cities/shanghai.yaml").write_text(shanghai, encoding="utf-8")
    return pay_rules(load([own]), Month(2026, 11), Month(2026, 12), RATES)


def amounts(one: Explainer) -> dict[str, str]:
    return {line.code: line.amount.yuan() for line in one.slip.lines}


def test_own_items_deduct_and_add(company: PayRules) -> None:
    person = facts(
        wages=(Wage(1, 1234500),), allowances=(Allowance("岗位津贴", 50000),), score=Scored((11, 10), (13, 10))
    )
    one = Explainer(person, company)
    found = amounts(one)
    assert found["union"] == "-62.00"  # 12,345 × 0.5% = 61.725 → 62
    assert found["dormitory"] == "-200.00"
    assert found["extra"] == "1350.00"  # 8,000 × 1.3 ÷ 8 + 500 × 10%
    assert found["insured_bonus"] == "50.00"
    slip = one.slip
    assert slip.taxable_income == slip.gross.fen + 20000
    assert slip.net.fen == slip.gross.fen - slip.insurance.fen - slip.tax.fen - 6200
    assert slip.employer.fen == sum(s.employer for s in slip.shares) + 5000


def test_own_items_explain_themselves(company: PayRules) -> None:
    person = facts(
        wages=(Wage(1, 1234500, ("import:wage",)),),
        allowances=(Allowance("岗位津贴", 50000, ("import:post",)),),
        score=Scored((11, 10), (13, 10)),
    )
    traces = Explainer(person, company).all()
    assert traces["union"].say == "工会费:四舍五入(¥12,345.00 × 0.5% = ¥61.725 → ¥62.00) = ¥62.00"
    assert traces["union"].value == "-62.00"
    assert traces["dormitory"].words == "住宿扣款 = 定额 × 在职比例"
    assert traces["extra"].all_evidence() == ["import:post"]
    assert [p.label for p in traces["extra"].parts] == ["绩效基数", "绩效系数", "岗位津贴"]


def test_what_exceeds_the_limit_is_taxed(company: PayRules) -> None:
    """免税限额 30,000 × 7% = 2,100;个人多缴的不能扣,单位多缴的算收入。"""
    person = facts(wages=(Wage(1, 4000000),), insured=Insured("上海", 4000000, 3500000, "0.07"))
    slip = compute(person, company)
    over = 245000 - 210000
    assert slip.deductible == slip.insurance.fen - over
    assert slip.taxable_income == slip.gross.fen + 20000 + over
    line = slip.line("fund_excess")
    assert line is not None
    assert line.amount.fen == over
    assert explain(person, company, "fund_excess").value == "350.00"
    assert explain(person, company, "iit").value == (-slip.tax).yuan()


def test_rounding_up_to_a_jiao(company: PayRules) -> None:
    slip = compute(facts(insured=Insured("上海", 1000100, None)), company)  # 10,001 × 0.5% = 50.005 → 50.10
    line = slip.line("ins_unemployment")
    assert line is not None
    assert line.amount.yuan() == "-50.10"


def test_the_scores_own_trace_is_shown(company: PayRules) -> None:
    one = performance.Indicator("a", "出勤率", Decimal(1), value=Decimal("1.2"), evidence=("punch:3",))
    plan = performance.Plan((one,), bands=(performance.Band(Decimal(0), "A", Decimal("1.3")),))
    result = performance.score(plan)
    told = json.dumps(performance.trace(plan, result).to_json(), ensure_ascii=False)
    person = facts(score=Scored(result.pair, as_pair(result.multiplier), told))
    traces = Explainer(person, company).all()
    score = traces["performance_bonus"].parts[1]
    assert (score.label, score.parts[0].evidence) == ("绩效得分", ("punch:3",))
    factor = traces["extra"].parts[1]
    assert factor.say == "绩效系数:130%"
    assert traces["extra"].parts[2].words == "本人没有岗位津贴"
    assert factor.parts[0].label == "绩效得分"


class Wrong(Explainer):
    """一个讲错数的解释。"""

    def _item(self, item: PayItem) -> Trace:
        return replace(super()._item(item), value="0.01")


def test_an_explanation_that_differs_is_not_shown() -> None:
    with pytest.raises(RuleBroken) as caught:
        Wrong(facts(), rules()).line("base")
    assert caught.value.code == "EXPLAIN_MISMATCH"
    assert caught.value.details == {"line": "base", "trace": "0.01"}


@pytest.mark.parametrize(
    ("text", "say", "words"),
    [
        ("-金额 + 10元", "结果:−¥3.00 + ¥10.00 = ¥7.00", "结果 = −金额 + 定额"),
        ("(金额 - 1元) × 2", "结果:(¥3.00 − ¥1.00) × 2 = ¥4.00", "结果 = (金额 − 定额) × 2"),
        ("金额 - (1元 - 金额)", "结果:¥3.00 − (¥1.00 − ¥3.00) = ¥5.00", "结果 = 金额 − (定额 − 金额)"),
        ("最大(金额, 1元)", "结果:最大(¥3.00, ¥1.00) = ¥3.00", "结果 = 最大(金额, 定额)"),
        ("金额", "结果:¥3.00", "结果 = 金额"),
        ("金额 × 小时", "结果:¥3.00 × 1.5 小时 = ¥4.50", "结果 = 金额 × 小时"),
        (
            "如果 非 试用 且 (岗位 = \"销售\" 或 试用) 则 如果 金额 > 5元 则 1元 否则 2元 否则 3元",
            "结果:¥2.00(因为 非 试用 且 (岗位 = “销售” 或 试用) 成立;金额 > 定额 不成立)",
            "结果 = 定额(因为 非 试用 且 (岗位 = “销售” 或 试用) 成立;金额 > 定额 不成立)",
        ),
        ("1元 + (如果 试用 则 1元 否则 2元)", "结果:¥1.00 + ¥2.00 = ¥3.00(因为 试用 不成立)", "结果 = 定额 + 定额(因为 试用 不成立)"),
    ],
)  # fmt: skip
def test_what_a_formula_tells(text: str, say: str, words: str) -> None:
    units = {"金额": Unit.MONEY, "小时": Unit.HOURS, "试用": Unit.BOOL, "岗位": Unit.TEXT}
    found = tell(formula(text, units), [(300, 1), (3, 2), False, "销售"], lambda name: Trace(name, ""))
    assert (found.say, found.words) == (say, words)
