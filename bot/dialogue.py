"""对话 dialogue:一句话 → 回答。先看群里能不能说,再看是不是接着没说完的事,然后逐个愿望去办。

两个愿望都答;办不成的一个不妨碍另一个。错误都变成给人看的话,程序错误照抛(由 workers 给编号)。
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot import words
from bot.answers import Answer, Say, ShowCard, merged
from bot.incoming import Incoming, trouble
from bot.intents import INTENTS, menu
from bot.intents.help import lost
from bot.intents.leave import drafted, later
from bot.intents.training import PLAIN
from bot.people import People
from bot.shifts import shift_for
from bot.turn import Turn, wishes_of
from bot.understand import Also, Shift, understand
from engine.days import shanghai_date
from engine.errors import EhrError
from handlers.actor import Actor
from handlers.desk import Desk
from handlers.dialogue import open_matter
from handlers.people import Nothing

_MISTAKEN = re.compile(
    r"(?:说|问|指|要|意思)的?(?:并)?不是(?:这个|这样|这|那个)|不是这个意思|(?:理解|听|搞|弄)错了?(?:$|吧|啦|我)|答非所问"
)
_PERSONAL = re.compile(
    r"工资|薪|奖金|提成|社保|公积金|个税|[请休年病事婚产丧调]假|调休|假期|余额|考勤|打卡|迟到|早退|加班|绩效|考核|得分|评分"
)
"""群里不谈的:哪怕没听懂,沾上了也请人私聊。"""
STANDALONE = frozenset(
    {
        "leave.balance",
        "leave.status",
        "attendance.query",
        "payslip.view",
        "payslip.explain",
        "performance.view",
        "performance.feedback",
        "goal.adjust",
        "approval.list",
        "training.progress",
        "interview.start",
        "handoff",
        "help",
    }
)
"""一听就自成一事的:不必翻没说完的事(常问的话少读一次库)。"""


class Dialogue:
    """与人对话。"""

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk, self._people = desk, people
        self._menus = {manager: menu(manager) for manager in (False, True)}

    def answer(self, message: Incoming, key: str) -> list[Answer]:
        """一条消息的全部回答;key 是它的幂等键。"""
        if not message.userid:
            return [Say(words.NO_STAFF)]
        try:
            actor = self._people.actor(message.userid)
        except EhrError as error:
            return [Say(error.say)]
        said = trouble(message)
        if said is not None:
            return [Say(said)]
        turn = Turn(self._desk, actor, key, message.at, message.text, Shift(), self._menus[actor.has("manager", "hr")])
        wishes = wishes_of(understand(message.text, message.at, self._desk.rules.calendar))
        if message.group:
            return _in_group(turn, wishes)
        turn, wishes = self._with_shift(turn, actor, wishes)
        return _alone(turn, wishes)

    def _with_shift(self, turn: Turn, actor: Actor, wishes: list[Also]) -> tuple[Turn, list[Also]]:
        """说到钟点的,按这个人的班再听一遍。"""
        if not any(":" in (wish.slots.start or "") for wish in wishes):
            return turn, wishes
        shift = shift_for(self._desk, actor, shanghai_date(turn.at))
        turn = turn.on_shift(shift)
        return turn, wishes if shift == Shift() else wishes_of(turn.hear(turn.text))


def _in_group(turn: Turn, wishes: list[Also]) -> list[Answer]:
    """群里只答培训与帮助;别的请人私聊,一句话,什么都不说。"""
    if not all(INTENTS[wish.intent].public for wish in wishes) or _PERSONAL.search(turn.text):
        return [Say(words.PRIVATE)]
    if any(wish.intent != "training.list" for wish in wishes):
        return [Say(words.GROUP_HELP)]
    return merged(_one(turn, wishes[0]))


def _alone(turn: Turn, wishes: list[Also]) -> list[Answer]:
    """单聊:接着说的先接上,其余逐个办。"""
    if _MISTAKEN.search(turn.text) and wishes[0].intent in ("none", "leave.cancel"):
        turn.part(0).forget()
        return [lost(words.MISTAKEN)]
    if PLAIN.search(turn.text) and all(w.intent == "none" or w.intent.startswith("training.") for w in wishes):
        wishes = [replace(wishes[0], intent="training.progress" if "取消" in turn.text else "training.enroll")]
    if len(wishes) == 1 and wishes[0].intent not in STANDALONE:
        resumed = _resumed(turn.part(0), wishes[0])
        if resumed is not None:
            return merged(resumed)
    answers: list[Answer] = []
    asked = False
    for number, wish in enumerate(wishes):
        if wish.intent == "leave.request" and asked:
            answers += later(turn.part(number), wish)
            continue
        found = _one(turn.part(number), wish)
        # 第一份已起草或正在问,后面的排着;第一份办不成的,后面的照常办。
        asked = asked or (wish.intent == "leave.request" and (_shows(found) or wish.reply_kind == "ask"))
        answers += found
    return merged(answers)


def _shows(answers: list[Answer]) -> bool:
    return any(isinstance(answer, ShowCard) for answer in answers)


def _resumed(turn: Turn, wish: Also) -> list[Answer] | None:
    """是不是在接着没说完的事;不是为 None。"""
    matter = turn.ask(open_matter, Nothing())
    resume = INTENTS[matter.intent].resume if matter.intent in INTENTS else None
    if resume is None:
        return None
    try:
        return resume(turn, matter, wish)
    except EhrError as error:
        return _explained(turn, error)


def _one(turn: Turn, wish: Also) -> list[Answer]:
    """办一个愿望;办不成就说明。"""
    try:
        return INTENTS[wish.intent].run(turn, wish)
    except EhrError as error:
        return _explained(turn, error)


def _explained(turn: Turn, error: EhrError) -> list[Answer]:
    """办不成的说明。这句话从前办过一半(办了,还没答就停了机):给出当时起草的那一份。"""
    if error.code == "KEY_REUSED":
        card = drafted(turn)
        if card is not None:
            return [card]
    return [Say(error.say)]
