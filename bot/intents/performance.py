"""绩效意图 performance:得分、指标的完成情况(不涉及工资金额);有异议的交给 HR。"""

from __future__ import annotations

from urllib.parse import quote

from bot.answers import Answer, Say
from bot.markup import plain
from bot.ports import Link
from bot.turn import Turn
from bot.understand import Also, month_of
from bot.understand.deals import deal_amount
from engine.days import Month
from engine.errors import EhrError
from handlers import handoff, people, performance, what_if_deal
from handlers.performance import ScoreView
from handlers.what_if_deal import AnotherDeal

TITLE = "绩效"


def view(turn: Turn, wish: Also) -> list[Answer]:
    """得分:没说月份就答本月进度,并附上月;问再签一单的,另算给看。"""
    deal = deal_amount(turn.text)
    if deal and not wish.slots.extra.get("person"):
        return _another_deal(turn, deal, month_of(wish.slots) or turn.month)
    person_id, name = _whom(turn, wish)
    wanted = month_of(wish.slots)
    months = [wanted] if wanted else [turn.month, turn.month.plus(-1)]
    parts = [_told(name, month, _score(turn, person_id, month)) for month in months]
    return [Say("\n\n".join(parts), TITLE, (Link("查看绩效明细", f"/m/performance?month={months[0]}"),))]


def _another_deal(turn: Turn, amount: str, month: Month) -> list[Answer]:
    """再签一单:聊天只说百分比;奖金多多少在页面上看。"""
    try:
        found = turn.ask(what_if_deal.another_deal, AnotherDeal(amount, str(month)))
    except EhrError as problem:
        return [Say(problem.say, TITLE, (Link("查看绩效明细", f"/m/performance?month={month}"),))]
    path = f"/m/what-if/deal?amount={quote(amount.strip(), safe='')}&month={month}"
    text = f"{found.words}。奖金与实发会多多少,请点开页面看(试算,以月底发布的为准)。"
    return [Say(text, TITLE, (Link("看看奖金会多多少", path),))]


def feedback(turn: Turn, wish: Also) -> list[Answer]:
    """申诉、异议、回复:交给 HR,告诉本人交给了谁。"""
    done = turn.do(handoff.hand_over, handoff.HandOver("performance.feedback", turn.text), "handoff")
    text = f"您对绩效的意见已转给 {plain(done.given_to, 60)},原话一并转达,答复会回到这里。"
    text += "想正式申诉(上级与 HR 都看得到,成立的写成得分的新的一版),请点下面,对那一项提出。"
    return [Say(text, TITLE, (Link("查看绩效与申诉", f"/m/performance?month={turn.month}"),))]


def _whom(turn: Turn, wish: Also) -> tuple[int, str]:
    person = wish.slots.extra.get("person")
    if not person or person == turn.actor.name:
        return turn.actor.person_id, "您"
    found = turn.ask(people.find_person, people.FindPerson(person))
    return found.person_id, plain(found.name, 30)


def _score(turn: Turn, person_id: int, month: Month) -> ScoreView:
    return turn.ask(performance.view, performance.ScoreOf(person_id, str(month)))


def _told(name: str, month: Month, found: ScoreView) -> str:
    head = f"**{name}{month.label}的绩效**:"
    if not found.score:
        return f"{head}{plain(found.say, 200) or '没有绩效方案'}"
    state = "已锁定" if found.state == "locked" else "进行中,随数据更新"
    lines = [
        f"- {plain(i.label, 40)}:{'无数据' if i.missing else f'完成 {i.ratio}'},权重 {i.weight}" for i in found.items
    ]
    return "\n".join([f"{head}得分 **{found.score}**({state})", *lines])
