"""离职结算与年终奖的建议 settlement:看两种计税、看未休年休假与经济补偿怎么算,逐行采用。金额只在请求体里,不进地址。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import payroll_offcycle, payroll_settlement
from handlers.payroll_offcycle import AddBonus
from handlers.payroll_settlement import AdoptLine, LeavingForm, SettlementView
from handlers.people import FindPerson, find_person
from miniapp import words
from miniapp.tree import tree_of
from miniapp.view import Typed
from miniapp.visit import FormKey, Id, PayVisitor, Text

router = APIRouter()


@router.post("/m/payroll/{run_id}/bonus")
def bonus(key: FormKey, visit: PayVisitor, run_id: Id, who: Text = "", amount: Text = "", note: Text = "") -> Response:
    """年终奖两种计税各要多少:只看。"""
    person = visit.ask(find_person, FindPerson(who))
    found = visit.ask(payroll_offcycle.bonus_ways, AddBonus(run_id, person.person_id, amount, note))
    return visit.page("payroll_bonus.html", run_id=run_id, person=person, found=found, note=Typed(note[:500]))


@router.get("/m/payroll/{run_id}/settlement")
def find(visit: PayVisitor, run_id: Id, who: str = "") -> Response:
    """找到要结算的人。"""
    person = visit.ask(find_person, FindPerson(who[:60]))
    return _page(visit, visit.ask(payroll_settlement.proposal, LeavingForm(run_id, person.person_id)))


@router.post("/m/payroll/{run_id}/settlement/{person_id}")
def propose(
    key: FormKey,
    visit: PayVisitor,
    run_id: Id,
    person_id: Id,
    ending: Text = "",
    notice: Text = "",
    service_from: Text = "",
    joined: Text = "",
    missing_gross: Text = "",
    missing_overtime: Text = "",
    city_average: Text = "",
    last_wage: Text = "",
) -> Response:
    """填了缺的,再看建议。"""
    form = LeavingForm(
        run_id,
        person_id,
        ending,
        bool(notice),
        service_from,
        joined,
        missing_gross,
        missing_overtime,
        city_average,
        last_wage,
    )
    return _page(visit, visit.ask(payroll_settlement.proposal, form))


@router.post("/m/payroll/{run_id}/settlement/{person_id}/adopt")
def adopt(
    key: FormKey,
    visit: PayVisitor,
    run_id: Id,
    person_id: Id,
    code: Text = "",
    seen_amount: Text = "",
    note: Text = "",
    ending: Text = "",
    notice: Text = "",
    service_from: Text = "",
    joined: Text = "",
    missing_gross: Text = "",
    missing_overtime: Text = "",
    city_average: Text = "",
    last_wage: Text = "",
) -> Response:
    """采用一行。"""
    form = LeavingForm(
        run_id,
        person_id,
        ending,
        bool(notice),
        service_from,
        joined,
        missing_gross,
        missing_overtime,
        city_average,
        last_wage,
    )
    visit.do(payroll_settlement.adopt, AdoptLine(form, code[:60], seen_amount[:20], note), key)
    return visit.go(f"/m/payroll/{run_id}#lines", words.STEPPED)


def _page(visit: PayVisitor, found: SettlementView) -> Response:
    trees = {one.code: tree_of(one.trace, one.evidence) for one in found.lines}
    return visit.page("payroll_settlement.html", found=found, trees=trees, asked={q.field: q.say for q in found.asked})
